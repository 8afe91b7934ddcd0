"""Sentences that are made before it is known who will read them."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any


class Phrase(str):
    """An English sentence, as everything that looks at text sees it, that remembers what it was made of.

    `words` is the sentence with `{names}` for its facts, by which its translation is found; `values` are the facts.
    """

    words: str
    values: dict[str, Any]

    def __new__(cls, words: str, values: dict[str, Any]) -> "Phrase":
        made = super().__new__(cls, words.format(**values) if values else words)
        made.words, made.values = words, values
        return made

    def __getnewargs__(self) -> tuple[str, dict[str, Any]]:  # type: ignore[override]
        """A copy is made of the same: text alone would have forgotten it."""
        return self.words, self.values


def phrase(words: str, **values: Any) -> Phrase:
    """A sentence for whoever will read it, in English until then.

    Also how a constant is marked that is said later: what collects the sentences to be translated looks for this name.
    """
    return Phrase(words, values)


def several(items: Iterable[str]) -> Phrase:
    """One after the other, as `Name, Quiet hours`; phrases among them are said in the reader's language."""
    values = {f"item_{place}": item for place, item in enumerate(items)}
    return Phrase(", ".join(f"{{{name}}}" for name in values), values)


def recalled(text: str, made_as: Iterable[str]) -> Phrase:
    """A sentence that was kept as English text, as the phrase that it was: of one of these, or one without facts."""
    for words in made_as:
        found = pattern_of(words).fullmatch(text)
        if found:
            return Phrase(words, {name: Phrase(value, {}) for name, value in found.groupdict().items()})
    return Phrase(text, {})


@cache
def pattern_of(words: str) -> re.Pattern[str]:
    """Which texts are this sentence, whatever its `{names}` stand for: they are its groups."""
    named: set[str] = set()

    def group(found: re.Match[str]) -> str:
        name = found[1]
        if name in named:
            return f"(?P={name})"
        named.add(name)
        return f"(?P<{name}>.*)"

    return re.compile(re.sub(r"\\{(\w+)\\}", group, re.escape(words)), re.DOTALL)
