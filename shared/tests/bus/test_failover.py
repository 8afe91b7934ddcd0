"""Relay and ingest on a cluster of three, when the node dies at which all of them are connected."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from toy import consent, toy_service

from shared.bus.topology import Topology, connect
from shared.clinics import Clinic
from shared.clock import now
from shared.events.intake import ConsentGranted
from shared.local.cluster import RabbitMQCluster
from shared.local.debian import RABBITMQ
from shared.store.clinics import remember_clinic
from shared.store.database import make_engine
from shared.store.transaction import Actor, Origin, Store
from shared.testing.plugin import empty, prepare_database, service_settings
from shared.testing.tokens import Signer
from shared.testing.waiting import until
from shared.worker import Worker

QUEUE = "sessions.inbox"


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[RabbitMQCluster]:
    RABBITMQ.install()
    with RabbitMQCluster(tmp_path / "cluster") as cluster:
        yield cluster


@pytest.fixture
def platform(
    cluster: RabbitMQCluster, worker: str, database_admin: str, signer: Signer, maple: Clinic
) -> Iterator[tuple[Store, Engine, list[Worker]]]:
    """What intake says with, what sessions heard, and the workers of both, not yet started."""
    stores, admins, workers = [], [], []
    for service, loops in (
        (toy_service("intake"), ("relay",)),
        (toy_service("sessions", ConsentGranted), ("ingest", "inbox")),
    ):
        settings = replace(service_settings(service, worker, cluster.address, signer), amqp=cluster.address)
        admins.append(prepare_database(service, settings, database_admin, worker))
        empty(admins[-1])
        store = Store(service.name, make_engine(settings.database, pool_size=5), settings.master_keys, clock=now)
        with store.transaction("maple", Actor("clinic-admin"), Origin("configure", "request", "request")) as tx:
            remember_clinic(tx.session.connection(), maple, tx)
        stores.append(store)
        workers.append(Worker(service, settings, stores[-1], only=loops))
    yield stores[0], admins[1], workers
    for engine in (*admins, *(store.engine for store in stores)):
        engine.dispose()


class Speaker(threading.Thread):
    """Says something of each of four clients, again and again, until it is stopped."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.clients = [uuid4() for _ in range(4)]
        self.said = 0
        self._store = store
        self._enough = threading.Event()

    def run(self) -> None:
        while not self._enough.wait(0.005):
            with self._store.transaction("maple", Actor("front-desk"), Origin("consent", "request", "request")) as tx:
                for client in self.clients:
                    tx.publish(consent(client))
            self.said += 1

    def stop(self) -> None:
        self._enough.set()
        self.join()


def heard(admin: Engine) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = {}
    with admin.connect() as connection:
        for subject, sequence in connection.execute(text("select subject, sequence from heard order by position")):
            found.setdefault(subject, []).append(sequence)
    return found


def test_when_their_node_dies_relay_and_ingest_go_on_at_another_and_every_event_has_its_effect_once_in_order(
    cluster: RabbitMQCluster, platform: tuple[Store, Engine, list[Worker]]
) -> None:
    intake, sessions, workers = platform
    with connect(cluster.address) as connection:
        Topology().declare(connection, "sessions", ["intake"])
    cluster.wait_for_members(QUEUE)
    speaker = Speaker(intake)
    speaker.start()
    for worker in workers:
        worker.start()
    try:
        until(lambda: len(heard(sessions)) == len(speaker.clients), 30)
        assert cluster.leader_of(QUEUE) == cluster.names[0]

        cluster.node(cluster.names[0]).kill()

        at_death = speaker.said
        until(lambda: all(len(sequences) > at_death for sequences in heard(sessions).values()), 60)
        speaker.stop()
        until(lambda: sum(map(len, heard(sessions).values())) >= speaker.said * len(speaker.clients), 60)
        assert heard(sessions) == {client: list(range(1, speaker.said + 1)) for client in speaker.clients}
    finally:
        speaker.stop()
        ended = [worker.stop() for worker in workers]
    assert all(ended)
