"""When check-ins come due and are missed, to the minute, and what an answer at an awkward moment does."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from werkzeug.test import TestResponse

from integration.commands.checkins import ask
from shared.events.integration import CheckInCompleted, CheckInDue, RedFlagRaised, WindowOpened
from shared.store.tables import timer
from shared.store.transaction import Actor, Origin

from .conftest import Story

NEW_YORK = ZoneInfo("America/New_York")


def due_hours(story: Story) -> list[int]:
    return [event.data["hours_after"] for event in story.bench.published(CheckInDue)]


def check_ins(story: Story) -> list[str]:
    return [check_in["id"] for check_in in story.see("windows")[0]["check_ins"]]


def at(story: Story, local: datetime) -> None:
    story.bench.clock.at = local.astimezone(UTC)
    story.bench.advance()


def timers_of(story: Story, check_in: str) -> dict[str, str]:
    with story.bench.owner.connect() as connection:
        query = text("select kind, state from timer where key like :key")
        return {row.kind: row.state for row in connection.execute(query, {"key": f"%{check_in}%"})}


def test_dosed_on_saturday_11_edt_she_is_asked_once_on_sunday_at_10_est(rosa: Story) -> None:
    at(rosa, datetime(2027, 11, 6, 11, 0, tzinfo=NEW_YORK))
    rosa.visited()
    at(rosa, datetime(2027, 11, 7, 9, 59, tzinfo=NEW_YORK))
    assert due_hours(rosa) == []
    at(rosa, datetime(2027, 11, 7, 10, 0, tzinfo=NEW_YORK))
    assert due_hours(rosa) == [24]
    at(rosa, datetime(2027, 11, 7, 11, 0, tzinfo=NEW_YORK))
    at(rosa, datetime(2027, 11, 7, 12, 0, tzinfo=NEW_YORK))
    assert due_hours(rosa) == [24]


def test_in_the_night_in_which_an_hour_comes_twice_she_is_asked_in_one_of_them(rosa: Story) -> None:
    # Over on Saturday at 01:30 EDT: 24 hours later is the first 01:30 of Sunday, still EDT.
    at(rosa, datetime(2027, 11, 6, 1, 30, tzinfo=NEW_YORK))
    rosa.visited()
    at(rosa, datetime(2027, 11, 7, 1, 30, fold=0, tzinfo=NEW_YORK))
    assert due_hours(rosa) == [24]
    at(rosa, datetime(2027, 11, 7, 1, 30, fold=1, tzinfo=NEW_YORK))
    assert due_hours(rosa) == [24]


def test_in_spring_24_hours_end_an_hour_later_on_the_wall_clock(rosa: Story) -> None:
    at(rosa, datetime(2027, 3, 13, 11, 0, tzinfo=NEW_YORK))
    rosa.visited()
    at(rosa, datetime(2027, 3, 14, 11, 59, tzinfo=NEW_YORK))
    assert due_hours(rosa) == []
    at(rosa, datetime(2027, 3, 14, 12, 0, tzinfo=NEW_YORK))
    assert due_hours(rosa) == [24]


def test_the_same_visit_completed_again_by_another_path_leaves_window_and_times_as_they_were(rosa: Story) -> None:
    rosa.visited()
    before = rosa.see("windows")
    rosa.bench.advance(hours=3)
    rosa.visited(series=None)
    assert rosa.see("windows") == before
    assert len(rosa.bench.published(WindowOpened)) == 1
    rosa.bench.advance(days=30)
    assert due_hours(rosa) == [24, 72, 168, 336, 720]


def test_it_is_missed_a_day_after_it_came_due_and_not_a_minute_sooner(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(hours=24)
    rosa.bench.advance(hours=23, minutes=59)
    assert rosa.see("windows")[0]["check_ins"][0]["status"] == "due"
    rosa.bench.advance(minutes=1)
    assert rosa.see("windows")[0]["check_ins"][0]["status"] == "missed"


def test_an_early_answer_cancels_the_timer_that_would_ask(rosa: Story) -> None:
    rosa.visited()
    first = check_ins(rosa)[0]
    rosa.do(f"check-ins/{first}/answer")
    assert timers_of(rosa, first) == {"checkin_due": "cancelled"}


def test_an_answer_in_time_cancels_the_timer_that_would_call_it_missed(rosa: Story) -> None:
    rosa.visited()
    first = check_ins(rosa)[0]
    rosa.bench.advance(hours=24)
    rosa.do(f"check-ins/{first}/answer")
    assert timers_of(rosa, first) == {"checkin_due": "fired", "checkin_missed": "cancelled"}
    rosa.bench.advance(hours=24)
    assert rosa.see("windows")[0]["check_ins"][0]["status"] == "completed"


def test_nobody_answers_anothers_check_in_and_its_timer_stays_set(rosa: Story) -> None:
    rosa.visited()
    first = check_ins(rosa)[0]
    other = Story(rosa.bench).registered()
    assert other.do(f"check-ins/{first}/answer", help_now=True).status_code == 404
    assert timers_of(rosa, first) == {"checkin_due": "set"}
    # Whose check-in it is hears of no help; whoever asks for it does.
    assert [told.subject for told in rosa.bench.published(RedFlagRaised)] == [other.client]


@pytest.mark.parametrize("fires", [True, False])
def test_a_call_for_help_at_the_very_moment_at_which_she_would_be_asked_is_heard(rosa: Story, fires: bool) -> None:
    bench = rosa.bench
    rosa.visited()
    first = check_ins(rosa)[0]
    bench.clock.at += timedelta(hours=24)
    answers: list[TestResponse] = []
    asking = threading.Thread(target=lambda: answers.append(rosa.do(f"check-ins/{first}/answer", help_now=True)))
    mine = timer.c.key == f"checkin/{first}/due"

    with bench.store.transaction("maple", Actor("timer"), Origin("timer", "t", "t")) as tx:
        # The timer is firing: it holds itself, while the answer arrives and waits for something.
        tx.session.execute(select(timer).where(mine).with_for_update())
        asking.start()
        bench.somebody_waits()
        if fires:
            ask(UUID(first), tx)
            tx.session.execute(update(timer).where(mine).values(state="fired"))
    asking.join()

    assert answers[0].status_code == 201, answers[0].get_json()
    assert "988" in answers[0].get_json()["help"]
    assert len(bench.published(RedFlagRaised)) == len(bench.published(CheckInCompleted)) == 1
    bench.advance(days=2)
    assert rosa.see("windows")[0]["check_ins"][0]["status"] == "completed"
