"""One of each picture, with made-up figures of nobody, for the page that shows all parts."""

from datetime import datetime, timedelta
from decimal import Decimal

from shared.languages import Reader, phrase
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
    Part,
    Passage,
    Picture,
    Pipe,
    Portion,
    Pressure,
    Ratio,
    Reading,
    Room,
    Sensation,
    Series,
    Span,
    Visit,
    Window,
    at_any_width,
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
from shared.web.face.reading import reader

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def sample_pictures(now: datetime) -> dict[str, Picture]:
    """Pictures by the ids under which they stand on a page, in the reader's language."""
    reads = reader()
    return {
        "sample-line": at_any_width("sample-line", lambda name, width: _line(name, width, now, reads)),
        "sample-ranges": at_any_width("sample-ranges", lambda name, width: _ranges(name, width, now, reads)),
        "sample-bars": at_any_width("sample-bars", lambda name, width: _bars(name, width, reads)),
        "sample-shares": at_any_width("sample-shares", lambda name, width: _shares(name, width, reads)),
        "sample-river": at_any_width("sample-river", lambda name, width: _river(name, width, now, reads)),
        "sample-board": at_any_width("sample-board", lambda name, width: _board(name, width, now, reads)),
        "sample-pipes": at_any_width("sample-pipes", lambda name, width: _pipes(name, width, reads)),
        "sample-where-when": at_any_width(
            "sample-where-when", lambda name, width: _where_when(name, width, now, reads)
        ),
        "sample-body": at_any_width("sample-body", lambda name, width: _body(name, width, reads)),
    }


def _body(name: str, width: int, reads: Reader) -> Picture:
    felt = (Sensation("chest", "centre", "front", "warmth", 3), Sensation("shoulders", "right", "back", "tightness", 1))
    return body(name, felt, reads, title=reads.say(phrase("What was felt in the body")), width=width)


def _where_when(name: str, width: int, now: datetime, reads: Reader) -> Picture:
    monday = now.date() - timedelta(days=now.weekday())
    felt = (("chest", "tightness", 7), ("chest", "warmth", 2), ("hands", "tingling", 4), ("belly", "ease", 1))
    return where_when(
        name,
        [Felt(region, sensation, monday - timedelta(weeks=ago)) for region, sensation, ago in felt],
        reads,
        first=monday - timedelta(weeks=8),
        weeks=9,
        title=reads.say(phrase("Where and when")),
        width=width,
    )


def _line(name: str, width: int, now: datetime, reads: Reader) -> Picture:
    scores = tuple(
        Reading(now - 7 * week * _DAY, score) for week, score in ((8, 18), (6, 15), (4, None), (2, 9), (0, 7))
    )
    return line(
        name,
        (Series(reads.say(phrase("Score")), scores),),
        reads,
        title=reads.say(phrase("A score over time")),
        bands=(Band(reads.say(phrase("mild")), 5, 9), Band(reads.say(phrase("moderate")), 10, 14)),
        events=(Event(now - 45 * _DAY, reads.say(phrase("Medicine session")), "session"),),
        spans=(Span(now - 18 * _DAY, now - 14 * _DAY, reads.say(phrase("looks back over the same days"))),),
        lowest=0,
        highest=27,
        width=width,
    )


def _ranges(name: str, width: int, now: datetime, reads: Reader) -> Picture:
    taken = ((0, 128, 82), (20, 146, 92), (40, 138, 88), (60, 131, 84))
    return range_bars(
        name,
        tuple(Pressure(now + after * _MINUTE, high, low) for after, high, low in taken),
        reads,
        title=reads.say(phrase("Blood pressure")),
        limits=(Limit(reads.say(phrase("Hold before a dose")), 160, 100),),
        events=(Event(now + 10 * _MINUTE, "35 mg", "dose"),),
        due_at=(now + 90 * _MINUTE, now + 120 * _MINUTE),
        now=now + 70 * _MINUTE,
        width=width,
    )


def _bars(name: str, width: int, reads: Reader) -> Picture:
    counted = (
        Bar(reads.say(phrase("Preparation")), 12),
        Bar(reads.say(phrase("Medicine session")), 9),
        Bar(reads.say(phrase("Integration")), None),
    )
    return bars(name, counted, reads, title=reads.say(phrase("Visits of a month")), width=width)


def _shares(name: str, width: int, reads: Reader) -> Picture:
    groups = (
        Portion(reads.say(phrase("A group")), 80, 34, 16, Decimal("53.1"), Decimal("41.1"), Decimal("64.8")),
        Portion(reads.say(phrase("A small group")), None),
    )
    return shares(
        name,
        groups,
        reads,
        title=reads.say(phrase("A part of a group")),
        counted=reads.say(phrase("counted")),
        others=reads.say(phrase("the others")),
        width=width,
    )


def _river(name: str, width: int, now: datetime, reads: Reader) -> Picture:
    session = now - 20 * _DAY
    journey = Journey(
        start=now - 60 * _DAY,
        end=now + 30 * _DAY,
        sessions=(Passage(session, reads.say(phrase("Medicine session"))),),
        intentions=(Intention(session - 3 * _DAY, reads.say(phrase("Intention")), toward=session),),
        moments=tuple(Passage(session + n * _DAY, reads.say(phrase("A moment"))) for n in (1, 2, 5)),
        commitments=(Commitment(session + 6 * _DAY, reads.say(phrase("Commitment")), kept=True),),
        windows=(Window(session, session + 7 * _DAY),),
        scores=Series(reads.say(phrase("Score")), (Reading(now - 50 * _DAY, 18), Reading(now - 6 * _DAY, 9))),
    )
    return river(name, journey, reads, title=reads.say(phrase("A journey")), now=now, width=width)


def _board(name: str, width: int, now: datetime, reads: Reader) -> Picture:
    opens = now.astimezone(reads.zone).replace(hour=8, minute=0)
    parts = (
        Part("preparation", opens + _HOUR, opens + 1.5 * _HOUR),
        Part("medicine", opens + 1.5 * _HOUR, opens + 3 * _HOUR),
        Part("recovery", opens + 3 * _HOUR, opens + 4 * _HOUR),
        Part("turnover", opens + 4 * _HOUR, opens + 4.5 * _HOUR),
    )
    columns = (Column("garden", reads.say(phrase("Garden room"))), Column("jo", "Jo Lindqvist", "person"))
    visit = Visit("Rosa", ("garden", "jo"), parts, href="#picture")
    return board(
        name,
        columns,
        (visit,),
        reads,
        start=opens,
        end=opens + 9 * _HOUR,
        title=reads.say(phrase("A day")),
        ratios=(Ratio(opens + _HOUR, opens + 4 * _HOUR, 1, 1),),
        now=opens + 2 * _HOUR,
        width=width,
    )


def _pipes(name: str, width: int, reads: Reader) -> Picture:
    rooms = (
        Room("intake", "intake", True),
        Room("sessions", "sessions", True, parked=2, parked_href="#picture"),
        Room("integration", "integration", None),
        Room("notify", "notify", True),
    )
    flows = (("intake", "sessions", 12.0, 0), ("sessions", "integration", 3.0, 140), ("integration", "notify", None, 5))
    given = tuple(Pipe(source, target, rate, backlog) for source, target, rate, backlog in flows)
    return pipes(name, rooms, given, reads, title=reads.say(phrase("What flows between the services")), width=width)
