"""The local mail sink: takes every mail, delivers none, and keeps each as a file that people and tests can read."""

import asyncio
import logging
import re
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP as SMTP_POLICY
from pathlib import Path
from types import TracebackType
from typing import Self, cast
from uuid import uuid4
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, Envelope, Session

_STAMP = "%Y%m%dT%H%M%S.%fZ"

_NOT_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9@._-]+")


@dataclass(frozen=True, slots=True)
class SunkMail:
    """One mail as the sink took it: `to` is who it was really for (the envelope), comma-separated when several."""

    message_id: str
    to: str
    subject: str
    text: str
    received_at: datetime


class MailSink:
    """An SMTP server on this machine that writes every mail into `folder`, one `.eml` file for each.

    Port 0 takes a free one; `port` tells which, once started. A mail is complete in the folder before the
    sender hears 250, and a repeat of a mail is one more file, so that repeats can be seen. The folder is made
    when it is missing, readable by its owner only, because it holds what clients are told.
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1", port: int = 0) -> None:
        self.folder = folder
        self.host = host
        self.port = port
        self._running: tuple[asyncio.Runner, asyncio.Event, threading.Thread] | None = None

    def start(self) -> None:
        """Listen from now on. Raises OSError when the port is taken."""
        # aiosmtpd writes senders and recipients to its log at level INFO.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Bound here, so that a taken port is the caller's error and mails queue from this moment on.
        listener = socket.create_server((self.host, self.port))
        self.port = listener.getsockname()[1]
        runner, stopping = asyncio.Runner(), asyncio.Event()
        runner.get_loop()
        thread = threading.Thread(target=self._run, args=(runner, listener, stopping), name="mail-sink", daemon=True)
        self._running = (runner, stopping, thread)
        thread.start()

    def stop(self) -> None:
        """Stop listening and drop open connections; mails already taken stay. Does nothing when not running."""
        if self._running is not None:
            runner, stopping, thread = self._running
            runner.get_loop().call_soon_threadsafe(stopping.set)
            thread.join()
            self._running = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self, runner: asyncio.Runner, listener: socket.socket, stopping: asyncio.Event) -> None:
        with runner:
            runner.run(self._serve(listener, stopping))

    async def _serve(self, listener: socket.socket, stopping: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        keeper = _Keeper(self.folder)
        sessions = WeakSet[SMTP]()

        def session() -> SMTP:
            opened = SMTP(keeper, hostname="mail-sink", ident="Afterglow mail sink", enable_SMTPUTF8=True, loop=loop)
            sessions.add(opened)
            return opened

        server = await loop.create_server(session, sock=listener)
        await stopping.wait()
        # Waiting for open connections could take as long as a client likes.
        server.close()
        for opened in sessions:
            if opened.transport is not None:
                opened.transport.close()


def read_mails(folder: Path) -> list[SunkMail]:
    """Read all mails of a sink's folder in the order in which they came; none when there is no such folder."""
    return [_read(file) for file in sorted(folder.glob("*.eml"))]


class _Keeper:
    """What aiosmtpd calls for each mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        # Without `decode_data` the content is bytes.
        content = cast(bytes, envelope.content)
        try:
            keep(self._folder, content, envelope.rcpt_tos, datetime.now(UTC))
        except OSError:
            # Left alone it would be answered with 500, which tells the sender to give the mail up.
            return "451 4.3.0 The mail could not be stored, try again later"
        return "250 2.0.0 Kept"


def keep(folder: Path, content: bytes, recipients: Iterable[str], at: datetime) -> Path:
    """Write one mail as a file that appears complete or not at all, and never in the place of another.

    Its name begins with the time, so that names sort as mails came, and ends with the Message-ID. The envelope's
    recipients go before the content as `Delivered-To` (RFC 9228). `at` is aware.
    """
    # The lenient parser: whatever a broken mail holds, it must not keep the mail from being kept.
    message_id = str(BytesHeaderParser().parsebytes(content).get("Message-ID", ""))
    name = _NOT_IN_A_FILE_NAME.sub("", message_id)[:100] or "no-message-id"
    stem = f"{at.astimezone(UTC):{_STAMP}}-{name}"
    delivered_to = "".join(f"Delivered-To: {recipient}\r\n" for recipient in recipients)
    part = folder / f".{uuid4()}.part"
    part.touch(mode=0o600, exist_ok=False)
    try:
        part.write_bytes(delivered_to.encode(errors="surrogateescape") + content)
        final = folder / f"{stem}.eml"
        while True:
            # A link, unlike a rename, fails when the name is taken.
            try:
                final.hardlink_to(part)
            except FileExistsError:
                final = final.with_stem(f"{final.stem}~")
            else:
                return final
    finally:
        part.unlink()


def _read(file: Path) -> SunkMail:
    mail = message_from_bytes(file.read_bytes(), policy=SMTP_POLICY, _class=EmailMessage)
    body = mail.get_body(("plain",))
    stamp = file.name.partition("-")[0]
    return SunkMail(
        message_id=str(mail.get("Message-ID", "")),
        to=", ".join(str(recipient) for recipient in mail.get_all("Delivered-To", ())),
        subject=str(mail.get("Subject", "")),
        text="" if body is None else body.get_content().replace("\r\n", "\n"),
        received_at=datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC),
    )
