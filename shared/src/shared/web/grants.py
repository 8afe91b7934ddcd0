"""Which roles a token gives its subject at which clinics: how a provider says it is a matter of configuration."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.clinics import CLINIC_FORM
from shared.web.policy import Role

Grants = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class GrantsReader:
    """Reads the claim with that name or dotted path.

    Without a pattern it is an object of roles by clinic, `{"maple": ["therapist"]}`. With one it is a list of strings,
    as of groups or app roles, and the pattern, which must fit a whole string, names the clinic and the role in it:
    `/(?P<clinic>[^/]+)/(?P<role>[^/]+)` reads Keycloak's `/maple/therapist`. Clinics are never combined with roles
    from other strings: that would give roles where nobody gave them.
    """

    claim: str
    pattern: re.Pattern[str] | None = None

    def read(self, claims: Mapping[str, Any]) -> Grants | None:
        """Roles by clinic; None where the claim is missing or of another shape. What we do not know is left out."""
        found = _find(claims, self.claim)
        if self.pattern is not None:
            return None if not isinstance(found, list) else self._of_strings(found)
        return None if not isinstance(found, dict) else known_grants(found)

    def _of_strings(self, strings: list[Any]) -> Grants:
        assert self.pattern is not None  # nosec B101 # only called with one.
        by_clinic: dict[str, list[Any]] = {}
        for string in strings:
            match = self.pattern.fullmatch(string) if isinstance(string, str) else None
            if match is not None:
                by_clinic.setdefault(match["clinic"], []).append(match["role"])
        return known_grants(by_clinic)


def known_grants(said: Mapping[str, Any]) -> Grants:
    """Of what is said the well-formed clinics with the roles that there are; a clinic without one is left out."""
    known = {
        clinic: frozenset(role for role in roles if isinstance(role, str) and role in set(Role))
        for clinic, roles in said.items()
        if isinstance(clinic, str) and CLINIC_FORM.fullmatch(clinic) and isinstance(roles, list | tuple)
    }
    return {clinic: roles for clinic, roles in known.items() if roles}


def _find(claims: Mapping[str, Any], path: str) -> Any:
    """A claim's own name may hold dots, as a namespaced one does; so that is looked for first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found
