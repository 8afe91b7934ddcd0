"""Notes of conversations: those of the record, and, on a page of their own, those that a therapist keeps apart."""

from collections.abc import Sequence
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from integration.commands import together as commands
from integration.models import Client, CompletedVisit
from integration.pages.names import name_of
from integration.queries.clients import is_allowed
from integration.queries.together import psychotherapy_notes_for, session_notes_of, visits_to_choose_of
from integration.schemas.together import WritePsychotherapyNote, WriteSessionNote
from integration.words import VISITS
from shared.clinics import AuthorisationKind
from shared.errors import Refused
from shared.languages import phrase
from shared.store import Transaction
from shared.web import Pages
from shared.web.face.forms import Ask, Form
from shared.web.face.reading import reader
from shared.web.face.showing import Page, show

note_pages = Pages("note_pages")


@note_pages.get("/people/<uuid:client_id>/notes", may="session_note.read")
def notes_of(tx: Transaction, client_id: UUID) -> Page:
    """The notes of conversations in a client's record. `corrects` in the address opens the form for a correction."""
    tx.one(Client, client_id)
    return _show_notes(client_id, tx, corrects=request.args.get("corrects", type=UUID))


@note_pages.post("/people/<uuid:client_id>/notes", may="session_note.write")
def write_note(tx: Transaction, client_id: UUID) -> Page | Response:
    """Put a note into the record; with `corrects` it corrects an earlier one, which stays."""
    tx.one(Client, client_id)
    corrects = request.form.get("corrects", type=UUID)
    form = _note_form(visits_to_choose_of(client_id, tx), corrects)
    order = form.read(request.form)
    if order is None:
        return _show_notes(client_id, tx, form, corrects=corrects)
    try:
        commands.write_session_note(client_id, order, tx)
    except Refused as refused:
        form.refuse(refused)
        return _show_notes(client_id, tx, form, corrects=corrects)
    return redirect(url_for("note_pages.notes_of", client_id=client_id, done=1), 303)


@note_pages.get("/people/<uuid:client_id>/psychotherapy-notes", may="psychotherapy_note.read")
def psychotherapy_notes_of(tx: Transaction, client_id: UUID) -> Page:
    """The notes that the reader keeps apart; those of others where the client allows it."""
    tx.one(Client, client_id)
    return _show_apart(client_id, tx)


@note_pages.post("/people/<uuid:client_id>/psychotherapy-notes", may="psychotherapy_note.write")
def write_psychotherapy_note(tx: Transaction, client_id: UUID) -> Page | Response:
    """Keep a note apart from the record."""
    tx.one(Client, client_id)
    form = _apart_form()
    order = form.read(request.form)
    if order is None:
        return _show_apart(client_id, tx, form)
    commands.write_psychotherapy_note(client_id, order, tx)
    return redirect(url_for("note_pages.psychotherapy_notes_of", client_id=client_id, done=1), 303)


def _show_notes(
    client_id: UUID, tx: Transaction, form: Form[WriteSessionNote] | None = None, *, corrects: UUID | None = None
) -> Page:
    notes, visits = session_notes_of(client_id, tx), visits_to_choose_of(client_id, tx)
    open_to_correct = {note.id for note in notes} - {note.corrects_id for note in notes}
    corrected = next((note for note in notes if note.id == corrects), None)
    form = form or _note_form(visits, corrected.id if corrected else None)
    return show(
        "integration/notes.html",
        tx,
        form,
        client_id=client_id,
        name=name_of(client_id, tx),
        form=form,
        done="done" in request.args,
        notes=notes,
        corrected=corrected,
        corrected_by={note.corrects_id: note for note in notes if note.corrects_id is not None},
        open_to_correct=open_to_correct,
        visits={visit.id: visit for visit in visits},
        kinds=VISITS,
    )


def _show_apart(client_id: UUID, tx: Transaction, form: Form[WritePsychotherapyNote] | None = None) -> Page:
    form = form or _apart_form()
    return show(
        "integration/psychotherapy_notes.html",
        tx,
        form,
        client_id=client_id,
        name=name_of(client_id, tx),
        form=form,
        done="done" in request.args,
        notes=psychotherapy_notes_for(client_id, tx),
        allowed=is_allowed(AuthorisationKind.PSYCHOTHERAPY_NOTES, client_id, tx),
    )


def _note_form(visits: Sequence[CompletedVisit], corrects: UUID | None) -> Form[WriteSessionNote]:
    """A note for the record, of a visit where one was chosen."""
    asks = {
        "words": Ask(
            phrase("What the record needs to know"),
            phrase("The care team reads it, and so may the client. It is never changed; a later note corrects it."),
            rows=8,
        )
    }
    if corrects is None:
        asks["visit_id"] = Ask(phrase("About which visit?"), kind="choice", choices=_choices(visits))
    return Form(
        WriteSessionNote,
        asks,
        not_done=phrase("The note is not kept yet"),
        prefix="note-",
        fixed={} if corrects is None else {"corrects_id": str(corrects)},
        shown={} if corrects is None else {"corrects": str(corrects)},
    )


def _choices(visits: Sequence[CompletedVisit]) -> tuple[tuple[str, str], ...]:
    reads = reader()
    said = [(str(visit.id), f"{reads.say(VISITS[visit.kind])}, {reads.day(visit.completed_at)}") for visit in visits]
    return (("", phrase("None of them")), *said)


def _apart_form() -> Form[WritePsychotherapyNote]:
    """A note that a therapist keeps apart."""
    return Form(
        WritePsychotherapyNote,
        {
            "words": Ask(
                phrase("What you want to remember"),
                phrase("What the record needs to know belongs into a session note instead."),
                rows=8,
            )
        },
        not_done=phrase("The note is not kept yet"),
        prefix="apart-",
    )
