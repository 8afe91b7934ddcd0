"""How clients are asked about intentions: a direction, and no task."""

from dataclasses import replace

from integration.domain.attaching import LARGEST_RECORDING
from integration.models import Intention
from integration.schemas.intentions import SayHowItStands, SayIntention, SetIntention
from integration.words import HOW_IT_STANDS, QUESTIONS
from shared.declared import Nothing
from shared.languages import phrase
from shared.web.face.forms import Ask, Form, with_value

_ASKS = {
    "question": Ask(
        phrase("Which question speaks to you?"), phrase("Please choose one."), choices=tuple(QUESTIONS.items())
    ),
    "words": Ask(phrase("In your own words"), phrase("An intention is a direction, and no task.")),
    "recording": Ask(phrase("Speak"), kind="recording", largest=LARGEST_RECORDING),
    "drawing": Ask(phrase("Draw"), kind="drawing"),
}


def saying_form() -> Form[SayIntention]:
    """A new one. Any one of words, voice and drawing is enough."""
    return Form(SayIntention, _ASKS, not_done=phrase("Your intention is not kept yet"), prefix="intention-")


def wording_form(intention: Intention, *, spoken: bool) -> Form[SayIntention]:
    """The same anew, with what it says now; where it was `spoken`, that may stay."""
    asks = {name: with_value(ask, getattr(intention, name, None)) for name, ask in _ASKS.items()}
    asks["words"] = replace(asks["words"], hint=phrase("What it says now is kept beside it."))
    if spoken:
        asks["keeps_recording"] = Ask(phrase("Keep what I spoke before"), kind="tick", value="yes")
    return Form(SayIntention, asks, not_done=phrase("It still says what it said before"), prefix="wording-")


def order_of(said: SayIntention) -> SetIntention:
    """What the form of the page says, as it is kept."""
    return SetIntention(question=said.question, words=said.words, drawing=said.drawing)


def standing_form(intention: Intention) -> Form[SayHowItStands]:
    """How it stands with the client. Whether they say so is theirs."""
    ask = Ask(
        phrase("How does it stand with you now?"),
        phrase("There is no right answer, and you can say it anew at any time."),
        kind="radio",
        choices=tuple(HOW_IT_STANDS.items()),
        value=intention.status.value,
    )
    return Form(SayHowItStands, {"status": ask}, not_done=phrase("Nothing has changed yet"), prefix="standing-")


def carrying_form(intention: Intention) -> Form[Nothing]:
    """Whether to carry it into the next medicine visit."""
    return Form(Nothing, {}, not_done=phrase("It is not carried into a visit"), prefix=f"carrying-{intention.id}-")
