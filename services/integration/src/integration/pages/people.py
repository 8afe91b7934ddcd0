"""My people, and one of them: what came since they were last met, and what somebody must look after."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands.flags import close_flag
from integration.domain.attention import Group
from integration.models import RedFlag
from integration.pages.flag_forms import closing_form
from integration.pages.names import UNNAMED
from integration.pages.person import facts_of
from integration.pages.words import CHECK_INS, FLAGS, VISITS
from integration.queries.people import people_reached
from integration.queries.since import NOTHING, lately
from integration.schemas.flags import CloseFlag
from shared.errors import Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.showing import Page, show
from shared.web.guard import check_listed

__all__ = ["UNNAMED", "people_pages"]

people_pages = Pages("people_pages")

GROUPS = {
    Group.FLAGGED: phrase("Somebody is to look after them"),
    Group.TO_READ: phrase("Words that somebody is asked to read"),
    Group.TODAY: phrase("With a visit today"),
    Group.QUIET: phrase("Quiet"),
    Group.CLOSING: phrase("Windows that close soon"),
    Group.OTHERS: phrase("Others"),
    Group.RESTING: phrase("Resting, by their own choice"),
}
WHY = {
    Group.FLAGGED: phrase("An open red flag holds the next medicine visit until a person has closed it."),
    Group.TO_READ: phrase("They shared words that a person may want to read soon. It says nothing about them."),
    Group.TODAY: phrase("Visits of this day, those that are over among them."),
    Group.QUIET: phrase("Their window is open, and the last check-in has no answer."),
    Group.CLOSING: phrase("The integration window ends within two days."),
    Group.OTHERS: phrase("Nothing has come up."),
    Group.RESTING: phrase("They are asked and reminded of nothing. They can reach you as ever."),
}
WORDS = {"visits": VISITS, "flags": FLAGS, "check_ins": CHECK_INS}


@people_pages.get("/people", may="people.read", many=True)
def people(tx: Transaction) -> Page:
    """Everybody whom the reader looks after, who needs somebody first, with what came since they were last met."""
    found = people_reached(tx)
    check_listed(found, tx)
    known = lately(tx)
    groups = [(group, [person for person in found if person.group is group]) for group in Group]
    return show(
        "integration/people.html",
        tx,
        groups=[(group, members) for group, members in groups if members],
        first=found[0].client_id if found else None,
        lately={person.client_id: known.get(person.client_id, NOTHING) for person in found},
        titles=GROUPS,
        why=WHY,
        unnamed=UNNAMED,
        words=WORDS,
    )


@people_pages.get("/people/<uuid:client_id>", may="people.read")
def person(tx: Transaction, client_id: UUID) -> Page:
    """One client: what came since they were last met, what they bring, share and were asked."""
    return _show(client_id, tx, closed=request.args.get("closed", type=UUID))


@people_pages.post("/people/<uuid:client_id>/red-flags/<uuid:flag_id>/closing", may="red_flag.close")
def close(tx: Transaction, client_id: UUID, flag_id: UUID) -> Page | Response:
    """Close a red flag with what was done about it."""
    form = closing_form(tx.one(RedFlag, flag_id, of=client_id))
    order = form.read(request.form)
    if order is None:
        return _show(client_id, tx, sent=(flag_id, form))
    try:
        close_flag(client_id, flag_id, order.note, tx)
    except Refused as refused:
        form.refuse(refused)
        return _show(client_id, tx, sent=(flag_id, form))
    return redirect(url_for("people_pages.person", client_id=client_id, closed=flag_id), 303)


def _show(
    client_id: UUID, tx: Transaction, *, closed: UUID | None = None, sent: tuple[UUID, Form[CloseFlag]] | None = None
) -> Page:
    facts = facts_of(client_id, tx)
    forms = {flag.id: closing_form(flag) for flag in facts["flags"] if flag.closed_at is None}
    if sent is not None:
        forms[sent[0]] = sent[1]
    return show(
        "integration/person.html",
        tx,
        *forms.values(),
        forms=forms,
        closed=any(flag.id == closed and flag.closed_by == tx.actor.id for flag in facts["flags"]),
        **facts,
    )
