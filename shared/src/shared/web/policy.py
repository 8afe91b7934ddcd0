"""Who may do what. Each service has one table, action by action; what is not in it nobody may do."""

from enum import StrEnum


class Role(StrEnum):
    """The people at a clinic, and the programs beside them."""

    CLIENT = "client"
    FRONT_DESK = "front_desk"
    THERAPIST = "therapist"
    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    CLINIC_ADMIN = "clinic_admin"
    MEDICAL_DIRECTOR = "medical_director"
    OPERATOR = "operator"


PUBLIC = "public"
"""The action of doors that anyone may use without signing in."""

Policy = dict[str, frozenset[str]]


def allow(*roles: Role) -> frozenset[str]:
    """One row of a policy table."""
    return frozenset(roles)
