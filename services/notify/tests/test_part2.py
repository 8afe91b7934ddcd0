"""Whether a partner may be told what falls under 42 CFR Part 2: as the client has allowed that partner."""

from typing import Any
from uuid import uuid4

import pytest

from notify.domain.consent import Standing
from notify.queries import consent_standing
from shared.clinics import Agreement, AuthorisationKind
from shared.events.intake import AuthorisationGranted, AuthorisationWithdrawn
from shared.store.transaction import Actor, Origin

from .conftest import ROSA, TOMAS


def standing(notify: Any, *, client: Any = ROSA, kind: Agreement = Agreement.PART2, clinic: str = "maple") -> Standing:
    with notify.bench.store.transaction(clinic, Actor("test"), Origin("test", "test", "test")) as tx:
        return consent_standing(client, kind, "harbor", tx)


def test_it_holds_for_that_client_and_that_partner_until_it_is_taken_back(notify: Any) -> None:
    allowed = uuid4()
    notify.hear(AuthorisationGranted, authorisation=allowed, kind=AuthorisationKind.PART2, partner="harbor")
    assert standing(notify) is Standing.IN_FORCE
    assert standing(notify, client=TOMAS) is Standing.UNDECIDED
    assert standing(notify, clinic="cedar") is Standing.UNDECIDED
    # It is no consent to share data: both are needed.
    assert standing(notify, kind=Agreement.DATA_SHARING) is Standing.UNDECIDED

    notify.hear(AuthorisationWithdrawn, authorisation=allowed, kind=AuthorisationKind.PART2, partner="harbor")
    assert standing(notify) is Standing.WITHDRAWN


@pytest.mark.parametrize(
    "other",
    [
        {"kind": AuthorisationKind.PART2, "partner": None},
        {"kind": AuthorisationKind.PART2, "partner": "elm-pharmacy"},
        {"kind": AuthorisationKind.PSYCHOTHERAPY_NOTES, "partner": None},
    ],
    ids=["to the team", "to another partner", "of notes"],
)
def test_what_is_allowed_otherwise_allows_no_partner_anything(notify: Any, other: dict[str, Any]) -> None:
    notify.hear(AuthorisationGranted, authorisation=uuid4(), **other)
    assert standing(notify) is Standing.UNDECIDED
