"""From insight to life: a small action, how it is looked back at, and whose eyes it is for."""

import pytest

from shared.events.integration import CommitmentMade, CommitmentReviewed
from shared.testing.inventory import tables_with
from shared.web.policy import Role

from .conftest import Story, refused

STAFF = ("therapist", "prescriber", "nurse")


def made(story: Story, action: str = "Walk to the river.", **more: object) -> str:
    answer = story.do("commitments", action=action, **more)
    assert answer.status_code == 201, answer.get_json()
    commitment: str = answer.get_json()["id"]
    return commitment


def test_from_an_insight_over_an_action_to_what_was_noticed_it_is_one_chain(rosa: Story) -> None:
    moment = rosa.moment()["id"]
    one = made(rosa, when="Tuesday", with_whom="Ana", insight_id=moment)
    adjusted = {"action": "Sit by the river.", "when": "Sunday", "reflection": "Walking was too much."}
    rosa.do(f"commitments/{one}/reviews", outcome="adjusted", **adjusted)
    rosa.bench.advance(hours=1)

    kept = rosa.do(f"commitments/{one}/reviews", outcome="kept", reflection="The water was loud.").get_json()

    assert (kept["insight_id"], kept["action"], kept["when"], kept["with_whom"]) == (
        moment,
        "Sit by the river.",
        "Sunday",
        None,
    )
    assert kept["status"] == "kept"
    first, second = kept["reviews"]
    assert (first["outcome"], first["reflection"]) == ("adjusted", "Walking was too much.")
    assert (first["action_before"], first["when_before"], first["with_whom_before"]) == (
        "Walk to the river.",
        "Tuesday",
        "Ana",
    )
    assert (second["outcome"], second["reflection"], second["action_before"]) == ("kept", "The water was loud.", None)


@pytest.mark.parametrize(("outcome", "status"), [("kept", "kept"), ("let_go", "let_go"), ("adjusted", "open")])
def test_looking_back_is_told_without_words(rosa: Story, outcome: str, status: str) -> None:
    one = made(rosa, visibility="therapist")

    answer = rosa.do(f"commitments/{one}/reviews", outcome=outcome, action="Sit.", reflection="The water.").get_json()

    assert answer["status"] == status
    [told] = rosa.bench.published(CommitmentReviewed)
    assert told.data == {"commitment": one, "outcome": outcome}


def test_what_is_not_in_hand_any_more_is_not_looked_back_at_again_and_an_adjusted_one_is(rosa: Story) -> None:
    one = made(rosa, visibility="care_team")
    rosa.do(f"commitments/{one}/reviews", outcome="adjusted", action="Sit.")
    rosa.do(f"commitments/{one}/reviews", outcome="let_go")

    refused(rosa.do(f"commitments/{one}/reviews", outcome="kept"), "already_looked_back")

    assert len(rosa.bench.published(CommitmentReviewed)) == 2


def test_nothing_is_adjusted_to_nothing(rosa: Story) -> None:
    one = made(rosa)
    answer = refused(rosa.do(f"commitments/{one}/reviews", outcome="adjusted"), "no_new_words", 422)
    assert answer["errors"][0]["path"] == "/action"
    assert rosa.see("commitments")[0]["reviews"] == []


def test_it_is_hers_alone_unless_she_says_otherwise(rosa: Story) -> None:
    made(rosa)
    for role in STAFF:
        assert rosa.see("commitments", role) == []
    assert [one["visibility"] for one in rosa.see("commitments")] == ["private"]


@pytest.mark.parametrize(
    ("visibility", "seen_by"), [("therapist", {"therapist"}), ("care_team", {"therapist", "prescriber", "nurse"})]
)
def test_shared_later_it_is_seen_with_how_she_looked_back_and_taken_back_it_is_gone(
    rosa: Story, visibility: str, seen_by: set[str]
) -> None:
    one = made(rosa)
    rosa.do(f"commitments/{one}/reviews", outcome="kept", reflection="The water was loud.")

    rosa.do(f"commitments/{one}/sharing", visibility=visibility)

    assert {role for role in STAFF if rosa.see("commitments", role)} == seen_by
    assert rosa.see("commitments", "therapist")[0]["reviews"][0]["reflection"] == "The water was loud."
    rosa.do(f"commitments/{one}/sharing", visibility="private")
    for role in STAFF:
        assert rosa.see("commitments", role) == []


def test_of_what_is_hers_alone_nobody_hears(rosa: Story) -> None:
    one = made(rosa)
    rosa.do(f"commitments/{one}/reviews", outcome="adjusted", action="Sit.")
    rosa.do(f"commitments/{one}/reviews", outcome="kept")

    assert rosa.bench.published() == []


def test_it_is_told_once_she_shares_it_and_nothing_more_after_she_took_it_back(rosa: Story) -> None:
    one = made(rosa)
    rosa.do(f"commitments/{one}/reviews", outcome="adjusted", action="Sit.")

    rosa.do(f"commitments/{one}/sharing", visibility="therapist")
    rosa.do(f"commitments/{one}/sharing", visibility="care_team")
    rosa.do(f"commitments/{one}/reviews", outcome="adjusted", action="Stand.")
    rosa.do(f"commitments/{one}/sharing", visibility="private")
    rosa.do(f"commitments/{one}/reviews", outcome="kept")

    assert [(told.type, told.data) for told in rosa.bench.published()] == [
        (CommitmentMade.type, {"commitment": one}),
        (CommitmentReviewed.type, {"commitment": one, "outcome": "adjusted"}),
    ]


def test_an_insight_that_is_private_is_not_even_named_with_a_commitment_that_is_shared(rosa: Story) -> None:
    moment = rosa.moment()["id"]
    one = made(rosa, insight_id=moment, visibility="care_team")

    assert rosa.see("commitments")[0]["insight_id"] == moment
    for role in STAFF:
        assert moment not in str(rosa.see("commitments", role))
    rosa.do(f"moments/{moment}/sharing", visibility="therapist")
    assert rosa.see("commitments", "therapist")[0]["insight_id"] == moment
    assert rosa.see("commitments", "nurse")[0]["insight_id"] is None
    assert rosa.see("commitments", "nurse")[0]["id"] == one


def test_nobody_looks_back_at_or_shares_what_is_anothers(rosa: Story) -> None:
    one = made(rosa)
    other = Story(rosa.bench).registered()
    stranger = rosa.bench.as_("client", client_id=other.client)
    for what, body in (("reviews", {"outcome": "kept"}), ("sharing", {"visibility": "care_team"})):
        refused(stranger.post(f"/clients/{other.client}/commitments/{one}/{what}", body), "not_found", 404)
        for role in STAFF:
            path = f"/clients/{rosa.client}/commitments/{one}/{what}"
            refused(rosa.bench.as_(role).post(path, body), "role_may_not", 403)
    assert rosa.see("commitments")[0]["status"] == "open"


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLIENT, *STAFF}])
def test_whoever_is_not_of_the_care_team_asks_in_vain(rosa: Story, role: Role) -> None:
    made(rosa, visibility="care_team")
    refused(rosa.bench.as_(str(role)).get(f"/clients/{rosa.client}/commitments"), "role_may_not", 403)


def test_neither_the_words_nor_how_she_looked_back_lie_anywhere_in_clear(rosa: Story) -> None:
    one = made(rosa, "Row past the lighthouse.", when="At dusk", with_whom="Ismael", visibility="therapist")
    rosa.do(f"commitments/{one}/reviews", outcome="adjusted", action="Row to the pier.", reflection="Salt everywhere.")

    for word in ("lighthouse", "At dusk", "Ismael", "pier", "Salt"):
        assert tables_with(word, rosa.bench.owner) == set(), word
    [told] = rosa.bench.published(CommitmentMade)
    assert told.data == {"commitment": one}
