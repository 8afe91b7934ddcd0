"""Integration is filled: at each clinic two clients between their visits, who wrote, were asked and called for help."""

from io import BytesIO
from typing import Any
from uuid import uuid4

from shared.events.intake import AuthorisationGranted, ScreeningSubmitted
from shared.events.integration import WordsToRead
from shared.events.sessions import AppointmentBooked, SessionCompleted
from shared.measures import load_instrument, write_response
from shared.samples import sample_clinics
from shared.store.reach import Condition
from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.policy import Role

from ..town import House, Particulars, Somebody, Town, park_timer
from .hearing import leave_waiting, tell, tell_of_clients
from .intake import done

# Of these clinics' lists none calls a therapist: so a therapist answers for their own caseload alone.
_OF_FLAGS = ("red_flag.look", "red_flag.acknowledge", "red_flag.close")
_NOT_CALLED = {(may, Role.THERAPIST): Condition.CASELOAD for may in _OF_FLAGS}

PARTICULARS = Particulars(narrower=_NOT_CALLED)


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
        done(therapist.post(f"/clients/{house.known.id}/session-notes", note))
        tell(bench, house.known, AuthorisationGranted, authorisation=str(uuid4()))
        text = {"instrument": "who-5", "wording": _wording(clinic.id)}
        admin = bench.as_("clinic_admin", clinic=clinic.id)
        house.ids["text_id"] = done(admin.post("/measure-texts", text))["id"]
        # Every clinic has them.
        house.ids["plan_kind"] = "integration"
        house.ids["instrument"] = "madrs"
        leave_waiting(bench, house)
    return Town(bench, houses, PARTICULARS)


def _live(bench: Bench, who: Somebody) -> None:
    tell(bench, who, ScreeningSubmitted)
    now = bench.clock().isoformat()
    tell(bench, who, SessionCompleted, visit=str(uuid4()), kind="medicine", completed_at=now)
    tell(bench, who, AppointmentBooked, visit=str(uuid4()))
    themselves, below = bench.as_("client", clinic=who.clinic, client_id=who.id), f"/clients/{who.id}"
    # Recordings come by pages alone.
    at_pages = visitor(bench, "client", clinic=who.clinic, client_id=who.id)
    intention = {"question": "truth", "words": f"To rest at {who.clinic}.", "recording": _recording(who)}
    assert at_pages.post("/intentions", **intention).status_code == 303
    who.ids["intention_id"] = done(themselves.get(f"{below}/intentions"), 200)["items"][0]["id"]
    moment = {"words": f"A house in {who.clinic}.", "visibility": "care_team", "recording": _recording(who)}
    assert at_pages.post("/moments", **moment).status_code == 303
    who.ids["moment_id"] = done(themselves.get(f"{below}/moments"), 200)["items"][0]["id"]
    for whose, name in (("intentions", "recording_id"), ("moments", "attachment_id")):
        spoken = f"{below}/{whose}/{who.ids[f'{whose[:-1]}_id']}/attachments"
        who.ids[name] = done(themselves.get(spoken), 200)["items"][0]["id"]
    commitment = {"action": f"Walk in {who.clinic}.", "with_whom": "Ana", "visibility": "care_team"}
    who.ids["commitment_id"] = done(themselves.post(f"{below}/commitments", commitment))["id"]
    practice = {"name": f"Sing in {who.clinic}.", "visibility": "care_team"}
    who.ids["practice_id"] = done(themselves.post(f"{below}/practices", practice))["id"]
    felt = {"region": "chest", "side": "centre", "view": "front", "sensation": "warmth"}
    who.ids["sensation_id"] = done(themselves.post(f"{below}/sensations", felt))["id"]
    letter = {"words": f"Remember {who.clinic}.", "opens_on": "2030-01-01"}
    who.ids["letter_id"] = done(themselves.post(f"{below}/letters", letter))["id"]
    day = {"title": f"Moved to {who.clinic}.", "day": "2026-03-08", "yearly": True, "visibility": "care_team"}
    who.ids["life_event_id"] = done(themselves.post(f"{below}/life-events", day))["id"]
    brought = {"words": f"Mornings in {who.clinic}."}
    who.ids["item_id"] = done(themselves.post(f"{below}/agenda", brought))["id"]
    plan = {"kind": "integration", "parts": {"matters": f"Bread in {who.clinic}."}, "after": 0}
    who.ids["plan_id"] = done(themselves.post(f"{below}/plans", plan))["id"]
    who.ids["request_id"] = done(themselves.get(f"{below}/measure-requests"), 200)["items"][0]["id"]
    phq9 = load_instrument("phq-9")
    answers = write_response(phq9, {item.link_id: 1 for item in phq9.scored_items[:8]} | {"44260-8": 0}, bench.clock())
    who.ids["reading_id"] = done(themselves.post(f"{below}/measures", {"response": answers}))["id"]
    done(themselves.post(f"{below}/help", {}))
    windows = done(themselves.get(f"{below}/windows"), 200)["items"]
    who.ids["check_in_id"] = windows[0]["check_ins"][0]["id"]
    unread = {"how_are_you": f"No way out of {who.clinic}."}
    done(themselves.post(f"{below}/check-ins/{windows[0]['check_ins'][1]['id']}/answer", unread))
    who.ids["words_id"] = bench.published(WordsToRead)[-1].data["request"]
    flags = done(bench.as_("prescriber", clinic=who.clinic).get(f"{below}/red-flags"), 200)["items"]
    who.ids["flag_id"] = flags[0]["id"]


def _recording(who: Somebody) -> tuple[BytesIO, str]:
    """The beginning of one, and whose clinic it is of."""
    return BytesIO(b"OggS\0\x02" + b"\0" * 22 + b"OpusHead" + who.clinic.encode()), "recording.ogg"


def _wording(clinic: str) -> dict[str, Any]:
    """Words for an instrument whose text does not ship; not its owner's."""
    who5 = load_instrument("who-5")
    return {
        "language": "en",
        "permission": f"A letter to {clinic}",
        "stem": f"Of the last two weeks at {clinic}:",
        "items": {item.link_id: f"Question {number} at {clinic}" for number, item in enumerate(who5.items, 1)},
        "options": {"time": {option.code: f"Answer {option.value} at {clinic}" for option in who5.items[0].options}},
    }
