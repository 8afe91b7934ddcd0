"""What may follow on a clinic's document: words that clients agreed to stay, and versions count up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from shared.clinics import Clinic, ClinicalRules, ClinicFacts, RuleSet
from shared.declared import declared_fields
from shared.errors import Refused
from shared.languages import phrase


def with_facts(clinic: Clinic, facts: Mapping[str, Any]) -> Clinic:
    """The clinic's next version, in which these facts are changed. Raises Refused `consent_text_changed`."""
    changed = replace(clinic, version=clinic.version + 1, **facts)
    _keep_texts(clinic, changed)
    return changed


def with_rules(
    clinic: Clinic, rules: RuleSet, *, effective_from: date, approved_by: str, approver: str | None
) -> Clinic:
    """The clinic's next version, in which a medical director's rule set is in force from a day on."""
    approved = ClinicalRules(
        **_values(rules, RuleSet),
        version=clinic.rules.version + 1,
        effective_from=effective_from,
        approved_by=approved_by,
        approver=approver,
    )
    return replace(clinic, version=clinic.version + 1, rules=approved)


def facts_changed(clinic: Clinic, said: Mapping[str, Any]) -> dict[str, Any]:
    """Of the facts that somebody says, those that are otherwise now."""
    return {name: value for name, value in said.items() if getattr(clinic, name) != value}


def facts_in(clinic: Clinic, document: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a document in JSON types names, as values. Raises ValidationError, also for what is no fact."""
    said = ClinicFacts.load({**clinic.facts.dump(), **document})
    return {name: getattr(said, name) for name in document}


def facts_of(said: ClinicFacts) -> dict[str, Any]:
    """All facts of a document, by name."""
    return _values(said, ClinicFacts)


def _values(said: ClinicFacts | RuleSet, kind: type[ClinicFacts] | type[RuleSet]) -> dict[str, Any]:
    return {name: getattr(said, name) for name in declared_fields(kind)}


def _keep_texts(known: Clinic, said: Clinic) -> None:
    for text in known.consent_texts:
        now = said.consent_text(text.kind, text.version)
        if now is not None and now.text != text.text:
            raise Refused(
                "consent_text_changed",
                phrase(
                    "Clients may have agreed to version {version} of this text as it reads. Give new words a"
                    " new version.",
                    version=text.version,
                ),
                facts={"kind": text.kind, "version": text.version},
            )
