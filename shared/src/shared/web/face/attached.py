"""Files that come with a form: whether they are of a size and kind that are asked for, in the words of `upload.js`."""

import os

from werkzeug.datastructures import FileStorage

from shared.languages import phrase

TOO_LARGE = phrase("This file is too large. At most {size} MB can be sent.")
_OF_ANOTHER_KIND = phrase("This kind of file cannot be taken here. Please choose another one.")


def what_is_wrong(file: FileStorage, accepts: str, largest: int) -> str:
    """Why a file cannot be taken, as a complaint; empty where it can.

    `accepts` is what browsers are told, as `image/*,application/pdf,.docx`: the kind is what the browser says of it,
    and no proof of what is inside. `largest` is in bytes.
    """
    if _size(file) > largest:
        return TOO_LARGE.format(size=f"{largest / 1_000_000:g}")
    kinds = [kind.strip().lower() for kind in accepts.split(",") if kind.strip()]
    return "" if not kinds or any(_is(file, kind) for kind in kinds) else _OF_ANOTHER_KIND


def _is(file: FileStorage, kind: str) -> bool:
    if kind.startswith("."):
        return (file.filename or "").lower().endswith(kind)
    return file.mimetype.startswith(kind[:-1]) if kind.endswith("/*") else file.mimetype == kind


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, os.SEEK_END)
    file.stream.seek(0)
    return size
