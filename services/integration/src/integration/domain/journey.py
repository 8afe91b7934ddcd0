"""How the lines of a journey are worded: that something is, and of what kind; never what a client wrote about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.events.integration import CommitmentOutcome
from shared.events.sessions import VisitKind
from shared.languages import phrase

KINDS = (
    "intention",
    "moment",
    "sensation",
    "commitment",
    "practice",
    "visit",
    "check_in",
    "measure",
    "plan",
    "life_event",
    "letter",
)
"""Of which kind what is in a journey is, as it can be narrowed down to. Other kinds of lines belong to one of these."""

BELONGS_TO: Mapping[str, str] = {"review": "commitment", "lived": "practice", "window": "visit"}


@dataclass(frozen=True)
class Line:
    """One thing in a journey. `words` say it, with `{names}` for its `values`: codes, numbers, or what was typed.

    `thing` is what it tells of, for a page that may show more of it.
    """

    at: datetime
    kind: str
    words: str
    thing: Any
    values: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def belongs_to(self) -> str:
        """Its kind among `KINDS`."""
        return BELONGS_TO.get(self.kind, self.kind)

    @property
    def title(self) -> str:
        """The line for programs, with codes as they are."""
        return self.words.format(**self.values)


TO_THE_CLIENT: Mapping[str, str] = {
    "intention": phrase("You set an intention."),
    "moment": phrase("You wrote down a moment: {kind}."),
    "sensation": phrase("You noticed something in your body: {sensation}, {region}."),
    "commitment": phrase("You chose one small thing to do."),
    CommitmentOutcome.KEPT: phrase("You looked back at something that you wanted to do: you did it."),
    CommitmentOutcome.ADJUSTED: phrase("You looked back at something that you wanted to do, and changed it."),
    CommitmentOutcome.LET_GO: phrase("You looked back at something that you wanted to do, and let it go."),
    "practice": phrase("You began a practice."),
    "lived": phrase("You lived a practice."),
    VisitKind.PREPARATION: phrase("Your preparation visit ended."),
    VisitKind.MEDICINE: phrase("Your medicine visit ended."),
    VisitKind.INTEGRATION: phrase("Your integration visit ended."),
    "window": phrase("The time to let your visit settle began."),
    "check_in": phrase("You told us how you were, {hours} hours after your visit."),
    # A client reads neither codes nor scores here: what they mean is for a conversation.
    "measure": phrase("You answered some questions about how you have been."),
    "measure_by_clinic": phrase("Your clinic wrote down how you have been."),
    "plan_integration": phrase("You and your therapist agreed on a plan for this time."),
    "plan_living": phrase("You and your therapist agreed on a plan for the time without medicine."),
    "life_event": phrase("A day that matters to you."),
    "letter": phrase("You wrote a letter to yourself."),
}
"""Second person, without praise, blame or clinical codes."""

AHEAD_TO_THE_CLIENT: Mapping[str, str] = {
    VisitKind.PREPARATION: phrase("Your preparation visit is booked."),
    VisitKind.MEDICINE: phrase("Your medicine visit is booked."),
    VisitKind.INTEGRATION: phrase("Your integration visit is booked."),
}
"""Of a visit that is not over."""

TO_THE_CARE_TEAM: Mapping[str, str] = {
    "intention": phrase("Intention set"),
    "moment": phrase("Shared moment: {kind}"),
    "sensation": phrase("Body map: {sensation}, {region}"),
    "commitment": phrase("Commitment made"),
    CommitmentOutcome.KEPT: phrase("Commitment reviewed: kept"),
    CommitmentOutcome.ADJUSTED: phrase("Commitment reviewed: adjusted"),
    CommitmentOutcome.LET_GO: phrase("Commitment reviewed: let go"),
    "practice": phrase("Practice begun"),
    "lived": phrase("Practice lived"),
    VisitKind.PREPARATION: phrase("Preparation visit completed"),
    VisitKind.MEDICINE: phrase("Medicine visit completed"),
    VisitKind.INTEGRATION: phrase("Integration visit completed"),
    "window": phrase("Integration window opened"),
    "check_in": phrase("Check-in answered, {hours} h after the visit"),
    "measure": phrase("{instrument}: {score}"),
    "measure_by_clinic": phrase("{instrument}: {score}"),
    "plan_integration": phrase("Integration plan agreed"),
    "plan_living": phrase("Living plan agreed"),
    "life_event": phrase("Life event"),
}
"""The clinic's terms, and no interpretation."""

AHEAD_TO_THE_CARE_TEAM: Mapping[str, str] = {
    VisitKind.PREPARATION: phrase("Preparation visit booked"),
    VisitKind.MEDICINE: phrase("Medicine visit booked"),
    VisitKind.INTEGRATION: phrase("Integration visit booked"),
}
