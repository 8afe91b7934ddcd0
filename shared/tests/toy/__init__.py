"""A made-up service on which the shared parts are tested: it says what it is told to, and writes down what it hears.

It takes the name of a real one, because events belong to a publisher of the catalogue.
"""

import sys
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.bus.everybody import hear_with_everybody
from shared.bus.handlers import Handlers
from shared.declared import Declared, field
from shared.events.intake import ConsentGranted
from shared.events.language import Event
from shared.service import Service
from shared.store import ROW_TYPES, Timers, Transaction
from shared.store.holdings import Holding
from shared.store.timers import Timer
from shared.web import PUBLIC, Doors, Pages, Role
from shared.web.policy import allow, whole_clinic
from toy.telling import Told

HOLDINGS = [Holding(Told.client_id, "what was told", words={"words": "In words"})]


class Base(DeclarativeBase):
    type_annotation_map = ROW_TYPES


class Heard(Base):
    """One effect of one event."""

    __tablename__ = "heard"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    clinic: Mapped[str]
    subject: Mapped[UUID]
    sequence: Mapped[int]
    type: Mapped[str]


class Note(Base):
    """A versioned row."""

    __tablename__ = "note"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    clinic: Mapped[str]
    words: Mapped[str]
    version: Mapped[int]


class WriteNote(Declared):
    words: str = field("What it says.", "hello")


class NoteReply(Declared):
    id: UUID = field("Its id.", "01936d3e-5f00-7000-8000-000000000001")
    words: str = field("What it says.", "hello")
    version: int = field("Its version.", 1)


class OfClient(Declared):
    """Something of a client."""

    client_id: UUID = field("Whose.", "01936d3e-5f00-7000-8000-000000000001")


def toy_service(name: str, *hears: type[Event]) -> Service:
    """A toy of that name, with handlers for those events."""
    handlers, timers, doors = Handlers(), Timers(), Doors("notes")
    if name != "intake":
        hear_with_everybody(handlers, HOLDINGS)
    for event in hears:
        handlers.on(event)(write_down)

    @timers.on("note")
    def later(timer: Timer, tx: Transaction) -> None:
        tx.add(Note(id=timer.subject, clinic=tx.clinic_id, words=timer.payload["words"], version=1))

    @doors.post("/notes", may="note.write", body=WriteNote, reply=NoteReply)
    def write(tx: Transaction, body: WriteNote) -> Note:
        """Write a note."""
        return tx.add(Note(id=tx.new_id(), clinic=tx.clinic_id, words=body.words, version=1))

    @doors.get("/notes/<uuid:note_id>", may="note.read", reply=NoteReply)
    def read(tx: Transaction, note_id: UUID) -> Note:
        """Read a note."""
        return tx.one(Note, note_id)

    @doors.patch("/notes/<uuid:note_id>", may="note.write", body=WriteNote, reply=NoteReply)
    def correct(tx: Transaction, body: WriteNote, note_id: UUID, version: int) -> Note:
        """Correct a note."""
        note = tx.one(Note, note_id, version=version)
        note.words, note.version = body.words, note.version + 1
        return note

    @doors.get("/clients/<uuid:client_id>/self", may="self.read", reply=NoteReply)
    def myself(tx: Transaction, client_id: UUID) -> dict[str, Any]:
        """What only the client themselves may read."""
        return {"id": client_id, "words": tx.actor.id, "version": 1}

    @doors.get("/careless", may="careless.read", reply=OfClient, many=True)
    def careless(tx: Transaction) -> list[dict[str, Any]]:
        """A list whose query forgot to ask whom the reader may see."""
        return [{"client_id": UUID(client)} for client in request.args.getlist("clients")]

    @doors.post("/clinics/<clinic>/greetings", may=PUBLIC, body=WriteNote, reply=NoteReply)
    def greet(tx: Transaction, body: WriteNote) -> Note:
        """Anybody may greet a clinic."""
        return tx.add(Note(id=tx.new_id(), clinic=tx.clinic_id, words=body.words, version=1))

    @doors.get("/broken", may="note.read", reply=NoteReply)
    def broken(tx: Transaction) -> None:
        """Fail with a message that quotes somebody."""
        raise RuntimeError("rosa@example.org said something private")

    return Service(
        pages=[note_pages()],
        name=name,
        package=sys.modules[__name__],
        title="Toy",
        doors=[doors],
        holdings=HOLDINGS,
        policy={
            "note.write": whole_clinic(Role.THERAPIST),
            "note.read": whole_clinic(Role.THERAPIST, Role.NURSE),
            "self.read": allow(Role.CLIENT),
            "careless.read": allow(Role.THERAPIST),
        },
        handlers=handlers,
        timers=timers,
    )


def note_pages() -> Pages:
    pages = Pages("note_pages")

    @pages.get("/notes/new", may="note.write")
    def new_note(tx: Transaction) -> str:
        return render_template("toy/note.html", words="")

    @pages.get("/clinics/<clinic>/notes/new", may="note.write")
    def new_note_at(tx: Transaction) -> str:
        return render_template("toy/note.html", words="")

    @pages.post("/notes/new", may="note.write")
    def save_note(tx: Transaction) -> Any:
        tx.add(Note(id=tx.new_id(), clinic=tx.clinic_id, words=request.form["words"], version=1))
        tx.session.flush()
        if not request.form["words"]:
            return render_template("toy/note.html", words="", complaint="Say something."), 422
        return redirect("/sessions/notes/new", 303)

    @pages.get("/note-pages/<uuid:note_id>", may="note.read")
    def note_page(tx: Transaction, note_id: UUID) -> str:
        return render_template("toy/note.html", words=tx.one(Note, note_id).words)

    @pages.get("/clients/<uuid:client_id>/today", may="self.read")
    def today_of(tx: Transaction, client_id: UUID) -> str:
        return render_template("toy/note.html", words=str(client_id))

    @pages.get("/today", may="self.read", own=True)
    def today(tx: Transaction) -> str:
        return render_template("toy/note.html", words=str(tx.actor.client_id))

    @pages.get("/note-pages/broken", may="note.read")
    def broken_page(tx: Transaction) -> str:
        raise RuntimeError("rosa@example.org said something private")

    return pages


def write_down(event: Event, tx: Transaction) -> None:
    assert tx.cause is not None
    tx.add(Heard(clinic=tx.clinic_id, subject=event.subject, sequence=tx.cause.sequence, type=event.type))


def consent(client: UUID, version: str = "2026-01") -> ConsentGranted:
    """An event to tell; its text version makes it recognisable."""
    sample = ConsentGranted.sample_data() | {"text_version": version}
    return ConsentGranted.from_data(client, sample)
