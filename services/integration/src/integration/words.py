"""What people call what has a code here. Clients read plain words, the clinic its own terms; nobody reads codes."""

from collections.abc import Mapping

from integration.domain.asking import Occasion, RequestStatus
from integration.domain.attaching import AttachmentKind
from integration.domain.attention import Group
from integration.domain.figures import What
from integration.domain.months import Zoom
from integration.domain.planning import PlanKind
from integration.domain.practising import CommitmentStatus, PracticeStatus
from integration.domain.reading_words import SharedWords
from integration.domain.risk_actions import RiskAction
from integration.domain.small_cells import Engagement, Part
from integration.domain.visibility import Visibility
from integration.models import RedFlag
from shared.events.integration import CommitmentOutcome, IntentionQuestion, IntentionStatus, RedFlagReason
from shared.events.sessions import VisitKind
from shared.languages import phrase

MOMENTS: Mapping[str, str] = {
    "insight": phrase("an insight"),
    "release": phrase("a release"),
    "dream": phrase("a dream"),
    "realisation": phrase("a realisation"),
    "relationship": phrase("a relationship"),
    "other": phrase("something else"),
}
SHARED_WITH: Mapping[str, str] = {
    Visibility.PRIVATE: phrase("Only me"),
    Visibility.THERAPIST: phrase("My therapist and me"),
    Visibility.CARE_TEAM: phrase("My care team and me"),
}
SEEN_BY: Mapping[str, str] = {
    Visibility.THERAPIST: phrase("shared with the therapist"),
    Visibility.CARE_TEAM: phrase("shared with the care team"),
}
QUESTIONS: Mapping[str, str] = {
    IntentionQuestion.UNDERSTAND_OR_RELEASE: phrase("What would I like to understand, or to let go of?"),
    IntentionQuestion.COMPASSION: phrase("Where would I like to meet myself, or somebody, with compassion?"),
    IntentionQuestion.TRUTH: phrase("Which truth am I ready to look at?"),
}
INTENTION_STANDS: Mapping[str, str] = {
    "held": phrase("lived with"),
    "changed": phrase("changed"),
    "released": phrase("released"),
}
HOW_IT_STANDS: Mapping[str, str] = {
    IntentionStatus.HELD: phrase("I live with it"),
    IntentionStatus.CHANGED: phrase("It has changed"),
    IntentionStatus.RELEASED: phrase("I have let it go"),
}
"""An intention, as its client says it. There is no fourth."""

LOOKING_BACK: Mapping[str, str] = {
    CommitmentOutcome.KEPT: phrase("I did it"),
    CommitmentOutcome.ADJUSTED: phrase("It is different now, and I adjust it"),
    CommitmentOutcome.LET_GO: phrase("I let it go"),
}
LOOKED_BACK: Mapping[str, str] = {
    CommitmentOutcome.KEPT: phrase("I did it"),
    CommitmentOutcome.ADJUSTED: phrase("I adjusted it"),
    CommitmentOutcome.LET_GO: phrase("I let it go"),
}
"""A commitment as its client says it: while they look back at it, and afterwards."""

REVIEWS: Mapping[str, str] = {
    CommitmentOutcome.KEPT: phrase("kept"),
    CommitmentOutcome.ADJUSTED: phrase("adjusted"),
    CommitmentOutcome.LET_GO: phrase("let go"),
}
COMMITMENTS: Mapping[str, str] = {
    CommitmentStatus.OPEN: phrase("in hand"),
    CommitmentStatus.KEPT: phrase("done"),
    CommitmentStatus.LET_GO: phrase("let go"),
}
PRACTICES: Mapping[str, str] = {
    PracticeStatus.LIVING: phrase("lived"),
    PracticeStatus.RESTING: phrase("resting"),
    PracticeStatus.LET_GO: phrase("let go"),
}
PLANS_CALLED: Mapping[PlanKind, str] = {
    PlanKind.INTEGRATION: phrase("Our integration plan"),
    PlanKind.LIVING: phrase("Our plan for the time without medicine"),
}
EXTENTS: Mapping[int, str] = {1: phrase("a spot"), 2: phrase("some of it"), 3: phrase("all of it")}
"""How much of a region of the body something is felt in."""

TOLD_OTHERWISE: Mapping[str, str] = {
    "drawing": phrase("a drawing"),
    AttachmentKind.VOICE: phrase("a recording"),
    AttachmentKind.PHOTO: phrase("a photo"),
}
YES_NO: Mapping[bool, str] = {True: phrase("Yes"), False: phrase("No")}
VISITS: Mapping[str, str] = {
    VisitKind.PREPARATION: phrase("Preparation visit"),
    VisitKind.MEDICINE: phrase("Medicine visit"),
    VisitKind.INTEGRATION: phrase("Integration visit"),
}
FLAGS: Mapping[str, str] = {
    RedFlagReason.HELP_NOW: phrase("Asked for help now"),
    RedFlagReason.SUICIDALITY: phrase("Said yes to thoughts of ending their life or hurting themselves"),
    RedFlagReason.BLADDER: phrase("Said yes to burning, frequency or blood when passing water"),
    RedFlagReason.SLEEPLESS_ENERGY: phrase("Little sleep with much energy for two nights or more"),
    RedFlagReason.UNUSUAL_PERCEPTION: phrase("Hears, sees or believes what others do not"),
    RedFlagReason.FEELS_UNREAL: phrase("Feels that they or the world are unreal, more than 24 h after the medicine"),
    RedFlagReason.CRAVING: phrase("Said yes to cravings"),
    RedFlagReason.OUTSIDE_THE_PLAN: phrase("Took ketamine outside of the plan"),
    RedFlagReason.CHEST_PAIN_OR_FAINTING: phrase("Said yes to chest pain or fainting"),
    RedFlagReason.UNSAFE_AT_HOME: phrase("Said yes to being afraid of, or hurt by, somebody near them"),
    RedFlagReason.PREGNANCY: phrase("Could be pregnant"),
}
_ANSWERED = phrase("An answer about thoughts of ending their life calls for somebody")
_BOTH = phrase(
    "Said yes to thoughts of ending their life or hurting themselves; an answer to a questionnaire calls too"
)


def called_for(flag: RedFlag) -> str:
    """Why somebody is called. An answer to a questionnaire is no yes, and a clinician may have judged it."""
    if flag.reason != RedFlagReason.SUICIDALITY or not flag.asks_for:
        return FLAGS[flag.reason]
    return _BOTH if flag.said_yes else _ANSWERED


HOW_TO_CALL: Mapping[str, str] = {
    RedFlagReason.UNSAFE_AT_HOME: phrase(
        "Somebody may be listening, or reading their phone. Ask first whether they can talk; leave no message."
    ),
    RedFlagReason.CHEST_PAIN_OR_FAINTING: phrase(
        "They were shown the emergency number. Ask whether help is with them."
    ),
    RedFlagReason.BLADDER: phrase("The prescriber decides on a urine test, and on the next medicine visit."),
}
"""What whoever calls should know before they dial."""

ASKED_FOR: Mapping[str, str] = {
    RiskAction.ADMINISTER_C_SSRS: phrase("ask them the C-SSRS"),
    RiskAction.CLINICIAN_SAME_DAY: phrase("a clinician sees them on the same day, with a safety plan"),
    RiskAction.EVALUATE_AT_ONCE: phrase("somebody looks after them at once, and evaluates them live"),
}
"""What a questionnaire's own rule asks for, as the end of a sentence."""

CHECK_INS: Mapping[str, str] = {
    "waiting": phrase("comes later"),
    "due": phrase("asked, not answered yet"),
    "completed": phrase("answered"),
    "missed": phrase("not answered"),
    "skipped": phrase("skipped, by their own choice"),
    "paused": phrase("put away: they rested"),
    "joined": phrase("asked together with one of a later visit"),
}
ANSWERS: Mapping[str, str] = {
    "slept": phrase("Slept"),
    "help_now": phrase("Wanted help now"),
    "hard_thoughts": phrase("Thoughts of ending their life or hurting themselves"),
    "chest_pain_or_fainting": phrase("Chest pain or fainting"),
    "unsafe_at_home": phrase("Afraid of, or hurt by, somebody near them"),
    "unusual_perception": phrase("Hears, sees or believes what others do not"),
    "sleepless_energy": phrase("Little sleep with much energy for two nights or more"),
    "feels_unreal": phrase("They or the world feel unreal"),
    "burning_or_blood": phrase("Burning, frequency or blood when passing water"),
    "craving": phrase("Cravings"),
    "outside_the_plan": phrase("Ketamine outside of the plan"),
    "pregnant": phrase("Could be pregnant"),
}
"""What a check-in asked with yes or no, as the care team says it."""

WHERE_WORDS_STAND: Mapping[str, str] = {
    SharedWords.MOMENT: phrase("In a moment that they shared"),
    SharedWords.CHECK_IN: phrase("In a check-in"),
    SharedWords.AGENDA: phrase("In what they bring to a conversation"),
    SharedWords.INTENTION: phrase("In an intention"),
}

OCCASIONS: Mapping[Occasion, str] = {
    Occasion.BEFORE_MEDICINE: phrase("before a medicine visit"),
    Occasion.AFTER_MEDICINE: phrase("after a medicine visit"),
    Occasion.BY_CALENDAR: phrase("by the calendar"),
    Occasion.AFTER_SERIES: phrase("after the series"),
    Occasion.WISHED: phrase("asked for by the staff"),
}
"""Why a measure is asked when it is."""

REQUESTS: Mapping[RequestStatus, str] = {
    RequestStatus.WAITING: phrase("comes later"),
    RequestStatus.DUE: phrase("due"),
    RequestStatus.OVERDUE: phrase("overdue"),
    RequestStatus.ANSWERED: phrase("answered"),
    RequestStatus.SKIPPED: phrase("skipped"),
    RequestStatus.PAUSED: phrase("put away: they rested"),
    RequestStatus.WITHDRAWN: phrase("taken back"),
}
LICENCES: Mapping[str, str] = {
    "may_ship": phrase("Its text ships with Afterglow."),
    "clinic_loads": phrase("Its text is the clinic’s to load, by a permission of its owner."),
    "paper_only": phrase("Its licence keeps it on paper: it may not be made electronic."),
}
GROUPS: Mapping[Group, str] = {
    Group.FLAGGED: phrase("Somebody is to look after them"),
    Group.TO_READ: phrase("Words that somebody is asked to read"),
    Group.TODAY: phrase("With a visit today"),
    Group.QUIET: phrase("Quiet"),
    Group.CLOSING: phrase("Windows that close soon"),
    Group.OTHERS: phrase("Others"),
    Group.RESTING: phrase("Resting, by their own choice"),
}
WHY_THERE: Mapping[Group, str] = {
    Group.FLAGGED: phrase("An open red flag holds the next medicine visit until a person has closed it."),
    Group.TO_READ: phrase("They shared words that a person may want to read soon. It says nothing about them."),
    Group.TODAY: phrase("Visits of this day, those that are over among them."),
    Group.QUIET: phrase("Their window is open, and the last check-in has no answer."),
    Group.CLOSING: phrase("The integration window ends within two days."),
    Group.OTHERS: phrase("Nothing has come up."),
    Group.RESTING: phrase("They are asked and reminded of nothing. They can reach you as ever."),
}
"""Why somebody stands in a group of the people whom one looks after."""

ZOOMS: Mapping[Zoom, str] = {
    Zoom.MONTH: phrase("A month"),
    Zoom.QUARTER: phrase("Three months"),
    Zoom.YEAR: phrase("A year"),
    Zoom.ALL: phrase("All of it"),
}
KINDS_OF_LINES: Mapping[str, str] = {
    "intention": phrase("Intentions"),
    "moment": phrase("Moments"),
    "sensation": phrase("Body"),
    "commitment": phrase("Commitments"),
    "practice": phrase("Practices"),
    "visit": phrase("Visits"),
    "check_in": phrase("Check-ins"),
    "measure": phrase("Questions"),
    "plan": phrase("Plans"),
    "life_event": phrase("Days that matter"),
    "letter": phrase("Letters"),
}
ENDS: Mapping[str, str] = {
    "intention": phrase("an intention"),
    "moment": phrase("a moment"),
    "commitment": phrase("something to do"),
    "review": phrase("looking back at it"),
    "practice": phrase("a practice"),
    "visit": phrase("a visit"),
}
"""What a line of the journey came from, or led to."""

OUTCOMES: Mapping[What, str] = {
    What.RESPONSE: phrase("Response"),
    What.REMISSION: phrase("Remission"),
    What.RELIABLY_BETTER: phrase("Reliably better"),
}
ENGAGEMENTS: Mapping[Engagement, str] = {
    Engagement.CHECK_INS: phrase("By check-ins answered"),
    Engagement.INTEGRATION_VISITS: phrase("By integration visits"),
}
PARTS_ENGAGED: Mapping[tuple[Engagement, Part], str] = {
    (Engagement.CHECK_INS, Part.MORE): phrase("half or more"),
    (Engagement.CHECK_INS, Part.LESS): phrase("fewer, or none asked"),
    (Engagement.INTEGRATION_VISITS, Part.MORE): phrase("one for two medicine visits, or more"),
    (Engagement.INTEGRATION_VISITS, Part.LESS): phrase("fewer"),
}
