"""Integration is filled: at each clinic two clients between their visits, who wrote, were asked and called for help."""

from uuid import uuid4

from shared.events.intake import AuthorisationGranted, ScreeningSubmitted
from shared.events.sessions import AppointmentBooked, SessionCompleted
from shared.samples import sample_clinics
from shared.testing.bench import Bench

from ..town import House, Particulars, Somebody, Town, park_timer
from .hearing import leave_waiting, tell, tell_of_clients
from .intake import done

PARTICULARS = Particulars()


def fill_integration(bench: Bench) -> Town:
    houses = {}
    for clinic in sample_clinics():
        bench.know(clinic)
        house = houses[clinic.id] = House.of(clinic.id)
        park_timer(bench, house)
        tell_of_clients(bench, house)
        for who in (house.known, house.other):
            _live(bench, who)
        note = {"words": f"What she said of {clinic.id}."}
        therapist = bench.as_("therapist", clinic=clinic.id)
        done(therapist.post(f"/clients/{house.known.id}/psychotherapy-notes", note))
        tell(bench, house.known, AuthorisationGranted, authorisation=str(uuid4()))
        leave_waiting(bench, house)
    return Town(bench, houses, PARTICULARS)


def _live(bench: Bench, who: Somebody) -> None:
    tell(bench, who, ScreeningSubmitted)
    now = bench.clock().isoformat()
    tell(bench, who, SessionCompleted, visit=str(uuid4()), kind="medicine", completed_at=now)
    tell(bench, who, AppointmentBooked, visit=str(uuid4()))
    themselves, below = bench.as_("client", clinic=who.clinic, client_id=who.id), f"/clients/{who.id}"
    done(themselves.post(f"{below}/intentions", {"question": "truth", "words": f"To rest at {who.clinic}."}))
    moment = {"kind": "dream", "words": f"A house in {who.clinic}.", "visibility": "care_team"}
    who.ids["moment_id"] = done(themselves.post(f"{below}/moments", moment))["id"]
    done(themselves.post(f"{below}/commitments", {"action": f"Walk in {who.clinic}.", "with_whom": "Ana"}))
    felt = {"region": "chest", "side": "centre", "view": "front", "sensation": "warmth"}
    done(themselves.post(f"{below}/sensations", felt))
    done(themselves.post(f"{below}/help", {}))
    windows = done(themselves.get(f"{below}/windows"), 200)["items"]
    who.ids["check_in_id"] = windows[0]["check_ins"][0]["id"]
    flags = done(bench.as_("prescriber", clinic=who.clinic).get(f"{below}/red-flags"), 200)["items"]
    who.ids["flag_id"] = flags[0]["id"]
