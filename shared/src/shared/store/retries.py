"""How often, and how patiently, a failed event or timer is tried again before a person looks at it."""

import sysconfig
import traceback
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import DBAPIError

RETRY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 1800))


_FOREIGN = tuple(sysconfig.get_paths()[name] for name in ("purelib", "platlib", "stdlib"))
_FRAMES = 20


def describe(error: BaseException) -> str:
    """The kind of an error and where in our code it came up. Its message is left out: it may quote a person's data.

    Of an error of the database also what PostgreSQL calls it; of frames that are not ours the last alone.
    """
    frames = traceback.extract_tb(error.__traceback__)
    told = [frame for frame in frames[:-1] if not frame.filename.startswith(_FOREIGN)] + frames[-1:]
    where = [f"  {_place(frame.filename)}:{frame.lineno} in {frame.name}" for frame in told[-_FRAMES:]]
    return "\n".join([_kind(error), *where])


def _kind(error: BaseException) -> str:
    kind = type(error).__qualname__
    if isinstance(error, DBAPIError) and error.orig is not None:
        kind += f" ({type(error.orig).__qualname__} {getattr(error.orig, 'sqlstate', None) or ''})".replace(" )", ")")
    return kind


def _place(filename: str) -> str:
    """A file as an import would name it, wherever it is installed."""
    parts = Path(filename).parts
    roots = [index for index, part in enumerate(parts) if part in ("src", "site-packages")]
    return str(Path(*parts[roots[-1] + 1 :])) if roots else filename
