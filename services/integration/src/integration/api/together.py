"""What client and therapist prepare, write down and agree on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import plans
from integration.commands import together as commands
from integration.domain.planning import status_of
from integration.models import AgendaItem, Plan, PsychotherapyNote, SessionNote
from integration.queries.together import agenda_of, plans_of, psychotherapy_notes_for, session_notes_of
from integration.schemas.together import (
    AgendaItemReply,
    BringToTalk,
    PlanReply,
    ProposePlan,
    PsychotherapyNoteReply,
    SessionNoteReply,
    SettleItem,
    TakenBackReply,
    WritePsychotherapyNote,
    WriteSessionNote,
)
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

doors = Doors("together", "What client and therapist prepare, write down and agree on.")


@doors.get("/clients/<uuid:client_id>/agenda", may="agenda.read", reply=AgendaItemReply, many=True)
def list_agenda(tx: Transaction, client_id: UUID) -> Sequence[AgendaItem]:
    """What client and therapist want to talk about, and what became of it. Both see all of it."""
    return agenda_of(client_id, tx)


@doors.post("/clients/<uuid:client_id>/agenda", may="agenda.write", body=BringToTalk, reply=AgendaItemReply)
def bring_to_talk(tx: Transaction, body: BringToTalk, client_id: UUID) -> AgendaItem:
    """Bring something to talk about; the other one sees it."""
    return commands.bring(client_id, body, tx)


@doors.post(
    "/clients/<uuid:client_id>/agenda/<uuid:item_id>/settling",
    may="agenda.write",
    body=SettleItem,
    reply=AgendaItemReply,
)
def settle_item(tx: Transaction, body: SettleItem, client_id: UUID, item_id: UUID) -> AgendaItem:
    """Say that it was talked about, set it aside, or bring it again."""
    return commands.settle_item(client_id, item_id, body.status, tx)


@doors.post(
    "/clients/<uuid:client_id>/agenda/<uuid:item_id>/taking-back",
    may="agenda.write",
    body=Nothing,
    reply=TakenBackReply,
)
def take_item_back(tx: Transaction, body: Nothing, client_id: UUID, item_id: UUID) -> dict[str, Any]:
    """Take back what you brought yourself, as long as it was not talked about."""
    commands.take_back(client_id, item_id, tx)
    return {"id": item_id}


@doors.get("/clients/<uuid:client_id>/plans", may="plan.read", reply=PlanReply, many=True)
def list_plans(tx: Transaction, client_id: UUID) -> list[dict[str, Any]]:
    """The versions of a client's plans, the newest first. Beside the two, the care team sees what both agreed on."""
    return [_reply_of(plan) for plan in plans_of(client_id, tx)]


@doors.post("/clients/<uuid:client_id>/plans", may="plan.propose", body=ProposePlan, reply=PlanReply)
def propose_plan(tx: Transaction, body: ProposePlan, client_id: UUID) -> dict[str, Any]:
    """Propose a version of a plan. It holds once the other side has agreed too."""
    return _reply_of(plans.propose_plan(client_id, body, tx))


@doors.post("/clients/<uuid:client_id>/plans/<uuid:plan_id>/agreement", may="plan.agree", body=Nothing, reply=PlanReply)
def agree_to_plan(tx: Transaction, body: Nothing, client_id: UUID, plan_id: UUID) -> dict[str, Any]:
    """Agree to exactly this version of a plan."""
    return _reply_of(plans.agree(client_id, plan_id, tx))


@doors.get("/clients/<uuid:client_id>/session-notes", may="session_note.read", reply=SessionNoteReply, many=True)
def list_session_notes(tx: Transaction, client_id: UUID) -> Sequence[SessionNote]:
    """The notes of conversations in a client's record, the newest first."""
    return session_notes_of(client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/session-notes", may="session_note.write", body=WriteSessionNote, reply=SessionNoteReply
)
def write_session_note(tx: Transaction, body: WriteSessionNote, client_id: UUID) -> SessionNote:
    """Put a note of a conversation into the record. It is never changed; a later one may correct it."""
    return commands.write_session_note(client_id, body, tx)


@doors.post(
    "/clients/<uuid:client_id>/psychotherapy-notes",
    may="psychotherapy_note.write",
    body=WritePsychotherapyNote,
    reply=PsychotherapyNoteReply,
)
def write_note(tx: Transaction, body: WritePsychotherapyNote, client_id: UUID) -> PsychotherapyNote:
    """Write a psychotherapy note about a client whom you look after."""
    return commands.write_psychotherapy_note(client_id, body, tx)


@doors.get(
    "/clients/<uuid:client_id>/psychotherapy-notes",
    may="psychotherapy_note.read",
    reply=PsychotherapyNoteReply,
    many=True,
)
def list_notes(tx: Transaction, client_id: UUID) -> Sequence[PsychotherapyNote]:
    """The notes that you wrote; and those of others, where the client's own authorisation lets you."""
    return psychotherapy_notes_for(client_id, tx)


def _reply_of(plan: Plan) -> dict[str, Any]:
    """It has a status beside its columns."""
    names = [name for name in PlanReply.sample_data() if name != "status"]
    return {name: getattr(plan, name) for name in names} | {"status": status_of(plan)}
