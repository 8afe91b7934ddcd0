"""What is in force at a clinic, and what was."""

from flask import get_template_attribute, request

from intake.clinics import queries
from intake.clinics.domain.changes import OPEN
from intake.clinics.domain.on_call import worries_of
from intake.clinics.outline import outline
from intake.clinics.pages.showing import address, clinic_pages, show
from intake.clinics.queries import VersionLine
from shared.clinics import ClinicFacts, RuleSet
from shared.languages import phrase
from shared.store import Transaction
from shared.web.face.showing import Page, staff_name
from shared.web.face.tables import Column, Table

VIEWS = ("clinic", "rules", "versions")


@clinic_pages.get("/clinics/<clinic>/settings", may="clinic.read")
def settings(tx: Transaction) -> Page:
    """What is in force, what waits, and what was: one of these at a time, by its own address."""
    versions = queries.versions(tx)
    document = tx.clinic.dump()
    view = request.args.get("view")
    return show(
        "overview",
        tx,
        view=view if view in VIEWS else VIEWS[0],
        address=lambda view: address("settings", tx, view=view),
        newest=next(iter(versions), None),
        versions=_table(versions, tx),
        open_changes=queries.changes(tx, open_only=True),
        closed_changes=[change for change in queries.changes(tx) if change.status not in OPEN],
        facts=outline(ClinicFacts, document),
        rules=outline(RuleSet, document["rules"]),
        on_call_worries=list(worries_of(tx.clinic)),
    )


@clinic_pages.get("/clinics/<clinic>/settings/versions/<int(min=1, max=2147483647):number>", may="clinic.read")
def version(tx: Transaction, number: int) -> Page:
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


def _table(versions: list[VersionLine], tx: Transaction) -> Table[VersionLine]:
    number, since, rules = (
        get_template_attribute("intake/settings/cells.html", name) for name in ("number", "since", "rules")
    )
    columns = [
        Column[VersionLine]("version", phrase("Version"), cell=lambda row: number(row, tx.clinic_id)),
        Column[VersionLine]("since", phrase("Since"), cell=since),
        Column[VersionLine]("by", phrase("By"), cell=lambda row: row.author_name or staff_name(row.author, tx.clinic)),
        Column[VersionLine]("rules", phrase("Clinical rules"), cell=rules),
        Column[VersionLine]("why", phrase("Why"), cell=lambda row: row.note),
    ]
    return Table("versions", versions, columns)
