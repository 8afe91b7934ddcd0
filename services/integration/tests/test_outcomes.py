"""Whose series is over, what became of them, and when a clinic counts it."""

import json
import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from integration.domain.outcomes import (
    Counts,
    Course,
    CourseStatus,
    LaterReading,
    MeasureCounts,
    count,
    follow_up,
    outcomes_of,
)
from integration.domain.small_cells import Engagement, Outcome, Part
from integration.models import OutcomeFigures
from integration.queries.outcomes import answered_after, courses_until
from shared.clinics import Clinic
from shared.events.intake import ClientErased, ClinicConfigured
from shared.events.sessions import AppointmentBooked, AppointmentCancelled, SeriesPlanned
from shared.measures import load_instrument
from shared.store.transaction import Actor
from shared.testing.bench import Bench
from shared.testing.plugin import MONDAY
from shared.testing.upgrades import Upgrade

from .conftest import Story
from .many import MADE, many, month_begins, reading

LAST = MONDAY - timedelta(days=90)


def course(**changes: Any) -> Course:
    told: dict[str, Any] = {
        "client_id": uuid4(),
        "protocol": "induction",
        "planned_at": LAST - timedelta(days=60),
        "planned": 6,
        "medicine_visits": 6,
        "last_at": LAST,
        "ahead": False,
        "integration_visits": 6,
        "asked": 12,
        "answered": 6,
    }
    return Course(**(told | changes))


def answered(client: UUID, days: float, **changes: Any) -> LaterReading:
    told: dict[str, Any] = {"response": True, "remission": False, "reliable": True, "points": -9, "overlapping": False}
    return LaterReading(client, "phq-9", LAST + timedelta(days=days), **(told | changes))


def after_60_days() -> datetime:
    return LAST + timedelta(days=60)


@pytest.mark.parametrize(
    ("changes", "standing", "counts"),
    [
        ({}, CourseStatus.COMPLETED, True),
        ({"last_at": LAST + timedelta(hours=1)}, CourseStatus.COMPLETED, False),
        ({"medicine_visits": 5}, CourseStatus.NO_FURTHER_VISIT, True),
        ({"medicine_visits": 5, "last_at": LAST + timedelta(hours=1)}, CourseStatus.UNDER_WAY, False),
        ({"medicine_visits": 5, "ahead": True}, CourseStatus.UNDER_WAY, False),
        ({"medicine_visits": 7, "ahead": True}, CourseStatus.COMPLETED, True),
    ],
)
def test_a_series_is_over_60_days_after_its_last_visit(
    changes: dict[str, Any], standing: CourseStatus, counts: bool
) -> None:
    found = course(**changes)
    assert (found.standing(after_60_days()), found.counts(after_60_days())) == (standing, counts)


@pytest.mark.parametrize(("days", "meant"), [(15.9, False), (16, True), (30, True), (44, True), (44.1, False)])
def test_a_reading_tells_the_outcome_about_a_month_after_the_series(days: float, meant: bool) -> None:
    one = course()
    assert ("phq-9" in follow_up(one, [answered(one.client_id, days)])) is meant


def test_the_latest_reading_that_overlaps_nothing_counts() -> None:
    one = course()
    latest = answered(one.client_id, 31, response=False)
    overlapping = answered(one.client_id, 40, overlapping=True)
    assert follow_up(one, [latest, overlapping, answered(one.client_id, 20)]) == {"phq-9": latest}


def whole_of(found: dict[str, Counts]) -> tuple[int, int, dict[Outcome, int]]:
    split = found["induction"].measures["phq-9"].whole
    return split.people, split.unknown, dict(split.yes)


def test_without_such_a_reading_or_with_one_that_says_nothing_it_is_unknown_and_not_no() -> None:
    known, without, overlapping, silent = (course() for _ in range(4))
    readings = [
        answered(known.client_id, 30),
        answered(overlapping.client_id, 30, overlapping=True),
        answered(silent.client_id, 30, response=None),
    ]
    found = count([known, without, overlapping, silent], readings, after_60_days())
    people, unknown, yes = whole_of(found)
    assert (people, unknown, yes[Outcome.RESPONSE], yes[Outcome.REMISSION]) == (4, 3, 1, 0)


def test_a_person_counts_once_by_their_newest_series_of_a_protocol_that_is_over() -> None:
    first = course(planned_at=LAST - timedelta(days=400), medicine_visits=2, last_at=LAST - timedelta(days=300))
    second = course(client_id=first.client_id)
    third = course(client_id=first.client_id, planned_at=LAST, medicine_visits=1, ahead=True, last_at=LAST)
    boosters = course(client_id=first.client_id, protocol="maintenance", planned=1, medicine_visits=1)
    found = count([third, second, first, boosters], [], after_60_days())
    assert (found["induction"].people, found["induction"].completed, found["induction"].under_way) == (1, 1, 1)
    assert (found["maintenance"].people, found["maintenance"].completed) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "check_ins", "visits"),
    [
        ({}, Part.MORE, Part.MORE),
        ({"answered": 5}, Part.LESS, Part.MORE),
        ({"asked": 0, "answered": 0, "integration_visits": 2}, Part.LESS, Part.LESS),
        ({"integration_visits": 3}, Part.MORE, Part.MORE),
    ],
)
def test_who_takes_part_more_has_half_of_it(changes: dict[str, Any], check_ins: Part, visits: Part) -> None:
    one = course(**changes)
    assert (one.part(Engagement.CHECK_INS), one.part(Engagement.INTEGRATION_VISITS)) == (check_ins, visits)


def test_an_instrument_has_the_outcomes_that_it_has_rules_for_and_depth_has_none() -> None:
    assert Outcome.RESPONSE in outcomes_of(load_instrument("phq-9"))
    assert outcomes_of(load_instrument("meq-30")) == ()
    assert outcomes_of(load_instrument("c-ssrs-screener")) == ()


# In the database.


def counted(bench: Bench, clinic: str = "maple") -> dict[str, Counts]:
    with bench.store.transaction(clinic, Actor("test"), MADE) as tx:
        courses = courses_until(tx.now, tx)
        return count(courses, answered_after(courses, tx.now, tx), tx.now)


def told(bench: Bench, clinic: str = "maple") -> dict[str, tuple[int, date]]:
    with bench.store.transaction(clinic, Actor("test"), MADE) as tx:
        return {row.protocol: (row.people, row.counted_until) for row in tx.all(select(OutcomeFigures))}


def test_a_series_is_counted_from_what_others_tell(rosa: Story) -> None:
    bench, series = rosa.bench, str(uuid4())
    rosa.screened(18)
    rosa.tell(SeriesPlanned, series=series, protocol="induction", medicine_visits=2)
    for _ in range(2):
        visit = str(uuid4())
        rosa.visited(visit=visit, series=series)
        for check_in in rosa.see("windows")[0]["check_ins"]:
            rosa.do(f"check-ins/{check_in['id']}/answer")
        rosa.visited(visit=str(uuid4()), kind="integration", series=series)
        bench.advance(days=7)
    bench.advance(days=23)
    rosa.measure(1, 1, 1, 1, 1, 1, 1, 2, 0)
    bench.advance(days=40)

    found = counted(bench)["induction"]

    assert (found.people, found.completed, found.under_way) == (1, 1, 0)
    measured: MeasureCounts = found.measures["phq-9"]
    assert (measured.whole.unknown, measured.whole.yes[Outcome.RESPONSE]) == (0, 1)
    assert measured.parts[Engagement.CHECK_INS][Part.MORE].people == 1
    assert measured.parts[Engagement.INTEGRATION_VISITS][Part.MORE].people == 1
    assert counted(bench, "cedar") == {}


def test_a_booked_medicine_visit_keeps_a_series_under_way_until_it_is_cancelled(rosa: Story) -> None:
    series, visit = str(uuid4()), str(uuid4())
    rosa.tell(SeriesPlanned, series=series, protocol="induction", medicine_visits=6)
    rosa.visited(series=series)
    later = rosa.bench.clock() + timedelta(days=90)
    times = {"starts_at": later.isoformat(), "ends_at": (later + timedelta(hours=3)).isoformat()}
    rosa.tell(AppointmentBooked, visit=visit, kind="medicine", **times)
    rosa.bench.advance(days=61)
    assert counted(rosa.bench)["induction"].under_way == 1

    rosa.tell(AppointmentCancelled, visit=visit)

    assert (counted(rosa.bench)["induction"].people, counted(rosa.bench)["induction"].completed) == (1, 0)


def test_it_is_counted_as_a_month_begins_and_every_month_from_then_on(bench: Bench) -> None:
    many(bench, 30, responded=15)
    assert told(bench) == {}
    month_begins(bench)
    assert told(bench) == {"induction": (30, date(2026, 12, 1))}
    many(bench, 11, days_ago=130)
    bench.advance(days=31)
    assert told(bench) == {"induction": (41, date(2027, 1, 1))}


def test_it_is_told_anew_only_when_eleven_more_have_come(bench: Bench) -> None:
    many(bench, 30, responded=15)
    month_begins(bench)
    many(bench, 10, days_ago=130, responded=10)
    bench.advance(days=31)
    assert told(bench) == {"induction": (30, date(2026, 12, 1))}
    many(bench, 1, days_ago=160)
    bench.advance(days=31)
    assert told(bench) == {"induction": (41, date(2027, 2, 1))}


def test_fewer_than_eleven_leave_no_row(bench: Bench) -> None:
    many(bench, 10, responded=5)
    month_begins(bench)
    assert told(bench) == {}


def test_whoever_is_erased_is_in_no_number_at_once(bench: Bench) -> None:
    people = many(bench, 12, responded=6)
    month_begins(bench)
    assert told(bench)["induction"][0] == 12

    bench.hear(ClientErased.from_data(people[0], ClientErased.sample_data()))
    assert told(bench) == {"induction": (11, date(2026, 12, 1))}

    bench.hear(ClientErased.from_data(people[1], ClientErased.sample_data()))
    assert told(bench) == {}


def test_a_clinic_that_is_told_again_counts_no_sooner_and_no_later(bench: Bench, maple: Clinic) -> None:
    def timers() -> list[Any]:
        with bench.owner.connect() as connection:
            query = "select clinic, due_at, state from timer where kind = 'outcomes' order by clinic"
            return list(connection.execute(text(query)))

    before = timers()
    bench.advance(days=1)
    bench.hear(ClinicConfigured(subject=maple.subject, clinic=maple))
    assert timers() == before
    assert {row.state for row in before} == {"set"}


def test_whoever_leaves_a_network_is_no_part_of_it_from_then_on(bench: Bench, maple: Clinic) -> None:
    many(bench, 30, responded=15)
    month_begins(bench)
    left = Clinic.load(maple.dump() | {"network": None, "version": maple.version + 1})
    bench.hear(ClinicConfigured(subject=maple.subject, clinic=left))
    with bench.store.transaction("cedar", Actor("test"), MADE) as tx:
        assert tx.session.execute(text("select * from outcomes_of_network()")).all() == []


def test_the_function_answers_for_the_network_of_the_clinic_that_is_set_and_says_nothing_without(bench: Bench) -> None:
    many(bench, 30, responded=15)
    month_begins(bench)
    with bench.store.transaction("cedar", Actor("test"), MADE) as tx:
        [row] = tx.session.execute(text("select * from outcomes_of_network()")).mappings()
        assert set(row) == {"protocol", "counted_until", "told"}
        tx.session.execute(text("select set_config('afterglow.clinic', '', true)"))
        assert tx.session.execute(text("select * from outcomes_of_network()")).all() == []
        tx.session.execute(text("select set_config('afterglow.clinic', '*', true)"))
        assert tx.session.execute(text("select * from outcomes_of_network()")).all() == []
        tx.abandon()


def test_what_lies_in_the_database_is_what_may_be_told(bench: Bench) -> None:
    many(bench, 30, answered=25, responded=14, remitted=3)
    month_begins(bench)
    with bench.owner.connect() as connection:
        stored = connection.scalar(text("select told::text from outcome_figures"))
    assert '"count": 14' in stored
    assert not re.search(r": (3|5|25)\b", stored)


def test_a_reading_of_an_unknown_instrument_is_passed_over(bench: Bench) -> None:
    [client] = many(bench, 1, responded=1)
    with bench.store.transaction("maple", Actor("test"), MADE) as tx:
        tx.add(reading(client, "maple", bench.clock() - timedelta(days=70), True, True, "of-tomorrow"))
    assert set(counted(bench)["induction"].measures) == {"phq-9"}


def test_clinics_of_before_are_counted_as_soon_as_they_have_been_upgraded(upgrade: Upgrade, maple: Clinic) -> None:
    upgrade.to("0010")
    upgrade.insert("clinic", id="maple", version=1, facts=json.dumps(maple.dump()), changed_at=MONDAY)
    upgrade.to()
    with upgrade.admin.connect() as connection:
        [timer] = connection.execute(text("select kind, subject, state from timer where clinic = 'maple'"))
    assert tuple(timer) == ("outcomes", maple.subject, "set")
