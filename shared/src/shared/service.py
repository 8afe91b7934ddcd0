"""What a service is: its table of contents, read by the web process, the worker, the migrations and the documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from shared.bus.handlers import Handlers
from shared.store.timers import Timers
from shared.store.transaction import Store

if TYPE_CHECKING:
    from click import Command
    from flask import Blueprint

    from shared.web.doors import Doors
    from shared.web.pages import Pages


class Job(Protocol):
    """A loop of its own in the worker, beside relay, inbox and timers: as notify's sending of messages."""

    @property
    def name(self) -> str:
        """Unique within the service."""

    def run_once(self, store: Store, stopping: Callable[[], bool]) -> int:
        """Do what is due; returns how much was done, 0 when there was nothing. Begin nothing more once `stopping`."""


@dataclass(frozen=True)
class Service:
    """One service, declared in its `app.py`.

    `pages` are for signed-in people; a plain Blueprint among them is for anybody. `policy` says for each action which
    roles may. `commands` are added to `python -m {name}`. `read_settings` reads what only this service needs, and
    `jobs` makes its own loops from that.
    """

    name: str
    package: ModuleType
    title: str
    doors: "Sequence[Doors]"
    policy: dict[str, frozenset[str]]
    handlers: Handlers = field(default_factory=Handlers)
    timers: Timers = field(default_factory=Timers)
    pages: "Sequence[Pages | Blueprint]" = ()
    commands: "Sequence[Command]" = ()
    read_settings: Callable[[], Any] = lambda: None
    jobs: Callable[[Any], Sequence[Job]] = lambda settings: ()
