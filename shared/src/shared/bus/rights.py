"""What a service's and an operator's user may do at RabbitMQ: regular expressions over names, as the broker takes them.

Nobody of them may declare anything: whoever may declare a queue can have it dead-letter into the exchange of events,
under any key and so in anybody's name. The queues and exchanges are made by whoever gives the rights.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.bus.topology import Topology, binding_key

NOTHING = "^$"


@dataclass(frozen=True)
class Rights:
    """Those to queues and exchanges, and those to routing keys at the exchange of events."""

    write: str
    """Exchanges to publish to, and queues to bind."""
    read: str
    """Queues to consume, and exchanges to bind from."""
    says: str
    """Routing keys to publish under."""
    hears: str
    """Keys to bind by."""
    configure: str = NOTHING


def of_service(topology: Topology, service: str, publishers: Sequence[str]) -> Rights:
    """It says only what begins with its own name after the clinic's, and takes from its own queue."""
    inbox, events, replay = topology.inbox(service).name, topology.events.name, topology.replay(service).name
    return Rights(
        write=_any_of([events, topology.undecodable.exchange.name, inbox]),
        read=_any_of([inbox, events, replay]),
        says=rf"^[^.]+\.{re.escape(service)}\.",
        hears=_any_of(binding_key(publisher) for publisher in publishers),
    )


def of_operator(topology: Topology, services: Iterable[str]) -> Rights:
    """`afterglow events replay` has one service hear again what was said; no other command speaks to the broker."""
    return Rights(
        write=_any_of(topology.replay(service).name for service in services), read=NOTHING, says=NOTHING, hears=NOTHING
    )


def _any_of(names: Iterable[str]) -> str:
    escaped = [re.escape(name) for name in names]
    return f"^({'|'.join(escaped)})$" if escaped else NOTHING
