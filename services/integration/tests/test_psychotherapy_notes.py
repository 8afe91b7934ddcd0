"""A therapist's notes of a conversation: theirs alone, until the client allows the care team to read them."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from shared.clinics import AuthorisationKind
from shared.events.intake import (
    AuthorisationGranted,
    AuthorisationWithdrawn,
    CaseloadJoined,
    CaseloadLeft,
    ClientErased,
)
from shared.testing.inventory import tables_with
from shared.web.policy import Role

from .conftest import Story, refused

WORDS = "She speaks of the tide as of her father."
CARE_TEAM = {"therapist-two": "therapist", "prescriber-at-maple": "prescriber", "nurse-at-maple": "nurse"}


@pytest.fixture
def noted(rosa: Story) -> Story:
    """A client about whom her therapist wrote a note, and whom another therapist looks after as well."""
    rosa.tell(CaseloadJoined, staff="therapist-two")
    assert rosa.note(WORDS).status_code == 201
    return rosa


def read(story: Story, role: str, subject: str | None = None) -> list[str]:
    answer = story.bench.as_(role, subject=subject).get(f"/clients/{story.client}/psychotherapy-notes")
    assert answer.status_code == 200, answer.get_json()
    return [note["words"] for note in answer.get_json()["items"]]


def allow(story: Story, **changes: Any) -> AuthorisationGranted:
    allowed = replace(AuthorisationGranted.sample(), subject=story.client, authorisation=uuid4(), **changes)
    story.bench.hear(allowed)
    return allowed


def test_who_wrote_it_reads_it_and_the_others_of_the_care_team_see_nothing(noted: Story) -> None:
    assert read(noted, "therapist") == [WORDS]
    for subject, role in CARE_TEAM.items():
        assert read(noted, role, subject) == []


def test_with_the_clients_own_authorisation_the_care_team_reads_it_until_she_takes_that_back(noted: Story) -> None:
    allowed = allow(noted)
    for subject, role in CARE_TEAM.items():
        assert read(noted, role, subject) == [WORDS]

    noted.tell(AuthorisationWithdrawn, authorisation=str(allowed.authorisation))

    for subject, role in CARE_TEAM.items():
        assert read(noted, role, subject) == []
    assert read(noted, "therapist") == [WORDS]


@pytest.mark.parametrize(
    "changes", [{"kind": AuthorisationKind.PART2}, {"partner": "harbor-primary-care"}], ids=["part2", "of a partner"]
)
def test_no_other_authorisation_opens_it(noted: Story, changes: dict[str, Any]) -> None:
    allow(noted, **changes)
    assert read(noted, "nurse") == []


def test_what_one_client_allows_opens_nobody_elses(noted: Story) -> None:
    allow(Story(noted.bench).registered())
    noted.bench.hear(replace(AuthorisationGranted.sample(), subject=uuid4(), authorisation=uuid4()), clinic="cedar")
    assert read(noted, "nurse") == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.THERAPIST, Role.PRESCRIBER, Role.NURSE}))
def test_nobody_else_is_let_in_whatever_was_allowed(noted: Story, role: str) -> None:
    allow(noted)
    caller = noted.bench.as_(role, client_id=noted.client if role == Role.CLIENT else None)
    path = f"/clients/{noted.client}/psychotherapy-notes"
    refused(caller.get(path), "role_may_not", 403)
    refused(caller.post(path, {"words": "x"}), "role_may_not", 403)


def test_whoever_looks_after_her_no_more_reads_not_even_their_own(noted: Story) -> None:
    noted.tell(CaseloadLeft)
    answer = noted.bench.as_("therapist").get(f"/clients/{noted.client}/psychotherapy-notes")
    refused(answer, "not_on_your_caseload", 403)


def test_nothing_else_at_integration_and_nothing_that_leaves_it_knows_of_it(noted: Story) -> None:
    allow(noted)
    for envelope in noted.bench.published():
        assert WORDS not in envelope.to_bytes().decode()
    for role in ("client", "therapist", "prescriber"):
        assert noted.see("timeline", role) == []
    assert tables_with(WORDS, noted.bench.owner) == set()


@pytest.mark.parametrize("role", ["client", "clinic_admin"])
def test_no_record_that_is_taken_out_has_it_and_it_says_why(noted: Story, role: str) -> None:
    answer = noted.bench.as_(role, client_id=noted.client).get(f"/clients/{noted.client}/record")
    [part] = [part for part in answer.get_json()["parts"] if part["table"] == "psychotherapy_note"]
    assert part["rows"] == []
    assert "45 CFR 164.524" in part["withheld"]
    assert WORDS not in answer.get_data(as_text=True)


def test_it_is_erased_with_the_client(noted: Story) -> None:
    allow(noted)
    noted.tell(ClientErased)
    assert read(noted, "nurse") == []
    assert "psychotherapy_note" not in tables_with(str(noted.client), noted.bench.owner)


def test_it_is_written_about_clients_of_the_caseload_alone(noted: Story) -> None:
    noted.tell(CaseloadLeft)
    refused(noted.note("x"), "not_on_your_caseload", 403)
