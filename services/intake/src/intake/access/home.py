"""What there is for whom, as the home page after signing in shows it."""

from dataclasses import dataclass

from intake.policy import POLICY
from shared.store import Actor
from shared.web import Role
from shared.web.auditing import AUDITING


@dataclass(frozen=True)
class Link:
    """A page of some service, for whoever has one of the roles; `{clinic}` and `{client}` are theirs."""

    address: str
    words: str
    roles: frozenset[str]


LINKS = (
    Link(
        "/intake/clinics/{clinic}/settings",
        "What is in force at the clinic, and what is to change",
        frozenset(role.value for role in POLICY["clinic.read"]),
    ),
    Link(
        "/intake/audit/search",
        "Who did what with whose data",
        frozenset(role.value for role in AUDITING["audit.search"]),
    ),
    Link("/intake/clients", "Clients", frozenset(role.value for role in POLICY["client.read"]) - {Role.CLIENT}),
    Link("/intake/clients/{client}/care", "Who looks after me", frozenset({Role.CLIENT})),
    Link("/intake/clients/{client}/care/agreements", "What I agreed to", frozenset({Role.CLIENT})),
    Link("/intake/clients/{client}/who-saw-my-record", "Who saw my record", frozenset({Role.CLIENT})),
    Link("/intake/clients/{client}/care/openings", "Who opened my record with a reason", frozenset({Role.CLIENT})),
    Link("/intake/clients/{client}/whole-record", "Everything that is kept about me", frozenset({Role.CLIENT})),
    Link("/intake/sign-ins", "Where I am signed in", frozenset(role.value for role in POLICY["sign_ins.read"])),
)


def links_for(actor: Actor, clinic: str) -> list[tuple[str, str]]:
    """Addresses and words, in the order of the table."""
    return [
        (link.address.format(clinic=clinic, client=actor.client_id), link.words)
        for link in LINKS
        if link.roles & actor.roles
    ]
