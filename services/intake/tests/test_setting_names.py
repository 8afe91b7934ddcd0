"""What a clinic's settings are called: everything that is declared, and everything that may be chosen."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from marshmallow import Schema, fields

from intake.clinics.domain.naming import choice, label
from shared.clinics import Clinic, ClinicFacts, Route, RuleSet
from shared.languages import Phrase, Reader, sentences_of
from shared.testing.bench import Bench
from shared.testing.html import Page
from shared.testing.visitor import visitor

CODES = {route.value for route in Route}
"""Said as they are in every language."""


def declared(schema: Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    for name, spec in schema.fields.items():
        inner = spec.inner if isinstance(spec, fields.List) else spec
        yield name, spec
        if inner is not spec:
            yield name, inner
        if isinstance(inner, fields.Nested):
            yield from declared(inner.schema)


def test_every_setting_has_a_name_and_every_hint_of_it_is_said_in_every_language() -> None:
    spanish = Reader("es", sentences=sentences_of("es", "intake", "shared"))
    said = [label(name) for name, _ in declared(Clinic.schema())]
    for kind in (ClinicFacts, RuleSet):
        hints = [spec.metadata.get("description") for _, spec in declared(kind.schema())]
        said += [hint for hint in hints if hint is not None]

    assert [words for words in said if not isinstance(words, Phrase)] == []
    assert [words for words in said if not spanish.knows(words)] == []


@pytest.mark.parametrize(
    "kind",
    sorted({spec.enum for _, spec in declared(Clinic.schema()) if isinstance(spec, fields.Enum)}, key=str),
)
def test_every_word_that_may_be_chosen_is_said_in_words(kind: type[StrEnum]) -> None:
    assert [one.value for one in kind if one.value not in CODES and not isinstance(choice(one), Phrase)] == []


@pytest.mark.parametrize("path", ["", "?view=rules", "/facts", "/rules"])
def test_settings_are_read_and_changed_in_the_readers_language(bench: Bench, path: str) -> None:
    admin = visitor(bench, "clinic_admin")
    admin.client.set_cookie("__Host-afterglow-language", "es", secure=True)
    said = {"": "Nombre del remitente", "/facts": "Nombre del remitente"}.get(path, "Se rechaza por encima de")

    page = Page(admin.get(f"/clinics/maple/settings{path}"))

    assert said in page.text
    assert not [one for one in ("Sender name", "Refused above", "Yes") if one in page.text]
