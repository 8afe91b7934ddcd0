"""What a page still says in the first language to somebody who reads another."""

import ast
import re
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path
from typing import Any

import stack.demo
from shared.languages import pattern_of, sentences_of
from shared.samples import sample_clinics, sample_documents
from stack.issuer import SAMPLE_PEOPLE
from stack.translations import PACKAGES

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BREAKS = (" · ", " – ", " → ", " › ", ": ", ", ")
_CODE = re.compile(r"\S*[\d@<>]\S*|/\S*|\w+[.:]\w\S*|\w+-\w+-\S+")
"""Addresses, keys and moments: none of it is said in any language."""

_SAME = {"Afterglow", "English", "Español", "Chrome", "Linux", "No", "PHQ", "GAD", "PADSS", "UTC", "SpO", "JSON"}
_SAME |= {"min", "mg", "kg", "mmHg", "IV", "IM", "SC", "SL", "IN", "PO"}
_SERVICES = {"Intake", "Sessions", "Integration", "Notify", "intake", "sessions", "integration", "notify"}
"""What the services are called in every language, on the map and where a programmer reads."""

_CLIENTS = {"Jonas", "Leila", "Mara", "Nadia", "Nell", "Omar", "Rosa", "Tomas"}
_SENTENCE = 3
"""From so many words on, a piece of what somebody has written is known by itself."""
_CUT = 10
"""So much is left at least of a text that a drawing cut."""


def left_in_english(english: Set[str], translated: Set[str], language: str) -> list[str]:
    """What a page says to a reader of that language as it says it in English.

    Neither names nor codes, nor what somebody at the clinic wrote.
    """
    left = {text for text in english & translated if not _stays(text)}
    left |= {text for text in translated if _is_ours(text, language) and not _written(text)}
    return [f"it is in English: {text}" for text in sorted(left)]


def _stays(text: str) -> bool:
    text = text.strip(" ·")
    if _written(text) or _is_nothing_said(text) or text in _SERVICES:
        return True
    between = next((one for one in _BREAKS if one in text), None)
    return between is not None and all(map(_stays, text.split(between)))


def _written(text: str) -> bool:
    """Whether somebody of the demo's clinics has written that; drawings cut what is long."""
    if text in _data():
        return True
    cut = text.removesuffix("…")
    if cut != text and len(cut) >= _CUT:
        return any(one.startswith(cut) for one in _data())
    return len(text.split()) >= _SENTENCE and any(text in one for one in _data())


def _is_nothing_said(text: str) -> bool:
    words = set(_WORD.findall(_CODE.sub(" ", text)))
    initials = {word for word in words if word.isupper() and len(word) <= len("RM")}
    return words - initials <= _names() | _CLIENTS | _SAME


@cache
def _is_ours(text: str, language: str) -> bool:
    """Whether it is an English sentence that has another in that language, whatever the facts in it."""
    plain, told = _sentences(language)
    return text in plain or any(pattern.fullmatch(text) for pattern in told)


@cache
def _sentences(language: str) -> tuple[frozenset[str], list[re.Pattern[str]]]:
    """All that is translated into other words: sentences without facts, and with them where enough else is said."""
    other = sentences_of(language, *PACKAGES)
    known = [words for words, said in other.items() if words != (said if isinstance(said, str) else said[0])]
    plain = frozenset(words for words in known if len(words.split()) >= _SENTENCE)
    told = [words for words in known if len(_WORD.findall(re.sub(r"{\w+}", " ", words))) >= _SENTENCE and "{" in words]
    return plain, [pattern_of(words) for words in told]


@cache
def _data() -> frozenset[str]:
    said = frozenset(" ".join(one.split()) for one in _all_data() if not re.fullmatch("[a-z_]+", one))
    # What a clinic calls a series has no other name.
    return said | {protocol.id for clinic in sample_clinics() for protocol in clinic.rules.protocols}


def _all_data() -> Iterator[str]:
    """Everything that the demo's people and clinics say. A bare word in small letters is a code of theirs."""
    for path in Path(stack.demo.__path__[0]).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                yield node.value
    for document in sample_documents():
        yield from _texts(document)
    # With which note intake takes in the made-up clinics.
    yield "As this release ships it."


def _texts(document: Any) -> Iterator[str]:
    match document:
        case str():
            yield document
        case list():
            for item in document:
                yield from _texts(item)
        case dict():
            for item in document.values():
                yield from _texts(item)


@cache
def _names() -> frozenset[str]:
    """Each word of the names of people and places."""
    rooms = (one for one in _data() if one.endswith(" room"))
    return frozenset(_WORD.findall(" ".join([*(one.name for one in SAMPLE_PEOPLE.values()), *rooms])))
