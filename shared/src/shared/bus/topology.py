"""The exchange, the queues and the bindings. The broker never changes their arguments: limits that may are policies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import AccessRefused
from kombu import Connection, Exchange, Queue
from kombu.exceptions import OperationalError

from shared.events import catalogue
from shared.transport import amqp_with_tls

UNROUTED_KEPT = 10_000


@dataclass(frozen=True)
class Topology:
    """The names on one broker. A `namespace` keeps test runs apart on a shared one."""

    namespace: str = ""

    @property
    def events(self) -> Exchange:
        """Every event passes here. What nobody hears goes to `unrouted`."""
        return Exchange(
            self._name("afterglow.events"),
            type="topic",
            durable=True,
            arguments={"alternate-exchange": self._name("afterglow.unrouted")},
        )

    @property
    def unrouted(self) -> Queue:
        """The last of what nobody hears: all that is said by a publisher without subscribers, and lost bindings."""
        exchange = Exchange(self._name("afterglow.unrouted"), type="fanout", durable=True)
        arguments = {"x-max-length": UNROUTED_KEPT, "x-overflow": "drop-head"}
        return self._quorum("afterglow.unrouted.latest", exchange=exchange, arguments=arguments)

    @property
    def undecodable(self) -> Queue:
        """Messages that a consumer could not read, with the reason in the header `x-error`. Never a retry path."""
        # With an exchange of its own, because who may write to the default one may write into every queue.
        exchange = Exchange(self._name("afterglow.undecodable"), type="fanout", durable=True)
        return self._quorum("afterglow.undecodable", exchange=exchange)

    def inbox(self, service: str) -> Queue:
        """What a service has not yet taken into its inbox table."""
        return self._quorum(
            f"{service}.inbox",
            arguments={
                "x-delivery-limit": 100,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": self._name("afterglow.undecodable"),
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            },
        )

    def replay(self, service: str) -> Exchange:
        """What was published before reaches one service again through here, under the routing keys that it had."""
        return Exchange(self._name(f"{service}.replay"), type="topic", durable=True)

    def declare(self, connection: Connection, service: str, publishers: Sequence[str]) -> None:
        """Make what is missing for one service, and unbind whom it hears no more.

        Safe to repeat, and to run side by side with the others'. A user with the rights of a service (see `rights.py`)
        binds only: the rest must be there, made by whoever gave those rights. Raises amqp's `NotFound` when it is not,
        and `AccessRefused` when the service hears somebody whom its rights leave out.
        """
        inbox, exchanges = self.inbox(service), (self.events, self.replay(service))
        queues = (self.unrouted, self.undecodable, inbox)
        try:
            channel = connection.channel()
            for queue in queues:
                queue(channel).declare()
            for exchange in exchanges:
                exchange(channel).declare()
            if is_amqp(connection):  # Within one process nothing is left of an earlier release.
                self._leave_behind(channel, service, publishers)
        except AccessRefused:
            channel = connection.channel()
            for queue in queues:
                queue(channel).queue_declare(passive=True)
            for exchange in (*exchanges, self.undecodable.exchange):
                exchange(channel).declare(passive=True)
        for publisher in publishers:
            for exchange in exchanges:
                inbox(channel).bind_to(exchange, routing_key=binding_key(publisher))
        channel.close()

    def _leave_behind(self, channel: Any, service: str, publishers: Sequence[str]) -> None:
        """Undo what an earlier release declared and this one does not."""
        for publisher in {event.publisher for event in catalogue.values()}.difference(publishers):
            for exchange in (self.events, self.replay(service)):
                self.inbox(service)(channel).unbind_from(exchange, routing_key=binding_key(publisher))
        # It had no bound, and a queue's arguments can't be changed.
        channel.queue_delete(self._name("afterglow.unrouted"))

    def remove(self, connection: Connection, services: Sequence[str]) -> None:
        """Delete everything of this namespace; for test runs."""
        channel = connection.channel()
        names = [f"{service}.inbox" for service in services]
        for name in [*names, "afterglow.undecodable", "afterglow.unrouted.latest"]:
            channel.queue_delete(self._name(name))
        shared = ("afterglow.events", "afterglow.unrouted", "afterglow.undecodable")
        for name in (*shared, *(f"{service}.replay" for service in services)):
            channel.exchange_delete(self._name(name))
        channel.close()

    def _name(self, name: str) -> str:
        return f"{self.namespace}{name}"

    def _quorum(
        self, name: str, *, exchange: Exchange | None = None, arguments: dict[str, object] | None = None
    ) -> Queue:
        return Queue(
            self._name(name),
            exchange=exchange,
            durable=True,
            queue_arguments={"x-queue-type": "quorum"} | (arguments or {}),
        )


def binding_key(publisher: str) -> str:
    """By which a queue gets all that this publisher says, at every clinic."""
    return f"*.{publisher}.#"


def connect(address: str, *, confirm: bool = False) -> Connection:
    """A kombu connection with a heartbeat and a bound on every wait; one thread's own, thrown away after any error.

    Of a cluster's addresses, with `;` between, it is the first that answers now: whoever connects anew after an error
    goes on with a node that lives. Raises kombu's `OperationalError` when none does.

    With `confirm`, each publish waits for the broker's confirm: for the rare single message, not for the relay.
    """
    if address.startswith("memory://"):
        return Connection(address, transport_options={"polling_interval": 0.01})
    options = {"read_timeout": 60, "write_timeout": 15, "confirm_publish": confirm}
    # kombu's own failover tries two addresses at most when it connects by itself, and lends a port or virtual host
    # that the next address leaves out from the one before. So each address has a connection of its own here.
    first, *others = address.split(";")
    plain, tls = amqp_with_tls(first)
    connection = Connection(plain, heartbeat=30, connect_timeout=5, transport_options=options, ssl=tls or False)
    try:
        connection.ensure_connection(max_retries=0)
    except OperationalError:
        connection.release()
        if not others:
            raise
        return connect(";".join(others), confirm=confirm)
    return connection


def is_amqp(connection: Connection) -> bool:
    """Whether a real broker is behind the connection, with confirms and queue types."""
    return bool(connection.transport.driver_type == "amqp")
