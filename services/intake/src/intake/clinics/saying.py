"""What an operator says on the command line about a clinic: a file, or values by their keys."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

import click

from shared.clinics import Clinic, ClinicalRules, ClinicFacts, RuleSet
from shared.declared import declared_fields


@dataclass(frozen=True)
class Said:
    """What is to be changed, in JSON types: facts by name, and a whole rule set where one is spoken of."""

    facts: dict[str, Any]
    rules: dict[str, Any] | None


def read_said(words: Sequence[str], clinic: Clinic) -> Said:
    """What a FILE, or KEY=VALUE..., says of the clinic. Raises click.UsageError with what to mend."""
    if all("=" in word for word in words):
        document = _by_keys(words, clinic.dump())
    elif len(words) == 1:
        document = _from_file(words[0])
    else:
        raise click.UsageError("Name one FILE, or say KEY=VALUE as often as you like.")
    if document.pop("id", clinic.id) != clinic.id:
        raise click.UsageError(f"The file describes another clinic than {clinic.id}.")
    # Versions count up by themselves, whatever the document says.
    document.pop("version", None)
    rules = document.pop("rules", None)
    unknown = sorted(set(document) - set(declared_fields(ClinicFacts)))
    if unknown:
        raise click.UsageError(f"A clinic has no {', '.join(unknown)}. `clinic show {clinic.id}` lists what it has.")
    return Said(document, None if rules is None else _rule_set(rules, clinic.rules))


def read_document(file: IO[str]) -> dict[str, Any]:
    """The JSON object in a file. Raises click.UsageError."""
    try:
        content = json.load(file)
    except ValueError:
        raise click.UsageError("The file is not JSON.") from None
    if not isinstance(content, dict):
        raise click.UsageError("The file is not a JSON object.")
    return content


def _from_file(name: str) -> dict[str, Any]:
    try:
        with click.open_file(name, encoding="utf-8") as file:
            return read_document(file)
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror}. Values are said as KEY=VALUE.") from None


def _rule_set(said: Any, known: ClinicalRules) -> dict[str, Any]:
    """A whole set: what is said of it, over what is in force. Who approves it, and when, is nobody's to say."""
    if not isinstance(said, dict):
        raise click.UsageError("The rules are not a JSON object.")
    theirs = set(declared_fields(ClinicalRules)) - set(declared_fields(RuleSet))
    return known.content.dump() | {name: value for name, value in said.items() if name not in theirs}


def _by_keys(words: Sequence[str], known: Mapping[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for word in words:
        key, _, value = word.partition("=")
        first, *rest = key.split(".")
        # What shares a group with the value stays as it is.
        document.setdefault(first, json.loads(json.dumps(known.get(first))))
        _put(document, [first, *rest], key, _value(value))
    return document


def _put(group: Any, way: Sequence[str], key: str, value: Any) -> None:
    for name in way[:-1]:
        group = group.get(name) if isinstance(group, dict) else None
    if not isinstance(group, dict):
        raise click.UsageError(f"{key} does not lead to a value: a list, or a group that is not there, is said whole.")
    group[way[-1]] = value


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
