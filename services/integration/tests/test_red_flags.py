"""What is asked plainly, what a yes calls for, who is on it; and words that somebody is asked to read."""

import json
import unicodedata
from datetime import timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integration.domain.checkins import ASKED, flags_of
from integration.domain.reading_words import wants_a_reader
from shared.events.integration import (
    RedFlagAcknowledged,
    RedFlagRaised,
    RedFlagRaisedV2,
    RedFlagReason,
    RedFlagSaidAgain,
    WordsToRead,
)
from shared.testing.bench import Bench

from .conftest import Story, refused

LISTED = json.loads((files("integration") / "data" / "words_to_read.json").read_text("utf-8"))["languages"]
PHRASES = [phrase for phrases in LISTED.values() for phrase in phrases]


def first(story: Story) -> str:
    check_in: str = story.see("windows")[0]["check_ins"][0]["id"]
    return check_in


def raised(story: Story) -> list[str]:
    told = [*story.bench.published(RedFlagRaised), *story.bench.published(RedFlagRaisedV2)]
    return [event.data["reason"] for event in sorted(told, key=lambda event: event.sequence or 0)]


def open_flags(story: Story) -> list[dict[str, Any]]:
    return [flag for flag in story.see("red-flags", "nurse") if flag["closed_at"] is None]


# The questions.


@pytest.mark.parametrize("question", ASKED)
def test_each_yes_opens_a_flag_for_its_own_reason_and_is_told_once(rosa: Story, question: str) -> None:
    rosa.visited()
    rosa.bench.advance(hours=72)

    answered = rosa.do(f"check-ins/{first(rosa)}/answer", **{question: True}).get_json()

    assert raised(rosa) == [ASKED[question].value]
    at_once = question in ("help_now", "hard_thoughts", "chest_pain_or_fainting", "unsafe_at_home")
    assert ("988" in (answered["help"] or "")) is at_once
    assert answered["emergency"] is (question in ("chest_pain_or_fainting", "unsafe_at_home"))


def test_whom_to_call_comes_before_anything_else_in_the_answer(rosa: Story) -> None:
    rosa.visited()
    answer = rosa.do(f"check-ins/{first(rosa)}/answer", hard_thoughts=True)
    said = answer.get_data(as_text=True)
    assert "988" in said
    assert said.index('"help"') < min(said.index('"kept"'), said.index('"status"'))


@given(some.dictionaries(some.sampled_from(list(ASKED)), some.sampled_from([None, False])))
def test_what_was_left_open_or_answered_with_no_raises_nothing(answers: dict[str, bool | None]) -> None:
    assert flags_of(answers, timedelta(days=3)) == []


@given(some.integers(0, 24 * 60), some.integers(24 * 60 + 1, 10**6))
def test_that_the_world_feels_unreal_calls_for_a_person_after_more_than_24_hours(within: int, beyond: int) -> None:
    said = {"feels_unreal": True, "craving": True}
    assert flags_of(said, timedelta(minutes=within)) == [RedFlagReason.CRAVING]
    assert flags_of(said, timedelta(minutes=beyond)) == [RedFlagReason.FEELS_UNREAL, RedFlagReason.CRAVING]


def test_24_hours_count_from_the_last_medicine_visit_and_not_from_the_one_that_is_asked_about(rosa: Story) -> None:
    rosa.visited()
    week = rosa.see("windows")[0]["check_ins"][2]["id"]
    rosa.bench.advance(days=7)
    rosa.visited(visit="01936d3e-5f00-7000-8000-000000000099")
    rosa.bench.advance(hours=10)

    rosa.do(f"check-ins/{week}/answer", feels_unreal=True)

    assert raised(rosa) == []


def test_a_therapist_reads_the_answers_and_what_was_left_open_is_no_no(rosa: Story) -> None:
    rosa.visited()
    rosa.do(f"check-ins/{first(rosa)}/answer", how_are_you="Quiet.", slept=True, craving=False)

    answered = rosa.see("check-ins", "therapist")[0]

    assert (answered["how_are_you"], answered["slept"], answered["craving"], answered["pregnant"]) == (
        "Quiet.",
        True,
        False,
        None,
    )
    assert rosa.bench.as_("nurse").get(f"/clients/{rosa.client}/check-ins").status_code == 403


# One flag for each reason.


def test_what_is_said_again_while_its_flag_is_open_is_kept_on_it_and_told_to_nobody(rosa: Story) -> None:
    rosa.do("help")
    rosa.bench.advance(minutes=3)
    rosa.do("help")
    rosa.do("help")

    [flag] = open_flags(rosa)
    assert (flag["said_again"], flag["said_again_at"]) == (2, rosa.bench.clock().isoformat())
    assert raised(rosa) == ["help_now"]
    assert rosa.bench.published(RedFlagSaidAgain) == []


def test_whoever_is_on_it_is_named_and_a_new_call_has_people_called_anew(rosa: Story) -> None:
    rosa.do("help")
    path = f"/clients/{rosa.client}/red-flags/{open_flags(rosa)[0]['id']}/acknowledgement"
    rosa.bench.advance(minutes=2)
    assert rosa.bench.as_("nurse").post(path, {}).get_json()["acknowledged_by"] == "nurse-at-maple"
    assert rosa.bench.as_("prescriber").post(path, {}).get_json()["acknowledged_by"] == "nurse-at-maple"
    assert len(rosa.bench.published(RedFlagAcknowledged)) == 1

    rosa.do("help")
    rosa.do("help")

    [flag] = open_flags(rosa)
    assert (flag["acknowledged_by"], flag["said_again"]) == (None, 2)
    assert len(rosa.bench.published(RedFlagSaidAgain)) == 1
    assert raised(rosa) == ["help_now"]


def test_what_is_still_open_after_an_hour_somebody_else_can_be_on(rosa: Story) -> None:
    rosa.do("help")
    path = f"/clients/{rosa.client}/red-flags/{open_flags(rosa)[0]['id']}/acknowledgement"
    rosa.bench.as_("nurse").post(path, {})
    rosa.bench.advance(minutes=60)

    assert rosa.bench.as_("prescriber").post(path, {}).get_json()["acknowledged_by"] == "prescriber-at-maple"

    first, second = (told.data for told in rosa.bench.published(RedFlagAcknowledged))
    assert first["left_to_it_until"] == second["acknowledged_at"] == rosa.bench.clock().isoformat()


def test_after_it_was_closed_the_same_reason_opens_another(rosa: Story) -> None:
    rosa.flagged()
    rosa.do("help")
    assert raised(rosa) == ["help_now", "help_now"]


def test_nobody_is_on_what_is_closed(rosa: Story) -> None:
    flag = rosa.flagged()
    path = f"/clients/{rosa.client}/red-flags/{flag}/acknowledgement"
    refused(rosa.bench.as_("nurse").post(path, {}), "already_closed")


# Words that somebody is asked to read.


def to_read(bench: Bench) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = bench.as_("therapist").get("/words-to-read").get_json()["items"]
    return items


def test_there_are_enough_phrases_in_each_language_and_none_twice() -> None:
    assert all(len(phrases) >= 40 for phrases in LISTED.values())
    assert all(len(set(phrases)) == len(phrases) for phrases in LISTED.values())


SIGNS = some.sampled_from([" ", "  ", "\n", " … ", ", ", "-", " — ", "!"])


@given(
    some.sampled_from(PHRASES),
    some.sampled_from([str, str.upper, str.title, str.swapcase]),
    some.booleans(),
    SIGNS,
    some.sampled_from(["", "I think: ", "«", "¡", "de verdad que "]),
    some.sampled_from(["", ".", "!!!", "» he said", ", a veces"]),
)
def test_every_phrase_is_found_in_any_case_with_or_without_accents_whatever_stands_around_it(
    phrase: str, case: Any, bare: bool, sign: str, before: str, after: str
) -> None:
    written = case(phrase)
    if bare:
        written = "".join(one for one in unicodedata.normalize("NFD", written) if not unicodedata.combining(one))
    written = written.replace("'", "’").replace(" ", sign)

    assert wants_a_reader(f"{before}{written}{after}")


def test_it_finds_far_too_much_and_says_nothing_about_anybody() -> None:
    assert wants_a_reader("My sister is pregnant, and we laughed until we could not any more.")
    assert wants_a_reader("In the dream a gun became a flute.")
    assert not wants_a_reader("A house with all its windows open.")
    assert not wants_a_reader("")


def test_words_of_a_check_in_are_read_by_somebody_by_name(rosa: Story) -> None:
    rosa.visited()
    rosa.do(f"check-ins/{first(rosa)}/answer", how_are_you="Some days I want to DIE.")

    [told] = rosa.bench.published(WordsToRead)
    assert set(told.data) == {"request"}
    assert raised(rosa) == []
    [one] = to_read(rosa.bench)
    assert (one["words"], one["source"]) == ("Some days I want to DIE.", "check_in")
    path = f"/clients/{rosa.client}/words-to-read/{one['id']}/reading"
    assert rosa.bench.as_("therapist").post(path, {}).get_json()["read_by"] == "therapist-at-maple"
    assert rosa.bench.as_("therapist").post(path, {}).status_code == 201
    assert to_read(rosa.bench) == []


def test_private_words_are_told_to_nobody_and_shared_ones_no_more_once_they_are_taken_back(rosa: Story) -> None:
    rosa.moment("private", "I want to die.")
    assert (rosa.bench.published(WordsToRead), to_read(rosa.bench)) == ([], [])

    moment = rosa.moment("therapist", "I want to die.")
    assert [one["words"] for one in to_read(rosa.bench)] == ["I want to die."]
    rosa.do(f"moments/{moment['id']}/sharing", visibility="private")
    assert to_read(rosa.bench) == []


def test_only_whose_clients_they_are_see_them(rosa: Story) -> None:
    rosa.visited()
    rosa.do(f"check-ins/{first(rosa)}/answer", how_are_you="No way out.")
    stranger = rosa.bench.as_("therapist", subject="another-therapist")
    assert stranger.get("/words-to-read").get_json()["items"] == []
    for role in ("nurse", "prescriber", "front_desk"):
        assert rosa.bench.as_(role).get("/words-to-read").status_code == 403
