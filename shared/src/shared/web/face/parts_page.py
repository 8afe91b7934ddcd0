"""The parts of which pages are made, each in every state, with what it wants to know; made-up words, about nobody."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from marshmallow.validate import Length
from werkzeug.datastructures import MultiDict

from shared.declared import Declared, field
from shared.errors import Refused
from shared.languages import phrase
from shared.web.face.forms import Ask, Form
from shared.web.face.frame import protect
from shared.web.face.reading import reader
from shared.web.face.sample_pictures import sample_pictures
from shared.web.face.showing import recognise
from shared.web.face.tables import Column, Table

FOLDER = Path(__file__).parent / "templates" / "shared" / "parts"
NOW = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)

parts_page = Blueprint("parts_page", __name__)
parts_page.before_request(recognise)
parts_page.after_request(protect)

_COMMENT = re.compile(r"\{#-?(.*?)-?#\}", re.DOTALL)


class Everything(Declared):
    """One field of each kind."""

    name: str = field("A text.", "Rosa", validate=Length(min=2, max=60))
    email: str | None = field("An address.", None, default=None)
    day: date | None = field("A day.", None, default=None)
    at: datetime | None = field("A moment.", None, default=None)
    dose: int | None = field("A number.", None, default=None)
    asleep: bool | None = field("Yes, no, or nothing said.", None, default=None)
    words: str | None = field("Many words.", None, default=None)
    colour: str | None = field("One of several.", None, default=None)
    colours: list[str] = field("Some of several.", [], default=[])
    sure: bool | None = field("A tick.", None, default=None)
    file: str | None = field("A file.", None, default=None)
    spoken: str | None = field("A recording.", None, default=None)
    lines: str | None = field("A drawing.", None, default=None, validate=Length(max=20_000))
    photo: str | None = field("A photo.", None, default=None)
    signed: str | None = field("A name.", None, default=None)
    signed_drawn: str | None = field("The same, drawn.", None, default=None)


COLOURS = (("teal", phrase("Teal")), ("plum", phrase("Plum")), ("amber", phrase("Amber")))
ASKS = {
    "name": Ask(phrase("What may we call you?"), phrase("As you like to be called.")),
    "email": Ask(phrase("Your e-mail address"), kind="email", autocomplete="email"),
    "day": Ask(phrase("The day")),
    "at": Ask(phrase("The day and the time")),
    "dose": Ask(phrase("Dose"), unit="mg"),
    "asleep": Ask(phrase("Did you sleep?")),
    "words": Ask(phrase("In your own words"), kind="long"),
    "colour": Ask(phrase("One of these"), kind="choice", choices=(("", "–"), *COLOURS)),
    "colours": Ask(phrase("Any of these"), choices=COLOURS),
    "sure": Ask(phrase("I have read it"), kind="tick"),
    "file": Ask(phrase("A picture or a document"), kind="file", accepts="image/png,image/jpeg,.pdf"),
    "spoken": Ask(phrase("Speak"), kind="recording"),
    "lines": Ask(phrase("Draw"), kind="drawing"),
    "photo": Ask(phrase("A photo"), kind="photo"),
    "signed": Ask(phrase("Your signature"), kind="signature"),
}


class Why(Declared):
    """A reason."""

    reason: str = field("Why.", "It was a mistake.")


@dataclass(frozen=True)
class Part:
    """A part by the name of its template, with what its author says of it."""

    name: str
    says: list[str]


@cache
def parts() -> list[Part]:
    """Every part there is, with the words that stand above each of its macros."""
    found = []
    for path in sorted(FOLDER.glob("*.html")):
        comments = _COMMENT.findall(path.read_text(encoding="utf-8"))
        found.append(Part(path.stem, [" ".join(comment.split()) for comment in comments]))
    return found


@parts_page.get("/parts")
def show() -> str:
    """All parts but pictures on one page, for whoever makes pages, and for whoever looks whether they are good."""
    return _page(
        tomorrow=NOW + timedelta(hours=19),
        ago=NOW - timedelta(days=3),
        elsewhere=ZoneInfo("America/Los_Angeles"),
        form=Form(Everything, ASKS, prefix="plain-"),
        mended=_mended(),
        why=Form(Why, {"reason": Ask(phrase("Why"), kind="long")}, prefix="why-"),
        table_of_people=_table("people", ["Rosa", "Nell", "Tomas"] * 10),
        none=_table("none", []),
        entries=[
            _entry(9, phrase("Rosa set an intention"), kind=phrase("Intention"), tone="inner"),
            _entry(7, phrase("Medicine session"), kind=phrase("Visit"), text="35 mg, 0.50 mg/kg"),
            _entry(6, phrase("A check-in was not answered"), tone="attention"),
        ],
    )


@parts_page.get("/parts/pictures")
def show_pictures() -> str:
    """Each kind of picture: together with everything else they weigh more than a page may."""
    return _page(pictures=sample_pictures(NOW))


def _page(**shown: Any) -> str:
    return render_template("shared/parts_page.html", parts={part.name: part for part in parts()}, now=NOW, **shown)


def _entry(days_ago: int, title: str, **more: str) -> dict[str, Any]:
    return {"at": NOW - timedelta(days=days_ago), "title": title, **more}


def _mended() -> Form[Everything]:
    form = Form(Everything, ASKS, prefix="mend-")
    form.read(MultiDict({"name": "R", "email": "rosa@example.org", "dose": "ten", "at": "2027-03-14T02:30"}))
    form.refuse(Refused("full", phrase("That time is taken by {who}.", who="Sam Rivera")))
    return form


def _table(name: str, items: list[str]) -> Table[str]:
    columns = [
        Column[str]("name", phrase("Name"), cell=str, sort=str),
        Column[str]("letters", phrase("Letters"), cell=len, sort=len, number=True),
        Column[str]("since", phrase("Since"), cell=lambda _: reader().day(NOW)),
    ]
    return Table(name, items, columns, text=str, per_page=4)
