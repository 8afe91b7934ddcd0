"""A service's table of reactions: one function for each event that it cares about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import InstrumentedAttribute

from shared.events.language import Event
from shared.store.retries import RETRY_DELAYS
from shared.store.transaction import Transaction

Handler = Callable[[Any, Transaction], None]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True)
class Reaction:
    """A handler, and the pauses after which it is tried again before a person looks at what fails.

    One that `only_keeps` is a projection's.
    """

    handler: Handler
    delays: Sequence[timedelta]
    only_keeps: bool = False


class Handlers:
    """`@handlers.on(ClearanceDecided)` registers a reaction; that is also the subscription.

    A handler runs in a transaction of the event's clinic. Its writes, its own events and the mark that the event is
    handled commit together, so that its effect happens once, however often the event is delivered. Several handlers of
    one event run in the order in which they are registered.
    """

    def __init__(self) -> None:
        self._by_type: dict[str, list[Reaction]] = {}
        self.projections: dict[str, Projection] = {}

    def on(self, *events: type[Event], delays: Sequence[timedelta] = RETRY_DELAYS) -> Callable[[H], H]:
        def register(handler: H) -> H:
            self.add(Reaction(handler, tuple(delays)), events)
            return handler

        return register

    def add(self, reaction: Reaction, events: Sequence[type[Event]]) -> None:
        for event in events:
            self._by_type.setdefault(event.type, []).append(reaction)

    def projection(self, name: str, *subjects: "InstrumentedAttribute[Any]") -> "Projection":
        """Declare what this service keeps of what others tell, as tables that can be rebuilt from events; see there."""
        if name in self.projections:
            raise ValueError(f"two projections {name}")
        self.projections[name] = Projection(self, name, subjects)
        return self.projections[name]

    def of(self, type_: str) -> Sequence[Reaction]:
        return self._by_type.get(type_, ())

    @property
    def types(self) -> list[str]:
        return sorted(self._by_type)

    @property
    def publishers(self) -> list[str]:
        """The services that this one hears, wholly, so that their sequences have no gaps."""
        return _publishers(self._by_type)


class Projection:
    """Tables that nothing but its own handlers fills, each with the column that names the subject of the events.

    Those handlers only keep: they write to these tables alone; telling others or setting a timer fails. What should
    follow is another handler's, registered after them.
    """

    def __init__(self, handlers: Handlers, name: str, subjects: Sequence["InstrumentedAttribute[Any]"]) -> None:
        self.name = name
        self.subjects = tuple(subjects)
        self._handlers = handlers
        self._by_type: dict[str, list[Handler]] = {}

    def on(self, *events: type[Event]) -> Callable[[H], H]:
        """Register a handler of this projection, which is one of the service's as well."""

        def register(handler: H) -> H:
            for event in events:
                self._by_type.setdefault(event.type, []).append(handler)
            self._handlers.add(Reaction(handler, RETRY_DELAYS, only_keeps=True), events)
            return handler

        return register

    def of(self, type_: str) -> Sequence[Handler]:
        return self._by_type.get(type_, ())

    @property
    def publishers(self) -> list[str]:
        return _publishers(self._by_type)


def _publishers(types: Iterable[str]) -> list[str]:
    return sorted({type_.split(".")[1] for type_ in types})
