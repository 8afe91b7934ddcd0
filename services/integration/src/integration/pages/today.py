"""Today: a client's next step, what comes next and what to do before it, and where to begin writing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.commitments import make_commitment as commit
from integration.commands.intentions import set_intention as set_it
from integration.commands.moments import calls_for_care
from integration.commands.moments import write_moment as write_it
from integration.domain.next_step import Step, lives_on, next_step
from integration.domain.preparing import preparing
from integration.domain.reading_words import wants_a_reader
from integration.models import BookedVisit, Window
from integration.pages.checkin_forms import FIRST, check_in_form
from integration.pages.checkins import form_at
from integration.pages.hours import hours_in_words
from integration.pages.intention_forms import carrying_form
from integration.pages.practice_forms import commitment_form
from integration.pages.telling import tell_intentions
from integration.pages.themselves import own_id, zone_of
from integration.pages.today_forms import intention_form, moment_form
from integration.queries.asking import answerable, requests_of
from integration.queries.checkins import open_check_in_of, rest_of
from integration.queries.clients import medicine_visits_of, visits_ahead_of
from integration.queries.commitments import open_commitments_of
from integration.queries.intentions import Intentions, Standing, intentions_by_visit
from integration.queries.practices import living_practices_of
from integration.queries.texts import offered
from integration.words import QUESTIONS, VISITS
from shared.errors import Invalid
from shared.events.sessions import VisitKind
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at

today_pages = Pages("today_pages")

STEPS = {
    Step.CHECK_IN: phrase("Say how you are, if you like"),
    Step.INTENTION: phrase("Put into words what your next medicine visit is for"),
    Step.LIVING: phrase("Look at what you live with, if you like"),
    Step.MOMENT: phrase("Write down what you notice, if you like"),
}
COMMITMENT = "commitment"
KEPT = {
    "check-in": phrase("Your answers are kept."),
    "intention": phrase("Your intention is kept. It will be here before your visit."),
    "commitment": phrase("It is written down."),
    "moment": phrase("Your moment is kept, and you alone can read it."),
    "moment-shared": phrase("Your moment is kept, and whom you chose can read it too."),
    "skipped": phrase("It is left out. Nobody asks why."),
    "back": phrase("You are asked again, from what comes next on."),
}


@today_pages.get("/today", may="own.read", own=True)
def today(tx: Transaction) -> Page:
    """A client's next step, and what there is around it."""
    return _show(tx, kept=KEPT.get(request.args.get("kept", "")))


@today_pages.post("/today/intentions", may="intention.set", own=True)
def set_intention(tx: Transaction) -> Page | Response:
    """Keep what a visit is for, in the client's words."""
    form = intention_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (Step.INTENTION, form))
    try:
        kept = set_it(own_id(tx), order, tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show(tx, (Step.INTENTION, form))
    if wants_a_reader(kept.words or ""):
        # Its page shows whom they could call; that it does stands in no address.
        return redirect(url_for("intention_pages.intention", intention_id=kept.id), 303)
    return _on("intention")


@today_pages.post("/today/moments", may="moment.write", own=True)
def write_moment(tx: Transaction) -> Page | Response:
    """Keep a moment, for the client alone unless they chose otherwise."""
    form = moment_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (Step.MOMENT, form))
    try:
        moment = write_it(own_id(tx), replace(order, felt_at=written_at(tx.now)), tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show(tx, (Step.MOMENT, form))
    if calls_for_care(moment):
        # Its page shows whom they could call; that it does stands in no address.
        return redirect(url_for("moment_pages.moment", moment_id=moment.id, kept=1), 303)
    return _on("moment" if moment.visibility == "private" else "moment-shared")


@today_pages.post("/today/commitments", may="commitment.make", own=True)
def make_commitment(tx: Transaction) -> Page | Response:
    """Write down one small thing that the client wants to do."""
    form = commitment_form()
    order = form.read(request.form)
    if order is None:
        return _show(tx, (COMMITMENT, form))
    commit(own_id(tx), order, tx)
    return _on(COMMITMENT)


def _show(
    tx: Transaction,
    sent: tuple[str, Form[Any]] | None = None,
    *,
    kept: str | None = None,
) -> Page:
    """The page; a form that was `sent` and is to be mended is the next step, where it can be one."""
    client_id = own_id(tx)
    ahead = visits_ahead_of(client_id, tx)
    check_in = open_check_in_of(client_id, tx)
    known = intentions_by_visit(client_id, tx)
    step = next_step(
        check_in_open=check_in is not None,
        medicine_ahead=known.ahead is not None,
        intention_carried=bool(known.for_next),
        lives_on=lives_on(
            visit_ahead=bool(ahead), last_medicine=max(medicine_visits_of(client_id, tx), default=None), now=tx.now
        ),
    )
    forms: dict[str, Form[Any]] = {
        Step.CHECK_IN: check_in_form() if check_in is None else form_at(check_in, tx),
        Step.INTENTION: intention_form(),
        Step.MOMENT: moment_form(),
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
        kept=kept,
        step=step,
        steps=STEPS,
        forms=forms,
        check_in=check_in,
        first=FIRST,
        reader_hours=hours_in_words(tx.clinic),
        resting=rest_of(client_id, tx),
        after=None if check_in is None else _after(tx.now - tx.one(Window, check_in.window_id).opened_at),
        visit=visit,
        kinds=VISITS,
        zone=zone_of(client_id, tx),
        before=preparing(visit.starts_at, tx.clinic.rules) if visit and visit.kind == VisitKind.MEDICINE else None,
        known=known,
        beside=_beside(visit, known),
        carrying={one.intention.id: carrying_form(one.intention) for one in known.offered},
        told_of=tell_intentions([one.intention for one in known.all], tx),
        questions=QUESTIONS,
        commitments=open_commitments_of(client_id, tx),
        practice=next(iter(living_practices_of(client_id, tx)), None),
        asked=len(answerable(requests_of(client_id, tx), {one.instrument.id: one for one in offered(tx)})),
    )


def _beside(visit: BookedVisit | None, known: Intentions) -> Sequence[Standing]:
    """Which intentions belong beside the next visit: a medicine visit has its own, all others the newest there is."""
    return known.for_next if visit is not None and visit.kind == VisitKind.MEDICINE else known.all[:1]


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
    return redirect(url_for("today_pages.today", kept=kept), 303)
