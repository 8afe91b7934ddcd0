import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from notify import settings
from notify.app import service as notify_service
from notify.jobs import DeliverToPartners, SendMessages, make_jobs
from notify.settings import NotifySettings
from shared.clinics import ConsentKind
from shared.clock import uuid7
from shared.events import intake
from shared.events.language import Event
from shared.service import Service
from shared.testing.bench import Bench

ROSA = UUID("01936d3e-5f00-7000-8000-00000000a001")
TOMAS = UUID("01936d3e-5f00-7000-8000-00000000a002")
NELL = UUID("01936d3e-5f00-7000-8000-00000000a003")


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return notify_service


class PostOffice:
    """A real SMTP server that keeps what it takes, and answers as the test has it answer."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.unknown: set[str] = set()
        self.busy: set[str] = set()
        self.answer = "250 2.0.0 Kept"
        self.hold = threading.Event()
        self.hold.set()
        self.asked = threading.Event()
        self._sessions: list[SMTP] = []
        self._stopping = asyncio.Event()
        self._runner = asyncio.Runner()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
        self.hold.set()
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with self._runner:
            self._runner.run(self._serve())

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._session, sock=self._listener)
        await self._stopping.wait()
        server.close()
        for session in self._sessions:
            if session.transport is not None:
                session.transport.close()

    def _session(self) -> SMTP:
        session = SMTP(self, hostname="mx.example", loop=self._loop, enable_SMTPUTF8=True)
        self._sessions.append(session)
        return session

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.asked.set()
        await self._loop.run_in_executor(None, self.hold.wait)
        if self.unknown & set(envelope.rcpt_tos):
            return "550 5.1.1 Nobody has this name here"
        if self.busy & set(envelope.rcpt_tos):
            return "451 4.2.1 This mailbox takes nothing for now"
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.mails.append(message_from_bytes(content, policy=default, _class=EmailMessage))
            self.recipients += envelope.rcpt_tos
        return self.answer


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    office = PostOffice()
    yield office
    office.stop()


@dataclass(frozen=True)
class Hook:
    """One request that a partner got."""

    path: str
    headers: dict[str, str]
    body: bytes


class Partner:
    """A partner's real HTTP endpoint: answers with `status`, or as `decide` says for each request."""

    def __init__(self) -> None:
        self.hooks: list[Hook] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.decide: Callable[[Hook], int] | None = None
        self.hold = threading.Event()
        self.hold.set()
        self.asked = threading.Event()
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                hook = Hook(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                partner.hooks.append(hook)
                partner.asked.set()
                partner.hold.wait()
                self.send_response(partner.status if partner.decide is None else partner.decide(hook))
                for name, value in partner.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """A test says what it saw."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def open_partner() -> Iterator[Callable[[], Partner]]:
    opened: list[Partner] = []

    def make() -> Partner:
        opened.append(Partner())
        return opened[-1]

    yield make
    for partner in opened:
        partner.stop()


@pytest.fixture
def harbor(open_partner: Callable[[], Partner]) -> Partner:
    """The endpoint of Harbor Primary Care."""
    return open_partner()


@pytest.fixture(autouse=True)
def own_settings(post_office: PostOffice) -> NotifySettings:
    made = NotifySettings.for_this_machine(
        smtp_port=post_office.port, public_url="http://afterglow.example", link_secret="l" * 43
    )
    settings.use(made)
    return made


@dataclass
class Notify:
    """notify on the bench with its jobs, and the words in which the tests tell it what happens elsewhere."""

    bench: Bench
    mails: SendMessages
    partners: DeliverToPartners

    def hear(self, event: type[Event], client: UUID = ROSA, *, clinic: str = "maple", **changes: Any) -> UUID:
        """The golden sample of an event happens to the client; returns the event's id."""
        return self.bench.hear(replace(event.sample(), subject=client, **changes), clinic=clinic).id

    def registered(self, client: UUID = ROSA, *, clinic: str = "maple", **changes: Any) -> UUID:
        return self.hear(intake.ClientRegistered, client, clinic=clinic, **changes)

    def agrees(
        self,
        client: UUID = ROSA,
        kind: ConsentKind = ConsentKind.MESSAGING,
        *,
        partner: str | None = None,
        clinic: str = "maple",
    ) -> UUID:
        """The client consents; returns the consent."""
        consent = uuid7(self.bench.clock())
        self.hear(intake.ConsentGranted, client, clinic=clinic, consent=consent, kind=kind, partner=partner)
        return consent

    def takes_back(
        self,
        consent: UUID,
        client: UUID = ROSA,
        kind: ConsentKind = ConsentKind.MESSAGING,
        *,
        partner: str | None = None,
    ) -> None:
        now = self.bench.clock()
        self.hear(intake.ConsentWithdrawn, client, consent=consent, kind=kind, partner=partner, withdrawn_at=now)

    def shares(self, client: UUID = ROSA, *, partner: str = "harbor", clinic: str = "maple") -> UUID:
        return self.agrees(client, ConsentKind.DATA_SHARING, partner=partner, clinic=clinic)

    def stops_sharing(self, consent: UUID, client: UUID = ROSA, *, partner: str = "harbor") -> None:
        self.takes_back(consent, client, ConsentKind.DATA_SHARING, partner=partner)

    def at(self, *when: int) -> None:
        """Move the clock to a moment in UTC."""
        self.bench.clock.at = datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]

    def wait(self, **delta: float) -> None:
        """Time passes, and what came due is done."""
        self.bench.advance(**delta)
        self.work()

    def work(self) -> None:
        """Do all that is due."""
        while self.mails.run_once(self.bench.store) + self.partners.run_once(self.bench.store):
            pass

    def ledger(self, client: UUID = ROSA, *, clinic: str = "maple") -> dict[str, dict[str, Any]]:
        """The client's messages by template, as the front desk sees them."""
        items = self.bench.as_("front_desk", clinic=clinic).get(f"/clients/{client}/messages").get_json()["items"]
        return {item["template"]: item for item in items}

    def subscribes(
        self, url: str, *types: str, partner: str = "harbor", scopes: tuple[str, ...] = ("clinical",)
    ) -> dict[str, Any]:
        body = {"partner": partner, "url": url, "types": list(types), "scopes": list(scopes)}
        answer = self.bench.as_("clinic_admin").post("/subscriptions", body)
        assert answer.status_code == 201, answer.json
        made: dict[str, Any] = answer.get_json()
        return made

    def deliveries(self, subscription: dict[str, Any]) -> list[dict[str, Any]]:
        path = f"/subscriptions/{subscription['id']}/deliveries"
        items: list[dict[str, Any]] = self.bench.as_("clinic_admin").get(path).get_json()["items"]
        return items

    def statuses(self, subscription: dict[str, Any]) -> list[str]:
        return [item["status"] for item in self.deliveries(subscription)]


@pytest.fixture
def notify(bench: Bench, own_settings: NotifySettings) -> Notify:
    mails, partners, *_ = make_jobs(own_settings)
    assert isinstance(mails, SendMessages)
    assert isinstance(partners, DeliverToPartners)
    return Notify(bench, mails, partners)
