"""The provider says that somebody has gone, and they are out here, too (OpenID Connect Back-Channel Logout)."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.access.settings import AccessSettings, use
from intake.access.sign_ins import SignIns
from shared.testing.bench import Bench

from ..loopback import Loopback
from .at_the_provider import BOTH, secret_of, sign_in

EVENTS = {"http://schemas.openid.net/event/backchannel-logout": {}}
MISSING = "no such claim"


def logout_token(bench: Bench, provider: Loopback, header: str = "logout+jwt", **claims: Any) -> str:
    now = int(bench.clock().timestamp())
    whole = {"iss": provider.url, "aud": "afterglow-web", "iat": now, "exp": now + 120, "jti": str(uuid4())}
    whole |= {"events": EVENTS, "sub": "ana", "typ": "Logout"} | claims
    return provider.sign({name: value for name, value in whole.items() if value != MISSING}, typ=header)


def tell(bench: Bench, token: str) -> TestResponse:
    """As the provider does: without a cookie, from its own machine."""
    return bench.app.test_client().post("/intake/sign-in/ended", data={"logout_token": token})


def is_in(bench: Bench, browser: FlaskClient) -> bool:
    return SignIns(bench.store).find(secret_of(browser)) is not None


@pytest.fixture
def telephone(bench: Bench, browser: FlaskClient, provider: Loopback) -> FlaskClient:
    """Ana is in at her desk (`browser`), by a session `s1` of the provider, and on her telephone by `s2`."""
    other = bench.app.test_client()
    for client, session in ((browser, "s1"), (other, "s2")):
        provider.identity |= {"sid": session}
        sign_in(client, provider)
    return other


@pytest.mark.parametrize(
    ("who", "still_in"),
    [
        ({"sub": "ana"}, (False, False)),
        ({"sub": "ana", "sid": "s1"}, (False, True)),
        ({"sub": MISSING, "sid": "s2"}, (True, False)),
        ({"sub": "ben"}, (True, True)),
        ({"sub": "ben", "sid": "s1"}, (True, True)),
        ({"sub": "ana", "sid": "s3"}, (True, True)),
    ],
)
def test_the_sign_ins_of_that_person_or_session_end_and_no_others(
    bench: Bench, browser: FlaskClient, provider: Loopback, telephone: FlaskClient, who: dict, still_in: tuple
) -> None:
    answer = tell(bench, logout_token(bench, provider, **who))

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert (is_in(bench, browser), is_in(bench, telephone)) == still_in
    ended = browser.get("/intake/sign-in/renew").headers["Location"].startswith("/intake/sign-in?")
    assert ended is not still_in[0]


def test_a_sign_in_whose_session_the_provider_has_not_named_ends_with_the_person(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    sign_in(browser, provider)
    tell(bench, logout_token(bench, provider, sub=MISSING, sid="s1"))
    assert is_in(bench, browser)

    tell(bench, logout_token(bench, provider, sid="s1"))
    assert not is_in(bench, browser)


def test_what_was_heard_once_ends_nothing_that_was_begun_since(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    token = logout_token(bench, provider)
    sign_in(browser, provider)
    assert tell(bench, token).status_code == 200
    sign_in(browser, provider)

    assert tell(bench, token).status_code == 200

    assert is_in(bench, browser)


def test_what_was_heard_is_forgotten_once_it_could_not_come_again(bench: Bench, provider: Loopback) -> None:
    tell(bench, logout_token(bench, provider))
    bench.advance(minutes=4)
    tell(bench, logout_token(bench, provider))

    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from sign_out_heard")) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.test"},
        {"aud": "another-client"},
        {"aud": MISSING},
        {"exp": 1},
        {"exp": MISSING},
        {"iat": MISSING},
        {"iat": 4102444800},
        {"jti": MISSING},
        {"events": MISSING},
        {"events": {}},
        {"events": list(EVENTS)},
        {"events": dict.fromkeys(EVENTS)},
        {"nonce": "of a sign-in"},
        {"sub": MISSING},
        {"sub": 7},
        {"sid": 7},
        {"header": "at+jwt"},
    ],
    ids=str,
)
def test_what_is_no_logout_token_for_us_ends_nothing(
    bench: Bench, browser: FlaskClient, provider: Loopback, claims: dict[str, Any]
) -> None:
    sign_in(browser, provider)

    answer = tell(bench, logout_token(bench, provider, **claims))

    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert is_in(bench, browser)


@pytest.mark.parametrize("typ", ["JWT", "logout+jwt", "application/logout+jwt"])
def test_older_providers_do_not_type_it(bench: Bench, browser: FlaskClient, provider: Loopback, typ: str) -> None:
    sign_in(browser, provider)

    assert tell(bench, logout_token(bench, provider, typ)).status_code == 200
    assert not is_in(bench, browser)


def test_what_another_key_signed_ends_nothing(bench: Bench, browser: FlaskClient, provider: Loopback) -> None:
    sign_in(browser, provider)
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "idp", "use": "sig", "alg": "ES256"})

    for token in (logout_token(bench, provider), "x.y.z", ""):
        assert tell(bench, token).status_code == 400
    assert bench.app.test_client().post("/intake/sign-in/ended").status_code == 400
    assert is_in(bench, browser)


def test_an_id_token_is_none_and_a_logout_token_signs_nobody_in(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    now = int(bench.clock().timestamp())
    identity = {"iss": provider.url, "aud": "afterglow-web", "sub": "ana", "iat": now, "exp": now + 300, "jti": "j"}
    sign_in(browser, provider)

    assert tell(bench, provider.sign(identity | {"nonce": "n"})).status_code == 400
    token = logout_token(bench, provider, aud=["afterglow-web", "afterglow"], afterglow={"maple": ["front_desk"]})
    answer = bench.as_nobody().get("/inquiries", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "not_an_access_token")


def test_it_is_in_the_audit_of_each_of_their_clinics(bench: Bench, browser: FlaskClient, provider: Loopback) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)

    tell(bench, logout_token(bench, provider))

    with bench.owner.connect() as connection:
        query = "select clinic, actor from audit where action = 'sign_in.end_by_provider' order by clinic"
        assert [tuple(row) for row in connection.execute(text(query))] == [("cedar", "ana"), ("maple", "ana")]


def test_without_a_provider_nobody_can_say_so(bench: Bench, access: AccessSettings) -> None:
    use(replace(access, client_id=None))

    assert tell(bench, "x.y.z").status_code == 503


def test_the_database_shows_the_application_nothing_of_what_was_heard(bench: Bench) -> None:
    with bench.store.engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("select * from sign_out_heard"))
