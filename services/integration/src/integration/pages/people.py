"""My people, and one of them: what came since they were last met, and what somebody must look after."""

from uuid import UUID

from integration.domain.attention import Group
from integration.domain.on_it import is_left_to_it
from integration.pages.names import UNNAMED
from integration.pages.person import facts_of
from integration.queries.people import people_reached
from integration.queries.since import NOTHING, lately
from integration.words import CHECK_INS, GROUPS, VISITS, WHY_THERE, called_for
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.showing import Page, show
from shared.web.guard import check_listed

people_pages = Pages("people_pages")

WORDS = {"visits": VISITS, "called_for": called_for, "check_ins": CHECK_INS}


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
        why=WHY_THERE,
        unnamed=UNNAMED,
        words=WORDS,
        is_left_to_it=is_left_to_it,
    )


@people_pages.get("/people/<uuid:client_id>", may="people.read")
def person(tx: Transaction, client_id: UUID) -> Page:
    """One client: what came since they were last met, what they bring, share and were asked."""
    return show("integration/person.html", tx, is_left_to_it=is_left_to_it, **facts_of(client_id, tx))
