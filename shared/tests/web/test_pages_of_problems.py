"""What stands around a page that says what went wrong, and that it is shown whatever else has failed."""

import copy
from collections.abc import Iterator
from typing import Never
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from shared.errors import NotFound, Problem
from shared.languages import Reader, sentences_of
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face.advice import advice_for
from shared.web.factory import create_app
from shared.web.sign_in import COOKIE

READS_PAGES = {"Accept": "text/html"}


@pytest.fixture
def in_an_outage(bench: Bench, settings: Settings) -> Iterator[FlaskClient]:
    """Somebody who is signed in, at a service whose database answers nobody."""
    store = copy.copy(bench.store)
    store.engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere")
    client = create_app(bench.service, settings, store).test_client()
    cookie = visitor(bench, "therapist").sign_in.token(bench.signer.sign_in_key, bench.clock())
    client.set_cookie(COOKIE, cookie, secure=True)
    yield client
    store.engine.dispose()


@pytest.mark.parametrize(("path", "status"), [("/sessions/notes/new", 503), ("/sessions/nowhere", 404)])
def test_in_an_outage_of_the_database_signed_in_people_are_told_on_a_page(
    in_an_outage: FlaskClient, path: str, status: int
) -> None:
    answer = in_an_outage.get(path, headers=READS_PAGES)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    shown = answer.get_data(as_text=True)
    assert "<span>Afterglow</span>" in shown
    assert 'action="/intake/sign-out"' in shown


def test_a_client_has_help_in_reach_at_an_address_that_nobody_knows(bench: Bench) -> None:
    rosa = visitor(bench, "client", client_id=uuid4())

    answer = rosa.client.get("/sessions/nowhere", headers=READS_PAGES)

    assert answer.status_code == 404
    shown = answer.get_data(as_text=True)
    assert 'class="help" href="/intake/clinics/maple/help"' in shown
    assert "There is nothing at this address." in shown
    assert "<span>Maple Street Wellness</span>" in shown


def test_a_program_is_told_the_same_there_with_the_code_of_the_rule(bench: Bench) -> None:
    answer = bench.app.test_client().get("/sessions/nowhere")

    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")
    assert answer.get_json()["detail"] == NotFound().sentence == "There is nothing at this address."


def test_a_stranger_finds_nobodys_navigation_there(bench: Bench) -> None:
    answer = bench.app.test_client().get("/sessions/nowhere", headers=READS_PAGES)

    assert answer.status_code == 404
    assert "/intake/sign-out" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 503])
def test_every_page_of_trouble_says_what_happened_and_what_to_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, status: int, language: str
) -> None:
    def refuse() -> Never:
        problem = Problem("in_the_way", "The rule that stands in the way.")
        problem.status = status
        raise problem

    monkeypatch.setitem(bench.app.view_functions, "note_pages.new_note", refuse)

    answer = visitor(bench, "therapist").get("/notes/new", headers={"Accept-Language": language})

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    shown, advice = answer.get_data(as_text=True), advice_for(status)
    says = Reader(language, sentences=sentences_of(language, "shared"))
    assert says.say(advice.title) in shown
    assert says.say(advice.what_to_do) in shown
    assert (says.say(advice.title) == advice.title) is (language == "en")
