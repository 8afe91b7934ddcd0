"""The room: the medicine sessions of now, what is due next in each, and writing down a reading where one stands."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from sessions import queries, words
from sessions.commands import vitals as readings
from sessions.domain.statuses import VisitStatus
from sessions.models import Visit
from sessions.pages import asking as forms
from sessions.pages.watching import Watched, pictures_of, watched
from sessions.schemas import DecideHold, RecordVitals
from shared.declared import Declared
from shared.errors import Invalid, Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show, staff_name
from shared.web.face.waited import written_at
from shared.web.guard import check_listed

room_pages = Pages("room")


@room_pages.get("/room", may="record.read", many=True)
def show_room(tx: Transaction) -> Page:
    """The sessions that have begun and are not over; those that want something first."""
    visits = queries.treated_now(tx)
    check_listed(visits, tx)
    names = queries.names_of({visit.client_id for visit in visits}, tx)
    sessions = sorted((watched(visit, names.get(visit.client_id), tx) for visit in visits), key=_urgency)
    return show(
        "sessions/room.html",
        tx,
        words=words,
        written_by=lambda actor: _written_by(actor, tx),
        sessions=sessions,
        pictures=lambda one: pictures_of(one, reader(), tx),
        vitals_form=forms.take_vitals,
        hold_form=_hold_form,
        limit=tx.clinic.rules.blood_pressure_hold,
    )


@room_pages.get("/visits/<uuid:visit_id>/live", may="record.read")
def show_session(tx: Transaction, visit_id: UUID) -> Page:
    """One session, with every line of its record."""
    return _session(tx.one(Visit, visit_id), tx)


@room_pages.post("/visits/<uuid:visit_id>/live/vitals", may="vitals.record")
def take_vitals(tx: Transaction, visit_id: UUID) -> Page | Response:
    """Write down a reading of now, or of when it was written on a device that had no connection."""

    def record(order: RecordVitals) -> None:
        readings.record_vitals(visit_id, replace(order, taken_at=written_at(tx.now)), tx)

    return _done(visit_id, tx, forms.take_vitals(tx.one(Visit, visit_id)), "vitals", record)


@room_pages.post("/visits/<uuid:visit_id>/live/hold", may="hold.decide")
def decide_hold(tx: Transaction, visit_id: UUID) -> Page | Response:
    """A prescriber decides by name whether a held session goes on."""
    visit = tx.one(Visit, visit_id)
    # It is about the reading that the page showed, until they have been told of a newer one.
    form = forms.decide_hold(visit, request.form.get("reading_id", ""))

    def decide(order: DecideHold) -> None:
        try:
            readings.decide_hold(visit_id, order, tx)
        except Refused as refusal:
            if refusal.code != "newer_reading":
                raise
            form.asks = _hold_form(watched(visit, None, tx)).asks
            seen = {name: refusal.facts[name] for name in ("systolic", "diastolic")}
            sentence = phrase(
                "{systolic}/{diastolic} was measured since you opened this page. Look at it, and decide again.", **seen
            )
            raise Refused(refusal.code, sentence, facts=refusal.facts) from refusal

    return _done(visit_id, tx, form, "hold", decide)


def _done(
    visit_id: UUID, tx: Transaction, form: Form[Any], name: str, command: Callable[[Any], Any]
) -> Page | Response:
    """Back to where the form was; or the session again, with what is to be mended."""
    order: Declared | None = form.read(request.form)
    if order is not None:
        try:
            command(order)
        except (Refused, Invalid) as refusal:
            form.refuse(refusal)
        else:
            back = url_for("room.show_room") if request.args.get("from") == "room" else None
            return redirect(back or url_for("room.show_session", visit_id=visit_id), 303)
    return _session(tx.one(Visit, visit_id), tx, **{name: form})


def _session(visit: Visit, tx: Transaction, **given: Form[Any]) -> Page:
    name = queries.names_of([visit.client_id], tx).get(visit.client_id)
    one = watched(visit, name, tx)
    own: dict[str, Form[Any]] = {"vitals": forms.take_vitals(visit), "hold": _hold_form(one)} | given
    return show(
        "sessions/session.html",
        tx,
        *own.values(),
        words=words,
        written_by=lambda actor: _written_by(actor, tx),
        one=one,
        lines=queries.record_of(visit.id, tx),
        pictures=lambda one: pictures_of(one, reader(), tx),
        limit=tx.clinic.rules.blood_pressure_hold,
        **own,
    )


def _hold_form(one: Watched) -> Form[Any]:
    return forms.decide_hold(one.visit, str(one.seen_high.id) if one.seen_high else "")


def _urgency(one: Watched) -> tuple[bool, bool, Any]:
    """What is on hold first, then what is late, then the others in the order of their beginning."""
    return one.visit.status != VisitStatus.HELD, not one.late, one.since


def _written_by(actor: str, tx: Transaction) -> str:
    """Who wrote a line: the escort by their link, anybody else by the name that the clinic has for them."""
    return reader().say(words.ESCORT) if actor == "escort" else staff_name(actor, tx.clinic)
