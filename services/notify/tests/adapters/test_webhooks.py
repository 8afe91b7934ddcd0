import base64
import json
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from notify.adapters.webhooks import Outcome, WebhookSender, new_secret, sign

MESSAGE_ID = UUID("0193b2c4-0000-7000-8000-000000000002")
BODY = json.dumps({"type": "afterglow.sessions.session.completed.v1", "place": "Zürich"}, ensure_ascii=False).encode()
LOOPBACK = [ip_network("127.0.0.0/8")]

Reaction = Callable[[BaseHTTPRequestHandler], None]


class Partner:
    """A real HTTP server that reacts as the test says, and keeps what it was sent."""

    def __init__(self, host: str, port: int, reaction: Reaction, tls: ssl.SSLContext | None) -> None:
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        self.sni: list[str | None] = []
        partner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                partner.requests.append((self.command, self.path, headers, body))
                reaction(self)

            do_GET = do_POST  # noqa: N815 - as above.

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing: the test looks at `requests`."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Say nothing: many tests hang up in the middle on purpose."""

        self._server = Server((host, port), Handler)
        if tls is not None:
            tls.sni_callback = lambda sock, name, context: self.sni.append(name)
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_port
        self.url = f"http{'s' if tls else ''}://{host}:{self.port}/hook?tenant=maple"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


Open = Callable[..., Partner]


@pytest.fixture
def partner() -> Iterator[Open]:
    opened: list[Partner] = []

    def open_partner(
        reaction: Reaction, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
    ) -> Partner:
        opened.append(Partner(host, port, reaction, tls))
        return opened[-1]

    yield open_partner
    for each in opened:
        each.stop()


def answer(status: int, body: bytes = b"", **headers: str) -> Reaction:
    def react(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return react


def deliver(to: Partner | str, **settings: Any) -> Outcome:
    sender = WebhookSender(**{"allow_networks": LOOPBACK, "total_seconds": 10.0, **settings})
    return sender.deliver(to if isinstance(to, str) else to.url, BODY, {"Content-Type": "application/json"})


class Names:
    """A name service that gives the written answers, one for each look-up."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.asked: list[tuple[str, int]] = []
        self._answers = list(answers)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append((host, port))
        return self._answers.pop(0)


# Signing


def test_a_signature_is_verified_by_the_standard_library_of_the_receiver() -> None:
    secret = new_secret()

    headers = sign(MESSAGE_ID, BODY, datetime.now(UTC), [secret])

    assert Webhook(secret).verify(BODY, headers) == json.loads(BODY)
    assert headers["webhook-id"] == str(MESSAGE_ID)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, {**headers, "webhook-id": str(UUID(int=1))})


def test_while_a_secret_is_rotated_the_old_and_the_new_both_verify() -> None:
    old, new, other = new_secret(), new_secret(), new_secret()

    headers = sign(MESSAGE_ID, BODY, datetime.now(UTC), [new, old])

    assert headers["webhook-signature"].count("v1,") == 2
    Webhook(old).verify(BODY, headers)
    Webhook(new).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, headers)


def test_the_signed_time_is_the_same_instant_in_every_zone() -> None:
    secret = new_secret()
    here = datetime.now(UTC)
    there = here.astimezone(timezone(timedelta(hours=-8)))

    headers = sign(MESSAGE_ID, BODY, there, [secret])

    Webhook(secret).verify(BODY, headers)
    assert headers == sign(MESSAGE_ID, BODY, here, [secret])


def test_the_example_of_the_standard_webhooks_libraries_gets_the_signature_that_they_publish() -> None:
    webhook = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signature = webhook.sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), '{"test": 2432232314}'
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_nothing_is_signed_without_a_secret_or_with_a_time_of_no_zone() -> None:
    with pytest.raises(ValueError, match="secret"):
        sign(MESSAGE_ID, BODY, datetime.now(UTC), [])
    with pytest.raises(ValueError, match="aware"):
        sign(MESSAGE_ID, BODY, datetime.now(), [new_secret()])  # noqa: DTZ005 - naive on purpose.


def test_every_secret_is_new_and_holds_32_bytes() -> None:
    made = {new_secret() for _ in range(50)}

    assert len(made) == 50
    assert {len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) for secret in made} == {32}


# What the receiver answers


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


def drip(first: bytes, repeated: bytes) -> Reaction:
    """Write `first`, then `repeated` every 20 ms until the other side has hung up."""

    def react(handler: BaseHTTPRequestHandler) -> None:
        never = threading.Event()
        handler.wfile.write(first)
        while not never.wait(0.02):
            handler.wfile.write(repeated)

    return react


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


# Where it may go


@pytest.mark.parametrize("found", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "::1", "fe80::1%1", "::ffff:10.0.0.7"])
def test_a_name_that_leads_to_a_private_address_is_forbidden(found: str) -> None:
    outcome = deliver("https://hooks.example.org/", allow_networks=(), resolver=Names([found]))

    assert (outcome.kind, outcome.status) == ("forbidden_address", None)
    assert found not in outcome.reason


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://user:pass@hooks.example.org/",
        "not a url",
    ],
)
def test_a_forbidden_url_is_refused_at_delivery_without_any_look_up(url: str) -> None:
    names = Names()

    outcome = deliver(url, allow_networks=(), resolver=names)

    assert outcome.kind == "forbidden_address"
    assert names.asked == []


@pytest.mark.parametrize("url", ["http://hooks.example.org/", "https://hooks.example.org:22/"])
def test_a_public_address_is_reached_by_https_and_its_ports_only(url: str) -> None:
    outcome = deliver(url, allow_networks=(), resolver=Names(["93.184.216.34"]))

    assert outcome.kind == "forbidden_address"


def test_this_machines_server_is_not_reached_unless_its_network_is_allowed(partner: Open) -> None:
    receiver = partner(answer(200))

    outcome = deliver(receiver, allow_networks=())

    assert outcome.kind == "forbidden_address"
    assert receiver.requests == []


def test_a_name_is_looked_up_once_and_the_vetted_address_is_the_one_that_is_connected_to(partner: Open) -> None:
    vetted = partner(answer(200), host="127.0.0.1")
    internal = partner(answer(200), host="127.0.0.2", port=vetted.port)
    # The name answers with a permitted address first, and with a forbidden one to everyone who asks again.
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    sender = WebhookSender(allow_networks=[ip_network("127.0.0.1/32")], resolver=names)
    url = f"http://rebinding.invalid:{vetted.port}/hook"

    first = sender.deliver(url, BODY, {})

    assert first.kind == "accepted"
    assert names.asked == [("rebinding.invalid", vetted.port)]
    assert [headers["host"] for _, _, headers, _ in vetted.requests] == [f"rebinding.invalid:{vetted.port}"]

    second = sender.deliver(url, BODY, {})

    assert second.kind == "forbidden_address"
    assert len(names.asked) == 2
    assert len(vetted.requests) == 1
    assert internal.requests == []


def test_an_address_that_is_down_does_not_keep_the_next_one_from_being_tried(partner: Open) -> None:
    receiver = partner(answer(200), host="127.0.0.1")

    outcome = deliver(f"http://hooks.invalid:{receiver.port}/", resolver=Names(["127.0.0.3", "127.0.0.1"]))

    assert outcome.kind == "accepted"


def test_a_name_that_does_not_exist_is_a_failure() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, f"{host} not known")

    assert deliver("https://hooks.example.org/", resolver=unknown).reason == "host name not found"
    assert deliver("https://hooks.example.org/", resolver=Names([])).reason == "host name not found"


def test_a_name_server_that_is_silent_does_not_hold_the_delivery() -> None:
    answered = threading.Event()

    def silent(host: str, port: int) -> Sequence[str]:
        answered.wait(30)
        return ["127.0.0.1"]

    outcome = deliver("https://hooks.example.org/", resolver=silent, connect_seconds=0.2)
    answered.set()

    assert (outcome.kind, outcome.reason) == ("failed", "timed out")


def test_proxies_of_the_environment_are_not_used(partner: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, receiver = partner(answer(200)), partner(answer(200))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")

    outcome = deliver(receiver)

    assert outcome.kind == "accepted"
    assert proxy.requests == []


# TLS


def test_the_name_is_kept_for_host_sni_and_certificate(partner: Open, authority: Any) -> None:
    receiver = partner(answer(200), tls=authority.server("hooks.example.org"))
    names = Names(["127.0.0.1"])

    outcome = deliver(f"https://hooks.example.org:{receiver.port}/hook", resolver=names, tls=authority.client())

    assert outcome.kind == "accepted"
    assert receiver.sni == ["hooks.example.org"]
    assert receiver.requests[0][2]["host"] == f"hooks.example.org:{receiver.port}"


def test_an_address_in_the_url_is_verified_as_an_address(partner: Open, authority: Any) -> None:
    receiver = partner(answer(200), tls=authority.server("127.0.0.1"))

    assert deliver(receiver, tls=authority.client()).kind == "accepted"
    assert receiver.sni == [None]


@pytest.mark.parametrize("certificate", ["other.example.org", "127.0.0.1"])
def test_a_certificate_for_another_name_is_a_failure(partner: Open, authority: Any, certificate: str) -> None:
    receiver = partner(answer(200), tls=authority.server(certificate))

    outcome = deliver(
        f"https://hooks.example.org:{receiver.port}/", resolver=Names(["127.0.0.1"]), tls=authority.client()
    )

    assert (outcome.kind, outcome.reason) == ("failed", "certificate not valid")
    assert receiver.requests == []


def test_a_certificate_of_an_unknown_authority_is_a_failure(partner: Open, authority: Any) -> None:
    receiver = partner(answer(200), tls=authority.server("127.0.0.1"))

    outcome = deliver(receiver)

    assert (outcome.kind, outcome.reason) == ("failed", "certificate not valid")
    assert receiver.requests == []


def test_a_slow_body_over_tls_is_cut_off_at_the_deadline(partner: Open, authority: Any) -> None:
    slow = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b"x")
    receiver = partner(slow, tls=authority.server("127.0.0.1"))

    outcome = deliver(receiver, tls=authority.client(), total_seconds=0.6)

    assert (outcome.kind, outcome.reason) == ("failed", "timed out")


def test_plain_http_on_a_tls_url_is_a_failure(partner: Open) -> None:
    receiver = partner(answer(200))

    outcome = deliver(f"https://127.0.0.1:{receiver.port}/")

    assert (outcome.kind, outcome.reason) == ("failed", "TLS handshake failed")


def test_a_sender_that_would_not_verify_certificates_cannot_be_made() -> None:
    careless = ssl.create_default_context()
    careless.check_hostname = False

    with pytest.raises(ValueError, match="verified"):
        WebhookSender(tls=careless)
