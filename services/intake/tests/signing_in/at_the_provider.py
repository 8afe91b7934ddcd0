"""The way of somebody of the team to the provider and back, as their browser goes it."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.access.cookies import SIGN_IN_COOKIE
from shared.testing.html import Page
from shared.web.sign_in import COOKIE

from ..loopback import Loopback

PUBLIC_URL = "http://localhost"
MAPLE = {"afterglow": {"maple": ["therapist"]}}
BOTH = {"afterglow": {"maple": ["therapist"], "cedar": ["nurse", "prescriber"]}}


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
