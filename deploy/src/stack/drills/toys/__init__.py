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
from shared.local.postgres import Postgres
from shared.samples import sample_clinics
from shared.service import Service
from shared.store import ROW_TYPES, Transaction, keep_clinic
from shared.store.clinics import remember_clinic
from shared.store.database import make_engine, provision
from shared.store.migrations import migrate
from shared.store.transaction import Actor, Origin, Store

SPEAKERS: dict[str, type[Event]] = {"intake": ConsentGranted, "integration": IntentionSet}
LISTENERS = ("sessions", "notify")

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


def take_effect(event: Event, tx: Transaction) -> None:
    """Leave one row for one event."""
    assert tx.cause is not None  # noqa: S101 - a handler always has its event's envelope.
    tx.add(
        Effect(
            clinic=tx.clinic_id,
            event_id=tx.cause.id,
            publisher=tx.cause.publisher,
            stream=tx.cause.stream,
            sequence=tx.cause.sequence,
        )
    )


def unreliable(folder: Path, *, failures: float, seed: int) -> Handler:
    """A handler that fails at random, and always on a poisoned event until the folder has the file `healed`.

    It takes effect first and fails then, so that a reaction that is not undone shows. Each failure adds a line to the
    file `failures`.
    """
    chance = random.Random(seed)  # noqa: S311 - chance, not secrecy.

    def react(event: Event, tx: Transaction) -> None:
        take_effect(event, tx)
        poisoned = isinstance(event, ConsentGranted) and event.text_version == POISON
        if chance.random() < failures or (poisoned and not (folder / "healed").exists()):
            with (folder / "failures").open("a") as count:
                count.write("x\n")
            raise RuntimeError("a drill's handler fails")

    return react


def listener(name: str, handler: Handler = take_effect) -> Service:
    """A service that hears both speakers."""
    handlers = Handlers()
    handlers.on(ClinicConfigured)(keep_clinic)
    handlers.on(*SPEAKERS.values(), delays=IMPATIENT)(handler)
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
    migrate(name, sys.modules[__name__], postgres.address(name, f"{name}_owner"))
    engine = make_engine(postgres.address(name, f"{name}_app"), pool_size=1)
    facts = sample_clinics()[0].dump()
    for clinic in clinics:
        with Store(name, engine).transaction(clinic, Actor("toy"), Origin("configure", "toy", "toy")) as tx:
            remember_clinic(tx.session.connection(), Clinic.load(facts | {"id": clinic}), tx)
    engine.dispose()
