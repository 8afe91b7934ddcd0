"""What is said to people, collected from the code for whoever translates it: gettext files beside the code.

A sentence is translated once: what `shared` says a service need not say again. What is translated already stays; what
is said no more goes.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from shared.languages import LANGUAGES

PACKAGES = {
    "shared": "shared/src/shared",
    **{name: f"services/{name}/src/{name}" for name in ("intake", "sessions", "integration", "notify")},
    "stack": "deploy/src/stack",
}
"""Whose sentences there are, and where they are said; `shared` comes first."""


def _of_screening_form(file: IO[bytes], *_: Any, **__: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """What a screening form asks, and what each answer tells; its sources are called what they are called."""
    for question in json.load(file)["questions"]:
        yield from ((0, None, question[name], []) for name in ("text", "finding"))


def _of_instrument(file: IO[bytes], *_: Any, **__: Any) -> Iterator[tuple[int, None, str, list[str]]]:
    """What a measure, its parts and its findings are called, and what is said beside a score.

    Its items are validated in each language, and nobody's to translate.
    """
    instrument = json.load(file)
    bands = instrument["severity"]["bands"] if instrument.get("severity") else []
    levels = instrument["triage"]["levels"] if instrument.get("triage") else []
    findings = instrument.get("criteria", [])
    titled = (instrument, *instrument["subscales"], *bands, *levels, *findings)
    yield from ((0, None, one["title"], []) for one in titled)
    yield from ((0, None, one["explanation"], []) for one in findings)
    yield from ((0, None, one["text"], []) for one in instrument.get("notes", []))
    if "numbering" in instrument:
        yield 0, None, instrument["numbering"], []


_METHODS: list[tuple[str, Any]] = [
    ("**/migrations/**", "ignore"),
    ("**/drills/**", "ignore"),
    ("**.py", "python"),
    ("**.html", "jinja2"),
    ("data/screening-form-*.json", _of_screening_form),
    ("measures/data/*.schema.json", "ignore"),
    ("measures/data/*.json", _of_instrument),
]
_REFUSALS = (
    "Forbidden",
    "Invalid",
    "Problem",
    "Refused",
    "RefusedElsewhere",
    "Stale",
    "TooOften",
    "Unauthenticated",
    "Unavailable",
)
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "say": None,
    "phrase": None,
    "count": (1, 2),
    # Validators say what is to be mended.
    "ValidationError": None,
    **dict.fromkeys(_REFUSALS, (2,)),
}


def translation_files(repository: Path) -> dict[Path, str]:
    """Every file of translations by path, as it should be now."""
    others = [language for language in LANGUAGES if language != "en"]
    found: dict[Path, str] = {}
    shared: Catalog | None = None
    for folder in PACKAGES.values():
        template = said_in(repository / folder)
        if shared is None:
            shared = template
        else:
            for message in shared:
                template.delete(message.id)
        for language in others:
            path = repository / folder / "translations" / f"{language}.po"
            if len(template):
                found[path] = _merged(path, language, template)
    return found


def said_in(folder: Path) -> Catalog:
    """What the code of a folder says, in English, in the order in which it stands there."""
    catalog = Catalog()
    for _, _, message, _, _ in extract_from_dir(folder, _METHODS, keywords=_KEYWORDS, comment_tags=()):
        catalog.add(message)
    return catalog


def untranslated(path: Path) -> list[str]:
    """The sentences of a file that nobody has translated."""
    with path.open("rb") as stream:
        catalog = read_po(stream)
    missing = [message for message in catalog if message.id and (message.fuzzy or not _said(message.string))]
    return [message.id if isinstance(message.id, str) else message.id[0] for message in missing]


def _said(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _merged(path: Path, language: str, template: Catalog) -> str:
    merged = Catalog(locale=language, fuzzy=False)
    if path.exists():
        with path.open("rb") as stream:
            merged = read_po(stream, locale=language)
    merged.update(template, no_fuzzy_matching=True)
    merged.obsolete.clear()
    written = io.BytesIO()
    write_po(written, merged, width=118, no_location=True, omit_header=False, sort_output=True, ignore_obsolete=True)
    return _without_dates(written.getvalue().decode())


def _without_dates(text: str) -> str:
    """Only what translating needs of the header: the rest would differ each time."""
    head, _, body = text.partition("\n\n")
    wanted = ("msg", '"Language:', '"Plural', '"Content')
    kept = [line for line in head.splitlines() if line.startswith(wanted)]
    return "\n".join(kept) + "\n\n" + body.rstrip("\n") + "\n"
