"""One row written plainly, and by a command: `python -m stack.bench.command plain 2000`."""

import sys
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from shared.clock import uuid7
from shared.events.intake import ConsentGranted
from shared.service_main import open_store
from shared.settings import read_settings
from shared.store.transaction import Actor, Origin, Store
from stack.bench.timing import WARMING, measured
from stack.toys import Effect, PlainEffect
from stack.toys.events import client_of
from stack.toys.stage import SPEAKER

_CLINIC = "clinic-0"
_EVENT = ConsentGranted.sample()


def plain(store: Store, number: int) -> None:
    """The row alone, in a table without row-level security, in a transaction of its own."""
    with Session(store.engine, expire_on_commit=False) as session:
        session.add(_effect(PlainEffect, store, number))
        session.commit()


def full(store: Store, number: int) -> None:
    """The same row under row-level security, with one event in its sequence, and the audit line."""
    origin = Origin("bench", f"request-{number}", f"request-{number}", subject=str(client_of(number)))
    with store.transaction(_CLINIC, Actor("bench", frozenset({"therapist"})), origin) as tx:
        tx.add(_effect(Effect, store, number))
        tx.publish(replace(_EVENT, subject=client_of(number)))


def _effect(model: type[Effect] | type[PlainEffect], store: Store, number: int) -> Effect | PlainEffect:
    return model(
        clinic=_CLINIC, event_id=uuid7(store.clock()), publisher=SPEAKER, stream=f"stream-{number}", sequence=number
    )


CONTESTANTS: dict[str, Callable[[Store, int], None]] = {"plain": plain, "full": full}

if __name__ == "__main__":
    opened, command = open_store(read_settings(SPEAKER)), CONTESTANTS[sys.argv[1]]
    for warming in range(WARMING):
        command(opened, warming)
    with measured(int(sys.argv[2])):
        for each in range(int(sys.argv[2])):
            command(opened, each % 200)
