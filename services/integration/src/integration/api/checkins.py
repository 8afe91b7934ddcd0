"""Windows, check-ins, and rest from being asked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import checkins as commands
from integration.commands import resting
from integration.commands.hearing import hear_check_in
from integration.domain.checkins import is_emergency
from integration.models import CheckIn, Rest
from integration.queries.checkins import check_ins_of, rest_of, windows_of
from integration.schemas.checkins import (
    AnswerCheckIn,
    AnsweredReply,
    CheckInAnswersReply,
    CheckInReply,
    ChooseRest,
    RestReply,
    WindowReply,
)
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

doors = Doors("check-ins", "Windows, check-ins, and rest from being asked.")


@doors.get("/clients/<uuid:client_id>/windows", may="window.read", reply=WindowReply, many=True)
def list_windows(tx: Transaction, client_id: UUID) -> list[dict[str, Any]]:
    """A client's integration windows with their check-ins."""
    return windows_of(client_id, tx)


@doors.get("/clients/<uuid:client_id>/check-ins", may="checkin.read", reply=CheckInAnswersReply, many=True)
def list_check_ins(tx: Transaction, client_id: UUID) -> Sequence[CheckIn]:
    """A client's check-ins by time, with what they answered."""
    return check_ins_of(client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/check-ins/<uuid:check_in_id>/answer",
    may="checkin.answer",
    body=AnswerCheckIn,
    reply=AnsweredReply,
    hears=hear_check_in,
)
def answer_check_in(tx: Transaction, body: AnswerCheckIn, client_id: UUID, check_in_id: UUID) -> dict[str, Any]:
    """Say how you are. A yes that calls for a person is heard whatever else is refused; see `facts` then."""
    answered = commands.answer_check_in(client_id, check_in_id, body, tx)
    check_in = answered.check_in
    return {
        "id": check_in.id,
        "help": answered.call,
        "emergency": is_emergency(answered.reasons),
        "status": check_in.status,
        "kept": answered.kept,
    }


@doors.post(
    "/clients/<uuid:client_id>/check-ins/<uuid:check_in_id>/skipping",
    may="checkin.skip",
    body=Nothing,
    reply=CheckInReply,
)
def skip_check_in(tx: Transaction, body: Nothing, client_id: UUID, check_in_id: UUID) -> CheckIn:
    """Leave a check-in out. Nobody asks why, and nobody is called."""
    return commands.skip(client_id, check_in_id, tx)


@doors.get("/clients/<uuid:client_id>/rest", may="window.read", reply=RestReply)
def show_rest(tx: Transaction, client_id: UUID) -> dict[str, Any]:
    """Whether the client rests from being asked, by their own choice."""
    return _rest(rest_of(client_id, tx))


@doors.post("/clients/<uuid:client_id>/rest", may="rest.choose", body=ChooseRest, reply=RestReply)
def rest(tx: Transaction, body: ChooseRest, client_id: UUID) -> dict[str, Any]:
    """Be asked and reminded of nothing, until a day or until you come back. Help goes on as ever."""
    return _rest(resting.rest(client_id, body, tx))


@doors.post("/clients/<uuid:client_id>/rest/ending", may="rest.choose", body=Nothing, reply=RestReply)
def come_back(tx: Transaction, body: Nothing, client_id: UUID) -> dict[str, Any]:
    """Be asked again, from what comes next on."""
    resting.come_back(client_id, tx)
    return _rest(None)


def _rest(chosen: Rest | None) -> dict[str, Any]:
    return {
        "resting": chosen is not None,
        "since": chosen.begun_at if chosen else None,
        "until": chosen.until if chosen else None,
    }
