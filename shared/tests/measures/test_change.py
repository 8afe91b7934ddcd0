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


Rules = tuple[bool | None, bool | None, bool | None, bool | None]


@pytest.mark.parametrize(
    ("instrument_id", "baseline", "later", "rules"),
    [
        # Response, remission, meaningful, reliable.
        pytest.param("pcl-5", 50, 46, (None, None, False, False), id="PCL-5: 4 points may be chance"),
        pytest.param("pcl-5", 50, 45, (None, None, False, True), id="PCL-5: 5 points are more than chance"),
        pytest.param("pcl-5", 50, 40, (None, None, True, True), id="PCL-5: 10 points matter"),
        pytest.param("pcl-5", 40, 50, (None, None, True, True), id="PCL-5: in either direction"),
        pytest.param("isi", 20, 8, (None, False, True, None), id="ISI: 8 is no remission"),
        pytest.param("isi", 13, 7, (None, True, True, None), id="ISI: 7 is, and 6 points matter"),
        pytest.param("isi", 12, 7, (None, True, False, None), id="ISI: 5 points are too few"),
        pytest.param("madrs", 30, 15, (True, False, None, None), id="MADRS: half is a response"),
        pytest.param("madrs", 30, 16, (False, False, None, None), id="MADRS: less than half is none"),
        pytest.param("madrs", 18, 9, (True, True, None, None), id="MADRS: 9 is a remission"),
        # 10 of the 100 points that people read are 2.5 of the sum: 2 make 8, 3 make 12.
        pytest.param("who-5", 9, 11, (None, None, False, None), id="WHO-5: 8 of 100 points"),
        pytest.param("who-5", 9, 12, (None, None, True, None), id="WHO-5: 12 of 100 points"),
        # Totals are in millimetres: 5 of 40 points are 50.
        pytest.param("ors", 200, 249, (None, None, None, False), id="ORS: 4.9 of 40 points"),
        pytest.param("ors", 200, 250, (None, None, None, True), id="ORS: 5 of 40 points"),
        pytest.param("edi", 100, 700, (None, None, None, None), id="EDI: deeper is not better"),
        pytest.param("wai-sr", 50, 30, (None, None, None, None), id="WAI-SR: no rule"),
    ],
)
def test_each_instrument_claims_what_its_own_rules_bear(
    instrument_id: str, baseline: int, later: int, rules: Rules
) -> None:
    found = change(load_instrument(instrument_id), Reading(baseline, BASELINE), Reading(later, date(2027, 4, 10)))

    assert (found.response, found.remission, found.meaningful, found.reliable) == rules
    assert found.points == later - baseline


def test_within_the_look_back_nothing_is_reliable_either() -> None:
    found = change(load_instrument("pcl-5"), Reading(60, BASELINE), Reading(20, BASELINE + timedelta(days=29)))

    assert (found.overlapping, found.meaningful, found.reliable) == (True, None, None)
