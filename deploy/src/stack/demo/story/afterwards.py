"""What follows a medicine visit: the integration window, a measure, messages, and what a partner is told."""

import json

from shared import clock
from shared.events.language import short_type
from stack.demo.journey import PARTNER_EVENTS, Journey, example
from stack.demo.platform import DemoFailedError, eventually
from stack.demo.story.deeds import (
    answered,
)
from stack.demo.story.steps import step


@step("Her integration window opens, with check-ins from 24 h to 90 days after the visit")
def window(journey: Journey) -> None:
    """Integration heard that the visit is over."""
    rosa = journey.client()
    path = f"/clients/{journey.rosa}/windows"
    [opened] = eventually("the window", lambda: journey.get(rosa, "integration", path)["items"])
    if [check_in["hours_after"] for check_in in opened["check_ins"]] != [24, 72, 168, 336, 720, 2160]:
        raise DemoFailedError(f"the check-ins are wrong: {opened}")


@step("She writes a private moment, places a sensation, makes a commitment")
def integrate(journey: Journey) -> None:
    """Her therapist does not see the private moment; the commitment is hers alone too, and nobody hears of it."""
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
    sensation = {
        "region": "chest",
        "side": "centre",
        "view": "front",
        "sensation": "warmth",
        "quality": "slow, like honey",
    }
    journey.post(rosa, "integration", f"{path}/sensations", sensation)
    commitment = {"action": "Walk to the river before breakfast", "when": "Tuesday", "with_whom": "Ana"}
    journey.post(rosa, "integration", f"{path}/commitments", commitment)


@step("Her PHQ-9 is 9 now: a response")
def measured_change(journey: Journey) -> None:
    """From 18, three weeks after the baseline: exactly half."""
    body = {"response": answered(example("phq9-day-14"), clock.now())}
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
