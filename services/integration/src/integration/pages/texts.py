"""With which words questionnaires are asked at the clinic: those that ship, and those that it loaded by permission."""

import json
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from integration.commands.texts import load_text, withdraw_text
from integration.models import MeasureText
from integration.pages.plots import title_of
from integration.pages.text_loading import Loading, told
from integration.queries.texts import offered
from integration.words import LICENCES
from shared.declared import Declared
from shared.declared import field as declared
from shared.errors import Invalid, Refused
from shared.languages import phrase
from shared.measures import Instrument, load_instrument, read_wording
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show
from shared.web.guard import may

text_pages = Pages("text_pages")

DONE = {
    "loaded": phrase("The text is loaded. Clients can be asked with it."),
    "withdrawn": phrase("It is withdrawn."),
}


class LoadFile(Declared):
    """The same as a file."""

    instrument: str = declared("Instrument id.", "who-5")
    file: str = declared("The name of a JSON file.", "who-5.json")


@text_pages.get("/measures/texts", may="measure_text.read")
def texts(tx: Transaction) -> Page:
    """Every instrument, with its licence, and whether it can be asked here."""
    reads = reader()
    found = [(one, title_of(one.instrument.id, one.instrument, reads)) for one in offered(tx)]
    return show(
        "integration/texts.html",
        tx,
        done=DONE.get(request.args.get("done", "")),
        offers=found,
        stands=LICENCES,
        can_load=may("measure_text.load", tx),
    )


@text_pages.get("/measures/texts/loading", may="measure_text.load", form=True)
def loading(tx: Transaction) -> Page:
    """The form for the words of one instrument; without its name, which there are."""
    loadable = _loadable(tx)
    instrument = loadable.get(request.args.get("instrument", ""))
    if instrument is None:
        titles = {name: title_of(name, one, reader()) for name, one in loadable.items()}
        return show("integration/text_loading.html", tx, loadable=titles, sheet=None, file=None)
    return _show(Loading(instrument), _file_form(instrument.id), tx)


@text_pages.post("/measures/texts", may="measure_text.load")
def load(tx: Transaction) -> Page | Response:
    """Load what was typed."""
    instrument = _loadable(tx).get(request.form.get("instrument", ""))
    if instrument is None:
        return _nothing_to_load(tx)
    sheet = Loading(instrument)
    document = sheet.document(request.form)
    try:
        text = load_text(instrument.id, document, tx)
    except Invalid as invalid:
        sheet.complain(invalid)
    if sheet.wrong:
        return _again(sheet, _file_form(instrument.id), tx)
    tx.session.flush()
    return redirect(url_for("text_pages.text", text_id=text.id, done="loaded"), 303)


@text_pages.post("/measures/texts/file", may="measure_text.load")
def load_file(tx: Transaction) -> Page | Response:
    """Load a file."""
    instrument = _loadable(tx).get(request.form.get("instrument", ""))
    if instrument is None:
        return _nothing_to_load(tx)
    form = _file_form(instrument.id)
    if form.read(request.form, request.files) is None:
        return _again(Loading(instrument), form, tx)
    document = _document_in(form.files["file"])
    if document is None:
        form.complain([{"path": "/file", "message": phrase("This file is no JSON that can be read.")}])
        return _again(Loading(instrument), form, tx)
    try:
        text = load_text(instrument.id, document, tx)
    except Invalid as invalid:
        form.complain(
            [
                {
                    "path": error["path"],
                    "message": f"{error['path'].removeprefix('/wording')}: {told(error['message'])}",
                }
                for error in invalid.errors
            ]
        )
        return _again(Loading(instrument), form, tx)
    tx.session.flush()
    return redirect(url_for("text_pages.text", text_id=text.id, done="loaded"), 303)


@text_pages.get("/measures/texts/<uuid:text_id>", may="measure_text.read")
def text(tx: Transaction, text_id: UUID) -> Page:
    """One text that the clinic has loaded, as it is asked."""
    return _show_text(tx.one(MeasureText, text_id), tx)


@text_pages.post("/measures/texts/<uuid:text_id>/withdrawal", may="measure_text.load")
def withdraw(tx: Transaction, text_id: UUID) -> Page | Response:
    """A permission has ended."""
    try:
        withdraw_text(text_id, tx)
    except Refused as refused:
        return _show_text(tx.one(MeasureText, text_id), tx, reader().say(refused.sentence)), 422  # type: ignore[return-value]
    return redirect(url_for("text_pages.texts", done="withdrawn"), 303)


def _loadable(tx: Transaction) -> dict[str, Instrument]:
    """What a text may be loaded for."""
    return {one.instrument.id: one.instrument for one in offered(tx) if one.instrument.licence.text == "clinic_loads"}


def _document_in(file: FileStorage) -> dict[str, Any] | None:
    """The JSON object that a file is; None where it is none."""
    try:
        document = json.load(file.stream)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _file_form(instrument_id: str) -> Form[LoadFile]:
    accepts, hint = "application/json,.json", phrase("With language, permission, stem, items, options and notices.")
    return Form(
        LoadFile,
        {
            "instrument": Ask("", kind="hidden", value=instrument_id),
            "file": Ask(phrase("A JSON file"), hint, kind="file", accepts=accepts, largest=500_000),
        },
        not_done=phrase("The text is not loaded yet"),
        prefix="file-",
    )


def _show(sheet: Loading, file: Form[LoadFile], tx: Transaction) -> Page:
    title = title_of(sheet.instrument.id, sheet.instrument, reader())
    return show("integration/text_loading.html", tx, file, sheet=sheet, file=file, title=title, loadable={})


def _again(sheet: Loading, file: Form[LoadFile], tx: Transaction) -> Page:
    page = _show(sheet, file, tx)
    return page if isinstance(page, tuple) else (page, 422)


def _nothing_to_load(tx: Transaction) -> Page:
    titles = {name: title_of(name, one, reader()) for name, one in _loadable(tx).items()}
    page = show("integration/text_loading.html", tx, loadable=titles, sheet=None, file=None)
    return page if isinstance(page, tuple) else (page, 422)


def _show_text(text: MeasureText, tx: Transaction, refusal: str = "") -> Page:
    wording = read_wording(text.wording)
    instrument = load_instrument(text.instrument, int(text.version)).worded(wording)
    return show(
        "integration/text.html",
        tx,
        text=text,
        instrument=instrument,
        wording=wording,
        title=title_of(text.instrument, instrument, reader()),
        done=DONE.get(request.args.get("done", "")),
        refusal=refusal,
        can_load=may("measure_text.load", tx),
    )
