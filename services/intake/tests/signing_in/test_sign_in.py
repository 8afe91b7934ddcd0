"""The team signs in at a provider, and nobody else does."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from intake.access.cookies import SIGN_IN_COOKIE, WAY_COOKIE
from intake.access.pages import local
from intake.access.settings import AccessSettings, use
from intake.access.sign_ins import SignIns
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.web.sign_in import COOKIE

from ..loopback import Loopback
from .at_the_provider import MAPLE, PUBLIC_URL, come_back, go, home, refused, secret_of, sign_in


def test_somebody_signs_in_and_is_greeted_where_they_wanted_to_be(browser: FlaskClient, provider: Loopback) -> None:
    answer = sign_in(browser, provider, "/sessions/visits?day=today")
    page = home(browser)

    assert answer.headers["Location"] == "/sessions/visits?day=today"
    assert "Hello Ana Ortiz" in page.text
    assert "You are at Maple Street Wellness, as therapist." in page.text


def test_the_code_is_redeemed_with_the_proof_of_who_asked_for_it(browser: FlaskClient, provider: Loopback) -> None:
    sign_in(browser, provider)

    (asked,) = provider.asked
    assert asked["redirect_uri"] == f"{PUBLIC_URL}/intake/sign-in/return"
    assert len(asked["code_verifier"]) >= 43
    assert asked["client_id"] == "afterglow-web"
    assert provider.authorization == [None]


def test_a_confidential_client_shows_its_secret(
    browser: FlaskClient, provider: Loopback, access: AccessSettings
) -> None:
    use(replace(access, client_secret="s3cret"))

    sign_in(browser, provider)

    assert provider.authorization[0].startswith("Basic ")
    assert "client_secret" not in provider.asked[0]


def test_every_cookie_is_out_of_reach_for_scripts_other_sites_and_bare_http(
    browser: FlaskClient, provider: Loopback
) -> None:
    brought = go(browser, provider)
    cookies = come_back(browser, brought).headers.getlist("Set-Cookie")

    for cookie in cookies:
        assert cookie.startswith("__Host-afterglow")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert {SIGN_IN_COOKIE, COOKIE} <= {cookie.partition("=")[0] for cookie in cookies}


def test_roles_come_from_an_access_token_that_our_doors_would_take_before_the_id_token(
    browser: FlaskClient, provider: Loopback
) -> None:
    provider.access = {"afterglow": {"cedar": ["nurse"]}}

    sign_in(browser, provider)

    assert "Cedar Grove" in home(browser).text
    assert "as nurse." in home(browser).text


@pytest.mark.parametrize(
    ("said", "roles", "kept"),
    [
        ("harbor", ["partner"], "harbor"),
        (None, ["partner"], None),
        ("Harbor & Sons", ["partner"], None),
        (["harbor"], ["partner"], None),
        ("harbor", ["therapist"], None),
    ],
)
def test_for_which_partner_somebody_works_stays_with_their_sign_in(
    bench: Bench, browser: FlaskClient, provider: Loopback, said: Any, roles: list[str], kept: str | None
) -> None:
    provider.access = {"afterglow": {"maple": roles}, "partner": said}

    sign_in(browser, provider)
    bench.advance(minutes=6)
    browser.get(browser.get("/intake/you").headers["Location"])

    token = jwt.decode(str(browser.get_cookie(COOKIE).value), bench.signer.sign_in_key, algorithms=["ES256"])  # type: ignore[union-attr]
    assert token.claims.get("partner") == kept


def test_roles_and_name_may_come_from_userinfo_but_of_the_same_person_only(
    browser: FlaskClient, provider: Loopback
) -> None:
    provider.identity = {}
    provider.userinfo = {"sub": "mallory", "name": "Mallory", **MAPLE}
    refused(come_back(browser, go(browser, provider)), "no role at any clinic here")

    provider.userinfo["sub"] = "ana"
    sign_in(browser, provider)
    assert "Hello Mallory" in home(browser).text


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ({"aud": "another-client"}, "not for us"),
        ({"iss": "https://elsewhere.test"}, "not for us"),
        ({"exp": 1}, "not for us"),
        ({"nonce": "of-another-question"}, "not to our question"),
        ({"azp": "another-client"}, "not to our question"),
        ({"afterglow": {}}, "no role at any clinic"),
        ({"afterglow": {"oak": ["therapist"]}}, "no role at any clinic"),
        ({"afterglow": {"maple": ["wizard"]}}, "no role at any clinic"),
        ({"afterglow": {"maple": ["client"]}}, "client_id"),
    ],
)
def test_an_answer_that_is_not_ours_signs_nobody_in(
    browser: FlaskClient, provider: Loopback, identity: dict, sentence: str
) -> None:
    provider.identity = MAPLE | identity

    answer = come_back(browser, go(browser, provider))

    refused(answer, sentence, 401 if sentence == "client_id" else 403)


def test_an_answer_signed_by_another_signs_nobody_in(browser: FlaskClient, provider: Loopback) -> None:
    provider.signs_with = ECKey.generate_key("P-256", {"kid": "idp", "use": "sig", "alg": "ES256"})

    refused(come_back(browser, go(browser, provider)), "not signed by it")


def test_an_access_token_of_somebody_else_is_not_mixed_in(browser: FlaskClient, provider: Loopback) -> None:
    provider.access = {"sub": "mallory", "afterglow": {"maple": ["medical_director"]}}

    refused(come_back(browser, go(browser, provider)), "two people")


def test_nobody_can_be_sent_back_on_a_way_that_their_browser_did_not_go(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    brought = go(browser, provider)

    refused(come_back(bench.app.test_client(), brought), "did not begin to sign in here")
    refused(come_back(browser, brought | {"state": "forged"}), "Another sign-in was begun")
    refused(come_back(browser, brought | {"iss": "https://elsewhere.test"}), "Another provider")
    refused(come_back(browser, {"state": brought["state"], "error": "access_denied"}), "did not sign you in")
    browser.set_cookie(WAY_COOKIE, "forged", secure=True)
    refused(come_back(browser, brought), "did not begin to sign in here")


def test_a_code_works_once_and_the_way_is_forgotten_then(browser: FlaskClient, provider: Loopback) -> None:
    brought = go(browser, provider)
    come_back(browser, brought)

    refused(come_back(browser, brought), "did not begin to sign in here")


def test_whoever_takes_too_long_at_the_provider_begins_once_more(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    brought = go(browser, provider)
    bench.advance(minutes=11)

    refused(come_back(browser, brought), "longer than ten minutes")


def test_while_the_provider_is_away_people_are_told_to_try_again(browser: FlaskClient, provider: Loopback) -> None:
    brought = go(browser, provider)
    provider.away = True

    refused(come_back(browser, brought), "cannot be reached now", 503)


def test_without_a_provider_or_a_key_the_pages_say_so(browser: FlaskClient, access: AccessSettings) -> None:
    use(replace(access, client_id=None))
    refused(browser.get("/intake/sign-in/staff"), "no provider", 503)
    use(AccessSettings())
    refused(browser.get("/intake/sign-in/return"), "AFTERGLOW_SIGN_IN_KEY", 503)


def test_a_new_sign_in_has_a_new_secret_and_the_old_one_is_worth_nothing(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    browser.set_cookie(SIGN_IN_COOKIE, "fixed-by-somebody", secure=True)
    sign_in(browser, provider)
    first = secret_of(browser)
    sign_in(browser, provider)

    assert len({"fixed-by-somebody", first, secret_of(browser)}) == 3
    assert SignIns(bench.store).find(first) is None
    assert SignIns(bench.store).find("fixed-by-somebody") is None


def test_the_database_shows_the_application_no_sign_in_but_by_its_secret(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    sign_in(browser, provider)

    for statement in ("select * from sign_in", "delete from sign_in", "update sign_in set until = now()"):
        with bench.store.engine.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
    with bench.owner.connect() as connection:
        kept = connection.execute(text("select sign_in::text from sign_in")).scalar_one()
    assert secret_of(browser) not in kept
    assert b"Ortiz".hex() not in kept.lower()


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.test/",
        "//elsewhere.test/",
        "/\\elsewhere.test",
        "",
        "intake/home",
        "/a\nb",
        "javascript:x",
        None,
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(address: str | None) -> None:
    assert local(address) == "/intake/home"


def test_the_sign_in_page_knows_the_team_and_clients(browser: FlaskClient) -> None:
    answer = browser.get("/intake/sign-in?next=/sessions/board")
    links = [link["href"] for link in Page(answer).all("a")]

    assert "/intake/sign-in/staff?next=/sessions/board" in links
    assert "/intake/clinics/maple/sign-in" in links
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
