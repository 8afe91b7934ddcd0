"""The day of a medicine visit, from the board to the way home."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from sessions.domain.dose import DoseByWeight, check_plausible
from shared.clinics import Clinic, DoseGuard, Route
from shared.errors import Refused
from shared.events.intake import ConsentWithdrawn
from shared.events.integration import RedFlagClosed, RedFlagRaised
from shared.events.sessions import (
    SessionCompleted,
    SessionDischarged,
    SessionDosed,
    SessionHeld,
)

from .conftest import Story, refused


def test_the_board_turns_ready_only_by_what_the_others_tell(rosa: Story) -> None:
    rosa.booked()
    assert rosa.lights() == {
        "clearance": True,
        "treatment_consent": True,
        "intention": False,
        "escort": False,
        "no_red_flag": True,
        "interval": True,
    }
    facts = refused(rosa.do("nurse", "check-in"), "not_ready")
    assert facts == {"lights": ["intention", "escort"], "owners": ["client", "front_desk"]}
    rosa.with_intention()
    rosa.do("front_desk", "escort", name="Ana", phone="+12125550147", confirmed=True)
    board = rosa.see("/readiness")
    assert board["ready"]
    clearance = board["lights"][0]
    assert clearance["source"]["type"] == "afterglow.intake.clearance.decided.v1"
    assert rosa.do("nurse", "check-in").get_json()["status"] == "checked_in"


def test_each_thing_that_is_taken_back_turns_its_light_off(rosa: Story) -> None:
    rosa.ready()
    rosa.tell(ConsentWithdrawn, consent=str(rosa.consent), kind="treatment", partner=None)
    assert rosa.lights()["treatment_consent"] is False
    rosa.tell(RedFlagRaised)
    assert rosa.lights()["no_red_flag"] is False
    rosa.tell(RedFlagClosed)
    assert rosa.lights()["no_red_flag"] is True
    rosa.cleared(valid_until="2026-11-01")
    assert rosa.lights()["clearance"] is False


def test_a_visit_is_checked_in_on_its_own_day_at_the_clinic(rosa: Story) -> None:
    rosa.may_be_booked()
    # The clock stands at 10:00 in New York; 14 hours later it is the next day there.
    rosa.visit = rosa.book(hours=14).get_json()["id"]
    refused(rosa.do("nurse", "check-in"), "not_today")


@pytest.mark.parametrize(("systolic", "diastolic"), [(168, 102), (160, 80), (120, 100)])
def test_pre_dose_pressure_at_the_limit_holds_the_visit_until_a_prescriber_decides(
    rosa: Story, systolic: int, diastolic: int
) -> None:
    rosa.checked_in().ordered()
    assert rosa.measured(systolic, diastolic).get_json() == rosa_held(rosa)
    facts = refused(rosa.dose("35"), "hold_open")
    assert (facts["systolic"], facts["limit_systolic"]) == (systolic, 160)
    assert rosa.measured(118, 76).get_json()["held"] is True
    refused(rosa.dose("35"), "hold_open")
    assert rosa.bench.published(SessionDosed) == []
    assert len(rosa.bench.published(SessionHeld)) == 1

    assert rosa.do("nurse", "hold-decision", decision="proceed", reason="fine").status_code == 403
    decided = rosa.do("prescriber", "hold-decision", decision="proceed", reason="Repeat 118/76 after rest.")
    assert decided.get_json()["status"] == "checked_in"
    assert rosa.dose("35").status_code == 201
    assert [line["actor"] for line in rosa.see("/record")["items"] if line["kind"] == "hold_decided"] == [
        "prescriber-at-maple"
    ]


def rosa_held(rosa: Story) -> dict[str, object]:
    [line] = [line for line in rosa.see("/record")["items"] if line["kind"] == "vitals"]
    return {"id": line["id"], "phase": "pre_dose", "held": True}


def test_a_deferred_visit_frees_its_room(rosa: Story) -> None:
    rosa.checked_in()
    rosa.measured(168, 102)
    deferred = rosa.do("prescriber", "hold-decision", decision="defer", reason="To be seen by her own doctor.")
    assert deferred.get_json()["status"] == "deferred"
    assert Story(rosa.bench).may_be_booked().book().status_code == 201


def test_35_mg_at_70_kg_is_half_a_milligram_per_kilogram(rosa: Story) -> None:
    rosa.checked_in().ordered()
    rosa.measured()
    assert rosa.dose("35").get_json()["dose_mg_per_kg"] == "0.50"
    [told] = rosa.bench.published(SessionDosed)
    assert (told.data["dose_mg"], told.data["dose_mg_per_kg"], told.data["route"]) == ("35", "0.50", "IM")


def test_typing_errors_stop_350_mg_ask_twice_at_140_and_let_105_pass(rosa: Story) -> None:
    rosa.checked_in()
    rosa.measured()
    facts = refused(rosa.ordered().dose("350"), "dose_above_hard_limit")
    assert (facts["mg_per_kg"], facts["limit_mg_per_kg"]) == ("5.00", "3.0")
    refused(rosa.do("prescriber", "order", route="IM", dose_mg="140"), "second_person_missing")
    rosa.order = rosa.do("prescriber", "order", route="IM", dose_mg="140", confirmed_by="nurse-at-maple").get_json()[
        "id"
    ]
    refused(rosa.dose("140"), "second_person_missing")
    refused(rosa.dose("140", confirmed_by="nurse-at-maple"), "second_person_missing")
    rosa.ordered("105")
    assert rosa.dose("105").status_code == 201


def test_nothing_is_given_without_an_order_nor_against_it_nor_before_vitals(rosa: Story) -> None:
    rosa.checked_in()
    refused(rosa.dose("35"), "pre_dose_vitals_missing")
    rosa.measured()
    refused(rosa.dose("35"), "order_missing")
    rosa.ordered("30")
    refused(rosa.dose("35"), "order_differs")
    refused(rosa.dose("35", route="SL"), "route_not_cleared")


def test_proceeding_does_not_reach_past_a_high_reading_that_was_not_seen(rosa: Story) -> None:
    rosa.checked_in().ordered()
    rosa.measured(165, 90)
    later = rosa.measured(220, 130).get_json()["id"]
    proceed = {"decision": "proceed", "reason": "165/90 is usual for her."}
    facts = refused(rosa.do("prescriber", "hold-decision", **proceed), "newer_reading")
    assert (facts["reading_id"], facts["systolic"]) == (later, 220)
    refused(rosa.dose("35"), "hold_open")
    assert rosa.do("prescriber", "hold-decision", **proceed, reading_id=later).status_code == 201


def test_only_the_newest_order_stands(rosa: Story) -> None:
    rosa.checked_in()
    rosa.measured()
    slip = rosa.ordered("70").order
    right = rosa.ordered("35").order
    assert refused(rosa.dose("70", order_id=slip), "order_replaced")["order_id"] == right
    assert rosa.dose("35", order_id=right).status_code == 201


def test_a_second_person_is_one_of_the_clinics_people(rosa: Story) -> None:
    rosa.checked_in()
    unusual = {"route": "IM", "dose_mg": "140"}
    for nobody in ("zzz", "room-garden"):
        refused(rosa.do("prescriber", "order", **unusual, confirmed_by=nobody), "second_person_unknown", 422)
    refused(rosa.do("prescriber", "order", **unusual, confirmed_by=" prescriber-at-maple "), "second_person_missing")
    assert rosa.do("prescriber", "order", **unusual, confirmed_by="nurse-at-maple").status_code == 201


def test_nobody_is_dosed_who_is_not_checked_in(rosa: Story) -> None:
    rosa.ready().ordered()
    refused(rosa.dose("35"), "not_checked_in")


def test_watched_and_taken_home_the_visit_is_complete_and_its_room_is_free(rosa: Story) -> None:
    rosa.dosed()
    refused(rosa.discharge(), "after_dose_vitals_missing")
    rosa.bench.advance(minutes=90)
    rosa.measured(126, 80)
    signed = rosa.discharge().get_json()
    assert (signed["score"], signed["status"]) == (10, "completed")
    [discharged] = rosa.bench.published(SessionDischarged)
    assert discharged.data["with_escort"] is True
    [completed] = rosa.bench.published(SessionCompleted)
    assert completed.data["kind"] == "medicine"
    rosa.bench.advance(minutes=1)
    assert Story(rosa.bench).may_be_booked().book().status_code == 201


def test_a_low_score_keeps_the_client(rosa: Story) -> None:
    rosa.dosed()
    rosa.measured()
    padss = {"vital_signs": 1, "activity": 1, "nausea": 2, "pain": 2, "bleeding": 2}
    facts = refused(rosa.discharge(padss=padss), "discharge_score_low")
    assert facts == {"score": 8, "needed": 9}


def test_without_an_escort_only_a_prescribers_arrangement_lets_a_client_go_and_unknown_is_not_no(rosa: Story) -> None:
    rosa.dosed()
    rosa.measured()
    refused(rosa.discharge(escort_present=None), "escort_unknown")
    refused(rosa.discharge(escort_present=False), "escort_missing")
    refused(rosa.discharge(escort_present=False, arrangement="taxi"), "escort_missing")
    refused(rosa.discharge(role="prescriber", escort_present=False), "escort_missing")
    arranged = rosa.discharge(
        role="prescriber", escort_present=False, arrangement="Her sister comes by taxi to fetch her."
    )
    assert arranged.status_code == 201
    [told] = rosa.bench.published(SessionDischarged)
    assert told.data["with_escort"] is False


def test_the_record_keeps_what_happened_in_order_and_nobody_can_change_it(rosa: Story) -> None:
    rosa.dosed()
    rosa.measured()
    rosa.discharge()
    lines = rosa.see("/record")["items"]
    assert [line["kind"] for line in lines] == [
        "escort_confirmed", "checked_in", "ordered", "vitals", "dosed", "vitals", "discharged", "completed"
    ]  # fmt: skip
    for attack in ("update entry set actor = 'x'", "delete from entry"):
        with pytest.raises(ProgrammingError, match="permission denied"), rosa.bench.store.carrier() as session:
            session.execute(text(attack))
    assert rosa.bench.as_("front_desk").get(f"/visits/{rosa.visit}/record").status_code == 403


def test_a_typing_error_in_vitals_is_refused(rosa: Story) -> None:
    rosa.checked_in()
    refused(rosa.measured(1280, 82), "invalid", 422)
    refused(rosa.do("nurse", "vitals", systolic=128), "invalid", 422)
    refused(
        rosa.do("nurse", "vitals", systolic=128, diastolic=82, taken_at="2026-11-02T18:00:00Z"), "in_the_future", 422
    )


def test_a_visit_of_another_kind_needs_no_board_and_is_completed_by_the_therapist(rosa: Story) -> None:
    rosa.registered()
    rosa.visit = rosa.book(kind="integration", resources=["room-garden", "therapist-at-maple"]).get_json()["id"]
    assert rosa.do("front_desk", "check-in").status_code == 201
    assert rosa.do("therapist", "completion").get_json()["status"] == "completed"
    [told] = rosa.bench.published(SessionCompleted)
    assert told.data["kind"] == "integration"


GUARD = DoseGuard.sample()


@given(
    st.decimals(Decimal("0.1"), Decimal("1000"), places=1, allow_nan=False),
    st.decimals(Decimal("30"), Decimal("200"), places=1, allow_nan=False),
)
def test_a_dose_passes_the_guards_exactly_when_it_lies_in_the_clinics_range(dose_mg: Decimal, weight: Decimal) -> None:
    dose = DoseByWeight(dose_mg, weight)
    per_kg = dose_mg / weight
    try:
        check_plausible(dose, GUARD, confirmed_by=None, given_by="nurse")
        code = None
    except Refused as refusal:
        code = refusal.code
    if dose_mg > GUARD.hard_high * weight:
        assert code == "dose_above_hard_limit"
    elif dose_mg > GUARD.soft_high * weight or dose_mg < GUARD.soft_low * weight:
        assert code == "second_person_missing"
    else:
        assert code is None
        assert GUARD.soft_low * (1 - Decimal("1e-20")) <= per_kg <= GUARD.soft_high * (1 + Decimal("1e-20"))


def test_every_route_of_the_sample_clinic_has_a_guard(maple: Clinic) -> None:
    assert all(maple.rules.dose_guard(route) for route in Route)
