"""A series, and its first medicine visit from booking to the way home; at the other clinic, one that is held."""

from typing import Any

from stack.demo.journey import Journey
from stack.demo.platform import DemoFailedError, eventually
from stack.demo.story.deeds import cleared, consents, screened, until_booked, until_ready
from stack.demo.story.steps import step


@step("Her series of six is planned")
def plan(journey: Journey) -> None:
    """As soon as sessions has heard of clearance and consent."""
    path = f"/clients/{journey.rosa}/series"

    def planned() -> Any:
        answer = journey.try_post(
            journey.person("therapist"), "sessions", path, {"protocol": "induction", "route": "IM"}
        )
        if answer.status == 409 and answer.code in ("clearance_missing", "treatment_consent_missing"):
            return None
        return journey.expect(201, answer).body

    series = eventually("sessions to hear of clearance and consent", planned)
    if series["medicine_visits"] != 6:
        raise DemoFailedError("the induction series is not of six medicine visits")
    journey.facts["rosa_series"] = series["id"]


@step("Her first medicine visit is booked")
def book(journey: Journey) -> None:
    """A room and three people, for today."""
    until_booked(journey, "rosa", "maple")


@step("The visit cannot start: intention and escort are missing")
def not_ready(journey: Journey) -> None:
    """The readiness board says what is missing, and whose it is."""
    desk, visit = journey.person("front_desk"), journey.facts["rosa_visit"]
    board = journey.get(desk, "sessions", f"/visits/{visit}/readiness")
    off = {light["name"] for light in board["lights"] if not light["on"]}
    if board["ready"] or not {"intention", "escort"} <= off:
        raise DemoFailedError(f"the board is wrong: {board}")
    with journey.nothing_changes("sessions"):
        journey.refused(409, "not_ready", journey.try_post(desk, "sessions", f"/visits/{visit}/check-in"))


@step("She sets an intention, an escort confirms, and the board turns ready")
def become_ready(journey: Journey) -> None:
    """Only the events of the other services make it so."""
    words = {"question": "understand_or_release", "words": "I am ready to put down what was never mine to carry."}
    journey.post(journey.client(), "integration", f"/clients/{journey.rosa}/intentions", words)
    escort = {"name": "Ana Marin", "phone": "+12125550147", "confirmed": True}
    path = f"/visits/{journey.facts['rosa_visit']}/escort"
    journey.post(journey.person("front_desk"), "sessions", path, escort)
    until_ready(journey, "rosa", "maple")


@step("She is checked in; blood pressure 128/82")
def check_in(journey: Journey) -> None:
    """The nurse takes the pre-dose vitals."""
    nurse, visit = journey.person("nurse"), journey.facts["rosa_visit"]
    journey.post(nurse, "sessions", f"/visits/{visit}/check-in")
    vitals = {"systolic": 128, "diastolic": 82, "heart_rate": 74, "spo2": 98}
    journey.post(nurse, "sessions", f"/visits/{visit}/vitals", vitals)


@step("350 mg for 70 kg is refused; 35 mg IM as ordered is given")
def dose(journey: Journey) -> None:
    """A typing error stops at 5 mg/kg; the order is 0.50 mg/kg."""
    nurse, visit = journey.person("nurse"), journey.facts["rosa_visit"]
    order = journey.post(
        journey.person("prescriber"), "sessions", f"/visits/{visit}/order", {"route": "IM", "dose_mg": "35"}
    )
    given = {"order_id": order["id"], "route": "IM", "lot": "KX-2207"}
    path = f"/visits/{visit}/doses"
    with journey.nothing_changes("sessions"):
        wrong = journey.try_post(nurse, "sessions", path, given | {"dose_mg": "350"})
        journey.refused(409, "dose_above_hard_limit", wrong)
    recorded = journey.post(nurse, "sessions", path, given | {"dose_mg": "35"})
    if recorded["dose_mg_per_kg"] != "0.50":
        raise DemoFailedError(f"35 mg at 70 kg is not {recorded['dose_mg_per_kg']} mg/kg")


@step("At Cedar, 168/102 holds Nell's visit: no dose without a prescriber's decision")
def blood_pressure_hold(journey: Journey) -> None:
    """A second client, at the other clinic, as far as the hold; a prescriber defers it."""
    if "nell_screening" not in journey.facts:
        screened(journey, "nell", "cedar")
    cleared(journey, "nell", "cedar")
    consents(journey, "nell", "cedar", "treatment")
    words = {"question": "compassion", "words": "For the girl I was."}
    journey.post(journey.client("nell", "cedar"), "integration", f"/clients/{journey.facts['nell']}/intentions", words)
    visit = until_booked(journey, "nell", "cedar")["id"]
    escort = {"name": "Ike Abara", "phone": "+12135550112", "confirmed": True}
    journey.post(journey.person("front_desk", "cedar"), "sessions", f"/visits/{visit}/escort", escort)
    until_ready(journey, "nell", "cedar")
    nurse, prescriber = journey.person("nurse", "cedar"), journey.person("prescriber", "cedar")
    journey.post(nurse, "sessions", f"/visits/{visit}/check-in")
    order = journey.post(prescriber, "sessions", f"/visits/{visit}/order", {"route": "IM", "dose_mg": "35"})
    held = journey.post(nurse, "sessions", f"/visits/{visit}/vitals", {"systolic": 168, "diastolic": 102})
    if not held["held"]:
        raise DemoFailedError("168/102 did not hold the visit")
    with journey.nothing_changes("sessions", "nell", "cedar"):
        dose_of_35 = {"order_id": order["id"], "route": "IM", "dose_mg": "35", "lot": "KX-2207"}
        refused = journey.try_post(nurse, "sessions", f"/visits/{visit}/doses", dose_of_35)
        journey.refused(409, "hold_open", refused)
    decision = {"decision": "defer", "reason": "Repeat 162/98; to be seen by her own doctor first."}
    journey.post(prescriber, "sessions", f"/visits/{visit}/hold-decision", decision)


@step("Rosa is watched and goes home with her escort")
def discharge(journey: Journey) -> None:
    """Vitals after the dose; PADSS 10; an escort."""
    nurse, visit = journey.person("nurse"), journey.facts["rosa_visit"]
    for systolic, diastolic in ((134, 86), (138, 88), (126, 80)):
        vitals = {"systolic": systolic, "diastolic": diastolic, "heart_rate": 80, "spo2": 98}
        journey.post(nurse, "sessions", f"/visits/{visit}/vitals", vitals)
    padss = {"vital_signs": 2, "activity": 2, "nausea": 2, "pain": 2, "bleeding": 2}
    body = {"padss": padss, "escort_present": True, "signed_name": "Jo Lindqvist"}
    signed = journey.post(nurse, "sessions", f"/visits/{visit}/discharge", body)
    if (signed["score"], signed["status"]) != (10, "completed"):
        raise DemoFailedError(f"discharged with {signed}")
