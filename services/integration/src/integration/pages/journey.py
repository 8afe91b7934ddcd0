"""The journey: what has been and what lies ahead, as a river and as a list."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for

from integration import queries
from integration.domain.journey import AHEAD_TO_THE_CARE_TEAM, AHEAD_TO_THE_CLIENT, Line
from integration.models import Client, Commitment, Intention, Moment
from integration.pages.people import UNNAMED
from integration.pages.pictures import river_of
from integration.pages.themselves import own_id, zone_of
from integration.pages.words import MOMENTS
from shared.languages import Reader, phrase
from shared.pictures.body import SENSATIONS
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.guard import may

journey_pages = Pages("journey")

SPANS = {"month": timedelta(days=31), "quarter": timedelta(days=92), "year": timedelta(days=365)}
SPAN_WORDS = {"month": phrase("A month"), "quarter": phrase("Three months"), "year": phrase("A year")}
KINDS = {
    "intention": phrase("Intentions"),
    "moment": phrase("Moments"),
    "commitment": phrase("Commitments"),
    "visit": phrase("Visits"),
    "check_in": phrase("Check-ins"),
    "measure": phrase("Questions"),
    "sensation": phrase("Body"),
}
"""What the list can be narrowed to. A window stands with the visit after which it opened."""
INNER = ("intention", "moment", "sensation", "commitment")
CODES = {**SENSATIONS, **MOMENTS}


@journey_pages.get("/journey", may="own.read", own=True)
def own_journey(tx: Transaction) -> Page:
    """A client's own journey, with their own words."""
    return _show(own_id(tx), tx)


@journey_pages.get("/people/<uuid:client_id>/journey", may="timeline.read")
def journey_of(tx: Transaction, client_id: UUID) -> Page:
    """A client's journey, as far as the reader may see it."""
    tx.one(Client, client_id)
    return _show(client_id, tx)


def _show(client_id: UUID, tx: Transaction) -> Page:
    """The part of the journey around now, of which three quarters have been."""
    reads, own = reader(), queries.is_client(client_id, tx)
    span = request.args.get("span", "")
    span = span if span in SPANS else "quarter"
    start, end = tx.now - SPANS[span] * 0.75, tx.now + SPANS[span] * 0.25
    lines = queries.timeline_of(client_id, tx)
    ahead = queries.visits_ahead_of(client_id, tx)
    said_of_ahead = AHEAD_TO_THE_CLIENT if own else AHEAD_TO_THE_CARE_TEAM
    with_ahead = lines + [Line(visit.starts_at, "visit", said_of_ahead[visit.kind], visit) for visit in ahead]
    in_order = sorted(with_ahead, key=lambda line: line.at)
    within = [line for line in reversed(in_order) if start <= line.at <= end]
    kinds = [kind for kind in KINDS if any(_kind(line) == kind for line in within)]
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds else ""
    client = tx.find(Client, client_id)
    zone = zone_of(client_id, tx) if own else None
    says_intentions = own or may("intention.read", tx)
    return show(
        "integration/journey.html",
        tx,
        own=own,
        client_id=client_id,
        name=client.display_name if client and client.display_name else reads.say(UNNAMED),
        river=river_of(lines, ahead, start, end, tx.now, zone, own=own, say_intentions=says_intentions),
        zone=zone,
        span=span,
        spans=[(key, reads.say(words), _address(span=key, kind=kind)) for key, words in SPAN_WORDS.items()],
        kind=kind,
        kinds=[("", reads.say(phrase("Everything")), _address(span=span))]
        + [(key, reads.say(KINDS[key]), _address(span=span, kind=key)) for key in kinds],
        entries=[_entry(line, reads, own=own) for line in within if kind in ("", _kind(line))],
    )


def _entry(line: Line, reads: Reader, *, own: bool) -> dict[str, object]:
    """A line as the timeline shows it; what a client wrote stands on their own page alone."""
    values = {name: reads.say(CODES.get(str(value), str(value))) for name, value in line.values.items()}
    return {
        "at": line.at,
        "title": reads.say(line.words, **values),
        "text": _words_of(line.thing) if own else None,
        "href": url_for("moments.moment", moment_id=line.thing.id) if own and isinstance(line.thing, Moment) else None,
        "tone": "inner" if line.kind in INNER else "plain",
    }


def _kind(line: Line) -> str:
    return "visit" if line.kind == "window" else line.kind


def _words_of(thing: object) -> str | None:
    match thing:
        case Intention() | Moment():
            return thing.words
        case Commitment():
            return thing.action
    return None


def _address(**view: str) -> str:
    """The same page in another view."""
    query = urlencode({name: value for name, value in view.items() if value})
    return f"{request.path}?{query}"
