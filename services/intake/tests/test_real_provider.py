"""Staff of two clinics and a real OpenID provider: its login pages, its tokens, its keys."""

import base64
import hashlib
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from intake.access.cookies import WAY_COOKIE
from intake.access.provider import RETURN
from intake.access.settings import AccessSettings, use
from shared.clock import HeldClock
from shared.local.processes import port_of, reserve_port
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.tokens import Signer
from shared.web.sign_in import COOKIE

from .provider import CLIENT_SECRET, PASSWORD, App, Provider
from .test_pages import Page

AUDIENCE, PAGES, SERVED, PHONE, ELSEWHERE = "afterglow", "afterglow-pages", "served-pages", "an-app", "elsewhere"
PUBLIC_URL = "http://localhost"
IN_THE_APP = "http://127.0.0.1:9/back"
PEOPLE = {
    "wren": ["maple/front_desk"],
    "nia": ["maple/nurse"],
    "ola": ["maple/nurse"],
    "pia": ["maple/nurse"],
    "mika": ["cedar/front_desk"],
    # Of what else a provider knows of people nothing becomes a role.
    "robin": ["maple/therapist", "cedar/clinic_admin", "cedar/therapist", "choir/soprano", "therapist", "/maple"],
    "max": ["choir/alto"],
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a browser finds intake, in the tests that have one."""
    with reserve_port() as reservation:
        yield f"http://127.0.0.1:{port_of(reservation)}"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory, address: str) -> Iterator[Provider]:
    apps = [
        App(AUDIENCE, IN_THE_APP, (AUDIENCE,)),
        App(PAGES, PUBLIC_URL + RETURN, (PAGES, AUDIENCE), after_sign_out=f"{PUBLIC_URL}/intake/"),
        App(SERVED, address + RETURN, (SERVED, AUDIENCE), after_sign_out=f"{address}/intake/"),
        App(PHONE, IN_THE_APP, (AUDIENCE,)),
        App(ELSEWHERE, IN_THE_APP, (ELSEWHERE,)),
    ]
    with Provider(tmp_path_factory.mktemp("provider"), PEOPLE, apps) as running:
        yield running


@pytest.fixture
def clock() -> HeldClock:
    """The provider lives in the present, and so does intake beside it."""
    return HeldClock(datetime.now(UTC))


@pytest.fixture
def settings(settings: Settings, provider: Provider) -> Settings:
    """Intake as an operator sets it up for a provider whose groups are called clinic/role."""
    pattern = re.compile(r"(?P<clinic>[^/]+)/(?P<role>[^/]+)")
    return replace(settings, issuer=provider.issuer, jwks=None, grants_claim="groups", grants_pattern=pattern)


def access(signer: Signer, client_id: str, public_url: str) -> AccessSettings:
    return AccessSettings(
        key=signer.sign_in_key,
        client_id=client_id,
        client_secret=CLIENT_SECRET,
        scope="openid profile groups",
        public_url=public_url,
    )


@pytest.fixture
def ours(bench: Bench, signer: Signer) -> FlaskClient:
    """A browser's half at Afterglow."""
    use(access(signer, PAGES, PUBLIC_URL))
    return bench.app.test_client()


@pytest.fixture
def elsewhere() -> Iterator[requests.Session]:
    """The same browser's half at the provider."""
    with requests.Session() as session:
        yield session


def at_the_provider(
    ours: FlaskClient, provider: Provider, name: str, elsewhere: requests.Session | None = None
) -> dict[str, str]:
    """From our sign-in page through the provider's: what the browser brings back."""
    leaving = ours.get("/intake/sign-in/staff")
    assert leaving.status_code == 303, leaving.get_data(as_text=True)
    with nullcontext(elsewhere) if elsewhere else requests.Session() as session:
        back = provider.sign_in(session, name, leaving.headers["Location"])
    assert back.startswith(f"{PUBLIC_URL}{RETURN}?")
    return _flat(back)


def come_back(ours: FlaskClient, brought: dict[str, str]) -> TestResponse:
    return ours.get(RETURN, query_string=brought)


def home(ours: FlaskClient) -> Page:
    answer = ours.get("/intake/you")
    assert answer.status_code == 200
    return Page(answer)


def refused(answer: TestResponse, sentence: str) -> None:
    assert answer.status_code == 403
    assert sentence in answer.get_data(as_text=True)
    assert COOKIE not in str(answer.headers.getlist("Set-Cookie"))


def test_whoever_signs_in_at_the_providers_pages_is_here_what_its_groups_say_at_each_clinic(
    ours: FlaskClient, provider: Provider
) -> None:
    answer = come_back(ours, at_the_provider(ours, provider, "robin"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/intake/home")

    at_cedar = home(ours)
    assert "Hello Robin Sample" in at_cedar.text
    assert "You are at Cedar Grove Therapy, as clinic admin and therapist." in at_cedar.text
    assert "Go to Maple Street Wellness" in at_cedar.text
    assert "choir" not in at_cedar.text

    form = {"csrf": at_cedar.named("csrf")["value"], "at": "maple"}
    assert ours.post("/intake/home/clinic", data=form).status_code == 303
    assert "You are at Maple Street Wellness, as therapist." in home(ours).text


def test_whoever_has_no_role_at_a_clinic_is_told_so_and_is_not_signed_in(ours: FlaskClient, provider: Provider) -> None:
    refused(come_back(ours, at_the_provider(ours, provider, "max")), "You have no role at any clinic here.")


def test_a_wrong_password_leads_nowhere(ours: FlaskClient, provider: Provider) -> None:
    leaving = ours.get("/intake/sign-in/staff").headers["Location"]
    with requests.Session() as elsewhere, pytest.raises(AssertionError):
        provider.sign_in(elsewhere, "wren", leaving, password=PASSWORD.upper())


def test_a_state_that_was_changed_signs_nobody_in(ours: FlaskClient, provider: Provider) -> None:
    brought = at_the_provider(ours, provider, "wren")
    refused(come_back(ours, brought | {"state": brought["state"][:-1]}), "Another sign-in was begun meanwhile.")


def test_a_code_that_another_browser_was_given_signs_nobody_in(
    bench: Bench, ours: FlaskClient, provider: Provider
) -> None:
    stolen = at_the_provider(ours, provider, "wren")["code"]
    thief = bench.app.test_client()
    own = _flat(thief.get("/intake/sign-in/staff").headers["Location"])

    # The state is the thief's own, so it is the provider that refuses: the verifier is not of this code's request.
    refused(come_back(thief, {"state": own["state"], "code": stolen}), "The provider did not sign you in.")


def test_a_code_is_good_once_even_with_everything_that_belongs_to_it(ours: FlaskClient, provider: Provider) -> None:
    brought = at_the_provider(ours, provider, "nia")
    way = ours.get_cookie(WAY_COOKIE)
    assert way is not None
    assert come_back(ours, brought).status_code == 303

    ours.set_cookie(WAY_COOKIE, way.value)
    refused(come_back(ours, brought), "The provider did not sign you in.")


def test_whoever_signs_out_here_signs_out_of_the_provider_too(
    ours: FlaskClient, provider: Provider, elsewhere: requests.Session
) -> None:
    come_back(ours, at_the_provider(ours, provider, "ola", elsewhere))
    again = ours.get("/intake/sign-in/staff").headers["Location"]
    assert _flat(elsewhere.get(again, timeout=10, allow_redirects=False).headers["Location"])["code"]

    leaving = ours.post("/intake/sign-out", data={"csrf": home(ours).named("csrf")["value"]})
    back = provider.sign_out(elsewhere, leaving.headers["Refresh"].partition("url=")[2])

    assert back == f"{PUBLIC_URL}/intake/"
    assert ours.get("/intake/home").headers["Location"].startswith("/intake/sign-in/renew")
    again = ours.get("/intake/sign-in/staff").headers["Location"]
    assert elsewhere.get(again, timeout=10, allow_redirects=False).headers["Location"] == "/login"


@pytest.mark.parametrize(("name", "minutes", "status"), [("nia", 2, 303), ("wren", 5, 403)])
def test_it_says_when_somebody_proved_who_they_are_and_too_long_ago_is_not_enough(
    bench: Bench, ours: FlaskClient, provider: Provider, signer: Signer, name: str, minutes: int, status: int
) -> None:
    use(replace(access(signer, PAGES, PUBLIC_URL), max_age=timedelta(minutes=3)))
    brought = at_the_provider(ours, provider, name)
    bench.clock.at += timedelta(minutes=minutes)

    assert come_back(ours, brought).status_code == status


@pytest.fixture
def served(bench: Bench, signer: Signer, address: str) -> Iterator[str]:
    """Intake where a browser can reach it."""
    use(access(signer, SERVED, address))
    server = make_server("127.0.0.1", int(address.rpartition(":")[2]), bench.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_real_browser_takes_all_of_it(served: str, provider: Provider, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{served}/intake/you")
        page.get_by_role("link", name="Sign in with your clinic’s account").click()
        for said in ("pia", PASSWORD):
            page.locator("input[name=login], input[name=password]").fill(said)
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Hello Pia Sample")).to_be_visible()
        expect(page).to_have_url(f"{served}/intake/you")

        page.locator("summary", has_text="Pia Sample").click()
        page.get_by_role("button", name="Sign out").click()

        page.wait_for_url(f"{provider.issuer}/oauth/end_session*")
        page.locator("button[name=answer][value=logout]").click()
        expect(page).to_have_url(f"{served}/intake/")


@dataclass
class Program:
    """An app that has people sign in at the provider, and calls our doors with their token."""

    provider: Provider
    client_id: str = PHONE
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))

    def code_of(self, name: str) -> str:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=")
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": IN_THE_APP,
            "scope": "openid profile groups",
            "state": "a state",
            "nonce": secrets.token_urlsafe(),
            "code_challenge": challenge.decode(),
            "code_challenge_method": "S256",
        }
        with requests.Session() as browser:
            back = self.provider.sign_in(browser, name, f"{self.provider.issuer}/oauth/authorize?{urlencode(asked)}")
        return _flat(back)["code"]

    def redeem(self, code: str, verifier: str | None = None) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": IN_THE_APP,
            "code_verifier": verifier or self.verifier,
        }
        at = f"{self.provider.issuer}/oauth/token"
        return requests.post(at, form, auth=(self.client_id, CLIENT_SECRET), timeout=10)

    def token_of(self, name: str, kind: str = "access_token") -> str:
        answer: dict[str, Any] = self.redeem(self.code_of(name)).json()
        return str(answer[kind])


def at_the_door(bench: Bench, token: str, clinic: str | None = None) -> tuple[int, str | None]:
    """The status and the code of a door at which the front desk may look."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Afterglow-Clinic": clinic} if clinic else {})
    answer = bench.as_nobody().get("/inquiries", headers=headers)
    return answer.status_code, answer.get_json().get("code")


def test_the_providers_token_opens_the_doors_of_the_clinics_and_roles_that_its_groups_name(
    bench: Bench, provider: Provider
) -> None:
    wren = Program(provider).token_of("wren")
    assert at_the_door(bench, wren) == (200, None)
    assert at_the_door(bench, wren, "cedar") == (403, "not_at_this_clinic")

    robin = Program(provider).token_of("robin")
    assert at_the_door(bench, robin) == (403, "clinic_not_named")
    assert at_the_door(bench, robin, "maple") == (403, "role_may_not")
    assert at_the_door(bench, robin, "choir") == (403, "not_at_this_clinic")

    assert at_the_door(bench, Program(provider).token_of("max")) == (403, "without_roles")


def test_a_token_for_another_program_opens_nothing(bench: Bench, provider: Provider) -> None:
    token = Program(provider, client_id=ELSEWHERE).token_of("wren")
    assert at_the_door(bench, token) == (401, "token_invalid")


def test_an_id_token_for_our_doors_too_opens_nothing(bench: Bench, provider: Provider) -> None:
    token = Program(provider).token_of("wren", "id_token")
    assert at_the_door(bench, token) == (401, "not_an_access_token")


def test_a_token_that_was_changed_opens_nothing(bench: Bench, provider: Provider) -> None:
    header, claims, signature = Program(provider).token_of("mika").split(".")
    told = base64.urlsafe_b64decode(claims + "===").replace(b"cedar/front_desk", b"maple/front_desk")
    forged = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
    assert at_the_door(bench, f"{header}.{forged}.{signature}") == (401, "token_invalid")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    assert at_the_door(bench, f"{unsigned}.{forged}.") == (401, "token_invalid")


def test_a_new_key_of_the_provider_is_believed_at_once_and_the_old_one_no_more(
    bench: Bench, ours: FlaskClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Program(provider).token_of("mika")
    assert at_the_door(bench, before) == (200, None)

    provider.rotate()
    # Whoever sends rubbish may not have us ask the provider each time: it is asked every ten seconds at most.
    monkeypatch.setattr("shared.web.keys._REFETCH_SECONDS", 0.0)

    assert at_the_door(bench, Program(provider).token_of("mika")) == (200, None)
    assert at_the_door(bench, before) == (401, "token_invalid")
    assert come_back(ours, at_the_provider(ours, provider, "nia")).status_code == 303


def _flat(address: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(address).query).items()}
