"""The language with those who speak it: who hears each event, and whom a change of it would break."""

from collections.abc import Sequence

from notify.domain.offering import OFFERED, Scope, scopes_for
from shared.events import catalogue
from shared.events.evolution import Change, Side
from shared.events.snapshot import Published, as_declared
from shared.service import Service
from stack.services import all_services


def language_now() -> dict[str, Published]:
    """The language as this checkout declares it, by type."""
    offered = {event.type for event in OFFERED}
    return as_declared(catalogue.values(), {type_: hearers(type_) for type_ in catalogue}, offered)


def hearers(type_: str) -> list[str]:
    """The services that react to an event."""
    return [service.name for service in all_services() if service.handlers.of(type_)]


def whom_it_breaks(change: Change, known: Published | None, services: Sequence[Service]) -> list[str]:
    """One line for each service, and for the partners, that a change would break. `known` is the event as it was.

    A service takes in all events of the publishers that it hears. One that refuses an event at ingest stands still
    with that client's stream, whether it has a handler for the event or not.
    """
    lines = []
    if change.breaks & {Side.BEHIND, Side.AHEAD}:
        lines = [line for service in services if (line := _breaks_service(change, known, service))]
    if known is not None and known.partners and (scopes := _scopes(change)):
        lines.append(f"partners with the scope {' or '.join(scopes)}")
    return lines


def _breaks_service(change: Change, known: Published | None, service: Service) -> str | None:
    reactions = ", ".join(reaction.handler.__name__ for reaction in service.handlers.of(change.type))
    if reactions:
        return f"{service.name}: {reactions}"
    if change.refused and change.type.split(".")[1] in service.handlers.publishers:
        return f"{service.name}: refuses it at ingest, because it hears this publisher wholly"
    if known is not None and service.name in known.heard_by:
        return f"{service.name}: heard it when the snapshot was taken"
    return None


def _scopes(change: Change) -> list[Scope]:
    """The scopes whose partners a change concerns: those that open the field as it was or as it is; else all."""
    if not change.breaks & {Side.BEHIND, Side.PARTNERS}:
        return []
    if not change.path:
        return list(Scope)
    opening = {scope for sensitivity in change.sensitivities for scope in scopes_for(sensitivity)}
    return [scope for scope in Scope if scope in opening]
