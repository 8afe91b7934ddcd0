"""What a picture asks of whoever reads it: their sentences, their clock, their numbers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol
from zoneinfo import ZoneInfo


class Reader(Protocol):
    """One person's way of reading. A picture knows no language and no zone but through this."""

    @property
    def zone(self) -> ZoneInfo: ...

    def say(self, words: str, /, **values: Any) -> str:
        """An English sentence with `{names}` in this reader's language, with its values filled in."""

    def day(self, value: date, /) -> str:
        """`2 Nov 2026`."""

    def short_day(self, value: date, /) -> str:
        """`2 Nov`."""

    def clock(self, at: datetime, /) -> str:
        """`10:00` by this reader's clock."""

    def moment(self, at: datetime, /) -> str:
        """`2 Nov 2026, 10:00` by this reader's clock."""

    def number(self, value: float | int | Decimal, /) -> str:
        """`1,234.5` or `1.234,5`."""


def phrase(words: str) -> str:
    """A constant that is said later. What collects the sentences to be translated looks for this name."""
    return words
