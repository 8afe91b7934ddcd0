"""Who may do what, about whom: each service has one table, role × action × condition; what is not in it nobody may do.

    POLICY: Policy = {
        "moment.write": allow(Role.CLIENT),
        "moment.read": allow(Role.CLIENT, Role.THERAPIST, Role.PRESCRIBER),
    }

A row names roles; the condition under which each may is the role's own, unless the row is of `whole_clinic`: a client
reaches themselves, a therapist the clients of their caseload, who works across the network nobody before they have
opened a record with a reason, everybody else the clients of the clinic.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.store.reach import Condition


class Role(StrEnum):
    """The people at a clinic, and the programs beside them."""

    CLIENT = "client"
    ESCORT = "escort"
    FRONT_DESK = "front_desk"
    THERAPIST = "therapist"
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    CLINIC_ADMIN = "clinic_admin"
    MEDICAL_DIRECTOR = "medical_director"
    NETWORK_ADMIN = "network_admin"
    PARTNER = "partner"
    OPERATOR = "operator"


CLINIC_STAFF = (
    Role.FRONT_DESK,
    Role.THERAPIST,
    Role.PRESCRIBER,
    Role.NURSE,
    Role.CLINIC_ADMIN,
    Role.MEDICAL_DIRECTOR,
)
"""Whoever works at one clinic."""

PUBLIC = "public"
"""The action of doors that anyone may use without signing in."""

_CONDITIONS = {
    Role.CLIENT: Condition.OWN,
    Role.THERAPIST: Condition.CASELOAD,
    Role.NETWORK_ADMIN: Condition.OPENED,
}


class Rule(dict[Role, Condition]):
    """One row of a policy table: which roles may, and about whom. `|` joins two rows; the wider condition holds."""

    def __or__(self, other: Mapping[Role, Condition]) -> "Rule":  # type: ignore[override]
        joined = Rule(self)
        for role, condition in other.items():
            joined[role] = max(condition, joined.get(role, condition), key=list(Condition).index)
        return joined

    def conditions(self, roles: Iterable[str]) -> frozenset[Condition]:
        """On which conditions somebody in these roles may; empty where they may not."""
        held = set(roles)
        return frozenset(condition for role, condition in self.items() if role.value in held)

    @property
    def is_bounded(self) -> bool:
        """Whether it depends on the client whether somebody may."""
        return any(condition is not Condition.CLINIC for condition in self.values())


Policy = dict[str, Rule]


def allow(*roles: Role) -> Rule:
    """A row of a policy table, each role on its own condition."""
    return Rule({role: _CONDITIONS.get(role, Condition.CLINIC) for role in roles})


def whole_clinic(*roles: Role) -> Rule:
    """A row for what is about the clinic and no client: there everybody named reaches all of it."""
    return Rule(dict.fromkeys(roles, Condition.CLINIC))
