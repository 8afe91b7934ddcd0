"""Keys: from a real HTTP server, rotated, and away for a while."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from shared.clock import HeldClock
from shared.errors import Unauthenticated, Unavailable
from shared.testing.tokens import AUDIENCE, ISSUER, Signer
from shared.web.auth import TokenVerifier
from shared.web.grants import GrantsReader
from shared.web.keys import Discovery, KeySource

NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)


class Provider:
    """An identity provider's key address that can be away."""

    def __init__(self) -> None:
        self.body = b"{}"
        self.at: dict[str, bytes] = {}
        self.status = 200
        self.asked = 0
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(provider.status)
                body = provider.at.get(self.path, provider.body)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

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


def signed(signer: Signer, **claims: object) -> Request:
    return calling(signer.token(NOW, **claims))


def of(signer: Signer, reader: GrantsReader | None = None) -> TokenVerifier:
    keys = KeySource(str(signer.jwks))
    return TokenVerifier(issuer=ISSUER, audience=AUDIENCE, keys=keys, clock=HeldClock(NOW), grants=reader)


def test_a_token_that_is_not_good_yet_is_refused_and_clocks_may_be_half_a_minute_apart(tmp_path: Path) -> None:
    signer, at = Signer(tmp_path), int(NOW.timestamp())
    for claims in ({"nbf": at + 30}, {"exp": at - 29}, {"iat": at + 30}):
        of(signer).caller(signed(signer, **claims))
    for claims in ({"nbf": at + 31}, {"exp": at - 30}, {"iat": at + 31}, {"exp": None}, {"exp": "soon"}, {"sub": None}):
        with pytest.raises(Unauthenticated):
            of(signer).caller(signed(signer, **claims))


@pytest.mark.parametrize("aud", ["another-platform", ["another", "platform"], None, 7])
def test_a_token_for_others_is_refused(tmp_path: Path, aud: object) -> None:
    signer = Signer(tmp_path)
    with pytest.raises(Unauthenticated):
        of(signer).caller(signed(signer, aud=aud))
    assert of(signer).caller(signed(signer, aud=["another-platform", AUDIENCE])).grants


def test_no_public_key_can_be_taken_for_a_secret_and_no_token_goes_unsigned(tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "mallory", "exp": int(NOW.timestamp()) + 60}
    claims["afterglow"] = {"maple": ["medical_director"]}
    public = OctKey.import_key(signer.jwks.read_bytes())
    by_secret = jwt.encode({"alg": "HS256", "kid": "test"}, claims, public)
    unsigned = ".".join([_part({"alg": "none", "kid": "test"}), _part(claims), ""])
    for token in (by_secret, unsigned):
        with pytest.raises(Unauthenticated):
            of(signer).caller(calling(token))


def _part(content: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({}, {"nonce": "of a sign-in"}),
        ({}, {"at_hash": "of an access token"}),
        ({"typ": "JWT"}, {"c_hash": "of a code"}),
        ({}, {"s_hash": "of a state"}),
        ({}, {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
        ({"typ": "JWT"}, {"typ": "ID", "sid": "s"}),
        ({"typ": "JWT"}, {"typ": "Refresh"}),
        ({"typ": "logout+jwt"}, {}),
    ],
    ids=str,
)
def test_what_only_says_who_somebody_is_opens_nothing(
    tmp_path: Path, header: dict[str, str], claims: dict[str, object]
) -> None:
    signer = Signer(tmp_path)
    with pytest.raises(Unauthenticated) as refused:
        of(signer).caller(calling(signer.token(NOW, header=header, **claims)))
    assert refused.value.code == "not_an_access_token"


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "at+jwt"}, {"acr": "gold", "auth_time": 1, "sid": "s"}),
        ({"typ": "application/AT+JWT"}, {"nonce": "that RFC 9068 does not forbid"}),
        ({"typ": "JWT"}, {"typ": "Bearer", "nonce": "as Keycloak's had before 24", "acr": "1", "sid": "s"}),
        ({"typ": "JWT"}, {"azp": "a program", "scp": "access", "ver": "2.0", "idtyp": "user"}),
        ({}, {"auth_time": 1, "name": "Ana Ortiz"}),
    ],
    ids=["RFC 9068", "RFC 9068 in full", "Keycloak", "Entra", "Canaille"],
)
def test_an_access_token_of_any_known_provider_does(
    tmp_path: Path, header: dict[str, str], claims: dict[str, object]
) -> None:
    signer = Signer(tmp_path)
    assert of(signer).caller(calling(signer.token(NOW, header=header, **claims))).grants


@pytest.mark.parametrize("grants", [None, "maple", ["maple"], 7])
def test_a_token_whose_claim_is_not_roles_by_clinic_is_refused(tmp_path: Path, grants: object) -> None:
    signer = Signer(tmp_path)
    with pytest.raises(Unauthenticated) as refused:
        of(signer).caller(signed(signer, afterglow=grants))
    assert refused.value.code == "token_without_grants"


def test_of_a_claim_what_we_know_is_taken_and_the_rest_left(tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    said = {"maple": ["therapist", "wizard", 7], "cedar": "nurse", "*": ["nurse"], "A B": ["nurse"], "oak": ["wizard"]}

    assert of(signer).caller(signed(signer, afterglow=said)).grants == {"maple": frozenset({"therapist"})}


def test_only_of_a_client_is_the_client_id_theirs(tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    program = of(signer).caller(signed(signer, client_id="afterglow-web"))  # type: ignore[arg-type]
    assert program.client_id is None
    with pytest.raises(Unauthenticated):
        of(signer).caller(signed(signer, role="client", client_id="afterglow-web"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("claim", "pattern", "said"),
    [
        ("groups", "/(?P<clinic>[^/]+)/(?P<role>[^/]+)", {"groups": ["/maple/therapist", "/cedar", "/cedar/nurse/x"]}),
        ("roles", r"(?P<clinic>[^.]+)\.(?P<role>.+)", {"roles": ["maple.therapist", "therapist", "cedar.wizard", 7]}),
        ("realm_access.roles", "(?P<clinic>.+):(?P<role>.+)", {"realm_access": {"roles": ["maple:therapist"]}}),
        ("https://x.example/groups", "(?P<clinic>.+):(?P<role>.+)", {"https://x.example/groups": ["maple:therapist"]}),
    ],
)
def test_roles_are_read_where_and_as_the_deployment_says(
    tmp_path: Path, claim: str, pattern: str, said: dict[str, object]
) -> None:
    signer, reader = Signer(tmp_path), GrantsReader(claim, re.compile(pattern))

    caller = of(signer, reader).caller(signed(signer, **said))

    assert caller.grants == {"maple": frozenset({"therapist"})}


def test_keys_are_found_by_discovery_and_go_on_serving_while_the_provider_is_away(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.web.keys._REFETCH_SECONDS", 0.0)
    issuer, signer = provider.url.removesuffix("/keys"), Signer(tmp_path)
    provider.at["/.well-known/openid-configuration"] = json.dumps({"issuer": issuer, "jwks_uri": provider.url}).encode()
    checked = verifier(KeySource(Discovery(issuer)), HeldClock(NOW))

    provider.status = 503
    with pytest.raises(Unavailable):
        checked.caller(signed(signer))
    provider.status, provider.body = 200, signer.jwks.read_bytes()
    checked.caller(signed(signer))
    provider.status = 503
    with pytest.raises(Unauthenticated):
        checked.caller(calling("x.y.z"))
    assert checked.caller(signed(signer)).subject == "prescriber-at-maple"


def test_what_another_issuer_says_of_itself_is_not_believed(provider: Provider, tmp_path: Path) -> None:
    issuer = provider.url.removesuffix("/keys")
    said = {"issuer": "https://elsewhere.test", "jwks_uri": provider.url}
    provider.at["/.well-known/openid-configuration"] = json.dumps(said).encode()
    provider.body = Signer(tmp_path).jwks.read_bytes()

    with pytest.raises(Unavailable):
        verifier(KeySource(Discovery(issuer)), HeldClock(NOW)).caller(calling("x.y.z"))


def test_a_key_of_a_kind_that_we_do_not_know_spoils_none_of_the_others(provider: Provider, tmp_path: Path) -> None:
    signer = Signer(tmp_path)
    keys = json.loads(signer.jwks.read_bytes())["keys"]
    provider.body = json.dumps({"keys": [{"kty": "AKP", "kid": "new"}, *keys]}).encode()

    assert verifier(KeySource(provider.url), HeldClock(NOW)).caller(signed(signer)).grants
