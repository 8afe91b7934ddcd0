"""A check-in on a page of its own, rest from being asked, and what a therapist reads of both."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import checkins as commands
from integration.commands import resting
from integration.commands.hearing import NOTHING_HEARD, hear_check_in
from integration.domain.checkins import A_WEEK_H, ASKED, UNREAL_AFTER, CheckInStatus
from integration.models import CheckIn, Client, Window
from integration.pages.checkin_forms import FIRST, check_in_form, rest_form
from integration.pages.hours import hours_in_words
from integration.pages.names import name_of
from integration.pages.themselves import own_id, zone_of
from integration.pages.today_forms import moment_form
from integration.queries.checkins import check_ins_of, rest_of, windows_of
from integration.schemas.checkins import AnswerCheckIn, ChooseRest
from integration.words import ANSWERS, CHECK_INS
from shared.errors import Invalid, Refused
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at
from shared.web.problems import tell_even_if_refused

check_in_pages = Pages("check_in_pages")


@check_in_pages.get("/check-ins/<uuid:check_in_id>", may="checkin.answer", own=True, form=True)
def page(tx: Transaction, check_in_id: UUID) -> Page:
    """One check-in, due or not: it may be answered early and late."""
    check_in = tx.one(CheckIn, check_in_id, of=own_id(tx))
    return _show(check_in, form_at(check_in, tx), tx)


@check_in_pages.post("/check-ins/<uuid:check_in_id>", may="checkin.answer", own=True)
def answer(tx: Transaction, check_in_id: UUID) -> Page | Response:
    """Keep how the client is; where it calls for it, they are shown at once whom to call."""
    client_id, form = own_id(tx), check_in_form()
    heard = hear_check_in(tx, request.form, client_id, check_in_id)
    tell_even_if_refused(**heard)
    check_in = tx.one(CheckIn, check_in_id, of=client_id)
    order = form.read(request.form)
    if order is None:
        again = form_at(check_in, tx)
        again.read(request.form)
        return _show(check_in, again, tx, heard=heard)
    try:
        answered = commands.answer_check_in(client_id, check_in_id, order, tx, written_at(tx.now))
    except Refused as refused:
        form.refuse(refused)
        return _show(check_in, form, tx, words=order.how_are_you)
    if answered.call:
        return redirect(url_for("help_pages.page"), 303)
    if not answered.kept:
        # Whoever looks at the addresses that this device went to learns nothing of the yes.
        return _show(check_in, form, tx, told=True)
    return redirect(url_for("today_pages.today", kept="check-in"), 303)


@check_in_pages.post("/today/check-ins/<uuid:check_in_id>", may="checkin.answer", own=True)
def answer_on_today(tx: Transaction, check_in_id: UUID) -> Page | Response:
    """The same, from a page that was open on a telephone before Today had its check-in sent there."""
    said: Page | Response = answer(tx, check_in_id)
    return said


@check_in_pages.post("/check-ins/<uuid:check_in_id>/skipping", may="checkin.skip", own=True)
def skip(tx: Transaction, check_in_id: UUID) -> Page | Response:
    """Leave it out, with one tap. Nobody asks why."""
    try:
        commands.skip(own_id(tx), check_in_id, tx)
    except Refused as refused:
        form = check_in_form()
        form.refuse(refused)
        return _show(tx.one(CheckIn, check_in_id, of=own_id(tx)), form, tx)
    return redirect(url_for("today_pages.today", kept="skipped"), 303)


@check_in_pages.get("/rest", may="rest.choose", own=True, form=True)
def rest_page(tx: Transaction) -> Page:
    """Whether the client rests, and until when."""
    return _show_rest(tx)


@check_in_pages.post("/rest", may="rest.choose", own=True)
def rest(tx: Transaction) -> Page | Response:
    """Rest from now on, or for longer or shorter than was chosen before."""
    form = rest_form(None, "")
    order = form.read(request.form)
    if order is None:
        return _show_rest(tx, form)
    try:
        resting.rest(own_id(tx), order, tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show_rest(tx, form)
    return redirect(url_for("check_in_pages.rest_page", kept="resting"), 303)


@check_in_pages.post("/rest/ending", may="rest.choose", own=True)
def come_back(tx: Transaction) -> Response:
    """Come back, with one tap; nothing is asked for afterwards."""
    resting.come_back(own_id(tx), tx)
    return redirect(url_for("today_pages.today", kept="back"), 303)


@check_in_pages.get("/people/<uuid:client_id>/check-ins", may="checkin.read")
def answers(tx: Transaction, client_id: UUID) -> Page:
    """What a client answered after each medicine visit; and whether they rest, by their own choice."""
    tx.one(Client, client_id)
    return show(
        "integration/check_ins.html",
        tx,
        client_id=client_id,
        name=name_of(client_id, tx),
        windows=windows_of(client_id, tx),
        resting=rest_of(client_id, tx),
        states=CHECK_INS,
        asked=ANSWERS,
        left_open={one.id: sum(getattr(one, name) is None for name in ANSWERS) for one in check_ins_of(client_id, tx)},
        flags=frozenset(ASKED),
        a_week=A_WEEK_H,
    )


def form_at(check_in: CheckIn, tx: Transaction) -> Form[AnswerCheckIn]:
    """The form as it is asked now: of what feels unreal only once a yes tells somebody."""
    return check_in_form(asks_unreal=commands.since_medicine(check_in, tx) > UNREAL_AFTER)


def _show(
    check_in: CheckIn,
    form: Form[AnswerCheckIn],
    tx: Transaction,
    *,
    heard: Mapping[str, Any] = NOTHING_HEARD,
    told: bool = False,
    words: str | None = None,
) -> Page:
    """The page; `words` of a second answer, which is not kept, may be a moment."""
    return show(
        "integration/check_in.html",
        tx,
        form,
        form=form,
        heard=heard,
        told=told,
        moment=moment_form(words),
        first=FIRST,
        reader_hours=hours_in_words(tx.clinic),
        check_in=check_in,
        answered=check_in.status is CheckInStatus.COMPLETED,
        visited_at=tx.one(Window, check_in.window_id).opened_at,
        zone=zone_of(check_in.client_id, tx),
    )


def _show_rest(tx: Transaction, form: Form[ChooseRest] | None = None) -> Page:
    client_id = own_id(tx)
    zone, chosen = zone_of(client_id, tx), rest_of(client_id, tx)
    until = chosen.until.astimezone(zone).date().isoformat() if chosen and chosen.until else ""
    form = form or rest_form(chosen, until)
    kept = request.args.get("kept") == "resting"
    return show("integration/rest.html", tx, form, form=form, resting=chosen, zone=zone, kept=kept)
