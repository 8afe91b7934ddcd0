"""What all pages about one client have."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, url_for
from werkzeug.wrappers import Response

from intake.models import Client
from intake.words import AGREEMENTS
from shared.store import Transaction
from shared.web import Pages
from shared.web.face import showing
from shared.web.face.forms import Form
from shared.web.face.showing import Page

care = Pages("care")


def show(name: str, tx: Transaction, *forms: Form[Any], **shown: Any) -> Page:
    """The page of that name, with what each of them is told. A client reads times by their own clock."""
    themselves, client = tx.actor.client_id is not None, shown.get("client")
    return showing.show(
        f"intake/care/{name}.html",
        tx,
        *forms,
        themselves=themselves,
        zone=ZoneInfo(client.time_zone) if themselves and client is not None else None,
        agreement_words=AGREEMENTS,
        **shown,
    )


def shown_client(client_id: UUID, tx: Transaction) -> Client:
    """The client whom the page is about. NotFound where there is none."""
    return tx.one(Client, client_id)


def on_to(page: str, client_id: UUID) -> Response:
    """Lead to another of these pages, which may be loaded again without doing anything again."""
    return redirect(url_for(f"care.{page}", client_id=client_id), 303)
