"""What the space between visits says to people, held against the rules for its words, in every language."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from stack.translations import PACKAGES, said_in

from ..wording_rules import NOT_TO_A_CLIENT, NOWHERE, broken

CLIENT_PAGES = (
    "body",
    "check_in",
    "check_in_form",
    "commitment",
    "day",
    "help",
    "intention",
    "intentions",
    "journey",
    "journey_print",
    "letter",
    "living",
    "moment",
    "moments",
    "moments_found",
    "practice",
    "practices",
    "question",
    "questions",
    "rest",
    "sensation",
    "today",
)
"""The templates of which all is said to a client."""

LANGUAGES = sorted(NOWHERE)


def sentences(folder: Path, language: str) -> dict[str, str]:
    """What a package says in that language, by what it says in English."""
    with (folder / "translations" / "es.po").open("rb") as stream:
        catalogue = read_po(stream)
    found: dict[str, str] = {}
    for message in catalogue:
        english = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for one, other in zip(english, translated, strict=False):
            if one:
                found[one] = one if language == "en" else other
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_between_visits_is_said_against_the_rules(repository: Path, language: str) -> None:
    said = sentences(repository / PACKAGES["integration"], language)

    assert [one for sentence in said.values() for one in broken(sentence, NOWHERE[language])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_clients_own_pages_invite(repository: Path, tmp_path: Path, language: str) -> None:
    package = repository / PACKAGES["integration"]
    own = tmp_path / "own"
    own.mkdir()
    templates = [path for path in package.glob("templates/**/*.html") if path.stem in CLIENT_PAGES]
    for path in templates:
        (own / path.name).write_bytes(path.read_bytes())
    all_said = sentences(package, language) | sentences(repository / PACKAGES["shared"], language)

    in_english = {one for message in said_in(own) for one in _plain(message.id)}

    assert len(in_english) > 100
    rules = NOWHERE[language] | NOT_TO_A_CLIENT[language]
    assert [one for sentence in in_english for one in broken(all_said[sentence], rules)] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Well done! You kept it seven days in a row."),
        ("en", "You missed two practices."),
        ("en", "Trembling is always harmless."),
        ("en", "This means that you are healing."),
        ("es", "¡Felicidades! Llevas una racha de siete días."),
        ("es", "Esto significa que estás sanando."),
    ],
)
def test_the_rules_find_what_they_are_for(language: str, said: str) -> None:
    assert list(broken(said, NOWHERE[language]))


def _plain(message: object) -> Iterator[str]:
    yield from (one for one in (message if isinstance(message, tuple) else (message,)) if isinstance(one, str) and one)
