"""What goes in and out of the journey."""

from datetime import datetime
from uuid import UUID

from marshmallow.validate import OneOf

from integration.domain.journey import KINDS
from integration.schemas import SAMPLE_AT, SAMPLE_ID
from shared.declared import Declared, field


class WhichPart(Declared):
    """Which part of a journey is wanted; without anything, all of it."""

    from_: datetime | None = field("From this instant on.", "2026-11-01T00:00:00-05:00", default=None)
    until: datetime | None = field("To before this instant.", "2026-12-01T00:00:00-05:00", default=None)
    kind: str | None = field("Of this kind alone.", "moment", default=None, validate=OneOf(KINDS))


class TimelineReply(Declared):
    """One thing in a client's journey."""

    at: datetime = field("UTC.", SAMPLE_AT)
    kind: str = field("What it is.", "intention")
    title: str = field("In a few words.", "An intention")


class Node(Declared):
    """One thing in your journey."""

    id: UUID = field("What it is called here.", SAMPLE_ID)
    at: datetime = field("UTC.", SAMPLE_AT)
    kind: str = field("What it is.", "intention")
    title: str = field("In a few words.", "You set an intention.")
    words: str | None = field("In your own words, where there are any.", "I am ready to put down what I carry.")


class Edge(Declared):
    """What led to what."""

    from_: UUID = field("The id of the node that it begins at.", SAMPLE_ID)
    to: UUID = field("The id of the node that it leads to.", "01936d3e-5f00-7000-8000-000000000033")


class GraphReply(Declared):
    """Your journey, and what in it led to what."""

    nodes: list[Node] = field("All that is in it, by time.", [Node.sample_data()])
    edges: list[Edge] = field("What led to what, where you said so.", [Edge.sample_data()])
