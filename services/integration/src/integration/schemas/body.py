"""What goes in and out about the body map."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import Length, OneOf, Range

from integration.schemas import LINE, SAMPLE_AT, SAMPLE_ID
from shared.declared import Declared, field
from shared.pictures.textures import SENSATIONS

SENSATION = OneOf([*SENSATIONS])
EXTENT = Range(1, 3)


class PlaceSensation(Declared):
    """Where do you feel it, and what is it like?"""

    region: str = field("As chest, belly, hands.", "chest", validate=Length(1, 60))
    side: str = field("Which side.", "centre", validate=OneOf(["left", "right", "both", "centre"]))
    view: str = field("front or back.", "front", validate=OneOf(["front", "back"]))
    sensation: str = field("What it is.", "warmth", validate=SENSATION)
    extent: int | None = field("1 for a spot, 2 for some of it, 3 for all of it.", 2, default=None, validate=EXTENT)
    quality: str | None = field("What it is like.", "slow", default=None, validate=LINE)
    felt_at: datetime | None = field("When, if not now; with offset.", None, default=None)
    distressing: bool | None = field("Whether it troubles you; leave it open if you cannot say.", None, default=None)


class SensationReply(Declared):
    """A sensation on the body map."""

    id: UUID = field("The sensation.", SAMPLE_ID)
    region: str = field("Where.", "chest")
    side: str = field("Which side.", "centre")
    view: str = field("front or back.", "front")
    sensation: str = field("What.", "warmth")
    extent: int | None = field("1 for a spot, 2 for some of it, 3 for all of it; none where nobody said.", 2)
    quality: str | None = field("What it is like.", "slow")
    distressing: bool | None = field("Whether it troubles them; none where they did not say.", None)
    felt_at: datetime = field("UTC.", SAMPLE_AT)


class PlacedReply(SensationReply):
    """A sensation that was placed; and, where it troubles you, whom to call."""

    help: str | None = field("Whom you can call at any hour, where you said that it troubles you.", None)


class SensationRemovedReply(Declared):
    """What was taken off the map."""

    id: UUID = field("The sensation that is gone.", SAMPLE_ID)
