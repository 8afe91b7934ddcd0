"""Who calls for somebody, who is on it, and words that a person is asked to read."""

from enum import StrEnum
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import flags as commands
from integration.domain.on_it import is_left_to_it
from integration.domain.risk_actions import C_SSRS, sources_of
from integration.models import Client, RedFlag
from integration.pages.flag_forms import CLOSED_BEFORE, closing_form
from integration.pages.names import UNNAMED, name_of
from integration.queries.asking import open_of
from integration.queries.checkins import rest_of
from integration.queries.flags import calling, flags_of, words_to_read
from integration.queries.on_call import grounds_for, is_own
from integration.queries.texts import offered_one
from integration.schemas.flags import CloseFlag
from integration.words import ASKED_FOR, HOW_TO_CALL, WHERE_WORDS_STAND, called_for
from shared.errors import NotFound, Refused
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.showing import Page, show
from shared.web.guard import check_listed, may

flag_pages = Pages("flag_pages")


@flag_pages.get("/red-flags", may="red_flag.look", many=True)
def calls(tx: Transaction) -> Page:
    """All who call for somebody now: the reader's own people, and whoever they are on call for."""
    found = calling(tx)
    check_listed(found, tx)
    return show(
        "integration/calls.html", tx, calls=found, called_for=called_for, unnamed=UNNAMED, is_left_to_it=is_left_to_it
    )


@flag_pages.get("/people/<uuid:client_id>/red-flags", may="red_flag.look")
def flags(tx: Transaction, client_id: UUID) -> Page:
    """What one client calls for: where the mail to whoever is on call leads."""
    return _show(
        client_id, tx, on_it=request.args.get("on_it", type=UUID), closed=request.args.get("closed", type=UUID)
    )


@flag_pages.post("/people/<uuid:client_id>/red-flags/<uuid:flag_id>/acknowledgement", may="red_flag.acknowledge")
def acknowledge(tx: Transaction, client_id: UUID, flag_id: UUID) -> Page | Response:
    """Say that one is on it, with one tap: nobody else is called."""
    try:
        commands.acknowledge_flag(client_id, flag_id, tx)
    except Refused as refused:
        form = closing_form(tx.one(RedFlag, flag_id, of=client_id))
        form.refuse(refused)
        return _show(client_id, tx, sent=(flag_id, form))
    return redirect(url_for("flag_pages.flags", client_id=client_id, on_it=flag_id), 303)


@flag_pages.post("/people/<uuid:client_id>/red-flags/<uuid:flag_id>/closing", may="red_flag.close")
def close(tx: Transaction, client_id: UUID, flag_id: UUID) -> Page | Response:
    """Close a red flag with what was done about it."""
    form = closing_form(tx.one(RedFlag, flag_id, of=client_id))
    order = form.read(request.form)
    if order is None:
        return _show(client_id, tx, sent=(flag_id, form))
    try:
        commands.close_flag(client_id, flag_id, order.note, tx)
    except Refused as refused:
        form.not_done = CLOSED_BEFORE
        form.refuse(refused)
        return _show(client_id, tx, sent=(flag_id, form))
    return redirect(url_for("flag_pages.flags", client_id=client_id, closed=flag_id), 303)


@flag_pages.get("/to-read", may="words.read", many=True)
def to_read(tx: Transaction) -> Page:
    """Words that the reader's clients shared, and that a person is asked to read."""
    found = words_to_read(tx)
    check_listed(found, tx)
    read = "read" in request.args
    return show("integration/words_to_read.html", tx, found=found, where=WHERE_WORDS_STAND, unnamed=UNNAMED, read=read)


@flag_pages.post("/people/<uuid:client_id>/words-to-read/<uuid:words_id>/reading", may="words.read")
def mark_as_read(tx: Transaction, client_id: UUID, words_id: UUID) -> Response:
    """Say, by name, that one has read it."""
    commands.mark_as_read(client_id, words_id, tx)
    return redirect(url_for("flag_pages.to_read", read=1), 303)


class Asking(StrEnum):
    """How a client comes to be asked the C-SSRS."""

    NOW = "now"
    BEGUN = "begun"
    IN_PERSON = "in_person"


def _asking_of_c_ssrs(client_id: UUID, tx: Transaction) -> Asking:
    """Whether the reader can have the client asked it now, or they are asked already.

    Whoever is called for somebody who is not theirs learns nothing here of what else they are asked.
    """
    if not (is_own(client_id, tx) and may("measure.read", tx)):
        return Asking.IN_PERSON
    if open_of(client_id, C_SSRS, tx):
        return Asking.BEGUN
    offered = offered_one(C_SSRS, tx)
    can_be_asked = offered is not None and offered.worded and rest_of(client_id, tx) is None
    return Asking.NOW if can_be_asked and may("measure.ask", tx) else Asking.IN_PERSON


def _show(
    client_id: UUID,
    tx: Transaction,
    *,
    on_it: UUID | None = None,
    closed: UUID | None = None,
    sent: tuple[UUID, Form[CloseFlag]] | None = None,
) -> Page:
    tx.grounds = grounds_for(client_id, tx)
    found = flags_of(client_id, tx)
    if not found and tx.find(Client, client_id) is None:
        raise NotFound("client")
    forms = {flag.id: closing_form(flag) for flag in found if flag.closed_at is None}
    if sent is not None:
        forms[sent[0]] = sent[1]
    return show(
        "integration/red_flags.html",
        tx,
        *forms.values(),
        client_id=client_id,
        name=name_of(client_id, tx),
        flags=[flag for flag in found if flag.closed_at is None],
        refused=[forms[flag.id] for flag in found if flag.closed_at is not None and flag.id in forms],
        forms=forms,
        called_for=called_for,
        how_to_call=HOW_TO_CALL,
        is_left_to_it=is_left_to_it,
        is_own=is_own(client_id, tx),
        actions=ASKED_FOR,
        sources_of=sources_of,
        c_ssrs_id=C_SSRS,
        c_ssrs=_asking_of_c_ssrs(client_id, tx),
        on_it=any(
            flag.id == on_it and flag.acknowledged_by == tx.actor.id and is_left_to_it(flag.acknowledged_at, tx.now)
            for flag in found
        ),
        closed=any(flag.id == closed and flag.closed_by == tx.actor.id for flag in found),
    )
