"""What goes out about outcomes."""

from datetime import date
from decimal import Decimal
from typing import Any

from integration.domain.figures import Figure, What
from integration.domain.small_cells import Engagement, Part
from shared.declared import Declared, field


class FigureReply(Declared):
    """How many of which people. None is too few to be told, or does not apply."""

    protocol: str = field("The protocol of their series.", "induction")
    what: What = field("What is counted of them.", "response")
    measure: str | None = field("Instrument id; none where it is about the series.", "phq-9")
    engagement: Engagement | None = field("By what they are parted; none: all of them.", "check_ins")
    part: Part | None = field("Which part: half of what there was and more, or less.", "more")
    people: int | None = field("How many people they are.", 64)
    count: int | None = field("How many of them are counted.", 24)
    unknown: int | None = field(
        "Of how many it is not known; none: those are not told apart from the ones who are not counted.", 16
    )
    of: int | None = field("Whose part the percentage is: those of whom it is known, else all.", 48)
    percent: Decimal | None = field("The part in percent.", "50.0")
    low: Decimal | None = field("Lower end of its 95 % interval (Wilson), in percent.", "36.4")
    high: Decimal | None = field("Upper end, in percent.", "63.6")
    clinics: int = field("How many clinics tell it.", 1)
    counted_until: date | None = field("They are counted up to the beginning of this day.", "2026-11-01")


def figure_reply(figure: Figure) -> dict[str, Any]:
    """A figure with what follows from it, as doors and files tell it."""
    share = figure.share
    return {
        "protocol": figure.protocol,
        "what": figure.what,
        "measure": figure.measure,
        "engagement": figure.engagement,
        "part": figure.part,
        "people": figure.people,
        "count": figure.count,
        "unknown": figure.unknown,
        "of": None if figure.count is None else figure.of,
        "percent": None if share is None else share.percent,
        "low": None if share is None else share.low,
        "high": None if share is None else share.high,
        "clinics": figure.clinics,
        "counted_until": figure.counted_until,
    }
