"""A prescriber decides, a clearance ends, and the clinic is told in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from shared.events.intake import ClearanceDecided, ClearanceExpired, ClearanceExpiring

from .people import Somebody, accepted, phq9, problem


def flagged(rosa: Somebody, **answers: bool | None) -> dict:
    return rosa.hand_in(phq9(0, at=rosa.bench.clock()), **answers)


def test_a_prescriber_clears_for_ninety_days_and_everyone_hears_of_it(rosa: Somebody) -> None:
    screening = flagged(rosa, pregnancy=None)

    clearance = accepted(rosa.decide(screening, valid_days=90))

    assert clearance["outcome"] == "cleared"
    assert clearance["valid_until"] == "2027-01-31"
    assert (clearance["routes"], clearance["weight_kg"]) == (["IM"], "70.0")
    assert clearance["decided_by"] == "prescriber-at-maple"
    (told,) = rosa.bench.published(ClearanceDecided)
    assert told.data == {
        "clearance": clearance["id"],
        "outcome": "cleared",
        "valid_until": "2027-01-31",
        "routes": ["IM"],
        "weight_kg": "70.0",
        "decided_at": clearance["decided_at"],
    }
    seen = accepted(rosa.staff("therapist").get(f"/screenings/{screening['id']}"), 200)
    (decision,) = seen["decisions"]
    assert decision["reviewed_flags"] == [{"code": "pregnancy_unknown", "finding": "Asked in person."}]
    assert decision["rules_version"] == 1


def test_cleared_on_10_february_2027_for_ninety_days_covers_11_may(rosa: Somebody) -> None:
    rosa.bench.clock.at = datetime(2027, 2, 10, 15, 0, tzinfo=UTC)
    assert rosa.cleared()["valid_until"] == "2027-05-11"

    # 23:59 in New York on the last day, and two minutes later.
    for instant, covers in (
        (datetime(2027, 5, 12, 3, 59, tzinfo=UTC), True),
        (datetime(2027, 5, 12, 4, 1, tzinfo=UTC), False),
    ):
        rosa.bench.clock.at = instant
        seen = accepted(rosa.staff("front_desk").get(f"/clients/{rosa.id}/clearance"), 200)
        assert seen["covers_today"] is covers


def test_the_day_of_the_decision_is_the_clinics_and_not_greenwichs(nell: Somebody) -> None:
    nell.bench.clock.at = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)  # Still 2 November at Cedar in Los Angeles.

    assert nell.cleared(valid_days=1)["valid_until"] == "2026-11-03"


def test_only_a_prescriber_decides(rosa: Somebody) -> None:
    screening = rosa.hand_in()
    others = [rosa.staff(role) for role in ("therapist", "nurse", "medical_director", "clinic_admin", "front_desk")]
    for caller in (*others, rosa.themselves()):
        answer = caller.post(f"/screenings/{screening['id']}/clearance", rosa.order(screening))
        problem(answer, 403, "role_may_not")


def test_clearing_without_having_looked_is_refused_and_changes_nothing(rosa: Somebody) -> None:
    screening = flagged(rosa, pregnancy=None, bipolar=True)

    refusal = problem(rosa.decide(screening, reviewed_flags=[]), 409, "open_flags")

    assert refusal["facts"] == {"codes": ["pregnancy_unknown"]}
    assert "pregnancy_unknown" in refusal["detail"]
    assert rosa.bench.published(ClearanceDecided) == []
    problem(rosa.staff("nurse").get(f"/clients/{rosa.id}/clearance"), 404, "not_found")


def test_a_stop_among_the_flags_that_nobody_looked_at_is_named_as_one(rosa: Somebody) -> None:
    screening = flagged(rosa, pregnancy=True, seizures=True)

    refusal = problem(rosa.decide(screening, reviewed_flags=[]), 409, "open_stop_flags")
    assert refusal["facts"]["codes"] == ["pregnancy_yes", "seizures_yes"]

    looked_at_the_stop = [{"code": "pregnancy_yes", "finding": "Test negative today."}]
    problem(rosa.decide(screening, reviewed_flags=looked_at_the_stop), 409, "open_flags")
    accepted(rosa.decide(screening))


@pytest.mark.parametrize("finding", ["", "   "])
def test_an_empty_finding_is_none(rosa: Somebody, finding: str) -> None:
    screening = flagged(rosa, pregnancy=None)

    reviewed = [{"code": "pregnancy_unknown", "finding": finding}]
    problem(rosa.decide(screening, reviewed_flags=reviewed), 409, "open_flags")


def test_a_finding_about_a_flag_that_there_is_not_is_refused(rosa: Somebody) -> None:
    screening = flagged(rosa)

    problem(rosa.decide(screening, reviewed_flags=[{"code": "gout_yes", "finding": "None."}]), 422, "flag_unknown")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"routes": []}, "route_missing"),
        ({"weight_kg": None}, "weight_missing"),
        ({"valid_days": 91}, "clearance_too_long"),
        ({"outcome": "cleared_with_conditions"}, "conditions_missing"),
        ({"outcome": "deferred"}, "reason_missing"),
        ({"outcome": "declined"}, "reason_missing"),
    ],
)
def test_a_decision_that_lacks_what_it_needs_is_refused_by_the_rule_that_needs_it(
    rosa: Somebody, order: dict, code: str
) -> None:
    problem(rosa.decide(rosa.hand_in(), **order), 409, code)

    assert rosa.bench.published(ClearanceDecided) == []


@pytest.mark.parametrize(
    "order", [{"weight_kg": "700"}, {"weight_kg": "7"}, {"valid_days": 0}, {"routes": ["XX"]}, {"outcome": "maybe"}]
)
def test_what_can_only_be_a_typing_error_is_not_acceptable(rosa: Somebody, order: dict) -> None:
    problem(rosa.decide(rosa.hand_in(), **order), 422, "invalid")


def test_a_route_for_which_the_clinic_has_no_rule_is_not_cleared(rosa: Somebody) -> None:
    with rosa.bench.owner.begin() as connection:
        connection.execute(text("update clinic set facts = jsonb_set(facts, '{rules,dose_guards}', '[]')"))

    refusal = problem(rosa.decide(rosa.hand_in()), 409, "route_not_offered")
    assert refusal["facts"]["routes"] == ["IM"]


@pytest.mark.parametrize("outcome", ["deferred", "declined"])
def test_deferring_and_declining_need_a_reason_and_no_findings_and_cover_no_day(rosa: Somebody, outcome: str) -> None:
    screening = flagged(rosa, pregnancy=True)

    order = {"outcome": outcome, "reason": "Test first.", "reviewed_flags": [], "routes": ["IM"], "valid_days": 30}
    decision = accepted(rosa.decide(screening, **order))

    assert (decision["valid_until"], decision["routes"], decision["covers_today"]) == (None, [], False)
    (told,) = rosa.bench.published(ClearanceDecided)
    assert (told.data["outcome"], told.data["valid_until"], told.data["routes"]) == (outcome, None, [])


def test_the_desk_and_the_client_learn_the_decision_and_not_its_reasons(rosa: Somebody) -> None:
    rosa.cleared(outcome="cleared_with_conditions", conditions="Blood pressure below 140/90.")

    for caller in (rosa.staff("front_desk"), rosa.themselves(), rosa.staff("therapist")):
        answer = caller.get(f"/clients/{rosa.id}/clearance")
        assert accepted(answer, 200)["outcome"] == "cleared_with_conditions"
        assert "140/90" not in answer.get_data(as_text=True)
        assert "Asked in person" not in answer.get_data(as_text=True)


def test_a_newer_decision_replaces_the_older_one(rosa: Somebody) -> None:
    screening = flagged(rosa)
    accepted(rosa.decide(screening))

    accepted(rosa.decide(screening, outcome="deferred", reason="New medicine."))

    assert accepted(rosa.staff("nurse").get(f"/clients/{rosa.id}/clearance"), 200)["outcome"] == "deferred"
    seen = accepted(rosa.staff("prescriber").get(f"/screenings/{screening['id']}"), 200)
    assert sorted(decision["replaced_at"] is None for decision in seen["decisions"]) == [False, True]
    assert [event.data["outcome"] for event in rosa.bench.published(ClearanceDecided)] == ["cleared", "deferred"]


def test_two_prescribers_who_decide_together_leave_one_decision_standing(rosa: Somebody) -> None:
    screening = flagged(rosa)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rosa.decide(screening).status_code, range(6)))

    assert answers == [201] * 6
    with rosa.bench.owner.begin() as connection:
        assert connection.scalar(text("select count(*) from clearance where replaced_at is null")) == 1


def due(rosa: Somebody) -> dict[str, datetime]:
    with rosa.bench.owner.begin() as connection:
        rows = connection.execute(text("select key, due_at from timer where state = 'set'")).all()
    return {row.key.rpartition("/")[2]: row.due_at for row in rows}


def test_the_end_is_announced_at_nine_at_the_clinic_fourteen_seven_and_one_day_before(rosa: Somebody) -> None:
    rosa.bench.clock.at = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
    clearance = rosa.cleared(valid_days=75)
    assert clearance["valid_until"] == "2027-03-20"

    # The clocks of New York go forward on 14 March 2027: 09:00 is 14:00 UTC before and 13:00 UTC after.
    assert due(rosa) == {
        "14-days-before": datetime(2027, 3, 6, 14, 0, tzinfo=UTC),
        "7-days-before": datetime(2027, 3, 13, 14, 0, tzinfo=UTC),
        "1-days-before": datetime(2027, 3, 19, 13, 0, tzinfo=UTC),
        "end": datetime(2027, 3, 21, 4, 0, tzinfo=UTC),
    }
    for instant in sorted(due(rosa).values()):
        rosa.bench.clock.at = instant - timedelta(seconds=1)
        before = len(rosa.bench.published())
        rosa.bench.advance(seconds=0)
        assert len(rosa.bench.published()) == before
        rosa.bench.advance(seconds=1)
        assert len(rosa.bench.published()) == before + 1

    expiring = rosa.bench.published(ClearanceExpiring)
    assert [event.data["days_left"] for event in expiring] == [14, 7, 1]
    (expired,) = rosa.bench.published(ClearanceExpired)
    assert expired.data == {"clearance": clearance["id"], "valid_until": "2027-03-20"}
    assert expired.subject == rosa.id


def test_the_end_at_a_clinic_whose_clocks_go_back_that_night_is_its_own_midnight(nell: Somebody) -> None:
    nell.bench.clock.at = datetime(2027, 10, 1, 18, 0, tzinfo=UTC)
    assert nell.cleared(valid_days=37)["valid_until"] == "2027-11-07"

    # Los Angeles leaves summer time at 02:00 on 7 November 2027; that day has 25 hours.
    assert due(nell)["end"] == datetime(2027, 11, 8, 8, 0, tzinfo=UTC)
    assert due(nell)["1-days-before"] == datetime(2027, 11, 6, 16, 0, tzinfo=UTC)


def test_a_short_clearance_announces_only_the_days_that_are_still_to_come(rosa: Somebody) -> None:
    rosa.cleared(valid_days=7)

    assert sorted(due(rosa)) == ["1-days-before", "end"]


def test_a_newer_clearance_takes_over_the_announcements_of_the_older(rosa: Somebody) -> None:
    first = rosa.cleared(valid_days=30)
    rosa.bench.advance(days=10)
    second = rosa.cleared(valid_days=5)
    assert sorted(due(rosa)) == ["1-days-before", "end"]

    rosa.bench.advance(days=4)
    rosa.bench.advance(days=30)

    assert [event.data["clearance"] for event in rosa.bench.published(ClearanceExpiring)] == [second["id"]]
    (expired,) = rosa.bench.published(ClearanceExpired)
    assert expired.data["clearance"] == second["id"] != first["id"]


def test_a_clearance_that_was_taken_back_neither_expires_nor_warns(rosa: Somebody) -> None:
    screening = flagged(rosa)
    accepted(rosa.decide(screening))
    accepted(rosa.decide(screening, outcome="declined", reason="New findings."))
    assert due(rosa) == {}

    rosa.bench.advance(days=120)

    assert rosa.bench.published(ClearanceExpired) == []


def test_a_warning_that_fires_late_says_what_is_so_then(rosa: Somebody) -> None:
    rosa.cleared(valid_days=30)

    rosa.bench.advance(days=24)  # The worker was away from day 14 on; six days are left.

    (expiring,) = rosa.bench.published(ClearanceExpiring)
    assert expiring.data["days_left"] == 6
    rosa.bench.advance(days=7)
    assert len(rosa.bench.published(ClearanceExpiring)) == 1
    assert len(rosa.bench.published(ClearanceExpired)) == 1


def test_the_weight_is_kept_exactly_as_it_was_given(rosa: Somebody) -> None:
    rosa.cleared(weight_kg="68.25")

    (told,) = rosa.bench.published(ClearanceDecided)
    assert told.event().weight_kg == Decimal("68.25")
    assert told.event().valid_until == date(2027, 1, 31)
