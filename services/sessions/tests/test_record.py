"""What is written about a visit: truthful times, corrections in the open, and no way round the board."""

from typing import Any
from uuid import uuid4

import pytest

from shared.events.sessions import AppointmentCancelled, SessionCompleted, SessionDosed, SessionHeld
from shared.testing.bench import Bench

from .conftest import Story, refused


def lines(story: Story, kind: str) -> list[dict[str, Any]]:
    return [line for line in story.see("/record")["items"] if line["kind"] == kind]


def test_a_wrong_reading_is_corrected_by_a_new_line_and_stays_readable(rosa: Story) -> None:
    rosa.checked_in()
    wrong = rosa.measured(182, 82).get_json()["id"]
    rosa.bench.advance(minutes=2)
    right = rosa.do("nurse", f"vitals/{wrong}/correction", systolic=128, diastolic=82, reason="Digits changed places.")

    assert right.status_code == 201
    first, second = lines(rosa, "vitals")
    assert (first["id"], first["data"]["systolic"], first["correction_of"]) == (wrong, 182, None)
    assert (second["data"]["systolic"], second["correction_of"]) == (128, wrong)
    assert second["data"]["reason"] == "Digits changed places."
    assert second["at"] == first["at"] < second["entered_at"]


def test_a_line_is_corrected_once_and_then_its_correction_is(rosa: Story) -> None:
    rosa.checked_in()
    wrong = rosa.measured(120, 70).get_json()["id"]
    body = {"systolic": 121, "diastolic": 71, "reason": "Misread."}
    second = rosa.do("nurse", f"vitals/{wrong}/correction", **body).get_json()["id"]
    facts = refused(rosa.do("nurse", f"vitals/{wrong}/correction", **body), "already_corrected")
    assert facts["corrected_by"] == second
    assert rosa.do("nurse", f"vitals/{second}/correction", **body).status_code == 201


def test_a_correction_names_a_line_of_that_kind_in_that_visit(rosa: Story) -> None:
    rosa.dosed()
    dosed, measured = lines(rosa, "dosed")[0]["id"], lines(rosa, "vitals")[0]["id"]
    vitals = {"systolic": 120, "diastolic": 70, "reason": "Misread."}
    refused(rosa.do("nurse", f"vitals/{dosed}/correction", **vitals), "not_found", 404)
    refused(rosa.do("nurse", f"vitals/{uuid4()}/correction", **vitals), "not_found", 404)
    dose = {"dose_mg": "30", "lot": "KX-2207", "reason": "5 mg stayed in the syringe."}
    refused(rosa.do("nurse", f"doses/{measured}/correction", **dose), "not_found", 404)


def test_a_reading_corrected_upwards_holds_the_visit_and_one_corrected_downwards_lifts_nothing(rosa: Story) -> None:
    rosa.checked_in().ordered()
    reading = rosa.measured(118, 76).get_json()["id"]
    body = {"diastolic": 76, "reason": "Misread."}
    high = rosa.do("nurse", f"vitals/{reading}/correction", systolic=168, **body).get_json()
    assert high["held"] is True
    low = rosa.do("nurse", f"vitals/{high['id']}/correction", systolic=128, **body).get_json()
    assert low["held"] is True
    facts = refused(rosa.dose("35"), "hold_open")
    assert (facts["systolic"], facts["diastolic"]) == (168, 76)
    assert len(rosa.bench.published(SessionHeld)) == 1


def test_a_dose_is_corrected_in_the_open_and_the_guards_look_at_it_too(rosa: Story) -> None:
    rosa.dosed()
    [dose] = lines(rosa, "dosed")
    path, why = f"doses/{dose['id']}/correction", {"lot": "KX-2208", "reason": "5 mg stayed in the syringe."}
    refused(rosa.do("nurse", path, dose_mg="350", **why), "dose_above_hard_limit")
    refused(rosa.do("nurse", path, dose_mg="140", **why), "second_person_missing")
    corrected = rosa.do("nurse", path, dose_mg="30", **why).get_json()
    assert (corrected["dose_mg"], corrected["dose_mg_per_kg"]) == ("30", "0.43")
    assert [line["data"]["lot"] for line in lines(rosa, "dosed")] == ["KX-2207", "KX-2208"]
    assert len(rosa.bench.published(SessionDosed)) == 1


def test_a_reading_from_before_the_dose_that_is_written_down_late_does_not_count_as_watching_afterwards(
    rosa: Story,
) -> None:
    rosa.checked_in().ordered()
    before = rosa.bench.clock().isoformat()
    rosa.measured()
    rosa.bench.advance(minutes=5)
    rosa.dose("35")
    rosa.bench.advance(minutes=5)
    late = rosa.do("nurse", "vitals", systolic=130, diastolic=80, taken_at=before).get_json()
    assert late["phase"] == "pre_dose"
    refused(rosa.discharge(), "after_dose_vitals_missing")
    assert rosa.measured().get_json()["phase"] == "after_dose"
    assert rosa.discharge().status_code == 201


def test_after_a_further_dose_the_client_is_watched_again_before_going_home(rosa: Story) -> None:
    rosa.dosed()
    rosa.bench.advance(minutes=10)
    rosa.measured()
    rosa.ordered("25")
    assert rosa.dose("25").status_code == 201
    refused(rosa.discharge(), "after_dose_vitals_missing")
    rosa.bench.advance(minutes=60)
    rosa.measured()
    assert rosa.discharge().status_code == 201


def test_an_order_is_for_one_dose(rosa: Story) -> None:
    rosa.dosed()
    rosa.measured()
    refused(rosa.dose("35"), "order_already_given")
    assert len(rosa.bench.published(SessionDosed)) == 1


def test_a_high_reading_after_a_dose_stops_a_further_one_until_a_prescriber_orders_in_its_knowledge(
    rosa: Story,
) -> None:
    rosa.dosed().ordered("25")
    assert rosa.measured(172, 96).get_json()["held"] is False
    facts = refused(rosa.dose("25"), "hold_open")
    assert (facts["systolic"], facts["limit_systolic"]) == (172, 160)
    rosa.measured(150, 90)
    refused(rosa.dose("25"), "hold_open")
    rosa.ordered("25")
    assert rosa.dose("25").status_code == 201


def test_a_dose_is_not_dated_before_check_in_nor_before_the_vitals_nor_ahead(rosa: Story) -> None:
    rosa.ready()
    before = rosa.bench.clock().isoformat()
    rosa.bench.advance(minutes=1)
    assert rosa.do("nurse", "check-in").status_code == 201
    between = rosa.bench.clock().isoformat()
    rosa.bench.advance(minutes=1)
    rosa.ordered().measured()
    refused(rosa.dose("35", given_at=before), "before_check_in", 422)
    refused(rosa.do("nurse", "vitals", systolic=120, diastolic=70, taken_at=before), "before_check_in", 422)
    refused(rosa.dose("35", given_at=between), "pre_dose_vitals_missing")
    refused(rosa.dose("35", given_at="2026-11-02T18:00:00Z"), "in_the_future", 422)
    refused(rosa.dose("35", given_at="2026-11-02T10:00:00"), "invalid", 422)
    assert rosa.dose("35").status_code == 201


def test_a_clock_that_runs_a_little_ahead_is_taken_as_now(rosa: Story) -> None:
    rosa.checked_in().ordered()
    rosa.measured()
    ahead = rosa.bench.clock().replace(minute=rosa.bench.clock().minute + 3)
    assert rosa.dose("35", given_at=ahead.isoformat()).get_json()["given_at"] == rosa.bench.clock().isoformat()
    assert rosa.measured().get_json()["phase"] == "after_dose"


def test_what_is_no_number_of_milligrams_is_refused(rosa: Story) -> None:
    rosa.checked_in()
    for dose_mg in ("0", "-5", "NaN", "1e400", "100001", "35.0001", True, None):
        refused(rosa.do("prescriber", "order", route="IM", dose_mg=dose_mg), "invalid", 422)


def test_a_blank_second_person_is_nobody(rosa: Story) -> None:
    rosa.checked_in()
    refused(rosa.do("prescriber", "order", route="IM", dose_mg="140", confirmed_by=" "), "invalid", 422)


def test_a_client_weighed_today_is_judged_by_that_weight(rosa: Story) -> None:
    rosa.checked_in().ordered("105")
    rosa.measured()
    facts = refused(rosa.dose("105", weight_kg="30"), "dose_above_hard_limit")
    assert (facts["weight_kg"], facts["mg_per_kg"]) == ("30", "3.50")


def test_without_a_known_weight_no_dose_is_ordered(rosa: Story) -> None:
    rosa.registered().cleared(weight_kg=None).consenting()
    rosa.visit = rosa.book().get_json()["id"]
    refused(rosa.do("prescriber", "order", route="IM", dose_mg="35"), "weight_missing")


@pytest.mark.parametrize(
    ("role", "what", "body"),
    [
        ("prescriber", "order", {"route": "IM", "dose_mg": "35"}),
        ("nurse", "vitals", {"systolic": 120, "diastolic": 70}),
        ("nurse", "doses", {"order_id": str(uuid4()), "route": "IM", "dose_mg": "35", "lot": "KX-2207"}),
    ],
)
def test_a_visit_of_another_kind_is_no_way_round_the_board(
    rosa: Story, role: str, what: str, body: dict[str, Any]
) -> None:
    rosa.may_be_booked()
    rosa.visit = rosa.book(kind="integration", resources=["room-garden", "therapist-at-maple"]).get_json()["id"]
    assert rosa.do("nurse", "check-in").status_code == 201
    refused(rosa.do(role, what, **body), "not_a_medicine_visit")


def test_a_visit_that_runs_over_into_the_next_booking_is_still_discharged(rosa: Story) -> None:
    rosa.may_be_booked()
    Story(rosa.bench).may_be_booked().book(hours=3)
    rosa.dosed()
    rosa.bench.advance(hours=3, minutes=20)
    rosa.measured()
    assert rosa.discharge().status_code == 201


def test_a_visit_that_ends_early_frees_its_room_at_once(rosa: Story) -> None:
    rosa.dosed()
    rosa.bench.advance(hours=2)
    rosa.measured()
    rosa.discharge()
    assert Story(rosa.bench).may_be_booked().book().status_code == 201


def test_a_client_may_change_their_mind_up_to_the_first_dose(rosa: Story) -> None:
    rosa.checked_in()
    assert rosa.do("therapist", "cancellation", reason="She would rather not today.").status_code == 201
    assert len(rosa.bench.published(AppointmentCancelled)) == 1
    other = Story(rosa.bench).dosed()
    refused(other.do("therapist", "cancellation", reason="late"), "too_late_to_cancel")


def test_a_held_visit_is_decided_on_by_a_prescriber_and_not_cancelled(rosa: Story) -> None:
    rosa.checked_in()
    rosa.measured(168, 102)
    refused(rosa.do("therapist", "cancellation", reason="high"), "too_late_to_cancel")


def test_a_medicine_visit_ends_with_discharge_and_a_decision_needs_a_hold(rosa: Story) -> None:
    rosa.checked_in()
    refused(rosa.do("therapist", "completion"), "discharge_first")
    refused(rosa.do("prescriber", "hold-decision", decision="proceed", reason="fine"), "not_held")
    refused(rosa.discharge(), "not_dosed")
    assert rosa.bench.published(SessionCompleted) == []


def test_a_series_is_completed_with_its_last_visit(bench: Bench) -> None:
    story = Story(bench).may_be_booked()
    path = f"/clients/{story.client}/series"
    planned = bench.as_("therapist").post(path, {"protocol": "induction", "route": "IM"}).get_json()
    with bench.owner.begin() as connection:
        # Eleven of its twelve visits lie in the past; the last one is held now.
        connection.exec_driver_sql("delete from step where position < 12")
    story.visit = story.book(
        kind="integration", resources=["room-garden", "therapist-at-maple"], series_id=planned["id"]
    ).get_json()["id"]
    story.do("nurse", "check-in")
    story.do("therapist", "completion")
    assert bench.as_("therapist").get(f"{path}/{planned['id']}").get_json()["status"] == "completed"
