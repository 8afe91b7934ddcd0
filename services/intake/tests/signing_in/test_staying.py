"""Whoever is at work stays signed in, at the clinic where they are, and loses nothing that they wrote."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from intake.access.cookies import SIGN_IN_COOKIE
from shared.testing.bench import Bench
from shared.testing.html import Page

from ..loopback import Loopback
from .at_the_provider import BOTH, home, sign_in


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
