"""From the public form to a clearance, with the wrong turns at the door."""

from datetime import timedelta

from shared import clock
from stack.demo.journey import PARTNER, PARTNER_EVENTS, SERVICES, Journey
from stack.demo.platform import Answer, DemoFailedError, eventually
from stack.demo.story.deeds import cleared, consents, daytime_zone, end_what_was_left, registered, screened
from stack.demo.story.steps import step


@step("All four services are ready")
def ready(journey: Journey) -> None:
    """Each service answers for itself."""
    for service in SERVICES:
        journey.expect(200, journey.platform.call("GET", service, "/health/ready"))


@step("What an earlier run has left in the rooms comes to its end")
def make_room(journey: Journey) -> None:
    """Rooms and people are taken once at a time."""
    end_what_was_left(journey)


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
        "email": journey.email(),
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
        "email": journey.email(),
        "time_zone": daytime_zone(),
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
    registered(journey, "nell", "cedar", "Abara")
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
    screening = screened(journey, "rosa", "maple")
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
    cleared(journey, "rosa", "maple")


@step("She consents to treatment, to messages and to sharing with her doctor")
def consent(journey: Journey) -> None:
    """Three consents, each on its own."""
    consents(journey, "rosa", "maple", "treatment", "messaging", "data_sharing")


@step("Tomas, who shares nothing with anybody, is cleared too")
def somebody_who_does_not_share(journey: Journey) -> None:
    """The partner must never hear of him."""
    registered(journey, "tomas", "maple", "Keller")
    screened(journey, "tomas", "maple")
    cleared(journey, "tomas", "maple")
