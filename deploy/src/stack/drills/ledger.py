"""What was confirmed and what was received, side by side. Nothing but the counting, so that a test can check it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

Entry = tuple[UUID, int]
"""One event: its subject, which stands for its stream, and its place there: 1, 2, 3 …"""


class Arrival(NamedTuple):
    """An event as the consumer saw it; `again` where the broker says that it had handed it out before."""

    entry: Entry
    again: bool = False


@dataclass
class Spoken:
    """One publisher's account: the events of the batches that were confirmed, and how many batches had to be repeated.

    `times` are those at which it began and at which each batch was confirmed, on the monotonic clock.
    """

    confirmed: list[Entry] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    repeated: int = 0

    def longest_pause_ms(self, begin: float, end: float) -> int:
        """The longest time without a confirmed batch that reaches into this stretch; it may begin before."""
        moments = [*self.times, end]
        pauses = (later - earlier for earlier, later in pairwise(moments) if later > begin and earlier < end)
        return round(1000 * max(pauses, default=end - begin))


@dataclass
class Heard:
    """The consumer's account: all that it saw, and what of it it had taken in before it acknowledged it."""

    handed_out: list[Arrival] = field(default_factory=list)
    received: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Verdict:
    """What the accounts say together, in numbers of events.

    `overtaken` and `redelivered_late` are those whose first copy that was seen came after a later one of their stream:
    out of a queue that had them in the wrong order, or because the broker had handed a copy out to a consumer whose
    node died, and handed it out again only after newer ones. The one is a fault; the other is why the inbox keeps the
    order, not the broker.
    """

    confirmed: int
    received: int
    lost: int
    duplicates: int
    overtaken: int
    redelivered_late: int


def judge(confirmed: Sequence[Entry], heard: Heard) -> Verdict:
    """Compare; what came without a confirm is no fault.

    What the consumer saw counts for the order even if it fell from its hands when its node died: so the first copy is
    the first that there was, but for those that were still on the wire. They come again, and the broker says so.
    """
    received, copies = heard.received, Counter(heard.received)
    handed_out_again = {arrival.entry for arrival in heard.handed_out if arrival.again}
    late = _late(dict.fromkeys(arrival.entry for arrival in heard.handed_out))
    overtaken = [entry for entry in late if entry not in handed_out_again]
    return Verdict(
        confirmed=len(confirmed),
        received=len(received),
        lost=len(set(confirmed) - copies.keys()),
        duplicates=len(received) - len(copies),
        overtaken=len(overtaken),
        redelivered_late=len(late) - len(overtaken),
    )


def _late(first_copies: Iterable[Entry]) -> list[Entry]:
    newest: dict[UUID, int] = {}
    late = []
    for subject, sequence in first_copies:
        if sequence < newest.get(subject, 0):
            late.append((subject, sequence))
        newest[subject] = max(sequence, newest.get(subject, 0))
    return late
