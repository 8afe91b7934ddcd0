"""Scripts hold no text: what they say is in a page, in its reader's language."""

import json
import re

from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face.files import FOLDER
from shared.web.face.script_words import SCRIPT_WORDS

_ASKED = re.compile(r"\bsay\(([^;{]*?)[,)]")
_KEY = re.compile(r'"([a-z_]+)"')


def scripts() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.js"))}


def test_every_sentence_that_a_script_asks_for_is_there() -> None:
    for name, script in scripts().items():
        for asked in _ASKED.findall(script):
            for key in _KEY.findall(asked.partition("?")[2] if "===" in asked else asked):
                assert key in SCRIPT_WORDS, (name, key)


def test_every_sentence_is_asked_for_by_a_script() -> None:
    everything = "\n".join(scripts().values())

    assert [key for key in SCRIPT_WORDS if f'"{key}"' not in everything] == []


def test_a_page_brings_them_along(bench: Bench) -> None:
    page = visitor(bench, "therapist").get("/notes/new").get_data(as_text=True)

    said = page.split('<script type="application/json" id="words">')[1].split("</script>")[0]
    assert json.loads(said) == SCRIPT_WORDS
