"""The river of a client's journey, as it is drawn: their own words for themselves alone, and few of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from integration.domain.months import Drawn, Month
from integration.domain.practising import CommitmentStatus
from integration.models import BookedVisit
from integration.queries.threads import Thread
from integration.words import MOMENTS, VISITS
from shared import pictures
from shared.events.sessions import VisitKind
from shared.languages import Reader, phrase
from shared.pictures import Picture

MOST_SAID = 24
"""Of more intentions, or days that matter, than these no words are drawn: they would lie over each other."""

KEPT = {CommitmentStatus.KEPT: True, CommitmentStatus.LET_GO: False}
"""Whether a commitment was kept; of one that is open it is not known."""

NAMES: Mapping[pictures.Sort, str] = {
    "sensation": phrase("Something in the body"),
    "review": phrase("Looked back at a commitment"),
    "practice": phrase("Practice"),
    "plan": phrase("Plan agreed"),
    "letter": phrase("Letter to oneself"),
}
SORTS: Mapping[str, pictures.Sort] = {
    "sensation": "sensation",
    "review": "review",
    "practice": "practice",
    "lived": "practice",
    "plan": "plan",
    "letter": "letter",
}
"""By kind of line, where nothing but that it is is drawn."""

TITLES = {True: phrase("Your journey"), False: phrase("The journey")}
DRAWN_THREADS = {("moment", "commitment"), ("moment", "practice")}


@dataclass(frozen=True)
class Places:
    """What is drawn: lines by kind, visits that are booked, and what led to what. `chosen` is the month of the list."""

    drawn: Drawn
    chosen: Month
    found: Mapping[str, Sequence[Any]]
    ahead: Sequence[BookedVisit]
    threads: Sequence[Thread]

    def of(self, kind: str) -> Sequence[Any]:
        """The rows of a kind; none where the reader may not see it, or did not ask for it."""
        return self.found.get(kind, ())


def river_of(
    places: Places,
    zone: ZoneInfo,
    reads: Reader,
    now: datetime,
    *,
    own: bool,
    says: bool,
    leads_to: Mapping[Month, str],
) -> tuple[Picture, list[tuple[Any, str]]]:
    """The picture, and its signs with what they mean. Times are by the clock of the zone.

    A client sees their own words in it; others that there is something, scores, and the words of what is meant for them
    as well: of days that were shared, and of intentions where they `says`. `leads_to` are the months' addresses.
    """
    reads = reads.at(zone)
    journey = pictures.Journey(
        places.drawn.first.starts_at(zone),
        places.drawn.last.ends_at(zone) - timedelta(seconds=1),
        sessions=tuple(pictures.Passage(at, reads.say(VISITS[VisitKind.MEDICINE])) for at in _medicine(places)),
        intentions=tuple(_intentions(places, reads, says=says)),
        moments=tuple(pictures.Passage(one.at, reads.say(MOMENTS[one.kind])) for one in places.of("moment")),
        commitments=tuple(
            pictures.Commitment(one.at, reads.say(phrase("Commitment")), kept=KEPT.get(one.status))
            for one in places.of("commitment")
        ),
        windows=tuple(pictures.Window(one.at, one.closes_at) for one in places.of("window")),
        scores=None if own else _scores([row[0] for row in places.of("measure")]),
        others=tuple(_others(places, reads, own=own)),
        threads=tuple(
            pictures.Thread(one.start.at, one.end.at)
            for one in places.threads
            if (one.start.kind, one.end.kind) in DRAWN_THREADS
        ),
        months=tuple(_months(places, reads, zone, leads_to)),
    )
    title = reads.say(TITLES[own])
    picture = pictures.river("river", journey, reads, title=title, now=now, width=places.drawn.width, scrolls=True)
    return picture, pictures.river_signs(journey, reads)


def _medicine(places: Places) -> list[datetime]:
    done = [one.at for one in places.of("visit") if one.kind == VisitKind.MEDICINE]
    return sorted(done + [one.starts_at for one in places.ahead if one.kind == VisitKind.MEDICINE])


def _intentions(places: Places, reads: Reader, *, says: bool) -> list[pictures.Intention]:
    rows, sessions = places.of("intention"), _medicine(places)
    said = says and len(rows) <= MOST_SAID
    return [
        pictures.Intention(
            at,
            (said and intention.words) or reads.say(phrase("Intention")),
            toward=next((each for each in sessions if each > at), None),
        )
        for intention, at in rows
    ]


def _others(places: Places, reads: Reader, *, own: bool) -> list[pictures.Mark]:
    found = [
        pictures.Mark(one.at, reads.say(VISITS[one.kind]), sort="visit")
        for one in places.of("visit")
        if one.kind != VisitKind.MEDICINE
    ]
    found += [
        pictures.Mark(one.starts_at, reads.say(VISITS[one.kind]), sort="visit")
        for one in places.ahead
        if one.kind != VisitKind.MEDICINE
    ]
    for kind, sort in SORTS.items():
        found += [pictures.Mark(one.at, reads.say(NAMES[sort]), sort=sort) for one in places.of(kind)]
    days = places.of("life_event")
    for event, at in days:
        title = event.title if len(days) <= MOST_SAID else reads.say(phrase("A day that matters"))
        found.append(pictures.Mark(at, title, sort="life"))
    answered = [*places.of("check_in"), *(places.of("measure") if own else ())]
    return found + [pictures.Mark(one.at, reads.say(phrase("Questions answered")), sort="answer") for one in answered]


def _months(places: Places, reads: Reader, zone: ZoneInfo, leads_to: Mapping[Month, str]) -> list[pictures.Month]:
    found = []
    month = places.drawn.first
    while month <= places.drawn.last:
        start = month.starts_at(zone)
        found.append(
            pictures.Month(
                start,
                month.ends_at(zone),
                reads.month(start),
                str(month.year) if month.number == 1 else reads.short_month(start),
                leads_to.get(month),
                chosen=month == places.chosen,
                first=month.number == 1,
            )
        )
        month = month.later(1)
    return found


def _scores(readings: Sequence[Any]) -> pictures.Series | None:
    """The measure that was answered most often: one line over the river is enough."""
    names = [one.instrument for one in readings]
    if not names:
        return None
    most = max(sorted(set(names)), key=names.count)
    points = (pictures.Reading(one.answered_at, one.shown) for one in readings if one.instrument == most)
    return pictures.Series(most.upper(), tuple(points))
