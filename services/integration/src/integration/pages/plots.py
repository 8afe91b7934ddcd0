"""Measures over time as pictures, beside the medicine visits and the days that matter in a client's life."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from integration.models import LifeEvent, Reading
from integration.queries.clients import is_client, medicine_visits_of
from integration.queries.living import life_events_of
from integration.queries.measures import readings_of
from integration.words import VISITS
from shared import pictures
from shared.events.sessions import VisitKind
from shared.languages import Reader, phrase
from shared.measures import Instrument
from shared.pictures import Picture, at_any_width
from shared.store import Transaction
from shared.web.face.reading import reader


@dataclass(frozen=True)
class Measured:
    """One instrument over time. `picture` is None of a triage, which has no total; its levels stand in the readings."""

    name: str
    title: str
    instrument: Instrument | None
    readings: Sequence[Reading]
    picture: Picture | None

    @property
    def last(self) -> Reading:
        """The reading that was answered last."""
        return self.readings[-1]

    @property
    def is_depth(self) -> bool:
        """Whether it says how deep an experience went: that has no good or bad, and is no target."""
        return self.instrument is not None and self.instrument.direction == "neither"


def measured(client_id: UUID, tx: Transaction, zone: ZoneInfo | None = None) -> list[Measured]:
    """Each instrument that was answered, the one that was answered last first: three questions, however much there is.

    Its times are by the clock of the `zone`, by the reader's where none is given. A client's own picture says nothing
    of response and remission: what numbers mean is for a conversation.
    """
    reads = reader().at(zone) if zone else reader()
    readings, visits = readings_of(client_id, tx), medicine_visits_of(client_id, tx)
    events = _events(visits, life_events_of(client_id, tx), reads)
    by_name: dict[str, list[Reading]] = {}
    for one in readings:
        by_name.setdefault(one.instrument, []).append(one)
    own = is_client(client_id, tx)
    # All of them have one axis of time, so that they can be read one under the other.
    over = axis_of([one.answered_at for one in readings] + [event.at for event in events])
    found = [_measured(name, each, events, over, reads, own=own) for name, each in by_name.items()]
    return sorted(found, key=lambda one: one.last.answered_at, reverse=True)


def pictures_of_measures(client_id: UUID, tx: Transaction) -> list[tuple[Picture, Reading]]:
    """Each measure with a total over time with the last reading of it; the newest measure first."""
    return [(one.picture, one.last) for one in measured(client_id, tx) if one.picture is not None]


def picture_of_many(
    title: str,
    instrument: Instrument | None,
    name: str,
    people: Sequence[tuple[str, Sequence[Reading]]],
    over: tuple[datetime, datetime] | None,
) -> Picture:
    """One instrument of many clients, by their names: a faint line for each, and nobody before anybody else."""
    first, last = over or (None, None)
    reads = reader()
    series = [
        pictures.Series(who, tuple(pictures.Reading(one.answered_at, one.shown) for one in readings))
        for who, readings in people
    ]
    lowest, highest = _ends(instrument)
    return at_any_width(
        f"many-{name}",
        lambda picture_id, width: pictures.line(
            picture_id,
            series,
            reads,
            title=title,
            bands=_bands(instrument, reads),
            lowest=lowest,
            highest=highest,
            first=first,
            last=last,
            width=width,
            faint=True,
        ),
    )


def axis_of(moments: Sequence[datetime]) -> tuple[datetime, datetime] | None:
    """From before the first of them to after the last, with room at both ends; None where a picture finds its own."""
    first, last = min(moments, default=None), max(moments, default=None)
    if first is None or last is None or first == last:
        return None
    room = (last - first) / 30
    return first - room, last + room


def title_of(name: str, instrument: Instrument | None, reads: Reader) -> str:
    """What an instrument is called; its id, where this release does not know it."""
    return reads.say(instrument.title) if instrument else name.upper()


def _measured(
    name: str,
    readings: Sequence[Reading],
    events: Sequence[pictures.Event],
    over: tuple[datetime, datetime] | None,
    reads: Reader,
    *,
    own: bool,
) -> Measured:
    instrument = readings[-1].form
    title = title_of(name, instrument, reads)
    has_total = instrument is None or instrument.has_total
    picture = _line(name, title, instrument, readings, events, over, reads, own=own) if has_total else None
    return Measured(name, title, instrument, readings, picture)


def _events(visits: Iterable[datetime], life_events: Iterable[LifeEvent], reads: Reader) -> list[pictures.Event]:
    medicine = reads.say(VISITS[VisitKind.MEDICINE])
    sessions = [pictures.Event(at, medicine, "session") for at in visits]
    return sessions + [pictures.Event(one.happened_at, one.title, "event") for one in life_events]


def _line(
    name: str,
    title: str,
    instrument: Instrument | None,
    readings: Sequence[Reading],
    events: Sequence[pictures.Event],
    over: tuple[datetime, datetime] | None,
    reads: Reader,
    *,
    own: bool,
) -> Picture:
    points = (pictures.Reading(one.answered_at, one.shown, "" if own else _note(one, reads)) for one in readings)
    # A client reads what it is called, and no code.
    series = pictures.Series(title if own else name.upper(), tuple(points))
    first, last = over or (None, None)
    spans = [
        pictures.Span(one.baseline_answered_at, one.answered_at, reads.say(phrase("the questions’ times overlap")))
        for one in readings
        if one.overlapping and one.baseline_answered_at is not None
    ]
    lowest, highest = _ends(instrument)
    return at_any_width(
        f"measure-{name}",
        lambda picture_id, width: pictures.line(
            picture_id,
            [series],
            reads,
            title=title,
            bands=[] if own else _bands(instrument, reads),
            events=events,
            first=first,
            last=last,
            spans=spans,
            lowest=lowest,
            highest=highest,
            width=width,
        ),
    )


def _bands(instrument: Instrument | None, reads: Reader) -> list[pictures.Band]:
    """The instrument's own bands in words, all in one colour. What has no good or bad has none."""
    if instrument is None or not instrument.has_total:
        return []
    shown = instrument.shown
    return [
        pictures.Band(reads.say(one.title), shown(one.low), shown(one.high), step=shown(1)) for one in instrument.bands
    ]


def _ends(instrument: Instrument | None) -> tuple[int | Decimal | None, int | Decimal | None]:
    return (
        (None, None)
        if instrument is None
        else (instrument.shown(instrument.lowest), instrument.shown(instrument.highest))
    )


def _note(reading: Reading, reads: Reader) -> str:
    """Response, remission and reliable change, only where the instrument's own rule says so."""
    if reading.remission:
        return reads.say(phrase("Remission"))
    if reading.response:
        return reads.say(phrase("Response"))
    return reads.say(phrase("Reliable change")) if reading.reliable else ""
