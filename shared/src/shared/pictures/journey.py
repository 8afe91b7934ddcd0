"""What somebody's journey is made of, as the river shows it."""

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class Window:
    """The time after a session in which it is integrated: a glow around the river."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Journey:
    """All that is shown of a journey from `start` to `end`; the zoom is the choice of these two."""

    start: datetime
    end: datetime
    sessions: tuple[Passage, ...] = ()
    intentions: tuple[Intention, ...] = ()
    moments: tuple[Passage, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    windows: tuple[Window, ...] = ()
    scores: Series | None = None

    @property
    def linked(self) -> bool:
        """Whether anything in it leads somewhere."""
        everything = (*self.sessions, *self.intentions, *self.moments, *self.commitments)
        return any(passage.href for passage in everything)
