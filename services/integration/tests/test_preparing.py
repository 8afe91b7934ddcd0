"""What a clinic's rules ask for around a medicine visit, and what a client is invited to next."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration.domain.attention import Group, group_of
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
    ("check_in_open", "medicine_ahead", "set_hours_ago", "step"),
    [
        (True, True, None, Step.CHECK_IN),
        (False, True, None, Step.INTENTION),
        (False, True, 30, Step.INTENTION),
        (False, True, 10, Step.MOMENT),
        (False, False, None, Step.MOMENT),
    ],
)
def test_one_step_at_a_time(check_in_open: bool, medicine_ahead: bool, set_hours_ago: int | None, step: Step) -> None:
    set_at = None if set_hours_ago is None else NOW - timedelta(hours=set_hours_ago)
    found = next_step(
        check_in_open=check_in_open, medicine_ahead=medicine_ahead, set_at=set_at, before=NOW - timedelta(hours=20)
    )
    assert found is step


@pytest.mark.parametrize(
    ("flagged", "visit_today", "unanswered", "closes_in_hours", "group"),
    [
        (True, True, True, 1, Group.FLAGGED),
        (False, True, True, 1, Group.TODAY),
        (False, False, True, 100, Group.QUIET),
        (False, False, True, None, Group.OTHERS),
        (False, False, False, 48, Group.CLOSING),
        (False, False, False, 49, Group.OTHERS),
        (False, False, False, None, Group.OTHERS),
    ],
)
def test_the_first_reason_that_holds_says_where_somebody_stands(
    flagged: bool, visit_today: bool, unanswered: bool, closes_in_hours: int | None, group: Group
) -> None:
    closes_at = None if closes_in_hours is None else NOW + timedelta(hours=closes_in_hours)
    found = group_of(flagged=flagged, visit_today=visit_today, unanswered=unanswered, closes_at=closes_at, now=NOW)
    assert found is group
