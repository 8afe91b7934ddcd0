"""In which language a page is, by whose choice."""

import pickle
from copy import deepcopy

import pytest

from shared.languages import LANGUAGES, Reader, language_of, phrase, recalled, several
from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face.reading import LANGUAGE_COOKIE, LOOK_COOKIE


def language_of_page(bench: Bench, *, chosen: str = "", accepts: str = "") -> str:
    ana = visitor(bench, "therapist")
    if chosen:
        ana.client.set_cookie(LANGUAGE_COOKIE, chosen, secure=True)
    page = ana.get("/notes/new", headers={"Accept-Language": accepts} if accepts else {}).get_data(as_text=True)
    return page.split('<html lang="')[1][:2]


def test_a_page_is_in_the_browsers_language_where_it_is_one_of_ours(bench: Bench) -> None:
    assert language_of_page(bench, accepts="es-MX,es;q=0.9,en;q=0.5") == "es"
    assert language_of_page(bench, accepts="fr,de;q=0.9") == "en"
    assert language_of_page(bench) == "en"


def test_what_a_person_chose_comes_before_what_their_browser_says(bench: Bench) -> None:
    assert language_of_page(bench, chosen="es", accepts="en") == "es"
    assert language_of_page(bench, chosen="xx", accepts="es") == "es"


def test_the_dark_holds_as_the_device_says_always_or_never(bench: Bench) -> None:
    ana = visitor(bench, "therapist")
    assert 'media="screen and (prefers-color-scheme: dark)"' in ana.get("/notes/new").get_data(as_text=True)
    for look, media in (
        ("dark", "screen"),
        ("light", "not all"),
        ("purple", "screen and (prefers-color-scheme: dark)"),
    ):
        ana.client.set_cookie(LOOK_COOKIE, look, secure=True)
        assert f'media="{media}' in ana.get("/notes/new").get_data(as_text=True)


@pytest.mark.parametrize(
    ("said", "meant"), [("es-MX", "es"), ("ES", "es"), ("es_419", "es"), ("fr", None), ("", None), (None, None)]
)
def test_a_language_is_known_however_it_is_written(said: str | None, meant: str | None) -> None:
    assert language_of(said) == meant


def test_a_phrase_is_english_until_somebody_reads_it() -> None:
    said = phrase("Taken by {who}.", who="Sam")
    spanish = Reader("es", sentences={"Taken by {who}.": "Lo tiene {who}."})

    assert said == "Taken by Sam."
    assert spanish.say(said) == "Lo tiene Sam."
    assert Reader().say(said) == "Taken by Sam."


def test_numbers_choose_between_one_and_many() -> None:
    spanish = Reader("es", sentences={"{n} visit": ("{n} visita", "{n} visitas")})

    assert [spanish.count("{n} visit", "{n} visits", n) for n in (0, 1, 2, 1200)] == [
        "0 visitas",
        "1 visita",
        "2 visitas",
        "1.200 visitas",
    ]
    assert Reader().count("{n} visit", "{n} visits", 1) == "1 visit"


def test_every_language_is_called_as_its_speakers_call_it() -> None:
    assert LANGUAGES == {"en": "English", "es": "Español"}


def test_phrases_in_a_list_are_each_said_in_the_readers_language() -> None:
    spanish = Reader("es", sentences={"Both: {names}.": "Ambas: {names}.", "Name": "Nombre"})
    sentence = phrase("Both: {names}.", names=several([phrase("Name"), "Garden room"]))

    assert str(sentence) == "Both: Name, Garden room."
    assert spanish.say(sentence) == "Ambas: Nombre, Garden room."
    assert spanish.told("Name") == "Name", "what somebody wrote is no phrase, even where it is one of our words"


def test_a_sentence_that_was_kept_in_english_is_said_in_the_readers_language() -> None:
    spanish = Reader("es", sentences={"{who} left (at {at}).": "{who} se fue ({at}).", "Nobody": "Nadie"})
    kept = str(phrase("{who} left (at {at}).", who=phrase("Nobody"), at="10:00, in {braces}"))

    assert spanish.say(recalled(kept, ["{x} came.", "{who} left (at {at})."])) == "Nadie se fue (10:00, in {braces})."
    assert spanish.say(recalled("Nobody", ["{who} left (at {at})."])) == "Nadie"
    assert spanish.say(recalled("Something {else}", [])) == "Something {else}"
    assert recalled("90 at most; leave it for 90.", ["{n} at most; leave it for {n}."]).values == {"n": "90"}


def test_a_copy_of_a_phrase_is_the_same_phrase() -> None:
    made = phrase("Until {day}.", day=phrase("tomorrow"))

    for copied in (deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert (copied, copied.words, copied.values) == (made, made.words, made.values)


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        ("America/New_York", "New York", "Nueva York"),
        ("America/Indiana/Indianapolis", "Indianapolis", "Indianapolis"),
        ("Australia/Lord_Howe", "Lord Howe Island", "Lord Howe"),
        ("Europe/London", "London", "Londres"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_a_city_is_called_as_its_reader_calls_it(zone: str, english: str, spanish: str) -> None:
    assert (Reader("en").city(zone), Reader("es").city(zone)) == (english, spanish)
