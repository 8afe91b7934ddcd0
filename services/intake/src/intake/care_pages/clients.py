"""Whom somebody reaches, and one client: who looks after them, and where else to read."""

from uuid import UUID

from flask import get_template_attribute, request
from werkzeug.wrappers import Response

from intake import queries
from intake.care_pages.showing import care, on_to, show, shown_client
from intake.commands.caseloads import join_caseload, leave_caseload
from intake.queries import ClientName
from intake.schemas.records import JoinCaseload
from intake.schemas.text import EMAIL
from shared.clinics import Clinic, Resource, ResourceKind
from shared.declared import Declared, field
from shared.languages import phrase
from shared.store import Transaction
from shared.web.face.forms import Ask, Form
from shared.web.face.showing import Page
from shared.web.face.tables import Column, Table
from shared.web.guard import check_listed, may
from shared.web.policy import Role

SHOWN = 200

FURTHER = (
    ("consent.read", "care.agreements", phrase("What was agreed to")),
    ("opening.read", "care.openings", phrase("Who opened it with a reason")),
    ("accounting.read", "audit_pages.accounting_page", phrase("Who saw or changed something in it")),
    ("record.export", "audit_pages.record_page", phrase("All of it, to read or to print")),
    ("erasure.read", "care.erasure", phrase("Erase them")),
)
"""What else there is about a client: by which row of the policy somebody may, the page, and what it is called."""


class FindClient(Declared):
    """By what somebody is found."""

    email: str = field("The address that the clinic has of them.", "rosa@example.org", validate=EMAIL)


@care.get("/clients", may="client.read", many=True)
def clients(tx: Transaction) -> Page:
    """The clients whom the reader reaches, the newest first."""
    found = queries.clients_reached(tx, SHOWN + 1)
    return _list(found[:SHOWN], _finding(), tx, more=len(found) > SHOWN)


@care.post("/clients/found", may="client.read", many=True)
def find(tx: Transaction) -> Page | Response:
    """The clients with an address. It is typed into a form, so that it stands in no address and no log."""
    form = _finding()
    order = form.read(request.form)
    found = [] if order is None else queries.clients_with_email(order.email, tx)
    if len(found) == 1:
        return on_to("client", found[0].client_id)
    return _list(found, form, tx, searched=order is not None)


@care.get("/clients/<uuid:client_id>/care", may="caseload.read")
def client(tx: Transaction, client_id: UUID) -> Page:
    """Who looks after a client, and what else there is about them for whoever reads."""
    return _client(client_id, _joining(client_id, tx), tx)


@care.post("/clients/<uuid:client_id>/care/joining", may="caseload.change")
def join(tx: Transaction, client_id: UUID) -> Page | Response:
    """Have somebody of the clinic's staff look after a client from now on."""
    form = _joining(client_id, tx)
    order = form.read(request.form)
    if order is not None and order.staff not in {one.id for one in _staff(tx.clinic)}:
        form.complain([{"path": "staff", "message": phrase("Please choose one of these.")}])
    elif order is not None:
        join_caseload(client_id, order.staff, tx)
        return on_to("client", client_id)
    return _client(client_id, form, tx)


@care.post("/clients/<uuid:client_id>/care/leaving", may="caseload.change")
def leave(tx: Transaction, client_id: UUID) -> Response:
    """Have somebody not look after a client any more."""
    leave_caseload(client_id, request.form.get("staff", ""), tx)
    return on_to("client", client_id)


def _finding() -> Form[FindClient]:
    ask = Ask(phrase("Find somebody by their e-mail address"), kind="email")
    return Form(FindClient, {"email": ask}, not_done=phrase("Nobody was looked for yet"))


def _list(
    found: list[ClientName], form: Form[FindClient], tx: Transaction, *, more: bool = False, searched: bool = False
) -> Page:
    check_listed(found, tx)
    name = get_template_attribute("intake/care/cells.html", "name")
    since = get_template_attribute("intake/care/cells.html", "since")
    # What was searched was typed into a form, whose view has no address by which it could be sorted.
    sortable = request.method == "GET"
    columns = [
        Column[ClientName](
            "name",
            phrase("Client"),
            cell=name,
            sort=(lambda one: one.display_name.casefold()) if sortable else None,
        ),
        Column[ClientName](
            "since",
            phrase("Client since"),
            cell=since,
            sort=(lambda one: one.registered_at) if sortable else None,
        ),
    ]
    table = Table("clients", found, columns, more=more)
    return show("list", tx, form, form=form, table=table, searched=searched)


def _staff(clinic: Clinic) -> list[Resource]:
    """Whom the clinic names, beside its rooms."""
    return [resource for resource in clinic.resources if resource.kind is not ResourceKind.ROOM]


def _joining(client_id: UUID, tx: Transaction) -> Form[JoinCaseload]:
    already = {one.staff for one in queries.looking_after(client_id, tx)}
    choices = [
        ("", phrase("Choose somebody")),
        *((one.id, one.name) for one in _staff(tx.clinic) if one.id not in already),
    ]
    hint = phrase("Whom the clinic’s settings name. A clinic admin names others there.")
    ask = Ask(phrase("Who is to look after them"), hint, kind="choice", choices=choices)
    return Form(JoinCaseload, {"staff": ask}, not_done=phrase("Nobody was put on a caseload yet"))


def _client(client_id: UUID, form: Form[JoinCaseload], tx: Transaction) -> Page:
    return show(
        "client",
        tx,
        form,
        form=form,
        client=shown_client(client_id, tx),
        looking_after=queries.looking_after(client_id, tx),
        opening=queries.standing_opening(client_id, tx),
        further=[(page, words) for action, page, words in FURTHER if may(action, tx)],
        sees_how_they_are=any(tx.actor.has(role) for role in (Role.THERAPIST, Role.PRESCRIBER)),
        types_measures_in=any(tx.actor.has(role) for role in (Role.THERAPIST, Role.NURSE)),
        named={one.id for one in _staff(tx.clinic)},
    )
