"""Clients sign in by a link that was mailed to them: without a password, and without telling who is a client."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.access.settings import AccessSettings, use
from shared.events.intake import SignInAsked
from shared.links import link_path, link_proof
from shared.testing.bench import Bench
from shared.web.sign_in import COOKIE

from .people import Somebody, denied
from .test_pages import Page

ASK = "/intake/clinics/maple/sign-in"


@pytest.fixture
def browser(bench: Bench) -> FlaskClient:
    return bench.app.test_client()


def ask(browser: FlaskClient, email: str = "rosa@example.org", clinic: str = "maple") -> TestResponse:
    return browser.post(f"/intake/clinics/{clinic}/sign-in", data={"email": email})


def mailed(bench: Bench, access: AccessSettings) -> str:
    """The newest link as it stands in its mail; the moment for looking whether somebody is known has passed."""
    bench.advance(seconds=0)
    told = bench.published(SignInAsked)[-1]
    path = link_path(told.clinic, UUID(told.data["link"]))
    return f"{path}.{link_proof(str(access.link_secret), path)}"


def links_sent(bench: Bench) -> int:
    bench.advance(seconds=0)
    return len(bench.published(SignInAsked))


def over(answer: TestResponse) -> None:
    assert answer.status_code == 409
    assert "This link is no longer good" in answer.get_data(as_text=True)
    assert COOKIE not in str(answer.headers.getlist("Set-Cookie"))
    # What to do now: ask for another one, or go on where it was used just now.
    leads_to = [anchor["href"] for anchor in Page(answer).all("a")]
    assert answer.request.path.partition("/links/")[0] in leads_to
    assert "/intake/home" in leads_to


def test_a_client_signs_in_by_the_link_that_they_asked_for(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    asked = ask(browser, " Rosa@Example.org ")
    assert asked.headers["Location"] == f"{ASK}/sent"
    link = mailed(bench, access)

    button = browser.get(link)
    assert [form["method"] for form in Page(button).all("form")] == ["post"]
    answer = browser.post(link)

    assert answer.headers["Location"] == "/intake/home"
    page = Page(browser.get("/intake/you"))
    assert "Hello Rosa" in page.text
    assert "as client." in page.text
    assert "/integration/help" in [anchor["href"] for anchor in page.all("a")]
    assert bench.published(SignInAsked)[0].subject == rosa.id


def test_a_link_works_once(bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings) -> None:
    ask(browser)
    link = mailed(bench, access)
    browser.post(link)

    over(bench.app.test_client().get(link))
    over(bench.app.test_client().post(link))


def test_a_link_works_for_a_quarter_of_an_hour(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    ask(browser)
    link = mailed(bench, access)
    bench.advance(minutes=14, seconds=59)
    assert browser.get(link).status_code == 200
    bench.advance(seconds=1)

    over(browser.get(link))
    over(browser.post(link))


def test_a_program_that_follows_links_in_mails_uses_none_up(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    ask(browser)
    link = mailed(bench, access)
    for _ in range(3):
        scanner = bench.app.test_client()
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
        assert scanner.get_cookie(COOKIE) is None

    assert browser.post(link).status_code == 303


def test_what_is_no_link_of_ours_is_told_like_one_that_is_over(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    ask(browser)
    link = mailed(bench, access)
    path, _, proof = link.rpartition(".")
    never = link_path("maple", uuid4())

    for forged in (
        f"{path}.{'A' * 43}",
        f"{path}.é",
        f"{never}.{link_proof(str(access.link_secret), never)}",
        f"{path.replace('maple', 'cedar')}.{proof}",
        f"{never}.{proof}",
    ):
        over(browser.get(forged))
        over(browser.post(forged))
    assert browser.post(link).status_code == 303


def test_a_link_that_is_over_or_forged_is_in_the_audit_of_its_clinic(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    ask(browser)
    link = mailed(bench, access)
    browser.post(link)
    never = link_path("cedar", uuid4())

    browser.post(link)
    browser.get(f"{link[:-1]}A")
    browser.get(f"{never}.{link_proof(str(access.link_secret), never)}")

    told = [("maple", "sign_in.link_used"), ("maple", "sign_in.link_seen"), ("cedar", "sign_in.link_seen")]
    assert denied(bench) == [(clinic, "public", "", action) for clinic, action in told]


def test_another_site_cannot_sign_anybody_in(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    ask(browser)

    answer = browser.post(mailed(bench, access), headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_the_answer_does_not_tell_who_is_a_client(bench: Bench, browser: FlaskClient, rosa: Somebody) -> None:
    def work(email: str) -> tuple[int, str, str, dict[str, int]]:
        def rows() -> dict[str, int]:
            with bench.owner.connect() as connection:
                tables = ("sign_in_link", "timer", "outbox", "audit", "stream_head")
                return {table: connection.scalar(text(f"select count(*) from {table}")) for table in tables}

        before = rows()
        answer = ask(browser, email)
        written = {table: count - before[table] for table, count in rows().items()}
        return answer.status_code, answer.headers["Location"], answer.get_data(as_text=True), written

    # The same answer for the same work: nothing that depends on who is known happens while somebody waits for it.
    assert work("rosa@example.org") == work("nobody@example.org")
    assert links_sent(bench) == 1


def test_an_address_of_another_clinic_or_of_two_clients_gets_no_link(
    bench: Bench, browser: FlaskClient, rosa: Somebody, nell: Somebody, register: Callable[..., Somebody]
) -> None:
    register(given_name="Tomas", email="Family@example.org")
    register(given_name="Ines", email="family@example.org")

    ask(browser, clinic="cedar")
    ask(browser, "family@example.org")

    assert links_sent(bench) == 0


@pytest.mark.parametrize("address", ["", "rosa", "a@b@c", "x" * 250 + "@example.org"])
def test_what_is_no_address_comes_back_as_it_was_typed(bench: Bench, browser: FlaskClient, address: str) -> None:
    answer = ask(browser, address)

    assert answer.status_code == 422
    assert Page(answer).named("email")["value"] == address


def test_an_address_is_written_to_three_times_in_a_quarter_of_an_hour(
    bench: Bench, browser: FlaskClient, rosa: Somebody
) -> None:
    answers = {(ask(browser).status_code, ask(browser, "ROSA@example.org").status_code) for _ in range(3)}
    assert answers == {(303, 303)}
    assert links_sent(bench) == 3

    bench.advance(minutes=15)
    ask(browser)
    assert links_sent(bench) == 4


def test_a_network_asks_thirty_times_in_a_quarter_of_an_hour(bench: Bench, browser: FlaskClient) -> None:
    for number in range(30):
        assert ask(browser, f"{number}@example.org").status_code == 303

    answer = ask(browser)

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Wait a quarter of an hour" in answer.get_data(as_text=True)
    assert ask(browser, clinic="cedar").status_code == 303
    elsewhere = browser.post(ASK, data={"email": "rosa@example.org"}, environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert elsewhere.status_code == 303


def test_no_row_or_event_holds_the_address_or_what_opens_the_link(
    bench: Bench, browser: FlaskClient, rosa: Somebody, access: AccessSettings
) -> None:
    ask(browser, "nobody@example.org")
    ask(browser)
    with bench.owner.connect() as connection:
        asked = " ".join(connection.execute(text("select t::text from sign_in_link t")).scalars())
    proof = mailed(bench, access).rpartition(".")[2]

    with bench.owner.connect() as connection:
        kept = [
            row
            for table in ("sign_in_link", "attempt", "outbox", "timer", "audit")
            for row in connection.execute(text(f"select t::text from {table} t")).scalars()
        ]
        left = connection.scalar(text("select count(*) from sign_in_link where sealed_address is not null"))
    assert "example.org" not in asked
    assert "nobody" not in asked
    assert not [row for row in kept if proof in row or "nobody@" in row]
    assert left == 0


def test_old_requests_go(bench: Bench, browser: FlaskClient) -> None:
    ask(browser)
    bench.advance(days=1, seconds=1)
    ask(browser)

    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from sign_in_link")) == 1
        assert connection.scalar(text("select count(*) from attempt where kind = 'link.network'")) == 1


def test_a_link_that_nobody_could_send_in_time_is_not_sent(bench: Bench, browser: FlaskClient, rosa: Somebody) -> None:
    ask(browser)
    bench.clock.at += timedelta(minutes=15)

    assert links_sent(bench) == 0


def test_without_the_secret_nobody_is_promised_a_link(browser: FlaskClient, access: AccessSettings) -> None:
    use(replace(access, link_secret=None))

    assert ask(browser).status_code == 503


def test_the_pages_have_help_first_and_no_script_but_the_frames(bench: Bench, browser: FlaskClient) -> None:
    for path in (ASK, f"{ASK}/sent"):
        answer = browser.get(path)
        page = Page(answer)
        assert answer.status_code == 200
        assert "If you need help now" in page.text
        page.require_nothing_inline()
    assert browser.get("/intake/clinics/oak/sign-in").status_code == 404
