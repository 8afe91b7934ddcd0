"""What all pages of a clinic's settings have."""

from typing import Any

from flask import g, render_template, url_for

from intake.clinics.commands.versions import Author
from shared.store import Transaction
from shared.web import Pages
from shared.web.guard import may

clinic_pages = Pages("clinic_pages")

Page = str | tuple[str, int]
"""A page, with its status where that is not 200."""


def show(name: str, tx: Transaction, **shown: Any) -> str:
    """The page of that name, with what each of them is told: the clinic, its clock, and what the reader may do."""
    clinic = tx.clinic
    return render_template(
        f"intake/settings/{name}.html",
        clinic=clinic,
        here=lambda instant: instant.astimezone(clinic.zone),
        may=lambda action: may(action, tx),
        **shown,
    )


def me(tx: Transaction) -> Author:
    """Whoever reads, as they signed in."""
    return Author(tx.actor.id, g.sign_in.name)


def address(page: str, tx: Transaction, **path: Any) -> str:
    """Where a page of these settings is."""
    return url_for(f"clinic_pages.{page}", clinic=tx.clinic_id, **path)


def by_path(errors: list[dict[str, str]]) -> dict[str, str]:
    """What to mend, by the names that inputs have."""
    return {error["path"].removeprefix("/rules").strip("/").replace("/", "."): error["message"] for error in errors}
