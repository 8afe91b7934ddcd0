"""What is drawn of a client: the river of their journey, and their measures over time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from integration import queries
from integration.domain.journey import Line
from integration.models import BookedVisit, Commitment, CompletedVisit, Intention, Moment, Reading, Window
from integration.pages.words import MOMENTS, VISITS
from shared import pictures
from shared.events.sessions import VisitKind
from shared.languages import Reader, phrase
from shared.measures import Instrument, UnknownInstrument, load_instrument
from shared.pictures import Picture, at_any_width
from shared.store import Transaction
from shared.web.face.reading import reader

KEPT = {"kept": True, "let_go": False}
"""Whether a commitment was kept; of one that is open or was adjusted it is not known."""


def river_of(
    lines: Sequence[Line],
    ahead: Sequence[BookedVisit],
    start: datetime,
    end: datetime,
    now: datetime,
    zone: ZoneInfo | None,
    *,
    own: bool,
    say_intentions: bool,
) -> Picture:
    """The journey as a river. A client sees their own words in it; others that there is something, and scores.

    Its times are by the clock of the `zone`, by the reader's where none is given.
    """
    reads = reader().at(zone) if zone else reader()
    things = [line.thing for line in lines]
    medicine = reads.say(VISITS[VisitKind.MEDICINE])
    done = [one.completed_at for one in things if isinstance(one, CompletedVisit) and one.kind == VisitKind.MEDICINE]
    sessions = sorted(done + [one.starts_at for one in ahead if one.kind == VisitKind.MEDICINE])
    journey = pictures.Journey(
        start,
        end,
        sessions=tuple(pictures.Passage(at, medicine) for at in sessions),
        intentions=tuple(
            pictures.Intention(
                one.set_at,
                one.words if say_intentions else reads.say(phrase("Intention")),
                toward=next((at for at in sessions if at > one.set_at), None),
            )
            for one in things
            if isinstance(one, Intention)
        ),
        moments=tuple(
            pictures.Passage(one.felt_at, reads.say(MOMENTS[one.kind])) for one in things if isinstance(one, Moment)
        ),
        commitments=tuple(
            pictures.Commitment(
                one.made_at, one.action if own else reads.say(phrase("Commitment")), kept=KEPT.get(one.status)
            )
            for one in things
            if isinstance(one, Commitment)
        ),
        windows=tuple(pictures.Window(one.opened_at, one.closes_at) for one in things if isinstance(one, Window)),
        scores=None if own else _scores([one for one in things if isinstance(one, Reading)]),
    )
    title = reads.say(phrase("Your journey")) if own else reads.say(phrase("The journey"))
    return at_any_width(
        "river",
        lambda picture_id, width: pictures.river(picture_id, journey, reads, title=title, now=now, width=width),
    )


def pictures_of_measures(client_id: UUID, tx: Transaction) -> list[tuple[Picture, Reading]]:
    """Each measure over time with the last reading of it, beside the medicine visits; the newest measure first."""
    readings = queries.readings_of(client_id, tx)
    visits = queries.medicine_visits_of(client_id, tx)
    by_instrument = {
        one.instrument: [each for each in readings if each.instrument == one.instrument] for one in readings
    }
    drawn = [(_line(name, own, visits, reader()), own[-1]) for name, own in by_instrument.items()]
    return sorted(drawn, key=lambda pair: pair[1].answered_at, reverse=True)


def _line(name: str, readings: Sequence[Reading], visits: Iterable[datetime], reads: Reader) -> Picture:
    instrument = _instrument(readings[-1])
    title = reads.say(instrument.title) if instrument else name.upper()
    medicine = reads.say(VISITS[VisitKind.MEDICINE])
    series = pictures.Series(name.upper(), tuple(_point(one, reads) for one in readings))
    bands = [pictures.Band(reads.say(one.title), one.low, one.high) for one in instrument.bands] if instrument else []
    spans = [
        pictures.Span(one.baseline_answered_at, one.answered_at, reads.say(phrase("the questions’ times overlap")))
        for one in readings
        if one.overlapping and one.baseline_answered_at is not None
    ]
    return at_any_width(
        f"measure-{name}",
        lambda picture_id, width: pictures.line(
            picture_id,
            [series],
            reads,
            title=title,
            bands=bands,
            events=[pictures.Event(at, medicine, "session") for at in visits],
            spans=spans,
            lowest=instrument.lowest if instrument else None,
            highest=instrument.highest if instrument else None,
            width=width,
        ),
    )


def _point(reading: Reading, reads: Reader) -> pictures.Reading:
    """Response and remission only where the instrument's own rule says so."""
    if reading.remission:
        note = reads.say(phrase("Remission"))
    elif reading.response:
        note = reads.say(phrase("Response"))
    else:
        note = ""
    return pictures.Reading(reading.answered_at, reading.score, note)


def _scores(readings: Sequence[Reading]) -> pictures.Series | None:
    """The measure that was answered most often: one line over the river is enough."""
    names = [one.instrument for one in readings]
    if not names:
        return None
    most = max(names, key=names.count)
    points = (pictures.Reading(one.answered_at, one.score) for one in readings if one.instrument == most)
    return pictures.Series(most.upper(), tuple(points))


def _instrument(reading: Reading) -> Instrument | None:
    try:
        return load_instrument(reading.instrument, int(reading.version))
    except (UnknownInstrument, ValueError):
        return None
