"""Mail by SMTP: one message to one person, and a plain answer to "did it leave?"."""

import re
import smtplib
import ssl
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from uuid import UUID

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")

_SET_BY_THE_MAILER = frozenset(
    {"auto-submitted", "bcc", "cc", "date", "from", "message-id", "mime-version", "sender", "subject", "to"}
)

# One address as people have them (RFC 5322's dot-atoms, RFC 6531's letters), without quoting, comments or lists.
# Python's own parser refuses international ones, and fails with many kinds of error on odd ones.
_DOT_ATOM = r"""[^\s()<>\[\]:;@\\,."]+(?:\.[^\s()<>\[\]:;@\\,."]+)*"""
_ADDRESS = re.compile(f"(?P<local>{_DOT_ATOM})@(?P<domain>{_DOT_ATOM})")

# RFC 3463: 5.1.1 says more than 550, and unlike the text after it, it never quotes the address.
_ENHANCED_STATUS = re.compile(rb"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})\b")


@dataclass(frozen=True, slots=True)
class Mail:
    """One plain-text message to one person.

    `message_id` becomes the RFC 5322 Message-ID, so a mail that is sent again, because nobody knows whether the
    first one arrived, is recognised as the same by mail programs and by people who trace it. `headers` adds
    others, such as Reply-To and List-Unsubscribe. The repr shows nothing about the person.
    """

    message_id: UUID
    sender_name: str = field(repr=False)
    recipient: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class MailError(Exception):
    """A mail did not leave; `code` is the SMTP reply code, if there was one, and `reason` is fixed wording of ours.

    Nothing that the server wrote is repeated, because servers quote the recipient's address.
    """

    def __init__(self, code: int | None, reason: str) -> None:
        super().__init__(reason if code is None else f"{code} {reason}")
        self.code = code
        self.reason = reason


class MailRefused(MailError):  # noqa: N818 - it is a verdict that callers branch on, and reads as one.
    """This mail will never be taken as it is (5xx for its recipient or content, or unsafe headers): do not repeat."""


class MailDelayed(MailError):  # noqa: N818 - as above.
    """This mail was not taken now (4xx, network, time-out, or a server that refuses us altogether): try again later.

    After a time-out it may have arrived all the same; its Message-ID tells.
    """


class SmtpMailer:
    """Hands mails to one mail server, a connection for each.

    `sender_address` is the envelope sender and the From address; its domain also ends every Message-ID.
    `starttls`: True requires it, False never asks, None takes it when offered. A certificate that does not
    verify (against `tls`, or the system's authorities) delays the mail in any case. `timeout` is in seconds and
    counts for each step of the dialogue. A `username` without required STARTTLS is a ValueError, because the
    password would travel in clear.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender_address: str,
        starttls: bool | None = None,
        username: str | None = None,
        password: str | None = None,
        timeout: float = 10.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if username is not None and starttls is not True:
            raise ValueError("a user name for the mail server needs STARTTLS to be required")
        self._host = host
        self._port = port
        self._sender = Address(addr_spec=sender_address)
        self._starttls = starttls
        self._username = username
        self._password = password or ""
        self._timeout = timeout
        self._tls = tls or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        """Hand over one mail; returning means that the server has taken responsibility for it.

        Raises `MailRefused` or `MailDelayed`.
        """
        message = self._compose(mail)
        with _verdicts(), self._session() as server:
            try:
                server.send_message(message, self._sender.addr_spec, [mail.recipient])
            except smtplib.SMTPNotSupportedError:
                raise MailRefused(None, "the mail server takes no international addresses") from None

    def _compose(self, mail: Mail) -> EmailMessage:
        for name, value in mail.headers.items():
            if (
                not _HEADER_NAME.fullmatch(name)
                or name.lower() in _SET_BY_THE_MAILER
                or name.lower().startswith("content-")
            ):
                raise ValueError(f"not a header that a mail may add: {name!r}")
            _refuse_control_characters("a header", value)
        _refuse_control_characters("the sender's name", mail.sender_name)
        _refuse_control_characters("the subject", mail.subject)
        message = EmailMessage(policy=SMTP_POLICY)
        message["Message-ID"] = f"<{mail.message_id}@{self._sender.domain}>"
        message["Date"] = datetime.now(UTC)
        message["From"] = Address(mail.sender_name, addr_spec=self._sender.addr_spec)
        message["To"] = _recipient(mail.recipient)
        message["Subject"] = mail.subject
        # RFC 3834: keeps holiday notices from answering a machine.
        message["Auto-Submitted"] = "auto-generated"
        for name, value in mail.headers.items():
            message[name] = value
        # Quoted-printable passes every server unchanged, however old it is and however long a line gets.
        message.set_content(mail.text, cte="quoted-printable")
        return message

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        # The name for EHLO is given, because smtplib would otherwise look our own name up in the DNS.
        server = smtplib.SMTP(self._host, self._port, local_hostname=self._sender.domain, timeout=self._timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self._starttls or (self._starttls is None and server.has_extn("starttls")):
                server.starttls(context=self._tls)
            if self._username is not None:
                server.login(self._username, self._password)
            yield server
            # The mail is the server's now: a broken farewell must not look like a failure, or it is sent twice.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()


def _refuse_control_characters(what: str, value: str) -> None:
    # Cc holds CR, LF and NUL; Zl and Zp are line breaks to some programs.
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in value):
        raise MailRefused(None, f"{what} holds a line break or control character")


def _recipient(address: str) -> Address:
    _refuse_control_characters("the recipient's address", address)
    if match := _ADDRESS.fullmatch(address):
        return Address(username=match["local"], domain=match["domain"])
    raise MailRefused(None, "the recipient's address is not one mail address")


@contextmanager
def _verdicts() -> Iterator[None]:
    """Turn what smtplib raises into one of our two verdicts, and cut its cause off: that quotes addresses."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        # One mail has one recipient.
        [(code, text)] = error.recipients.values()
        raise _answered("recipient refused", code, text) from None
    except smtplib.SMTPDataError as error:
        raise _answered("message refused", error.smtp_code, error.smtp_error) from None
    except smtplib.SMTPAuthenticationError as error:
        raise MailDelayed(error.smtp_code, "the mail server did not accept our user name") from None
    except smtplib.SMTPResponseException as error:
        # Refused before it heard of this mail's recipient: the fault is the server's or our settings'.
        raise MailDelayed(error.smtp_code, "the mail server refuses our mail") from None
    except smtplib.SMTPNotSupportedError:
        raise MailDelayed(None, "the mail server offers no STARTTLS or no sign-in") from None
    except ssl.SSLError:
        raise MailDelayed(None, "no verified TLS with the mail server") from None
    except (smtplib.SMTPException, OSError):
        # smtplib tells a time-out and a broken connection apart only in words.
        raise MailDelayed(None, "the mail server could not be reached, fell silent or broke off") from None


def _answered(what: str, code: int, text: bytes | str) -> MailError:
    raw = text if isinstance(text, bytes) else text.encode()
    status = _ENHANCED_STATUS.match(raw)
    reason = f"{what} ({status[1].decode()})" if status else what
    return MailRefused(code, reason) if 500 <= code < 600 else MailDelayed(code, reason)
