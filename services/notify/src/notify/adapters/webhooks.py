"""Signed webhooks (Standard Webhooks 1.0) and their delivery to addresses that partners choose."""

import base64
import secrets
import socket
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Literal
from uuid import UUID

from standardwebhooks import Webhook
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError
from urllib3.util import Retry

from notify.adapters.exchange import Answer, Deadline, Resolver, look_up, post, system_resolver
from notify.adapters.guard import Destination, ForbiddenDestinationError, Network, check_url, vet

__all__ = ["Outcome", "OutcomeKind", "WebhookSender", "check_url", "new_secret", "sign"]

USER_AGENT = "Afterglow-Webhooks/1"

MAX_RETRY_AFTER = timedelta(days=1)

OutcomeKind = Literal["accepted", "rejected", "gone", "throttled", "failed", "forbidden_address"]

_SET_BY_THE_SENDER = frozenset({"connection", "content-length", "host", "transfer-encoding", "user-agent"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt to deliver ended.

    `kind` says what to do next: `accepted` (2xx), `gone` (410: the receiver wants no more), `throttled` (429,
    502, 504: slow down), `rejected` (any other 4xx), `failed` (5xx, redirect, network, time-out: try again), or
    `forbidden_address` (the URL leads where it must not; nothing was sent).
    `status` is None when no whole answer came. `retry_after` is what the receiver asked for with 429 or 5xx, at
    most a day. `seconds` is how long the attempt took, look-up included. `reason` is fixed wording of ours: it
    holds nothing that the receiver sent and no address, and may be logged and shown.
    """

    kind: OutcomeKind
    status: int | None
    seconds: float
    reason: str
    retry_after: timedelta | None = None


def new_secret() -> str:
    """Make a signing secret: `whsec_` and 32 random bytes in base64, as Standard Webhooks writes them."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(message_id: UUID, body: bytes, at: datetime, keys: Sequence[str]) -> dict[str, str]:
    """Make the three `webhook-*` headers for one attempt.

    `message_id` stays the same over all attempts, so that a receiver can drop repeats; `at` is the time of this
    attempt (aware), because receivers refuse a signature more than five minutes old. During a rotation give
    both `keys`: each signs, and either one verifies. Raises ValueError without keys or with a naive time.
    """
    if not keys:
        raise ValueError("a webhook needs at least one signing secret")
    if at.utcoffset() is None:
        raise ValueError("the time of a signature must be aware")
    # The library overwrites the zone instead of converting, so any zone but UTC would shift the signed time.
    moment = at.astimezone(UTC)
    signatures = [Webhook(key).sign(str(message_id), moment, body.decode()) for key in keys]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class WebhookSender:
    """Posts to URLs that partners choose, and never anywhere else that those URLs may lead.

    `allow_networks` are exempt from the rule that an address must be public, and may be reached by http and on
    any port. `total_seconds` bounds the whole attempt, `connect_seconds` each of look-up, connection and TLS
    handshake. `tls` may add private authorities, but must verify. One sender may be shared by threads.
    """

    def __init__(
        self,
        *,
        allow_networks: Sequence[Network] = (),
        total_seconds: float = 15.0,
        connect_seconds: float = 5.0,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_networks = tuple(allow_networks)
        self._total_seconds = total_seconds
        self._connect_seconds = connect_seconds
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()
        if self._tls.verify_mode is not ssl.CERT_REQUIRED or not self._tls.check_hostname:
            raise ValueError("webhooks are only sent to receivers whose certificate is verified")

    def deliver(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Make one attempt and say how it ended; whatever the network or the receiver does, nothing is raised.

        `headers` are those of `sign` and the content type. Raises ValueError for a header that is the sender's own.
        """
        if own := _SET_BY_THE_SENDER.intersection(name.lower() for name in headers):
            raise ValueError(f"these headers are set by the sender: {', '.join(sorted(own))}")
        deadline = Deadline(self._total_seconds)
        try:
            answer = self._attempt(url, body, headers, deadline)
        except ForbiddenDestinationError as refusal:
            return Outcome("forbidden_address", None, deadline.spent, refusal.reason)
        except (OSError, HTTPError, HTTPException) as error:
            return Outcome("failed", None, deadline.spent, _failure(error))
        return _outcome(answer, deadline.spent)

    def _attempt(self, url: str, body: bytes, headers: Mapping[str, str], deadline: Deadline) -> Answer:
        destination = Destination.read(url)
        found = look_up(destination, self._resolver, deadline, self._connect_seconds)
        return post(
            destination,
            vet(destination, found, self._allow_networks),
            body,
            {**headers, "User-Agent": USER_AGENT, "Connection": "close"},
            deadline=deadline,
            connect_seconds=self._connect_seconds,
            tls=self._tls,
        )


def _outcome(answer: Answer, seconds: float) -> Outcome:
    status = answer.status
    reason = f"answered {status}"
    retry_after = _retry_after(answer.retry_after)
    if 200 <= status < 300:
        return Outcome("accepted", status, seconds, reason)
    if 300 <= status < 400:
        return Outcome("failed", status, seconds, f"{reason}: redirects are not followed")
    if status == 410:
        return Outcome("gone", status, seconds, reason)
    if status in {429, 502, 504}:
        return Outcome("throttled", status, seconds, reason, retry_after)
    if 400 <= status < 500:
        return Outcome("rejected", status, seconds, reason)
    return Outcome("failed", status, seconds, reason, retry_after)


def _retry_after(value: str | None) -> timedelta | None:
    """Read seconds or an HTTP date; None when absent or unreadable."""
    if value is None:
        return None
    try:
        seconds = Retry(retry_after_max=int(MAX_RETRY_AFTER.total_seconds())).parse_retry_after(value)
    except (HTTPError, ValueError, OverflowError):
        return None
    return timedelta(seconds=seconds)


def _failure(error: Exception) -> str:
    match error:
        case TimeoutError() | Urllib3TimeoutError():
            return "timed out"
        case socket.gaierror():
            return "host name not found"
        case ssl.SSLCertVerificationError():
            return "certificate not valid"
        case ssl.SSLError():
            return "TLS handshake failed"
        case ConnectionRefusedError():
            return "connection refused"
        case OSError():
            return "network error"
    return "no whole HTTP answer"
