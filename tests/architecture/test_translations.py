"""What is said to people is said in every language; that the files are fresh is held with the generated documents."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from shared.languages import LANGUAGES
from stack.translations import PACKAGES, said_in, untranslated

FILES = [
    pytest.param(folder, language, id=f"{package}-{language}")
    for package, folder in PACKAGES.items()
    for language in LANGUAGES
    if language != "en"
]
_NAMES = re.compile(r"{(\w+)}")


@pytest.mark.parametrize(("folder", "language"), FILES)
def test_every_sentence_is_translated(repository: Path, folder: str, language: str) -> None:
    assert untranslated(repository / folder / "translations" / f"{language}.po") == []


@pytest.mark.parametrize(("folder", "language"), FILES)
def test_a_translation_has_the_facts_of_its_sentence(repository: Path, folder: str, language: str) -> None:
    with (repository / folder / "translations" / f"{language}.po").open("rb") as stream:
        catalogue = read_po(stream)
    for message in catalogue:
        for said in [message.string] if isinstance(message.string, str) else message.string:
            wanted = message.id if isinstance(message.id, str) else message.id[-1]
            assert set(_NAMES.findall(said)) == set(_NAMES.findall(wanted)), wanted


def test_what_pages_and_rules_say_is_found(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(
        'phrase("One {n}")\nRefused("code", "Two")\nreader.count("{n} day", "{n} days", 3)\n'
    )
    (tmp_path / "page.html").write_text("<p>{{ say('Three') }}</p>{{ say(words) }}")

    assert {message.id for message in said_in(tmp_path) if message.id} == {
        "One {n}",
        "Two",
        "Three",
        ("{n} day", "{n} days"),
    }
