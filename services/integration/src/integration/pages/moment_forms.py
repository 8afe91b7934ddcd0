"""How clients are asked about moments: in five seconds, and with as much more as they like."""

from collections.abc import Sequence

from integration.domain.attaching import LARGEST_PHOTO, LARGEST_RECORDING
from integration.models import Intention, Moment
from integration.pages.sharing import AT_ANY_TIME, whom_to_share_with
from integration.schemas.moments import CaptureMoment, SearchMoments, ShareMoment, WriteMoment
from integration.words import MOMENTS
from shared.declared import Nothing
from shared.languages import Reader, phrase
from shared.web.face.forms import Ask, Form

_STRENGTHS = (("", "–"), *((str(number), str(number)) for number in range(1, 6)))
_LABEL = 60


def capture_form(threads: Sequence[str], intentions: Sequence[Intention], reads: Reader) -> Form[CaptureMoment]:
    """Any one of words, voice, drawing and photo is enough, and all else may stay open."""
    return Form(
        CaptureMoment,
        {
            "words": Ask(phrase("In your own words"), rows=3, focus=True),
            "recording": Ask(phrase("Speak"), kind="recording", largest=LARGEST_RECORDING),
            "drawing": Ask(phrase("Draw"), kind="drawing"),
            "photo": Ask(
                phrase("Photo"),
                kind="photo",
                accepts="image/jpeg,image/png,image/webp",
                largest=LARGEST_PHOTO,
            ),
            "kind": Ask(phrase("What is it most like?"), kind="choice", choices=tuple(MOMENTS.items()), value="other"),
            "feeling": Ask(phrase("What did you feel?"), kind="text"),
            "intensity": Ask(
                phrase("How strongly, from 1 to 5?"),
                phrase("No number is better than another."),
                kind="choice",
                choices=_STRENGTHS,
            ),
            "what_helped": Ask(phrase("What helped?"), kind="text"),
            "threads": Ask(phrase("Threads of before"), choices=tuple((tag, tag) for tag in threads)),
            "new_threads": Ask(
                phrase("Threads of your own"),
                phrase("As people, dreams or parts, with commas between. They are for you alone."),
                kind="text",
            ),
            "intention_id": Ask(
                phrase("Does it belong to an intention?"),
                kind="choice",
                choices=(("", "–"), *((str(one.id), label_of(one, reads)) for one in intentions)),
            ),
            "visibility": whom_to_share_with(phrase("Who may read, see and hear it?"), kind="choice"),
        },
        not_done=phrase("Your moment is not kept yet"),
        prefix="moment-",
    )


def order_of(said: CaptureMoment) -> WriteMoment:
    """What the form of the page says, as it is kept."""
    new = [tag.strip() for tag in (said.new_threads or "").split(",") if tag.strip()]
    return WriteMoment(
        kind=said.kind,
        words=said.words,
        drawing=said.drawing,
        feeling=said.feeling,
        intensity=said.intensity,
        what_helped=said.what_helped,
        tags=[*said.threads, *new],
        intention_id=said.intention_id,
        visibility=said.visibility,
    )


def search_form() -> Form[SearchMoments]:
    """What one looks for among one's own; it is sent, and stands in no address."""
    return Form(
        SearchMoments,
        {"words": Ask(phrase("Search your moments"), phrase("By words, feelings or threads."), kind="search")},
        not_done=phrase("Nothing was looked for yet"),
        prefix="search-",
    )


def removal_form() -> Form[Nothing]:
    """Whether to remove it for good."""
    return Form(Nothing, {}, not_done=phrase("It is still here"), prefix="removal-")


def label_of(intention: Intention, reads: Reader) -> str:
    """An intention in a line, for its client."""
    if intention.words is None:
        return reads.say(phrase("An intention that was drawn or spoken"))
    words = " ".join(intention.words.split())
    return words if len(words) <= _LABEL else f"{words[:_LABEL].rstrip()}…"


def sharing_form(moment: Moment) -> Form[ShareMoment]:
    """With whom a moment is shared, from now on."""
    return Form(
        ShareMoment,
        {"visibility": whom_to_share_with(phrase("Who may read it?"), AT_ANY_TIME, now=moment.visibility)},
        not_done=phrase("Nothing has changed yet"),
    )
