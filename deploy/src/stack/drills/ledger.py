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
    """An event as the consumer got it; `again` where the broker says that it had handed it out before."""

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


@dataclass(frozen=True)
class Verdict:
    """What the two accounts say together, in numbers of events.

    `overtaken` and `redelivered_late` are those that came first after a later one of their stream: out of a queue that
    had them in the wrong order, or because the broker handed them out to a consumer whose node died, and then only
    after newer ones to the next. The one is a fault; the other is why the inbox keeps the order, not the broker.
    """

    confirmed: int
    received: int
    lost: int
    duplicates: int
    overtaken: int
    redelivered_late: int


def judge(confirmed: Sequence[Entry], received: Sequence[Arrival]) -> Verdict:
    """Compare; `received` in the order of arrival, repeats included. What came without a confirm is no fault."""
    copies = Counter(arrival.entry for arrival in received)
    handed_out_again = {arrival.entry for arrival in received if arrival.again}
    late = _late(copies)
    # Of an event that is there twice, one copy may have been on its way to the dead consumer.
    overtaken = [entry for entry in late if copies[entry] == 1 and entry not in handed_out_again]
    return Verdict(
        confirmed=len(confirmed),
        received=len(received),
        lost=len(set(confirmed) - copies.keys()),
        duplicates=len(received) - len(copies),
        overtaken=len(overtaken),
        redelivered_late=len(late) - len(overtaken),
    )


def _late(first_arrivals: Iterable[Entry]) -> list[Entry]:
    newest: dict[UUID, int] = {}
    late = []
    for subject, sequence in first_arrivals:
        if sequence < newest.get(subject, 0):
            late.append((subject, sequence))
        newest[subject] = max(sequence, newest.get(subject, 0))
    return late
