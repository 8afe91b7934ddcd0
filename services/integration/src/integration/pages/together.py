"""Together: what client and therapist want to talk about; both see all of it, and each brings their own."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import together as commands
from integration.domain.alliance import went_down
from integration.domain.planning import AgendaStatus
from integration.domain.reading_words import SharedWords, wants_a_reader
from integration.models import AgendaItem, Client
from integration.pages.names import name_of
from integration.pages.plans import stand_of_plans
from integration.pages.themselves import own_id, zone_of
from integration.queries.clients import is_client
from integration.queries.flags import is_asked_to_read
from integration.queries.together import agenda_of, alliance_of
from integration.schemas.together import BringToTalk, SettleItem
from shared.declared import Nothing
from shared.errors import Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Form
from shared.web.face.showing import Page, show

together_pages = Pages("together_pages")

DONE = {
    "brought": phrase("It stands with what you bring."),
    "talked_about": phrase("It stands with what you have talked about."),
    "set_aside": phrase("It is set aside."),
    "to_bring": phrase("It stands with what you bring again."),
    "taken": phrase("You took it back. It is gone."),
}


@together_pages.get("/together", may="own.read", own=True)
def own(tx: Transaction) -> Page:
    """What the client and their therapist bring to their next conversation, and what they agreed on."""
    return _show(own_id(tx), tx)


@together_pages.post("/together/agenda", may="agenda.write", own=True)
def bring_own(tx: Transaction) -> Page | Response:
    """The client brings something."""
    return _bring(own_id(tx), tx)


@together_pages.post("/together/agenda/<uuid:item_id>/settling", may="agenda.write", own=True)
def settle_own(tx: Transaction, item_id: UUID) -> Page | Response:
    """The client says what became of it."""
    return _settle(own_id(tx), item_id, tx)


@together_pages.post("/together/agenda/<uuid:item_id>/taking-back", may="agenda.write", own=True)
def take_own_back(tx: Transaction, item_id: UUID) -> Page | Response:
    """The client takes back what they brought."""
    return _take_back(own_id(tx), item_id, tx)


@together_pages.get("/people/<uuid:client_id>/together", may="agenda.read")
def of_person(tx: Transaction, client_id: UUID) -> Page:
    """What a client and the reader bring to their next conversation, and how they work together."""
    tx.one(Client, client_id)
    return _show(client_id, tx)


@together_pages.post("/people/<uuid:client_id>/together/agenda", may="agenda.write")
def bring(tx: Transaction, client_id: UUID) -> Page | Response:
    """A therapist brings something."""
    tx.one(Client, client_id)
    return _bring(client_id, tx)


@together_pages.post("/people/<uuid:client_id>/together/agenda/<uuid:item_id>/settling", may="agenda.write")
def settle(tx: Transaction, client_id: UUID, item_id: UUID) -> Page | Response:
    """A therapist says what became of it."""
    return _settle(client_id, item_id, tx)


@together_pages.post("/people/<uuid:client_id>/together/agenda/<uuid:item_id>/taking-back", may="agenda.write")
def take_back(tx: Transaction, client_id: UUID, item_id: UUID) -> Page | Response:
    """A therapist takes back what they brought."""
    return _take_back(client_id, item_id, tx)


def _bring(client_id: UUID, tx: Transaction) -> Page | Response:
    form = _bringing(own=is_client(client_id, tx))
    order = form.read(request.form)
    if order is None:
        return _show(client_id, tx, form)
    commands.bring(client_id, order, tx)
    return _back(client_id, "brought", tx)


def _settle(client_id: UUID, item_id: UUID, tx: Transaction) -> Page | Response:
    tx.one(AgendaItem, item_id, of=client_id)
    form = Form(SettleItem, {"status": Ask(phrase("What became of it"))}, not_done=phrase("It stands as before"))
    order = form.read(request.form)
    if order is None:
        return _show(client_id, tx, refused=form)
    commands.settle_item(client_id, item_id, order.status, tx)
    return _back(client_id, order.status.value, tx)


def _take_back(client_id: UUID, item_id: UUID, tx: Transaction) -> Page | Response:
    try:
        commands.take_back(client_id, item_id, tx)
    except Refused as refused:
        form = Form(Nothing, {}, not_done=phrase("It stands as before"))
        form.refuse(refused)
        return _show(client_id, tx, refused=form)
    return _back(client_id, "taken", tx)


def _bringing(*, own: bool) -> Form[BringToTalk]:
    """What somebody wants to talk about."""
    hint = phrase("A word or a few lines. Your therapist reads it too.")
    to_client = phrase("A word or a few lines, in plain words: the client reads it too.")
    return Form(
        BringToTalk,
        {"words": Ask(phrase("What would you like to talk about?"), hint if own else to_client)},
        not_done=phrase("It is not written down yet"),
        prefix="bring-",
    )


def _show(
    client_id: UUID, tx: Transaction, form: Form[BringToTalk] | None = None, *, refused: Form[Any] | None = None
) -> Page:
    own = is_client(client_id, tx)
    form = form or _bringing(own=own)
    items = agenda_of(client_id, tx)
    # They are in the order in which they were brought; what was settled last is read first.
    settled = [item for item in items if item.status != AgendaStatus.TO_BRING]
    waiting = [item for item in items if item.status == AgendaStatus.TO_BRING]
    hard = [item.id for item in waiting if item.author == "client" and wants_a_reader(item.words)]
    return show(
        "integration/together.html",
        tx,
        form,
        *([] if refused is None else [refused]),
        own=own,
        client_id=client_id,
        name=name_of(client_id, tx),
        zone=zone_of(client_id, tx) if own else None,
        done=DONE.get(request.args.get("done", "")),
        form=form,
        refused=refused,
        waiting=waiting,
        care=own and bool(hard),
        asked=is_asked_to_read(SharedWords.AGENDA, hard, tx),
        settled=sorted(settled, key=lambda item: item.settled_at or item.added_at, reverse=True),
        plans=stand_of_plans(client_id, tx),
        alliance=[] if own else alliance_told(client_id, tx),
    )


def alliance_told(client_id: UUID, tx: Transaction) -> list[dict[str, Any]]:
    """The last reading of each instrument that asks how the two work together, and whether it went down."""
    return [
        {"last": readings[-1], "went_down": went_down([reading.score for reading in readings])}
        for readings in alliance_of(client_id, tx).values()
    ]


def _back(client_id: UUID, done: str, tx: Transaction) -> Response:
    if is_client(client_id, tx):
        return redirect(url_for("together_pages.own", done=done), 303)
    return redirect(url_for("together_pages.of_person", client_id=client_id, done=done), 303)
