"""Connecting to a broker, or to that node of a cluster which answers."""

import socket
from collections.abc import Iterator
from uuid import uuid4

import pytest
from kombu.exceptions import OperationalError

from shared.bus.publishing import Outgoing, open_publisher
from shared.bus.topology import Topology, connect
from shared.local.processes import port_of, reserve_port


@pytest.fixture
def dead() -> Iterator[str]:
    """Two addresses at which nobody listens."""
    reservations: list[socket.socket] = [reserve_port(), reserve_port()]
    yield ";".join(f"amqp://guest:guest@127.0.0.1:{port_of(reservation)}//" for reservation in reservations)
    for reservation in reservations:
        reservation.close()


def test_of_several_addresses_the_first_that_answers_is_taken(amqp: str, dead: str) -> None:
    for addresses in (f"{dead};{amqp}", f"{amqp};{dead}"):
        with connect(addresses, confirm=True) as connection:
            assert connection.connected
            assert f":{connection.port}/" in amqp


def test_what_is_published_goes_to_the_node_that_answers(amqp: str, dead: str, topology: Topology) -> None:
    with connect(amqp) as connection:
        topology.declare(connection, "sessions", ["intake"])
        publisher = open_publisher(f"{dead};{amqp}", topology, "intake")

        publisher.send([Outgoing(uuid4(), "maple.intake.consent.granted.v1", b"{}")])()

        publisher.close()
        assert connection.default_channel.basic_get(topology.inbox("sessions").name, no_ack=True) is not None
        topology.remove(connection, ["sessions"])


def test_where_nobody_answers_the_trouble_is_told_at_once(dead: str) -> None:
    with pytest.raises(OperationalError, match="refused"):
        connect(dead)
