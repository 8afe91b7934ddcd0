"""The platform as it is deployed: eight processes on a real RabbitMQ and PostgreSQL, and who listens to them."""

from collections.abc import Iterator

import pytest

from shared.bus.topology import Topology, connect
from shared.testing.collector import Collector
from stack.processes import EightProcesses
from stack.services import NAMES


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector() as collector, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        yield collector


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, worker: str) -> str:
    """What the platform of a module of tests is known by: each has databases and queues of its own."""
    return f"{request.module.__name__.rpartition('_')[2]}_{worker}"


@pytest.fixture(scope="module")
def topology(place: str) -> Topology:
    return Topology(f"e2e.{place}.")


@pytest.fixture(scope="module")
def platform(
    tmp_path_factory: pytest.TempPathFactory,
    database_admin: str,
    amqp: str,
    rabbitmq_api: str,
    place: str,
    topology: Topology,
    collector: Collector,
) -> Iterator[EightProcesses]:
    folder = tmp_path_factory.mktemp("eight processes")
    with EightProcesses(
        folder,
        database_admin=database_admin,
        amqp=amqp,
        rabbitmq_api=rabbitmq_api,
        namespace=topology.namespace,
        suffix=f"_e2e_{place}",
    ) as running:
        yield running
    with connect(amqp) as connection:
        topology.remove(connection, NAMES)
