"""The use of substances (42 CFR Part 2): seen by whom it concerns for safety, and by others as the client allows."""

from typing import Any

import pytest

from intake.domain.consents import AUTHORISATIONS
from shared.clinics import Agreement, AuthorisationKind, ConsentKind
from shared.events.intake import AuthorisationGranted, AuthorisationWithdrawn, ConsentGranted
from shared.testing.bench import Bench

from .people import Somebody, accepted, phq9, problem

MUST_KNOW = ("prescriber", "nurse")
BY_AUTHORISATION = ("therapist", "medical_director")


@pytest.fixture
def told(rosa: Somebody) -> dict[str, Any]:
    """Rosa told of a trouble with a substance, and a prescriber has looked at it."""
    accepted(rosa.staff("front_desk").post(f"/clients/{rosa.id}/caseload", {"staff": "therapist-at-maple"}))
    screening = rosa.hand_in(phq9(0, at=rosa.bench.clock()), substance_use=True, pregnancy=True)
    accepted(rosa.decide(screening))
    return screening


def read(rosa: Somebody, screening: dict[str, Any], role: str) -> dict[str, Any]:
    found: dict[str, Any] = accepted(rosa.staff(role).get(f"/screenings/{screening['id']}"), 200)
    return found


def shown(screening: dict[str, Any]) -> tuple[bool, bool, bool]:
    """Whether the answer, the flag and what was found about it are there."""
    (decision,) = screening["decisions"]
    return (
        "substance_use" in screening["answers"],
        "substance_use_yes" in [flag["code"] for flag in screening["flags"]],
        "substance_use_yes" in [found["code"] for found in decision["reviewed_flags"]],
    )


def test_who_must_know_for_safety_sees_it(rosa: Somebody, told: dict[str, Any]) -> None:
    for role in MUST_KNOW:
        found = read(rosa, told, role)
        assert (shown(found), found["withheld"]) == ((True, True, True), [])


def test_from_the_others_it_is_withheld_and_nothing_else_is(rosa: Somebody, told: dict[str, Any]) -> None:
    for role in BY_AUTHORISATION:
        found = read(rosa, told, role)
        assert (shown(found), found["withheld"]) == ((False, False, False), ["substance_use"])
        assert found["answers"]["pregnancy"] is True
        assert [flag["code"] for flag in found["flags"]] == ["pregnancy_yes"]


def test_that_something_is_withheld_does_not_tell_whether_there_was_anything(
    rosa: Somebody, told: dict[str, Any]
) -> None:
    about = ("answers", "flags", "level", "withheld")
    first = read(rosa, told, "therapist")
    other = rosa.hand_in(phq9(0, at=rosa.bench.clock()), pregnancy=True)

    second = read(rosa, other, "therapist")

    assert {name: first[name] for name in about} == {name: second[name] for name in about}


def test_with_the_clients_authorisation_they_see_it_until_she_takes_it_back(
    rosa: Somebody, told: dict[str, Any]
) -> None:
    authorisation = accepted(rosa.consent("part2"))
    for role in BY_AUTHORISATION:
        assert shown(read(rosa, told, role)) == (True, True, True)

    accepted(rosa.themselves().post(f"/clients/{rosa.id}/consents/{authorisation['id']}/withdrawal"))

    for role in BY_AUTHORISATION:
        assert shown(read(rosa, told, role)) == (False, False, False)


def test_what_is_allowed_to_a_partner_is_not_allowed_to_the_team(rosa: Somebody, told: dict[str, Any]) -> None:
    accepted(rosa.consent("part2", partner="harbor-primary-care"))

    assert shown(read(rosa, told, "therapist")) == (False, False, False)
    problem(rosa.consent("psychotherapy_notes", partner="harbor-primary-care"), 422, "partner_not_expected")


@pytest.mark.parametrize(
    ("role", "codes"),
    [("prescriber", {"substance_use_yes", "pregnancy_yes"}), ("medical_director", {"pregnancy_yes"})],
)
def test_the_queue_withholds_it_alike(rosa: Somebody, told: dict[str, Any], role: str, codes: set[str]) -> None:
    (entry,) = accepted(rosa.staff(role).get("/screenings"), 200)["items"]
    assert {flag["code"] for flag in entry["flags"]} == codes
    assert bool(entry["withheld"]) is (role == "medical_director")


def test_a_therapist_who_writes_answers_down_is_not_told_what_else_is_known(
    rosa: Somebody, told: dict[str, Any]
) -> None:
    form = {"form_version": "1", "answers": {"substance_use": False}, "measures": []}
    found = accepted(rosa.staff("therapist").post(f"/clients/{rosa.id}/screenings", form))
    assert "substance_use_changed" not in [flag["code"] for flag in found["flags"]]


@pytest.mark.parametrize(("role", "there"), [("client", True), ("clinic_admin", False)])
def test_the_record_that_is_taken_out_has_it_only_for_the_client(
    rosa: Somebody, told: dict[str, Any], role: str, there: bool
) -> None:
    caller = rosa.themselves() if role == "client" else rosa.staff(role)
    record = caller.get(f"/clients/{rosa.id}/record")
    assert ("substance_use" in record.get_data(as_text=True)) is there


@pytest.mark.parametrize("kind", list(AuthorisationKind))
def test_an_authorisation_is_told_as_one_and_never_as_a_consent(rosa: Somebody, kind: AuthorisationKind) -> None:
    given = accepted(rosa.consent(kind))
    accepted(rosa.themselves().post(f"/clients/{rosa.id}/consents/{given['id']}/withdrawal"))

    (granted,) = rosa.bench.published(AuthorisationGranted)
    (withdrawn,) = rosa.bench.published(AuthorisationWithdrawn)
    assert granted.data["kind"] == withdrawn.data["kind"] == kind
    assert granted.data["authorisation"] == withdrawn.data["authorisation"] == given["id"]
    assert rosa.bench.published(ConsentGranted) == []


def test_every_clinic_asks_for_authorisations_in_the_same_words(bench: Bench) -> None:
    for clinic in ("maple", "cedar"):
        texts = accepted(bench.as_nobody().get(f"/clinics/{clinic}/consent-texts"), 200)["items"]
        assert [text for text in texts if text["kind"] in set(AuthorisationKind)] == [t.dump() for t in AUTHORISATIONS]


def test_whatever_can_be_agreed_to_is_a_consent_or_an_authorisation() -> None:
    assert {str(one) for one in Agreement} == {str(one) for kinds in (ConsentKind, AuthorisationKind) for one in kinds}
