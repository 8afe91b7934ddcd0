"""Services for drills and benchmarks: they say what they are told to, and write down the effect of what they hear.

They take the names of real services, because events belong to a publisher of the catalogue.
"""

import random
import sys
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus.handlers import Handler, Handlers
from shared.clinics import Clinic
from shared.events.intake import ClinicConfigured, ConsentGranted
from shared.events.integration import IntentionSet
from shared.events.language import Event
from shared.events.sessions import EscortConfirmed
from shared.local.postgres import Postgres
from shared.samples import sample_clinics
from shared.service import Service
from shared.store import ROW_TYPES, Transaction, keep_clinic
from shared.store.clinics import remember_clinic
from shared.store.database import make_engine, provision
from shared.store.migrations import migrate
from shared.store.transaction import Actor, Origin, Store
from shared.testing.keys import MASTER_KEYS

SPEAKERS: dict[str, type[Event]] = {"intake": ConsentGranted, "integration": IntentionSet}
LISTENERS = ("sessions", "notify")
RETELLERS: dict[str, type[Event]] = {"sessions": EscortConfirmed}
"""What a listener of the storm tells of its own, once for each effect."""
PUBLISHERS = SPEAKERS | RETELLERS
AUDIENCE: dict[str, tuple[str, ...]] = {"sessions": tuple(SPEAKERS), "notify": tuple(PUBLISHERS)}
"""Whom each listener of the storm hears. A reteller's own events come last: they follow from the others."""

IMPATIENT = tuple(timedelta(milliseconds=pause) for pause in (50, 100, 200, 500, 1000, 2000))
"""The pauses of a drill's retries; a real service's would outlast the drill."""

POISON = "poison"


class Base(DeclarativeBase):
    """The rows of a drill."""

    type_annotation_map = ROW_TYPES


class Effect(Base):
    """What the handling of one event left behind."""

    __tablename__ = "effect"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    clinic: Mapped[str]
    event_id: Mapped[UUID]
    publisher: Mapped[str]
    stream: Mapped[str]
    sequence: Mapped[int]


class PlainEffect(Base):
    """The same in a table that nothing protects: what a row costs by itself."""

    __tablename__ = "plain_effect"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    clinic: Mapped[str]
    event_id: Mapped[UUID]
    publisher: Mapped[str]
    stream: Mapped[str]
    sequence: Mapped[int]


class Deed(Base):
    """What a speaker of the storm did: one row beside so many events, which name it as their cause."""

    __tablename__ = "deed"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    events: Mapped[int]


def take_effect(event: Event, tx: Transaction) -> None:
    """Leave one row for one event."""
    assert tx.cause is not None  # nosec B101 # a handler always has its event's envelope.
    tx.add(
        Effect(
            clinic=tx.clinic_id,
            event_id=tx.cause.id,
            publisher=tx.cause.publisher,
            stream=tx.cause.stream,
            sequence=tx.cause.sequence,
        )
    )


def take_effect_and_retell(event: Event, tx: Transaction) -> None:
    """Leave one row for one event, and tell one event of our own."""
    take_effect(event, tx)
    kind = RETELLERS[tx.service]
    tx.publish(kind.from_data(event.subject, kind.sample_data()))


def unreliable(folder: Path, *, failures: float, seed: int, reaction: Handler = take_effect) -> Handler:
    """A handler that fails at random, and always on a poisoned event until the folder has the file `healed`.

    It does its `reaction` first and fails then, so that one that is not undone shows. Each failure adds a line to the
    file `failures`.
    """
    chance = random.Random(seed)  # nosec B311 # chance, not secrecy.

    def react(event: Event, tx: Transaction) -> None:
        reaction(event, tx)
        poisoned = isinstance(event, ConsentGranted) and event.text_version == POISON
        if chance.random() < failures or (poisoned and not (folder / "healed").exists()):
            with (folder / "failures").open("a") as count:
                count.write("x\n")
            raise RuntimeError("a drill's handler fails")

    return react


def listener(name: str, handler: Handler = take_effect, *, hears: Sequence[str] = tuple(SPEAKERS)) -> Service:
    """A service that hears both speakers, or those of `PUBLISHERS` that are named."""
    handlers = Handlers()
    handlers.on(ClinicConfigured)(keep_clinic)
    handlers.on(*(PUBLISHERS[publisher] for publisher in hears), delays=IMPATIENT)(handler)
    return Service(name=name, package=sys.modules[__name__], title="Drill", doors=(), policy={}, handlers=handlers)


def said_by(name: str) -> Callable[[UUID, bool], Event]:
    """How that speaker's event about a client is made, poisoned or not; only intake's can be."""
    kind = SPEAKERS[name]
    sample = kind.sample_data()

    def say(client: UUID, poisoned: bool) -> Event:
        return kind.from_data(client, sample | {"text_version": POISON} if poisoned else sample)

    return say


def prepare_database(postgres: Postgres, name: str, clinics: Sequence[str]) -> None:
    """Make a toy's database on a server of ours, knowing these clinics."""
    provision(postgres.address(), name)
    migrate(name, sys.modules[__name__], postgres.address(name, f"{name}_owner"), MASTER_KEYS)
    engine = make_engine(postgres.address(name, f"{name}_app"), pool_size=1)
    facts = sample_clinics()[0].dump()
    store = Store(name, engine, MASTER_KEYS)
    for clinic in clinics:
        with store.transaction(clinic, Actor("toy"), Origin("configure", "toy", "toy")) as tx:
            remember_clinic(tx.session.connection(), Clinic.load(facts | {"id": clinic}), tx)
    engine.dispose()
