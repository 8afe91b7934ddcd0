"""What a page still says in the first language to somebody who reads another."""

import ast
import json
import re
from collections.abc import Iterator, Set
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import stack.demo
from shared import samples
from stack.issuer import SAMPLE_PEOPLE

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BREAKS = (" · ", " – ", " → ", " › ", ": ", ", ")
_CODE = re.compile(r"\S*[\d@_/{}<>]\S*|\w+[.:]\w\S*|\w+-\w+-\S+|\b[A-Z]{1,6}\b")
"""Addresses, keys, moments and abbreviations: none of it is said in any language."""

_SAME = {"Afterglow", "English", "Español", "Intake", "Integration", "Notify", "Sessions", "Chrome", "Linux"}
_SAME |= {"No", "min", "mg", "kg", "mmHg"}
_CLIENTS = {"Jonas", "Leila", "Mara", "Nadia", "Nell", "Omar", "Rosa", "Tomas"}
_SENTENCE = 3
"""From so many words on, a piece of what somebody has written is known by itself."""


def left_in_english(english: Set[str], translated: Set[str]) -> list[str]:
    """What both pages say alike, although it is neither a name nor a code, nor what somebody at the clinic wrote."""
    return [f"it is in English: {text}" for text in sorted(english & translated) if not _stays(text)]


def _stays(text: str) -> bool:
    text = text.strip(" ·")
    if _written(text) or _is_nothing_said(text):
        return True
    between = next((one for one in _BREAKS if one in text), None)
    return between is not None and all(map(_stays, text.split(between)))


def _written(text: str) -> bool:
    """Whether somebody of the demo's clinics has written that; drawings cut what is long."""
    if text in _data():
        return True
    if text.endswith("…"):
        return any(one.startswith(text.removesuffix("…")) for one in _data())
    return len(text.split()) >= _SENTENCE and any(text in one for one in _data())


def _is_nothing_said(text: str) -> bool:
    return set(_WORD.findall(_CODE.sub(" ", text))) <= _names() | _CLIENTS | _SAME


@cache
def _data() -> frozenset[str]:
    return frozenset(" ".join(one.split()) for one in _all_data())


def _all_data() -> Iterator[str]:
    """Everything that the demo's people and clinics say."""
    for path in Path(stack.demo.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    for sample in resources.files(samples).iterdir():
        if sample.name.endswith(".json"):
            yield from _texts(json.loads(sample.read_text(encoding="utf-8")))


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
