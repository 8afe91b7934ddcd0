"""Sessions is filled: at each clinic two clients, one in the middle of a medicine visit, one with one to come."""

from datetime import timedelta
from uuid import uuid4

from shared.events.intake import ClearanceDecided, ConsentGranted
from shared.events.integration import IntentionSet
from shared.samples import sample_clinics
from shared.testing.bench import Bench

from ..town import House, Particulars, Somebody, Town, park_timer
from .hearing import leave_waiting, tell, tell_of_clients
from .intake import done

PARTICULARS = Particulars(named={"record.correct_dose": {"entry_id": "dose_id"}})
ROOMS = {"maple": "room-garden", "cedar": "room-grove"}


def fill_sessions(bench: Bench) -> Town:
    houses = {}
    for clinic in sample_clinics():
        bench.know(clinic)
        house = houses[clinic.id] = House.of(clinic.id)
        park_timer(bench, house)
        tell_of_clients(bench, house)
        for who, hours in ((house.known, 0), (house.other, 24)):
            _plan(bench, who, hours)
        _treat(bench, house.known)
        house.ids["staff_id"] = f"nurse-at-{clinic.id}"
        leave_waiting(bench, house)
    return Town(bench, houses, PARTICULARS)


def _plan(bench: Bench, who: Somebody, hours: int) -> None:
    """Everything is in order, and a visit is booked with an escort."""
    tell(bench, who, ClearanceDecided)
    tell(bench, who, ConsentGranted, consent=str(uuid4()), kind="treatment", partner=None)
    tell(bench, who, IntentionSet)
    prescriber = bench.as_("prescriber", clinic=who.clinic)
    series = done(prescriber.post(f"/clients/{who.id}/series", {"protocol": "induction", "route": "IM"}))
    team = [ROOMS[who.clinic], *(f"{role}-at-{who.clinic}" for role in ("therapist", "nurse", "prescriber"))]
    when = (bench.clock() + timedelta(hours=hours)).isoformat()
    visit = done(
        prescriber.post(f"/clients/{who.id}/visits", {"kind": "medicine", "starts_at": when, "resources": team})
    )
    who.ids |= {"series_id": series["id"], "visit_id": visit["id"], "entry_id": visit["id"], "dose_id": visit["id"]}
    escort = {"name": f"Escort of {who.clinic}", "phone": "+12125550147", "confirmed": True}
    done(bench.as_("front_desk", clinic=who.clinic).post(f"/visits/{visit['id']}/escort", escort))


def _treat(bench: Bench, who: Somebody) -> None:
    """The client is here, was measured, and was given what was ordered."""
    nurse, prescriber = bench.as_("nurse", clinic=who.clinic), bench.as_("prescriber", clinic=who.clinic)
    below = f"/visits/{who.ids['visit_id']}"
    done(nurse.post(f"{below}/check-in"))
    who.ids["entry_id"] = done(nurse.post(f"{below}/vitals", {"systolic": 128, "diastolic": 82}))["id"]
    order = done(prescriber.post(f"{below}/order", {"route": "IM", "dose_mg": "35"}))
    who.ids["order_id"] = order["id"]
    dose = {"order_id": order["id"], "route": "IM", "dose_mg": "35", "lot": f"LOT-{who.clinic}"}
    who.ids["dose_id"] = done(nurse.post(f"{below}/doses", dose))["id"]
