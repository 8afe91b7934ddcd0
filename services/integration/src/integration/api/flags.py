"""Help, red flags, and words that somebody is asked to read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from integration.commands import flags as commands
from integration.commands.hearing import hear_help
from integration.models import PleaseRead, RedFlag
from integration.queries.flags import flags_of, words_to_read
from integration.schemas.flags import CloseFlag, HelpReply, ReadReply, RedFlagReply, ToReadReply
from shared.declared import Nothing
from shared.store import Transaction
from shared.web import Doors

doors = Doors("flags", "Help, red flags, and words that somebody is asked to read.")


@doors.post("/clients/<uuid:client_id>/help", may="help.ask", body=Nothing, reply=HelpReply, hears=hear_help)
def ask_for_help(tx: Transaction, body: Nothing, client_id: UUID) -> dict[str, Any]:
    """I'd like help now."""
    return {"crisis_line": commands.ask_for_help(client_id, tx)}


@doors.get("/clients/<uuid:client_id>/red-flags", may="red_flag.read", reply=RedFlagReply, many=True)
def list_red_flags(tx: Transaction, client_id: UUID) -> Sequence[RedFlag]:
    """A client's red flags."""
    return flags_of(client_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/red-flags/<uuid:flag_id>/acknowledgement",
    may="red_flag.acknowledge",
    body=Nothing,
    reply=RedFlagReply,
)
def acknowledge_red_flag(tx: Transaction, body: Nothing, client_id: UUID, flag_id: UUID) -> RedFlag:
    """Say that you are on it: nobody else is called, unless it is still open in an hour."""
    return commands.acknowledge_flag(client_id, flag_id, tx)


@doors.post(
    "/clients/<uuid:client_id>/red-flags/<uuid:flag_id>/closing",
    may="red_flag.close",
    body=CloseFlag,
    reply=RedFlagReply,
)
def close_red_flag(tx: Transaction, body: CloseFlag, client_id: UUID, flag_id: UUID) -> RedFlag:
    """Close a red flag, after looking after it."""
    return commands.close_flag(client_id, flag_id, body.note, tx)


@doors.get("/words-to-read", may="words.read", reply=ToReadReply, many=True)
def list_words_to_read(tx: Transaction) -> list[dict[str, Any]]:
    """Words of your clients that a person is asked to read, the oldest first."""
    return [
        {"id": one.request.id, "client_id": one.client_id, "words": one.words}
        | {"source": one.request.source, "asked_at": one.request.asked_at}
        for one in words_to_read(tx)
    ]


@doors.post(
    "/clients/<uuid:client_id>/words-to-read/<uuid:words_id>/reading",
    may="words.read",
    body=Nothing,
    reply=ReadReply,
)
def mark_as_read(tx: Transaction, body: Nothing, client_id: UUID, words_id: UUID) -> PleaseRead:
    """Say that you have read it."""
    return commands.mark_as_read(client_id, words_id, tx)
