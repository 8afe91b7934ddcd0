"""What a service is: its table of contents, read by the web process, the worker, the migrations and the documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from shared.bus.handlers import Handlers
from shared.store.holdings import Holding
from shared.store.timers import Timers
from shared.store.transaction import Store, Transaction

if TYPE_CHECKING:
    from click import Command
    from flask import Blueprint
    from sqlalchemy.orm import InstrumentedAttribute

    from shared.web.auditing import Disclosure
    from shared.web.doors import Doors
    from shared.web.pages import Pages
    from shared.web.policy import Policy


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

    `policy` says for each action which roles may, about whom; `whose` names, for ids in addresses, the column with the
    client of such a thing. `holdings` are all tables with rows about clients, `disclosures` says what left the clinic
    about one. `pages` are for signed-in people; a plain Blueprint among them is for anybody. `commands` are added to
    `python -m {name}`. `read_settings` reads what only this service needs, and `jobs` makes its own loops from that.
    """

    name: str
    package: ModuleType
    title: str
    doors: "Sequence[Doors]"
    policy: "Policy"
    holdings: "Sequence[Holding]" = ()
    disclosures: "Callable[[UUID, Transaction], Sequence[Disclosure]]" = lambda client, tx: ()
    whose: "Mapping[str, InstrumentedAttribute[UUID]]" = field(default_factory=dict)
    handlers: Handlers = field(default_factory=Handlers)
    timers: Timers = field(default_factory=Timers)
    pages: "Sequence[Pages | Blueprint]" = ()
    commands: "Sequence[Command]" = ()
    read_settings: Callable[[], Any] = lambda: None
    jobs: Callable[[Any], Sequence[Job]] = lambda settings: ()
