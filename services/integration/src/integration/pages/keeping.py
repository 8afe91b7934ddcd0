"""A part of their own journey in words, for a client to print and keep."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request

from integration.domain.journey import Line
from integration.domain.living import day_by, on_the_day
from integration.domain.months import Month
from integration.domain.planning import PARTS
from integration.models import (
    CheckIn,
    Commitment,
    CommitmentReview,
    Intention,
    Letter,
    LifeEvent,
    Moment,
    Plan,
    PracticeLived,
)
from integration.pages.entries import line_title, practices_of
from integration.pages.journey import journey_pages
from integration.pages.telling import Told, tell_intentions, tell_moments
from integration.pages.themselves import own_id, zone_of
from integration.queries.intentions import earlier_words_of
from integration.queries.journey import timeline_of
from integration.queries.own_words import words_of
from integration.words import QUESTIONS, YES_NO
from shared.languages import Reader, phrase
from shared.store import Transaction
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show

__all__ = ["journey_pages"]

USUAL = timedelta(days=92)
"""So much is shown where the client has not said how much they want."""

MIDNIGHT = time()


@journey_pages.get("/journey/print", may="own.read", own=True)
def print_journey(tx: Transaction) -> Page:
    """A part of the client's own journey, from a day to a day, with all of their words."""
    client_id = own_id(tx)
    zone = zone_of(client_id, tx)
    reads, today = reader().at(zone), day_by(tx.now, zone)
    until = min(_day("until") or today, today)
    from_ = min(_day("from") or until - USUAL, until)
    start, end = on_the_day(from_, zone, MIDNIGHT), on_the_day(until + timedelta(days=1), zone, MIDNIGHT)
    lines = timeline_of(client_id, tx, start=start, end=end, drawings=True)
    return show(
        "integration/journey_print.html",
        tx,
        from_=from_,
        until=until,
        today=today,
        months=list(_by_month(lines, zone, reads, tx)),
        zone=zone,
    )


def _by_month(
    lines: Sequence[Line], zone: ZoneInfo, reads: Reader, tx: Transaction
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    told = _told(lines, tx)
    practices = practices_of(lines, tx)
    earlier = earlier_words_of([line.thing.id for line in lines if isinstance(line.thing, Intention)], tx)
    for month, within in groupby(lines, key=lambda line: Month.of(line.at, zone)):
        name = reads.month(date(month.year, month.number, 1))
        yield (
            name[:1].upper() + name[1:],
            [
                _entry(line, told, practices, reads, zone) | {"earlier": earlier.get(line.thing.id, ())}
                for line in within
            ],
        )


def _told(lines: Sequence[Line], tx: Transaction) -> Mapping[UUID, Told]:
    moments = [line.thing for line in lines if isinstance(line.thing, Moment)]
    intentions = [line.thing for line in lines if isinstance(line.thing, Intention)]
    return {**tell_moments(moments, tx), **tell_intentions(intentions, tx)}


def _entry(
    line: Line, told: Mapping[UUID, Told], practices: Mapping[UUID, str], reads: Reader, zone: ZoneInfo
) -> dict[str, Any]:
    thing = line.thing
    return {
        "at": line.at,
        "whole_day": isinstance(thing, LifeEvent),
        "title": line_title(line, reads),
        "told": told.get(thing.id),
        "words": None if thing.id in told else words_of(thing),
        "facts": [(reads.say(name), value) for name, value in _facts(thing, practices, reads, zone) if value],
    }


def _facts(
    thing: Any, practices: Mapping[UUID, str], reads: Reader, zone: ZoneInfo
) -> Sequence[tuple[str, str | None]]:
    """What else belongs to it. Of a check-in the plain questions are left out: paper is found by others."""
    match thing:
        case Intention():
            return [(phrase("The question"), reads.say(QUESTIONS[thing.question]))]
        case Commitment():
            return [(phrase("When"), thing.planned_for), (phrase("With whom"), thing.with_whom)]
        case CommitmentReview():
            return [(phrase("It said before"), thing.action_before)]
        case PracticeLived():
            return [(phrase("Practice"), practices.get(thing.practice_id))]
        case CheckIn():
            return [(phrase("Slept"), None if thing.slept is None else reads.say(YES_NO[thing.slept]))]
        case Letter():
            until = reads.day(day_by(thing.opens_at, zone))
            return [] if thing.opened_at else [(phrase("Sealed until"), until)]
        case Plan():
            return [(part.title, thing.parts.get(name)) for name, part in PARTS[thing.kind].items()]
    return []


def _day(name: str) -> date | None:
    """A day behind the `?`; None where there is none, or nothing that is one."""
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None
