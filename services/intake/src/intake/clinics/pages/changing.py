"""Forms for a clinic's facts, which an admin changes, and for its clinical rules, which somebody proposes."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from flask import redirect, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from intake.clinics.commands.facts import change_facts
from intake.clinics.commands.rules import propose_rules
from intake.clinics.domain.naming import label
from intake.clinics.domain.on_call import worries_of
from intake.clinics.domain.succession import facts_in
from intake.clinics.models import ClinicVersion
from intake.clinics.outline import Part, outline, read_form
from intake.clinics.pages.showing import address, by_path, clinic_pages, me, named, show
from intake.schemas.text import words
from shared.clinics import ClinicFacts, RuleSet
from shared.declared import Declared, field
from shared.errors import Invalid, Problem, Refused, Stale
from shared.languages import phrase, several
from shared.store import Transaction
from shared.store.clinics import load_clinic
from shared.web.face.showing import Page
from shared.web.problems import field_errors

One = TypeVar("One")
Other = TypeVar("Other")


class _Framing(Declared):
    """What a form of settings says beside the settings."""

    effective_from: date | None = field("From this day on.", None, default=None)
    note: str = field("Why.", "We open on Saturdays.", validate=words(500))
    based_on: int = field("The version that was read.", 1)


@clinic_pages.get("/clinics/<clinic>/settings/facts", may="clinic.change", form=True)
def facts_form(tx: Transaction) -> Page:
    """The facts, to change them."""
    return _facts_form(tx, tx.clinic.facts.dump(), {"based_on": str(tx.clinic.version)})


@clinic_pages.post("/clinics/<clinic>/settings/facts", may="clinic.change")
def save_facts(tx: Transaction) -> Response | Page:
    """Change what is said otherwise than it was when the form was opened, at once or from a day on."""
    said = read_form(ClinicFacts, request.form)
    base = _facts_on(request.form.get("based_on", ""), tx)
    new_texts = said["consent_texts"]
    said["consent_texts"] = base["consent_texts"] + new_texts
    changed = {name: value for name, value in said.items() if value != base[name]}
    try:
        framing, facts = _all(lambda: _Framing.load(_framing()), lambda: facts_in(tx.clinic, changed))
        change_facts(
            facts,
            me(tx),
            tx,
            effective_from=framing.effective_from,
            note=framing.note,
            version=framing.based_on,
        )
    except (ValidationError, Invalid, Refused) as wrong:
        return _facts_form(tx, said, request.form, wrong)
    except Stale:
        # What somebody else changed meanwhile is kept, and so is what was typed here: both are shown to be looked at.
        now = load_clinic(tx.session.connection(), tx.clinic_id)
        standing = now.facts.dump()
        stale = _both_changed([label(name) for name in changed if standing[name] != base[name]])
        typed = standing | changed | {"consent_texts": standing["consent_texts"] + new_texts}
        return _facts_form(tx, typed, {**request.form, "based_on": str(now.version)}, stale)
    return redirect(address("settings", tx), 303)


@clinic_pages.get("/clinics/<clinic>/settings/rules", may="rules.propose", form=True)
def rules_form(tx: Transaction) -> Page:
    """The clinical rules, to propose others."""
    return _rules_form(tx, tx.clinic.rules.content.dump(), {"based_on": str(tx.clinic.rules.version)})


@clinic_pages.post("/clinics/<clinic>/settings/rules", may="rules.propose")
def save_rules(tx: Transaction) -> Response | Page:
    """Propose a rule set; nothing changes until a medical director approves it."""
    said = read_form(RuleSet, request.form)
    try:
        framing, rules = _all(lambda: _Framing.load(_framing()), lambda: RuleSet.load(said))
        change = propose_rules(
            rules,
            me(tx),
            tx,
            based_on=framing.based_on,
            effective_from=framing.effective_from,
            note=framing.note,
        )
    except (ValidationError, Invalid, Refused, Stale) as wrong:
        return _rules_form(tx, said, request.form, wrong)
    return redirect(address("change", tx, change_id=change.id), 303)


def _facts_form(
    tx: Transaction, document: Mapping[str, Any], said: Mapping[str, str], wrong: Exception | None = None
) -> Page:
    parts = outline(ClinicFacts, document, to_change=True)
    kept = len(tx.clinic.consent_texts)
    worries = list(worries_of(tx.clinic))
    return _form("facts", tx, parts, said, wrong, kept={"consent_texts": kept}, on_call_worries=worries)


def _rules_form(
    tx: Transaction, document: Mapping[str, Any], said: Mapping[str, str], wrong: Exception | None = None
) -> Page:
    if isinstance(wrong, Stale):
        said = {**said, "based_on": str(tx.clinic.rules.version)}
    return _form("rules", tx, outline(RuleSet, document, to_change=True), said, wrong, kept={})


def _form(
    name: str,
    tx: Transaction,
    parts: list[Part],
    said: Mapping[str, str],
    wrong: Exception | None,
    *,
    kept: Mapping[str, int],
    **shown: Any,
) -> Page:
    page = show(
        name,
        tx,
        parts=parts,
        said=said,
        kept=kept,
        **shown,
        named=named,
        errors=_errors(wrong),
        complaint=wrong.sentence if isinstance(wrong, Problem) else None,
    )
    return page if wrong is None else (str(page), 422)


def _facts_on(number: str, tx: Transaction) -> dict[str, Any]:
    """The facts that the form showed when it was opened; those in force where it does not say."""
    known = number.isascii() and number.isdigit() and len(number) < 10
    found = tx.find(ClinicVersion, (tx.clinic_id, int(number))) if known else None
    return (tx.clinic if found is None else found.read()).facts.dump()


def _all(one: Callable[[], One], other: Callable[[], Other]) -> tuple[One, Other]:
    """What two parts of a form say. Raises one ValidationError with what is to be mended in either."""
    made: list[Any] = []
    wrong: dict[str, Any] = {}
    for load in (one, other):
        try:
            made.append(load())
        except ValidationError as invalid:
            wrong |= invalid.messages_dict
    if wrong:
        raise ValidationError(wrong)
    return made[0], made[1]


def _both_changed(names: list[str]) -> Stale:
    if names:
        sentence = phrase(
            "Somebody else changed the clinic meanwhile. Theirs is in force, and what you changed is shown with it. You"
            " both changed: {names}; what is shown of these is yours. Look at it, and send it again.",
            names=several(names),
        )
    else:
        sentence = phrase(
            "Somebody else changed the clinic meanwhile. Theirs is in force, and what you changed is shown with it."
            " Look at it, and send it again."
        )
    return Stale("version_changed", sentence)


def _framing() -> dict[str, Any]:
    said = {name: request.form.get(name, "").strip() for name in ("effective_from", "note", "based_on")}
    number = said["based_on"]
    return {
        "effective_from": said["effective_from"] or None,
        "note": said["note"],
        "based_on": int(number) if number.isascii() and number.isdigit() and len(number) < 10 else number,
    }


def _errors(wrong: Exception | None) -> dict[str, str]:
    match wrong:
        case ValidationError():
            return by_path(field_errors(wrong.messages))
        case Invalid():
            return by_path(wrong.errors)
        case _:
            return {}
