"""Stylesheets, scripts and pictures of the frame, under an address that changes with what is in them."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound

FOLDER = Path(__file__).parent / "static"

_FOR_EVER = "public, max-age=31536000, immutable"
_SHEETS = ("tokens.css", "frame.css", "parts.css", "pictures.css", "catalogue.css")
"""What every page is styled by, in this order; served as one, `all.css`."""
_NOTES = re.compile(rb"/\*.*?\*/", re.DOTALL)
_PLAIN = frozenset({"image/png", "font/woff2"})
_TYPES = {".js": "text/javascript", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True)
class File:
    """One file as it is sent: as it is, and small."""

    body: bytes
    small: bytes | None
    kind: str


@cache
def files() -> dict[str, File]:
    """All of them by name, read once for each process."""
    found = {path.name: path.read_bytes() for path in sorted(FOLDER.iterdir()) if path.is_file()}
    # What the sheets tell whoever works on them would be a sixth of what every page weighs by them.
    found["all.css"] = _NOTES.sub(b"", b"\n".join(found.pop(name) for name in _SHEETS if name in found))
    return {name: _file(name, body) for name, body in found.items()}


@cache
def digest() -> str:
    """Names this release's files together: scripts find each other beside them, and never those of another release."""
    said = hashlib.sha256()
    for name, file in files().items():
        said.update(name.encode() + b"\0" + file.body + b"\0")
    return said.hexdigest()[:16]


def answer(asked: str, name: str) -> Response:
    """The file of that name. Under the address of another release it is sent as it is now, and not to be kept."""
    file = files().get(name)
    if file is None:
        raise NotFound
    small = file.small is not None and request.accept_encodings["gzip"] > 0
    response = Response(file.small if small else file.body, content_type=file.kind)
    response.headers["Cache-Control"] = _FOR_EVER if asked == digest() else "no-cache"
    if file.small is not None:
        response.vary.add("Accept-Encoding")
    if small:
        response.content_encoding = "gzip"
    if name == "worker.js":
        # It stands between the browser and all services, though it is sent by one.
        response.headers["Service-Worker-Allowed"] = "/"
        response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
        response.headers["Cache-Control"] = "no-cache"
    return response


def _file(name: str, body: bytes) -> File:
    kind = _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    small = None if kind in _PLAIN else gzip.compress(body, 9, mtime=0)
    return File(body, small, kind if kind in _PLAIN else f"{kind}; charset=utf-8")
