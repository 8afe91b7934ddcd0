"""Change is claimed only where two readings can bear it; otherwise it is unknown, which is not "no"."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.measures import Instrument, NotLater, Reading, change, load_instrument

BASELINE = date(2027, 2, 10)
DAY_14 = BASELINE + timedelta(days=14)
NEW_YORK = ZoneInfo("America/New_York")


def test_a_phq9_that_falls_from_18_to_9_by_day_14_is_exactly_a_response(phq9: Instrument) -> None:
    found = change(phq9, Reading(18, BASELINE), Reading(9, DAY_14))

    assert (found.points, found.percent_change) == (-9, Decimal("-50.0"))
    assert found.response is True
    assert found.remission is False
    assert found.meaningful is True
    assert found.overlapping is False


@pytest.mark.parametrize(
    ("baseline", "later", "percent", "response", "remission", "meaningful"),
    [
        (18, 10, "-44.4", False, False, True),
        (19, 10, "-47.4", False, False, True),
        (27, 13, "-51.9", True, False, True),
        (18, 5, "-72.2", True, False, True),
        (18, 4, "-77.8", True, True, True),
        (18, 0, "-100.0", True, True, True),
        (18, 18, "0.0", False, False, False),
        (18, 22, "22.2", False, False, False),
        (18, 23, "27.8", False, False, True),
        (6, 4, "-33.3", False, True, False),
    ],
)
def test_phq9_change_follows_the_published_rules(
    phq9: Instrument, baseline: int, later: int, percent: str, response: bool, remission: bool, meaningful: bool
) -> None:
    found = change(phq9, Reading(baseline, BASELINE), Reading(later, DAY_14))

    assert found.percent_change == Decimal(percent)
    assert (found.response, found.remission, found.meaningful) == (response, remission, meaningful)


def test_a_repeat_within_the_look_back_is_overlapping_and_says_nothing_about_response(phq9: Instrument) -> None:
    found = change(phq9, Reading(18, BASELINE), Reading(0, DAY_14 - timedelta(days=1)))

    assert found.overlapping is True
    assert (found.response, found.remission, found.meaningful) == (None, None, None)
    assert (found.points, found.percent_change) == (-18, Decimal("-100.0"))


def test_a_baseline_of_nought_gives_no_percentage_and_no_response(phq9: Instrument) -> None:
    found = change(phq9, Reading(0, BASELINE), Reading(6, DAY_14))

    assert found.percent_change is None
    assert found.response is None
    assert (found.points, found.remission, found.meaningful) == (6, False, True)


def test_an_instrument_without_a_rule_leaves_the_question_open(gad7: Instrument) -> None:
    found = change(gad7, Reading(18, BASELINE), Reading(3, DAY_14))

    assert (found.response, found.remission) == (None, None)
    assert found.meaningful is True


def test_a_measure_that_should_rise_responds_by_rising(wellbeing: Instrument) -> None:
    risen = change(wellbeing, Reading(8, BASELINE), Reading(10, BASELINE))
    fallen = change(wellbeing, Reading(8, BASELINE), Reading(5, BASELINE))

    assert (risen.response, risen.meaningful, risen.overlapping) == (True, False, False)
    assert (fallen.response, fallen.meaningful, fallen.remission) == (False, True, None)


def test_day_14_is_counted_on_the_clients_calendar_and_not_in_hours(phq9: Instrument) -> None:
    # Clocks go forward on 14 March: fourteen days later at the same hour is an hour short of 14 × 24 h.
    before = datetime(2027, 3, 7, 20, 0, tzinfo=NEW_YORK)
    later = datetime(2027, 3, 21, 9, 0, tzinfo=NEW_YORK)
    assert later.astimezone(UTC) - before.astimezone(UTC) < timedelta(days=14)

    assert change(phq9, Reading(18, before), Reading(9, later)).response is True
    assert change(phq9, Reading(18, before), Reading(9, date(2027, 3, 20))).overlapping is True


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        Reading(18, datetime(2027, 3, 7, 20, 0))  # noqa: DTZ001 - a time without a zone is what is refused.


def test_a_baseline_answered_after_the_later_reading_is_refused(phq9: Instrument) -> None:
    with pytest.raises(NotLater, match="14 days before"):
        change(phq9, Reading(18, DAY_14), Reading(9, BASELINE))


@given(st.integers(1, 27), st.integers(0, 27), st.integers(0, 60))
def test_response_agrees_with_the_exact_fraction_and_unknown_with_the_days(
    baseline: int, later: int, days: int
) -> None:
    phq9 = load_instrument("phq-9")

    found = change(phq9, Reading(baseline, BASELINE), Reading(later, BASELINE + timedelta(days=days)))

    assert found.overlapping is (days < 14)
    assert found.response is (None if days < 14 else 2 * later <= baseline)
    assert found.remission is (None if days < 14 else later < 5)
