"""When vitals are due follows from the clinic's schedule alone, and nothing that was missed is filled up."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as some

from sessions.domain.vitals_due import Stand, due_times, next_due
from shared.clinics import VitalsSchedule

DOSE = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
IM = VitalsSchedule.load(VitalsSchedule.sample_data())
ONCE = VitalsSchedule.load(VitalsSchedule.sample_data() | {"at_minutes": [0, 40], "every_minutes": None})


def after(minutes: float) -> datetime:
    return DOSE + timedelta(minutes=minutes)


def stands(readings: list[float], now: float, schedule: VitalsSchedule = IM) -> list[tuple[int, str]]:
    due = due_times([(DOSE, schedule)], [after(minute) for minute in readings], now=after(now), until=after(now))
    return [(int((one.at - DOSE) / timedelta(minutes=1)), one.stand.value) for one in due]


def test_after_the_dose_vitals_are_due_as_the_clinics_rules_say() -> None:
    assert stands([-5], 1) == [(0, "taken"), (15, "ahead"), (30, "ahead"), (60, "ahead")]


def test_after_the_named_times_the_interval_goes_on_until_discharge() -> None:
    assert stands([-5, 15, 31, 62, 89], 100)[4:6] == [(90, "taken"), (120, "ahead")]


def test_a_reading_shortly_before_its_time_stands_for_it() -> None:
    assert stands([-5, 14], 15)[:3] == [(0, "taken"), (15, "taken"), (30, "ahead")]


def test_a_time_without_a_reading_is_late_and_then_missed() -> None:
    assert stands([-5], 16)[1] == (15, "late")
    assert stands([-5], 22)[1] == (15, "late")
    assert stands([-5], 23)[1] == (15, "missed")


def test_what_is_taken_afterwards_fills_nothing_up() -> None:
    assert stands([-5, 24], 25)[1:3] == [(15, "missed"), (30, "taken")]


def test_where_the_rules_name_no_further_time_nothing_is_due() -> None:
    due = due_times([(DOSE, ONCE)], [after(-3), after(41)], now=after(50), until=after(180))
    assert [one.stand for one in due] == [Stand.TAKEN, Stand.TAKEN]
    assert next_due(due) is None


def test_nothing_is_due_before_a_dose() -> None:
    assert due_times([], [after(-3)], now=after(0), until=after(60)) == []


def test_a_further_dose_begins_its_schedule_anew() -> None:
    booster = (after(40), ONCE)
    due = due_times([(DOSE, IM), booster], [after(-3)], now=after(40), until=after(41))
    assert [int((one.at - DOSE) / timedelta(minutes=1)) for one in due] == [0, 15, 30, 40, 80]


def test_in_the_night_when_clocks_go_back_minutes_are_minutes() -> None:
    zone = ZoneInfo("America/New_York")
    dose = datetime(2026, 11, 1, 0, 50, tzinfo=zone)

    due = due_times([(dose, IM)], [dose], now=dose, until=dose + timedelta(hours=4))

    apart = [later.at - earlier.at for earlier, later in pairwise(due)]
    assert apart[:3] == [timedelta(minutes=15), timedelta(minutes=15), timedelta(minutes=30)]
    assert set(apart[3:]) == {timedelta(minutes=30)}
    assert due[0].at == dose.astimezone(UTC)


@given(readings=some.lists(some.floats(-60, 300), max_size=12), now=some.floats(0, 300), more=some.integers(0, 120))
def test_there_is_always_a_next_time_and_at_most_one_is_late(readings: list[float], now: float, more: int) -> None:
    past = [after(minute) for minute in readings if minute <= now]
    due = due_times([(DOSE, IM)], past, now=after(now), until=after(now + more))

    assert next_due(due) is not None
    assert sum(one.stand is Stand.LATE for one in due) <= 1
    assert all(one.at > after(now) for one in due if one.stand is Stand.AHEAD)
    assert sum(one.stand is Stand.TAKEN for one in due) <= len(past)
