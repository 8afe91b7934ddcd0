"""The readiness board of a medicine visit: what must be true, as others have told it, before it may start."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sessions.domain.interval import NOTHING, Elsewhere
from shared.clinics import ConsentKind, Route
from shared.events.intake import ClearanceOutcome
from shared.languages import Phrase, phrase

_DECISIONS = {
    ClearanceOutcome.CLEARED: phrase("cleared"),
    ClearanceOutcome.CLEARED_WITH_CONDITIONS: phrase("cleared with conditions"),
    ClearanceOutcome.DEFERRED: phrase("deferred"),
    ClearanceOutcome.DECLINED: phrase("declined"),
}


@dataclass(frozen=True)
class Source:
    """The event from which a fact is known."""

    event_id: UUID
    type: str
    at: datetime


@dataclass(frozen=True)
class Clearance:
    """A prescriber's standing decision, as intake told it."""

    outcome: ClearanceOutcome
    valid_until: date | None
    routes: frozenset[Route]
    source: Source

    def covers(self, day: date) -> bool:
        return self.outcome.clears and self.valid_until is not None and day <= self.valid_until


@dataclass(frozen=True)
class Known:
    """What this service knows about a client from the others. None and empty mean: nobody has told."""

    clearance: Clearance | None
    consents: dict[ConsentKind, Source]
    taken_back: dict[ConsentKind, Source]
    intention: Source | None
    open_flags: tuple[Source, ...]


@dataclass(frozen=True)
class Light:
    """One condition: on or off, the fact in a sentence, who told it, and who can change it."""

    name: str
    on: bool
    fact: Phrase
    owner: str
    source: Source | None = None


def board(
    known: Known,
    *,
    day: date,
    route: Route | None,
    escort_at: datetime | None,
    elsewhere: Elsewhere = NOTHING,
    decided: Elsewhere = NOTHING,
) -> list[Light]:
    """All lights of a medicine visit on that clinic-local day. `route` is the series'; None judges no route.

    `elsewhere` is what other clinics do too near, and `decided` what of that a prescriber has gone on in spite of.
    """
    return [
        _clearance(known.clearance, day, route),
        _consent(known.consents.get(ConsentKind.TREATMENT), known.taken_back.get(ConsentKind.TREATMENT)),
        _intention(known.intention),
        _escort(escort_at),
        _flags(known.open_flags),
        _interval(elsewhere, decided),
    ]


def is_ready(lights: Iterable[Light]) -> bool:
    """Whether every light is on."""
    return all(light.on for light in lights)


def as_json(light: Light) -> dict[str, Any]:
    """A light for an API reply."""
    source = light.source
    told = {"event_id": source.event_id, "type": source.type, "at": source.at} if source else None
    return {"name": light.name, "on": light.on, "fact": light.fact, "owner": light.owner, "source": told}


def _clearance(clearance: Clearance | None, day: date, route: Route | None) -> Light:
    owner = "prescriber"
    if clearance is None:
        return Light("clearance", False, phrase("No prescriber has decided yet."), owner)
    if not clearance.outcome.clears:
        fact = phrase("The prescriber's decision is: {decision}.", decision=_DECISIONS[clearance.outcome])
        return Light("clearance", False, fact, owner, clearance.source)
    if not clearance.covers(day):
        until = clearance.valid_until
        fact = phrase("The clearance covers days until {until}; the visit is on {day}.", until=until, day=day)
        return Light("clearance", False, fact, owner, clearance.source)
    if route is not None and route not in clearance.routes:
        fact = phrase("The clearance does not cover {route}.", route=route.value)
        return Light("clearance", False, fact, owner, clearance.source)
    return Light(
        "clearance", True, phrase("Cleared until {until}.", until=clearance.valid_until), owner, clearance.source
    )


def _consent(in_force: Source | None, taken_back: Source | None) -> Light:
    if in_force:
        return Light("treatment_consent", True, phrase("Consent to treatment is in force."), "client", in_force)
    if taken_back:
        return Light("treatment_consent", False, phrase("Consent to treatment was taken back."), "client", taken_back)
    return Light("treatment_consent", False, phrase("Nobody has told of a consent to treatment."), "client")


def _intention(source: Source | None) -> Light:
    fact = phrase("An intention is set.") if source else phrase("No intention is set yet.")
    return Light("intention", source is not None, fact, "client", source)


def _escort(confirmed_at: datetime | None) -> Light:
    fact = phrase("Nobody is confirmed to take the client home.")
    if confirmed_at:
        fact = phrase("An escort is confirmed.")
    return Light("escort", confirmed_at is not None, fact, "front_desk")


def _flags(open_flags: tuple[Source, ...]) -> Light:
    if open_flags:
        return Light(
            "no_red_flag", False, phrase("Open red flags: {n}.", n=len(open_flags)), "therapist", open_flags[0]
        )
    return Light("no_red_flag", True, phrase("No red flag is open."), "therapist")


def _interval(elsewhere: Elsewhere, decided: Elsewhere) -> Light:
    name, owner = "interval", "prescriber"
    if elsewhere == NOTHING:
        return Light(name, True, phrase("No medicine of another clinic of the network is too near."), owner)
    if elsewhere.within(decided):
        fact = phrase("A prescriber goes on although another clinic's medicine is near; the record has the reason.")
        return Light(name, True, fact, owner)
    return Light(name, False, elsewhere.sentence, owner)
