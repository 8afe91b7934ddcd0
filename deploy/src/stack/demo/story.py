"""Story 1, step by step, with the wrong turns that must be refused on the way.

The runner calls the steps in the order in which they stand here. A step makes its changes with Idempotency-Keys of its
own, so that it can be made again after an interruption.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from shared import clock
from shared.events.language import short_type
from stack.demo.journey import PARTNER, PARTNER_EVENTS, SERVICES, Journey, example
from stack.demo.platform import Answer, DemoFailedError, eventually

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

Step = Callable[["Journey"], None]
STEPS: list[tuple[str, Step]] = []


def step(title: str) -> Callable[[Step], Step]:
    """The next step of the journey."""

    def register(function: Step) -> Step:
        STEPS.append((title, function))
        return function

    return register


def _answered(response: dict[str, Any], at: datetime) -> dict[str, Any]:
    return {**response, "authored": response.get("authored") or at.isoformat(timespec="seconds")}


def _daytime_zone() -> str:
    return next(zone for zone in _ZONES if 9 <= clock.now().astimezone(ZoneInfo(zone)).hour < 19)


def _registered(journey: Journey, name: str, clinic: str, family_name: str) -> None:
    body = {
        "given_name": name.capitalize(),
        "family_name": family_name,
        "birth_date": "1984-05-17",
        "email": f"{name}.{journey.run}@example.org",
        "time_zone": _daytime_zone(),
        "therapist": f"therapist-at-{clinic}",
    }
    client = journey.post(journey.person("front_desk", clinic), "intake", "/clients", body)
    journey.facts[name] = client["id"]


def _screened(journey: Journey, name: str, clinic: str) -> dict[str, Any]:
    """Every question answered with no, except that pregnancy is left blank; PHQ-9 as answered three weeks ago."""
    who = journey.client(name, clinic)
    form = journey.get(who, "intake", f"/clients/{who.client_id}/screening-form")
    blank = next(question["id"] for question in form["questions"] if "pregnan" in question["id"])
    answers = {question["id"]: None if question["id"] == blank else False for question in form["questions"]}
    body = {
        "form_version": form["version"],
        "answers": answers,
        "measures": [_answered(journey.baseline, clock.now() - timedelta(days=21))],
    }
    screening: dict[str, Any] = journey.post(who, "intake", f"/clients/{who.client_id}/screenings", body)
    journey.facts[f"{name}_screening"] = screening["id"]
    unknown = [flag for flag in screening["flags"] if flag["code"] == f"{blank}_unknown"]
    if [flag["level"] for flag in unknown] != ["needs_clinician"]:
        raise DemoFailedError("a blank answer was not flagged needs_clinician")
    return screening


def _cleared(journey: Journey, name: str, clinic: str) -> None:
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


def _consents(journey: Journey, name: str, clinic: str, *kinds: str) -> None:
    who = journey.client(name, clinic)
    for kind in kinds:
        body = {"kind": kind, "text_version": "2026-01", "signed_name": name.capitalize()}
        if kind == "data_sharing":
            body["partner"] = PARTNER
        journey.post(who, "intake", f"/clients/{who.client_id}/consents", body)


def _until_booked(journey: Journey, name: str, clinic: str) -> dict[str, Any]:
    """Book a medicine visit for now; sessions may not have heard of clearance and consent yet."""
    body = {
        "kind": "medicine",
        "starts_at": clock.now().isoformat(timespec="seconds"),
        "resources": journey.resources(clinic),
        "series_id": journey.facts.get(f"{name}_series"),
    }
    path = f"/clients/{journey.facts[name]}/visits"

    def book() -> Any:
        answer = journey.try_post(journey.person("therapist", clinic), "sessions", path, body)
        if answer.status == 409 and answer.code in ("clearance_missing", "treatment_consent_missing"):
            return None
        return journey.expect(201, answer).body

    visit: dict[str, Any] = eventually("sessions to hear of clearance and consent", book)
    journey.facts[f"{name}_visit"] = visit["id"]
    return visit


def _until_ready(journey: Journey, name: str, clinic: str) -> None:
    path = f"/visits/{journey.facts[f'{name}_visit']}/readiness"
    nurse = journey.person("nurse", clinic)
    eventually("the readiness board to turn ready", lambda: journey.get(nurse, "sessions", path)["ready"])


@step("All four services are ready")
def ready(journey: Journey) -> None:
    """Each service answers for itself."""
    for service in SERVICES:
        journey.expect(200, journey.platform.call("GET", service, "/health/ready"))


@step("A partner subscribes to three kinds of events of Maple")
def subscribe(journey: Journey) -> None:
    """The clinic's admin lets Harbor Primary Care listen."""
    body = {"partner": PARTNER, "url": journey.partner_url, "types": PARTNER_EVENTS, "scopes": ["clinical"]}
    subscription = journey.post(journey.person("clinic_admin"), "notify", "/subscriptions", body)
    journey.facts |= {"subscription": subscription["id"], "secret": subscription["secret"]}
    journey.partner.trust(subscription["secret"])


@step("Rosa reaches out to Maple by the public form")
def inquire(journey: Journey) -> None:
    """No sign-in; nobody is a client yet."""
    body = {
        "name": "Rosa Marin",
        "email": f"rosa.{journey.run}@example.org",
        "message": "I have been low for a long time and would like to know whether this could be for me.",
        "adult": True,
        "in_crisis": False,
    }
    answer = journey.post(None, "intake", "/clinics/maple/inquiries", body)
    journey.facts["inquiry"] = answer["id"]


@step("The front desk registers her, once, whatever is sent twice")
def register(journey: Journey) -> None:
    """Also: the same Idempotency-Key twice has one effect and the same answer."""
    desk = journey.person("front_desk")
    waiting = journey.get(desk, "intake", "/inquiries")["items"]
    if journey.facts["inquiry"] not in [inquiry["id"] for inquiry in waiting]:
        raise DemoFailedError("the inquiry is not on the front desk's list")
    body = {
        "inquiry_id": journey.facts["inquiry"],
        "given_name": "Rosa",
        "family_name": "Marin",
        "birth_date": "1984-05-17",
        "email": f"rosa.{journey.run}@example.org",
        "time_zone": _daytime_zone(),
        "therapist": "therapist-at-maple",
    }
    key = f"{journey.run}:register-rosa"
    first = journey.expect(201, journey.try_post(desk, "intake", "/clients", body, key=key))
    again = journey.expect(201, journey.try_post(desk, "intake", "/clients", body, key=key))
    if first.body != again.body:
        raise DemoFailedError("the same Idempotency-Key got two answers")
    journey.facts["rosa"] = first.body["id"]
    if len(journey.told("intake")) != 2:  # She was registered, and joined her therapist's caseload.
        raise DemoFailedError("the same Idempotency-Key had two effects")


@step("Wrong turns at the door are refused")
def wrong_turns_at_the_door(journey: Journey) -> None:
    """Another clinic's client, an expired token, malformed JSON, an unknown field, a stale If-Match."""
    desk = journey.person("front_desk")
    _registered(journey, "nell", "cedar", "Abara")
    call = journey.platform.call
    with journey.nothing_changes("intake"):
        journey.refused(404, "not_found", call("GET", "intake", f"/clients/{journey.facts['nell']}", person=desk))
        expired = journey.platform.token(desk, lifetime=timedelta(hours=-1))
        journey.refused(401, "token_expired", call("GET", "intake", f"/clients/{journey.rosa}", token=expired))
        journey.refused(400, "malformed", call("POST", "intake", "/clients", person=desk, raw=b'{"given_name": '))
        unknown = {"given_name": "A", "family_name": "B", "time_zone": "UTC", "favourite_colour": "teal"}
        journey.refused(422, "invalid", call("POST", "intake", "/clients", person=desk, body=unknown))
    path = f"/clients/{journey.rosa}"
    if journey.facts.get("renamed") is None:
        tag = journey.expect(200, call("GET", "intake", path, person=desk)).headers["ETag"]
        journey.facts["first_tag"] = journey.facts.get("first_tag", tag)
        change = {"display_name": "Rosi"}
        answer = call(
            "PATCH", "intake", path, person=desk, body=change, headers={"If-Match": journey.facts["first_tag"]}
        )
        # After an interruption the change may have been made already: then the tag is stale, which is what we want.
        if answer.status != 412:
            journey.expect(200, answer)
        journey.facts["renamed"] = True
    with journey.nothing_changes("intake"):
        stale = {"If-Match": journey.facts["first_tag"]}
        answer = call("PATCH", "intake", path, person=desk, body={"display_name": "Ro"}, headers=stale)
        journey.refused(412, "version_changed", answer)


@step("Booking a medicine visit before clearance is refused")
def booking_too_early(journey: Journey) -> None:
    """Sessions knows Rosa by now, and nothing clears her."""
    body = {
        "kind": "medicine",
        "starts_at": (clock.now() + timedelta(days=1)).isoformat(timespec="seconds"),
        "resources": journey.resources("maple"),
    }
    path = f"/clients/{journey.rosa}/visits"
    therapist = journey.person("therapist")

    def book() -> Answer | None:
        answer = journey.try_post(therapist, "sessions", path, body)
        # Nothing is known of her yet, or not that she is on the therapist's caseload.
        return None if answer.status in (403, 404) else answer

    answer = eventually("sessions to hear of Rosa", book)
    with journey.nothing_changes("sessions"):
        journey.refused(409, "clearance_missing", answer)


@step("She answers the screening; PHQ-9 is 18, and what she left blank is flagged")
def screen(journey: Journey) -> None:
    """Unknown is never taken as no."""
    screening = _screened(journey, "rosa", "maple")
    [phq9] = [measure for measure in screening["measures"] if measure["instrument"] == "phq-9"]
    journey.facts["baseline"] = phq9["score"]


@step("A prescriber looks at every flag and clears her: 90 days, IM, 70 kg")
def clear(journey: Journey) -> None:
    """Clearing without having looked is refused."""
    order = {"outcome": "cleared", "routes": ["IM"], "weight_kg": "70.0", "reviewed_flags": []}
    path = f"/screenings/{journey.facts['rosa_screening']}/clearance"
    with journey.nothing_changes("intake"):
        hasty = journey.try_post(journey.person("prescriber"), "intake", path, order)
        journey.refused(409, "open_flags", hasty)
    _cleared(journey, "rosa", "maple")


@step("She consents to treatment, to messages and to sharing with her doctor")
def consent(journey: Journey) -> None:
    """Three consents, each on its own."""
    _consents(journey, "rosa", "maple", "treatment", "messaging", "data_sharing")


@step("Tomas, who shares nothing with anybody, is cleared too")
def somebody_who_does_not_share(journey: Journey) -> None:
    """The partner must never hear of him."""
    _registered(journey, "tomas", "maple", "Keller")
    _screened(journey, "tomas", "maple")
    _cleared(journey, "tomas", "maple")


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
    _until_booked(journey, "rosa", "maple")


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
    _until_ready(journey, "rosa", "maple")


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
        _screened(journey, "nell", "cedar")
    _cleared(journey, "nell", "cedar")
    _consents(journey, "nell", "cedar", "treatment")
    words = {"question": "compassion", "words": "For the girl I was."}
    journey.post(journey.client("nell", "cedar"), "integration", f"/clients/{journey.facts['nell']}/intentions", words)
    visit = _until_booked(journey, "nell", "cedar")["id"]
    escort = {"name": "Ike Abara", "phone": "+12135550112", "confirmed": True}
    journey.post(journey.person("front_desk", "cedar"), "sessions", f"/visits/{visit}/escort", escort)
    _until_ready(journey, "nell", "cedar")
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


@step("Her integration window opens, with check-ins after 24 h, 72 h and 7 days")
def window(journey: Journey) -> None:
    """Integration heard that the visit is over."""
    rosa = journey.client()
    path = f"/clients/{journey.rosa}/windows"
    [opened] = eventually("the window", lambda: journey.get(rosa, "integration", path)["items"])
    if [check_in["hours_after"] for check_in in opened["check_ins"]] != [24, 72, 168]:
        raise DemoFailedError(f"the check-ins are wrong: {opened}")


@step("She writes a private moment, places a sensation, makes a commitment")
def integrate(journey: Journey) -> None:
    """Her therapist does not see the private moment."""
    rosa, path = journey.client(), f"/clients/{journey.rosa}"
    moment = {
        "kind": "realisation",
        "words": "The weight had a shape. I could set it on the table.",
        "visibility": "private",
    }
    written = journey.post(rosa, "integration", f"{path}/moments", moment)
    seen = journey.get(journey.person("therapist"), "integration", f"{path}/moments")["items"]
    if written["id"] in [item["id"] for item in seen]:
        raise DemoFailedError("a private moment was shown to the therapist")
    sensation = {"region": "chest", "side": "centre", "view": "front", "sensation": "warmth", "quality": "slow"}
    journey.post(rosa, "integration", f"{path}/sensations", sensation)
    commitment = {"action": "Walk to the river before breakfast", "when": "Tuesday", "with_whom": "Ana"}
    journey.post(rosa, "integration", f"{path}/commitments", commitment)


@step("Her PHQ-9 is 9 now: a response")
def measured_change(journey: Journey) -> None:
    """From 18, three weeks after the baseline: exactly half."""
    body = {"response": _answered(example("phq9-day-14"), clock.now())}
    reading = journey.post(journey.client(), "integration", f"/clients/{journey.rosa}/measures", body)
    if (reading["score"], reading["baseline"]) != (9, journey.facts["baseline"]):
        raise DemoFailedError(f"scored {reading}")
    halved = 2 * reading["score"] <= reading["baseline"]
    if reading["response"] is not halved:
        raise DemoFailedError(f"18 to 9 is a response, this is not: {reading}")


@step("Every message that the journey calls for has been sent")
def messages(journey: Journey) -> None:
    """Four to Rosa; none is left waiting."""
    wanted = {"welcome", "decision_made", "appointment_booked", "window_opened"}
    desk, path = journey.person("front_desk"), f"/clients/{journey.rosa}/messages"

    def all_sent() -> bool:
        ledger = journey.platform.call("GET", "notify", path, person=desk)
        if ledger.status == 404:
            return False  # notify has not heard of her yet.
        items = journey.expect(200, ledger).body["items"]
        sent = [item["template"] for item in items if item["status"] == "sent"]
        if len(sent) != len(set(sent)):
            raise DemoFailedError(f"a message was sent twice: {sent}")
        return wanted <= set(sent)

    eventually("the messages to be sent", all_sent)


@step("The partner has three signed webhooks, in order, and none about Tomas")
def partner_told(journey: Journey) -> None:
    """Each is verified with the subscription's secret on arrival."""

    def arrived() -> list[str]:
        distinct = {hook["webhook_id"]: hook["event"] for hook in journey.partner.received()}
        if any(journey.facts["tomas"] in json.dumps(event) for event in distinct.values()):
            raise DemoFailedError("the partner was told about a client who did not consent")
        about_rosa = [e for e in distinct.values() if e["subject"] == f"client/{journey.rosa}"]
        return [short_type(event["type"]).removesuffix(".v1") for event in about_rosa]

    eventually("the partner's webhooks", lambda: len(arrived()) >= len(PARTNER_EVENTS))
    if arrived() != PARTNER_EVENTS:
        raise DemoFailedError(f"the partner received {arrived()}")
    journey.post(
        journey.person("clinic_admin"), "notify", f"/subscriptions/{journey.facts['subscription']}/closing", status=200
    )
