"""The interval between medicine at this clinic and what the same person is given elsewhere in the network.

Where, how much and by which route is not known here, and not needed: there is only the moment from which both clinics'
rules allow medicine again, and whether some is planned too near.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.errors import RefusedElsewhere
from shared.languages import Phrase, phrase


@dataclass(frozen=True)
class Elsewhere:
    """What stands in the way of medicine at some moment, of what other clinics do with the same person.

    `waits_until` lies after that moment: what was given ends its interval then. `planned` is what will be given.
    """

    waits_until: datetime | None = None
    planned: bool = False

    @classmethod
    def at(cls, moment: datetime, waits_until: datetime | None, planned: bool) -> "Elsewhere":
        still = waits_until is not None and waits_until > moment
        return cls(waits_until if still else None, planned)

    def within(self, decided: "Elsewhere") -> bool:
        """Whether a decision that was made in the knowledge of `decided` covers this; it covers nothing newer."""
        longer = self.waits_until is not None and (
            decided.waits_until is None or self.waits_until > decided.waits_until
        )
        return not longer and (decided.planned or not self.planned)

    @property
    def sentence(self) -> Phrase:
        if self.waits_until is not None:
            return phrase(
                "Another clinic of the network gave medicine a short time before; the interval ends {until}.",
                until=f"{self.waits_until:%Y-%m-%d %H:%M} UTC",
            )
        return phrase("Another clinic of the network plans medicine within the interval.")


NOTHING = Elsewhere()


def check_interval(elsewhere: Elsewhere, *, reason: str | None, by_prescriber: bool) -> None:
    """Refuse medicine that is too near to what is given elsewhere, unless a prescriber goes on with a reason."""
    if elsewhere == NOTHING or (by_prescriber and reason):
        return
    given = elsewhere.waits_until is not None
    raise RefusedElsewhere(
        "medicine_elsewhere" if given else "medicine_planned_elsewhere",
        phrase(
            "{fact} Choose another time; a prescriber may go on with a reason (interval_reason).",
            fact=elsewhere.sentence,
        ),
        facts={"not_before": elsewhere.waits_until} if given else {},
    )
