"""The processes of a drill: `python -m stack.drills.actors speak|relay|listen SERVICE`."""

import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.exc import DBAPIError

from shared.bus.publishing import Outgoing, Publisher, open_publisher
from shared.bus.relay import Relay
from shared.bus.topology import Topology
from shared.logs import configure_logs
from shared.service_main import open_store, run_worker
from shared.settings import Settings, read_settings
from shared.store.transaction import Actor, Origin
from stack.drills.toys import listener, said_by, unreliable


@click.group()
def cli() -> None:
    """One process of a drill; it ends at SIGTERM, or as the drill has it end."""


@cli.command()
@click.argument("service")
@click.option("--seed", type=int, required=True)
@click.option("--clients", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--poison", type=int, required=True, help="How many events of this speaker's first hundred are poisoned.")
def speak(service: str, seed: int, clients: Path, poison: int) -> None:
    """Have deeds done for clients (`clinic client` a line), each with one to three events."""
    store = open_store(read_settings(service))
    known = [line.split() for line in clients.read_text().splitlines()]
    chance, say, stop = random.Random(seed), said_by(service), _until_terminated()  # noqa: S311
    poisoned = set(chance.sample(range(100), poison))
    deed = 0
    while not stop.is_set():
        clinic, client = chance.choice(known)
        try:
            with store.transaction(clinic, Actor("drill"), Origin("drill", "request", "request")) as tx:
                for _ in range(chance.choice((1, 1, 2, 3))):
                    tx.publish(say(UUID(client), deed in poisoned))
        except DBAPIError:
            # Nobody knows whether it was committed: what counts is what the outbox has.
            stop.wait(0.2)
        deed += 1


@cli.command()
@click.argument("service")
@click.option("--seed", type=int, required=True)
@click.option("--suicides", type=float, default=0.0, help="How often a batch ends in kill -9 before it is marked.")
def relay(service: str, seed: int, suicides: float) -> None:
    """Run the relay, which may die between publishing and marking."""
    chance, settings, stop = random.Random(seed), _settings(service), _until_terminated()  # noqa: S311

    def open_mortal(address: str, topology: Topology, service: str) -> Publisher:
        return _MortalPublisher(open_publisher(address, topology, service), chance, suicides)

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
def listen(service: str, seed: int, folder: Path, failures: float) -> None:
    """Run ingest and inbox, with a handler that fails at random."""
    handler = unreliable(folder, failures=failures, seed=seed)
    run_worker(listener(service, handler), _settings(service), only=("ingest", "inbox"), bind=None)


class _MortalPublisher:
    """A publisher whose process may end when the broker has everything and the outbox does not know it yet."""

    def __init__(self, publisher: Publisher, chance: random.Random, suicides: float) -> None:
        self._publisher = publisher
        self._chance = chance
        self._suicides = suicides

    def send(self, batch: Sequence[Outgoing]) -> Callable[[], None]:
        settle = self._publisher.send(batch)

        def settle_or_die() -> None:
            settle()
            if self._chance.random() < self._suicides:
                os.kill(os.getpid(), signal.SIGKILL)

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
