"""A clinical rule set is in force only by the name of a medical director who did not propose it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from shared.clinics import Clinic
from shared.events.intake import ClinicRulesApproved, ClinicRulesProposed, ClinicRulesRejected
from shared.testing.bench import Bench

from .house import House, days, somewhere_else
from .people import accepted, problem


def test_what_is_proposed_changes_nothing_and_waits_for_a_medical_director(birch: House) -> None:
    change = accepted(birch.propose(clearance_days=days(60)))

    assert (change["status"], change["author"], change["based_on"]) == ("proposed", "clinic_admin-at-birch", 1)
    assert birch.in_force().rules.clearance_days.value == 90
    assert len(birch.configured()) == 1
    (told,) = birch.bench.published(ClinicRulesProposed)
    assert told.data == {"proposal": change["id"], "proposed_by": "clinic_admin-at-birch"}


def test_who_approves_sees_what_would_be_different_and_nothing_else(birch: House) -> None:
    guards = [
        guard | ({"hard_high": "2.5"} if guard["route"] == "IM" else {}) for guard in birch.rules()["dose_guards"]
    ]

    change = accepted(birch.propose(clearance_days=days(60), dose_guards=guards, fasting=None))

    read = accepted(birch.director.get(f"/clinic/changes/{change['id']}"), 200)
    differences = {line["what"]: (line["before"], line["after"]) for line in read["difference"]}
    assert differences["Clearance days › Value"] == ("90", "60")
    assert differences["Clearance days › Basis"] == ("product_default", "clinic")
    assert differences["Dose guards › IM › Refused above (mg/kg)"] == ("3.0", "2.5")
    assert differences["Fasting › Hours without food"] == ("6", None)
    assert {what.split(" › ")[0] for what in differences} == {"Clearance days", "Dose guards", "Fasting"}


def test_an_approved_set_is_in_force_by_the_name_of_who_approved_it(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))

    approved = accepted(birch.approve(proposal))

    assert (approved["status"], approved["became"]) == ("in_force", 5)
    assert (approved["decided_by"], approved["decided_by_name"]) == ("medical_director-at-birch", "Dr. Ines Okafor")
    rules = birch.in_force().rules
    assert (rules.version, rules.clearance_days.value, rules.effective_from) == (2, 60, date(2026, 11, 2))
    assert (rules.approved_by, rules.approver) == ("Dr. Ines Okafor", "medical_director-at-birch")
    assert birch.configured()[-1].rules == rules
    (told,) = birch.bench.published(ClinicRulesApproved)
    assert told.data["effective_from"] == "2026-11-02"


def test_nobody_approves_what_they_proposed(birch: House) -> None:
    proposal = birch.proposed(caller=birch.director, clearance_days=days(60))

    problem(birch.approve(proposal), 403, "own_proposal")
    assert birch.in_force().rules.version == 1
    accepted(birch.approve(proposal, caller=birch.staff("medical_director", "another-director")))


def test_whoever_is_admin_and_director_at_once_is_still_one_person(birch: House) -> None:
    proposal = birch.proposed(caller=birch.staff("clinic_admin", "both"), clearance_days=days(60))

    problem(birch.approve(proposal, caller=birch.staff("medical_director", "both")), 403, "own_proposal")


def test_the_database_itself_lets_no_rules_come_into_force_without_a_second_person(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))

    for name in ("null", "author"):
        statement = f"update clinic_change set status = 'waiting', decided_by = {name}, decided_by_name = 'X'"
        with pytest.raises(Exception, match="clinic_change_check"), birch.bench.owner.begin() as connection:
            connection.execute(text(f"{statement} where id = :id"), {"id": proposal})


@pytest.mark.parametrize("role", ["front_desk", "therapist", "prescriber", "nurse", "network_admin", "operator"])
def test_others_neither_propose_nor_decide(birch: House, role: str) -> None:
    proposal = birch.proposed(clearance_days=days(60))

    problem(birch.propose(caller=birch.staff(role), clearance_days=days(30)), 403, "role_may_not")
    problem(birch.approve(proposal, caller=birch.staff(role)), 403, "role_may_not")
    rejection = birch.staff(role).post(f"/clinic/rules/proposals/{proposal}/rejection", {"reason": "No."})
    problem(rejection, 403, "role_may_not")


def test_an_admin_proposes_and_does_not_decide(birch: House) -> None:
    problem(birch.approve(birch.proposed(clearance_days=days(60)), caller=birch.admin), 403, "role_may_not")


def test_an_approved_set_waits_for_its_day_and_begins_with_it(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60), day=date(2026, 11, 9))
    assert accepted(birch.approve(proposal))["status"] == "waiting"

    birch.bench.advance(days=6, hours=13, minutes=59)
    assert birch.in_force().rules.version == 1
    birch.bench.advance(minutes=1)
    rules = birch.in_force().rules
    assert (rules.version, rules.effective_from, rules.approved_by) == (2, date(2026, 11, 9), "Dr. Ines Okafor")


@pytest.mark.parametrize(
    ("zone", "day", "midnight"),
    [
        ("Australia/Lord_Howe", "2027-04-04", "2027-04-03T13:00Z"),  # Clocks go back by half an hour at 02:00.
        ("Australia/Lord_Howe", "2027-04-05", "2027-04-04T13:30Z"),
        ("America/New_York", "2027-03-14", "2027-03-14T05:00Z"),  # Clocks go on by an hour at 02:00.
        ("America/New_York", "2027-03-15", "2027-03-15T04:00Z"),
    ],
)
def test_rules_begin_at_the_clinics_midnight_whatever_its_clocks_do(
    bench: Bench, maple: Clinic, zone: str, day: str, midnight: str
) -> None:
    house = House.added(bench, somewhere_else(maple, zone))
    accepted(house.approve(house.proposed(clearance_days=days(60), day=date.fromisoformat(day))))

    with bench.store.carrier() as session:
        due_at = session.execute(text("select due_at from timer where kind = 'clinic_change_due'")).scalar_one()
    assert due_at.isoformat() == midnight.replace("Z", ":00+00:00")
    bench.clock.at = due_at
    bench.advance(seconds=0)
    assert house.in_force().rules.effective_from == date.fromisoformat(day)


def test_what_is_approved_after_its_day_is_in_force_from_the_approval_on(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60), day=date(2026, 11, 4))
    birch.bench.advance(days=3)

    assert accepted(birch.approve(proposal))["status"] == "in_force"
    assert birch.in_force().rules.effective_from == date(2026, 11, 5)


def test_rules_that_came_late_are_on_record_from_the_day_on_which_they_were_in_force(birch: House) -> None:
    """No worker ran for three days: until then everybody went by the old rules."""
    accepted(birch.approve(birch.proposed(clearance_days=days(60), day=date(2026, 11, 9))))

    birch.bench.advance(days=10)

    assert birch.in_force().rules.effective_from == date(2026, 11, 12)


def test_the_rules_of_any_day_can_be_asked_for(birch: House) -> None:
    accepted(birch.approve(birch.proposed(clearance_days=days(60), day=date(2026, 11, 9))))
    birch.bench.advance(days=6, hours=14)
    accepted(birch.change(name="Birch Hall"), 200)
    accepted(birch.approve(birch.proposed(clearance_days=days(30), day=date(2026, 12, 1))))

    def on(day: str) -> tuple[int, int]:
        read = accepted(birch.staff("prescriber").get(f"/clinic/rules?on={day}"), 200)
        return read["version"], read["clearance_days"]["value"]

    assert on("2026-01-01") == on("2026-11-08") == (1, 90)
    assert on("2026-11-09") == on("2026-11-30") == (2, 60)
    assert on("2026-12-01") == on("2030-01-01") == (3, 30)
    assert accepted(birch.admin.get("/clinic/rules"), 200)["version"] == 2
    problem(birch.admin.get("/clinic/rules?on=2025-12-31"), 404, "not_found")
    for rubbish in ("today", "2026-02-30", "2026-11-09T00:00"):
        problem(birch.admin.get(f"/clinic/rules?on={rubbish}"), 422, "query_malformed")


def test_a_set_that_is_approved_puts_aside_the_one_that_waited(birch: House) -> None:
    first = birch.proposed(clearance_days=days(60), day=date(2026, 12, 1))
    second = birch.proposed(clearance_days=days(45), day=date(2026, 11, 20))
    accepted(birch.approve(first))

    accepted(birch.approve(second))

    assert (birch.status(first), birch.status(second)) == ("superseded", "waiting")
    birch.bench.advance(days=40)
    assert birch.in_force().rules.clearance_days.value == 45
    assert birch.in_force().rules.version == 2


def test_what_was_proposed_on_rules_that_are_no_longer_in_force_is_proposed_anew(birch: House) -> None:
    """Its difference was to the old set: approved, it would silently undo the new one."""
    late = birch.proposed(blood_pressure_hold=birch.rules()["blood_pressure_hold"] | {"systolic": 150})
    accepted(birch.approve(birch.proposed(clearance_days=days(60))))

    assert birch.status(late) == "superseded"
    problem(birch.approve(late), 409, "change_decided")
    assert birch.in_force().rules.blood_pressure_hold.systolic == 160


def test_directors_who_approve_two_sets_together_leave_one_in_force(birch: House) -> None:
    proposals = [birch.proposed(clearance_days=days(value)) for value in (30, 40, 50, 60)]

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda proposal: birch.approve(proposal).status_code, proposals))

    assert sorted(statuses) == [201, 409, 409, 409]
    assert birch.in_force().rules.version == 2
    assert sorted(map(birch.status, proposals)) == ["in_force", "superseded", "superseded", "superseded"]


def test_a_director_puts_a_set_aside_with_a_reason_that_stays_on_record(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(360))

    rejected = accepted(
        birch.director.post(f"/clinic/rules/proposals/{proposal}/rejection", {"reason": "Far too long."})
    )

    assert (rejected["status"], rejected["reason"]) == ("rejected", "Far too long.")
    assert rejected["decided_by"] == "medical_director-at-birch"
    problem(birch.approve(proposal), 409, "change_decided")
    (told,) = birch.bench.published(ClinicRulesRejected)
    assert told.data == {"proposal": proposal, "rejected_by": "medical_director-at-birch"}
    assert accepted(birch.admin.get(f"/clinic/changes/{proposal}"), 200)["difference"][0]["after"] == "360"


def test_an_approved_set_can_be_rejected_before_its_day(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60), day=date(2026, 11, 9))
    accepted(birch.approve(proposal))

    accepted(birch.director.post(f"/clinic/rules/proposals/{proposal}/rejection", {"reason": "We found a flaw."}))

    birch.bench.advance(days=10)
    assert birch.in_force().rules.version == 1


def test_who_proposed_takes_it_back_and_nobody_else_does(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))
    path = f"/clinic/rules/proposals/{proposal}/withdrawal"

    problem(birch.director.post(path), 403, "not_your_proposal")
    assert accepted(birch.admin.post(path))["status"] == "withdrawn"
    problem(birch.approve(proposal), 409, "change_decided")


def test_what_is_approved_is_not_taken_back_by_who_proposed_it(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60), day=date(2026, 11, 9))
    accepted(birch.approve(proposal))

    problem(birch.admin.post(f"/clinic/rules/proposals/{proposal}/withdrawal"), 409, "proposal_approved")
    problem(birch.approve(proposal), 409, "proposal_approved")


def test_a_change_of_facts_is_no_proposal_and_a_proposal_no_change_of_facts(birch: House) -> None:
    accepted(birch.change(name="Birch Hall", effective_from="2026-12-01"), 200)
    facts, rules = birch.state()["changes"][0]["id"], birch.proposed(clearance_days=days(60))

    problem(birch.approve(facts), 404, "not_found")
    problem(birch.admin.post(f"/clinic/rules/proposals/{facts}/withdrawal"), 404, "not_found")
    problem(birch.admin.post(f"/clinic/changes/{rules}/withdrawal"), 404, "not_found")


def test_another_clinics_director_finds_no_such_proposal(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))

    problem(birch.approve(proposal, caller=birch.bench.as_("medical_director", clinic="cedar")), 404, "not_found")
    assert birch.status(proposal) == "proposed"


def test_whoever_began_from_rules_that_are_no_longer_in_force_reads_again(birch: House) -> None:
    accepted(birch.approve(birch.proposed(clearance_days=days(60))))

    problem(birch.propose(on=1, clearance_days=days(90)), 412, "rules_changed")


def test_to_propose_what_is_in_force_is_a_slip(birch: House) -> None:
    problem(birch.propose(), 409, "rules_unchanged")


def test_who_approves_prints_their_name(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))
    path = f"/clinic/rules/proposals/{proposal}/approval"

    for body in ({}, {"printed_name": ""}, {"printed_name": "  "}, {"printed_name": "x" * 121}, {"printed_name": None}):
        assert birch.director.post(path, body).status_code == 422
    assert birch.status(proposal) == "proposed"


def test_the_second_of_two_equal_requests_decides_nothing_more(birch: House) -> None:
    proposal = birch.proposed(clearance_days=days(60))
    path, key = f"/clinic/rules/proposals/{proposal}/approval", {"Idempotency-Key": "once"}

    first = birch.director.post(path, {"printed_name": "Dr. Ines Okafor"}, headers=key)
    again = birch.director.post(path, {"printed_name": "Dr. Ines Okafor"}, headers=key)

    assert (accepted(first), again.headers["Idempotent-Replay"]) == (accepted(again), "true")
    assert len(birch.bench.published(ClinicRulesApproved)) == 1


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"clearance_days": days(0)}, "/rules/clearance_days/value"),
        ({"clearance_days": days(367)}, "/rules/clearance_days/value"),
        ({"clearance_days": days(-1)}, "/rules/clearance_days/value"),
        ({"clearance_days": {"value": 60, "basis": "clinic", "source": ""}}, "/rules/clearance_days/source"),
        ({"clearance_days": {"value": 60, "basis": "guideline", "source": "X"}}, "/rules/clearance_days/basis"),
        ({"clearance_days": {"value": 60}}, "/rules/clearance_days/basis"),
        ({"discharge_score": {"value": 11, "basis": "clinic", "source": "X"}}, "/rules/discharge_score/value"),
        (
            {"blood_pressure_hold": {"systolic": 90, "diastolic": 100, "basis": "clinic", "source": "X"}},
            "/rules/blood_pressure_hold/diastolic",
        ),
        (
            {"driving": {"no_drive_rule": "hours", "basis": "clinic", "source": "X"}},
            "/rules/driving/no_drive_h",
        ),
        (
            {"fasting": {"fast_solids_h": 2, "fast_clear_h": 6, "basis": "clinic", "source": "X"}},
            "/rules/fasting/fast_clear_h",
        ),
        ({"check_ins": {"hours_after": [72, 24], "basis": "clinic", "source": "X"}}, "/rules/check_ins/hours_after"),
        ({"check_ins": {"hours_after": [0, 24], "basis": "clinic", "source": "X"}}, "/rules/check_ins/hours_after"),
        (
            {"check_ins_by_route": [{"route": "IM", "hours_after": [24, 24], "basis": "clinic", "source": "X"}]},
            "/rules/check_ins_by_route/0/hours_after",
        ),
        (
            {"check_ins_by_route": [{"route": "IM", "hours_after": [24], "basis": "clinic", "source": "X"}] * 2},
            "/rules/check_ins_by_route/1/route",
        ),
        ({"surprise": 1}, "/rules/surprise"),
        ({"version": 7}, "/rules/version"),
        ({"approved_by": "Dr. Nobody"}, "/rules/approved_by"),
    ],
)
def test_rules_that_make_no_sense_are_not_even_proposed(birch: House, changes: dict[str, Any], path: str) -> None:
    answer = birch.propose(**changes)

    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert path in [error["path"] for error in answer.get_json()["errors"]]
    assert birch.bench.published(ClinicRulesProposed) == []


@pytest.mark.parametrize(
    ("list_name", "change", "path"),
    [
        ("dose_guards", {"soft_low": "2"}, "soft_low"),
        ("dose_guards", {"hard_high": "0.5"}, "soft_low"),
        ("dose_guards", {"soft_low": "much"}, "soft_low"),
        ("dose_guards", {"route": "IM"}, "route"),
        ("protocols", {"window_days": 10}, "window_days"),
        ("protocols", {"medicine_visits": 0}, "medicine_visits"),
        ("staff_ratios", {"clients_per_monitor": 0}, "clients_per_monitor"),
        ("vitals", {"at_minutes": []}, "at_minutes"),
        ("vitals", {"at_minutes": [15, 0]}, "at_minutes"),
        ("measures", {"instrument": "rorschach"}, "instrument"),
        ("measures", {"days_after_series": [0]}, "days_after_series"),
        ("measures", {"instrument": "gad-7"}, "instrument"),
    ],
)
def test_an_item_that_makes_no_sense_is_named(birch: House, list_name: str, change: dict[str, Any], path: str) -> None:
    first, *others = birch.rules()[list_name]

    answer = birch.propose(**{list_name: [first | change, *others]})

    assert answer.status_code == 422, answer.get_data(as_text=True)
    named = [error["path"] for error in answer.get_json()["errors"]]
    assert any(name.startswith(f"/rules/{list_name}/") and name.endswith(path) for name in named), named


def test_a_route_that_is_no_longer_offered_has_no_schedule_either(birch: House) -> None:
    rules = birch.rules()
    only_im = {name: [i for i in rules[name] if i["route"] == "IM"] for name in ("dose_guards", "staff_ratios")}

    answer = birch.propose(**only_im)

    named = {error["path"] for error in answer.get_json()["errors"]}
    assert named == {f"/rules/vitals/{place}/route" for place in (0, 2, 3, 4, 5)}
