"""A service's user at the broker does all that the service needs, and nothing in anybody else's name or place."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from amqp.exceptions import AccessRefused, NotFound
from click.testing import CliRunner
from kombu import Connection, Exchange, Producer, Queue

from shared.bus.topology import Topology, binding_key, connect
from shared.main import main
from stack.broker import USERS, provision_broker, rights_of
from stack.processes import as_user
from stack.services import NAMES, all_services

HEARS = {service.name: service.handlers.publishers for service in all_services()}


@pytest.fixture(scope="module")
def topology(worker: str) -> Topology:
    return Topology(f"rights.{worker}.")


@pytest.fixture(scope="module")
def addresses(amqp: str, rabbitmq_api: str, topology: Topology) -> Iterator[dict[str, str]]:
    given = {name: as_user(amqp, f"{topology.namespace}{name}") for name in USERS}
    provision_broker(amqp, rabbitmq_api, given, topology)
    yield given
    with connect(amqp) as connection:
        topology.remove(connection, NAMES)


@pytest.fixture(autouse=True)
def empty(amqp: str, addresses: dict[str, str], topology: Topology) -> None:
    with connect(amqp) as connection:
        for queue in (*(topology.inbox(name) for name in NAMES), topology.undecodable, topology.unrouted):
            queue(connection.channel()).purge()


def say(connection: Connection, exchange: Exchange, key: str) -> None:
    Producer(connection.channel(), exchange=exchange, auto_declare=False).publish(
        b"{}", routing_key=key, confirm_timeout=15
    )


def depth(connection: Connection, queue: Queue) -> int:
    count: int = connection.channel().queue_declare(queue.name, passive=True).message_count
    return count


@pytest.mark.parametrize("name", NAMES)
def test_a_service_prepares_speaks_and_sets_aside(name: str, addresses: dict[str, str], topology: Topology) -> None:
    with connect(addresses[name], confirm=True) as connection:
        topology.declare(connection, name, HEARS[name])
        say(connection, topology.events, f"maple.{name}.something.happened.v1")
        say(connection, topology.undecodable.exchange, "")

        assert depth(connection, topology.undecodable) == 1
        heard_by = [other for other in NAMES if name in HEARS[other]]
        assert [other for other in NAMES if depth(connection, topology.inbox(other))] == heard_by


@pytest.mark.parametrize(("name", "publisher"), [(name, publisher) for name in NAMES for publisher in HEARS[name]])
def test_a_service_hears_and_settles(name: str, publisher: str, addresses: dict[str, str], topology: Topology) -> None:
    with connect(addresses[publisher], confirm=True) as connection:
        say(connection, topology.events, f"maple.{publisher}.something.happened.v1")
    with connect(addresses[name]) as connection:
        inbox = topology.inbox(name)(connection.channel())
        message = inbox.get()
        assert message is not None
        message.ack()
        assert inbox.get() is None


ATTEMPTS: dict[str, Callable[[Connection, Topology, str], object]] = {
    "speak in another's name": lambda on, names, other: say(on, names.events, f"maple.{other}.something.happened.v1"),
    "speak in no clinic's name": lambda on, names, other: say(on, names.events, "intake.something"),
    "write into another's queue": lambda on, names, other: say(on, Exchange(""), names.inbox(other).name),
    "have another hear again": lambda on, names, other: say(on, names.replay(other), f"maple.{other}.x.happened.v1"),
    "read another's queue": lambda on, names, other: names.inbox(other)(on.channel()).get(),
    "empty another's queue": lambda on, names, other: names.inbox(other)(on.channel()).purge(),
    "delete another's queue": lambda on, names, other: names.inbox(other)(on.channel()).delete(),
    "bind another's queue": lambda on, names, other: names.inbox(other)(on.channel()).bind_to(
        names.events, routing_key=binding_key(other)
    ),
    "read what could not be read": lambda on, names, other: names.undecodable(on.channel()).get(),
    "read what nobody hears": lambda on, names, other: names.unrouted(on.channel()).get(),
    "delete the exchange of events": lambda on, names, other: names.events(on.channel()).delete(),
    # Its dead letters would be events of anybody's.
    "make a queue": lambda on, names, other: on.channel().queue_declare(
        f"{names.namespace}own", arguments={"x-dead-letter-exchange": names.events.name}
    ),
    "make a queue that the broker names": lambda on, names, other: on.channel().queue_declare(""),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_service_does_nothing_in_anothers_name_or_place(
    name: str, attempt: str, addresses: dict[str, str], topology: Topology
) -> None:
    for other in (other for other in NAMES if other != name):
        with connect(addresses[name], confirm=True) as connection, pytest.raises(AccessRefused):
            ATTEMPTS[attempt](connection, topology, other)


@pytest.mark.parametrize("name", NAMES)
def test_a_service_binds_to_nobody_whom_it_does_not_hear(
    name: str, addresses: dict[str, str], topology: Topology
) -> None:
    unheard = [binding_key(other) for other in {*NAMES, "stranger"}.difference(HEARS[name])]
    for key in ("#", "*.#", "maple.#", *unheard):
        with connect(addresses[name]) as connection, pytest.raises(AccessRefused):
            topology.inbox(name)(connection.channel()).bind_to(topology.events, routing_key=key)


def test_a_service_that_begins_to_hear_somebody_is_not_prepared_before_it_may(
    addresses: dict[str, str], topology: Topology
) -> None:
    with connect(addresses["notify"]) as connection, pytest.raises(AccessRefused):
        topology.declare(connection, "notify", [*HEARS["notify"], "stranger"])


def test_a_service_is_not_prepared_where_nothing_was_made(addresses: dict[str, str]) -> None:
    with connect(addresses["notify"]) as connection, pytest.raises(NotFound):
        Topology("nowhere.").declare(connection, "notify", HEARS["notify"])


@pytest.mark.parametrize("consumer", NAMES)
def test_an_operator_has_one_service_hear_again_and_does_nothing_else(
    consumer: str, addresses: dict[str, str], topology: Topology
) -> None:
    with connect(addresses["operator"], confirm=True) as connection:
        for publisher in HEARS[consumer]:
            say(connection, topology.replay(consumer), f"maple.{publisher}.something.happened.v1")
        assert depth(connection, topology.inbox(consumer)) == len(HEARS[consumer])
    for attempt in ATTEMPTS.keys() - {"have another hear again"}:
        with connect(addresses["operator"], confirm=True) as connection, pytest.raises(AccessRefused):
            ATTEMPTS[attempt](connection, topology, consumer)


def test_provision_repeats_itself_and_takes_back_what_is_no_more_given(
    amqp: str,
    rabbitmq_api: str,
    addresses: dict[str, str],
    topology: Topology,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, address in addresses.items():
        (tmp_path / f"{name}_amqp").write_text(address)
    with connect(amqp) as connection:
        topology.inbox("notify")(connection.channel()).bind_to(topology.events, routing_key=binding_key("notify"))
    monkeypatch.setenv("AFTERGLOW_AMQP_ADMIN", amqp)
    monkeypatch.setenv("AFTERGLOW_RABBITMQ_API", rabbitmq_api)
    monkeypatch.setenv("AFTERGLOW_BUS_NAMESPACE", topology.namespace)

    told = CliRunner().invoke(main, ["provision", "--addresses", str(tmp_path)])

    assert told.exit_code == 0, told.output
    assert told.output.splitlines() == [f"{name}: its user at the broker has its rights" for name in USERS]
    with connect(addresses["notify"], confirm=True) as connection:
        say(connection, topology.events, "maple.notify.something.happened.v1")
        assert depth(connection, topology.inbox("notify")) == 0


def test_the_administrators_own_user_is_no_services(
    amqp: str, rabbitmq_api: str, addresses: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, address in (addresses | {"intake": amqp}).items():
        (tmp_path / f"{name}_amqp").write_text(address)
    monkeypatch.setenv("AFTERGLOW_AMQP_ADMIN", amqp)
    monkeypatch.setenv("AFTERGLOW_RABBITMQ_API", rabbitmq_api)
    told = CliRunner().invoke(main, ["provision", "--addresses", str(tmp_path)])
    assert told.exit_code == 1
    assert "a user of their own" in told.output


def test_the_passwords_of_all_are_sent_over_no_wire_in_the_clear(
    amqp: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_AMQP_ADMIN", amqp)
    monkeypatch.setenv("AFTERGLOW_RABBITMQ_API", "http://mq.example:15672")
    told = CliRunner().invoke(main, ["provision", "--addresses", str(tmp_path)])
    assert told.exit_code == 1
    assert told.output.startswith("Error: AFTERGLOW_RABBITMQ_API: It leads to mq.example in the clear.")


def test_nobody_may_declare_anything() -> None:
    assert {granted.configure for granted in rights_of(Topology()).values()} == {"^$"}
