"""The deployed platform without containers: per service a web and a worker process, on this machine.

For the end-to-end tests, and for looking at the platform as operators run it: the very commands of the images
(`python -m intake web`, `python -m intake worker`) against a real RabbitMQ and a real PostgreSQL.
"""

import json
import os
import secrets
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import urllib3
from sqlalchemy.engine import make_url

from shared.bus.topology import Topology, connect
from shared.local.processes import LocalServerError, port_of, reserve_port, wait_until
from shared.samples import sample_documents
from shared.settings import TRY_OUT_ISSUER
from shared.store.database import provision
from shared.store.migrations import migrate
from shared.testing.keys import MASTER_KEYS, MASTER_KEYS_TEXT
from stack.broker import USERS, provision_broker
from stack.issuer import AUDIENCE, LocalIssuer
from stack.mail_sink import MailSink
from stack.services import all_services

READY_SECONDS = 60.0


class EightProcesses:
    """Four services as eight processes, with a mail sink. A context manager; each can be stopped and started.

    Each service has a user of its own at the broker, of whom `amqp` names an administrator. They stay.
    """

    def __init__(
        self, folder: Path, *, database_admin: str, amqp: str, rabbitmq_api: str, namespace: str = "", suffix: str = ""
    ) -> None:
        self.folder = folder
        self.mail = MailSink(folder / "mail")
        self.issuer = LocalIssuer(folder / "keys")
        self._admin = database_admin
        self._amqp_admin = amqp
        self._rabbitmq_api = rabbitmq_api
        self._amqp = {name: as_user(amqp, f"{namespace}{name}") for name in USERS}
        self._namespace = namespace
        self._suffix = suffix
        self._held = ExitStack()
        self._ports: dict[str, int] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self._prepare()
            for service in all_services():
                self.start(f"{service.name}-web")
                self.start(f"{service.name}-worker")
            self.wait_ready()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def addresses(self) -> dict[str, str]:
        """Where each service answers, as `afterglow demo --service-url` wants it."""
        return {service.name: f"http://127.0.0.1:{self._ports[f'{service.name}-web']}" for service in all_services()}

    def start(self, name: str) -> None:
        """Start `intake-web`, `intake-worker` and so on."""
        service, role = name.rsplit("-", 1)
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", service, role, "--bind", f"127.0.0.1:{self._ports[name]}"],
                env=self._environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> int:
        """End one process and wait for it; returns its exit code."""
        process = self._running.pop(name)
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)  # gunicorn's own worker too: nothing of it may finish anything.
        else:
            process.send_signal(number)
        try:
            return process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def wait_ready(self) -> None:
        """Wait until every running process says that it is ready. Raises LocalServerError otherwise."""
        http = urllib3.PoolManager(timeout=2, retries=False)

        def is_ready(name: str) -> bool:
            address = f"http://127.0.0.1:{self._ports[name]}/{name.rsplit('-', 1)[0]}/health/ready"
            try:
                return http.request("GET", address).status == 200
            except urllib3.exceptions.HTTPError:
                return False

        for name in list(self._running):
            if not wait_until(lambda name=name: is_ready(name), READY_SECONDS):  # type: ignore[misc]
                log = (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")
                raise LocalServerError(f"{name} did not become ready. Its log ends with:\n{log[-3000:]}")

    def close(self) -> None:
        for name in list(self._running):
            self.stop(name)
        self.mail.stop()
        self._held.close()

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.issuer.ensure(TRY_OUT_ISSUER)
        self.mail.start()
        for service in all_services():
            provision(self._admin, service.name, database=self.database(service.name))
            migrate(service.name, service.package, self._address(service.name, "owner"), MASTER_KEYS)
            for role in ("web", "worker"):
                reservation = self._held.enter_context(reserve_port())
                self._ports[f"{service.name}-{role}"] = port_of(reservation)
        # Every queue must be there before the first event is published: nobody keeps what nobody awaits.
        topology = Topology(self._namespace)
        provision_broker(self._amqp_admin, self._rabbitmq_api, self._amqp, topology)
        for service in all_services():
            with connect(self._amqp[service.name]) as connection:
                topology.declare(connection, service.name, service.handlers.publishers)
        for document in sample_documents():
            subprocess.run(
                [sys.executable, "-m", "intake", "clinic", "add", "-", "--by", "test"],
                input=json.dumps(document).encode(),
                env=self._environment("intake"),
                check=True,
                capture_output=True,
            )

    def database(self, service: str) -> str:
        """What the service's database is called."""
        return f"{service}{self._suffix}"

    def _address(self, service: str, role: str) -> str:
        url = make_url(self._admin).set(database=self.database(service), username=f"{service}_{role}")
        return url.render_as_string(hide_password=False)

    def _environment(self, service: str) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("AFTERGLOW_")}
        return inherited | {
            "AFTERGLOW_DATABASE": self._address(service, "app"),
            "AFTERGLOW_AMQP": self._amqp[service],
            "AFTERGLOW_BUS_NAMESPACE": self._namespace,
            "AFTERGLOW_AUDIENCE": AUDIENCE,
            "AFTERGLOW_TRY_OUT": str(self.issuer.jwks),
            "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
            "AFTERGLOW_POOL_SIZE": "5",
            "AFTERGLOW_SMTP_HOST": "127.0.0.1",
            "AFTERGLOW_SMTP_PORT": str(self.mail.port),
            "AFTERGLOW_MAIL_FROM": "afterglow@localhost.example",
            "AFTERGLOW_PUBLIC_URL": "http://127.0.0.1",
            "AFTERGLOW_WEBHOOK_ALLOW": "127.0.0.0/8",
        }


def as_user(address: str, name: str) -> str:
    """The same broker for somebody else, with a password that nobody has yet."""
    parts = urlsplit(address)
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{name}:{secrets.token_hex(16)}@{where}"))
