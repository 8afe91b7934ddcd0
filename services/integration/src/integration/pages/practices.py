"""What a client brings into their life: what they have in hand, and what they do again and again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import practices as commands
from integration.commands.commitments import make_commitment
from integration.domain.practising import CommitmentStatus, PracticeStatus, by_month
from integration.models import Moment, Practice, PracticeLived
from integration.pages.practice_forms import (
    PracticeAsked,
    commitment_form,
    lived_form,
    practice_form,
    share_form,
)
from integration.pages.themselves import own_id, zone_of
from integration.queries.commitments import commitments_for
from integration.queries.moments import insights_of
from integration.queries.practices import lived_of, practices_for
from integration.schemas.commitments import ChangePractice, ChoosePractice, LivePractice, SharePractice
from shared.errors import Invalid, Refused
from shared.languages import Reader, phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.waited import written_at

practice_pages = Pages("practice_pages")

KEPT = {
    "commitment": phrase("It is written down, and you alone can see it."),
    "practice": phrase("It is written down, and you alone can see it."),
    "lived": phrase("It is written down."),
    "changed": phrase("It is kept so."),
    "living": phrase("It is among what you live now."),
    "resting": phrase("It rests. Nothing reminds you of it, and you can take it up again at any time."),
    "let_go": phrase("It is let go, and that is fine. What you lived of it stays with you."),
    "shared": phrase("It is kept so. Who may not see it any more does not find it."),
}
MONTHS = 6
"""So many months in which it was lived lie on the overview; all of them are on its own page."""
TOGETHER = phrase("When you lived it, and what you wrote then, goes with it. You can take it back at any time.")


@practice_pages.get("/practices", may="own.read", own=True)
def practices(tx: Transaction) -> Page:
    """What they have in hand and what they live. `insight` names a moment of theirs from which something may come."""
    return _show_all(commitment_form(), practice_form(), tx)


@practice_pages.post("/practices", may="practice.choose", own=True)
def choose(tx: Transaction) -> Page | Response:
    """Begin a practice, for the client alone."""
    form, client_id = practice_form(), own_id(tx)
    asked = _read(form)
    if asked is None:
        return _show_all(commitment_form(), form, tx)
    insight = _insight_asked(client_id, tx)
    order = ChoosePractice(
        name=asked.name,
        why=asked.why,
        every_days=asked.days,
        remind_at=asked.remind_at,
        insight_id=insight.id if insight else None,
    )
    try:
        commands.choose_practice(client_id, order, tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show_all(commitment_form(), form, tx)
    return redirect(url_for("practice_pages.practices", kept="practice"), 303)


@practice_pages.post("/commitments", may="commitment.make", own=True)
def commit(tx: Transaction) -> Page | Response:
    """Write down one small thing, from an insight or without any."""
    form, client_id = commitment_form(), own_id(tx)
    order = form.read(request.form)
    if order is None:
        return _show_all(form, practice_form(), tx)
    insight = _insight_asked(client_id, tx)
    make_commitment(client_id, replace(order, insight_id=insight.id if insight else None), tx)
    return redirect(url_for("practice_pages.practices", kept="commitment"), 303)


@practice_pages.get("/practices/<uuid:practice_id>", may="own.read", own=True)
def practice(tx: Transaction, practice_id: UUID) -> Page:
    """One practice of the client's own, with when they lived it."""
    return _show(tx.one(Practice, practice_id, of=own_id(tx)), tx)


@practice_pages.post("/practices/<uuid:practice_id>/lived", may="practice.live", own=True)
def live(tx: Transaction, practice_id: UUID) -> Page | Response:
    """They did it; with one tap, or with words."""
    found, form = tx.one(Practice, practice_id, of=own_id(tx)), lived_form()
    order = form.read(request.form)
    if order is None:
        return _show(found, tx, lived=form)
    try:
        commands.live_practice(found.client_id, practice_id, replace(order, lived_at=written_at(tx.now)), tx)
    except Refused as refused:
        form.refuse(refused)
        return _show(found, tx, lived=form)
    if "overview" in request.args:
        return redirect(url_for("practice_pages.practices", kept="lived"), 303)
    return _on(practice_id, "lived")


@practice_pages.post("/practices/<uuid:practice_id>/rhythm", may="practice.choose", own=True)
def change(tx: Transaction, practice_id: UUID) -> Page | Response:
    """Say anew what it is, and in which rhythm."""
    found = tx.one(Practice, practice_id, of=own_id(tx))
    form = practice_form(found)
    asked = _read(form)
    if asked is None:
        return _show(found, tx, changing=form)
    order = ChangePractice(name=asked.name, why=asked.why, every_days=asked.days, remind_at=asked.remind_at)
    try:
        commands.change_practice(found.client_id, practice_id, order, tx)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show(found, tx, changing=form)
    return _on(practice_id, "changed")


@practice_pages.post("/practices/<uuid:practice_id>/standing", may="practice.choose", own=True)
def move(tx: Transaction, practice_id: UUID) -> Response:
    """Let it rest, let it go, or take it up again."""
    found = tx.one(Practice, practice_id, of=own_id(tx))
    asked = request.form.get("status", "")
    status = PracticeStatus(asked) if asked in [*PracticeStatus] else found.status
    commands.move_practice(found.client_id, practice_id, status, tx)
    return _on(practice_id, status.value)


@practice_pages.post("/practices/<uuid:practice_id>/sharing", may="practice.share", own=True)
def share(tx: Transaction, practice_id: UUID) -> Page | Response:
    """Show it to more people, or take it back."""
    found = tx.one(Practice, practice_id, of=own_id(tx))
    form = share_form(SharePractice, found.visibility, TOGETHER)
    order = form.read(request.form)
    if order is None:
        return _show(found, tx, sharing=form)
    commands.share_practice(found.client_id, practice_id, order.visibility, tx)
    return _on(practice_id, "shared")


def rhythm_in_words(practice: Practice, reads: Reader) -> str:
    """`every 3 days`, `once a week`, `whenever I like`."""
    match practice.every_days:
        case None:
            return reads.say(phrase("whenever I like"))
        case 1:
            return reads.say(phrase("every day"))
        case 7:
            return reads.say(phrase("once a week"))
        case days:
            return reads.count("every {n} day", "every {n} days", days)


def _read(form: Form[PracticeAsked]) -> PracticeAsked | None:
    asked = form.read(request.form)
    if asked is not None and asked.rhythm == "days" and asked.every_days is None:
        form.complain([{"path": "/every_days", "message": phrase("Please say how many.")}])
        return None
    return asked


def _insight_asked(client_id: UUID, tx: Transaction) -> Moment | None:
    """The moment of their own that an address names; whatever else it names is not there."""
    asked = request.args.get("insight", type=UUID)
    return None if asked is None else tx.one(Moment, asked, of=client_id)


def _show_all(commitment: Form[Any], new_practice: Form[PracticeAsked], tx: Transaction) -> Page:
    client_id = own_id(tx)
    zone = zone_of(client_id, tx)
    commitments, all_practices = commitments_for(client_id, tx), practices_for(client_id, tx)
    lived = lived_of(all_practices, tx)
    shown = [_shown(one, lived[one.id], zone, most=MONTHS) for one in all_practices]
    in_hand = [one for one in commitments if one.status == CommitmentStatus.OPEN]
    return show(
        "integration/practices.html",
        tx,
        commitment,
        new_practice,
        kept=KEPT.get(request.args.get("kept", "")),
        insight=_insight_asked(client_id, tx),
        insights=insights_of(in_hand, client_id, tx),
        in_hand=in_hand,
        before=[one for one in commitments if one.status != CommitmentStatus.OPEN],
        living=[one for one in shown if one["it"].status == PracticeStatus.LIVING],
        aside=[one for one in shown if one["it"].status != PracticeStatus.LIVING],
        forms={"commitment": commitment, "practice": new_practice},
        zone=zone,
    )


def _show(
    found: Practice,
    tx: Transaction,
    *,
    lived: Form[LivePractice] | None = None,
    changing: Form[PracticeAsked] | None = None,
    sharing: Form[SharePractice] | None = None,
) -> Page:
    zone = zone_of(found.client_id, tx)
    times = lived_of([found], tx)[found.id]
    forms: dict[str, Form[Any]] = {
        "lived": lived or lived_form(),
        "changing": changing or practice_form(found),
        "sharing": sharing or share_form(SharePractice, found.visibility, TOGETHER),
    }
    return show(
        "integration/practice.html",
        tx,
        *forms.values(),
        practice=found,
        shown=_shown(found, times, zone),
        words=[one for one in reversed(times) if one.words],
        insight=insights_of([found], found.client_id, tx).get(found.insight_id) if found.insight_id else None,
        forms=forms,
        zone=zone,
        kept=KEPT.get(request.args.get("kept", "")),
    )


def _shown(
    practice: Practice, lived: Sequence[PracticeLived], zone: ZoneInfo, most: int | None = None
) -> dict[str, Any]:
    """A practice with its rhythm in words, and the days on which it was lived; of the months without any nothing."""
    months: list[tuple[date, list[date]]] = by_month((one.lived_at for one in lived), zone)
    return {"it": practice, "rhythm": rhythm_in_words(practice, reader()), "months": months[:most]}


def _on(practice_id: UUID, kept: str) -> Response:
    return redirect(url_for("practice_pages.practice", practice_id=practice_id, kept=kept), 303)
