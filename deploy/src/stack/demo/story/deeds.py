"""What is done for more than one client of the story."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared import clock
from stack.demo.journey import PARTNER, Journey
from stack.demo.platform import DemoFailedError, eventually

# Routine messages wait for daytime where the client is; the demo's client is travelling somewhere where it is day.
_ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Sydney",
)


def answered(response: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The answers to a measure, as given at that moment where they do not say when."""
    return {**response, "authored": response.get("authored") or at.isoformat(timespec="seconds")}


def daytime_zone() -> str:
    """A time zone in which messages go out now."""
    return next(zone for zone in _ZONES if 9 <= clock.now().astimezone(ZoneInfo(zone)).hour < 19)


def registered(journey: Journey, name: str, clinic: str, family_name: str) -> None:
    """Somebody is a client of that clinic, on its therapist's caseload."""
    body = {
        "given_name": name.capitalize(),
        "family_name": family_name,
        "birth_date": "1984-05-17",
        "email": journey.email(name),
        "time_zone": daytime_zone(),
        "therapist": f"therapist-at-{clinic}",
    }
    client = journey.post(journey.person("front_desk", clinic), "intake", "/clients", body)
    journey.facts[name] = client["id"]


def screened(journey: Journey, name: str, clinic: str) -> dict[str, Any]:
    """Every question answered with no, except that pregnancy is left blank; PHQ-9 as answered three weeks ago."""
    who = journey.client(name, clinic)
    form = journey.get(who, "intake", f"/clients/{who.client_id}/screening-form")
    blank = next(question["id"] for question in form["questions"] if "pregnan" in question["id"])
    answers = {question["id"]: None if question["id"] == blank else False for question in form["questions"]}
    body = {
        "form_version": form["version"],
        "answers": answers,
        "measures": [answered(journey.baseline, clock.now() - timedelta(days=21))],
    }
    screening: dict[str, Any] = journey.post(who, "intake", f"/clients/{who.client_id}/screenings", body)
    journey.facts[f"{name}_screening"] = screening["id"]
    unknown = [flag for flag in screening["flags"] if flag["code"] == f"{blank}_unknown"]
    if [flag["level"] for flag in unknown] != ["needs_clinician"]:
        raise DemoFailedError("a blank answer was not flagged needs_clinician")
    return screening


def cleared(journey: Journey, name: str, clinic: str) -> None:
    """A prescriber looked at every flag and cleared the client."""
    prescriber = journey.person("prescriber", clinic)
    screening = journey.get(prescriber, "intake", f"/screenings/{journey.facts[f'{name}_screening']}")
    findings = [
        {"code": flag["code"], "finding": "Asked in person; test negative today."} for flag in screening["flags"]
    ]
    order = {
        "outcome": "cleared",
        "valid_days": 90,
        "routes": ["IM"],
        "weight_kg": "70.0",
        "reviewed_flags": findings,
    }
    journey.post(prescriber, "intake", f"/screenings/{screening['id']}/clearance", order)


def consents(journey: Journey, name: str, clinic: str, *kinds: str) -> None:
    """The client agrees to each of these by itself."""
    who = journey.client(name, clinic)
    for kind in kinds:
        body = {"kind": kind, "text_version": "2026-01", "signed_name": name.capitalize()}
        if kind == "data_sharing":
            body["partner"] = PARTNER
        journey.post(who, "intake", f"/clients/{who.client_id}/consents", body)


def until_booked(
    journey: Journey, name: str, clinic: str, *, starts_at: datetime | None = None, room: str | None = None
) -> dict[str, Any]:
    """Book a medicine visit for now, or from then on; sessions may not have heard of clearance and consent yet."""
    resources = journey.resources(clinic)
    body = {
        "kind": "medicine",
        "starts_at": (starts_at or clock.now()).isoformat(),
        "resources": [room or resources[0], *resources[1:]],
        "series_id": journey.facts.get(f"{name}_series"),
    }
    path = f"/clients/{journey.facts[name]}/visits"

    def book() -> Any:
        answer = journey.try_post(journey.person("therapist", clinic), "sessions", path, body)
        if answer.status == 409 and answer.code in ("clearance_missing", "treatment_consent_missing"):
            return None
        if starts_at is not None and answer.code == "already_taken":
            [body["starts_at"]] = answer.body["facts"]["alternatives"]
            return None
        # Nothing is known of the client yet, or not that they are on the therapist's caseload.
        return None if answer.status in (403, 404) else journey.expect(201, answer).body

    visit: dict[str, Any] = eventually("sessions to hear of clearance and consent", book)
    journey.facts[f"{name}_visit"] = visit["id"]
    return visit


def until_ready(journey: Journey, name: str, clinic: str) -> None:
    """Wait until sessions has heard of everything that the visit needs."""
    path = f"/visits/{journey.facts[f'{name}_visit']}/readiness"
    nurse = journey.person("nurse", clinic)
    eventually("the readiness board to turn ready", lambda: journey.get(nurse, "sessions", path)["ready"])


def end_what_was_left(journey: Journey) -> None:
    """Have the visits of an earlier run make room: who was given medicine goes home, the others are cancelled.

    Whatever people have done about them in the meantime stands.
    """
    desk, nurse = journey.person("front_desk"), journey.person("nurse")
    for left in journey.facts.get("left", []):
        path = f"/visits/{left['visit']}"
        if left["given"]:
            padss = {"vital_signs": 2, "activity": 2, "nausea": 2, "pain": 2, "bleeding": 2}
            home = {"padss": padss, "escort_present": True, "signed_name": "Jo Lindqvist"}
            journey.try_post(nurse, "sessions", f"{path}/discharge", home)
        journey.try_post(desk, "sessions", f"{path}/cancellation", {"reason": "The demo begins anew."})
    journey.facts["left"] = []


def leave(journey: Journey, visit: str, *, given: bool = False) -> None:
    """Remember that a visit still takes its room when the run is over; `given`: its medicine was given."""
    left: list[dict[str, Any]] = journey.facts.setdefault("left", [])
    if visit not in [one["visit"] for one in left]:
        left.append({"visit": visit, "given": given})
