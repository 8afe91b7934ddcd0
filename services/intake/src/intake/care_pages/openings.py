"""A record that is opened with a reason, and who has done so."""

from uuid import UUID

from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake import queries
from intake.care_pages.showing import Page, Wrong, care, on_to, show, shown_client, typed
from intake.commands.openings import nothing_to_open, open_record
from intake.schemas.records import OpenRecord
from shared.store import Transaction


@care.get("/clients/<uuid:client_id>/care/openings", may="opening.read")
def openings(tx: Transaction, client_id: UUID) -> Page:
    """Who opened a client's record with a reason, the newest first."""
    found = queries.openings_of(client_id, tx)
    return show("openings", tx, client=shown_client(client_id, tx), openings=found, now=tx.now)


@care.get("/clients/<uuid:client_id>/care/opening", may="record.open", form=True)
def opening(tx: Transaction, client_id: UUID) -> Page:
    """The form by which a record is opened. It names nobody, and tells as much of an id that is nobody's."""
    return _form(client_id, tx)


@care.post("/clients/<uuid:client_id>/care/opening", may="record.open")
def open_(tx: Transaction, client_id: UUID) -> Page | Response:
    """Open a record for an hour."""
    try:
        said = OpenRecord.load(typed("reason"))
    except ValidationError as invalid:
        return _form(client_id, tx, invalid)
    open_record(client_id, said.reason, tx)
    return on_to("client", client_id)


def _form(client_id: UUID, tx: Transaction, wrong: Wrong | None = None) -> Page:
    return show(
        "opening",
        tx,
        wrong,
        client_id=client_id,
        refusal=nothing_to_open(client_id, tx),
        standing=queries.standing_opening(client_id, tx),
    )
