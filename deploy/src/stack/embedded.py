"""The embedded platform: four services and their workers in one process, over a PostgreSQL of our own.

The parent prepares the databases and owns PostgreSQL; one gunicorn process below it serves and works. Killed at any
moment, nothing is lost: the outbox is the queue, and what the in-process bus held is sent again at the next start.
"""

import shlex
import socket
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.access.keys import LINK_SECRET, ensure_keys
from intake.access.keys import PRIVATE as SIGN_IN_KEY
from intake.access.keys import PUBLIC as SIGN_IN_JWKS
from intake.access.provider import RETURN
from intake.access.settings import AccessSettings, read_key
from intake.access.settings import use as use_access_settings
from intake.clinics.commands.adding import keep_samples
from notify.settings import NotifySettings
from notify.settings import use as use_notify_settings
from shared.bus.publishing import in_process
from shared.local.postgres import Postgres
from shared.local.processes import LocalServerError
from shared.logs import configure_logs
from shared.samples import sample_clinics
from shared.sealing import MasterKeys
from shared.service import Service
from shared.service_main import open_store
from shared.settings import DEMO_IDENTITY, Settings, SettingsError
from shared.store.database import provision
from shared.store.migrations import migrate
from shared.store.transaction import Store
from shared.tracing import require_tracing
from shared.web.factory import create_app
from shared.web.server import WebServer, server_options
from shared.worker import Worker
from stack.databases import MASTER_KEYS, record_addresses
from stack.issuer import AUDIENCE, LocalIssuer
from stack.issuer.provider import CLIENT_ID, demo_identity
from stack.mail_sink import MailSink
from stack.services import all_services

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

STOP_SECONDS = 8
SIGNED_OUT = "/intake/"


@dataclass(frozen=True)
class Plan:
    """Where the platform runs: its port, its folder, and its databases by service (application and owner)."""

    port: int
    data: Path
    databases: dict[str, tuple[str, str]]

    @property
    def bind(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.bind}"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def master_keys(self) -> MasterKeys:
        return MasterKeys.ensure(self.data / MASTER_KEYS)

    @property
    def issuer(self) -> LocalIssuer:
        return LocalIssuer(self.keys)

    @property
    def link_secret(self) -> str:
        return (self.keys / LINK_SECRET).read_text(encoding="utf-8")

    def access(self) -> AccessSettings:
        """Intake's side of signing in: the team at the demo's provider, clients by links in mails."""
        key = read_key((self.keys / SIGN_IN_KEY).read_text(encoding="utf-8"))
        return AccessSettings(key=key, client_id=CLIENT_ID, public_url=self.url, link_secret=self.link_secret)

    def settings(self, service: Service) -> Settings:
        database, owner = self.databases[service.name]
        return Settings(
            service=service.name,
            database=database,
            database_owner=owner,
            amqp="memory://",
            issuer=self.url + DEMO_IDENTITY,
            audience=AUDIENCE,
            jwks=str(self.issuer.jwks),
            sign_in_jwks=str(self.keys / SIGN_IN_JWKS),
            public_url=self.url,
            master_keys=self.master_keys,
        )


def run(port: int, data: Path) -> None:
    """Start everything, say when it is ready, and serve until Ctrl-C or SIGTERM."""
    began = time.monotonic()
    _require_free(port)
    try:
        require_tracing()
    except SettingsError as error:
        raise LocalServerError(str(error)) from None
    data = data.resolve()
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        message = f"The folder {data} cannot be made: {error.strerror}. Choose another (make run DATA=/some/folder)."
        raise LocalServerError(message) from None
    configure_logs(stream=(data / "afterglow.log").open("a", encoding="utf-8"))
    with ExitStack() as stack:
        plan = Plan(port, data, _databases(stack, data))
        record_addresses(data, plan.databases)
        plan.issuer.ensure(plan.url + DEMO_IDENTITY)
        ensure_keys(plan.keys, plan.keys)
        for service in all_services():
            migrate(service.name, service.package, plan.databases[service.name][1], plan.master_keys)
        platform = _Platform(plan, began)
        options = server_options(plan.bind, threads=16, grace_seconds=STOP_SECONDS + 1) | {
            "post_worker_init": platform.start,
            "worker_exit": platform.stop,
        }
        WebServer(lambda _: platform, options).run()


def _require_free(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            message = f"Port {port} is taken: stop what listens there, or choose another (make run PORT=8010)."
            raise LocalServerError(message) from None


def _databases(stack: ExitStack, data: Path) -> dict[str, tuple[str, str]]:
    """Addresses of a PostgreSQL that we start and that ends with us. Whatever the environment names is left alone."""
    names = [service.name for service in all_services()]
    postgres = Postgres(data / "postgres")
    postgres.start()
    stack.callback(postgres.stop)
    for name in names:
        provision(postgres.address(), name)
    return {name: (postgres.address(name, f"{name}_app"), postgres.address(name, f"{name}_owner")) for name in names}


class _Platform:
    """What lives in the serving process: four applications behind one door, four workers, and the mail sink."""

    def __init__(self, plan: Plan, began: float) -> None:
        self._plan = plan
        self._began = began
        self._apps: dict[str, Wsgi] = {}
        self._workers: list[Worker] = []
        self._mail = MailSink(plan.data / "mail")

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_HOST") == f"localhost:{self._plan.port}" and "text/html" in environ.get("HTTP_ACCEPT", ""):
            # A cookie of localhost does not go to 127.0.0.1, to which people come back when they have signed in.
            address = f"{self._plan.url}/{environ['RAW_URI'].lstrip('/')}"
            start_response("307 Temporary Redirect", [("Location", address), ("Content-Length", "0")])
            return [b""]
        first = str(environ.get("PATH_INFO", "")).split("/")[1:2]
        if first == [""]:
            start_response("302 Found", [("Location", "/intake/"), ("Content-Length", "0")])
            return [b""]
        # What is nobody's is intake's to say: it has no such address either.
        app = self._apps.get(first[0] if first else "", self._apps["intake"])
        return app(environ, start_response)

    def start(self, _: object) -> None:
        """After the fork: threads and connections belong to this process alone."""
        self._mail.start()
        notify = NotifySettings.for_this_machine(
            smtp_port=self._mail.port, public_url=self._plan.url, link_secret=self._plan.link_secret
        )
        use_notify_settings(notify)
        use_access_settings(self._plan.access())
        stores: dict[str, Store] = {}
        for service in all_services():
            settings = self._plan.settings(service)
            stores[service.name] = open_store(settings)
            in_process.subscribe(service.name, service.handlers.publishers)
            worker = Worker(service, settings, stores[service.name], notify)
            worker.declare_topology()
            self._workers.append(worker)
            self._apps[service.name] = create_app(
                service, settings, stores[service.name], troubles=worker.troubles, meters=worker.meters
            )
        self._apps[DEMO_IDENTITY.strip("/")] = demo_identity(
            self._plan.issuer,
            bind=self._plan.bind,
            settings=[self._plan.settings(service) for service in all_services()],
            redirect_uris=[self._plan.url + RETURN],
            after_sign_out=[self._plan.url + SIGNED_OUT],
            clinics=sample_clinics(),
        )
        keep_samples(stores["intake"])
        for worker in self._workers:
            worker.start()
        _wait_for_clinics(stores)
        seconds = time.monotonic() - self._began
        sys.stdout.write(f"Afterglow is ready at {self._plan.url}\n")
        sys.stdout.write(f"  started in {seconds:.1f} s; data in {self._plan.data}; Ctrl-C stops it\n")
        if (self._plan.port, self._plan.data) != (8000, Path(".afterglow").resolve()):
            elsewhere = f"AFTERGLOW_URL={self._plan.url} AFTERGLOW_DATA={shlex.quote(str(self._plan.data))}"
            sys.stdout.write(f"  commands beside it: export {elsewhere}\n")
        sys.stdout.flush()

    def stop(self, _server: object, _worker: object) -> None:
        """Before the process ends: what is in hand is finished, the rest waits in the outbox for the next start."""
        deadline = time.monotonic() + STOP_SECONDS
        sys.stdout.write("Stopping: what is in hand is finished first.\n")
        sys.stdout.flush()
        # The relays come first: what they have in hand is safe only when the others have taken it into their inboxes.
        for worker in self._workers:
            worker.request_stop(["relay"])
        for worker in self._workers:
            worker.join(deadline)
        for worker in self._workers:
            worker.request_stop()
        ended = [worker.stop(max(0.0, deadline - time.monotonic())) for worker in self._workers]
        self._mail.stop()
        again = "What could not be finished in time is done again at the next start.\n"
        sys.stdout.write("Everything in hand was finished.\n" if all(ended) else again)
        sys.stdout.flush()


def _wait_for_clinics(stores: dict[str, Store]) -> None:
    """Every service must know the sample clinics before anybody is told that the platform is ready."""
    deadline = time.monotonic() + 30
    while not all(store.knows_clinic(clinic.id) for store in stores.values() for clinic in sample_clinics()):
        if time.monotonic() > deadline:
            raise RuntimeError("the services did not learn of the clinics in time; see afterglow.log")
        time.sleep(0.02)
