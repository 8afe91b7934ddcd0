"""Which words that a client shared a person is asked to read. It never labels anybody, and promises nothing.

The list is over-sensitive on purpose, and versioned: it finds words, and says nothing about whoever wrote them. It is
no screening instrument; what calls for a person at once is asked plainly (`domain.checkins`).
"""

import json
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from integration.domain.searching import plainly


class SharedWords(StrEnum):
    """Where words stand that somebody at the clinic may read."""

    MOMENT = "moment"
    CHECK_IN = "check_in"
    AGENDA = "agenda"
    INTENTION = "intention"


def wants_a_reader(words: str) -> bool:
    """Whether a person is asked to read it, in whichever language it is written, and whoever it is about."""
    plain = f" {plainly(words)} "
    return any(phrase in plain for phrase in _phrases())


def list_version() -> int:
    """Counts up with each change of the list."""
    version: int = _list()["version"]
    return version


@cache
def _phrases() -> frozenset[str]:
    return frozenset(f" {plainly(phrase)} " for listed in _list()["languages"].values() for phrase in listed)


@cache
def _list() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((files("integration") / "data" / "words_to_read.json").read_text("utf-8"))
    return read
