"""A webhook goes only to whoever proves to be the one that its address names."""

import ssl
from typing import Any

import pytest

from notify.adapters.webhooks import WebhookSender

from .receiver import Names, Open, answer, deliver, drip


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
