"""The operator's system map: where this service stands, what waits for a person, and what they decide about it.

Each service draws its own room; the map, which the navigation leads to, has the others' beside it. They are of the
clinic at which the operator is now. Nothing on these pages is about a person.
"""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from sqlalchemy import Row
from werkzeug.wrappers import Response

from shared.errors import Problem
from shared.events import PUBLISHERS
from shared.events.envelope import Envelope
from shared.events.language import short_type
from shared.languages import phrase
from shared.store import parked, parked_timers
from shared.store.bodies import open_body
from shared.store.gaps import gaps
from shared.store.standing import standing
from shared.store.transaction import Transaction
from shared.web.context import frame
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show, staff_name
from shared.web.operating import Decision
from shared.web.operating_words import LOOP_WORDS, OTHER_LOOP, STATE_WORDS, map_of, sentences_of
from shared.web.pages import Pages

SHOWN = 20
"""How many of a kind the map names. What is beyond them is seen once these are decided on."""

WHOLE_MAP = "intake"
"""The service to whose room the navigation leads."""

operating_pages = Pages("operating_pages")


@operating_pages.get("/operating", may="inbox.read")
def map_page(tx: Transaction) -> Page:
    """This service's room; where the navigation leads to, with places for the rooms of the others."""
    others = [name for name in PUBLISHERS if name != tx.service]
    tabs = [(WHOLE_MAP, reader().say(phrase("Whole map")), f"/{WHOLE_MAP}/operating")]
    tabs += [(name, name.capitalize(), f"/{name}/operating") for name in PUBLISHERS if name != WHOLE_MAP]
    whole = tx.service == WHOLE_MAP
    return show("shared/operating/map.html", tx, others=others, whole=whole, tabs_of_services=tabs, **_room(tx))


@operating_pages.get("/operating/part", may="inbox.read")
def room_part(tx: Transaction) -> str:
    """This service's room alone, to stand on the map."""
    return render_template("shared/operating/part.html", now=tx.now, **_room(tx))


@operating_pages.get("/operating/events/<uuid:event_id>", may="inbox.read")
def event_page(tx: Transaction, event_id: UUID) -> Page:
    """One event that was not handled: what it says to any subscriber, and what became of it."""
    return _event(tx, event_id, _why("skip-"), _why("discard-"))


@operating_pages.post("/operating/events/<uuid:event_id>/retry", may="inbox.decide")
def retry_event(tx: Transaction, event_id: UUID) -> Response:
    """Have it tried again now."""
    parked.retry(event_id, tx)
    return _to_map()


@operating_pages.post("/operating/events/<uuid:event_id>/skip", may="inbox.decide")
def skip_event(tx: Transaction, event_id: UUID) -> Page | Response:
    """Pass it over, and say why."""
    why = _why("skip-")
    order = why.read(request.form)
    if order is not None and _was_done(why, lambda: parked.skip(event_id, order.reason, tx)):
        return _to_map()
    return _event(tx, event_id, why, _why("discard-"))


@operating_pages.post("/operating/events/<uuid:event_id>/discard", may="inbox.decide")
def discard_event(tx: Transaction, event_id: UUID) -> Page | Response:
    """Throw its data away, and say why."""
    why = _why("discard-")
    order = why.read(request.form)
    if order is not None and _was_done(why, lambda: parked.discard(event_id, order.reason, tx)):
        return _to_map()
    return _event(tx, event_id, _why("skip-"), why)


@operating_pages.get("/operating/timers/<uuid:timer_id>", may="timers.read")
def timer_page(tx: Transaction, timer_id: UUID) -> Page:
    """One timer that failed for good; what it was set with stays out."""
    return _timer(tx, timer_id, _why("cancel-"))


@operating_pages.post("/operating/timers/<uuid:timer_id>/retry", may="timers.decide")
def retry_timer(tx: Transaction, timer_id: UUID) -> Response:
    """Have it fire now."""
    parked_timers.retry_timer(timer_id, tx)
    return _to_map()


@operating_pages.post("/operating/timers/<uuid:timer_id>/cancel", may="timers.decide")
def cancel_timer(tx: Transaction, timer_id: UUID) -> Page | Response:
    """Have it never fire, and say why."""
    why = _why("cancel-")
    order = why.read(request.form)
    if order is not None and _was_done(why, lambda: parked_timers.cancel_timer(timer_id, order.reason, tx)):
        return _to_map()
    return _timer(tx, timer_id, why)


def _room(tx: Transaction) -> dict[str, Any]:
    reads = reader()
    hears = frame().service.handlers.publishers
    found = standing(tx.session, tx.service, hears, tx.now)
    missing = gaps(tx.session, tx.service, limit=SHOWN + 1)
    troubles = frame().troubles()
    stuck = sentences_of(found, len(missing), troubles)
    return {
        "own": tx.service,
        "clinic": tx.clinic.name,
        "standing": found,
        "stuck": [reads.say(sentence) for sentence in stuck],
        "map": map_of(tx.service, found, well=not stuck, reader=reads),
        "events": parked.parked_events(tx.session, tx.service, limit=SHOWN) if found.parked else [],
        "gaps": missing[:SHOWN],
        "timers": parked_timers.parked_timers(tx.session, limit=SHOWN) if found.timers.parked else [],
        "troubles": reads.listed(sorted({reads.say(LOOP_WORDS.get(name, OTHER_LOOP)) for name in troubles})),
        "name_of_event": _name_of_event,
        "kind_of_error": _kind_of_error,
    }


def _event(tx: Transaction, event_id: UUID, skip: Form[Decision], discard: Form[Decision]) -> Page:
    row = parked.find_event(tx.session, tx.service, event_id)
    body = open_body(frame().store.keyring, row)
    envelope = Envelope.from_bytes(body) if body else None
    return show(
        "shared/operating/event.html",
        tx,
        skip,
        discard,
        own=tx.service,
        event=row,
        name=_name_of_event(row.type),
        state=STATE_WORDS.get(row.state, row.state),
        error=_kind_of_error(row.error),
        path=_path(row, envelope, tx),
        data={} if envelope is None else envelope.open_data(),
        skip=skip,
        discard=discard,
    )


def _path(row: Row[Any], envelope: Envelope | None, tx: Transaction) -> list[dict[str, Any]]:
    """What became of an event, as far as it is known when, in order."""
    reads = reader()
    publisher, here = row.publisher.capitalize(), tx.service.capitalize()
    steps = [] if envelope is None else [(envelope.time, phrase("Said by {service}", service=publisher), "")]
    steps.append((row.received_at, phrase("Came to {service}", service=here), ""))
    if row.decided_at is not None:
        decided = phrase("Decided by {who}", who=staff_name(row.decided_by, tx.clinic))
        steps.append((row.decided_at, decided, row.reason or ""))
    path = [{"at": at, "title": reads.say(title), "text": text} for at, title, text in steps]
    attempts = reads.count("Tried {n} time", "Tried {n} times", row.attempts)
    path[0 if envelope is None else 1]["text"] = attempts if row.attempts else ""
    return path


def _timer(tx: Transaction, timer_id: UUID, cancel: Form[Decision]) -> Page:
    row = parked_timers.find_timer(tx.session, timer_id)
    return show(
        "shared/operating/timer.html",
        tx,
        cancel,
        own=tx.service,
        timer=row,
        state=STATE_WORDS.get(row.state, row.state),
        error=_kind_of_error(row.error),
        cancel=cancel,
    )


def _why(prefix: str) -> Form[Decision]:
    asked = Ask(
        phrase("Why"), phrase("It stays on record beside your name. Write nothing about a person."), kind="long"
    )
    return Form(Decision, {"reason": asked}, phrase("Nothing was decided yet"), prefix=prefix)


def _was_done(why: Form[Decision], deed: Any) -> bool:
    try:
        deed()
    except Problem as problem:
        why.refuse(problem)
        return False
    return True


def _to_map() -> Response:
    return redirect(f"/{frame().service.name}/operating", 303)


def _name_of_event(type_: str) -> str:
    """`intake.clearance.decided` of its type, as the catalogue has it in its addresses."""
    return short_type(type_).rpartition(".v")[0] or type_


def _kind_of_error(error: str | None) -> str:
    """The first line of what was kept of it: its kind."""
    return (error or "").partition("\n")[0]
