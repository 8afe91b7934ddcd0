"""How clients are asked how they are, and for how long they want to be asked nothing."""

from typing import Literal

from integration.domain.checkins import ASKED, AT_ONCE, EMERGENCY
from integration.models import Rest
from integration.schemas.checkins import AnswerCheckIn, ChooseRest
from shared.languages import phrase
from shared.web.face.forms import Ask, Choices, Form

IN_BRIEF: Choices = (("yes", phrase("Yes")), ("no", phrase("No")), ("unsaid", phrase("Rather not say")))
"""As `YES_NO_UNSAID`, in so few words that they stand beside each other on a telephone."""

FIRST = ("how_are_you", "slept", "help_now", "hard_thoughts")
"""What is asked in the first block; all else stands in a second, calmer one."""

_ASKED = {
    "slept": phrase("Did you sleep?"),
    "help_now": phrase("Would you like help now?"),
    "hard_thoughts": phrase("Do you have thoughts of ending your life, or of hurting yourself?"),
    "chest_pain_or_fainting": phrase("Does your chest hurt, or have you fainted?"),
    "unsafe_at_home": phrase("Is somebody near you making you afraid, or hurting you?"),
    "unusual_perception": phrase("Do you hear, see or believe things that others do not?"),
    "sleepless_energy": phrase("For two nights or more, little sleep and yet much energy?"),
    "feels_unreal": phrase("Do you, or does the world, feel unreal?"),
    "burning_or_blood": phrase(
        "Does it burn when you pass water, is it much more often than usual, or is there blood?"
    ),
    "craving": phrase("Do you crave ketamine, or something else?"),
    "outside_the_plan": phrase("Have you taken ketamine outside of what was planned with you?"),
    "pregnant": phrase("Could you be pregnant?"),
}

_HINTS = {
    "unsafe_at_home": phrase(
        "No message of ours ever speaks of this. Whoever looks at your phone could see this page."
    ),
}


_IN_NO_DRAFT = frozenset({"unsafe_at_home"})
"""Whoever looks at the device is perhaps the one whom it is about."""


def check_in_form(*, asks_unreal: bool = True) -> Form[AnswerCheckIn]:
    """How are you? Each question may be left open.

    Whether something feels unreal is not to be asked while a yes tells nobody (`domain.checkins.UNREAL_AFTER`): the
    form says that a yes tells a person.
    """
    words = Ask(
        phrase("How are you?"),
        phrase("In your own words, as many or as few as you like. Your therapist can read it."),
    )
    asked = {
        name: Ask(
            question,
            _HINTS.get(name, ""),
            choices=IN_BRIEF,
            kind="yes_no",
            calls=_whom_it_calls(name),
            drafted=name not in _IN_NO_DRAFT,
        )
        for name, question in _ASKED.items()
        if asks_unreal or name != "feels_unreal"
    }
    return Form(
        AnswerCheckIn,
        {"how_are_you": words} | asked,
        not_done=phrase("Your answers are not kept yet"),
        prefix="check-in-",
    )


def _whom_it_calls(question: str) -> Literal["", "line", "emergency"]:
    reason = ASKED.get(question)
    if reason in EMERGENCY:
        return "emergency"
    return "line" if reason in AT_ONCE else ""


def rest_form(resting: Rest | None, until: str) -> Form[ChooseRest]:
    """Until when the client wants to be asked nothing; `until` is the day that stands there, or nothing."""
    return Form(
        ChooseRest,
        {
            "until": Ask(
                phrase("Until"),
                phrase("On that day you are asked again. Leave it empty to rest until you come back."),
                kind="date",
                value=until,
            ),
            "words": Ask(
                phrase("A word to yourself, if you like"),
                phrase("It is yours alone."),
                kind="text",
                value=(resting.words or "") if resting else "",
            ),
        },
        not_done=phrase("Nothing has changed yet"),
        prefix="rest-",
    )
