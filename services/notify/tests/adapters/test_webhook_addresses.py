"""Where a webhook may go, and that it goes nowhere else."""

import socket
import threading
from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from notify.adapters.webhooks import WebhookSender

from .receiver import BODY, Names, Open, answer, deliver


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
