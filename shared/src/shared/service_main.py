"""`python -m intake web | worker | prepare | …`: the processes of a service, the same for all four."""

import gc
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import click
from amqp.exceptions import AccessRefused, NotFound
from flask import Flask
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy.exc import OperationalError as DatabaseError

from shared.bus.topology import Topology, connect
from shared.console import Away, BadNews, Group, json_option, print_json, print_lines, print_note, toned
from shared.logs import configure_logs
from shared.sealing import MasterKeys
from shared.service import Service
from shared.settings import Settings, SettingsError, read_settings
from shared.store.database import make_engine
from shared.store.doorbell import OUTBOX_BELL, Doorbell
from shared.store.migrations import migrate
from shared.store.transaction import Store
from shared.tracing import require_tracing
from shared.web.factory import create_app
from shared.web.server import WebServer, server_options
from shared.worker import LOOPS, Worker


class ToldToStop:
    """SIGTERM and SIGINT: the first asks for an end in order, a second one ends the process where it stands."""

    def __init__(self) -> None:
        # Unlike the locks of an Event, a SimpleQueue bears that a handler interrupts the very thread that waits.
        self._told: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._stopping = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def __call__(self) -> bool:
        return self._stopping

    def wait(self) -> None:
        self._told.get()

    def _hear(self, number: int, _: FrameType | None) -> None:
        if self._stopping:
            os._exit(1)
        self._stopping = True
        self._told.put(number)


def open_store(settings: Settings) -> Store:
    """A store whose commits wake the relay."""
    engine = make_engine(settings.database, pool_size=settings.pool_size)
    bell = Doorbell(settings.database, OUTBOX_BELL)
    return Store(settings.service, engine, settings.master_keys, on_events=bell.ring)


def keep_collections_rare() -> None:
    """Have Python look for cycles among new objects seldom, and never again among those that are there to stay.

    A batch of events makes ten thousand objects that die without it; looking at them took a tenth of the inbox's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def build_app(service: Service, settings: Settings, stopping: Callable[[], bool] = bool) -> Flask:
    """The service's web application over a store of its own."""
    return create_app(service, settings, open_store(settings), stopping=stopping)


def main(service: Service) -> None:
    """Run one process of a service, as the command line says."""
    command_line(service)()


def command_line(service: Service) -> Group:
    """All that `python -m {service}` can do."""
    cli = Group(
        service.name,
        help=f"{service.title}. Settings come from AFTERGLOW_* variables; see the service's README.",
        context_settings={"max_content_width": 100},
        examples=[
            ("prepare", "what must be done before any worker publishes"),
            ("web --bind 0.0.0.0:8000", "serve the doors and pages"),
            ("worker", "carry events, and do what is due"),
        ],
    )

    @cli.command(
        short_help="Serve the doors and pages",
        examples=[
            ("", "on 127.0.0.1:8000"),
            ("--bind 0.0.0.0:8000 --threads 32", "on all addresses, for more at once"),
        ],
    )
    @click.option("--bind", default="127.0.0.1:8000", envvar="AFTERGLOW_BIND", show_default=True, show_envvar=True)
    @click.option("--threads", default=16, envvar="AFTERGLOW_WEB_THREADS", show_default=True, show_envvar=True)
    def web(bind: str, threads: int) -> None:
        """Serve the doors and pages with gunicorn: one process, so that its metrics are whole. Run more to scale."""
        settings = _settings(service)
        options = server_options(bind, threads=threads, grace_seconds=settings.grace_seconds)

        def make_app(stopping: Callable[[], bool]) -> Flask:
            return build_app(service, settings, stopping)

        WebServer(make_app, options, drain_seconds=settings.drain_seconds).run()

    @cli.command(
        short_help="Carry events, and do what is due",
        examples=[
            ("--bind 127.0.0.1:8001", "all loops, with health and metrics there"),
            ("--only relay --only timers", "some of them"),
        ],
    )
    @click.option("--only", type=click.Choice(LOOPS), multiple=True, help="Run only this loop; may be repeated.")
    @click.option("--bind", default=None, envvar="AFTERGLOW_WORKER_BIND", help="Serve health and metrics here.")
    def worker(only: tuple[str, ...], bind: str | None) -> None:
        """Run relay, ingest, inbox, timers and jobs until SIGTERM; what is in hand is finished first."""
        settings = _settings(service)
        if settings.embedded:
            message = "AFTERGLOW_AMQP: a worker of its own needs a broker; memory:// reaches nobody else."
            raise BadNews("settings", message)
        run_worker(service, settings, only=only or LOOPS, bind=bind)

    @cli.command(
        name="migrate",
        short_help="Bring the database to the newest revision",
        examples=[("", "as its owner role"), ("--json", "as a program would")],
    )
    @json_option
    def migrate_(as_json: bool) -> None:
        """Bring the database to the newest revision, as its owner role."""
        _do(service, as_json, _migrate)

    @cli.command(
        short_help="Declare this service's queue at the broker",
        examples=[("", "with the exchange and its bindings"), ("--json", "whom it hears, as a program would")],
    )
    @json_option
    def topology(as_json: bool) -> None:
        """Declare the exchange, this service's queue and its bindings at the broker."""
        _do(service, as_json, _declare)

    @cli.command(
        short_help="Migrate, and declare the queue",
        examples=[("", "for every service, before any worker publishes"), ("--json", "as a program would")],
    )
    @json_option
    def prepare(as_json: bool) -> None:
        """Migrate and declare the topology: what must be done, for every service, before any worker publishes."""
        _do(service, as_json, _migrate, _declare)

    @cli.command(
        short_help="Print the OpenAPI 3.1 document",
        examples=[("> openapi.json", "for a generator of clients"), ("| jq '.paths | keys'", "every door")],
    )
    def openapi() -> None:
        """Print the OpenAPI 3.1 document."""
        configure_logs(logging.WARNING)
        print_json(openapi_document(service))

    for command in service.commands:
        cli.add_command(command)
    return cli


Step = Callable[[Service, Settings], tuple[str, dict[str, Any]]]
"""Something that is done before a service runs: a line that tells of it, and the same for programs."""


def _do(service: Service, as_json: bool, *steps: Step) -> None:
    settings = _settings(service)
    outcome: dict[str, Any] = {"service": service.name}
    for step in steps:
        line, done = step(service, settings)
        outcome |= done
        if not as_json:
            print_lines([line])
    if as_json:
        print_json(outcome)


def _migrate(service: Service, settings: Settings) -> tuple[str, dict[str, Any]]:
    if settings.database_owner is None:
        raise BadNews("settings", "Set AFTERGLOW_DATABASE_OWNER: migrations run as the owner of the tables.")
    try:
        migrate(service.name, service.package, settings.database_owner, settings.master_keys)
    except DatabaseError as error:
        raise Away("database_away", f"AFTERGLOW_DATABASE_OWNER: {str(error.orig).strip()}") from None
    return f"{service.name}: the database is at the newest revision", {"migrated": True}


def _declare(service: Service, settings: Settings) -> tuple[str, dict[str, Any]]:
    try:
        with connect(settings.amqp) as connection:
            Topology(settings.bus_namespace).declare(connection, service.name, service.handlers.publishers)
    except BrokerError as error:
        raise Away("broker_away", f"AFTERGLOW_AMQP: the broker cannot be reached: {error}") from None
    except (AccessRefused, NotFound) as error:
        message = f"AFTERGLOW_AMQP: the broker says {error}. Give its users their rights anew (afterglow provision)."
        raise BadNews("broker_refused", message) from None
    hears = service.handlers.publishers
    return f"{service.name}: hears {', '.join(hears) or 'nobody'}", {"hears": list(hears)}


def openapi_document(service: Service) -> dict[str, Any]:
    """The service's OpenAPI document; needs no database and no broker."""
    keys = MasterKeys.parse(MasterKeys.generate("unused"))
    nowhere = Settings(
        service=service.name, database="postgresql://", amqp="memory://", issuer="", jwks="", master_keys=keys
    )
    app = create_app(service, nowhere, Store(service.name, make_engine("postgresql://", pool_size=1), keys))
    answer: dict[str, Any] = app.test_client().get(f"/{service.name}/openapi.json").get_json()
    return answer


def run_worker(service: Service, settings: Settings, *, only: tuple[str, ...], bind: str | None) -> None:
    """Run the worker's loops until SIGTERM or SIGINT, with a small server for health and metrics where asked.

    From the signal on readiness is denied. Ends with 0 when every loop has finished what it had in hand, with 1
    when the grace was over before.
    """
    stopping = ToldToStop()
    keep_collections_rare()
    store = open_store(settings)
    worker = Worker(service, settings, store, service.read_settings(), only=only)
    worker.start()
    if bind:
        app = create_app(service, settings, store, troubles=worker.troubles, stopping=stopping, meters=worker.meters)
        host, _, port = bind.rpartition(":")
        server = make_server(host, int(port), app, handler_class=_QuietHandler)
        threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    logging.getLogger(__name__).info("worker_started")
    stopping.wait()
    if worker.stop(settings.grace_seconds):
        sys.exit(0)
    # Not in order: a loop that is at work still may neither commit from here on, nor keep the interpreter from ending.
    os._exit(1)


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by the application, as JSON."""


def _settings(service: Service) -> Settings:
    """Read everything that the service needs to know at the start: a mistake shows now, not at some request."""
    try:
        settings = read_settings(service.name)
        service.read_settings()
        require_tracing()
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None
    configure_logs(settings.log_level)
    if settings.try_out:
        warning = "AFTERGLOW_TRY_OUT is set: whoever has that key is whom they like. Let no real person in here."
        print_note(toned(f"WARNING: {warning}", "bad"))
    return settings
