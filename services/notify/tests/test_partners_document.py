"""docs/partners.md is what partners build on: what it shows is what notify does."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from notify.adapters.webhooks import MAX_RETRY_AFTER, WebhookSender, check_url, new_secret, sign
from notify.domain.offering import Scope, offered, partner_view
from notify.domain.patience import PARTNER_DELAYS
from notify.schemas import Subscribe
from notify.settings import NotifySettings
from shared.events import intake, snapshot
from shared.events.asyncapi import sample_cloudevent
from shared.events.envelope import CONTENT_TYPE

NOTICE = UUID("4b0f9a52-6f0e-5c1a-9f8e-0d8f6f0c2a11")
UNITS = {"s": "seconds", "min": "minutes", "h": "hours"}


@pytest.fixture(scope="module")
def document(repository: Path) -> str:
    return (repository / "docs/partners.md").read_text(encoding="utf-8")


def block(document: str, language: str, after: str) -> str:
    return document.partition(after)[2].partition(f"```{language}\n")[2].partition("```")[0]


@pytest.fixture(scope="module")
def sample(document: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(block(document, "json", "<!-- sample"))
    return shown


@dataclass
class Receiver:
    """The receiver of the document, as a process of its own."""

    process: subprocess.Popen[str]
    url: str
    secret: str

    def gets(self, body: bytes, headers: dict[str, str]) -> str:
        """What it answers to a webhook that our own sender posts."""
        sender = WebhookSender(allow_networks=[ip_network("127.0.0.0/8")])
        return sender.deliver(self.url, body, headers | {"Content-Type": CONTENT_TYPE}).reason

    def printed(self) -> list[str]:
        self.process.terminate()
        return self.process.communicate(timeout=20)[0].split()


@pytest.fixture
def receiver(document: str) -> Iterator[Receiver]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    secret = new_secret()
    code = block(document, "python", "<!-- receiver")
    environment = os.environ | {"WEBHOOK_SECRET": secret, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the receiver of the document has ended"
            time.sleep(0.05)
        yield Receiver(process, f"http://127.0.0.1:{port}/webhooks", secret)
    finally:
        process.kill()
        process.communicate()


def test_the_receiver_takes_what_we_sign_and_keeps_it_once(receiver: Receiver, sample: dict[str, Any]) -> None:
    body = json.dumps(sample, ensure_ascii=False).encode()
    first, again = (datetime.now(UTC) - timedelta(seconds=5), datetime.now(UTC))

    assert receiver.gets(body, sign(NOTICE, body, first, [receiver.secret])) == "answered 204"
    assert receiver.gets(body, sign(NOTICE, body, again, [new_secret(), receiver.secret])) == "answered 204"
    assert receiver.printed() == [intake.ClearanceDecided.type]


def test_the_receiver_takes_nothing_forged_changed_or_old(receiver: Receiver, sample: dict[str, Any]) -> None:
    body, now = json.dumps(sample).encode(), datetime.now(UTC)
    genuine = sign(NOTICE, body, now, [receiver.secret])

    assert receiver.gets(body, sign(NOTICE, body, now, [new_secret()])) == "answered 401"
    assert receiver.gets(body.replace(b"cleared", b"declined"), genuine) == "answered 401"
    assert receiver.gets(body, genuine | {"webhook-id": str(UUID(int=1))}) == "answered 401"
    old = sign(NOTICE, body, now - timedelta(minutes=6), [receiver.secret])
    assert receiver.gets(body, old) == "answered 401"
    assert receiver.gets(body, {}) == "answered 401"
    assert receiver.printed() == []


def test_the_sample_is_what_a_partner_gets(sample: dict[str, Any]) -> None:
    published = snapshot.read()[intake.ClearanceDecided.type]

    assert sample == partner_view(sample_cloudevent(published), [Scope.SUMMARY])


def test_the_subscription_shown_is_one_that_can_be_made(document: str) -> None:
    order = Subscribe.load(json.loads("{" + block(document, "http", "## Subscribing").partition("{")[2]))

    assert all(offered(name) for name in order.types)


def test_the_signature_shown_is_the_one_that_we_make(document: str, sample: dict[str, Any]) -> None:
    shown = block(document, "text", "<!-- signature")
    stated, _, body = shown.removesuffix("\n").partition("\n\n")
    secret, _, headers = stated.removeprefix("secret: ").partition("\n")

    vector = dict(line.split(": ") for line in headers.splitlines())
    at = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
    assert body == json.dumps(sample, separators=(",", ":"), ensure_ascii=False)
    assert sign(UUID(vector["webhook-id"]), body.encode(), at, [secret]) == vector
    webhook = block(document, "http", "## A webhook")
    assert vector.items() <= dict(line.split(": ") for line in webhook.splitlines()[1:]).items()


def test_the_subscription_to_try_is_one_that_can_be_made_on_ones_own_machine(
    document: str, own_settings: NotifySettings
) -> None:
    (shown,) = re.findall(r"/notify/subscriptions .*?-d '(.+?)'", block(document, "sh", "<!-- try it"), re.DOTALL)
    order = Subscribe.load(json.loads(shown))

    assert all(offered(name) for name in order.types)
    assert check_url(order.url, allow_networks=own_settings.webhook_allow) is None
    assert check_url(order.url) is not None


def test_every_scope_and_every_delay_is_in_the_document(document: str) -> None:
    for scope in Scope:
        assert f"| `{scope}` |" in document
    said = re.search(r"tried again after (.+?): a little over three days", document, re.DOTALL)
    assert said is not None
    delays = [timedelta(**{UNITS[unit]: int(number)}) for number, unit in re.findall(r"(\d+) (s|min|h)\b", said[1])]
    assert tuple(delays) == PARTNER_DELAYS
    assert timedelta(days=3) < sum(delays, timedelta()) < timedelta(days=3, hours=12)
    assert timedelta(days=1) == MAX_RETRY_AFTER


def test_a_partner_is_not_told_that_a_client_withdrew(notify: Any, harbor: Any) -> None:
    notify.subscribes(harbor.url, "consent.granted", "consent.withdrawn")
    first, second = notify.shares(), notify.shares()

    notify.stops_sharing(first)
    notify.work()
    notify.stops_sharing(second)
    notify.work()

    told = [json.loads(hook.body)["type"] for hook in harbor.hooks]
    assert told == [intake.ConsentGranted.type, intake.ConsentGranted.type, intake.ConsentWithdrawn.type]
    assert json.loads(harbor.hooks[-1].body)["data"]["consent"] == str(first)
