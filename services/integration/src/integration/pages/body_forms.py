"""How a client is asked what they feel: one place out of those on the figure, and a time by their own clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from marshmallow.validate import Length, OneOf

from integration.schemas import LINE
from integration.schemas.body import SENSATION
from integration.words import EXTENTS
from shared.declared import Declared, field
from shared.errors import Invalid
from shared.languages import phrase
from shared.pictures import Region, regions
from shared.pictures.body import VIEWS, region_named
from shared.pictures.textures import SENSATIONS
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader


def place_of(region: Region) -> str:
    """`front.lower legs.left`: a region as a form and an address name it."""
    return f"{region.view}.{region.name}.{region.side}"


_PLACES = {place_of(region): region for region in regions()}


def region_of(place: str) -> Region | None:
    """The region that is named so; None for whatever else stands there."""
    return _PLACES.get(place)


class PlaceOnFigure(Declared):
    """What the page asks for. `felt_at` is by the client's own clock, without an offset."""

    place: str = field("Where.", "front.chest.centre", validate=OneOf([*_PLACES]))
    sensation: str = field("What it is.", "warmth", validate=SENSATION)
    extent: str | None = field(
        "1 for a spot, 2, or 3 for all of it.", "2", default=None, validate=OneOf(["1", "2", "3"])
    )
    quality: str | None = field("What it is like.", "slow", default=None, validate=LINE)
    felt_at: str | None = field("When, if not now.", None, default=None, validate=Length(1, 40))
    distressing: bool | None = field("Whether it troubles them.", None, default=None)


def placing_form(region: Region | None) -> Form[PlaceOnFigure]:
    """Where, and what it is like; all but these two may be left open."""
    reads = reader()
    places = [
        (place, f"{reads.say(VIEWS[one.view])}: {region_named(one.name, one.side, reads)}")
        for place, one in _PLACES.items()
    ]
    return Form(
        PlaceOnFigure,
        {
            "place": Ask(
                phrase("Where do you feel it?"),
                phrase("Touch it on the figure, or choose it here."),
                kind="choice",
                choices=(("", "–"), *places),
                value=place_of(region) if region else "",
            ),
            "sensation": Ask(
                phrase("What is it most like?"),
                phrase("Please choose one."),
                kind="radio",
                choices=[*SENSATIONS.items()],
            ),
            "extent": Ask(
                phrase("How much of it?"),
                kind="radio",
                choices=tuple((str(extent), words) for extent, words in EXTENTS.items()),
            ),
            "quality": Ask(
                phrase("What is it like, in your own words?"),
                phrase("As slow, sharp, wide, or anything else."),
                kind="text",
            ),
            "felt_at": Ask(phrase("When?"), phrase("Leave it empty if it is now."), kind="text"),
            "distressing": Ask(phrase("Does it trouble you?"), phrase("Only if you want to say so.")),
        },
        not_done=phrase("It is not on your map yet"),
        prefix="felt-",
    )


def instant_of(local: str, zone: ZoneInfo) -> datetime:
    """A day and time by the client's clock as an instant. `Invalid` where it is none, or where the clocks skip it."""
    try:
        naive = datetime.fromisoformat(local).replace(tzinfo=None)
    except ValueError:
        raise _not(phrase("Please give a day and a time.")) from None
    at = naive.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != naive:
        raise _not(phrase("The clocks go forward past that time. Please give another."))
    return at


def _not(message: str) -> Invalid:
    return Invalid.at("/felt_at", "no_time", message)
