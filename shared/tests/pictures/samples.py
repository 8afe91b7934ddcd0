"""One of every picture, with all that it can show, and a reader who needs no translations."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from shared.pictures import (
    Band,
    Bar,
    Column,
    Commitment,
    Event,
    Felt,
    Intention,
    Journey,
    Limit,
    Mark,
    Month,
    Part,
    Passage,
    Picture,
    Pipe,
    Portion,
    Pressure,
    Ratio,
    Reading,
    Region,
    Room,
    Sensation,
    Series,
    Sort,
    Span,
    Thread,
    Threshold,
    Visit,
    Window,
    bars,
    board,
    body,
    line,
    pipes,
    range_bars,
    river,
    shares,
    where_when,
)
from shared.pictures.reading import Reader

NEW_YORK = ZoneInfo("America/New_York")
NASTY = '<script>alert("1")</script> & \x00\x0b\ud800'


class English:
    """Writes as the real reader does, without any catalogue."""

    def __init__(self, zone: ZoneInfo = NEW_YORK) -> None:
        self.zone = zone

    def say(self, words: str, /, **values: Any) -> str:
        return words.format(**values) if values else words

    def day(self, value: date, /) -> str:
        return f"{value.day} {value:%b} {value.year}"

    def short_day(self, value: date, /) -> str:
        return f"{value.day} {value:%b}"

    def clock(self, at: datetime, /) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"

    def moment(self, at: datetime, /) -> str:
        return f"{self.day(at.astimezone(self.zone).date())}, {self.clock(at)}"

    def number(self, value: float | int | Decimal, /) -> str:
        return f"{value:,}"


def at(day: int, hour: int = 10, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


BANDS = (Band("Minimal", 0, 4), Band("Mild", 5, 9), Band("Moderate", 10, 14), Band("Severe", 15, 27))
SCORES = Series(
    "PHQ-9",
    (
        Reading(at(1, month=9), 21),
        Reading(at(1, month=10), None),
        Reading(at(12, month=10), 14),
        Reading(at(26, month=10), 10, "Response"),
        Reading(at(23), 4, "Remission"),
    ),
    due=(at(7, month=12),),
)


def scores(reader: Reader, width: int, picture_id: str = "scores") -> Picture:
    return line(
        picture_id,
        [SCORES],
        reader,
        title="PHQ-9 over time",
        bands=BANDS,
        events=[Event(at(6, month=10), "First medicine session", "session")],
        spans=[Span(at(9), at(16), "Look-backs overlap")],
        lowest=0,
        highest=27,
        now=at(26),
        width=width,
    )


def vitals(reader: Reader, width: int, picture_id: str = "vitals") -> Picture:
    start = at(2, 9)
    pulse = tuple(Reading(start + timedelta(minutes=15 * n), 68 + n if n != 6 else None) for n in range(14))
    oxygen = tuple(Reading(start + timedelta(minutes=15 * n), Decimal(97)) for n in range(14))
    return line(
        picture_id,
        [Series("Heart rate", pulse, "/min", (at(2, 12, 20), at(2, 13))), Series("SpO₂", oxygen, "%")],
        reader,
        title="Heart rate and oxygen",
        thresholds=[Threshold("Too low", 92, "danger")],
        events=[Event(at(2, 9, 40), "80 mg", "dose"), Event(at(2, 11), "Music changed")],
        now=at(2, 12, 30),
        width=width,
    )


def pressure(reader: Reader, width: int, picture_id: str = "pressure") -> Picture:
    taken = [Pressure(at(2, 9), 118, 76), Pressure(at(2, 10), 162, 98, "talking"), Pressure(at(2, 11), None, None)]
    return range_bars(
        picture_id,
        [*taken, Pressure(at(2, 12), 130, None)],
        reader,
        title="Blood pressure",
        limits=[Limit("Call the physician", 160, 100, "danger")],
        events=[Event(at(2, 9, 40), "80 mg", "dose")],
        due_at=[at(2, 12, 15), at(2, 13)],
        now=at(2, 12, 30),
        width=width,
    )


def counts(reader: Reader, width: int, picture_id: str = "counts") -> Picture:
    given = [Bar("Music", 22), Bar("Walked", 11), Bar("Breathing", 0), Bar("Rest", None)]
    return bars(picture_id, given, reader, title="Practices", unit="times", width=width)


def groups(reader: Reader, width: int, picture_id: str = "groups") -> Picture:
    given = (
        Portion(
            "Response of everybody who has answered", 80, 34, 16, Decimal("53.1"), Decimal("41.1"), Decimal("64.8")
        ),
        Portion("Remission", 80, 20, None, Decimal("25"), Decimal("16.8"), Decimal("35.5")),
        Portion("Reliably better", 80),
    )
    said = {"title": "Outcomes", "counted": "counted", "others": "the others"}
    return shares(picture_id, given, reader, **said, width=width)


JOURNEY = Journey(
    at(1, month=9),
    at(20, month=12),
    sessions=(Passage(at(6, month=10), "First session", "/s/1"), Passage(at(8, month=12), "Second session")),
    intentions=(Intention(at(22, month=9), "To be kind", None, at(6, month=10)), Intention(at(24), "To listen")),
    moments=tuple(Passage(at(day), "A moment") for day in (3, 3, 4, 4, 4, 9)),
    commitments=(Commitment(at(10), "Walk", None, True), Commitment(at(14), "Call", None, None)),
    windows=(Window(at(6, month=10), at(27, month=10)),),
    scores=SCORES,
)


MONTHS = tuple(
    Month(
        at(1, 0, month=n), at(1, 0, month=n + 1), f"{at(1, month=n):%B %Y}", f"{at(1, month=n):%b}", f"/m/{n}", n == 11
    )
    for n in range(9, 12)
)
SORTS: tuple[Sort, ...] = ("visit", "sensation", "letter", "review", "practice", "plan", "life", "answer")
YEARS = replace(
    JOURNEY,
    moments=tuple(Passage(at(1, 0, month=9) + timedelta(hours=5 * n), "A moment") for n in range(500)),
    others=tuple(Mark(at(5 + n, month=10), f"Something of {sort}", None, sort) for n, sort in enumerate(SORTS)),
    threads=(Thread(at(3), at(10)), Thread(at(3), at(1, month=3))),
    months=MONTHS,
)


def scrolled(reader: Reader, width: int, picture_id: str = "scrolled") -> Picture:
    return river(picture_id, YEARS, reader, title="Journey of years", now=at(26), width=2 * width, scrolls=True)


def journey(reader: Reader, width: int, picture_id: str = "journey") -> Picture:
    return river(picture_id, JOURNEY, reader, title="Journey", now=at(26), width=width)


def a_visit(name: str, columns: tuple[str, ...], hour: int, href: str | None = None) -> Visit:
    parts = (
        Part("preparation", at(2, hour), at(2, hour + 1)),
        Part("medicine", at(2, hour + 1), at(2, hour + 4)),
        Part("recovery", at(2, hour + 4), at(2, hour + 5)),
        Part("turnover", at(2, hour + 5), at(2, hour + 5, 30)),
    )
    return Visit(name, columns, parts, "ready", href)


COLUMNS = (Column("cedar", "Cedar"), Column("okafor", "Dr. Amara Okafor-Lindqvist", "person"))


def day(reader: Reader, width: int, picture_id: str = "day") -> Picture:
    return board(
        picture_id,
        COLUMNS,
        [a_visit("Ana B.", ("cedar", "okafor"), 9, "/v/1"), a_visit("Lee C.", ("okafor",), 12)],
        reader,
        start=at(2, 8),
        end=at(2, 18),
        title="Monday",
        ratios=[
            Ratio(at(2, 9), at(2, 13), 2, 2),
            Ratio(at(2, 13), at(2, 14), 1, 2),
            Ratio(at(2, 14), at(2, 15), None, 2),
        ],
        now=at(2, 13, 20),
        width=width,
    )


SENSATIONS = (
    Sensation("chest", "left", "front", "warmth", 3, "slow"),
    Sensation("hands", "both", "front", "trembling"),
    Sensation("shoulders", "right", "back", "tightness", 1),
    Sensation("behind the eyes", "centre", "front", "tears"),
    Sensation("belly", "centre", "front", "ease"),
    Sensation("legs", "left", "back", "tingling"),
    Sensation("feet", "both", "front", "heaviness"),
    Sensation("jaw", "centre", "front", "something new"),
)


def felt(reader: Reader, width: int, picture_id: str = "felt") -> Picture:
    return body(picture_id, SENSATIONS, reader, title="What you felt", width=width)


def choosing(reader: Reader, width: int, picture_id: str = "choosing") -> Picture:
    def address(region: Region) -> str:
        return f"/place?region={region.name}&side={region.side}&view={region.view}"

    chosen = Region("chest", "centre", "front")
    return body(picture_id, (), reader, title="Where do you feel it?", choose=address, chosen=chosen, width=width)


def layers(reader: Reader, width: int, picture_id: str = "layers") -> Picture:
    felt_before = [replace(each, weeks_ago=2 * n) for n, each in enumerate(SENSATIONS)]
    return body(picture_id, felt_before, reader, title="Over weeks", views=["front"], week=2, signs=False, width=width)


FELT = (
    Felt("chest", "warmth", date(2026, 9, 7)),
    Felt("Chest", "warmth", date(2026, 9, 7)),
    Felt("chest", "tightness", date(2026, 10, 5)),
    Felt("hands", "trembling", date(2026, 11, 16)),
    Felt("behind the eyes", "tears", date(2026, 11, 23)),
    Felt("feet", "something new", date(2026, 8, 31)),
)


def over_weeks(reader: Reader, width: int, picture_id: str = "over-weeks") -> Picture:
    first = date(2026, 9, 7)
    return where_when(picture_id, FELT, reader, first=first, weeks=12, title="Where and when", width=width)


ROOMS = (
    Room("intake", "intake", True, "12 h up", href="/intake"),
    Room("sessions", "sessions", False, "no answer", 12, parked_href="/parked"),
    Room("integration", "integration", None, parked=2),
    Room("notify", "notify", True),
)
PIPES = (
    Pipe("intake", "sessions", 120, 0, href="/queue"),
    Pipe("intake", "notify", 30.25, 640),
    Pipe("notify", "intake", 0, 5000),
    Pipe("sessions", "integration", None, None),
)


def system(reader: Reader, width: int, picture_id: str = "system") -> Picture:
    return pipes(picture_id, ROOMS, PIPES, reader, title="System map", width=width)


EVERY: dict[str, Callable[..., Picture]] = {
    draw.__name__: draw
    for draw in (
        scores,
        vitals,
        pressure,
        counts,
        groups,
        journey,
        scrolled,
        day,
        felt,
        choosing,
        layers,
        over_weeks,
        system,
    )
}
