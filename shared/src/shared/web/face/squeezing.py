"""Sending pages small. What is compressed holds no secret that would be the same twice: see `face.guarding`."""

import gzip

from flask import Response, request

_WORTH = 700
"""Below so many bytes it is not."""


def squeeze(response: Response) -> Response:
    """A page compressed, where its reader's browser takes that. Files are compressed where they are kept."""
    if response.mimetype != "text/html" or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) >= _WORTH and request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.content_encoding = "gzip"
    return response
