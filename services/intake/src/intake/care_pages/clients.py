"""Whom somebody reaches, and one client: who looks after them, and where else to read."""

from uuid import UUID

from flask import request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake import queries
from intake.care_pages.showing import Page, Wrong, care, on_to, show, shown_client, typed
from intake.commands.caseloads import join_caseload, leave_caseload
from intake.queries import ClientName
from intake.schemas.records import JoinCaseload
from shared.clinics import ResourceKind
from shared.store import Transaction
from shared.web.guard import check_listed, may

SHOWN = 200

FURTHER = (
    ("consent.read", "care.agreements", "What was agreed to"),
    ("opening.read", "care.openings", "Who opened it with a reason"),
    ("accounting.read", "audit_pages.accounting_page", "Who saw or changed something in it"),
    ("record.export", "audit_pages.record_page", "All of it, to read or to print"),
    ("erasure.read", "care.erasure", "Erase them"),
)
"""What else there is about a client: by which row of the policy somebody may, the page, and what it is called."""


@care.get("/clients", may="client.read", many=True)
def clients(tx: Transaction) -> Page:
    """The clients whom the reader reaches, the newest first."""
    found = queries.clients_reached(tx, SHOWN + 1)
    return _list(found[:SHOWN], tx, more=len(found) > SHOWN)


@care.post("/clients/found", may="client.read", many=True)
def find(tx: Transaction) -> Page | Response:
    """The clients with an address. It is typed into a form, so that it stands in no address and no log."""
    found = queries.clients_with_email(typed("email")["email"], tx)
    if len(found) == 1:
        return on_to("client", found[0].client_id)
    return _list(found, tx, searched=True)


@care.get("/clients/<uuid:client_id>/care", may="caseload.read")
def client(tx: Transaction, client_id: UUID) -> Page:
    """Who looks after a client, and what else there is about them for whoever reads."""
    return _client(client_id, tx)


@care.post("/clients/<uuid:client_id>/care/joining", may="caseload.change")
def join(tx: Transaction, client_id: UUID) -> Page | Response:
    """Have somebody look after a client from now on."""
    try:
        said = JoinCaseload.load(typed("staff"))
    except ValidationError as invalid:
        return _client(client_id, tx, invalid)
    join_caseload(client_id, said.staff, tx)
    return on_to("client", client_id)


@care.post("/clients/<uuid:client_id>/care/leaving", may="caseload.change")
def leave(tx: Transaction, client_id: UUID) -> Response:
    """Have somebody not look after a client any more."""
    leave_caseload(client_id, request.form.get("staff", ""), tx)
    return on_to("client", client_id)


def _list(found: list[ClientName], tx: Transaction, *, more: bool = False, searched: bool = False) -> Page:
    check_listed(found, tx)
    return show("list", tx, clients=found, more=more, searched=searched)


def _client(client_id: UUID, tx: Transaction, wrong: Wrong | None = None) -> Page:
    return show(
        "client",
        tx,
        wrong,
        client=shown_client(client_id, tx),
        looking_after=queries.looking_after(client_id, tx),
        opening=queries.standing_opening(client_id, tx),
        further=[(page, words) for action, page, words in FURTHER if may(action, tx)],
        staff=[resource for resource in tx.clinic.resources if resource.kind is not ResourceKind.ROOM],
    )
