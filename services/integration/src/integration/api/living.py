"""Letters to oneself, and days that matter."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import living as commands
from integration.models import Letter, LifeEvent
from integration.queries.living import letters_of, life_events_of
from integration.schemas.living import (
    ChangeLifeEvent,
    LetterReply,
    LifeEventReply,
    NoteLifeEvent,
    RemovedReply,
    WriteLetter,
)
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

doors = Doors("living", "Letters to oneself, and days that matter.")


@doors.post("/clients/<uuid:client_id>/letters", may="letter.write", body=WriteLetter, reply=LetterReply)
def write_letter(tx: Transaction, body: WriteLetter, client_id: UUID) -> dict[str, Any]:
    """Write a letter to your later self; it is sealed until the day that you choose, for you as well."""
    return _letter(commands.write_letter(client_id, body, tx))


@doors.get("/clients/<uuid:client_id>/letters", may="own.read", reply=LetterReply, many=True)
def list_letters(tx: Transaction, client_id: UUID) -> list[dict[str, Any]]:
    """Your letters to yourself; the words of those that you have opened."""
    return [_letter(letter) for letter in letters_of(client_id, tx)]


@doors.post(
    "/clients/<uuid:client_id>/letters/<uuid:letter_id>/opening", may="letter.open", body=Nothing, reply=LetterReply
)
def open_letter(tx: Transaction, body: Nothing, client_id: UUID, letter_id: UUID) -> dict[str, Any]:
    """Open a letter whose day has come."""
    return _letter(commands.open_letter(client_id, letter_id, tx))


@doors.post(
    "/clients/<uuid:client_id>/letters/<uuid:letter_id>/tearing-up",
    may="letter.write",
    body=Nothing,
    reply=RemovedReply,
)
def tear_up_letter(tx: Transaction, body: Nothing, client_id: UUID, letter_id: UUID) -> dict[str, Any]:
    """Tear up a letter, for good."""
    commands.tear_up(client_id, letter_id, tx)
    return {"id": letter_id}


@doors.post("/clients/<uuid:client_id>/life-events", may="life_event.note", body=NoteLifeEvent, reply=LifeEventReply)
def note_life_event(tx: Transaction, body: NoteLifeEvent, client_id: UUID) -> LifeEvent:
    """Note a day that matters to you; it is private unless you say otherwise."""
    return commands.note_life_event(client_id, body, tx)


@doors.get("/clients/<uuid:client_id>/life-events", may="timeline.read", reply=LifeEventReply, many=True)
def list_life_events(tx: Transaction, client_id: UUID) -> Sequence[LifeEvent]:
    """The days that matter in a client's life: yours, or those that were shared with you."""
    return life_events_of(client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/life-events/<uuid:life_event_id>/change",
    may="life_event.note",
    body=ChangeLifeEvent,
    reply=LifeEventReply,
)
def change_life_event(tx: Transaction, body: ChangeLifeEvent, client_id: UUID, life_event_id: UUID) -> LifeEvent:
    """Share a day that matters, or take it back; be invited to it each year, or not any more."""
    return commands.change_life_event(client_id, life_event_id, body, tx)


@doors.post(
    "/clients/<uuid:client_id>/life-events/<uuid:life_event_id>/removal",
    may="life_event.note",
    body=Nothing,
    reply=RemovedReply,
)
def remove_life_event(tx: Transaction, body: Nothing, client_id: UUID, life_event_id: UUID) -> dict[str, Any]:
    """Remove a day that mattered."""
    commands.remove_life_event(client_id, life_event_id, tx)
    return {"id": life_event_id}


def _letter(letter: Letter) -> dict[str, Any]:
    """A letter without its words, unless it was opened."""
    known = {name: getattr(letter, name) for name in ("id", "written_at", "opens_at", "opened_at")}
    return known | {"client_id": letter.client_id, "words": letter.words if letter.opened_at else None}
