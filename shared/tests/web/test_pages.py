"""What every page of signed-in people does, whatever stands on it."""

import re
from base64 import b64decode
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from flask import request
from sqlalchemy import text
from werkzeug.test import TestResponse

from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.visitor import Visitor, visitor
from shared.web.factory import create_app
from shared.web.sign_in import COOKIE, SignIn

HOSTILE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "https://elsewhere.test"},
    {"Origin": "null"},
]


BOTH = {clinic: frozenset({"therapist", "operator"}) for clinic in ("maple", "cedar")}


def at(bench: Bench, sign_in: SignIn) -> Visitor:
    """Somebody whose browser holds this sign-in by now."""
    client = bench.app.test_client()
    client.set_cookie(COOKIE, sign_in.token(bench.signer.sign_in_key, bench.clock()), secure=True)
    return Visitor(client, "sessions", sign_in)


def page_of(answer: TestResponse, status: int) -> str:
    assert (answer.status_code, answer.mimetype) == (status, "text/html"), answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def renewal(answer: TestResponse, status: int) -> str:
    """Where whoever is sent to intake comes back to."""
    assert answer.status_code == status
    address = urlsplit(answer.headers["Location"])
    assert address.path == "/intake/sign-in/renew"
    return parse_qs(address.query)["next"][0]


def notes(bench: Bench) -> list[tuple[str, str]]:
    with bench.owner.connect() as connection:
        return [tuple(row) for row in connection.execute(text("select clinic, words from note"))]


def test_a_page_says_where_one_is_and_as_whom_and_how_to_leave(bench: Bench) -> None:
    shown = page_of(visitor(bench, "therapist", name="Ana <Ortiz>").get("/notes/new"), 200)

    assert '<html lang="en"' in shown
    assert "Maple Street Wellness" in shown
    assert "Ana &lt;Ortiz&gt;" in shown
    assert 'action="/intake/sign-out"' in shown
    assert "help now" not in shown


def test_a_client_has_help_in_reach(bench: Bench) -> None:
    shown = page_of(visitor(bench, "client", client_id=uuid4()).get("/today"), 200)

    assert 'class="help" href="/integration/help"' in shown


def test_no_page_is_kept_or_framed_or_lets_anything_foreign_in(bench: Bench) -> None:
    for path in ("/notes/new", f"/note-pages/{uuid4()}", "/note-pages/broken"):
        headers = visitor(bench, "therapist").get(path).headers
        policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
        assert set(policy.values()) == {"'none'", "'self'", "'self' data:"}
        assert [rule for rule, sources in policy.items() if "data:" in sources] == ["img-src"]
        assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(bench: Bench) -> None:
    answer = bench.app.test_client().get("/sessions/notes/new?a=1&b=%C3%A9")

    assert renewal(answer, 303) == "/sessions/notes/new?a=1&b=%C3%A9"


def test_a_sign_in_that_has_run_out_is_renewed_and_what_was_typed_goes_along(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    bench.advance(minutes=6)

    assert renewal(ana.get("/notes/new"), 303) == "/sessions/notes/new"
    assert renewal(ana.post("/notes/new", words="hello"), 307) == "/sessions/notes/new"
    assert notes(bench) == []


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
def test_a_cookie_that_intake_has_not_made_signs_nobody_in(bench: Bench, cookie: str) -> None:
    client = bench.app.test_client()
    client.set_cookie(COOKIE, cookie, secure=True)

    renewal(client.get("/sessions/notes/new"), 303)


def test_a_bearer_token_is_no_cookie_and_a_cookie_is_no_bearer_token(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    token = bench.signer.token(bench.clock(), role="therapist")
    cookie = ana.sign_in.token(bench.signer.sign_in_key, bench.clock())

    client = bench.app.test_client()
    client.set_cookie(COOKIE, token, secure=True)
    renewal(client.get("/sessions/notes/new"), 303)
    refused = bench.as_nobody().post("/notes", {"words": "x"}, headers={"Authorization": f"Bearer {cookie}"})
    assert refused.get_json()["code"] == "token_invalid"


def test_the_doors_of_programs_take_no_cookie(bench: Bench) -> None:
    answer = visitor(bench, "therapist").client.post("/sessions/notes", json={"words": "hello"})

    assert (answer.status_code, answer.get_json()["code"]) == (401, "token_missing")


def test_a_form_is_taken_and_leads_on(bench: Bench) -> None:
    answer = visitor(bench, "therapist").post("/notes/new", words="hello")

    assert answer.status_code == 303
    assert notes(bench) == [("maple", "hello")]


def number_in(page: str) -> str:
    [number] = re.findall(r'name="number" value="([^"]+)"', page.partition("<main")[2])
    return str(number)


def test_a_form_that_is_sent_twice_acts_once_and_leads_to_the_same_place(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    one, other = (number_in(page_of(ana.get("/notes/new"), 200)) for _ in range(2))
    assert one != other

    answers = [ana.post("/notes/new", number=number, words="hello") for number in (one, one, other)]

    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(303, "/sessions/notes/new")}
    assert notes(bench) == [("maple", "hello")] * 2


def test_whoever_goes_back_and_says_something_else_has_said_both(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    for words in ("hello", "hello again"):
        assert ana.post("/notes/new", number="1", words=words).status_code == 303
    assert sorted(notes(bench)) == [("maple", "hello"), ("maple", "hello again")]


def test_what_was_to_be_mended_is_done_when_it_comes_again(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    page_of(ana.post("/notes/new", number="1", words=""), 422)
    page_of(ana.post("/notes/new", number="1", words=""), 422)
    assert ana.post("/notes/new", number="1", words="hello").status_code == 303
    assert notes(bench) == [("maple", "hello")]


def test_a_number_is_one_persons(bench: Bench) -> None:
    for subject in ("ana", "ben"):
        person = visitor(bench, "therapist", subject=subject)
        assert person.post("/notes/new", number="1", words="hello").status_code == 303
    assert notes(bench) == [("maple", "hello")] * 2


def test_a_number_is_of_one_clinic(bench: Bench) -> None:
    for clinic in ("maple", "cedar"):
        ana = visitor(bench, "therapist", clinic=clinic, subject="ana")
        assert ana.post("/notes/new", number="1", words="hello").status_code == 303
    assert sorted(notes(bench)) == [("cedar", "hello"), ("maple", "hello")]


def test_a_form_that_comes_back_to_be_mended_has_changed_nothing(bench: Bench) -> None:
    shown = page_of(visitor(bench, "therapist").post("/notes/new", words=""), 422)

    assert "Say something." in shown
    assert notes(bench) == []


@pytest.mark.parametrize("headers", HOSTILE)
def test_a_form_that_another_site_sends_is_refused(bench: Bench, headers: dict[str, str]) -> None:
    ana = visitor(bench, "therapist")
    form = {"csrf": ana.sign_in.proof, "words": "forged"}

    answer = ana.client.post("/sessions/notes/new", data=form, headers=headers)

    assert "another site" in page_of(answer, 403)
    assert notes(bench) == []


@pytest.mark.parametrize("csrf", ["", "é", "csrf-of-nurse-at-maple"])
def test_a_form_of_another_sign_in_is_refused_and_says_the_way_out(bench: Bench, csrf: str) -> None:
    answer = visitor(bench, "therapist").post("/notes/new", words="hello", csrf=csrf)

    assert "load the page again" in page_of(answer, 403)
    assert notes(bench) == []


def test_a_form_that_was_shown_at_another_clinic_does_nothing_at_this_one(bench: Bench) -> None:
    ana = visitor(bench, "therapist", grants=BOTH)
    before = ana.sign_in.proof
    ana = at(bench, replace(ana.sign_in, clinic="cedar"))

    assert "at another clinic" in page_of(ana.post("/notes/new", words="hello", csrf=before), 403)
    assert notes(bench) == []
    assert ana.post("/notes/new", words="hello").status_code == 303
    assert notes(bench) == [("cedar", "hello")]


def test_a_page_says_by_which_zone_its_times_are(bench: Bench) -> None:
    page = page_of(visitor(bench, "therapist").get("/notes/new"), 200)

    assert 'data-zone="America/New_York"' in page.partition("<head")[0]


def test_every_answer_says_for_whom_it_was_made_and_at_which_clinic(bench: Bench) -> None:
    ana = visitor(bench, "operator", grants=BOTH)
    page, part = ana.get("/operating"), ana.get("/operating/part")
    moved = at(bench, replace(ana.sign_in, clinic="cedar")).get("/operating/part")

    said = re.search(r'data-person="(\w+)" data-clinic="(\w+)"', page_of(page, 200))
    assert said is not None
    assert page.headers["Afterglow-Reader"] == part.headers["Afterglow-Reader"] == "/".join(said.groups())
    assert moved.headers["Afterglow-Reader"] == f"{said.group(1)}/cedar"
    assert "Afterglow-Reader" not in bench.app.test_client().get("/sessions/operating").headers


def test_a_browser_seals_what_one_person_keeps_with_a_key_that_only_their_own_pages_have(bench: Bench) -> None:
    ana, cem = visitor(bench, "therapist", grants=BOTH), visitor(bench, "therapist", subject="cem")

    def key_of(reader: Visitor) -> str:
        return page_of(reader.get("/notes/new"), 200).partition('data-seal="')[2].partition('"')[0]

    assert len(b64decode(key_of(ana))) == 32
    # Also under another sign-in, and at another clinic: what waited there is theirs.
    assert key_of(at(bench, replace(ana.sign_in, clinic="cedar", id="another", csrf="another"))) == key_of(ana)
    assert key_of(cem) != key_of(ana)


def test_what_a_person_does_is_heard_of_after_a_page_has_renewed_itself(bench: Bench) -> None:
    ana = at(bench, replace(visitor(bench, "therapist").sign_in, quiet=True))

    page_of(ana.get("/notes/new", headers={"X-Quiet": "1"}), 200)
    assert renewal(ana.get("/notes/new"), 303) == "/sessions/notes/new"
    assert renewal(ana.post("/notes/new", words="hello"), 307) == "/sessions/notes/new"


def test_a_browser_that_says_nothing_of_sites_but_its_origin_is_believed(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    form = {"csrf": ana.sign_in.proof, "words": "hello"}

    answer = ana.client.post("/sessions/notes/new", data=form, headers={"Origin": "http://localhost"})

    assert answer.status_code == 303


def test_the_policy_is_that_of_the_doors(bench: Bench) -> None:
    assert "None of your roles" in page_of(visitor(bench, "nurse").get("/notes/new"), 403)


def test_another_clinics_row_is_not_found(bench: Bench) -> None:
    note = bench.as_("therapist", clinic="cedar").post("/notes", {"words": "hello"}).get_json()["id"]

    page_of(visitor(bench, "therapist", clinic="cedar").get(f"/note-pages/{note}"), 200)
    page_of(visitor(bench, "therapist").get(f"/note-pages/{note}"), 404)


def test_the_clinic_in_the_address_is_meant_before_the_one_where_one_is(bench: Bench) -> None:
    grants = {"maple": frozenset({"therapist"}), "cedar": frozenset({"therapist"})}
    ana = visitor(bench, "therapist", grants=grants)

    assert "Maple Street Wellness" in page_of(ana.get("/notes/new"), 200)
    assert "Cedar Grove" in page_of(ana.get("/clinics/cedar/notes/new"), 200)
    page_of(ana.get("/clinics/oak/notes/new"), 403)
    page_of(visitor(bench, "therapist", clinic="oak").get("/notes/new"), 404)


def test_a_client_sees_pages_about_themselves_alone(bench: Bench) -> None:
    mine, other = uuid4(), uuid4()
    rosa = visitor(bench, "client", client_id=mine)

    assert str(mine) in page_of(rosa.get("/today"), 200)
    assert str(mine) in page_of(rosa.get(f"/clients/{mine}/today"), 200)
    page_of(rosa.get(f"/clients/{other}/today"), 404)


def test_a_bug_shows_a_calm_page_without_what_was_said(bench: Bench) -> None:
    answer = visitor(bench, "therapist").get("/note-pages/broken")

    shown = page_of(answer, 500)
    assert answer.headers["X-Request-Id"] in shown
    assert "rosa" not in shown


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "192.0.2.7"), (2, "198.51.100.9")])
def test_who_speaks_is_what_the_known_proxies_say_and_nobody_else(
    bench: Bench, settings: Settings, proxies: int, seen: str
) -> None:
    app = create_app(bench.service, replace(settings, proxies=proxies), bench.store)
    app.add_url_rule("/who", "who", lambda: request.remote_addr)

    answer = app.test_client().get("/who", headers={"X-Forwarded-For": "forged, 198.51.100.9, 192.0.2.7"})

    assert answer.get_data(as_text=True) == seen
