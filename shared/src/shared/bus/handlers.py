"""A service's table of reactions: one function for each event that it cares about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from shared.events.language import Event
from shared.store.retries import RETRY_DELAYS
from shared.store.transaction import Transaction

Handler = Callable[[Any, Transaction], None]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Reaction:
    """A handler, and the pauses after which it is tried again before a person looks at what fails."""

    handler: Handler
    delays: Sequence[timedelta]


class Handlers:
    """`@handlers.on(ClearanceDecided)` registers a reaction; that is also the subscription.

    A handler runs in a transaction of the event's clinic. Its writes, its own events and the mark that the event is
    handled commit together, so that its effect happens once, however often the event is delivered.
    """

    def __init__(self) -> None:
        self._by_type: dict[str, list[Reaction]] = {}

    def on(self, *events: type[Event], delays: Sequence[timedelta] = RETRY_DELAYS) -> Callable[[H], H]:
        def register(handler: H) -> H:
            for event in events:
                self._by_type.setdefault(event.type, []).append(Reaction(handler, tuple(delays)))
            return handler

        return register

    def of(self, type_: str) -> Sequence[Reaction]:
        return self._by_type.get(type_, ())

    @property
    def types(self) -> list[str]:
        return sorted(self._by_type)

    @property
    def publishers(self) -> list[str]:
        """The services that this one hears, wholly, so that their sequences have no gaps."""
        return sorted({type_.split(".")[1] for type_ in self._by_type})
