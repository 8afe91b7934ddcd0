"""Intentions: said in one's own way, carried into medicine visits, looked at afterwards, changed and let go."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import intentions as commands
from integration.domain.attaching import LARGEST_FORM
from integration.domain.reading_words import SharedWords, wants_a_reader
from integration.models import Intention
from integration.pages.attachments import attached_to
from integration.pages.intention_forms import carrying_form, order_of, saying_form, standing_form, wording_form
from integration.pages.telling import tell_earlier, tell_intentions
from integration.pages.themselves import own_id, zone_of
from integration.queries.flags import is_asked_to_read
from integration.queries.intentions import Intentions, Standing, earlier_of, intentions_by_visit
from integration.schemas.intentions import SayIntention
from integration.words import HOW_IT_STANDS, QUESTIONS
from shared.errors import Invalid, NotFound, Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.showing import Page, show

intention_pages = Pages("intention_pages")

DONE = {
    "set": phrase("Your intention is kept."),
    "changed": phrase("It says what you say now. What it said before is kept beside it."),
    "stands": phrase("It is kept so."),
    "carried": phrase("You carry it into your next medicine visit."),
}


@intention_pages.get("/intentions", may="own.read", own=True, microphone=True)
def intentions(tx: Transaction) -> Page:
    """A client's intentions by visit, and where they say a new one."""
    return _list(tx, saying_form())


@intention_pages.post("/intentions", may="intention.set", own=True, microphone=True, largest=LARGEST_FORM)
def say_one(tx: Transaction) -> Page | Response:
    """Keep what a visit is for. It is carried into the next medicine visit, if one is booked."""
    form = saying_form()
    said = form.read(request.form, request.files)
    if said is None:
        return _list(tx, form)
    try:
        kept = commands.set_intention(own_id(tx), order_of(said), tx, attached_to(form.files))
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _list(tx, form)
    if wants_a_reader(kept.words or ""):
        # Its page shows whom they could call; that it does stands in no address.
        return _on(kept.id, "set")
    return redirect(url_for("intention_pages.intentions", done="set"), 303)


@intention_pages.get("/intentions/<uuid:intention_id>", may="own.read", own=True, microphone=True)
def intention(tx: Transaction, intention_id: UUID) -> Page:
    """One of them: what it says, said before, into which visits it is carried, and how it stands."""
    return _show(_standing(intention_id, tx), tx)


@intention_pages.post(
    "/intentions/<uuid:intention_id>/wording", may="intention.change", own=True, microphone=True, largest=LARGEST_FORM
)
def say_anew(tx: Transaction, intention_id: UUID) -> Page | Response:
    """Say it anew; what it said before is kept."""
    standing = _standing(intention_id, tx)
    form = _wording_form(standing.intention, tx)
    said = form.read(request.form, request.files)
    if said is None:
        return _show(standing, tx, wording=form)
    try:
        attached, keeps = attached_to(form.files), bool(said.keeps_recording)
        commands.change_intention(own_id(tx), intention_id, order_of(said), tx, attached, keeps_recording=keeps)
    except Invalid as invalid:
        form.complain(invalid.errors)
        return _show(standing, tx, wording=form)
    return _on(intention_id, "changed")


@intention_pages.post("/intentions/<uuid:intention_id>/standing", may="intention.change", own=True)
def say_how_it_stands(tx: Transaction, intention_id: UUID) -> Page | Response:
    """Say how it stands: lived with, changed, or released."""
    standing = _standing(intention_id, tx)
    form = standing_form(standing.intention)
    order = form.read(request.form)
    if order is None:
        return _show(standing, tx, stands=form)
    commands.say_how_it_stands(own_id(tx), intention_id, order.status, tx)
    return _on(intention_id, "stands")


@intention_pages.post("/intentions/<uuid:intention_id>/carrying", may="intention.set", own=True)
def carry(tx: Transaction, intention_id: UUID) -> Page | Response:
    """Carry it into the next medicine visit as well."""
    standing = _standing(intention_id, tx)
    try:
        commands.carry_intention(own_id(tx), intention_id, tx)
    except Refused as refused:
        form = carrying_form(standing.intention)
        form.refuse(refused)
        return _show(standing, tx, carrying=form)
    return _on(intention_id, "carried")


def _standing(intention_id: UUID, tx: Transaction) -> Standing:
    found = [one for one in intentions_by_visit(own_id(tx), tx).all if one.intention.id == intention_id]
    if not found:
        raise NotFound("intention")
    return found[0]


def _wording_form(one: Intention, tx: Transaction) -> Form[SayIntention]:
    spoken = bool(tell_intentions([one], tx)[one.id].recordings)
    return wording_form(one, spoken=spoken)


def _list(tx: Transaction, form: Form[SayIntention]) -> Page:
    known: Intentions = intentions_by_visit(own_id(tx), tx)
    return show(
        "integration/intentions.html",
        tx,
        form,
        form=form,
        known=known,
        others=[one for one in known.all if one not in known.for_next and one not in known.offered],
        carrying={one.intention.id: carrying_form(one.intention) for one in known.offered},
        **_around(tx, [one.intention for one in known.all]),
    )


def _show(
    standing: Standing,
    tx: Transaction,
    *,
    wording: Form[Any] | None = None,
    stands: Form[Any] | None = None,
    carrying: Form[Any] | None = None,
) -> Page:
    one, known = standing.intention, intentions_by_visit(own_id(tx), tx)
    wording, stands = wording or _wording_form(one, tx), stands or standing_form(one)
    carrying = carrying or carrying_form(one)
    earlier = earlier_of(one.client_id, one.id, tx)
    ahead = known.ahead
    can_be_carried = ahead is not None and all(visit.visit_id != ahead.id for visit in standing.carried)
    return show(
        "integration/intention.html",
        tx,
        wording,
        stands,
        carrying,
        standing=standing,
        ahead=ahead,
        can_be_carried=can_be_carried,
        wording=wording,
        stands=stands,
        carrying=carrying,
        care=wants_a_reader(one.words or ""),
        asked=is_asked_to_read(SharedWords.INTENTION, [one.id], tx),
        earlier=earlier,
        earlier_told=tell_earlier(one, earlier, tx),
        **_around(tx, [one]),
    )


def _around(tx: Transaction, shown: list[Intention]) -> dict[str, Any]:
    return {
        "done": DONE.get(request.args.get("done", "")),
        "told_of": tell_intentions(shown, tx),
        "questions": QUESTIONS,
        "how_it_stands": HOW_IT_STANDS,
        "zone": zone_of(own_id(tx), tx),
    }


def _on(intention_id: UUID, done: str) -> Response:
    return redirect(url_for("intention_pages.intention", intention_id=intention_id, done=done), 303)
