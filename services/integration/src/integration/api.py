"""Integration's JSON doors. Those of a client carry the client's id, and reach nobody else's."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration import queries
from integration.commands import inner_work as own
from integration.commands import measures as measuring
from integration.commands import tending as care
from integration.commands.notes import write_psychotherapy_note
from integration.domain.journey import Line
from integration.models import Commitment, Intention, Moment, PsychotherapyNote, Reading, RedFlag, Sensation
from integration.schemas import (
    AnswerCheckIn,
    AnsweredReply,
    AnswerMeasure,
    CloseFlag,
    CommitmentReply,
    HelpReply,
    IntentionReply,
    MakeCommitment,
    MomentReply,
    NewReadingReply,
    PlaceSensation,
    PsychotherapyNoteReply,
    ReadingReply,
    RedFlagReply,
    SensationReply,
    SetIntention,
    ShareMoment,
    TimelineReply,
    WindowReply,
    WriteMoment,
    WritePsychotherapyNote,
)
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

inner_work = Doors("inner-work", "Intentions, moments, sensations, commitments.")
tending = Doors("tending", "Windows, check-ins, help and red flags.")
measures = Doors("measures", "Measures over time, and the journey.")

notes = Doors("psychotherapy-notes", "What therapists write down for themselves, apart from the record.")

DOORS = (inner_work, tending, measures, notes)


@inner_work.post("/clients/<uuid:client_id>/intentions", may="intention.set", body=SetIntention, reply=IntentionReply)
def set_intention(tx: Transaction, body: SetIntention, client_id: UUID) -> Intention:
    """Set an intention."""
    return own.set_intention(client_id, body, tx)


@inner_work.get("/clients/<uuid:client_id>/intentions", may="intention.read", reply=IntentionReply, many=True)
def list_intentions(tx: Transaction, client_id: UUID) -> Sequence[Intention]:
    """A client's intentions."""
    return queries.intentions_of(client_id, tx)


@inner_work.post("/clients/<uuid:client_id>/moments", may="moment.write", body=WriteMoment, reply=MomentReply)
def write_moment(tx: Transaction, body: WriteMoment, client_id: UUID) -> Moment:
    """Write a moment; it is private unless you say otherwise."""
    return own.write_moment(client_id, body, tx)


@inner_work.get("/clients/<uuid:client_id>/moments", may="moment.read", reply=MomentReply, many=True)
def list_moments(tx: Transaction, client_id: UUID) -> Sequence[Moment]:
    """The moments that are yours, or that were shared with you."""
    return queries.moments_for(client_id, tx)


@inner_work.post(
    "/clients/<uuid:client_id>/moments/<uuid:moment_id>/sharing",
    may="moment.share",
    body=ShareMoment,
    reply=MomentReply,
)
def share_moment(tx: Transaction, body: ShareMoment, client_id: UUID, moment_id: UUID) -> Moment:
    """Share a moment, or take it back."""
    return own.share_moment(client_id, moment_id, body.visibility, tx)


@inner_work.post(
    "/clients/<uuid:client_id>/sensations", may="sensation.place", body=PlaceSensation, reply=SensationReply
)
def place_sensation(tx: Transaction, body: PlaceSensation, client_id: UUID) -> Sensation:
    """Place something that you feel on the body map."""
    return own.place_sensation(client_id, body, tx)


@inner_work.post(
    "/clients/<uuid:client_id>/commitments", may="commitment.make", body=MakeCommitment, reply=CommitmentReply
)
def make_commitment(tx: Transaction, body: MakeCommitment, client_id: UUID) -> dict[str, Any]:
    """Commit to one small thing."""
    made: Commitment = own.make_commitment(client_id, body, tx)
    names = ("id", "action", "insight_id", "with_whom", "status", "made_at")
    return {name: getattr(made, name) for name in names} | {"when": made.planned_for}


@tending.get("/clients/<uuid:client_id>/windows", may="window.read", reply=WindowReply, many=True)
def list_windows(tx: Transaction, client_id: UUID) -> list[dict[str, Any]]:
    """A client's integration windows with their check-ins."""
    return queries.windows_of(client_id, tx)


@tending.post(
    "/clients/<uuid:client_id>/check-ins/<uuid:check_in_id>/answer",
    may="checkin.answer",
    body=AnswerCheckIn,
    reply=AnsweredReply,
)
def answer_check_in(tx: Transaction, body: AnswerCheckIn, client_id: UUID, check_in_id: UUID) -> dict[str, Any]:
    """Say how you are."""
    answered = care.answer_check_in(client_id, check_in_id, body, tx)
    check_in = answered.check_in
    return {"id": check_in.id, "status": check_in.status, "kept": answered.kept, "help": answered.call}


@tending.post("/clients/<uuid:client_id>/help", may="help.ask", body=Nothing, reply=HelpReply)
def ask_for_help(tx: Transaction, body: Nothing, client_id: UUID) -> dict[str, Any]:
    """I'd like help now."""
    return {"crisis_line": care.ask_for_help(client_id, tx)}


@tending.get("/clients/<uuid:client_id>/red-flags", may="red_flag.read", reply=RedFlagReply, many=True)
def list_red_flags(tx: Transaction, client_id: UUID) -> Sequence[RedFlag]:
    """A client's red flags."""
    return queries.flags_of(client_id, tx)


@tending.post(
    "/clients/<uuid:client_id>/red-flags/<uuid:flag_id>/closing",
    may="red_flag.close",
    body=CloseFlag,
    reply=RedFlagReply,
)
def close_red_flag(tx: Transaction, body: CloseFlag, client_id: UUID, flag_id: UUID) -> RedFlag:
    """Close a red flag, after looking after it."""
    return care.close_flag(client_id, flag_id, body.note, tx)


@measures.post("/clients/<uuid:client_id>/measures", may="measure.answer", body=AnswerMeasure, reply=NewReadingReply)
def answer_measure(tx: Transaction, body: AnswerMeasure, client_id: UUID) -> dict[str, Any]:
    """Hand in answers to a measure; they are scored and compared with the baseline."""
    answered = measuring.answer_measure(client_id, body.response, tx)
    about = {name: getattr(answered, name) for name in ("instrument", "version", "answered_at", "unanswered", "help")}
    if answered.reading is None:
        return dict.fromkeys(ReadingReply.sample_data()) | {"is_baseline": False, "overlapping": False} | about
    return {name: getattr(answered.reading, name) for name in ReadingReply.sample_data()} | about


@measures.get("/clients/<uuid:client_id>/measures", may="measure.read", reply=ReadingReply, many=True)
def list_measures(tx: Transaction, client_id: UUID) -> Sequence[Reading]:
    """A client's measures by time, the baseline among them."""
    return queries.readings_of(client_id, tx)


@measures.get("/clients/<uuid:client_id>/timeline", may="timeline.read", reply=TimelineReply, many=True)
def timeline(tx: Transaction, client_id: UUID) -> list[Line]:
    """A client's journey in one order, as far as you may see it."""
    return queries.timeline_of(client_id, tx)


@notes.post(
    "/clients/<uuid:client_id>/psychotherapy-notes",
    may="psychotherapy_note.write",
    body=WritePsychotherapyNote,
    reply=PsychotherapyNoteReply,
)
def write_note(tx: Transaction, body: WritePsychotherapyNote, client_id: UUID) -> PsychotherapyNote:
    """Write a psychotherapy note about a client whom you look after."""
    return write_psychotherapy_note(client_id, body, tx)


@notes.get(
    "/clients/<uuid:client_id>/psychotherapy-notes",
    may="psychotherapy_note.read",
    reply=PsychotherapyNoteReply,
    many=True,
)
def list_notes(tx: Transaction, client_id: UUID) -> Sequence[PsychotherapyNote]:
    """The notes that you wrote; and those of others, where the client's own authorisation lets you."""
    return queries.psychotherapy_notes_for(client_id, tx)
