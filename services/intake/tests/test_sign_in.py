"""The team signs in at a provider, stays signed in while at work, and leaves."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from werkzeug.test import TestResponse

from intake.access.cookies import SIGN_IN_COOKIE, WAY_COOKIE
from intake.access.pages import local
from intake.access.settings import AccessSettings, use
from intake.access.sign_ins import SignIns
from shared.clock import HeldClock
from shared.service import Service
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.plugin import service_settings
from shared.testing.tokens import Signer
from shared.web.sign_in import COOKIE

from .loopback import Loopback
from .test_pages import Page

PUBLIC_URL = "http://localhost"
MAPLE = {"afterglow": {"maple": ["therapist"]}}
BOTH = {"afterglow": {"maple": ["therapist"], "cedar": ["nurse", "prescriber"]}}


@pytest.fixture
def provider(clock: HeldClock) -> Iterator[Loopback]:
    made = Loopback(clock, identity=MAPLE | {"name": "Ana Ortiz"})
    yield made
    made.close()


@pytest.fixture
def settings(service_under_test: Service, worker: str, amqp: str, signer: Signer, provider: Loopback) -> Settings:
    return replace(service_settings(service_under_test, worker, amqp, signer), issuer=provider.url, jwks=None)


@pytest.fixture
def access(access: AccessSettings) -> AccessSettings:
    with_provider = replace(access, client_id="afterglow-web")
    use(with_provider)
    return with_provider


@pytest.fixture
def browser(bench: Bench, access: AccessSettings) -> FlaskClient:
    return bench.app.test_client()


def go(browser: FlaskClient, provider: Loopback, after: str = "/intake/home") -> dict[str, str]:
    """To the provider, and yes there: what the browser brings back."""
    answer = browser.get("/intake/sign-in/staff", query_string={"next": after})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return provider.consent(answer.headers["Location"])


def come_back(browser: FlaskClient, brought: dict[str, str]) -> TestResponse:
    return browser.get("/intake/sign-in/return", query_string=brought)


def sign_in(browser: FlaskClient, provider: Loopback, after: str = "/intake/home") -> TestResponse:
    answer = come_back(browser, go(browser, provider, after))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer


def refused(answer: TestResponse, sentence: str, status: int = 403) -> None:
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    assert sentence in answer.get_data(as_text=True)
    assert COOKIE not in str(answer.headers.getlist("Set-Cookie"))


def home(browser: FlaskClient) -> Page:
    answer = browser.get("/intake/you")
    assert answer.status_code == 200
    return Page(answer)


def secret_of(browser: FlaskClient) -> str:
    cookie = browser.get_cookie(SIGN_IN_COOKIE)
    assert cookie is not None
    return cookie.value


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


def test_whoever_goes_on_working_stays_signed_in_and_is_renewed_on_the_way(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    sign_in(browser, provider)
    for _ in range(10):
        bench.advance(minutes=20)
        sent = browser.get("/intake/you")
        assert (sent.status_code, urlsplit(sent.headers["Location"]).path) == (303, "/intake/sign-in/renew")
        assert browser.get(sent.headers["Location"]).headers["Location"] == "/intake/you"
        assert "Hello Ana" in home(browser).text


@pytest.mark.parametrize("minutes", [[31], [25] * 29])
def test_a_sign_in_ends_after_half_an_hour_without_use_and_after_twelve_in_any_case(
    bench: Bench, browser: FlaskClient, provider: Loopback, minutes: list[int]
) -> None:
    sign_in(browser, provider)
    for some in minutes[:-1]:
        bench.advance(minutes=some)
        browser.get("/intake/sign-in/renew")
        home(browser)
    bench.advance(minutes=minutes[-1])

    answer = browser.get("/intake/sign-in/renew?next=/intake/home%3Fa%3D1")

    assert urlsplit(answer.headers["Location"]).path == "/intake/sign-in"
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"next": ["/intake/home?a=1"]}
    assert browser.get_cookie(SIGN_IN_COOKIE) is None


def test_a_form_goes_on_where_it_was_going_when_the_token_ran_out(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    form = Page(browser.get("/intake/you"))
    csrf = form.named("csrf")["value"]
    bench.advance(minutes=10)

    posted, address, way = {"csrf": csrf, "at": "maple"}, "/intake/home/clinic", []
    while (answer := browser.post(address, data=posted)).status_code == 307:
        address = answer.headers["Location"]
        way.append(urlsplit(address).path)

    assert way == ["/intake/sign-in/renew", "/intake/home/clinic"]
    assert answer.status_code == 303
    assert "You are at Maple Street Wellness" in home(browser).text


def test_what_was_typed_outlives_the_sign_in_and_is_sent_on_the_persons_word(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    posted = {"csrf": Page(browser.get("/intake/you")).named("csrf")["value"], "at": "maple", "words": "a <long> text"}
    bench.advance(minutes=31)
    kept = browser.post("/intake/home/clinic", data=posted, follow_redirects=True).get_data(as_text=True)
    assert "What you wrote is still here" in kept
    assert "a &lt;long&gt; text" in kept
    assert posted["csrf"] not in kept
    sign_in(browser, provider)

    renew = "/intake/sign-in/renew?next=%2Fintake%2Fhome%2Fclinic"
    asked = browser.post(renew, data={"at": "maple", "words": "a <long> text"})
    assert "Please say that you want it sent" in asked.get_data(as_text=True)
    fresh = Page(asked)
    assert "/intake/home/clinic" in [form.get("action") for form in fresh.all("form")]
    sent = browser.post("/intake/home/clinic", data=posted | {"csrf": fresh.named("csrf")["value"]})

    assert sent.status_code == 303


def test_another_site_cannot_have_a_form_shown_for_sending(browser: FlaskClient, provider: Loopback) -> None:
    sign_in(browser, provider)

    answer = browser.post("/intake/sign-in/renew", data={"at": "cedar"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_somebody_of_two_clinics_goes_from_one_to_the_other(browser: FlaskClient, provider: Loopback) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    page = home(browser)
    assert "You are at Cedar Grove Therapy, as nurse and prescriber." in page.text
    csrf = page.named("csrf")["value"]

    browser.post("/intake/home/clinic", data={"csrf": csrf, "at": "maple"})

    assert "You are at Maple Street Wellness, as therapist." in home(browser).text
    browser.get("/intake/sign-in/renew")
    page = home(browser)
    assert "You are at Maple Street Wellness, as therapist." in page.text
    answer = browser.post("/intake/home/clinic", data={"csrf": page.named("csrf")["value"], "at": "oak"})
    assert answer.status_code == 403


def test_a_form_of_another_clinic_is_kept_until_its_person_says_that_it_is_meant_here(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    csrf = home(browser).named("csrf")["value"]
    browser.post("/intake/home/clinic", data={"csrf": csrf, "at": "maple"})
    bench.advance(minutes=10)

    kept = browser.post("/intake/home/clinic", data={"csrf": csrf, "at": "cedar"}, follow_redirects=True)

    assert "Please say that you want it sent at Maple Street Wellness." in kept.get_data(as_text=True)
    assert "You are at Maple Street Wellness" in home(browser).text


def test_signing_out_means_the_same_on_a_page_of_another_clinic(browser: FlaskClient, provider: Loopback) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    csrf = home(browser).named("csrf")["value"]
    browser.post("/intake/home/clinic", data={"csrf": csrf, "at": "maple"})

    assert browser.post("/intake/sign-out", data={"csrf": csrf}).status_code == 200
    assert browser.get_cookie(SIGN_IN_COOKIE) is None


def asks_by_itself(browser: FlaskClient) -> str:
    """A page refreshes what it shows; where that ended."""
    answer = browser.get("/intake/you", headers={"X-Quiet": "1"}, follow_redirects=True)
    return answer.request.path


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    sign_in(browser, provider)
    for _ in range(4):
        bench.advance(minutes=7)
        assert asks_by_itself(browser) == "/intake/you"
    bench.advance(minutes=2)

    assert asks_by_itself(browser) == "/intake/you", "what was let in last is good for five minutes"
    assert urlsplit(browser.get("/intake/you").headers["Location"]).path == "/intake/sign-in/renew"
    assert urlsplit(browser.get("/intake/sign-in/renew").headers["Location"]).path == "/intake/sign-in"


def test_whoever_works_beside_such_a_page_stays_signed_in(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    sign_in(browser, provider)
    for _ in range(6):
        bench.advance(minutes=7)
        assert asks_by_itself(browser) == "/intake/you"
        assert browser.get("/intake/you", follow_redirects=True).request.path == "/intake/you"


def test_staying_says_at_which_clinic(browser: FlaskClient, provider: Loopback) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)

    stayed = browser.get("/intake/sign-in/stay")

    assert (stayed.status_code, stayed.headers["Afterglow-Reader"].rpartition("/")[2]) == (204, "cedar")


def test_whoever_signs_out_is_out_here_and_at_the_provider(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    sign_in(browser, provider)
    secret, csrf = secret_of(browser), home(browser).named("csrf")["value"]
    assert browser.post("/intake/sign-out", data={"csrf": "forged"}).status_code == 403

    answer = browser.post("/intake/sign-out", data={"csrf": csrf})

    back = urlencode({"client_id": "afterglow-web", "post_logout_redirect_uri": f"{PUBLIC_URL}/intake/"})
    assert answer.headers["Refresh"] == f"0; url={provider.url}/sign-out?{back}"
    assert browser.get_cookie(COOKIE) is None
    assert browser.get_cookie(SIGN_IN_COOKIE) is None
    browser.set_cookie(SIGN_IN_COOKIE, secret, secure=True)
    assert urlsplit(browser.get("/intake/sign-in/renew").headers["Location"]).path == "/intake/sign-in"


def test_the_provider_is_told_who_signs_out_where_it_has_said_how(browser: FlaskClient, provider: Loopback) -> None:
    provider.identity |= {"login_hint": "of ana & only hers"}
    sign_in(browser, provider)

    answer = browser.post("/intake/sign-out", data={"csrf": home(browser).named("csrf")["value"]})

    asked = parse_qs(urlsplit(answer.headers["Refresh"].partition("url=")[2]).query)
    assert asked["logout_hint"] == ["of ana & only hers"]


def test_every_sign_in_of_a_person_can_be_ended(bench: Bench, browser: FlaskClient, provider: Loopback) -> None:
    sign_in(browser, provider)
    telephone = bench.app.test_client()
    sign_in(telephone, provider)

    assert SignIns(bench.store).end_all("somebody-else") == 0
    assert SignIns(bench.store).end_all("ana") == 2

    for one in (browser, telephone):
        assert urlsplit(one.get("/intake/sign-in/renew").headers["Location"]).path == "/intake/sign-in"


def test_coming_and_going_is_in_the_audit_of_each_clinic(
    bench: Bench, browser: FlaskClient, provider: Loopback
) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    browser.post("/intake/sign-out", data={"csrf": home(browser).named("csrf")["value"]})

    with bench.owner.connect() as connection:
        query = "select clinic, actor, action from audit where action like 'sign_in%' order by action, clinic"
        told = [tuple(row) for row in connection.execute(text(query))]
    expected = [(clinic, "ana", f"sign_in.{what}") for what in ("begin", "end") for clinic in ("cedar", "maple")]
    assert told == expected


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


def test_sign_ins_that_are_over_go_when_another_begins(bench: Bench, browser: FlaskClient, provider: Loopback) -> None:
    sign_in(browser, provider)
    bench.advance(minutes=31)
    sign_in(bench.app.test_client(), provider)

    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from sign_in")) == 1


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
