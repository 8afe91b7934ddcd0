"""Whoever is signed in sees where, and ends what they do not know."""

from datetime import timedelta
from hashlib import sha256

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from intake.access.settings import AccessSettings
from intake.access.sign_ins import SignIns
from shared.clinics import Clinic
from shared.languages import Reader
from shared.testing.bench import Bench
from shared.testing.upgrades import Upgrade
from shared.testing.visitor import visitor

from ..loopback import Loopback
from ..test_pages import Page
from .at_the_provider import MAPLE, home, secret_of, sign_in
from .test_ended_elsewhere import is_in

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0"


def at(bench: Bench, browser: str, address: str) -> FlaskClient:
    client = bench.app.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": browser, "REMOTE_ADDR": address}
    return client


@pytest.fixture
def desk(bench: Bench, access: AccessSettings, provider: Loopback) -> FlaskClient:
    """Ana at her desk."""
    made = at(bench, FIREFOX, "192.0.2.7")
    sign_in(made, provider)
    return made


@pytest.fixture
def telephone(bench: Bench, desk: FlaskClient, provider: Loopback) -> FlaskClient:
    """Ana on her telephone, an hour later."""
    made = at(bench, SAFARI, "2001:db8:1:2::9")
    for _ in range(3):
        bench.advance(minutes=20)
        desk.get("/intake/sign-in/renew")
    sign_in(made, provider)
    return made


def shown(browser: FlaskClient) -> Page:
    answer = browser.get("/intake/sign-ins")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return Page(answer)


def ids(page: Page) -> list[str]:
    return [button["value"] for button in page.all("button") if button.get("name") == "which"]


def end(browser: FlaskClient, which: str, csrf: str | None = None) -> TestResponse:
    sent = {"csrf": csrf or shown(browser).named("csrf")["value"], "which": which}
    return browser.post("/intake/sign-ins/end", data=sent)


def test_somebody_sees_since_when_and_from_where_and_which_one_is_this(
    bench: Bench, desk: FlaskClient, telephone: FlaskClient, maple: Clinic
) -> None:
    bench.advance(minutes=4)

    page = shown(desk)

    now, reads = bench.clock(), Reader(zone=maple.zone)
    there, here = (reads.moment(now - timedelta(minutes=ago)) for ago in (4, 64))
    told = " ".join(page.text.split())
    assert f"Safari on iPhone, from 2001:db8:1:2::/64 Since {there}, last used about {there}." in told
    assert f"Firefox on Windows, from 192.0.2.7 Since {here}. This is where you are now." in told
    page.require_nothing_inline()
    assert "/intake/sign-ins" in [link["href"] for link in home(desk).all("a")]


@pytest.mark.parametrize(
    ("browser", "words"),
    [(EDGE, "Edge on Mac"), ("curl/8.5.0", "Another program, from"), ("", "Another program, from")],
)
def test_a_browser_is_called_what_people_call_it(
    bench: Bench, access: AccessSettings, provider: Loopback, browser: str, words: str
) -> None:
    made = at(bench, browser, "192.0.2.7")
    sign_in(made, provider)

    assert words in shown(made).text


def test_somebody_ends_one_and_stays_in_here(bench: Bench, desk: FlaskClient, telephone: FlaskClient) -> None:
    [there, _] = ids(shown(desk))

    assert end(desk, there).headers["Location"] == "/intake/sign-ins"

    assert not is_in(bench, telephone)
    assert is_in(bench, desk)
    assert ids(shown(desk)) == []
    assert "This sign-in was ended from elsewhere" in shown(telephone).text


def test_somebody_ends_all_but_this_one(
    bench: Bench, desk: FlaskClient, telephone: FlaskClient, provider: Loopback
) -> None:
    third = at(bench, EDGE, "192.0.2.8")
    sign_in(third, provider)

    end(telephone, "all")

    assert [is_in(bench, browser) for browser in (desk, telephone, third)] == [False, True, False]


def test_nobody_sees_or_ends_somebody_elses(bench: Bench, desk: FlaskClient, provider: Loopback) -> None:
    stranger = at(bench, SAFARI, "198.51.100.9")
    provider.identity = MAPLE | {"sub": "ben"}
    sign_in(stranger, provider)
    theirs = home(desk).named("csrf")["value"]
    [known] = SignIns(bench.store).beside(secret_of(desk))

    assert "192.0.2.7" not in shown(stranger).text
    for which in (known.id, "all"):
        assert end(stranger, which).status_code == 303
    assert end(stranger, "all", csrf=theirs).status_code == 403

    assert is_in(bench, desk)
    assert is_in(bench, stranger)


def test_what_has_ended_by_itself_is_not_shown(bench: Bench, desk: FlaskClient, telephone: FlaskClient) -> None:
    for _ in range(2):
        bench.advance(minutes=20)
        desk.get("/intake/sign-in/renew")

    assert "iPhone" not in shown(desk).text


def test_a_token_without_its_sign_in_sees_nothing(bench: Bench, desk: FlaskClient) -> None:
    thief = visitor(bench, "therapist")

    assert "This sign-in was ended from elsewhere" in thief.get("/sign-ins").get_data(as_text=True)
    thief.post("/sign-ins/end", which="all")
    assert is_in(bench, desk)


def test_it_is_in_the_audit(bench: Bench, desk: FlaskClient, telephone: FlaskClient) -> None:
    end(desk, "all")

    with bench.owner.connect() as connection:
        query = "select action from audit where action like 'sign_in%end%' and actor = 'ana' order by position"
        assert list(connection.scalars(text(query))) == ["sign_in.end", "sign_ins.end"]


def test_from_where_lies_sealed(bench: Bench, desk: FlaskClient) -> None:
    with bench.owner.connect() as connection:
        kept = str(connection.scalar(text("select sign_in::text from sign_in"))).lower()

    assert b"Firefox".hex() not in kept
    assert "firefox" not in kept
    assert "192.0.2.7" not in kept


def test_a_sign_in_of_an_earlier_release_goes_on_and_shows_that_nobody_knows_from_where(
    upgrade: Upgrade, bench: Bench
) -> None:
    upgrade.to("0009")
    begun_at = bench.clock() - timedelta(minutes=10)
    upgrade.insert(
        "sign_in",
        key=sha256(b"a secret").digest(),
        subject="ana",
        name=b"sealed otherwise",
        grants='{"maple": ["therapist"]}',
        clinic="maple",
        begun_at=begun_at,
        seen_at=begun_at,
        until=begun_at + timedelta(hours=12),
        idle=timedelta(minutes=30),
    )

    upgrade.to()

    store = upgrade.store(bench.clock)
    sign_ins = SignIns(store)
    [kept] = sign_ins.beside("a secret")
    assert (kept.begun_at, kept.whence) == (begun_at, None)
    sign_ins.end_other(kept)
    assert sign_ins.beside("a secret") == []
    store.engine.dispose()
