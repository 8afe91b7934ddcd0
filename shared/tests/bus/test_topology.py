"""What a service declares at the broker: no more than it hears, and nothing that grows without a bound."""

from collections.abc import Iterator

import pytest
from kombu import Connection, Producer

from shared.bus.topology import Topology, connect


@pytest.fixture
def broker(amqp: str, topology: Topology) -> Iterator[Connection]:
    with connect(amqp, confirm=True) as connection:
        yield connection
        topology.remove(connection, ["sessions"])


def say(broker: Connection, topology: Topology, key: str) -> None:
    Producer(broker.channel(), exchange=topology.events, auto_declare=False).publish(b"{}", routing_key=key)


def depth(broker: Connection, name: str) -> int:
    count: int = broker.channel().queue_declare(name, passive=True).message_count
    return count


def test_whom_a_release_hears_no_more_is_unbound(broker: Connection, topology: Topology) -> None:
    inbox = topology.inbox("sessions").name
    topology.declare(broker, "sessions", ["intake", "integration"])
    topology.declare(broker, "sessions", ["intake"])

    say(broker, topology, "maple.integration.intention.set.v1")
    say(broker, topology, "maple.intake.consent.granted.v1")
    assert depth(broker, inbox) == 1
    assert depth(broker, topology.unrouted.name) == 1


def test_of_what_nobody_hears_only_the_last_is_kept(
    broker: Connection, topology: Topology, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.bus.topology.UNROUTED_KEPT", 3)
    topology.declare(broker, "sessions", ["intake"])
    for _ in range(5):
        say(broker, topology, "maple.notify.message.sent.v1")
    assert depth(broker, topology.unrouted.name) == 3


def test_a_queue_of_an_earlier_release_that_could_grow_for_ever_is_gone(broker: Connection, topology: Topology) -> None:
    formerly = f"{topology.namespace}afterglow.unrouted"
    broker.channel().queue_declare(formerly, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    topology.declare(broker, "sessions", ["intake"])
    with pytest.raises(broker.channel_errors):
        depth(broker, formerly)
