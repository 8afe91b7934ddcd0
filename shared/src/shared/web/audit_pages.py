"""The audit, a client's accounting and a client's whole record, as pages; each service shows what it holds itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import get_template_attribute, request

from shared.clinics import ResourceKind
from shared.events import PUBLISHERS
from shared.languages import phrase
from shared.store.holdings import tell
from shared.store.transaction import Transaction
from shared.web.audit_words import (
    ABOUT_WORDS,
    ACTION_WORDS,
    OUTCOME_TONES,
    OUTCOME_WORDS,
    action_in_words,
    actor_in_words,
    grounds_in_words,
    roles_in_words,
)
from shared.web.auditing import Search, by_day, disclosures, lets_about, lines
from shared.web.context import frame
from shared.web.face.forms import Ask, Choices, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show, staff_name
from shared.web.face.tables import Column, Table
from shared.web.in_words import name_of, named
from shared.web.pages import Pages
from shared.web.policy import Role

SHOWN = 200
_VIEW = "lines_"
"""With this begin the names in an address that only say how a table is shown."""

Line = Mapping[str, Any]

audit_pages = Pages("audit_pages")


@audit_pages.get("/audit/search", may="audit.search")
def search_page(tx: Transaction) -> Page:
    """Who did what with whose data at the clinic, newest first."""
    form = _search_form(tx)
    search = form.read(request.args)
    if any(name not in Search.schema().fields and not name.startswith(_VIEW) for name in request.args):
        # A misspelt name that was passed over would have everything shown.
        form.refusal, search = reader().say(phrase("The address asks for something that nobody can look for.")), None
    found = [] if search is None else list(lines(tx, search, SHOWN + 1))
    return show(
        "shared/audit.html",
        tx,
        form,
        form=form,
        searched=search,
        lines=_audit(found, tx),
        **_shown(tx),
    )


@audit_pages.get("/clients/<uuid:client_id>/who-saw-my-record", may="accounting.read")
def accounting_page(tx: Transaction, client_id: UUID) -> Page:
    """Who saw or changed something of a client, day by day, and what left the clinic."""
    found = by_day(client_id, tx, SHOWN + 1)
    return show(
        "shared/accounting.html",
        tx,
        lines=_accounting(found, tx),
        disclosures=disclosures(client_id, tx),
        **_shown(tx),
    )


@audit_pages.get("/clients/<uuid:client_id>/whole-record", may="record.export")
def record_page(tx: Transaction, client_id: UUID) -> Page:
    """What this service holds about a client, to read or to print: to the client all of it, to others what they may."""
    parts = tell(client_id, frame().service.holdings, tx, lets_about(client_id, tx))
    return show(
        "shared/record.html",
        tx,
        client=client_id,
        parts=[replace(part, rows=[named(row, tx.clinic) for row in part.rows]) for part in parts],
        disclosures=disclosures(client_id, tx),
        **_shown(tx),
    )


def _search_form(tx: Transaction) -> Form[Search]:
    said = request.args
    asks = {
        "actor": Ask(phrase("Who"), kind="choice", choices=_people(tx, said.get("actor", ""))),
        "action": Ask(phrase("What"), kind="choice", choices=_actions(said.get("action", ""))),
        "outcome": Ask(phrase("Outcome"), kind="choice", choices=[("", phrase("any")), *OUTCOME_WORDS.items()]),
        "since": Ask(phrase("From")),
        "until": Ask(phrase("To")),
    }
    # Whose data it was is chosen at a line, and known to nobody by its number.
    whose = said.get("client", "")
    client = {"client": Ask(phrase("Whose data"), kind="hidden", value=whose)} if whose else {}
    return Form(Search, asks | client, phrase("This cannot be looked for"))


def _people(tx: Transaction, asked: str) -> Choices:
    staff = {one.id: one.name for one in tx.clinic.resources if one.kind is not ResourceKind.ROOM}
    known = sorted(staff.items(), key=lambda one: one[1].casefold())
    # Whoever is asked for and not among the clinic's people stands there as what they are known by.
    return [("", phrase("anybody")), *known, *([(asked, asked)] if asked and asked not in staff else [])]


def _actions(asked: str) -> Choices:
    reads, known = reader(), _known_actions()
    named_so = [(action, action_in_words(action, reads)) for action in known | ({asked} if asked else set())]
    return [("", phrase("anything")), *sorted(named_so, key=lambda one: one[1].casefold())]


def _known_actions() -> set[str]:
    """What this service's policy has, and all else that is done under names of the same kind."""
    policy = set(frame().service.policy)
    kinds = {action.partition(".")[0] for action in policy} | {"sign_in"}
    return policy | {action for action in ACTION_WORDS if action.partition(".")[0] in kinds}


def _audit(found: Sequence[Line], tx: Transaction) -> Table[Line]:
    clients, exactly = _cell("clients"), _cell("exactly")
    own = [
        *_columns(tx, lambda line: exactly(line["at"]), lambda actor: name_of(actor, tx.clinic)),
        Column[Line]("whose", phrase("Whose data"), lambda line: clients(line["clients"])),
        Column[Line]("from", phrase("From"), lambda line: line["came_from"] or ""),
    ]
    return Table("lines", found[:SHOWN], own, more=len(found) > SHOWN)


def _accounting(found: Sequence[Line], tx: Transaction) -> Table[Line]:
    last = _cell("last")

    def at(line: Line) -> Any:
        return last(line["at"], tx.now, line["times"])

    columns = _columns(tx, at, lambda actor: staff_name(actor, tx.clinic))
    return Table("lines", found[:SHOWN], columns, more=len(found) > SHOWN)


def _columns(tx: Transaction, at: Callable[[Line], Any], name: Callable[[str], str]) -> list[Column[Line]]:
    reads, who, what, own = reader(), _cell("who"), _cell("what"), tx.actor.client_id is not None

    def person(line: Line) -> Any:
        if line["roles"] == Role.CLIENT:
            return reads.say(phrase("you") if own else phrase("the client"))
        return who(actor_in_words(line["actor"], reads) or name(line["actor"]), roles_in_words(line["roles"], reads))

    def deed(line: Line) -> Any:
        outcome = line["outcome"]
        said = "" if outcome == "done" else reads.say(OUTCOME_WORDS.get(outcome, outcome))
        return what(action_in_words(line["action"], reads), said, OUTCOME_TONES.get(outcome, "plain"))

    return [
        Column[Line]("when", phrase("When"), at),
        Column[Line]("who", phrase("Who"), person),
        Column[Line]("what", phrase("What"), deed),
        Column[Line]("why", phrase("Why they could"), lambda line: grounds_in_words(line["grounds"], reads, own=own)),
    ]


def _cell(name: str) -> Callable[..., Any]:
    return get_template_attribute("shared/audit_cells.html", name)  # type: ignore[no-any-return]


def _shown(tx: Transaction) -> dict[str, Any]:
    """What each of these pages is told. A service shows its own part; a page leads to the same page of the others."""
    own, reads = tx.service, reader()
    return {
        "own": own,
        "about": reads.say(ABOUT_WORDS[own]),
        "others": {name: reads.say(ABOUT_WORDS[name]) for name in PUBLISHERS if name != own},
        "path": request.path.removeprefix(f"/{own}"),
        "own_record": tx.actor.client_id is not None,
    }
