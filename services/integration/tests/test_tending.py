"""The time after a medicine visit: windows, check-ins, help; and change, measured."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from shared.events.integration import (
    CheckInCompleted,
    CheckInDue,
    CheckInMissed,
    MeasureScored,
    RedFlagClosed,
    RedFlagRaised,
    WindowOpened,
)
from shared.events.sessions import SessionCompleted
from shared.testing.bench import Bench

from .conftest import Story, refused


def test_a_medicine_visit_opens_one_window_of_thirty_days_with_the_check_ins_of_the_clinic(rosa: Story) -> None:
    rosa.visited()
    rosa.visited()
    [window] = rosa.see("windows")
    assert [c["hours_after"] for c in window["check_ins"]] == [24, 72, 168, 336, 720, 2160]
    assert {c["status"] for c in window["check_ins"]} == {"waiting"}
    [opened] = rosa.bench.published(WindowOpened)
    assert opened.data["closes_at"] == window["closes_at"]
    assert datetime.fromisoformat(window["closes_at"]) == datetime.fromisoformat(window["opened_at"]) + timedelta(
        days=30
    )


def test_a_preparation_visit_opens_none(rosa: Story) -> None:
    rosa.visited(kind="preparation")
    assert rosa.see("windows") == []


def test_the_window_opens_even_if_the_client_is_heard_of_later(bench: Bench) -> None:
    story = Story(bench)
    story.visited().registered()
    assert len(story.see("windows")) == 1


def test_each_check_in_comes_due_once_at_its_hour(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(hours=23, minutes=59)
    assert rosa.bench.published(CheckInDue) == []
    rosa.bench.advance(minutes=1)
    rosa.bench.advance(minutes=5)
    assert [event.data["hours_after"] for event in rosa.bench.published(CheckInDue)] == [24]
    rosa.bench.advance(days=30)
    assert [event.data["hours_after"] for event in rosa.bench.published(CheckInDue)] == [24, 72, 168, 336, 720]
    rosa.bench.advance(days=61)
    assert [event.data["hours_after"] for event in rosa.bench.published(CheckInDue)] == [24, 72, 168, 336, 720, 2160]
    assert {c["status"] for c in rosa.see("windows")[0]["check_ins"]} == {"missed"}
    assert len(rosa.bench.published(CheckInMissed)) == 6


def test_across_the_change_of_the_clocks_24_hours_are_24_hours(rosa: Story) -> None:
    # Dosed on Saturday 6 November 2027, 11:00 EDT; the clocks go back in the night.
    rosa.bench.clock.at = datetime(2027, 11, 6, 15, 0, tzinfo=UTC)
    rosa.visited()
    due = datetime.fromisoformat(rosa.see("windows")[0]["check_ins"][0]["due_at"])
    from zoneinfo import ZoneInfo

    assert due.astimezone(ZoneInfo("America/New_York")).strftime("%a %H:%M %Z") == "Sun 10:00 EST"


def test_answered_early_it_never_comes_due_and_it_is_answered_once(rosa: Story) -> None:
    rosa.visited()
    first = rosa.see("windows")[0]["check_ins"][0]["id"]
    answered = rosa.do(f"check-ins/{first}/answer", how_are_you="Quiet.", slept=True).get_json()
    assert answered == {"id": first, "status": "completed", "kept": True, "help": None, "emergency": False}
    rosa.bench.advance(hours=48)
    assert rosa.bench.published(CheckInDue) == []
    [told] = rosa.bench.published(CheckInCompleted)
    assert set(told.data) == {"check_in", "window", "answered_at"}
    refused(rosa.do(f"check-ins/{first}/answer"), "already_answered")


def test_a_yes_in_a_second_answer_calls_a_person_and_nothing_else_of_it_is_kept(rosa: Story) -> None:
    rosa.visited()
    first = rosa.see("windows")[0]["check_ins"][0]["id"]
    rosa.do(f"check-ins/{first}/answer", how_are_you="Quiet.")

    answered = rosa.do(f"check-ins/{first}/answer", how_are_you="Loud.", hard_thoughts=True).get_json()

    assert answered["kept"] is False
    assert "988" in answered["help"]
    [raised] = rosa.bench.published(RedFlagRaised)
    assert raised.data["reason"] == "suicidality"
    assert len(rosa.bench.published(CheckInCompleted)) == 1


def test_a_missed_one_may_still_be_answered(rosa: Story) -> None:
    rosa.visited()
    first = rosa.see("windows")[0]["check_ins"][0]["id"]
    rosa.bench.advance(hours=49)
    assert rosa.see("windows")[0]["check_ins"][0]["status"] == "missed"
    assert rosa.do(f"check-ins/{first}/answer", slept=None).status_code == 201


@pytest.mark.parametrize(
    ("question", "reason", "shown"),
    [("help_now", "help_now", True), ("hard_thoughts", "suicidality", True), ("burning_or_blood", "bladder", False)],
)
def test_a_plain_yes_calls_a_person_and_what_was_left_open_raises_nothing(
    rosa: Story, question: str, reason: str, shown: bool
) -> None:
    rosa.visited()
    first, second, *_ = (c["id"] for c in rosa.see("windows")[0]["check_ins"])
    rosa.do(f"check-ins/{second}/answer")
    assert rosa.bench.published(RedFlagRaised) == []
    answered = rosa.do(f"check-ins/{first}/answer", **{question: True}).get_json()
    assert ("988" in (answered["help"] or "")) is shown
    [told] = rosa.bench.published(RedFlagRaised)
    assert told.data["reason"] == reason


def test_help_now_is_one_tap_and_a_person_closes_it_by_name(bench: Bench) -> None:
    # Even somebody of whom this service has not heard yet is helped.
    story = Story(bench)
    assert "988" in story.do("help").get_json()["crisis_line"]
    [flag] = story.see("red-flags", "nurse")
    path = f"/clients/{story.client}/red-flags/{flag['id']}/closing"
    refused(bench.as_("therapist").post(path, {"note": "Not of my caseload."}), "not_on_your_caseload", 403)
    closed = bench.as_("prescriber").post(path, {"note": "Called; safe."}).get_json()
    assert closed["closed_by"] == "prescriber-at-maple"
    assert len(bench.published(RedFlagClosed)) == 1
    refused(bench.as_("prescriber").post(path, {"note": "again"}), "already_closed")
    refused(bench.as_("nurse").post(path, {"note": "x"}), "already_closed")
    assert bench.as_("front_desk").post(path, {"note": "x"}).status_code == 403


def test_18_to_9_three_weeks_later_is_a_response_and_no_remission(rosa: Story) -> None:
    rosa.screened(18, days_ago=21)
    reading = rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0).get_json()
    assert (reading["score"], reading["baseline"], reading["change_percent"]) == (9, 18, "50.0")
    assert (reading["response"], reading["remission"], reading["overlapping"]) == (True, False, False)
    [told] = rosa.bench.published(MeasureScored)
    assert told.data["response"] is True
    assert [r["is_baseline"] for r in rosa.see("measures", "therapist")] == [True, False]


def test_a_repeat_within_the_look_back_means_nothing_yet(rosa: Story) -> None:
    rosa.screened(18, days_ago=13)
    reading = rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0).get_json()
    assert (reading["overlapping"], reading["response"], reading["remission"]) == (True, None, None)


def test_without_a_baseline_change_is_unknown(rosa: Story) -> None:
    reading = rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0).get_json()
    assert (reading["baseline"], reading["response"], reading["overlapping"]) == (None, None, False)


def test_a_measure_with_an_open_question_is_not_scored_and_changes_nothing(rosa: Story) -> None:
    document = refused(rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, None), "measure_incomplete", 422)
    assert len(document["errors"]) == 1
    refused(rosa.do("measures", response={"resourceType": "Patient"}), "response_invalid", 422)
    refused(rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0, days_ago=-1), "in_the_future", 422)
    assert rosa.see("measures") == []
    assert rosa.bench.published() == []


def test_item_9_calls_a_person_at_once(rosa: Story) -> None:
    answered = rosa.measure(0, 0, 0, 0, 0, 0, 0, 0, 1).get_json()
    assert "988" in answered["help"]
    [told] = rosa.bench.published(RedFlagRaised)
    assert told.data["reason"] == "suicidality"


def test_item_9_calls_a_person_even_if_other_questions_were_left_open(rosa: Story) -> None:
    answered = rosa.measure(None, 1, 1, 1, 1, 1, 1, 1, 3).get_json()
    assert (answered["id"], answered["score"], len(answered["unanswered"])) == (None, None, 1)
    assert "988" in answered["help"]
    assert [told.data["reason"] for told in rosa.bench.published(RedFlagRaised)] == ["suicidality"]
    assert rosa.bench.published(MeasureScored) == []
    assert rosa.see("measures") == []


def test_the_journey_is_one_ordered_history(rosa: Story) -> None:
    rosa.screened()
    rosa.do("intentions", question="truth", words="x")
    rosa.bench.advance(hours=1)
    rosa.visited()
    rosa.bench.advance(hours=1)
    rosa.moment()
    rosa.bench.advance(hours=1)
    rosa.do("commitments", action="x")
    assert [line["kind"] for line in rosa.see("timeline")] == [
        "measure",
        "intention",
        "visit",
        "window",
        "moment",
        "commitment",
    ]


def test_events_of_different_services_may_come_in_any_order(bench: Bench) -> None:
    story = Story(bench)
    story.tell(SessionCompleted, visit=str(uuid4()))
    story.screened()
    story.registered()
    assert len(story.see("windows")) == 1
    assert len(story.see("measures")) == 1
