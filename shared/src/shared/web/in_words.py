"""What a record holds, as text for people: moments by the clinic's clock, yes and no, words for codes and names."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

from shared.clinics import Clinic

Told = str | list[Any] | dict[str, Any]
"""Text, or a list of Told, or Told by what it is called."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}\S*)?")


def named(values: Mapping[str, Any], clinic: Clinic) -> dict[str, Told]:
    """Values by what they are called, as people read them; without ids, and without what nobody knows."""
    return {
        _capital(name.replace("_", " ")): in_words(value, clinic)
        for name, value in values.items()
        if value is not None and value != {} and not _UUID.fullmatch(str(value))
    }


def in_words(value: Any, clinic: Clinic) -> Told:
    """A value as people read it. What somebody wrote stays as it is."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment(value, clinic.zone)
        case date():
            return day(value)
        case Enum():
            return str(value.value).replace("_", " ")
        case Mapping():
            return named(value, clinic)
        case list() | tuple():
            return [in_words(each, clinic) for each in value]
        case str() if _ISO.fullmatch(value):
            return _of_text(value, clinic.zone)
        case str():
            return name_of(value, clinic)
        case _:
            return str(value)


def day(value: date) -> str:
    """`2 Nov 2026`."""
    return f"{value.day} {value:%b %Y}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """`2 Nov 2026, 10:00` by that zone's clock."""
    local = instant.astimezone(zone)
    return f"{day(local)}, {local:%H:%M}"


def name_of(who: str, clinic: Clinic) -> str:
    """What the clinic calls somebody of its staff, or a room; else the text itself, as the subject of a sign-in."""
    known = clinic.resource(who)
    return who if known is None else known.name


def _of_text(iso: str, zone: ZoneInfo) -> str:
    """What is kept as JSON has its moments and days as text; what only looks like one stays as it is."""
    try:
        instant = datetime.fromisoformat(iso)
    except ValueError:
        return iso
    return day(instant) if len(iso) == len("2026-11-02") else moment(instant, zone)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
