"""A client is asked measures by the plan of the clinic: reminded twice at most, free to skip, answered once."""

import threading
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from shared.clinics import Clinic
from shared.events.intake import ClientRegistered, ClientUpdated
from shared.events.integration import MeasureDue, MeasureScored, RedFlagRaised
from shared.events.sessions import AppointmentCancelled, SeriesPlanned
from shared.measures import write_response
from shared.samples import sample_clinics
from shared.testing.bench import Bench

from .conftest import ITEMS, PHQ9, Story, refused

ONES = dict.fromkeys(ITEMS, 1) | {ITEMS[8]: 0}


def planned(bench: Bench, *plans: dict[str, Any]) -> None:
    """The clinic asks by these plans, and by no others."""
    maple = next(clinic for clinic in sample_clinics() if clinic.id == "maple").dump()
    usual = {"at_baseline": False, "before_medicine": False, "every_days": None, "days_after_series": []}
    sourced = {"basis": "clinic", "source": "A test."}
    maple["rules"]["measures"] = [{"instrument": "phq-9"} | usual | sourced | plan for plan in plans]
    bench.know(Clinic.load(maple | {"version": maple["version"] + 1}))


def asked(story: Story) -> list[tuple[str, str, int]]:
    """What stands of the plan, by time: why, how it stands, how often reminded."""
    return [(one["occasion"], one["status"], one["nudges"]) for one in reversed(story.see("measure-requests"))]


def told(story: Story) -> list[int]:
    return [event.data["nudge"] for event in story.bench.published(MeasureDue)]


def answered(story: Story, request: str | None = None, **changes: int | None) -> Any:
    answers = {link: point for link, point in (ONES | changes).items() if point is not None}
    body: dict[str, Any] = {"response": write_response(PHQ9, answers, story.bench.clock())}
    return story.do("measures", **body | ({} if request is None else {"request_id": request}))


def test_before_a_visit_they_are_asked_reminded_twice_and_then_left_alone(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    rosa.booked(rosa.bench.clock() + timedelta(days=30))
    assert asked(rosa) == [("before_medicine", "waiting", 0)]

    rosa.bench.advance(days=27)
    assert (asked(rosa), told(rosa)) == ([("before_medicine", "due", 0)], [0])
    rosa.bench.advance(days=2)
    assert (asked(rosa), told(rosa)) == ([("before_medicine", "due", 1)], [0, 1])

    # The visit begins on the third day after they were asked: whoever did not answer by then is asked no more.
    rosa.bench.advance(days=30)
    assert (asked(rosa), told(rosa)) == ([("before_medicine", "overdue", 1)], [0, 1])


def test_by_the_calendar_they_are_reminded_after_two_and_four_days_and_never_again(rosa: Story) -> None:
    planned(rosa.bench, {"every_days": 28})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    rosa.bench.advance(days=28)
    assert told(rosa) == [0]

    reminded = []
    for _ in range(10):
        rosa.bench.advance(days=1)
        reminded.append(len(told(rosa)) - 1)

    assert reminded == [0, 1, 1, 2, 2, 2, 2, 2, 2, 2]
    assert asked(rosa)[0] == ("by_calendar", "overdue", 2)
    # A next time waits as long as the series lasts.
    assert asked(rosa)[1] == ("by_calendar", "waiting", 0)


def test_the_calendar_goes_on_past_a_time_that_is_taken_back_before_it_came(rosa: Story) -> None:
    planned(rosa.bench, {"every_days": 14})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    [first] = rosa.see("measure-requests")
    withdrawal = f"/clients/{rosa.client}/measure-requests/{first['id']}/withdrawal"

    assert rosa.bench.as_("therapist").post(withdrawal, {}).status_code == 201

    assert asked(rosa) == [("by_calendar", "withdrawn", 0), ("by_calendar", "waiting", 0)]
    rosa.bench.advance(days=14)
    assert told(rosa) == []
    rosa.bench.advance(days=14)
    assert told(rosa) == [0]


def test_whoever_may_not_know_of_the_use_of_substances_cannot_ask_about_it_either(rosa: Story) -> None:
    asking = {"instrument": "audit-c"}
    path = f"/clients/{rosa.client}/measure-requests"

    assert rosa.bench.as_("therapist").post(path, asking).status_code == 404


def test_an_event_of_it_does_not_say_which_instrument(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    rosa.booked(rosa.bench.clock() + timedelta(days=2))
    rosa.bench.advance(minutes=1)
    [event] = rosa.bench.published(MeasureDue)
    assert event.data == {"request": rosa.see("measure-requests")[0]["id"], "nudge": 0}


def test_a_cancelled_visit_takes_its_questions_with_it_and_the_one_instead_asks_anew(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    visit, starts_at = uuid4(), rosa.bench.clock() + timedelta(days=10)
    rosa.booked(starts_at, visit=visit).booked(starts_at, visit=visit)
    rosa.tell(AppointmentCancelled, visit=str(visit), starts_at=starts_at.isoformat())
    rosa.booked(starts_at + timedelta(days=7))
    rosa.bench.advance(days=13)
    assert [status for _, status, _ in asked(rosa)] == ["withdrawn", "waiting"]
    rosa.bench.advance(days=2)
    assert told(rosa) == [0]


def test_after_each_visit_they_are_asked_by_the_hour_and_after_the_last_by_the_day(rosa: Story) -> None:
    planned(rosa.bench, {"hours_after_medicine": 24}, {"instrument": "gad-7", "days_after_series": [30]})
    series = str(uuid4())
    for _ in range(2):
        rosa.visited(visit=str(uuid4()), series=series)
        rosa.bench.advance(days=10)
    assert sorted(asked(rosa)) == [
        ("after_medicine", "overdue", 2),
        ("after_medicine", "overdue", 2),
        ("after_series", "waiting", 0),
        ("after_series", "withdrawn", 0),
    ]
    rosa.bench.advance(days=21)
    last = rosa.bench.published(MeasureDue)[-1].data["request"]
    assert [one["instrument"] for one in rosa.see("measure-requests") if one["id"] == last] == ["gad-7"]


def test_told_twice_of_a_visit_they_are_asked_once(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True, "hours_after_medicine": 24, "days_after_series": [30, 90]})
    rosa.booked(rosa.bench.clock() + timedelta(days=9), visit=rosa.visit)
    rosa.visited()
    before = asked(rosa)
    rosa.bench.hear_all_again()
    assert (len(before), asked(rosa)) == (4, before)


def test_what_was_answered_this_week_is_not_asked_again(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    rosa.booked(rosa.bench.clock() + timedelta(days=8))
    rosa.bench.advance(days=3)
    reading = answered(rosa).get_json()["id"]
    rosa.bench.advance(days=3)
    [request] = rosa.see("measure-requests")
    assert (request["status"], request["reading_id"], told(rosa)) == ("answered", reading, [])


def test_one_answer_settles_all_that_asked_for_it_and_is_kept_once(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True, "every_days": 14})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    rosa.booked(rosa.bench.clock() + timedelta(days=17))
    rosa.bench.advance(days=14, hours=1)
    [first, *_] = [one["id"] for one in rosa.see("measure-requests") if one["status"] == "due"]
    assert told(rosa) == [0]  # Both fall on one morning.

    assert answered(rosa, first).status_code == 201
    refused(answered(rosa, first), "already_answered")

    rosa.bench.advance(days=6)
    assert told(rosa) == [0]
    assert len(rosa.bench.published(MeasureScored)) == 1


def test_two_answers_at_the_same_moment_are_one(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    rosa.booked(rosa.bench.clock() + timedelta(days=2))
    rosa.bench.advance(minutes=1)
    [request] = [one["id"] for one in rosa.see("measure-requests")]
    answers: list[int] = []
    both = [threading.Thread(target=lambda: answers.append(answered(rosa, request).status_code)) for _ in range(2)]

    for one in both:
        one.start()
    for one in both:
        one.join()

    assert sorted(answers) == [201, 409]
    assert len(rosa.see("measures")) == 1


def test_a_risk_in_a_second_or_unfinished_answer_calls_a_person_and_nothing_more_is_kept(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    rosa.booked(rosa.bench.clock() + timedelta(days=2))
    rosa.bench.advance(minutes=1)
    [request] = [one["id"] for one in rosa.see("measure-requests")]

    unfinished = answered(rosa, request, **{ITEMS[8]: 2, ITEMS[0]: None})
    assert "988" in unfinished.get_json()["help"]
    assert rosa.see("measure-requests")[0]["status"] == "due"
    answered(rosa, request)
    again = answered(rosa, request, **{ITEMS[8]: 1})

    assert (again.status_code, again.get_json()["id"]) == (201, None)
    assert "988" in again.get_json()["help"]
    assert {event.data["reason"] for event in rosa.bench.published(RedFlagRaised)} == {"suicidality"}
    assert len(rosa.see("measures")) == 1


def test_skipping_ends_the_reminders_and_can_be_thought_better_of(rosa: Story) -> None:
    planned(rosa.bench, {"before_medicine": True})
    rosa.booked(rosa.bench.clock() + timedelta(days=20))
    rosa.bench.advance(days=17)
    [request] = [one["id"] for one in rosa.see("measure-requests")]
    assert rosa.do(f"measure-requests/{request}/skipping").get_json()["status"] == "skipped"
    refused(rosa.do(f"measure-requests/{request}/skipping"), "not_asked_any_more")
    rosa.bench.advance(days=6)
    assert told(rosa) == [0]
    assert answered(rosa, request).status_code == 201
    assert rosa.see("measure-requests")[0]["status"] == "answered"


def test_who_rests_is_asked_and_reminded_of_nothing_and_not_asked_for_it_afterwards(rosa: Story) -> None:
    planned(rosa.bench, {"every_days": 14})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    rosa.bench.advance(days=15)
    assert told(rosa) == [0]

    rosa.do("rest")
    assert asked(rosa)[0] == ("by_calendar", "paused", 0)
    rosa.bench.advance(days=20)
    assert told(rosa) == [0]
    assert [status for _, status, _ in asked(rosa)] == ["paused", "paused", "waiting"]
    rosa.do("rest/ending")
    rosa.bench.advance(days=1)

    assert told(rosa) == [0]


def therapist(story: Story, what: str, **body: Any) -> Any:
    return story.bench.as_("therapist").post(f"/clients/{story.client}/measure-requests{what}", body)


def test_a_therapist_asks_now_and_takes_it_back(rosa: Story) -> None:
    request = therapist(rosa, "", instrument="phq-9").get_json()
    assert (request["occasion"], request["status"], request["asked_by"]) == ("wished", "due", "therapist-at-maple")
    assert told(rosa) == [0]
    refused(therapist(rosa, "", instrument="phq-9"), "asked_already")
    assert therapist(rosa, f"/{request['id']}/withdrawal").get_json()["status"] == "withdrawn"
    rosa.bench.advance(days=9)
    assert told(rosa) == [0]


@pytest.mark.parametrize("instrument", ["who-5", "ors", "madrs", "nothing"])
def test_nobody_is_asked_what_there_are_no_words_for(rosa: Story, instrument: str) -> None:
    refused(therapist(rosa, "", instrument=instrument), "no_words_to_ask_with")


def test_a_plan_without_words_asks_nobody_and_its_calendar_goes_on(rosa: Story) -> None:
    planned(rosa.bench, {"instrument": "who-5", "every_days": 7}, {"instrument": "ors", "every_days": 7})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    rosa.bench.advance(days=8)
    rosa.bench.advance(days=7)
    assert [status for _, status, _ in asked(rosa)] == ["withdrawn", "withdrawn", "waiting"]
    assert told(rosa) == []


def test_days_are_those_of_the_clients_own_clock(rosa: Story) -> None:
    planned(rosa.bench, {"every_days": 14})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    [request] = rosa.see("measure-requests")
    zone = ZoneInfo(ClientRegistered.sample_data()["time_zone"])
    assert datetime.fromisoformat(request["due_at"]).astimezone(zone).hour == 9


def test_who_lives_by_another_clock_now_is_asked_in_the_morning_of_that_one(rosa: Story) -> None:
    planned(rosa.bench, {"every_days": 14, "hours_after_medicine": 24, "days_after_series": [30]})
    rosa.tell(SeriesPlanned, series=str(uuid4()))
    rosa.visited()

    rosa.tell(ClientUpdated, time_zone="America/Los_Angeles")

    by_why = {one["occasion"]: datetime.fromisoformat(one["due_at"]) for one in rosa.see("measure-requests")}
    los_angeles = ZoneInfo("America/Los_Angeles")
    assert by_why.pop("after_medicine") == rosa.bench.clock() + timedelta(hours=24)
    assert [at.astimezone(los_angeles).strftime("%H:%M") for at in by_why.values()] == ["09:00", "09:00"]
    rosa.bench.clock.at = by_why["by_calendar"]
    rosa.bench.advance(minutes=1)
    assert ("by_calendar", "due", 0) in asked(rosa)


def test_another_clients_request_is_as_little_there_as_one_that_never_was(rosa: Story, bench: Bench) -> None:
    request = therapist(rosa, "", instrument="phq-9").get_json()["id"]
    other = Story(bench).registered()
    for path in (request, UUID(int=1)):
        assert other.do(f"measure-requests/{path}/skipping").status_code == 404
        assert answered(other, str(path)).status_code == 404
