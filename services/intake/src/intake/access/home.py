"""What there is for whom, as the home page after signing in shows it."""

from dataclasses import dataclass

from intake.policy import POLICY
from shared.store import Actor


@dataclass(frozen=True)
class Link:
    """A page of some service, for whoever has one of the roles; `{clinic}` stands for the one where they are."""

    address: str
    words: str
    roles: frozenset[str]


LINKS = (
    Link(
        "/intake/clinics/{clinic}/settings",
        "What is in force at the clinic, and what is to change",
        frozenset(role.value for role in POLICY["clinic.read"]),
    ),
)


def links_for(actor: Actor, clinic: str) -> list[tuple[str, str]]:
    """Addresses and words, in the order of the table."""
    return [(link.address.format(clinic=clinic), link.words) for link in LINKS if link.roles & actor.roles]
