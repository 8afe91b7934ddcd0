"""Time and identifiers: one place to ask, so that a test can hold the clock still."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

Clock = Callable[[], datetime]


CLOCKS_DIFFER = timedelta(minutes=5)
"""Clocks of phones, tablets and partners differ from ours by this much and no more."""


def now() -> datetime:
    """The present moment, aware and in UTC."""
    return datetime.now(UTC)


def lies_ahead(at: datetime, present: datetime) -> bool:
    """Whether a moment that somebody tells of has not come yet, also by a clock that runs fast."""
    return at - present > CLOCKS_DIFFER


class HeldClock:
    """A clock that stands still until it is moved; for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def uuid7(at: datetime) -> UUID:
    """A UUIDv7 (RFC 9562) whose first 48 bits are `at` in milliseconds, so that ids sort by time."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def age_of(id_: UUID, present: datetime) -> float:
    """Seconds since the moment that a UUIDv7 was made for, to the millisecond; never below 0."""
    return max(0.0, present.timestamp() - milliseconds_of(id_) / 1000)


def milliseconds_of(id_: UUID) -> int:
    """The moment that a UUIDv7 was made for, in milliseconds since 1970."""
    return id_.int >> 80
