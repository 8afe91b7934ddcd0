"""A record that is opened with a reason, and who has done so."""

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from intake import queries
from intake.care_pages.showing import care, on_to, show, shown_client
from intake.commands.openings import nothing_to_open, open_record
from intake.schemas.records import OpenRecord
from shared.languages import phrase
from shared.store import Transaction
from shared.web.face.forms import Ask, Form
from shared.web.face.showing import Page


@care.get("/clients/<uuid:client_id>/care/openings", may="opening.read")
def openings(tx: Transaction, client_id: UUID) -> Page:
    """Who opened a client's record with a reason, the newest first."""
    found = queries.openings_of(client_id, tx)
    return show("openings", tx, client=shown_client(client_id, tx), openings=found)


@care.get("/clients/<uuid:client_id>/care/opening", may="record.open", form=True)
def opening(tx: Transaction, client_id: UUID) -> Page:
    """The form by which a record is opened. It names nobody, and tells as much of an id that is nobody's."""
    return _page(client_id, _form(), tx)


@care.post("/clients/<uuid:client_id>/care/opening", may="record.open")
def open_(tx: Transaction, client_id: UUID) -> Page | Response:
    """Open a record for an hour."""
    form = _form()
    order = form.read(request.form)
    if order is None:
        return _page(client_id, form, tx)
    open_record(client_id, order.reason, tx)
    return on_to("client", client_id)


def _form() -> Form[OpenRecord]:
    asks = {"reason": Ask(phrase("Why you must see it"), phrase("In words that the clinic and the client will read."))}
    return Form(OpenRecord, asks, not_done=phrase("The record was not opened yet"))


def _page(client_id: UUID, form: Form[OpenRecord], tx: Transaction) -> Page:
    return show(
        "opening",
        tx,
        form,
        form=form,
        client_id=client_id,
        refusal=nothing_to_open(client_id, tx),
        standing=queries.standing_opening(client_id, tx),
    )
