"""Keys: from a real HTTP server, rotated, and away for a while."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared.clock import HeldClock
from shared.errors import Unauthenticated, Unavailable
from shared.testing.tokens import AUDIENCE, ISSUER, Signer
from shared.web.auth import TokenVerifier
from shared.web.keys import KeySource

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


class Provider:
    """An identity provider's key address that can be away."""

    def __init__(self) -> None:
        self.body = b"{}"
        self.status = 200
        self.asked = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(provider.status)
                self.send_header("Content-Length", str(len(provider.body)))
                self.end_headers()
                self.wfile.write(provider.body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/keys"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()
    made.server.server_close()


def calling(token: str) -> Request:
    return Request(EnvironBuilder(headers={"Authorization": f"Bearer {token}"}).get_environ())


def verifier(keys: KeySource, clock: HeldClock) -> TokenVerifier:
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=keys, clock=clock)


def test_a_key_that_the_provider_adds_is_fetched_when_it_turns_up_and_not_at_every_call(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.keys._REFETCH_SECONDS", 0.0)
    old, new = Signer(tmp_path), None
    provider.body = old.jwks.read_bytes()
    checked = verifier(KeySource(provider.url), HeldClock(NOW))
    for _ in range(5):
        assert checked.caller(calling(old.token(NOW))).subject == "prescriber-at-maple"
    assert provider.asked == 1

    new = Signer(tmp_path)
    provider.body = new.jwks.read_bytes()
    assert checked.caller(calling(new.token(NOW))).subject == "prescriber-at-maple"
    assert provider.asked == 2


def test_a_flood_of_unknown_keys_does_not_flood_the_provider(provider: Provider, tmp_path: Path) -> None:
    known = Signer(tmp_path)
    provider.body = known.jwks.read_bytes()
    checked = verifier(KeySource(provider.url), HeldClock(NOW))
    stranger = Signer(tmp_path)
    for _ in range(20):
        with pytest.raises(Unauthenticated):
            checked.caller(calling(stranger.token(NOW)))
    assert provider.asked == 1


def test_while_the_provider_is_away_known_keys_go_on_serving(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.keys._REFETCH_SECONDS", 0.0)
    signer = Signer(tmp_path)
    provider.body = signer.jwks.read_bytes()
    checked = verifier(KeySource(provider.url), HeldClock(NOW))
    checked.caller(calling(signer.token(NOW)))
    provider.body = b"<html>maintenance</html>"
    with pytest.raises(Unauthenticated):
        checked.caller(calling("eyJhbGciOiJFUzI1NiJ9.e30.AAAA"))
    assert checked.caller(calling(signer.token(NOW))).subject == "prescriber-at-maple"


def test_a_key_that_the_provider_withdrew_is_believed_for_an_hour_at_most(provider: Provider, tmp_path: Path) -> None:
    present = 0.0
    withdrawn = Signer(tmp_path)
    provider.body = withdrawn.jwks.read_bytes()
    checked = verifier(KeySource(provider.url, lambda: present), HeldClock(NOW))
    checked.caller(calling(withdrawn.token(NOW)))
    provider.body = Signer(tmp_path).jwks.read_bytes()
    present = 3599.0
    checked.caller(calling(withdrawn.token(NOW)))
    present = 3600.0
    with pytest.raises(Unauthenticated):
        checked.caller(calling(withdrawn.token(NOW)))


def test_an_answer_other_than_ok_is_not_taken_for_keys(provider: Provider, tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    provider.body, provider.status = signer.jwks.read_bytes(), 500
    with pytest.raises(Unavailable, match="cannot be checked at the moment"):
        verifier(KeySource(provider.url), HeldClock(NOW)).caller(calling(signer.token(NOW)))


def test_without_any_keys_nobody_is_believed(tmp_path: Path) -> None:
    checked = verifier(KeySource(str(tmp_path / "missing.json")), HeldClock(NOW))
    with pytest.raises(Unavailable) as refused:
        checked.caller(calling("x.y.z"))
    assert refused.value.code == "keys_unavailable"
