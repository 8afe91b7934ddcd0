"""Forms that have waited on a device for a connection (`static/offline.js`)."""

from datetime import datetime, timedelta

from flask import request

WRITTEN_AGO = "Written-Ago"
_DIGITS = 12
LONGEST = timedelta(days=90)
"""What says that it has waited for longer is taken to be of so long ago: the clock of a device may be years wrong."""


def written_at(now: datetime) -> datetime | None:
    """When the form that is sent was written, if that was not now; by how many milliseconds ago its device says."""
    said = request.headers.get(WRITTEN_AGO, "")
    if not (said.isascii() and said.isdecimal()):
        return None
    return now - (LONGEST if len(said) > _DIGITS else min(timedelta(milliseconds=int(said)), LONGEST))
