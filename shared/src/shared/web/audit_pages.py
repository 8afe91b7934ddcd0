"""The audit, a client's accounting and a client's whole record, as pages; each service shows what it holds itself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import render_template, request

from shared.errors import Invalid
from shared.events import PUBLISHERS
from shared.store.holdings import tell
from shared.store.transaction import Transaction
from shared.web.asked import asked
from shared.web.auditing import Search, disclosures, lines
from shared.web.context import frame
from shared.web.in_words import moment, name_of, named
from shared.web.pages import Pages

SHOWN = 200

audit_pages = Pages("audit_pages")


@audit_pages.get("/audit/search", may="audit.search")
def search_page(tx: Transaction) -> Any:
    """Who did what with whose data at the clinic, newest first."""
    complaint, found = None, []
    try:
        found = list(lines(tx, asked(Search), SHOWN + 1))
    except Invalid as invalid:
        complaint = invalid.errors[0]
    page = render_template(
        "shared/audit.html",
        lines=found[:SHOWN],
        more=len(found) > SHOWN,
        asked=request.args,
        complaint=complaint,
        zone=tx.clinic.zone,
        **_shown(tx),
    )
    return (page, 422) if complaint else page


@audit_pages.get("/clients/<uuid:client_id>/who-saw-my-record", may="accounting.read")
def accounting_page(tx: Transaction, client_id: UUID) -> str:
    """Who saw or changed something of a client, and what left the clinic."""
    found = lines(tx, Search(client=client_id), SHOWN + 1)
    return render_template(
        "shared/accounting.html",
        client=client_id,
        lines=found[:SHOWN],
        more=len(found) > SHOWN,
        disclosures=disclosures(client_id, tx),
        **_shown(tx),
    )


@audit_pages.get("/clients/<uuid:client_id>/whole-record", may="record.export")
def record_page(tx: Transaction, client_id: UUID) -> str:
    """Everything that this service holds about a client, to read or to print."""
    parts = tell(client_id, frame().service.holdings, tx)
    return render_template(
        "shared/record.html",
        client=client_id,
        parts=[replace(part, rows=[named(row, tx.clinic) for row in part.rows]) for part in parts],
        disclosures=disclosures(client_id, tx),
        made_at=tx.now,
        zone=tx.clinic.zone,
        **_shown(tx),
    )


def _shown(tx: Transaction) -> dict[str, Any]:
    """What each of these pages is told. A service shows its own part; a page leads to the same page of the others."""
    own = frame().service.name
    return {
        "own": own,
        "about": PUBLISHERS[own],
        "others": {name: words for name, words in PUBLISHERS.items() if name != own},
        "path": request.path.removeprefix(f"/{own}"),
        "moment": lambda instant: moment(instant, tx.clinic.zone),
        "who": lambda actor: name_of(actor, tx.clinic),
    }
