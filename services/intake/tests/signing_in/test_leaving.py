"""The team leaves: here, at the provider, and at every machine."""

from urllib.parse import parse_qs, urlencode, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import text

from intake.access.cookies import SIGN_IN_COOKIE
from intake.access.sign_ins import SignIns
from shared.testing.bench import Bench
from shared.web.sign_in import COOKIE

from ..loopback import Loopback
from .at_the_provider import BOTH, PUBLIC_URL, home, secret_of, sign_in


def test_signing_out_means_the_same_on_a_page_of_another_clinic(browser: FlaskClient, provider: Loopback) -> None:
    provider.identity |= BOTH
    sign_in(browser, provider)
    csrf = home(browser).named("csrf")["value"]
    browser.post("/intake/home/clinic", data={"csrf": csrf, "at": "maple"})

    assert browser.post("/intake/sign-out", data={"csrf": csrf}).status_code == 200
    assert browser.get_cookie(SIGN_IN_COOKIE) is None


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


def test_sign_ins_that_are_over_go_when_another_begins(bench: Bench, browser: FlaskClient, provider: Loopback) -> None:
    sign_in(browser, provider)
    bench.advance(minutes=31)
    sign_in(bench.app.test_client(), provider)

    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from sign_in")) == 1
