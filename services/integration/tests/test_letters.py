"""Letters to oneself: sealed until their day, for everybody; and whose letters and days that matter are."""

from uuid import uuid4

import pytest

from shared.events.integration import Invitation, InvitationDue
from shared.testing.bench import Bench
from shared.web.policy import Role

from .conftest import Story, refused
from .living_on import at, day, invitations, letter

STAFF = [role for role in Role if role is not Role.CLIENT]


def test_a_letter_is_sealed_for_everybody_until_its_day_and_then_opens(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    written = letter(rosa, "2027-06-01")
    assert written["words"] is None
    assert written["opens_at"] == "2027-06-01T04:00:00+00:00"

    at(rosa, 2027, 5, 31, 23)
    problem = refused(rosa.do(f"letters/{written['id']}/opening"), "letter_is_sealed")
    assert "sealed until 2027-06-01" in problem["detail"]
    assert "window" not in str(problem)
    assert rosa.see("letters")[0]["words"] is None
    assert invitations(rosa) == []

    at(rosa, 2027, 6, 1, 11)
    assert invitations(rosa) == [("return", "2027-06-01T10:00:00-04:00")]
    assert rosa.see("letters")[0]["words"] is None
    assert rosa.do(f"letters/{written['id']}/opening").get_json()["words"] == "Remember the window."
    assert rosa.see("letters")[0]["words"] == "Remember the window."


def test_a_letter_that_was_opened_before_ten_invites_to_nothing(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    written = letter(rosa, "2027-06-01")
    at(rosa, 2027, 6, 1, 7)
    opened = rosa.do(f"letters/{written['id']}/opening").get_json()
    at(rosa, 2027, 6, 2)

    assert invitations(rosa) == []
    assert rosa.do(f"letters/{written['id']}/opening").get_json()["opened_at"] == opened["opened_at"]


def test_a_letter_that_is_torn_up_is_gone_and_nobody_is_told(rosa: Story) -> None:
    at(rosa, 2026, 11, 2)
    written = letter(rosa, "2027-06-01")

    assert rosa.do(f"letters/{written['id']}/tearing-up").status_code == 201
    at(rosa, 2027, 7, 1)

    assert rosa.see("letters") == []
    assert invitations(rosa) == []
    assert rosa.do(f"letters/{written['id']}/opening").status_code == 404


@pytest.mark.parametrize(
    ("opens_on", "code"),
    [("2026-11-02", "opens_too_early"), ("2020-01-01", "opens_too_early"), ("2090-01-01", "opens_too_late")],
)
def test_a_letter_opens_on_a_day_to_come(rosa: Story, opens_on: str, code: str) -> None:
    at(rosa, 2026, 11, 2)
    refused(rosa.do("letters", words="x", opens_on=opens_on), code, 422)
    assert rosa.see("letters") == []


def test_a_day_that_matters_has_been(rosa: Story) -> None:
    at(rosa, 2026, 11, 2, 22)
    refused(rosa.do("life-events", title="x", day="2026-11-03"), "in_the_future", 422)
    assert day(rosa, "2026-11-02")["happened_at"] == "2026-11-02T17:00:00+00:00"


# Whose they are.


@pytest.mark.parametrize("role", STAFF)
def test_nobody_at_the_clinic_has_a_letter_or_knows_of_one(rosa: Story, role: Role) -> None:
    written = letter(rosa)
    caller = rosa.bench.as_(role)
    for path in ("letters", f"letters/{written['id']}/opening", f"letters/{written['id']}/tearing-up"):
        answer = (
            caller.get(f"/clients/{rosa.client}/{path}")
            if path == "letters"
            else caller.post(f"/clients/{rosa.client}/{path}")
        )
        assert answer.status_code in (403, 405), (path, answer.get_json())
    assert "letter" not in str(caller.get(f"/clients/{rosa.client}/timeline").get_json().get("items", ""))
    assert len(rosa.see("letters")) == 1


def test_another_client_has_neither_her_letter_nor_her_day(rosa: Story) -> None:
    written, noted = letter(rosa), day(rosa)
    ada = Story(rosa.bench).registered()
    for path in (
        f"letters/{written['id']}/opening",
        f"letters/{written['id']}/tearing-up",
        f"life-events/{noted['id']}/removal",
    ):
        assert ada.do(path).status_code == 404, path
    assert ada.do(f"life-events/{noted['id']}/change", visibility="care_team").status_code == 404
    assert ada.see("letters") == ada.see("life-events") == []
    assert ada.do(f"letters/{uuid4()}/opening").status_code == 404
    assert [one["visibility"] for one in rosa.see("life-events")] == ["private"]


@pytest.mark.parametrize(
    ("visibility", "role", "sees"),
    [
        ("private", "therapist", False),
        ("private", "prescriber", False),
        ("therapist", "therapist", True),
        ("therapist", "prescriber", False),
        ("care_team", "therapist", True),
        ("care_team", "prescriber", True),
    ],
)
def test_a_day_is_seen_by_whom_she_shares_it_with(rosa: Story, visibility: str, role: str, sees: bool) -> None:
    noted = day(rosa)
    rosa.do(f"life-events/{noted['id']}/change", visibility=visibility, yearly=True)

    assert bool(rosa.see("life-events", role)) is sees
    assert any(line["kind"] == "life_event" for line in rosa.see("timeline", role)) is sees
    rosa.do(f"life-events/{noted['id']}/change", visibility="private", yearly=True)
    assert rosa.see("life-events", role) == []


def test_neither_words_nor_titles_are_told_to_anybody(rosa: Story, bench: Bench) -> None:
    at(rosa, 2026, 11, 2)
    written = letter(rosa, "2027-01-01", "The lantern is lit.")
    day(rosa, "2025-12-24", title="The orchard.")
    at(rosa, 2027, 2, 1)
    rosa.do(f"letters/{written['id']}/opening")

    told = [event for event in bench.published() if event.subject == rosa.client]
    assert "lantern" not in str(told)
    assert "orchard" not in str(told)
    # Not even which of the two it is.
    assert [event.data for event in bench.published(InvitationDue)] == [{"kind": Invitation.RETURN}] * 2
