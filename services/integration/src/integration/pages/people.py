"""My people, and one of them: what changed since they were last met, and what somebody must look after."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration import queries
from integration.commands import tending as care
from integration.domain.attention import Group
from integration.models import Client, RedFlag
from integration.pages.forms import closing_form
from integration.pages.pictures import pictures_of_measures
from integration.pages.words import CHECK_INS, FLAGS, INTENTION_STANDS, MOMENTS, QUESTIONS, SEEN_BY, VISITS
from integration.queries.people import people_reached
from integration.schemas import CloseFlag
from shared.errors import NotFound, Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.guard import check_listed, may

people_pages = Pages("people")

GROUPS = {
    Group.FLAGGED: phrase("Somebody is to look after them"),
    Group.TODAY: phrase("With a visit today"),
    Group.QUIET: phrase("Quiet"),
    Group.CLOSING: phrase("Windows that close soon"),
    Group.OTHERS: phrase("Others"),
}
WHY = {
    Group.FLAGGED: phrase("An open red flag holds the next medicine visit until a person has closed it."),
    Group.TODAY: phrase("Visits of this day, those that are over among them."),
    Group.QUIET: phrase("Their window is open, and the last check-in has no answer."),
    Group.CLOSING: phrase("The integration window ends within two days."),
    Group.OTHERS: phrase("Nothing has come up."),
}
UNNAMED = phrase("Somebody whose name is not known here yet")
WORDS = {
    "visits": VISITS,
    "flags": FLAGS,
    "check_ins": CHECK_INS,
    "moments": MOMENTS,
    "seen_by": SEEN_BY,
    "questions": QUESTIONS,
    "stands": INTENTION_STANDS,
}


@people_pages.get("/people", may="people.read", many=True)
def people(tx: Transaction) -> Page:
    """Everybody whom the reader looks after, who needs somebody first."""
    found = people_reached(tx)
    check_listed(found, tx)
    groups = [(group, [person for person in found if person.group is group]) for group in Group]
    return show(
        "integration/people.html",
        tx,
        groups=[(group, members) for group, members in groups if members],
        titles=GROUPS,
        why=WHY,
        unnamed=UNNAMED,
        words=WORDS,
    )


@people_pages.get("/people/<uuid:client_id>", may="people.read")
def person(tx: Transaction, client_id: UUID) -> Page:
    """One client: what they share, what they were asked, how they have been."""
    return _show(client_id, tx, closed=request.args.get("closed", type=UUID))


@people_pages.post("/people/<uuid:client_id>/red-flags/<uuid:flag_id>/closing", may="red_flag.close")
def close(tx: Transaction, client_id: UUID, flag_id: UUID) -> Page | Response:
    """Close a red flag with what was done about it."""
    form = closing_form(tx.one(RedFlag, flag_id, of=client_id))
    order = form.read(request.form)
    if order is None:
        return _show(client_id, tx, sent=(flag_id, form))
    try:
        care.close_flag(client_id, flag_id, order.note, tx)
    except Refused as refused:
        form.refuse(refused)
        return _show(client_id, tx, sent=(flag_id, form))
    return redirect(url_for("people.person", client_id=client_id, closed=flag_id), 303)


def _show(
    client_id: UUID, tx: Transaction, *, closed: UUID | None = None, sent: tuple[UUID, Form[CloseFlag]] | None = None
) -> Page:
    flags = queries.flags_of(client_id, tx)
    client = tx.find(Client, client_id)
    if client is None and not flags:
        raise NotFound("client")
    forms = {flag.id: closing_form(flag) for flag in flags if flag.closed_at is None}
    if sent is not None:
        forms[sent[0]] = sent[1]
    return show(
        "integration/person.html",
        tx,
        *forms.values(),
        client_id=client_id,
        name=client.display_name if client and client.display_name else reader().say(UNNAMED),
        closed=any(flag.id == closed and flag.closed_by == tx.actor.id for flag in flags),
        flags=flags,
        forms=forms,
        words=WORDS,
        visits=queries.visits_ahead_of(client_id, tx),
        windows=queries.windows_of(client_id, tx),
        moments=queries.moments_for(client_id, tx),
        intentions=queries.intentions_of(client_id, tx) if may("intention.read", tx) else [],
        commitments=queries.open_commitments_of(client_id, tx),
        measures=pictures_of_measures(client_id, tx),
    )
