"""How the lines of a journey are worded: that something is, and of what kind; never what a client wrote about it."""

from shared.events.sessions import VisitKind

TO_THE_CLIENT: dict[str, str] = {
    "intention": "You set an intention.",
    "moment": "You wrote down a moment: {0}.",
    "sensation": "You noticed something in your body: {0}, {1}.",
    "commitment": "You chose one small thing to do.",
    VisitKind.PREPARATION: "Your preparation visit ended.",
    VisitKind.MEDICINE: "Your medicine visit ended.",
    VisitKind.INTEGRATION: "Your integration visit ended.",
    "window": "The time to let your visit settle began.",
    "check_in": "You told us how you were, {0} hours after your visit.",
    # A client reads neither codes nor scores here: what they mean is for a conversation.
    "measure": "You answered some questions about how you have been.",
}
"""Second person, without praise, blame or clinical codes."""

TO_THE_CARE_TEAM: dict[str, str] = {
    "intention": "Intention set",
    "moment": "Shared moment: {0}",
    "sensation": "Body map: {0}, {1}",
    "commitment": "Commitment made",
    VisitKind.PREPARATION: "Preparation visit completed",
    VisitKind.MEDICINE: "Medicine visit completed",
    VisitKind.INTEGRATION: "Integration visit completed",
    "window": "Integration window opened",
    "check_in": "Check-in answered, {0} h after the visit",
    "measure": "{0}: {1}",
}
"""The clinic's terms, and no interpretation."""
