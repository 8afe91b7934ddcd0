"""One person's way of reading: their language, and the clock by which they are told times."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal

from shared.languages.phrases import Phrase, phrase

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
RELATIVE = {
    "now": phrase("now"),
    "in_minutes": phrase("in {n} min"),
    "in_hours": phrase("in {n} h"),
    "in_days": phrase("in {n} days"),
    "minutes_ago": phrase("{n} min ago"),
    "hours_ago": phrase("{n} h ago"),
    "days_ago": phrase("{n} days ago"),
}
"""How far away a moment is; scripts say it alike."""


@dataclass(frozen=True)
class Reader:
    """How somebody reads. `sentences` are the translations at hand; without them all is English."""

    language: str = "en"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    sentences: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict, repr=False)

    def at(self, zone: ZoneInfo) -> "Reader":
        """The same reader, by another clock."""
        return replace(self, zone=zone)

    def say(self, words: str, /, **values: Any) -> str:
        """An English sentence with `{names}` in this reader's language, with its values filled in.

        Of these, moments and days are written as this reader does, and phrases said in their language.
        """
        if isinstance(words, Phrase):
            values = {**words.values, **values}
            words = words.words
        template = self.template(words)
        return template.format(**{name: self.told(value) for name, value in values.items()}) if values else template

    def template(self, words: str) -> str:
        """The sentence in this reader's language, its `{names}` still to be filled in."""
        said = self.sentences.get(words, words)
        return said if isinstance(said, str) else said[0]

    def knows(self, words: str) -> bool:
        """Whether the sentence can be said in this reader's language."""
        return self.language == "en" or (words.words if isinstance(words, Phrase) else words) in self.sentences

    def count(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """A sentence that counts: as `count("{n} visit", "{n} visits", 3)`."""
        said = self.sentences.get(one)
        singular, plural = said[:2] if isinstance(said, tuple) else (one, many)
        return (singular if n == 1 else plural).format(n=self.number(n), **values)

    def day(self, value: date) -> str:
        """`2 Nov 2026`, of an instant by this reader's clock."""
        return format_date(self._local(value), "d MMM y", self._locale)

    def short_day(self, value: date) -> str:
        """`2 Nov`."""
        return format_date(self._local(value), "d MMM", self._locale)

    def weekday(self, value: date) -> str:
        """`Monday, 2 November`."""
        return format_date(self._local(value), "EEEE, d MMMM", self._locale)

    def month(self, value: date) -> str:
        """`November 2026`."""
        said: str = format_skeleton("yMMMM", self._local(value), locale=self._locale)
        return said

    def short_month(self, value: date) -> str:
        """`Nov`."""
        return format_date(self._local(value), "LLL", self._locale)

    def clock(self, at: datetime) -> str:
        """`10:00` by this reader's clock."""
        return format_time(at, "HH:mm", self.zone, self._locale)

    def moment(self, at: datetime) -> str:
        """`2 Nov 2026, 10:00` by this reader's clock."""
        return f"{self.day(at)}, {self.clock(at)}"

    def soon(self, at: datetime, now: datetime) -> str:
        """A moment as people live it: `Tomorrow, 09:30`; further away than a week, `2 Nov 2026, 10:00`."""
        days = (at.astimezone(self.zone).date() - now.astimezone(self.zone).date()).days
        if days in (-1, 0, 1):
            word = self.say({-1: phrase("Yesterday"), 0: phrase("Today"), 1: phrase("Tomorrow")}[days])
            return f"{word}, {self.clock(at)}"
        if 1 < days < 7:
            name = format_date(self._local(at), "EEEE", self._locale)
            return f"{name[:1].upper()}{name[1:]}, {self.clock(at)}"
        return self.moment(at)

    def away(self, at: datetime, now: datetime) -> str:
        """How far away a moment is: `in 19 h`, `3 days ago`."""
        ahead, distance = at >= now, abs(at - now)
        if distance < timedelta(minutes=1):
            return self.say(RELATIVE["now"])
        if distance < _HOUR:
            unit, n = "minutes", distance // timedelta(minutes=1)
        elif distance < 2 * _DAY:
            unit, n = "hours", distance // _HOUR
        else:
            unit, n = "days", distance // _DAY
        return self.say(RELATIVE[f"in_{unit}" if ahead else f"{unit}_ago"], n=n)

    def number(self, value: float | int | Decimal) -> str:
        """`1,234.5` in English, `1.234,5` in Spanish."""
        return format_decimal(value, locale=self._locale)

    def listed(self, items: Iterable[str]) -> str:
        """`a, b and c`."""
        return format_list(list(items), style="standard", locale=self._locale)

    def either(self, items: Iterable[str]) -> str:
        """`a, b or c`."""
        return format_list(list(items), style="or", locale=self._locale)

    @property
    def zone_name(self) -> str:
        """This reader's clock, as people call it: `New York time`."""
        if self.zone.key in ("UTC", "Etc/UTC"):
            return "UTC"
        return self.say(phrase("{place} time"), place=self.city(self.zone.key))

    def city(self, zone: str) -> str:
        """What the city is called that an IANA zone is named after: `Nueva York` in Spanish."""
        said: str = get_timezone_location(ZoneInfo(zone), locale=self._locale, return_city=True)
        # Of a zone that it has no name for it says all that is behind the continent.
        return said.rpartition("/")[2]

    def country(self, code: str) -> str:
        """What a country is called, by its code (ISO 3166)."""
        said: str = self._locale.territories.get(code, code)
        return said

    def told(self, value: Any) -> Any:
        """A fact as this reader reads it: phrases in their language, moments by their clock, all else as it is."""
        match value:
            case Phrase():
                return self.say(value)
            case datetime():
                return self.moment(value)
            case date():
                return self.day(value)
            case _:
                return value

    def _local(self, value: date) -> date:
        return value.astimezone(self.zone).date() if isinstance(value, datetime) else value

    @property
    def _locale(self) -> Locale:
        return _locale_of(self.language)


@cache
def _locale_of(language: str) -> Locale:
    """To find out what a language's customs are takes longer than to write a date by them."""
    return Locale.parse(language)
