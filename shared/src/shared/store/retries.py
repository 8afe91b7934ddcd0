"""How often, and how patiently, a failed event or timer is tried again before a person looks at it."""

import traceback
from datetime import timedelta

RETRY_DELAYS = tuple(timedelta(seconds=seconds) for seconds in (1, 5, 30, 120, 600, 1800))


def describe(error: BaseException) -> str:
    """The kind of an error and where it was raised. Its message is left out: it may quote a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    where = "\n".join(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames[-12:])
    return f"{type(error).__qualname__}\n{where}"
