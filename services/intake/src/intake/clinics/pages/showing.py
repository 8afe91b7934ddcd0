"""What all pages of a clinic's settings have."""

from typing import Any

from flask import g, url_for

from intake.clinics.commands.versions import Author
from intake.clinics.domain.naming import label
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face import showing
from shared.web.face.complaints import complaint
from shared.web.face.forms import Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page
from shared.web.in_words import name_of

clinic_pages = Pages("clinic_pages")

_FRAMING = {"effective_from": phrase("First day"), "note": phrase("Why")}
"""What stands around a change, and is none of the clinic's settings."""


def show(name: str, tx: Transaction, *forms: Form[Any], **shown: Any) -> Page:
    """The page of that name, with what each of them is told: the clinic, and what its staff are called."""
    return showing.show(
        f"intake/settings/{name}.html",
        tx,
        *forms,
        clinic=tx.clinic,
        person=lambda staff: name_of(staff, tx.clinic),
        **shown,
    )


def me(tx: Transaction) -> Author:
    """Whoever reads, as they signed in."""
    return Author(tx.actor.id, g.sign_in.name)


def address(page: str, tx: Transaction, **path: Any) -> str:
    """Where a page of these settings is."""
    return url_for(f"clinic_pages.{page}", clinic=tx.clinic_id, **path)


def by_path(errors: list[dict[str, str]]) -> dict[str, str]:
    """What to mend, in the reader's words, by the names that inputs have."""
    reads = reader()
    return {
        error["path"].removeprefix("/rules").strip("/").replace("/", "."): complaint(error["message"], reads)
        for error in errors
    }


def named(path: str) -> str:
    """What an input is called where it is far away: `Quiet hours › From hour`; of a table, also in which row."""
    reads = reader()
    words = (
        reads.say(phrase("row {number}"), number=int(part) + 1) if part.isdigit() else reads.say(_label(part))
        for part in path.split(".")
    )
    return " › ".join(words)


def _label(name: str) -> str:
    """As the label at the input says it."""
    return _FRAMING.get(name) or label(name)
