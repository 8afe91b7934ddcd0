"""What a clinic's rules ask for around a medicine visit, and what a client is invited to next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration.domain.attention import Group, Situation, group_of
from integration.domain.next_step import Step, next_step
from integration.domain.preparing import preparing
from shared.clinics.rules import Driving, Fasting, GoingHome, RuleSet

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


def rules(**changes: Any) -> RuleSet:
    return RuleSet.load(RuleSet.sample_data() | changes)


@pytest.mark.parametrize(
    ("starts_at", "food", "drinks"),
    [
        (datetime(2027, 3, 14, 8, 0, tzinfo=NEW_YORK), "01:00 EST", "06:00 EDT"),
        (datetime(2027, 11, 7, 8, 0, tzinfo=NEW_YORK), "02:00 EST", "06:00 EST"),
        (datetime(2027, 11, 7, 6, 0, tzinfo=NEW_YORK), "01:00 EDT", "04:00 EST"),
        (datetime(2027, 6, 1, 8, 0, tzinfo=NEW_YORK), "02:00 EDT", "06:00 EDT"),
    ],
)
def test_six_hours_are_six_hours_in_the_nights_of_the_clocks(starts_at: datetime, food: str, drinks: str) -> None:
    asked = preparing(starts_at, rules())
    assert asked.no_food_from is not None
    assert asked.no_drinks_from is not None
    assert asked.no_food_from.astimezone(NEW_YORK).strftime("%H:%M %Z") == food
    assert asked.no_drinks_from.astimezone(NEW_YORK).strftime("%H:%M %Z") == drinks


def test_a_clinic_that_asks_for_no_fast_is_told_from_one_that_has_decided_nothing() -> None:
    none_asked = preparing(NOW, rules(fasting=Fasting.sample_data() | {"fast_solids_h": 0, "fast_clear_h": 0}))
    undecided = preparing(NOW, rules(fasting=None, driving=None, going_home=None))
    assert (none_asked.fasting_said, none_asked.no_food_from, none_asked.no_drinks_from) == (True, None, None)
    assert (undecided.fasting_said, undecided.no_food_from) == (False, None)
    assert (undecided.companion_hours, undecided.no_drive_rule) == (None, None)


def test_driving_and_going_home_are_as_the_clinic_has_it() -> None:
    asked = preparing(
        NOW,
        rules(
            driving=Driving.sample_data() | {"no_drive_rule": "hours", "no_drive_h": 24},
            going_home=GoingHome.sample_data() | {"escort_required": False, "companion_hours": None},
        ),
    )
    assert (asked.no_drive_rule, asked.no_drive_hours) == ("hours", 24)
    assert asked.companion_hours is None


@pytest.mark.parametrize(
    ("check_in_open", "medicine_ahead", "intention_carried", "step"),
    [
        (True, True, False, Step.CHECK_IN),
        (False, True, False, Step.INTENTION),
        (False, True, True, Step.MOMENT),
        (False, False, False, Step.MOMENT),
    ],
)
def test_one_step_at_a_time(check_in_open: bool, medicine_ahead: bool, intention_carried: bool, step: Step) -> None:
    found = next_step(check_in_open=check_in_open, medicine_ahead=medicine_ahead, intention_carried=intention_carried)
    assert found is step


@pytest.mark.parametrize(
    ("situation", "closes_in_hours", "group"),
    [
        (Situation(flagged=True, to_read=True, visit_today=True, missed=True, rests=True), 1, Group.FLAGGED),
        (Situation(to_read=True, visit_today=True, missed=True, rests=True), 1, Group.TO_READ),
        (Situation(visit_today=True, missed=True, rests=True), 1, Group.TODAY),
        (Situation(missed=True, rests=True), 1, Group.RESTING),
        (Situation(missed=True), 100, Group.QUIET),
        (Situation(missed=True), None, Group.OTHERS),
        (Situation(), 48, Group.CLOSING),
        (Situation(), 49, Group.OTHERS),
        (Situation(), None, Group.OTHERS),
    ],
)
def test_the_first_reason_that_holds_says_where_somebody_stands(
    situation: Situation, closes_in_hours: int | None, group: Group
) -> None:
    closes_at = None if closes_in_hours is None else NOW + timedelta(hours=closes_in_hours)
    assert group_of(replace(situation, closes_at=closes_at), NOW) is group
