"""Help now: whom to call at once, and a button that tells the clinic."""

from flask import redirect, url_for
from werkzeug.wrappers import Response

from integration.commands.flags import ask_for_help
from integration.domain.checkins import is_emergency
from integration.pages.themselves import own_id, zone_of
from integration.queries.flags import flags_of, help_asked_at, somebody_is_on_it
from shared.events.integration import RedFlagReason
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.showing import Page, show

help_pages = Pages("help_pages")


@help_pages.get("/help", may="help.ask", own=True, form=True)
def page(tx: Transaction) -> Page:
    """Whom to call at once; and whether the clinic has been told already."""
    client_id = own_id(tx)
    told_at = help_asked_at(client_id, tx)
    on_it = somebody_is_on_it(client_id, tx) if told_at else None
    reasons = {flag.reason for flag in flags_of(client_id, tx) if flag.closed_at is None}
    emergency, asked = is_emergency(reasons), RedFlagReason.HELP_NOW in reasons
    zone = zone_of(client_id, tx)
    return show("integration/help.html", tx, told_at=told_at, on_it=on_it, emergency=emergency, asked=asked, zone=zone)


@help_pages.post("/help", may="help.ask", own=True)
def ask(tx: Transaction) -> Response:
    """Have the clinic told, with one tap."""
    ask_for_help(own_id(tx), tx)
    return redirect(url_for("help_pages.page"), 303)
