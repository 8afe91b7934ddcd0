"""Measures over time, for whoever looks after clients: of one of them, and of all whom the reader reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response

from integration.commands import asking
from integration.domain.asking import OPEN, RequestStatus
from integration.models import Client, Reading
from integration.pages.names import UNNAMED, name_of
from integration.pages.plots import Measured, axis_of, measured, picture_of_many, title_of
from integration.queries.asking import requests_of
from integration.queries.measures import hidden_of, readings_of_all
from integration.queries.texts import offered
from integration.schemas.measures import AskMeasure
from integration.words import OCCASIONS, REQUESTS
from shared.errors import Refused
from shared.languages import Reader, phrase
from shared.measures import Unscorable, score
from shared.pictures import Picture
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.face.tables import Column, Table
from shared.web.guard import check_listed, may

measure_pages = Pages("measure_pages")

DONE = {"asked": phrase("The client is asked."), "withdrawn": phrase("It is taken back.")}
ASKED_STILL = OPEN | {RequestStatus.WAITING}
"""What is asked now, or will be: it may be taken back."""
LOOKED_BACK = timedelta(days=730)
"""How far back the pictures of many reach: all years of sixty clients are no picture."""


@measure_pages.get("/people/<uuid:client_id>/measures", may="people.read")
def of_person(tx: Transaction, client_id: UUID) -> Page:
    """All measures of one client, beside their visits and the days that matter to them; and when they are asked."""
    return _show(client_id, _asking_form(client_id, tx), tx, done=DONE.get(request.args.get("done", "")))


@measure_pages.post("/people/<uuid:client_id>/measures/requests", may="measure.ask")
def ask_now(tx: Transaction, client_id: UUID) -> Page | Response:
    """Ask this client now."""
    form = _asking_form(client_id, tx)
    order = form.read(request.form)
    if order is None:
        return _show(client_id, form, tx)
    try:
        asking.ask_now(client_id, order.instrument, tx)
    except Refused as refused:
        form.refuse(refused)
        return _show(client_id, form, tx)
    return redirect(url_for("measure_pages.of_person", client_id=client_id, done="asked"), 303)


@measure_pages.post("/people/<uuid:client_id>/measures/requests/<uuid:request_id>/withdrawal", may="measure.ask")
def withdraw(tx: Transaction, client_id: UUID, request_id: UUID) -> Page | Response:
    """Take back what this client is asked."""
    try:
        asking.withdraw(client_id, request_id, tx)
    except Refused as refused:
        form = _asking_form(client_id, tx)
        form.refuse(refused)
        return _show(client_id, form, tx)
    return redirect(url_for("measure_pages.of_person", client_id=client_id, done="withdrawn"), 303)


@dataclass(frozen=True)
class Many:
    """One instrument of all whom the reader reaches: a picture, and each of them by name."""

    name: str
    title: str
    is_depth: bool
    picture: Picture | None
    table: Table[Any]


@dataclass(frozen=True)
class Theirs:
    """One client's readings of an instrument; the table's row, and what `check_listed` looks at."""

    client_id: UUID
    name: str
    readings: Sequence[Reading]


@measure_pages.get("/people/measures", may="people.read", many=True)
def of_all(tx: Transaction) -> Page:
    """Each instrument of all whom the reader reaches, by name: nobody is ranked."""
    reads = reader()
    names, readings = readings_of_all(tx.now - LOOKED_BACK, tx)
    check_listed(readings, tx)
    by_instrument: dict[str, dict[UUID, list[Reading]]] = {}
    over = axis_of([one.answered_at for one in readings])
    for one in readings:
        by_instrument.setdefault(one.instrument, {}).setdefault(one.client_id, []).append(one)
    many = []
    for instrument, by_client in sorted(by_instrument.items()):
        people = [Theirs(who, names.get(who) or reads.say(UNNAMED), each) for who, each in by_client.items()]
        in_order = sorted(people, key=lambda one: (one.name.casefold(), one.client_id))
        many.append(_many(instrument, in_order, over, reads))
    return show("integration/measures_of_all.html", tx, many=many)


def _many(name: str, people: Sequence[Theirs], over: tuple[datetime, datetime] | None, reads: Reader) -> Many:
    instrument = people[0].readings[-1].form
    title = title_of(name, instrument, reads)
    has_total = instrument is None or instrument.has_total
    columns: list[Column[Theirs]] = [
        Column("name", phrase("Name"), _linked),
        Column("first", phrase("First"), lambda one: _said(one.readings[0], reads)),
        Column("last", phrase("Last"), lambda one: _said(one.readings[-1], reads)),
        Column("change", phrase("Change"), lambda one: _change(one.readings[-1], reads)),
        Column("times", phrase("Answered"), lambda one: reads.number(len(one.readings)), number=True),
    ]
    lines = [(one.name, one.readings) for one in people]
    drawn = picture_of_many(title, instrument, name, lines, over) if has_total else None
    is_depth = instrument is not None and instrument.direction == "neither"
    return Many(name, title, is_depth, drawn, Table(f"many-{name}", people, columns))


def _linked(one: Theirs) -> Markup:
    address = url_for("measure_pages.of_person", client_id=one.client_id)
    return Markup('<a href="{}">{}</a>').format(address, escape(one.name))


def _said(reading: Reading, reads: Reader) -> str:
    value = "" if reading.shown is None else reads.number(reading.shown)
    called = reads.say(reading.called.title) if reading.called else ""
    words = " · ".join(part for part in (value, called) if part)
    return f"{words}, {reads.day(reading.answered_at)}"


def _change(reading: Reading, reads: Reader) -> str:
    """In words, and only what the instrument's own rules let anybody say."""
    if reading.is_baseline or reading.change_percent is None:
        return "–"
    found = [reads.say(phrase("{percent} % lower"), percent=reads.number(reading.change_percent))]
    if reading.change_percent < Decimal(0):
        found = [reads.say(phrase("{percent} % higher"), percent=reads.number(-reading.change_percent))]
    named = (
        (reading.remission, phrase("Remission")),
        (reading.response, phrase("Response")),
        (reading.reliable, phrase("Reliable change")),
    )
    return " · ".join(found + [reads.say(words) for holds, words in named if holds])


def _show(client_id: UUID, form: Form[AskMeasure], tx: Transaction, *, done: str | None = None) -> Page:
    tx.one(Client, client_id)
    found, requests = measured(client_id, tx), requests_of(client_id, tx)
    titles = {one.instrument.id: title_of(one.instrument.id, one.instrument, reader()) for one in offered(tx)}
    return show(
        "integration/measures.html",
        tx,
        form,
        done=done,
        client_id=client_id,
        name=name_of(client_id, tx),
        measures=[(one, _findings(one)) for one in found],
        ahead=[one for one in reversed(requests) if one.status in ASKED_STILL],
        over=[one for one in requests if one.status not in ASKED_STILL][:_MOST],
        titles=titles,
        why=OCCASIONS,
        stands=REQUESTS,
        asked_still=ASKED_STILL,
        form=form,
        can_ask=may("measure.ask", tx),
    )


_MOST = 40
"""How many of those requests that are over the page lists, the latest first."""


def _findings(one: Measured) -> list[tuple[str, str]]:
    """What the publications say of the last answers, each with its explanation: to look into, never a diagnosis."""
    if one.instrument is None or one.last.answers is None:
        return []
    try:
        scored = score(one.instrument, one.last.answers)
    except Unscorable:
        return []
    held = [(each.title, each.explanation) for each in one.instrument.criteria if scored.criteria[each.code]]
    return held + [("", note.text) for note in scored.notes]


def _asking_form(client_id: UUID, tx: Transaction) -> Form[AskMeasure]:
    reads, hidden = reader(), hidden_of(client_id, tx)
    choices = [
        (one.instrument.id, title_of(one.instrument.id, one.instrument, reads))
        for one in offered(tx)
        if one.worded and one.instrument.answered_by == "client" and one.instrument.id not in hidden
    ]
    return Form(
        AskMeasure,
        {
            "instrument": Ask(
                phrase("Which questions?"),
                phrase("They are asked at once, and reminded of twice at most."),
                kind="choice",
                choices=choices,
            )
        },
        not_done=phrase("Nothing was asked"),
        prefix="ask-",
    )
