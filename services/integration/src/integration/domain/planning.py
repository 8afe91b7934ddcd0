"""What client and therapist prepare and agree on together: the parts of a plan, and when one holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from shared.languages import phrase


class Side(StrEnum):
    """Who brings or proposes something."""

    CLIENT = "client"
    THERAPIST = "therapist"


class AgendaStatus(StrEnum):
    """Where something to talk about stands."""

    TO_BRING = "to_bring"
    TALKED_ABOUT = "talked_about"
    SET_ASIDE = "set_aside"


class PlanKind(StrEnum):
    """What a plan is for: the time after medicine visits, or the years without any."""

    INTEGRATION = "integration"
    LIVING = "living"


class PlanStatus(StrEnum):
    """Where a version of a plan stands. One that holds stays so until the next one does."""

    PROPOSED = "proposed"
    HOLDS = "holds"
    FORMER = "former"


@dataclass(frozen=True)
class PlanPart:
    """One part of a plan: its `title` in the client's voice, which both sides read, and a `hint` for whoever writes."""

    title: str
    hint: str


PARTS: Mapping[PlanKind, Mapping[str, PlanPart]] = {
    PlanKind.INTEGRATION: {
        "matters": PlanPart(
            phrase("What matters to me now"), phrase("What came up, and what I want to stay close to.")
        ),
        "trying": PlanPart(phrase("What I will try"), phrase("One or two small things, and when.")),
        "people": PlanPart(phrase("Who is with me"), phrase("People, animals, places that I can lean on.")),
        "hard_days": PlanPart(phrase("What helps me on hard days"), phrase("What I can do, and whom I can call.")),
        "signs": PlanPart(
            phrase("Early signs that I want to be noticed"),
            phrase("What others may see before I do, and what I would like them to say then."),
        ),
        "again": PlanPart(phrase("When we look at it again"), phrase("A date, or a visit.")),
    },
    PlanKind.LIVING: {
        "well": PlanPart(phrase("What keeps me well"), phrase("What I know by now about what is kind to me.")),
        "practices": PlanPart(phrase("My practices"), phrase("What I do, and how often I would like to.")),
        "reach_out": PlanPart(phrase("Signs that it is time to reach out"), phrase("What I would notice first.")),
        "whom": PlanPart(phrase("Whom I reach out to"), phrase("Names, and how I reach them.")),
        "clinic_asks": PlanPart(phrase("When the clinic asks me"), phrase("How often I want to be asked how I am.")),
    },
}
"""The parts of each kind of plan by their codes, in the order in which they are read. Each may stay open."""


class Version(Protocol):
    """A version of a plan, as far as it matters to whether it holds."""

    @property
    def client_agreed_at(self) -> datetime | None: ...
    @property
    def therapist_agreed_at(self) -> datetime | None: ...
    @property
    def replaced_at(self) -> datetime | None: ...


V = TypeVar("V", bound=Version)


def status_of(plan: Version) -> PlanStatus:
    """Where a version stands. One that another proposal replaced before both had agreed never held, and is former."""
    if plan.replaced_at is not None:
        return PlanStatus.FORMER
    return PlanStatus.HOLDS if has_held(plan) else PlanStatus.PROPOSED


def standing_of(versions: Iterable[V]) -> tuple[V | None, V | None]:
    """Of the versions of one kind: the one that holds, and the one that is proposed."""
    by_status = {status: plan for plan in versions if (status := status_of(plan)) is not PlanStatus.FORMER}
    return by_status.get(PlanStatus.HOLDS), by_status.get(PlanStatus.PROPOSED)


def has_held(plan: Version) -> bool:
    """Whether both sides have agreed to it, be it replaced by now or not."""
    return plan.client_agreed_at is not None and plan.therapist_agreed_at is not None


def waits_for(plan: Version) -> Side | None:
    """Whose agreement a standing proposal lacks; None where it lacks none, or was replaced."""
    if plan.replaced_at is not None:
        return None
    if plan.client_agreed_at is None:
        return Side.CLIENT
    return Side.THERAPIST if plan.therapist_agreed_at is None else None


def unknown_parts(kind: PlanKind, parts: Mapping[str, str]) -> list[str]:
    """The names among these that are no part of such a plan."""
    return [name for name in parts if name not in PARTS[kind]]


def changed_parts(kind: PlanKind, before: Mapping[str, str], after: Mapping[str, str]) -> set[str]:
    """The parts that say something else than before, those that are new or gone among them."""
    return {name for name in PARTS[kind] if before.get(name) != after.get(name)}
