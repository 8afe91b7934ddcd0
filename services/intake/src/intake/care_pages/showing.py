"""What all pages about one client have."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake.models import Client
from shared.clinics import IN_WORDS
from shared.errors import Invalid
from shared.store import Transaction
from shared.web import Pages
from shared.web.guard import may
from shared.web.in_words import day, moment, name_of
from shared.web.problems import field_errors

care = Pages("care")

Page = str | tuple[str, int]
"""A page, with its status where that is not 200."""

Wrong = ValidationError | Invalid
"""What a form may be that was sent: it comes back as it was typed."""


def show(name: str, tx: Transaction, wrong: Wrong | None = None, **shown: Any) -> Page:
    """The page of that name, with what each of them is told; with what is `wrong`, to be mended."""
    zone = tx.clinic.zone
    page = render_template(
        f"intake/care/{name}.html",
        themselves=tx.actor.client_id is not None,
        may=lambda action: may(action, tx),
        day=day,
        moment=lambda instant: moment(instant, zone),
        who=lambda staff: name_of(staff, tx.clinic),
        about=IN_WORDS,
        said=request.form,
        errors=_errors(wrong),
        **shown,
    )
    return page if wrong is None else (page, 422)


def shown_client(client_id: UUID, tx: Transaction) -> Client:
    """The client whom the page is about. NotFound where there is none."""
    return tx.one(Client, client_id)


def typed(*names: str) -> dict[str, str]:
    """These fields of the form that was sent, without the white space around them."""
    return {name: request.form.get(name, "").strip() for name in names}


def on_to(page: str, client_id: UUID) -> Response:
    """Lead to another of these pages, which may be loaded again without doing anything again."""
    return redirect(url_for(f"care.{page}", client_id=client_id), 303)


def _errors(wrong: Wrong | None) -> dict[str, str]:
    match wrong:
        case None:
            return {}
        case Invalid():
            found = wrong.errors
        case ValidationError():
            found = field_errors(wrong.messages)
    return {error["path"].strip("/"): error["message"] for error in found}
