"""Intake is filled: at each clinic two clients who were screened, cleared and asked, and settings that wait."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from intake.access.settings import AccessSettings, use
from intake.clinics.commands.adding import add_clinic
from intake.clinics.commands.versions import Author
from intake.forms import newest_form
from shared.clinics import Clinic
from shared.measures import load_instrument, write_response
from shared.samples import sample_clinics
from shared.store import Actor
from shared.store.transaction import Origin
from shared.testing.bench import Bench

from ..town import HERE, House, Particulars, Somebody, Town, park_timer

OPERATOR = Actor("operator:ana", frozenset({"operator"}))

PARTICULARS = Particulars(
    said={
        # Nobody comes on the caseload of whoever is asked about later, and no record is opened to them.
        "caseloads.join": {"staff": "nurse-of-nowhere"},
        "care.join": {"staff": "nurse-of-nowhere"},
        "openings.open_": {"reason": "too short"},
        "care.open_": {"reason": "too short"},
        "clinic-settings.propose": {"note": "Without its rules."},
        "home.go_to_clinic": {"at": HERE},
    },
    named={
        "clinic_pages.approve": {"change_id": "proposal_id"},
        "clinic_pages.reject": {"change_id": "proposal_id"},
        "clinic_pages.withdraw_proposal": {"change_id": "proposal_id"},
    },
    # Intake hears nobody, so that nothing lies in its inbox.
    empty=frozenset(
        {
            "inbox.show",
            "inbox.retry",
            "inbox.skip",
            "inbox.discard",
            "operating_pages.event_page",
            "operating_pages.retry_event",
            "operating_pages.skip_event",
            "operating_pages.discard_event",
        }
    ),
)


def fill_intake(bench: Bench) -> Town:
    key = bench.signer.sign_in_key
    use(AccessSettings(key=key, public_url="http://localhost", link_secret="s" * 43))
    houses = {clinic.id: _fill(bench, clinic) for clinic in sample_clinics()}
    return Town(bench, houses, PARTICULARS)


def _fill(bench: Bench, clinic: Clinic) -> House:
    with bench.store.transaction(clinic.id, OPERATOR, Origin("test", "test", "test")) as tx:
        add_clinic(clinic, Author(OPERATOR.id), tx)
    house = House.of(clinic.id)
    for name, who in (("Known", house.known), ("Other", house.other)):
        _go_through(bench, name, who)
    known = f"/clients/{house.known.id}"
    done(bench.as_("front_desk", clinic=clinic.id).post(f"{known}/caseload", {"staff": f"therapist-at-{clinic.id}"}))
    why = {"reason": f"The insurer of {clinic.id} has a question about her."}
    done(bench.as_("network_admin", clinic=clinic.id).post(f"{known}/opening", why))
    house.ids["event_id"] = str(house.known.id)
    _settings_wait(bench, clinic, house)
    park_timer(bench, house)
    return house


def _go_through(bench: Bench, name: str, who: Somebody) -> None:
    """Somebody writes, becomes a client, is screened and cleared, agrees, and somebody asks that they be erased."""
    desk, admin = bench.as_("front_desk", clinic=who.clinic), bench.as_("clinic_admin", clinic=who.clinic)
    letter = {"name": f"{name} of {who.clinic}", "email": who.email, "message": f"Write to me at {who.clinic}."}
    inquiry = done(bench.as_nobody().post(f"/clinics/{who.clinic}/inquiries", letter | {"in_crisis": False}))
    person = {
        "given_name": name,
        "family_name": f"Of-{who.clinic}",
        "email": who.email,
        "time_zone": "America/New_York",
    }
    display_name = f"{name} of {who.clinic}"
    client = done(desk.post("/clients", person | {"display_name": display_name, "inquiry_id": inquiry["id"]}))
    who.id = UUID(client["id"])
    who.ids["inquiry_id"] = inquiry["id"]
    themselves = bench.as_("client", clinic=who.clinic, client_id=who.id)
    below = f"/clients/{who.id}"
    phq9 = load_instrument("phq-9")
    taken = write_response(phq9, {item.link_id: 1 for item in phq9.scored_items}, bench.clock() - timedelta(days=3))
    answers = {question.id: False for question in newest_form().questions}
    form = {"form_version": "1", "answers": answers, "measures": [taken]}
    screening = done(themselves.post(f"{below}/screenings", form))
    who.ids["screening_id"] = screening["id"]
    findings = [{"code": flag["code"], "finding": f"Asked at {who.clinic}."} for flag in screening["flags"]]
    decision = {"outcome": "cleared", "routes": ["IM"], "weight_kg": "70.0", "reviewed_flags": findings}
    prescriber = bench.as_("prescriber", clinic=who.clinic)
    done(prescriber.post(f"/screenings/{screening['id']}/clearance", decision))
    agreed = {"kind": "treatment", "text_version": "2026-01", "signed_name": display_name}
    who.ids["consent_id"] = done(themselves.post(f"{below}/consents", agreed))["id"]
    done(admin.post(f"{below}/erasure", {"reason": "Asked for by letter.", "confirm": display_name}))


def _settings_wait(bench: Bench, clinic: Clinic, house: House) -> None:
    """A change of facts waits for its day, and a rule set for its director."""
    admin = bench.as_("clinic_admin", clinic=clinic.id)
    later = (bench.clock() + timedelta(days=30)).date().isoformat()
    change = {"sender_name": f"{clinic.id} house", "effective_from": later, "note": "A new sign."}
    state = done(admin.patch("/clinic", change, headers={"If-Match": f'"{clinic.version}"'}), 200)
    house.ids["change_id"] = state["changes"][0]["id"]
    days = {"value": 60, "basis": "clinic", "source": f"Our own audit at {clinic.id}."}
    rules = clinic.rules.content.dump() | {"clearance_days": days}
    proposed = {"rules": rules, "based_on": clinic.rules.version, "note": "Shorter."}
    house.ids["proposal_id"] = done(admin.post("/clinic/rules/proposals", proposed))["id"]


def done(answer: TestResponse, status: int = 201) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    document: dict[str, Any] = answer.get_json()
    return document
