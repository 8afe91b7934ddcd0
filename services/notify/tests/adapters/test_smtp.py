import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from notify.adapters.smtp import Mail, MailDelayed, MailRefused, SmtpMailer

MESSAGE_ID = UUID("0193b2c4-0000-7000-8000-000000000001")
SENDER = "no-reply@afterglow.example"


def mail(**changes: Any) -> Mail:
    return Mail(
        **{
            "message_id": MESSAGE_ID,
            "sender_name": "Maple Clinic",
            "recipient": "ana.p@example.org",
            "subject": "A message from your clinic",
            "text": "Please sign in to read it.\n",
            **changes,
        }
    )


class MailServer:
    """A real SMTP server that says what the test has written down for it, and keeps what it takes."""

    def __init__(self, replies: dict[str, str], silent_at: str | None, **settings: Any) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.encrypted: list[bool] = []
        self._replies = replies
        self._silent_at = silent_at
        self._settings = settings
        self._sessions: list[SMTP] = []
        self._stopping = asyncio.Event()
        self._runner = asyncio.Runner()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def stop(self) -> None:
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
        settings = {"enable_SMTPUTF8": True, **self._settings}
        session = SMTP(self, hostname="mx.example", loop=self._loop, **settings)
        self._sessions.append(session)
        return session

    async def _reply(self, command: str, otherwise: str) -> str:
        if command == self._silent_at:
            await self._stopping.wait()
        return self._replies.get(command, otherwise)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd finds hooks by these names.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._reply("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd finds hooks by these names.
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._reply("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = await self._reply("DATA", "250 OK")
        if reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.encrypted.append(session.ssl is not None)
            self.taken.append((envelope.rcpt_tos, envelope.content))
        return reply

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        return await self._reply("QUIT", "221 Bye")


Start = Callable[..., MailServer]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[MailServer] = []

    def start(replies: dict[str, str] | None = None, silent_at: str | None = None, **settings: Any) -> MailServer:
        started.append(MailServer(replies or {}, silent_at, **settings))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def mailer(server: MailServer, **changes: Any) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", server.port, **{"sender_address": SENDER, "timeout": 10.0, **changes})


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, _class=EmailMessage, policy=default)


def test_a_mail_arrives_as_it_was_written(start: Start) -> None:
    server = start()

    mailer(server).send(
        mail(
            sender_name="Clínica Maple, «Ana»",
            subject="Un mensaje de su clínica ✓",
            text="Buenos días.\n.\nUna línea larga: " + "ñ" * 2000 + "\n",
            headers={"Reply-To": "desk@maple.example", "List-Unsubscribe": "<https://maple.example/u>"},
        )
    )

    [(recipients, content)] = server.taken
    message = parsed(content)
    assert recipients == ["ana.p@example.org"]
    assert message["To"] == "ana.p@example.org"
    assert message["From"].addresses[0].display_name == "Clínica Maple, «Ana»"
    assert message["From"].addresses[0].addr_spec == SENDER
    assert message["Subject"] == "Un mensaje de su clínica ✓"
    assert message["Reply-To"] == "desk@maple.example"
    assert message["List-Unsubscribe"] == "<https://maple.example/u>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.utcoffset() is not None
    assert message.get_content().replace("\r\n", "\n") == "Buenos días.\n.\nUna línea larga: " + "ñ" * 2000 + "\n"
    assert content.isascii()


@pytest.mark.parametrize("text", ["", "Buenos días.\n", "ع\n" * 3, "x" * 5000 + "\n", "a\rb\x00c\n"])
def test_a_text_passes_servers_that_know_only_short_lines_of_ascii(start: Start, text: str) -> None:
    server = start()

    mailer(server).send(mail(text=text))

    content = server.taken[0][1]
    assert content.isascii()
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_mail_that_is_sent_again_carries_the_same_message_id(start: Start) -> None:
    server = start()

    mailer(server).send(mail())
    mailer(server).send(mail())

    ids = {parsed(content)["Message-ID"] for _, content in server.taken}
    assert len(server.taken) == 2
    assert ids == {f"<{MESSAGE_ID}@afterglow.example>"}


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_mail_that_the_server_refuses_for_good_is_not_to_be_repeated(start: Start, command: str) -> None:
    server = start({command: "550 5.1.1 <ana.p@example.org> unknown here"})

    with pytest.raises(MailRefused) as refusal:
        mailer(server).send(mail())

    assert refusal.value.code == 550
    assert refusal.value.reason.endswith("refused (5.1.1)")
    assert server.taken == []


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_a_mail_that_the_server_puts_off_may_be_repeated(start: Start, command: str) -> None:
    server = start({command: "451 4.7.1 greylisted, ana.p@example.org, come back"})

    with pytest.raises(MailDelayed) as delay:
        mailer(server).send(mail())

    assert delay.value.code == 451
    assert delay.value.reason.endswith("refused (4.7.1)")


def test_a_server_that_refuses_us_altogether_delays_the_mail_so_that_none_is_lost(start: Start) -> None:
    server = start({"MAIL": "550 not from you"})

    with pytest.raises(MailDelayed) as delay:
        mailer(server).send(mail())

    assert delay.value.code == 550


@pytest.mark.parametrize("reply", ["550 <ana.p@example.org> no", "451 <ana.p@example.org> later"])
def test_no_error_names_the_recipient_not_even_in_its_traceback(start: Start, reply: str) -> None:
    server = start({"RCPT": reply})

    with pytest.raises((MailRefused, MailDelayed)) as caught:
        mailer(server).send(mail())

    assert "ana.p" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "ana.p" not in repr(mail())


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_delays_the_mail(start: Start, command: str) -> None:
    server = start(silent_at=command)

    with pytest.raises(MailDelayed, match="fell silent"):
        mailer(server, timeout=0.2).send(mail())

    assert server.taken == []


def test_a_mail_that_was_taken_counts_as_sent_although_the_farewell_fails(start: Start) -> None:
    server = start(silent_at="QUIT")

    mailer(server, timeout=0.2).send(mail())

    assert len(server.taken) == 1


def test_a_server_that_is_down_delays_the_mail() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(MailDelayed, match="could not be reached"):
        SmtpMailer("127.0.0.1", port, sender_address=SENDER).send(mail())


@pytest.mark.parametrize("field", ["sender_name", "subject", "recipient"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\x0b", "\x00", "\x85", "\u2028"])
def test_a_line_break_in_a_header_is_refused_before_anything_is_sent(start: Start, field: str, ending: str) -> None:
    server = start()

    with pytest.raises(MailRefused) as refusal:
        mailer(server).send(mail(**{field: f"x{ending}Bcc: thief@example.org"}))

    assert refusal.value.code is None
    assert "thief" not in str(refusal.value)
    assert server.taken == []


def test_a_line_break_in_an_added_header_is_refused(start: Start) -> None:
    with pytest.raises(MailRefused):
        mailer(start()).send(mail(headers={"List-Unsubscribe": "<https://x>\r\nBcc: thief@example.org"}))


@pytest.mark.parametrize("name", ["Bcc", "from", "Message-ID", "Content-Type", "X: y\r\nBcc", ""])
def test_an_added_header_cannot_replace_one_of_the_mailers(start: Start, name: str) -> None:
    with pytest.raises(ValueError, match="not a header"):
        mailer(start()).send(mail(headers={name: "x"}))


@pytest.mark.parametrize(
    "recipient", ["", "ana", "ana@", "@example.org", "a@example.org, b@example.org", "Ana <a@example.org>", "a b@c.org"]
)
def test_what_is_not_one_address_is_refused(start: Start, recipient: str) -> None:
    server = start()

    with pytest.raises(MailRefused, match="not one mail address"):
        mailer(server).send(mail(recipient=recipient))

    assert server.taken == []


def test_an_international_address_is_sent_where_it_is_understood_and_refused_where_not(start: Start) -> None:
    modern, old = start(), start(enable_SMTPUTF8=False)

    mailer(modern).send(mail(recipient="josé@example.org"))
    with pytest.raises(MailRefused, match="international"):
        mailer(old).send(mail(recipient="josé@example.org"))

    assert modern.taken[0][0] == ["josé@example.org"]


def test_the_password_is_sent_only_after_verified_starttls(start: Start, authority: Any) -> None:
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == b"right", handled=False)

    server = start(tls_context=authority.server("127.0.0.1"), authenticator=authenticate, auth_required=True)
    sign_in = {"starttls": True, "username": "notify", "tls": authority.client()}

    mailer(server, password="right", **sign_in).send(mail())
    with pytest.raises(MailDelayed, match="user name") as delay:
        mailer(server, password="wrong", **sign_in).send(mail())

    assert server.encrypted == [True]
    assert delay.value.code == 535
    with pytest.raises(ValueError, match="STARTTLS"):
        mailer(server, username="notify", password="right")


def test_starttls_is_taken_when_it_is_offered_unless_it_is_switched_off(start: Start, authority: Any) -> None:
    server = start(tls_context=authority.server("127.0.0.1"))

    mailer(server, tls=authority.client()).send(mail())
    mailer(server, starttls=False).send(mail())

    assert server.encrypted == [True, False]


def test_a_server_without_the_required_starttls_gets_nothing(start: Start) -> None:
    server = start()

    with pytest.raises(MailDelayed, match="no STARTTLS"):
        mailer(server, starttls=True).send(mail())

    assert server.taken == []


def test_a_server_whose_certificate_does_not_verify_gets_nothing(start: Start, authority: Any) -> None:
    impostor = start(tls_context=authority.server("other.example"))
    stranger = start(tls_context=authority.server("127.0.0.1"))

    with pytest.raises(MailDelayed, match="no verified TLS"):
        mailer(impostor, tls=authority.client()).send(mail())
    with pytest.raises(MailDelayed, match="no verified TLS"):
        mailer(stranger).send(mail())

    assert impostor.taken == stranger.taken == []
