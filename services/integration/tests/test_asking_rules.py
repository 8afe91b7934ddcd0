"""When a client is asked a measure: by the days of their own calendar, and never the same twice in a week."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.domain.asking import (
    MORNING,
    Asked,
    Occasion,
    RequestStatus,
    Series,
    after_medicine,
    after_series,
    before_medicine,
    is_settled_by,
    next_by_calendar,
    next_reminder,
    when_due,
)
from shared.clinics.rules import MeasurePlan

NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/New_York", "America/Los_Angeles", "Pacific/Chatham", "UTC")]
)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
VISIT, OTHER_VISIT = UUID(int=1), UUID(int=2)


def plan(**changes: object) -> MeasurePlan:
    return MeasurePlan.load(MeasurePlan.sample_data() | changes)


@given(starts_at=INSTANTS, ahead=st.timedeltas(timedelta(minutes=1), timedelta(days=60)), zone=ZONES)
def test_before_a_visit_is_in_the_morning_three_days_before_or_at_once_and_never_after_its_start(
    starts_at: datetime, ahead: timedelta, zone: ZoneInfo
) -> None:
    now = starts_at - ahead
    [wanted] = before_medicine([plan()], starts_at, now, zone)

    assert now <= wanted.due_at < starts_at
    if wanted.due_at > now:
        local = wanted.due_at.astimezone(zone)
        assert local.time() == MORNING
        assert (starts_at.astimezone(zone).date() - local.date()).days == 3
    assert before_medicine([plan(before_medicine=False)], starts_at, now, zone) == []
    assert before_medicine([plan()], starts_at, starts_at, zone) == []


@given(begun=INSTANTS, every=st.integers(1, 60), after=st.timedeltas(timedelta(0), timedelta(days=300)), zone=ZONES)
def test_the_calendar_goes_by_whole_days_of_the_client_and_always_has_a_next_time(
    begun: datetime, every: int, after: timedelta, zone: ZoneInfo
) -> None:
    series = Series(begun, medicine_visits=6)
    wanted = next_by_calendar(plan(every_days=every), series, begun + after, zone)

    assert wanted is not None
    local = wanted.due_at.astimezone(zone)
    days = (local.date() - begun.astimezone(zone).date()).days
    assert (local.time(), days % every, days > 0) == (MORNING, 0, True)
    assert begun + after < wanted.due_at <= begun + after + timedelta(days=every + 1)


def test_the_calendar_ends_with_the_series_with_its_last_visit_and_where_the_protocol_has_no_more_days() -> None:
    begun = datetime(2027, 1, 4, 15, tzinfo=UTC)
    visits = [begun + timedelta(days=7 * n) for n in range(1, 7)]
    ask = plan(every_days=14)

    assert next_by_calendar(ask, Series(begun, 6, visits[:5], 56), visits[4], NEW_YORK)
    assert next_by_calendar(ask, Series(begun, 6, visits, 56), visits[5], NEW_YORK) is None
    assert next_by_calendar(ask, Series(begun, 6, visits[:2], 56), visits[0] + timedelta(days=50), NEW_YORK) is None
    assert next_by_calendar(plan(every_days=None), Series(begun, 6), begun, NEW_YORK) is None


def test_across_the_change_of_the_clocks_it_is_nine_in_the_morning_and_hours_are_hours() -> None:
    # The clocks go forward in the night to Sunday 14 March 2027, and back in the night to Sunday 7 November.
    [wanted] = before_medicine(
        [plan()], datetime(2027, 3, 16, 14, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC), NEW_YORK
    )
    assert wanted.due_at.astimezone(NEW_YORK).strftime("%a %d %b %H:%M %Z") == "Sat 13 Mar 09:00 EST"
    [first, *_] = after_series([plan(days_after_series=[7])], datetime(2027, 3, 10, 20, tzinfo=UTC), NEW_YORK)
    assert first.due_at.astimezone(NEW_YORK).strftime("%a %d %b %H:%M %Z") == "Wed 17 Mar 09:00 EDT"
    dosed = datetime(2027, 11, 6, 15, 0, tzinfo=UTC)  # 11:00 EDT.
    [after] = after_medicine([plan(hours_after_medicine=24)], dosed)
    assert after.due_at.astimezone(NEW_YORK).strftime("%a %H:%M %Z") == "Sun 10:00 EST"
    due = datetime(2027, 11, 6, 13, tzinfo=UTC)  # 9:00 EDT.
    at, again = next_reminder(due, 0, None, NEW_YORK)
    assert (at.astimezone(NEW_YORK).strftime("%a %H:%M %Z"), again) == ("Mon 09:00 EST", True)


@given(due=INSTANTS, until=st.none() | st.timedeltas(timedelta(hours=1), timedelta(days=9)), zone=ZONES)
def test_a_client_is_reminded_twice_at_most_and_never_after_the_visit_before_which_they_are_asked(
    due: datetime, until: timedelta | None, zone: ZoneInfo
) -> None:
    ends, at, reminded = None if until is None else due + until, due, 0
    for _ in range(9):
        before = at
        at, again = next_reminder(due, reminded, ends, zone)
        assert at > before
        assert ends is None or at <= ends
        if not again:
            break
        reminded += 1
    assert not again
    assert reminded <= 2


PLANNED = st.lists(
    st.tuples(
        st.integers(0, 60), st.sampled_from([Occasion.BEFORE_MEDICINE, Occasion.BY_CALENDAR, Occasion.AFTER_SERIES])
    ),
    min_size=1,
    max_size=12,
)


@given(planned=PLANNED, answers=st.dictionaries(st.integers(0, 60), st.integers(0, 6)), zone=ZONES)
def test_nobody_is_asked_the_same_twice_in_a_week_however_it_is_planned_and_answered(
    planned: list[tuple[int, Occasion]], answers: dict[int, int], zone: ZoneInfo
) -> None:
    """`answers` says how many days after it was asked a request is answered that comes due on that day."""
    first, asked, answered_on = date(2027, 2, 20), [], []
    requests: list[tuple[int, Asked]] = []
    for day, occasion in sorted(planned):
        due_at = datetime.combine(first + timedelta(days=day), MORNING, zone).astimezone(UTC)
        known = [at for at in answered_on if at <= day]
        last = None if not known else datetime.combine(first + timedelta(days=max(known)), MORNING, zone)
        others = [
            Asked(one.occasion, None, one.due_at, RequestStatus.DUE)
            for on, one in requests
            if on + answers.get(on, 99) > day
        ]
        request = Asked(occasion, None, due_at, RequestStatus.WAITING)
        if when_due(request, others, last, zone) is RequestStatus.DUE:
            asked.append(day)
            requests.append((day, request))
            if day in answers:
                answered_on.append(day + answers[day])

    assert all(later - earlier >= 7 for earlier, later in pairwise(asked))
    # And whoever was neither asked nor has answered in the week before is asked.
    assert asked[0] == min(day for day, _ in planned)


def test_a_week_later_is_a_week_later_also_where_an_hour_is_lost_between() -> None:
    monday, next_monday = (datetime(2027, 3, day, 9, tzinfo=NEW_YORK).astimezone(UTC) for day in (8, 15))
    assert next_monday - monday < timedelta(days=7)
    before = Asked(Occasion.BY_CALENDAR, None, monday, RequestStatus.OVERDUE)
    request = Asked(Occasion.BY_CALENDAR, None, next_monday, RequestStatus.WAITING)
    assert when_due(request, [before], monday, NEW_YORK) is RequestStatus.DUE


@pytest.mark.parametrize(("visit", "becomes"), [(VISIT, RequestStatus.WITHDRAWN), (OTHER_VISIT, RequestStatus.DUE)])
def test_what_is_about_one_visit_is_asked_after_each_of_them(visit: UUID, becomes: RequestStatus) -> None:
    now = datetime(2027, 3, 1, 14, tzinfo=UTC)
    request = Asked(Occasion.AFTER_MEDICINE, VISIT, now, RequestStatus.WAITING)
    other = Asked(Occasion.AFTER_MEDICINE, visit, now - timedelta(days=2), RequestStatus.DUE)
    assert when_due(request, [other], now - timedelta(days=1), NEW_YORK) is becomes


def test_an_answer_settles_what_is_asked_and_not_what_came_long_after_it_or_is_about_another_visit() -> None:
    now = datetime(2027, 3, 1, 14, tzinfo=UTC)
    asked = Asked(Occasion.BY_CALENDAR, None, now, RequestStatus.DUE)
    about = Asked(Occasion.AFTER_MEDICINE, VISIT, now, RequestStatus.DUE)
    other = Asked(Occasion.AFTER_MEDICINE, OTHER_VISIT, now, RequestStatus.DUE)

    assert is_settled_by(asked, None, now, NEW_YORK)
    assert not is_settled_by(asked, None, now - timedelta(days=60), NEW_YORK)
    assert not is_settled_by(about, None, now, NEW_YORK)
    assert is_settled_by(about, about, now, NEW_YORK)
    assert not is_settled_by(other, about, now, NEW_YORK)
    assert not is_settled_by(asked, about, now, NEW_YORK)
