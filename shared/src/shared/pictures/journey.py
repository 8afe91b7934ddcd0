"""What somebody's journey is made of, as the river shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.pictures.line import Series


@dataclass(frozen=True, slots=True)
class Passage:
    """Something at an instant of the journey, in a few words; with an address it leads there."""

    at: datetime
    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Intention(Passage):
    """What a session is for; `toward` is when that session is, if it has one."""

    toward: datetime | None = None


@dataclass(frozen=True, slots=True)
class Commitment(Passage):
    """What somebody means to do. Whether it was kept is None while it is not known."""

    kept: bool | None = None


Sort = Literal["visit", "sensation", "letter", "review", "practice", "plan", "life", "answer"]
"""What else there can be: a visit without medicine, something felt in the body, written to oneself, looked back at,
lived again, agreed on, that happened in life, or was answered.
"""


@dataclass(frozen=True, slots=True)
class Mark(Passage):
    """Something else at an instant of the journey."""

    sort: Sort = "answer"


@dataclass(frozen=True, slots=True)
class Thread:
    """What led to what: from an instant on the upper bank, where things come up, to one on the lower."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Month:
    """A stretch of the journey with a name under it, long or `short`, that leads to it; the `first` of a year."""

    start: datetime
    end: datetime
    words: str
    short: str
    href: str | None = None
    chosen: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """The time after a session in which it is integrated: a glow around the river."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Journey:
    """All that is shown of a journey from `start` to `end`; the zoom is the choice of these two.

    With `months` its axis is made of these, in order; without, of round times.
    """

    start: datetime
    end: datetime
    sessions: tuple[Passage, ...] = ()
    intentions: tuple[Intention, ...] = ()
    moments: tuple[Passage, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    windows: tuple[Window, ...] = ()
    scores: Series | None = None
    others: tuple[Mark, ...] = ()
    threads: tuple[Thread, ...] = ()
    months: tuple[Month, ...] = ()

    @property
    def linked(self) -> bool:
        """Whether anything in it leads somewhere."""
        everything = (*self.sessions, *self.intentions, *self.moments, *self.commitments, *self.others)
        return any(passage.href for passage in everything) or any(month.href for month in self.months)

    def of_sort(self, *sorts: Sort) -> tuple[Mark, ...]:
        """The other things of these sorts."""
        return tuple(mark for mark in self.others if mark.sort in sorts)
