"""What follows from each answer of a receiver, and from what is no answer."""

import json
import logging
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
from standardwebhooks import Webhook

from notify.adapters.webhooks import WebhookSender, new_secret, sign

from .receiver import BODY, LOOPBACK, MESSAGE_ID, Open, answer, deliver, drip


def test_an_accepted_delivery_arrives_byte_for_byte_with_its_signature(partner: Open) -> None:
    receiver = partner(answer(204))
    secret = new_secret()
    headers = {"Content-Type": "application/cloudevents+json", **sign(MESSAGE_ID, BODY, datetime.now(UTC), [secret])}

    outcome = WebhookSender(allow_networks=LOOPBACK).deliver(receiver.url, BODY, headers)

    [(method, path, received, body)] = receiver.requests
    assert (outcome.kind, outcome.status, outcome.reason) == ("accepted", 204, "answered 204")
    assert outcome.seconds >= 0
    assert (method, path) == ("POST", "/hook?tenant=maple")
    assert received["user-agent"] == "Afterglow-Webhooks/1"
    assert received["host"] == f"127.0.0.1:{receiver.port}"
    assert received["content-type"] == "application/cloudevents+json"
    assert Webhook(secret).verify(body, received) == json.loads(BODY)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, "accepted"),
        (202, "accepted"),
        (299, "accepted"),
        (304, "failed"),
        (400, "rejected"),
        (401, "rejected"),
        (404, "rejected"),
        (409, "rejected"),
        (410, "gone"),
        (422, "rejected"),
        (429, "throttled"),
        (500, "failed"),
        (502, "throttled"),
        (503, "failed"),
        (504, "throttled"),
        (599, "failed"),
        (999, "failed"),
    ],
)
def test_each_status_has_its_consequence(partner: Open, status: int, kind: str) -> None:
    outcome = deliver(partner(answer(status)))

    assert (outcome.kind, outcome.status) == (kind, status)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_retry_after_in_seconds_is_passed_on(partner: Open, status: int) -> None:
    assert deliver(partner(answer(status, Retry_After="120"))).retry_after == timedelta(seconds=120)


def test_retry_after_as_a_date_is_passed_on_as_the_time_that_is_left(partner: Open) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)

    retry_after = deliver(partner(answer(429, Retry_After=until))).retry_after

    assert retry_after is not None
    assert timedelta(hours=1) < retry_after <= timedelta(hours=2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 5000, None),
        ("999999999999", timedelta(days=1)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta()),
        ("Wed, 99 Oct 99999 07:28:00 GMT", None),
    ],
)
def test_an_unreasonable_retry_after_does_no_harm(partner: Open, value: str, expected: timedelta | None) -> None:
    outcome = deliver(partner(answer(429, Retry_After=value)))

    assert (outcome.kind, outcome.retry_after) == ("throttled", expected)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(partner: Open, status: int) -> None:
    elsewhere = partner(answer(200))
    receiver = partner(answer(status, Location=elsewhere.url))

    outcome = deliver(receiver)

    assert (outcome.kind, outcome.status) == ("failed", status)
    assert elsewhere.requests == []


def test_an_answer_of_any_size_is_read_only_up_to_the_limit(partner: Open) -> None:
    written = 0
    hung_up = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal written
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                written += handler.wfile.write(b"x" * 65536)
        except OSError:
            hung_up.set()

    outcome = deliver(partner(endless))

    assert outcome.kind == "accepted"
    assert hung_up.wait(30)
    # What the kernel holds in its buffers on both sides is a few megabytes at most.
    assert written < 64 * 1024 * 1024


def test_a_compressed_answer_is_not_unpacked(partner: Open) -> None:
    assert deliver(partner(answer(200, b"not gzip at all", Content_Encoding="gzip"))).kind == "accepted"


@pytest.mark.parametrize(
    ("first", "repeated"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"H", b""),
    ],
    ids=["body", "body-without-length", "chunks", "header", "continue", "silence"],
)
def test_a_receiver_that_never_ends_is_cut_off_at_the_deadline(partner: Open, first: bytes, repeated: bytes) -> None:
    outcome = deliver(partner(drip(first, repeated)), total_seconds=0.4)

    assert (outcome.kind, outcome.status, outcome.reason) == ("failed", None, "timed out")


def test_a_tls_handshake_that_never_ends_is_cut_off_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        outcome = deliver(f"https://127.0.0.1:{listener.getsockname()[1]}/", total_seconds=0.3)

    assert (outcome.kind, outcome.reason) == ("failed", "timed out")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
    ],
    ids=["nothing", "ssh", "short", "status", "chunk", "many-headers", "long-header"],
)
def test_an_answer_that_is_not_whole_http_is_a_failure(partner: Open, raw: bytes) -> None:
    outcome = deliver(partner(lambda handler: handler.wfile.write(raw) and None))

    assert (outcome.kind, outcome.status) == ("failed", None)
    assert outcome.reason in {"network error", "no whole HTTP answer"}


def test_a_receiver_that_is_down_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    outcome = deliver(f"http://127.0.0.1:{port}/")

    assert (outcome.kind, outcome.reason) == ("failed", "connection refused")


def test_neither_the_outcome_nor_the_log_repeats_the_url_or_the_answer(
    partner: Open, caplog: pytest.LogCaptureFixture
) -> None:
    malformed = b"HTTP/1.1 500 ana@example.org\r\nno colon ana@example.org\r\nX: y\r\n\r\nana@example.org"
    receiver = partner(lambda handler: handler.wfile.write(malformed) and None)

    with caplog.at_level(logging.INFO):
        outcome = deliver(receiver)

    assert (outcome.kind, outcome.reason) == ("failed", "answered 500")
    assert "ana@" not in caplog.text
    assert "tenant=maple" not in caplog.text


def test_the_senders_own_headers_cannot_be_replaced() -> None:
    with pytest.raises(ValueError, match="host, user-agent"):
        WebhookSender().deliver("https://hooks.example.org/", BODY, {"Host": "x", "USER-AGENT": "y"})
