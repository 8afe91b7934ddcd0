"""What people call what has a code here. Clients read plain words, the clinic its own terms; nobody reads codes."""

from collections.abc import Mapping

from integration.domain.reading_words import SharedWords
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

CHECK_INS: Mapping[str, str] = {
    "waiting": phrase("comes later"),
    "due": phrase("asked, not answered yet"),
    "completed": phrase("answered"),
    "missed": phrase("not answered"),
    "skipped": phrase("skipped, by their own choice"),
    "paused": phrase("not asked: they were resting"),
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
}
