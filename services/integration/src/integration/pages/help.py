"""Help now: whom to call at once, and a button that tells the clinic."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from integration import queries
from integration.commands import tending as care
from integration.pages.themselves import own_id, zone_of
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.showing import Page, show

help_pages = Pages("help_now")


@help_pages.get("/help", may="help.ask", own=True, form=True)
def page(tx: Transaction) -> Page:
    """Whom to call at once; and whether the clinic has been told already."""
    client_id = own_id(tx)
    told_at = queries.help_asked_at(client_id, tx)
    return show("integration/help.html", tx, told_at=told_at, zone=zone_of(client_id, tx))


@help_pages.post("/help", may="help.ask", own=True)
def ask(tx: Transaction) -> Response:
    """Have the clinic told, with one tap."""
    care.ask_for_help(own_id(tx), tx)
    return redirect(url_for("help_now.page"), 303)
