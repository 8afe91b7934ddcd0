"""The demo's sign-in: standard OpenID Connect for whoever asks as they should, and nothing off this machine."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.test import TestResponse

from shared.clock import HeldClock
from shared.samples import sample_clinics
from shared.settings import DEMO_IDENTITY, Settings
from shared.testing.keys import MASTER_KEYS, MASTER_KEYS_TEXT
from stack.commands import token
from stack.issuer import AUDIENCE, SAMPLE_PEOPLE, LocalIssuer
from stack.issuer.provider import CLIENT_ID, NotOnThisMachineError, demo_identity

BIND = "127.0.0.1:8000"
NAME = f"http://{BIND}{DEMO_IDENTITY}"
THERE = f"http://{BIND}/intake/there"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": THERE,
    "response_type": "code",
    "scope": "openid profile",
    "state": "a state",
    "nonce": "a nonce",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
EMBEDDED = Settings(
    service="intake",
    database="postgresql://intake_app@/intake?host=%2Ftmp%2Fsockets",
    amqp="memory://",
    issuer=NAME,
    master_keys=MASTER_KEYS,
)


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(datetime(2026, 11, 2, 15, tzinfo=UTC))


@pytest.fixture
def issuer(tmp_path: Path) -> LocalIssuer:
    made = LocalIssuer(tmp_path / "keys")
    made.ensure(NAME)
    return made


class Browser:
    """Somebody at the demo's sign-in, and the program that sent them there."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def get(self, path: str, **more: object) -> TestResponse:
        return self._client.get(DEMO_IDENTITY + path, base_url=f"http://{BIND}", **more)  # type: ignore[arg-type]

    def ask(self, **changed: str | None) -> TestResponse:
        return self.get("/authorize", query_string=_with(ASKED, changed))

    def choose(self, person: str, **changed: str | None) -> TestResponse:
        return self._client.post(
            f"{DEMO_IDENTITY}/authorize",
            base_url=f"http://{BIND}",
            query_string=_with(ASKED, changed),
            data={"person": person},
        )

    def code(self, person: str = "sam") -> str:
        return answer_of(self.choose(person))["code"]

    def redeem(self, code: str, **changed: str | None) -> TestResponse:
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": code,
            "redirect_uri": THERE,
            "code_verifier": VERIFIER,
        }
        return self._client.post(f"{DEMO_IDENTITY}/token", base_url=f"http://{BIND}", data=_with(form, changed))


@pytest.fixture
def browser(issuer: LocalIssuer, clock: HeldClock) -> Browser:
    app = demo_identity(
        issuer,
        bind=BIND,
        settings=[EMBEDDED],
        redirect_uris=[THERE],
        after_sign_out=[f"http://{BIND}/"],
        clinics=sample_clinics(),
        now=clock,
    )
    return Browser(app.test_client())


def _with(form: dict[str, str], changed: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in (form | changed).items() if value is not None}


def answer_of(response: TestResponse) -> dict[str, str]:
    """What the provider tells the program, in the address to which it sends the browser."""
    assert response.status_code == 303, response.get_data(as_text=True)
    assert response.headers["Location"].startswith(f"{THERE}?")
    return {name: value for name, [value] in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def test_whoever_is_chosen_comes_back_with_a_code_that_is_worth_their_tokens(
    browser: Browser, issuer: LocalIssuer
) -> None:
    answer = answer_of(browser.choose("robin"))
    assert (answer["state"], answer["iss"]) == ("a state", NAME)

    got = browser.redeem(answer["code"])

    assert got.headers["Cache-Control"] == "no-store"
    keys = KeySet.import_key_set(browser.get("/keys").json)
    tokens = got.get_json()
    identity = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    assert {name: identity[name] for name in ("iss", "aud", "sub", "name", "nonce")} == {
        "iss": NAME,
        "aud": CLIENT_ID,
        "sub": "robin-at-both",
        "name": "Robin Vale",
        "nonce": "a nonce",
    }
    access = jwt.decode(tokens["access_token"], keys, algorithms=["ES256"]).claims
    assert (access["iss"], access["aud"], access["sub"]) == (NAME, AUDIENCE, "robin-at-both")
    assert access["afterglow"] == identity["afterglow"] == {"maple": ["therapist"], "cedar": ["therapist"]}


def test_the_page_offers_everybody_with_name_role_and_clinic_and_says_plainly_what_it_is(browser: Browser) -> None:
    page = browser.ask()

    text = page.get_data(as_text=True)
    assert "Demo sign-in. No password." in text
    assert "For trying Afterglow on this machine only." in " ".join(text.split())
    for person in SAMPLE_PEOPLE.values():
        assert f'value="{person.key}"' in text
        assert person.name in text
        assert person.role in text
    assert "Maple Street Wellness and Cedar Grove Therapy" in text
    # What the page brings of script is the frame's own, and nothing of it stands in the page.
    assert all('src="/' in tag or 'type="application/json"' in tag for tag in re.findall("<script[^>]*>", text))
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_code_is_good_once(browser: Browser) -> None:
    code = browser.code()
    assert browser.redeem(code).status_code == 200
    assert browser.redeem(code).get_json() == {"error": "invalid_grant"}


def test_a_code_is_good_for_a_minute(browser: Browser, clock: HeldClock) -> None:
    early, late = browser.code(), browser.code()
    clock.at += timedelta(seconds=60)
    assert browser.redeem(early).status_code == 200
    clock.at += timedelta(seconds=1)
    assert browser.redeem(late).get_json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changed",
    [
        {"code_verifier": VERIFIER.upper()},
        {"code_verifier": None},
        {"code_verifier": "short"},
        {"redirect_uri": f"{THERE}/"},
        {"redirect_uri": None},
        {"code": "another"},
    ],
)
def test_a_code_is_worth_nothing_to_whoever_did_not_ask_for_it_and_is_spent(
    browser: Browser, changed: dict[str, str | None]
) -> None:
    code = browser.code()
    assert browser.redeem(**{"code": code} | changed).get_json() == {"error": "invalid_grant"}  # type: ignore[arg-type]
    if "code" not in changed:
        assert browser.redeem(code).get_json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"grant_type": "password"}, 400), ({"client_id": "another"}, 401), ({"client_id": None}, 401)],
)
def test_only_codes_are_exchanged_and_only_with_afterglow(
    browser: Browser, changed: dict[str, str | None], status: int
) -> None:
    assert browser.redeem(browser.code(), **changed).status_code == status


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://elsewhere.example/"},
        {"redirect_uri": f"{THERE}/more"},
        {"redirect_uri": f"{THERE}?more"},
        {"redirect_uri": None},
        {"client_id": "another"},
    ],
)
def test_nobody_is_sent_to_a_stranger(browser: Browser, changed: dict[str, str | None]) -> None:
    for answer in (browser.ask(**changed), browser.choose("sam", **changed)):
        assert answer.status_code == 400
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_request_without_its_protections_gets_no_code(
    browser: Browser, changed: dict[str, str | None], error: str
) -> None:
    for answer in (browser.ask(**changed), browser.choose("sam", **changed)):
        told = answer_of(answer)
        assert told["error"] == error
        assert "code" not in told


def test_somebody_who_is_not_on_the_page_cannot_be_chosen(browser: Browser) -> None:
    assert browser.choose("somebody").status_code == 400


def test_signing_out_leads_back_to_afterglow_and_nowhere_else(browser: Browser) -> None:
    back = browser.get("/sign-out", query_string={"post_logout_redirect_uri": f"http://{BIND}/", "state": "s"})
    assert (back.status_code, back.headers["Location"]) == (303, f"http://{BIND}/?state=s")
    away = browser.get("/sign-out", query_string={"post_logout_redirect_uri": "https://elsewhere.example/"})
    assert away.status_code == 400
    assert browser.get("/sign-out").status_code == 200


def test_what_it_says_of_itself_is_where_it_is(browser: Browser) -> None:
    document = browser.get("/.well-known/openid-configuration").get_json()
    assert document["issuer"] == NAME
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint"):
        assert document[name].startswith(f"{NAME}/")
    assert document["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", "192.168.1.4:8000", "[::]:8000"])
def test_it_refuses_to_be_where_others_could_reach_it(issuer: LocalIssuer, bind: str) -> None:
    with pytest.raises(NotOnThisMachineError, match="would be served at"):
        make(issuer, bind, EMBEDDED)


@pytest.mark.parametrize(
    ("deployed", "reason"),
    [
        ({"amqp": "amqp://localhost//"}, "intake has a broker"),
        ({"database": "postgresql://intake_app:secret@db/intake"}, "intake has a database server"),
        ({"database": "postgresql://intake_app@127.0.0.1/intake"}, "intake has a database server"),
        ({"database": "postgresql:///intake"}, "intake has a database server"),
    ],
)
def test_it_refuses_to_stand_beside_a_deployed_service(
    issuer: LocalIssuer, deployed: dict[str, str], reason: str
) -> None:
    with pytest.raises(NotOnThisMachineError, match=reason):
        make(issuer, BIND, EMBEDDED, replace(EMBEDDED, **deployed))  # type: ignore[arg-type]


def make(issuer: LocalIssuer, bind: str, *settings: Settings) -> None:
    demo_identity(issuer, bind=bind, settings=list(settings), redirect_uris=[], after_sign_out=[], clinics=[])


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via"])
def test_it_does_not_answer_through_a_proxy(browser: Browser, header: str) -> None:
    assert browser.get("/authorize", query_string=ASKED, headers={header: "10.0.0.1"}).status_code == 403


def test_it_does_not_answer_to_another_name_that_leads_here(browser: Browser) -> None:
    asked = browser.get("/authorize", query_string=ASKED, headers={"Host": "rebound.example"})
    assert asked.status_code == 403


def test_a_services_image_does_not_contain_it(repository: Path) -> None:
    stages = (repository / "deploy/Dockerfile").read_text(encoding="utf-8").split("\nFROM ")
    [service] = [stage for stage in stages if stage.splitlines()[0].endswith(" AS service")]
    [base] = [stage for stage in stages if stage.splitlines()[0].endswith(" AS base")]
    for stage in (service, base):
        copied = [line for line in stage.splitlines() if line.startswith(("COPY", "ADD"))]
        assert not [line for line in copied if "stack" in line or "wheels/*" in line or " /wheels /wheels" in line]
    assert "afterglow_shared-*.whl /wheels/afterglow_${SERVICE}-*.whl" in service


def test_a_service_that_was_deployed_does_not_start_with_the_demos_issuer() -> None:
    started = start("intake", AFTERGLOW_AMQP="amqp://127.0.0.1:9//", AFTERGLOW_ISSUER=NAME)
    assert started.returncode == 1
    assert "AFTERGLOW_ISSUER: It asks nobody who they are" in started.stderr


def test_nor_does_it_with_the_key_for_trying_out_unless_that_is_said_and_then_it_says_so_loudly(tmp_path: Path) -> None:
    key = str(tmp_path / "jwks.json")
    asked = {"AFTERGLOW_AMQP": "amqp://127.0.0.1:9//", "AFTERGLOW_DATABASE_OWNER": "postgresql://127.0.0.1:9/x"}

    silent = start("notify", **asked, AFTERGLOW_ISSUER="urn:afterglow:try-out", AFTERGLOW_JWKS=key)
    both = start("notify", **asked, AFTERGLOW_ISSUER="https://id.example", AFTERGLOW_TRY_OUT=key)
    said = start("notify", **asked, AFTERGLOW_TRY_OUT=key)

    assert "AFTERGLOW_ISSUER: It asks nobody who they are" in silent.stderr
    assert "AFTERGLOW_TRY_OUT is set: remove it, or name no issuer" in both.stderr
    assert "These settings need attention" not in said.stderr
    assert "AFTERGLOW_TRY_OUT is set: whoever has that key is whom they like" in said.stderr


def start(service: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Have a service's process try to start, as far as its settings; `prepare` is what runs first of all."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERGLOW_")}
    complete = {
        "AFTERGLOW_DATABASE": "postgresql://127.0.0.1:9/x",
        "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
        "AFTERGLOW_SMTP_HOST": "mail.example",
        "AFTERGLOW_MAIL_FROM": "care@clinic.example",
        "AFTERGLOW_PUBLIC_URL": "https://clinic.example",
    }
    return subprocess.run(
        [sys.executable, "-m", service, "prepare"],
        env=kept | complete | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_whoever_works_at_a_clinic_is_called_there_as_the_clinic_calls_them() -> None:
    names = {person.subject: person.name for person in SAMPLE_PEOPLE.values()}
    for clinic in sample_clinics():
        staff = {resource.id: resource.name for resource in clinic.resources if resource.kind != "room"}
        assert {subject: names.get(subject) for subject in staff} == staff


def test_the_command_line_makes_tokens_of_sample_people_and_of_roles(issuer: LocalIssuer, tmp_path: Path) -> None:
    keys = KeySet.import_key_set(json.loads(issuer.jwks.read_text()))

    def made(*arguments: str) -> tuple[str, object]:
        done = CliRunner().invoke(token, ["--data", str(tmp_path), *arguments], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        claims = jwt.decode(done.output.strip(), keys, algorithms=["ES256"]).claims
        assert (claims["iss"], claims["aud"]) == (NAME, AUDIENCE)
        return claims["sub"], claims["afterglow"]

    assert made("--person", "robin") == ("robin-at-both", {"maple": ["therapist"], "cedar": ["therapist"]})
    assert made("--role", "nurse", "--clinic", "cedar") == ("nurse-at-cedar", {"cedar": ["nurse"]})
    assert made("--person", "sam", "--keys", str(tmp_path / "keys"))[0] == "therapist-at-maple"
    whole = json.loads(CliRunner().invoke(token, ["--data", str(tmp_path), "--person", "sam", "--json"]).stdout)
    assert jwt.decode(whole["token"], keys, algorithms=["ES256"]).claims["sub"] == whole["subject"]
    assert set(whole) == {"token", "subject", "grants", "expires_at"}
    for wrong in ([], ["--person", "sam", "--role", "nurse"]):
        assert CliRunner().invoke(token, ["--data", str(tmp_path), *wrong]).exit_code == 2
