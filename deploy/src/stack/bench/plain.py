"""The same work done plainly with py-amqp and kombu: `python -m stack.bench.plain pipelined 20000`."""

import itertools
import sys
from collections import OrderedDict
from collections.abc import Callable, Sequence

import amqp
from kombu import Connection, Consumer, Exchange, Producer
from kombu.message import Message
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from shared.bus.handlers import Handlers
from shared.bus.publishing import WINDOW
from shared.bus.topology import Topology
from shared.events.envelope import CONTENT_TYPE, Envelope
from shared.service_main import open_store
from shared.settings import read_settings
from shared.store.tables import inbox_stream
from shared.store.tenancy import EVERY_CLINIC, set_clinic
from shared.store.transaction import Actor, Origin, Store, Transaction
from stack.bench.timing import WARMING, measured
from stack.toys import listener
from stack.toys.events import bodies
from stack.toys.stage import HEARER, SPEAKER


def pipelined(events: int, *, tuned: bool = False) -> None:
    """py-amqp with as many messages awaiting their confirm; `tuned` keeps it from polling before each publish."""
    messages = bodies(WARMING + events)
    connection = _amqp()
    if tuned:
        connection.client_properties = {**connection.client_properties, "capabilities": {}}
    channel = connection.channel()
    channel.confirm_select()
    tags, awaited = itertools.count(1), OrderedDict[int, None]()

    def settle(tag: int, multiple: bool) -> None:
        settled = list(itertools.takewhile(lambda waiting: waiting <= tag, awaited)) if multiple else [tag]
        for each in settled:
            del awaited[each]

    def publish(messages: Sequence[tuple[str, bytes]]) -> None:
        for key, body in messages:
            while len(awaited) >= WINDOW:
                connection.drain_events(timeout=15)
            awaited[next(tags)] = None
            message = amqp.Message(body, content_type=CONTENT_TYPE, content_encoding="utf-8", delivery_mode=2)
            channel.basic_publish(message, exchange=Topology().events.name, routing_key=key)
        while awaited:
            connection.drain_events(timeout=15)

    channel.events["basic_ack"].add(settle)
    publish(messages[:WARMING])
    with measured(events):
        publish(messages[WARMING:])


def confirmed(events: int) -> None:
    """kombu, waiting for each message's confirm."""
    messages = bodies(WARMING + events)
    with Connection(read_settings(SPEAKER).amqp, transport_options={"confirm_publish": True}) as connection:
        producer = Producer(
            connection.channel(), exchange=Exchange(Topology().events.name, "topic"), auto_declare=False
        )

        def publish(messages: Sequence[tuple[str, bytes]]) -> None:
            for key, body in messages:
                producer.publish(
                    body, routing_key=key, content_type=CONTENT_TYPE, content_encoding="binary", delivery_mode=2
                )

        publish(messages[:WARMING])
        with measured(events):
            publish(messages[WARMING:])


def consumer(events: int) -> None:
    """kombu, one transaction a message: deduplicated, in order, the handler's row, the cursor, commit, ack."""
    settings = read_settings(HEARER)
    store, handlers = open_store(settings), listener(HEARER).handlers
    handled = 0

    def take(message: Message) -> None:
        nonlocal handled
        with store.carrier() as session:
            _handle(store, session, handlers, _bytes(message), message.delivery_info["routing_key"])
        message.ack()
        handled += 1

    with Connection(settings.amqp) as connection:
        channel = connection.channel()
        channel.basic_qos(0, 50, False)
        queue = Topology().inbox(HEARER)
        with Consumer(channel, [queue], on_message=take, auto_declare=False):
            while handled < WARMING:
                connection.drain_events(timeout=15)
            with measured(events):
                while handled < WARMING + events:
                    connection.drain_events(timeout=15)


def _handle(store: Store, session: Session, handlers: Handlers, body: bytes, key: str) -> None:
    envelope = Envelope.from_bytes(body, routing_key=key)
    if envelope.misfit():
        raise ValueError("it does not fit")
    line = {"consumer": HEARER, "publisher": envelope.publisher, "stream": envelope.stream}
    opened = insert(inbox_stream).values(**line, clinic=envelope.clinic, handled=0).on_conflict_do_nothing()
    session.execute(opened)
    mine = [inbox_stream.c[name] == value for name, value in line.items()]
    cursor = session.scalar(select(inbox_stream.c.handled).where(*mine).with_for_update())
    if envelope.sequence <= (cursor or 0):
        return
    if envelope.sequence != (cursor or 0) + 1:
        raise ValueError("it came too early")
    set_clinic(session.connection(), envelope.clinic)
    tx = Transaction(
        session,
        store,
        envelope.clinic,
        Actor("event"),
        Origin.of_event(envelope, "hear"),
        envelope.time,
        cause=envelope,
    )
    for reaction in handlers.of(envelope.type):
        reaction.handler(envelope.event(), tx)
    session.flush()
    set_clinic(session.connection(), EVERY_CLINIC)
    session.execute(update(inbox_stream).where(*mine).values(handled=envelope.sequence, last_id=envelope.id))


def _bytes(message: Message) -> bytes:
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


def _amqp() -> amqp.Connection:
    url = make_url(read_settings(SPEAKER).amqp)
    connection = amqp.Connection(f"{url.host}:{url.port}", userid=url.username, password=url.password, heartbeat=30)
    connection.connect()
    return connection


CONTESTANTS: dict[str, Callable[[int], None]] = {
    "pipelined": pipelined,
    "tuned": lambda events: pipelined(events, tuned=True),
    "confirmed": confirmed,
    "consumer": consumer,
}

if __name__ == "__main__":
    CONTESTANTS[sys.argv[1]](int(sys.argv[2]))
