"""What scripts say, and how much they weigh."""

import re

from shared.web.face.files import FOLDER
from shared.web.face.script_words import SCRIPT_WORDS

SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.js"))}


def test_scripts_ask_for_the_words_that_there_are_and_for_no_others() -> None:
    text = "".join(SCRIPTS.values())
    quoted = set(re.findall(r'"([a-z_]+)"', text))
    asked = set(re.findall(r'\bsay\("([a-z_]+)"', text))

    assert asked <= SCRIPT_WORDS.keys()
    assert SCRIPT_WORDS.keys() <= quoted, "nobody asks for these"


def test_scripts_are_small_and_each_says_first_what_it_is_for() -> None:
    for name, text in SCRIPTS.items():
        assert text.startswith("// "), name
        assert text.count("\n") < 200, name
        assert max(map(len, text.splitlines())) <= 160, name
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|\beval\(|innerHTML|document\.write", text), name


def test_scripts_bring_only_each_other() -> None:
    for name, text in SCRIPTS.items():
        for brought in re.findall(r'(?:from|import\()\s*[`"]([^`"]+)[`"]|"(\./[^"]+)"', text):
            assert "".join(brought).removeprefix("./") in SCRIPTS, name


def test_the_worker_finds_every_script_from_the_one_of_each_page() -> None:
    found = {"afterglow.js"}
    while more := {one for name in found for one in re.findall(r'"\./(\w+\.js)"', SCRIPTS[name])} - found:
        found |= more

    assert found == SCRIPTS.keys() - {"worker.js"}
