"""Where people go: the pages that stand in everybody's navigation, by role, over all services.

A service's own code says what is on a page and who may see it; this table, like the language of events, is what the
services have in common. A test holds it against their policies.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from shared.languages import phrase
from shared.web.policy import CLINIC_STAFF, Role

BESIDE_EACH_OTHER = 4
"""How many places have room beside each other on a telephone; all others are under "More"."""


@dataclass(frozen=True)
class Place:
    """A page to go to. In `address`, `{clinic}` and `{client}` are the reader's own; `icon` is one of the frame's."""

    address: str
    words: str
    icon: str
    roles: tuple[Role, ...]


PLACES = (
    Place("/integration/today", phrase("Today"), "sun", (Role.CLIENT,)),
    Place("/integration/moments", phrase("Moments"), "glow", (Role.CLIENT,)),
    Place("/integration/body", phrase("Body"), "hand", (Role.CLIENT,)),
    Place("/integration/journey", phrase("Journey"), "river", (Role.CLIENT,)),
    Place("/integration/intentions", phrase("Intentions"), "leaf", (Role.CLIENT,)),
    Place("/integration/practices", phrase("Practices"), "check", (Role.CLIENT,)),
    Place("/integration/together", phrase("Our next talk"), "people", (Role.CLIENT,)),
    Place("/integration/questions", phrase("How I am"), "pulse", (Role.CLIENT,)),
    Place("/integration/living", phrase("Living practice"), "sun", (Role.CLIENT,)),
    Place("/integration/rest", phrase("Rest"), "moon", (Role.CLIENT,)),
    Place("/intake/clients/{client}/care/agreements", phrase("Agreements"), "pen", (Role.CLIENT,)),
    Place("/intake/clients/{client}/care", phrase("My record"), "person", (Role.CLIENT,)),
    Place("/integration/people", phrase("My people"), "people", (Role.THERAPIST,)),
    Place("/intake/queue", phrase("Review queue"), "check", (Role.PRESCRIBER,)),
    Place("/sessions/room", phrase("Room"), "pulse", (Role.NURSE,)),
    Place("/intake/clinics/{clinic}/settings", phrase("Clinic"), "gear", (Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR)),
    Place("/intake/operating", phrase("System map"), "map", (Role.OPERATOR,)),
    Place("/notify/deliveries", phrase("Deliveries"), "send", (Role.PARTNER,)),
    Place("/sessions/board", phrase("Day board"), "board", CLINIC_STAFF),
    Place("/intake/inquiries/waiting", phrase("Inquiries"), "letter", (Role.FRONT_DESK, Role.CLINIC_ADMIN)),
    Place("/intake/queue", phrase("Review queue"), "check", (Role.MEDICAL_DIRECTOR, Role.NURSE)),
    Place("/intake/clients", phrase("Clients"), "person", (*CLINIC_STAFF, Role.NETWORK_ADMIN)),
    Place("/sessions/room", phrase("Room"), "pulse", (Role.PRESCRIBER,)),
    Place("/integration/people", phrase("My people"), "people", (Role.PRESCRIBER,)),
    Place(
        "/integration/red-flags",
        phrase("Red flags"),
        "alert",
        (Role.THERAPIST, Role.PRESCRIBER, Role.NURSE, Role.MEDICAL_DIRECTOR),
    ),
    Place("/integration/people/measures", phrase("Measures"), "pulse", (Role.THERAPIST,)),
    Place("/integration/outcomes", phrase("Outcomes"), "board", (Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR)),
    Place("/integration/outcomes/network", phrase("Outcomes"), "board", (Role.NETWORK_ADMIN,)),
    Place(
        "/integration/measures/texts", phrase("Texts of measures"), "book", (Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR)
    ),
    Place("/notify/deliveries", phrase("Partners"), "send", (Role.CLINIC_ADMIN,)),
    Place("/intake/audit/search", phrase("Audit"), "book", (Role.CLINIC_ADMIN, Role.MEDICAL_DIRECTOR)),
    Place(
        "/intake/clinics/{clinic}/settings",
        phrase("Clinic"),
        "gear",
        (Role.FRONT_DESK, Role.THERAPIST, Role.PRESCRIBER, Role.NURSE, Role.NETWORK_ADMIN, Role.OPERATOR),
    ),
    Place("/notify/events/", phrase("Events"), "book", (Role.PARTNER, Role.OPERATOR)),
    Place("/notify/partners/", phrase("For partners"), "pen", (Role.PARTNER,)),
    Place("/intake/clients/{client}/who-saw-my-record", phrase("Who saw my record"), "book", (Role.CLIENT,)),
    Place("/intake/clients/{client}/care/openings", phrase("Who opened it with a reason"), "book", (Role.CLIENT,)),
    Place("/intake/clients/{client}/whole-record", phrase("Everything kept about me"), "letter", (Role.CLIENT,)),
)
"""In the order in which they are shown. The first of somebody's roles is where they begin."""


def places_of(roles: Iterable[str], clinic: str, client: UUID | None) -> list[Place]:
    """Where somebody in these roles can go, each place once."""
    held = set(roles)
    found: dict[str, Place] = {}
    for place in PLACES:
        if held.intersection(place.roles):
            address = place.address.format(clinic=clinic, client=client)
            found.setdefault(address, replace(place, address=address))
    return list(found.values())


def first_place(roles: Iterable[str], clinic: str, client: UUID | None) -> str | None:
    """Where somebody begins; None for whoever has no place, as an escort."""
    return next((place.address for place in places_of(roles, clinic, client)), None)
