"""The processes of a drill: `python -m stack.drills.actors speak|relay|listen SERVICE`."""

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import click
from sqlalchemy.exc import DBAPIError

from shared.bus.publishing import Outgoing, Publisher, open_publisher
from shared.bus.relay import Relay
from shared.bus.topology import Topology
from shared.logs import configure_logs
from shared.service_main import open_store, run_worker
from shared.settings import Settings, read_settings
from shared.store.transaction import Actor, Origin
from stack.toys import (
    PUBLISHERS,
    SPEAKERS,
    Deed,
    listener,
    said_by,
    take_effect,
    take_effect_and_retell,
    unreliable,
)

_NICENESS = 10
"""Many actors that start anew again and again leave the machine to whatever else is at work on it."""


@click.group()
def cli() -> None:
    """One process of a drill; it ends at SIGTERM, or as the drill has it end."""
    os.nice(_NICENESS)


@cli.command()
@click.argument("service")
@click.option("--seed", type=int, required=True)
@click.option("--clients", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--acknowledged", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--poison", type=int, required=True, help="How many events of this speaker's first hundred are poisoned.")
def speak(service: str, seed: int, clients: Path, acknowledged: Path, poison: int) -> None:
    """Have deeds done for clients (`clinic client` a line), each with one to three events.

    The id of each deed that was committed, by all that its speaker knows, is a line in the file `acknowledged` before
    the next deed begins.
    """
    store = open_store(read_settings(service))
    known = [line.split() for line in clients.read_text().splitlines()]
    chance, say, stop = random.Random(seed), said_by(service), _until_terminated()  # nosec B311 # chance, no secret.
    poisoned = set(chance.sample(range(100), poison))
    number = 0
    with acknowledged.open("a") as kept:
        while not stop.is_set():
            clinic, client = chance.choice(known)
            deed, events = uuid4(), chance.choice((1, 1, 2, 3))
            try:
                with store.transaction(clinic, Actor("drill"), Origin("drill", str(deed), str(deed))) as tx:
                    tx.add(Deed(id=deed, clinic=clinic, events=events))
                    for _ in range(events):
                        tx.publish(say(UUID(client), number in poisoned))
            except DBAPIError:
                # Nobody knows whether it was committed: row and events may both be there, or neither.
                stop.wait(0.2)
            else:
                kept.write(f"{deed}\n")
                kept.flush()
            number += 1


@cli.command()
@click.argument("service")
@click.option("--seed", type=int, required=True)
@click.option("--suicides", type=float, default=0.0, help="How often a batch ends in kill -9 before it is marked.")
@click.option(
    "--last-words", type=click.Path(path_type=Path), default=os.devnull, help="Where it leaves its pid before that."
)
def relay(service: str, seed: int, suicides: float, last_words: Path) -> None:
    """Run the relay, which may die between publishing and marking."""
    # It is chance, and no secret.
    chance, settings, stop = random.Random(seed), _settings(service), _until_terminated()  # nosec B311

    def die_perhaps() -> None:
        if chance.random() < suicides:
            with last_words.open("a") as words:
                words.write(f"{os.getpid()}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    def open_mortal(address: str, topology: Topology, service: str) -> Publisher:
        return _MortalPublisher(open_publisher(address, topology, service), die_perhaps)

    relay = Relay(open_store(settings), settings.database, settings.amqp, Topology(), open_publisher=open_mortal)
    while not stop.is_set():
        try:
            relay.run(stop)
        except Exception:
            # As the worker does: whatever the trouble, begin anew.
            stop.wait(0.5)


@cli.command()
@click.argument("service")
@click.option("--seed", type=int, required=True)
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--failures", type=float, default=0.0, help="How often a handler fails.")
@click.option("--hears", type=click.Choice(list(PUBLISHERS)), multiple=True, default=tuple(SPEAKERS))
@click.option("--retells", is_flag=True, help="It tells an event of its own for each effect.")
def listen(service: str, seed: int, folder: Path, failures: float, hears: tuple[str, ...], retells: bool) -> None:
    """Run ingest and inbox, with a handler that fails at random."""
    reaction = take_effect_and_retell if retells else take_effect
    handler = unreliable(folder, failures=failures, seed=seed, reaction=reaction)
    run_worker(listener(service, handler, hears=hears), _settings(service), only=("ingest", "inbox"), bind=None)


class _MortalPublisher:
    """A publisher whose process may end when the broker has everything and the outbox does not know it yet."""

    def __init__(self, publisher: Publisher, die_perhaps: Callable[[], None]) -> None:
        self._publisher = publisher
        self._die_perhaps = die_perhaps

    def send(self, batch: Sequence[Outgoing]) -> Callable[[], None]:
        settle = self._publisher.send(batch)

        def settle_or_die() -> None:
            settle()
            self._die_perhaps()

        return settle_or_die

    def keep_alive(self) -> None:
        self._publisher.keep_alive()

    def close(self) -> None:
        self._publisher.close()


def _settings(service: str) -> Settings:
    settings = read_settings(service)
    configure_logs(settings.log_level)
    return settings


def _until_terminated() -> threading.Event:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    return stop


if __name__ == "__main__":
    sys.exit(cli())
