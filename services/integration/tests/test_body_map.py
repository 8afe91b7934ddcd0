"""The body map: what is felt stays a sensation, for the client and their therapist alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.testing.bench import Bench

from .conftest import Story, refused

CHEST = {"region": "chest", "side": "centre", "view": "front", "sensation": "trembling"}


def timers(story: Story) -> int:
    with story.bench.owner.connect() as connection:
        return connection.scalar(text("select count(*) from timer")) or 0


def test_a_client_and_their_therapist_see_what_was_placed_the_newest_first(rosa: Story) -> None:
    rosa.do("sensations", **CHEST, extent=3, quality="slow")
    rosa.bench.advance(hours=1)
    rosa.do("sensations", region="hands", side="both", view="front", sensation="tingling")

    for role in ("client", "therapist"):
        found = rosa.see("sensations", role)
        assert [one["region"] for one in found] == ["hands", "chest"]
        assert (found[1]["extent"], found[1]["quality"], found[1]["distressing"]) == (3, "slow", None)
        assert found[0]["extent"] is None


@pytest.mark.parametrize("role", ["prescriber", "nurse", "front_desk", "clinic_admin", "medical_director"])
def test_nobody_else_reads_the_body_map(rosa: Story, role: str) -> None:
    rosa.do("sensations", **CHEST)
    refused(rosa.bench.as_(role).get(f"/clients/{rosa.client}/sensations"), "role_may_not", 403)


@pytest.mark.parametrize("troubles", [None, True, False])
def test_no_sensation_is_told_to_anybody_or_makes_a_flag_also_one_that_troubles(
    rosa: Story, troubles: bool | None
) -> None:
    before = timers(rosa)
    placed = rosa.do("sensations", **CHEST, distressing=troubles).get_json()

    assert placed["distressing"] is troubles
    assert rosa.bench.published() == []
    assert rosa.see("red-flags", "therapist") == []
    assert timers(rosa) == before


def test_whoever_says_that_it_troubles_them_is_shown_whom_to_call_and_their_therapist_sees_the_mark(
    rosa: Story,
) -> None:
    assert "988" in rosa.do("sensations", **CHEST, distressing=True).get_json()["help"]
    assert rosa.do("sensations", **CHEST, distressing=False).get_json()["help"] is None
    assert rosa.do("sensations", **CHEST).get_json()["help"] is None

    assert [one["distressing"] for one in rosa.see("sensations", "therapist")].count(True) == 1


def test_a_mistake_is_taken_away_for_good(rosa: Story) -> None:
    mistaken = rosa.do("sensations", **CHEST).get_json()["id"]
    kept = rosa.do("sensations", **CHEST).get_json()["id"]

    assert rosa.do(f"sensations/{mistaken}/removal").get_json() == {"id": mistaken}

    assert [one["id"] for one in rosa.see("sensations")] == [kept]
    refused(rosa.do(f"sensations/{mistaken}/removal"), "not_found", 404)


def test_nobody_takes_away_what_is_anothers(rosa: Story) -> None:
    placed = rosa.do("sensations", **CHEST).get_json()["id"]
    other = Story(rosa.bench).registered()
    stranger = rosa.bench.as_("client", client_id=other.client)

    refused(stranger.post(f"/clients/{other.client}/sensations/{placed}/removal", {}), "not_found", 404)
    refused(stranger.post(f"/clients/{rosa.client}/sensations/{placed}/removal", {}), "not_found", 404)
    for role in ("therapist", "prescriber"):
        removal = rosa.bench.as_(role).post(f"/clients/{rosa.client}/sensations/{placed}/removal", {})
        refused(removal, "role_may_not", 403)
    assert [one["id"] for one in rosa.see("sensations")] == [placed]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"extent": 4}, "/extent"),
        ({"extent": 0}, "/extent"),
        ({"sensation": "pain"}, "/sensation"),
        ({"view": "x"}, "/view"),
    ],
)
def test_what_the_map_has_no_place_for_is_not_taken(rosa: Story, changes: dict[str, object], path: str) -> None:
    answer = rosa.do("sensations", **(CHEST | changes))
    assert answer.status_code == 422
    assert [error["path"] for error in answer.get_json()["errors"]] == [path]


def test_a_sensation_cannot_come_from_the_future(rosa: Story) -> None:
    later = (rosa.bench.clock() + timedelta(hours=1)).isoformat()
    assert (
        refused(rosa.do("sensations", **CHEST, felt_at=later), "in_the_future", 422)["errors"][0]["path"] == "/felt_at"
    )


def test_nobody_places_anything_for_somebody_unknown_or_at_another_clinic(bench: Bench, rosa: Story) -> None:
    refused(Story(bench, client=uuid4()).do("sensations", **CHEST), "not_found", 404)
    rosa.do("sensations", **CHEST)
    elsewhere = bench.as_("client", clinic="cedar", client_id=rosa.client)
    assert elsewhere.get(f"/clients/{rosa.client}/sensations").get_json() == {"items": []}
