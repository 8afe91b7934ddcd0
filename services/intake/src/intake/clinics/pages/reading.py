"""What is in force at a clinic, and what was."""

from intake.clinics import queries
from intake.clinics.domain.changes import OPEN
from intake.clinics.outline import outline
from intake.clinics.pages.showing import clinic_pages, show
from shared.clinics import ClinicFacts, RuleSet
from shared.store import Transaction


@clinic_pages.get("/clinics/<clinic>/settings", may="clinic.read")
def settings(tx: Transaction) -> str:
    """What is in force, what waits, and what was."""
    versions = queries.versions(tx)
    document = tx.clinic.dump()
    return show(
        "overview",
        tx,
        newest=next(iter(versions), None),
        versions=versions,
        open_changes=queries.changes(tx, open_only=True),
        closed_changes=[change for change in queries.changes(tx) if change.status not in OPEN],
        facts=outline(ClinicFacts, document),
        rules=outline(RuleSet, document["rules"]),
    )


@clinic_pages.get("/clinics/<clinic>/settings/versions/<int(min=1, max=2147483647):number>", may="clinic.read")
def version(tx: Transaction, number: int) -> str:
    """One version as it was in force, and what was new in it."""
    found = queries.version(number, tx)
    document = found.read().dump()
    return show(
        "version",
        tx,
        found=found,
        was=found.read(),
        difference=queries.difference_to_before(found, tx),
        facts=outline(ClinicFacts, document),
        rules=outline(RuleSet, document["rules"]),
    )
