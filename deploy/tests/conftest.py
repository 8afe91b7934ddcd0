"""Real services on databases of their own, which the operator's commands are told of as a deployment tells them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from intake.app import service as intake
from integration.app import service as integration
from sessions.app import service as sessions
from shared.bus.topology import Topology, connect
from shared.clinics import Clinic
from shared.store.clinics import remember_clinic
from shared.store.transaction import Actor, Origin
from shared.testing.keys import MASTER_KEYS_TEXT
from shared.testing.plugin import database_of, empty, prepare_database, service_settings
from shared.testing.tokens import Signer

from .outboxes import Place, World


@pytest.fixture
def world(
    worker: str,
    amqp: str,
    database_admin: str,
    signer: Signer,
    topology: Topology,
    maple: Clinic,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    places = {}
    for service in (intake, integration, sessions):
        settings = replace(service_settings(service, worker, amqp, signer), bus_namespace=topology.namespace)
        admin = prepare_database(service, settings, database_admin, worker)
        empty(admin)
        places[service.name] = place = Place(service, settings, admin)
        with connect(amqp) as connection:
            topology.declare(connection, service.name, service.handlers.publishers)
        with place.store.transaction("maple", Actor("test"), Origin("test", "request", "request")) as tx:
            remember_clinic(tx.session.connection(), maple, tx)
    pattern = {name: database_of(places[name].service, worker) for name in places}
    assert set(pattern.values()) == {f"{name}_{name}_{worker}" for name in places}
    sample = places["sessions"].settings
    monkeypatch.setenv("AFTERGLOW_DATABASE", sample.database.replace("sessions", "{service}"))
    monkeypatch.setenv("AFTERGLOW_DATABASE_OWNER", str(sample.database_owner).replace("sessions", "{service}"))
    monkeypatch.setenv("AFTERGLOW_AMQP", amqp)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_BUS_NAMESPACE", topology.namespace)
    yield World(places)
    with connect(amqp) as connection:
        topology.remove(connection, list(places))
    for place in places.values():
        place.store.engine.dispose()
        place.admin.dispose()
