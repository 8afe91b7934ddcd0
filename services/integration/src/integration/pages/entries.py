"""What the lines of a journey say on a page: titles to whoever may see them, and words to the client alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from integration.domain.journey import Line
from integration.models import (
    BookedVisit,
    Commitment,
    CommitmentReview,
    Intention,
    Letter,
    LifeEvent,
    Moment,
    Plan,
    Practice,
    PracticeLived,
    Sensation,
)
from integration.queries.attachments import kinds_attached
from integration.queries.journey import drawings_among
from integration.queries.own_words import words_of
from integration.queries.practices import practices_named
from integration.queries.threads import End, threads_of
from integration.words import ENDS, MOMENTS, TOLD_OTHERWISE
from shared.languages import Reader, phrase
from shared.pictures.textures import SENSATIONS
from shared.store import Transaction

CODES = {**SENSATIONS, **MOMENTS}
INNER = ("intention", "moment", "sensation", "commitment", "practice", "life_event", "letter")

CAME_FROM = phrase("comes from {what}, {day}")
LED_TO = phrase("led to {what}, {day}")


@dataclass(frozen=True)
class Entry:
    """A line as the list shows it. `ends` are what it comes from and led to: the words, and where that is.

    Of a `whole_day` the hour is nobody's.
    """

    id: UUID
    at: datetime
    title: str
    text: str | None
    marks: Sequence[str]
    ends: Sequence[tuple[str, End]]
    href: str | None
    tone: str
    whole_day: bool


def entries_of(
    client_id: UUID, lines: Sequence[Line], reads: Reader, tx: Transaction, *, own: bool, intentions: bool
) -> list[Entry]:
    """The lines, with what belongs to each: a few questions to the database, however many they are.

    Others than the client read that something is, and never what it says; how `intentions` were told is for who may
    read these.
    """
    ends = _ends_of(client_id, lines, reads, tx)
    marks = _marks_of([line for line in lines if intentions or line.kind != "intention"], tx)
    practices = practices_of(lines, tx) if own else {}
    return [
        Entry(
            line.thing.id,
            line.at,
            line_title(line, reads),
            _text_of(line.thing, practices) if own else None,
            [reads.say(TOLD_OTHERWISE[mark]) for mark in marks[line.thing.id]],
            ends[line.thing.id],
            _page_of(line.thing) if own else None,
            "inner" if line.belongs_to in INNER else "plain",
            isinstance(line.thing, LifeEvent),
        )
        for line in lines
    ]


def line_title(line: Line, reads: Reader) -> str:
    """The line in the reader's language."""
    values = {name: reads.say(CODES.get(str(value), str(value))) for name, value in line.values.items()}
    return reads.say(line.words, **values)


def _text_of(thing: Any, practices: Mapping[UUID, str]) -> str | None:
    if isinstance(thing, PracticeLived):
        return " – ".join(filter(None, (practices.get(thing.practice_id), thing.words)))
    return words_of(thing)


def _page_of(thing: Any) -> str | None:
    match thing:
        case Moment():
            return url_for("moment_pages.moment", moment_id=thing.id)
        case Intention():
            return url_for("intention_pages.intention", intention_id=thing.id)
        case Commitment():
            return url_for("commitment_pages.commitment", commitment_id=thing.id)
        case CommitmentReview():
            return url_for("commitment_pages.commitment", commitment_id=thing.commitment_id)
        case Practice():
            return url_for("practice_pages.practice", practice_id=thing.id)
        case PracticeLived():
            return url_for("practice_pages.practice", practice_id=thing.practice_id)
        case Sensation():
            return url_for("body_pages.sensation", sensation_id=thing.id)
        case Plan():
            return url_for("plan_pages.own_plan", plan_kind=thing.kind)
        case LifeEvent():
            return url_for("living_pages.day", life_event_id=thing.id)
        case Letter():
            return url_for("living_pages.letter", letter_id=thing.id)
    return None


def _ends_of(
    client_id: UUID, lines: Sequence[Line], reads: Reader, tx: Transaction
) -> Mapping[UUID, list[tuple[str, End]]]:
    found: dict[UUID, list[tuple[str, End]]] = defaultdict(list)
    of = {line.thing.id for line in lines if not isinstance(line.thing, BookedVisit)}
    for thread in threads_of(client_id, tx, of=of):
        if thread.end.kind == "lived":
            continue  # Which practice it was is said already.
        for here, there, words in ((thread.end, thread.start, CAME_FROM), (thread.start, thread.end, LED_TO)):
            if here.id in of:
                said = reads.say(words, what=reads.say(ENDS[there.kind]), day=reads.day(there.at))
                found[here.id].append((said, there))
    return found


def _marks_of(lines: Sequence[Line], tx: Transaction) -> Mapping[UUID, list[str]]:
    """What was drawn, spoken or photographed, of what the reader may see already."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for drawn in drawings_among(lines, tx):
        found[drawn].append("drawing")
    ids = [line.thing.id for line in lines if isinstance(line.thing, Moment | Intention)]
    for thing, kinds in kinds_attached(ids, tx).items():
        found[thing] += kinds
    return found


def practices_of(lines: Sequence[Line], tx: Transaction) -> Mapping[UUID, str]:
    """What the practices are called that were lived."""
    return practices_named({line.thing.practice_id for line in lines if isinstance(line.thing, PracticeLived)}, tx)
