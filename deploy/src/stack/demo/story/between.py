"""The time between visits: what Rosa notices and lives, and what she and her therapist prepare together."""

from datetime import timedelta

from shared import clock
from stack.demo.journey import Journey
from stack.demo.platform import DemoFailedError
from stack.demo.story.steps import step


@step("She shares a dream with her therapist, and looks back at what she had chosen to do")
def share(journey: Journey) -> None:
    """What is private stays so; what is shared is read by whom she chose."""
    rosa, path = journey.client(), f"/clients/{journey.rosa}"
    dream = {
        "kind": "dream",
        "words": "A ferry without a captain, and nobody was afraid.",
        "tags": ["the old ferry"],
        "visibility": "therapist",
    }
    journey.post(rosa, "integration", f"{path}/moments", dream)
    seen = journey.get(journey.person("therapist"), "integration", f"{path}/moments")["items"]
    if [moment["words"] for moment in seen] != [dream["words"]]:
        raise DemoFailedError(f"the therapist sees {seen}")
    chosen = {
        "action": "Put the phone into the hall at nine",
        "when": "each evening of this week",
        "visibility": "therapist",
    }
    commitment = journey.post(rosa, "integration", f"{path}/commitments", chosen)
    looked_back = {"outcome": "kept", "reflection": "I heard the rain."}
    journey.post(rosa, "integration", f"{path}/commitments/{commitment['id']}/reviews", looked_back)
    for sensation in (
        {"region": "belly", "side": "centre", "view": "front", "sensation": "ease", "extent": 3},
        {
            "region": "hands",
            "side": "both",
            "view": "front",
            "sensation": "trembling",
            "extent": 1,
            "quality": "light as a leaf",
        },
    ):
        journey.post(rosa, "integration", f"{path}/sensations", sensation)


@step("She and her therapist prepare their next talk, and agree on a plan")
def together(journey: Journey) -> None:
    """Each brings something; a plan holds when both have agreed to it."""
    rosa, sam, path = journey.client(), journey.person("therapist"), f"/clients/{journey.rosa}"
    journey.post(rosa, "integration", f"{path}/agenda", {"words": "How to tell my sister."})
    journey.post(sam, "integration", f"{path}/agenda", {"words": "What the mornings are like now."})
    proposed = {
        "kind": "integration",
        "parts": {"matters": "To be slower in the mornings.", "again": "In four weeks."},
        "after": 0,
    }
    plan = journey.post(sam, "integration", f"{path}/plans", proposed)
    agreed = journey.post(rosa, "integration", f"{path}/plans/{plan['id']}/agreement")
    if not (agreed["client_agreed_at"] and agreed["therapist_agreed_at"]):
        raise DemoFailedError(f"the plan does not hold: {agreed}")
    journey.post(sam, "integration", f"{path}/session-notes", {"words": "Sleeps better; plans to see her sister."})


@step("She begins a practice, keeps a day and writes a letter to herself")
def live(journey: Journey) -> None:
    """All of it goes on without any further medicine."""
    rosa, path = journey.client(), f"/clients/{journey.rosa}"
    practice = {"name": "Sit by the window with tea", "why": "To arrive in the day", "every_days": 1}
    begun = journey.post(rosa, "integration", f"{path}/practices", practice)
    journey.post(rosa, "integration", f"{path}/practices/{begun['id']}/lived", {"words": "The gulls were early."})
    today = clock.now().date()
    moved = {"title": "Moved to the house by the river", "day": str(today - timedelta(days=40)), "yearly": True}
    journey.post(rosa, "integration", f"{path}/life-events", moved)
    letter = {"words": "Remember the window that stood open.", "opens_on": str(today + timedelta(days=365))}
    written = journey.post(rosa, "integration", f"{path}/letters", letter)
    if written["words"] is not None:
        raise DemoFailedError("a letter that is sealed was read")
