"""How clients are asked on Today: in short, with the whole of it a page away."""

from integration.pages.sharing import whom_to_share_with
from integration.schemas.intentions import SetIntention
from integration.schemas.moments import WriteMoment
from integration.words import MOMENTS, QUESTIONS
from shared.languages import phrase
from shared.web.face.forms import Ask, Form, with_value


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
            "visibility": whom_to_share_with(phrase("Who may read it?")),
        },
        not_done=phrase("Your moment is not kept yet"),
        prefix="moment-",
    )
