"""What people call what has a code here. Clients read plain words, the clinic its own terms; nobody reads codes."""

from collections.abc import Mapping

from integration.domain.visibility import Visibility
from shared.events.integration import IntentionQuestion, RedFlagReason
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
VISITS: Mapping[str, str] = {
    VisitKind.PREPARATION: phrase("Preparation visit"),
    VisitKind.MEDICINE: phrase("Medicine visit"),
    VisitKind.INTEGRATION: phrase("Integration visit"),
}
FLAGS: Mapping[str, str] = {
    RedFlagReason.HELP_NOW: phrase("Asked for help now"),
    RedFlagReason.SUICIDALITY: phrase("Said yes to thoughts of ending their life or hurting themselves"),
    RedFlagReason.BLADDER: phrase("Said yes to burning when passing water, or blood"),
    RedFlagReason.SLEEPLESS_ENERGY: phrase("Little sleep with much energy"),
    RedFlagReason.UNUSUAL_PERCEPTION: phrase("Hears, sees or believes what others do not"),
}
CHECK_INS: Mapping[str, str] = {
    "waiting": phrase("comes later"),
    "due": phrase("asked, not answered yet"),
    "completed": phrase("answered"),
    "missed": phrase("not answered"),
}
