"""Today: a client's next step, what comes next and what to do before it, and where to begin writing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration import queries
from integration.commands import inner_work as own
from integration.commands import tending as care
from integration.domain.next_step import Step, next_step
from integration.domain.preparing import preparing
from integration.models import BookedVisit, CheckIn, Intention
from integration.pages.forms import check_in_form, commitment_form, intention_form, moment_form
from integration.pages.themselves import own_id, zone_of
from integration.pages.words import QUESTIONS, VISITS
from integration.schemas import AnswerCheckIn
from shared.errors import Refused
from shared.events.sessions import VisitKind
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at

today_pages = Pages("today")

STEPS = {
    Step.CHECK_IN: phrase("Say how you are, if you like"),
    Step.INTENTION: phrase("Put into words what your next medicine visit is for"),
    Step.MOMENT: phrase("Write down what you notice, if you like"),
}
COMMITMENT = "commitment"
KEPT = {
    "check-in": phrase("Your answers are kept."),
    "intention": phrase("Your intention is kept. It will be here before your visit."),
    "commitment": phrase("It is written down."),
    "moment": phrase("Your moment is kept, and you alone can read it."),
    "moment-shared": phrase("Your moment is kept, and whom you chose can read it too."),
    "told": phrase("This check-in was answered before. Somebody at the clinic is told of your yes."),
}


@today_pages.get("/today", may="own.read", own=True)
def today(tx: Transaction) -> Page:
    """A client's next step, and what there is around it."""
    return _show(tx, kept=KEPT.get(request.args.get("kept", "")))


@today_pages.post("/today/check-ins/<uuid:check_in_id>", may="checkin.answer", own=True)
def answer(tx: Transaction, check_in_id: UUID) -> Page | Response:
    """Keep how the client is; where it calls for it, they are shown at once whom to call."""
    form = check_in_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (Step.CHECK_IN, form), check_in=tx.one(CheckIn, check_in_id, of=own_id(tx)))
    try:
        answered = care.answer_check_in(own_id(tx), check_in_id, order, tx)
    except Refused as refused:
        # Its words may be a moment.
        form.refuse(refused)
        return _show(tx, refused=form, words=order.how_are_you)
    if answered.call:
        return redirect(url_for("help_now.page"), 303)
    return _on("check-in" if answered.kept else "told")


@today_pages.post("/today/intentions", may="intention.set", own=True)
def set_intention(tx: Transaction) -> Page | Response:
    """Keep what a visit is for, in the client's words."""
    form = intention_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (Step.INTENTION, form))
    own.set_intention(own_id(tx), order, tx)
    return _on("intention")


@today_pages.post("/today/moments", may="moment.write", own=True)
def write_moment(tx: Transaction) -> Page | Response:
    """Keep a moment, for the client alone unless they chose otherwise."""
    form = moment_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (Step.MOMENT, form))
    moment = own.write_moment(own_id(tx), replace(order, felt_at=written_at(tx.now)), tx)
    return _on("moment" if moment.visibility == "private" else "moment-shared")


@today_pages.post("/today/commitments", may="commitment.make", own=True)
def make_commitment(tx: Transaction) -> Page | Response:
    """Write down one small thing that the client wants to do."""
    form = commitment_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (COMMITMENT, form))
    own.make_commitment(own_id(tx), order, tx)
    return _on(COMMITMENT)


def _show(
    tx: Transaction,
    sent: tuple[str, Form[Any]] | None = None,
    *,
    kept: str | None = None,
    check_in: CheckIn | None = None,
    refused: Form[AnswerCheckIn] | None = None,
    words: str | None = None,
) -> Page:
    """The page; a form that was `sent` and is to be mended is the next step, where it can be one.

    `check_in` is the one that was sent, if one was. Of a `refused` one only the refusal is shown, and its `words` stand
    where they can be kept.
    """
    client_id = own_id(tx)
    ahead = queries.visits_ahead_of(client_id, tx)
    medicine = next((visit for visit in ahead if visit.kind == VisitKind.MEDICINE), None)
    check_in = check_in or queries.open_check_in_of(client_id, tx)
    intention = next(iter(queries.intentions_of(client_id, tx)), None)
    last_medicine = next(reversed(queries.medicine_visits_of(client_id, tx)), None)
    step = next_step(
        check_in_open=check_in is not None,
        medicine_ahead=medicine is not None,
        set_at=intention.set_at if intention else None,
        before=last_medicine,
    )
    forms: dict[str, Form[Any]] = {
        Step.CHECK_IN: check_in_form(),
        Step.INTENTION: intention_form(),
        Step.MOMENT: moment_form(words),
        COMMITMENT: commitment_form(),
    }
    if sent is not None:
        forms[sent[0]] = sent[1]
        step = Step(sent[0]) if sent[0] in STEPS else step
    visit = next(iter(ahead), None)
    return show(
        "integration/today.html",
        tx,
        *forms.values(),
        *([] if refused is None else [refused]),
        kept=kept,
        refused=refused,
        step=step,
        steps=STEPS,
        forms=forms,
        check_in=check_in,
        after=None if check_in is None else _after(tx.now - check_in.visit_ended_at),
        visit=visit,
        kinds=VISITS,
        zone=zone_of(client_id, tx),
        before=preparing(visit.starts_at, tx.clinic.rules) if visit and visit.kind == VisitKind.MEDICINE else None,
        intention=intention if intention and _is_for(visit, intention, last_medicine) else None,
        questions=QUESTIONS,
        commitments=queries.open_commitments_of(client_id, tx),
    )


def _is_for(visit: BookedVisit | None, intention: Intention, last_medicine: datetime | None) -> bool:
    """Whether an intention belongs beside the next visit: a medicine visit has its own, all others the last one's."""
    return (
        visit is None or visit.kind != VisitKind.MEDICINE or last_medicine is None or intention.set_at >= last_medicine
    )


def _after(since: timedelta) -> str:
    reads = reader()
    if since.days:
        return reads.count(
            "It is {n} day since your medicine visit.", "It is {n} days since your medicine visit.", since.days
        )
    return reads.count(
        "It is {n} hour since your medicine visit.",
        "It is {n} hours since your medicine visit.",
        since // timedelta(hours=1),
    )


def _on(kept: str) -> Response:
    return redirect(url_for("today.today", kept=kept), 303)
