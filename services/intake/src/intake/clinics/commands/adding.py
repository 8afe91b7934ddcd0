"""An operator adds a clinic to the deployment; the embedded platform adds the two samples."""

from dataclasses import replace

from intake.clinics import queries
from intake.clinics.commands.rules import check_rules
from intake.clinics.commands.versions import Author, keep_version, take_turn, today_at
from intake.clinics.domain.soundness import flaws_of_facts, require_sound
from intake.clinics.domain.succession import facts_of, with_facts, with_rules
from shared.clinics import Clinic
from shared.clock import uuid7
from shared.errors import NotFound, Refused
from shared.languages import phrase
from shared.samples import sample_clinics
from shared.store import Actor, Store, Transaction
from shared.store.clinics import load_clinic
from shared.store.transaction import Origin

SAMPLES = Actor("operator:samples", frozenset({"operator"}))

BEFORE_VERSIONS = "operator"
"""The author of what was in force before versions were kept, as the migration wrote it."""


def add_clinic(clinic: Clinic, author: Author, tx: Transaction, *, note: str = "") -> Clinic:
    """Add a clinic as it is described, and tell everyone; the operator vouches for the approval that it names.

    Nobody who has signed in has approved this first rule set, so it has no approver. Raises Refused `clinic_known`.
    """
    take_turn(tx)
    if _known(tx) is not None:
        raise Refused(
            "clinic_known", phrase("There is a clinic {clinic} already. Change it with `clinic set`.", clinic=clinic.id)
        )
    first = replace(clinic, rules=replace(clinic.rules, approver=None))
    require_sound(flaws_of_facts(first))
    check_rules(first.rules, below="/rules")
    keep_version(first, author, note, tx)
    return first


def keep_samples(store: Store) -> dict[str, bool]:
    """Add the two made-up clinics, or bring them to what this release ships; says of each whether that changed it.

    Their made-up directors have approved their rules. A sample that somebody has changed is theirs, and stays so.
    """
    return {clinic.id: _keep_sample(clinic, store) for clinic in sample_clinics()}


def _keep_sample(sample: Clinic, store: Store) -> bool:
    request = str(uuid7(store.clock()))
    with store.transaction(sample.id, SAMPLES, Origin("clinic.add", request, request)) as tx:
        # Processes that start together take turns.
        take_turn(tx)
        known = _known(tx)
        changed = sample if known is None else _renewed(known, sample, tx)
        if changed is None:
            tx.abandon()
            return False
        keep_version(changed, Author(SAMPLES.id, "Afterglow"), "As this release ships it.", tx)
    return True


def _renewed(known: Clinic, sample: Clinic, tx: Transaction) -> Clinic | None:
    newest = next(iter(queries.versions(tx)), None)
    if newest is not None and newest.author not in (SAMPLES.id, BEFORE_VERSIONS):
        return None
    renewed = with_facts(known, facts_of(sample))
    if known.rules.content != sample.rules.content:
        renewed = with_rules(
            renewed,
            sample.rules,
            effective_from=today_at(known, tx),
            approved_by=sample.rules.approved_by,
            approver=sample.rules.approver,
        )
    renewed = replace(renewed, version=known.version)
    return None if renewed == known else replace(renewed, version=known.version + 1)


def _known(tx: Transaction) -> Clinic | None:
    try:
        return load_clinic(tx.session.connection(), tx.clinic_id)
    except NotFound:
        return None
