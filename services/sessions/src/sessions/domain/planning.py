"""Rules of planning: who may be booked, what a medicine visit needs, and where the next free time is."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import chain

from sessions.domain.readiness import Known
from shared.clinics import ConsentKind, Protocol, Resource, ResourceKind, Route
from shared.errors import Refused
from shared.events.sessions import VisitKind
from shared.languages import phrase


def check_cleared(known: Known, day: date, *, route: Route | None, code_if_over: str) -> None:
    """Refuse unless a standing clearance covers the clinic-local day and the route. Unknown is not cleared."""
    clearance = known.clearance
    if clearance is None:
        raise Refused("clearance_missing", "No prescriber has cleared this client yet. Ask for a clearance first.")
    facts = {"outcome": clearance.outcome.value, "valid_until": clearance.valid_until, "day": day}
    if not clearance.outcome.clears:
        raise Refused("clearance_not_valid", "The prescriber's decision does not allow medicine visits.", facts=facts)
    if not clearance.covers(day):
        raise Refused(
            code_if_over,
            phrase(
                "The clearance covers days until {until}, and this is {day}. Ask for a new one.",
                until=clearance.valid_until,
                day=day,
            ),
            facts=facts,
        )
    if route is not None and route not in clearance.routes:
        raise Refused(
            "route_not_cleared",
            phrase("The clearance does not cover {route}.", route=route.value),
            facts={"cleared": sorted(cleared.value for cleared in clearance.routes)},
        )


def check_consented(known: Known) -> None:
    """Refuse unless consent to treatment is in force."""
    if ConsentKind.TREATMENT not in known.consents:
        raise Refused("treatment_consent_missing", "The client has no consent to treatment in force. Ask for it first.")


def reason_to_hold(known: Known, day: date, route: Route | None) -> str | None:
    """The code of the rule by which a booked medicine visit could not be booked any more; None where it still could."""
    try:
        check_cleared(known, day, route=route, code_if_over="clearance_expired_on_date")
        check_consented(known)
    except Refused as refusal:
        return refusal.code
    return None


def min_gap(protocols: Sequence[Protocol], series_protocol: Protocol | None) -> timedelta:
    """The time between two medicine visits: the series' own, or without a series the longest that the clinic keeps."""
    hours = [series_protocol.min_gap_h] if series_protocol else [protocol.min_gap_h for protocol in protocols]
    return timedelta(hours=max(hours, default=0))


def check_resources(resources: Sequence[Resource]) -> None:
    """A medicine visit has exactly one room, and at least a therapist, a monitor and a prescriber."""
    kinds = [resource.kind for resource in resources]
    missing = [kind.value for kind in ResourceKind if kind not in kinds]
    if missing or kinds.count(ResourceKind.ROOM) > 1:
        raise Refused(
            "resources_missing",
            "A medicine visit has one room, and a therapist, a monitor and a prescriber.",
            facts={"missing": missing, "rooms": kinds.count(ResourceKind.ROOM)},
        )


def steps(protocol: Protocol) -> list[VisitKind]:
    """The kinds of a series' visits in order: each medicine visit is followed by its integration visits."""
    after = [VisitKind.INTEGRATION] * protocol.integration_between
    return list(chain.from_iterable([VisitKind.MEDICINE, *after] for _ in range(protocol.medicine_visits)))


def next_free(start: datetime, length: timedelta, busy: Sequence[tuple[datetime, datetime]]) -> datetime:
    """The first moment from `start` on at which that length fits between the busy times (sorted by their start)."""
    free = start
    for begin, end in busy:
        if begin >= free + length:
            break
        free = max(free, end)
    return free
