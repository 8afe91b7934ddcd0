"""The people who can be tried out: those at the two sample clinics and those around them. All of them are made up."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.web.auth import PARTNER_CLAIM
from shared.web.face.roles import ROLE_WORDS
from shared.web.policy import Role

HARBOR = "harbor-primary-care"
"""The partner of the demo, as consents and subscriptions name it."""


@dataclass(frozen=True)
class SamplePerson:
    """Somebody with a button on the demo's sign-in page; `key` names them there and on the command line.

    Whoever is one of a clinic's resources has that resource's id for a subject, so that the visits are their own.
    `partner` is for whom a partner's developer works.
    """

    key: str
    name: str
    subject: str
    grants: Mapping[str, list[str]]
    partner: str | None = None

    @property
    def clinics(self) -> tuple[str, ...]:
        return tuple(self.grants)

    @property
    def role(self) -> str:
        """What they are, as people say it: everyone here is the same wherever they are something."""
        [role] = {role for roles in self.grants.values() for role in roles}
        return ROLE_WORDS[role]

    @property
    def claims(self) -> Mapping[str, str]:
        """What else their tokens say."""
        return {} if self.partner is None else {PARTNER_CLAIM: self.partner}


def _at(clinic: str, role: Role, key: str, name: str, subject: str | None = None) -> SamplePerson:
    return SamplePerson(key, name, subject or f"{role.replace('_', '-')}-at-{clinic}", {clinic: [role.value]})


def _at_both(role: Role, key: str, name: str) -> SamplePerson:
    return SamplePerson(key, name, f"{key}-at-both", {"maple": [role.value], "cedar": [role.value]})


SAMPLE_PEOPLE = {
    person.key: person
    for person in (
        _at("maple", Role.FRONT_DESK, "wren", "Wren Castillo"),
        _at("maple", Role.THERAPIST, "sam", "Sam Rivera"),
        _at("maple", Role.THERAPIST, "imani", "Imani Brooks", subject="imani-at-maple"),
        _at("maple", Role.PRESCRIBER, "lena", "Dr. Lena Weiss"),
        _at("maple", Role.NURSE, "jo", "Jo Lindqvist"),
        _at("maple", Role.CLINIC_ADMIN, "theo", "Theo Marchetti"),
        _at("maple", Role.MEDICAL_DIRECTOR, "ines", "Dr. Ines Okafor"),
        _at("cedar", Role.FRONT_DESK, "mika", "Mika Tanaka"),
        _at("cedar", Role.THERAPIST, "noor", "Noor Haddad"),
        _at("cedar", Role.PRESCRIBER, "tomas", "Dr. Tomas Reyes"),
        _at("cedar", Role.NURSE, "ada", "Ada Mensah"),
        _at("cedar", Role.CLINIC_ADMIN, "eli", "Eli Sorensen"),
        _at("cedar", Role.MEDICAL_DIRECTOR, "paul", "Dr. Paul Arroyo"),
        _at_both(Role.THERAPIST, "robin", "Robin Vale"),
        _at_both(Role.NETWORK_ADMIN, "alex", "Alex Duarte"),
        _at_both(Role.OPERATOR, "kit", "Kit Andersen"),
        SamplePerson("dana", "Dana Whitlock", "dana-at-harbor", {"maple": [Role.PARTNER.value]}, HARBOR),
    )
}
