"""How clients, and those who look after them, are asked on integration's pages."""

from integration.domain.visibility import Visibility
from integration.models import Moment, RedFlag
from integration.pages.words import MOMENTS, QUESTIONS, SHARED_WITH
from integration.schemas import AnswerCheckIn, CloseFlag, MakeCommitment, SetIntention, ShareMoment, WriteMoment
from shared.languages import phrase
from shared.web.face.forms import Ask, Form, with_value


def check_in_form() -> Form[AnswerCheckIn]:
    """How are you? Each question may be left open."""
    return Form(
        AnswerCheckIn,
        {
            "how_are_you": Ask(
                phrase("How are you?"),
                phrase("In your own words, as many or as few as you like. Nobody watches for what is written here."),
            ),
            "slept": Ask(phrase("Did you sleep?")),
            "help_now": Ask(phrase("Would you like help now?")),
            "hard_thoughts": Ask(phrase("Do you have thoughts of ending your life, or of hurting yourself?")),
            "burning_or_blood": Ask(phrase("Does it burn when you pass water, or is there blood?")),
        },
        not_done=phrase("Your answers are not kept yet"),
        prefix="check-in-",
    )


def intention_form() -> Form[SetIntention]:
    """What is this for you?"""
    return Form(
        SetIntention,
        {
            "question": Ask(
                phrase("Which question speaks to you?"),
                phrase("Please choose one."),
                choices=tuple(QUESTIONS.items()),
            ),
            "words": Ask(
                phrase("In your own words"),
                phrase("An intention is a direction, and no task. Your therapist can read it."),
            ),
        },
        not_done=phrase("Your intention is not kept yet"),
        prefix="intention-",
    )


def moment_form(words: str | None = None) -> Form[WriteMoment]:
    """What did you notice? It is the client's alone unless they choose otherwise. `words` may stand there already."""
    return Form(
        WriteMoment,
        {
            "words": with_value(Ask(phrase("What did you notice?"), phrase("However small it is.")), words),
            "kind": Ask(phrase("What is it most like?"), kind="choice", choices=tuple(MOMENTS.items()), value="other"),
            "visibility": Ask(
                phrase("Who may read it?"),
                kind="radio",
                choices=tuple(SHARED_WITH.items()),
                value=Visibility.PRIVATE.value,
            ),
        },
        not_done=phrase("Your moment is not kept yet"),
        prefix="moment-",
    )


def sharing_form(moment: Moment) -> Form[ShareMoment]:
    """With whom a moment is shared, from now on."""
    return Form(
        ShareMoment,
        {
            "visibility": Ask(
                phrase("Who may read it?"),
                phrase("You can change this at any time. What was read before cannot be unread."),
                kind="radio",
                choices=tuple(SHARED_WITH.items()),
                value=moment.visibility.value,
            )
        },
        not_done=phrase("Nothing has changed yet"),
    )


def commitment_form() -> Form[MakeCommitment]:
    """One small thing that the client wants to do; when and with whom may stay open."""
    return Form(
        MakeCommitment,
        {
            "action": Ask(phrase("What would you like to do?"), phrase("One small thing, as a walk before breakfast.")),
            "when": Ask(phrase("When?"), kind="text"),
            "with_whom": Ask(phrase("With whom?"), kind="text"),
        },
        not_done=phrase("It is not written down yet"),
        prefix="commitment-",
    )


def closing_form(flag: RedFlag) -> Form[CloseFlag]:
    """What was done about a red flag."""
    return Form(
        CloseFlag,
        {"note": Ask(phrase("What was done?"), phrase("It goes into the record, which the client may ask to read."))},
        not_done=phrase("The red flag is still open"),
        prefix=f"flag-{flag.id}-",
    )
