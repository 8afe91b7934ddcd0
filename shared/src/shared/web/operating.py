"""What an operator sees and decides about a service's inbox, clinic by clinic; the same at every service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow.validate import Length
from sqlalchemy import Row

from shared.declared import Declared, field
from shared.events.envelope import Envelope
from shared.store import parked
from shared.store.bodies import open_body
from shared.store.gaps import gaps
from shared.store.transaction import Transaction
from shared.store.vault import Keyring
from shared.web.asked import AtMost, listed
from shared.web.context import frame
from shared.web.doors import Doors
from shared.web.policy import Policy, Role, allow

OPERATING: Policy = {
    # Ids, types and errors, and of the data what any subscriber may read: nothing about a person.
    "inbox.read": allow(Role.OPERATOR),
    "inbox.decide": allow(Role.OPERATOR),
}


class InboxEvent(Declared):
    """An event that failed for good, with what has been decided about it."""

    id: UUID = field("The event's id.", "01936d3e-5f00-7000-8000-000000000002")
    type: str = field("The CloudEvents type.", "afterglow.intake.client.registered.v1")
    publisher: str = field("Who said it.", "intake")
    stream: str = field("Whose events wait behind it.", "maple/client/01936d3e-5f00-7000-8000-000000000001")
    sequence: int = field("Its place among the publisher's events of that stream, from 1.", 4)
    state: str = field("`parked`, `skipped` or `discarded`; `ready` or `waiting` once it is retried.", "parked")
    attempts: int = field("How often it was tried.", 7)
    error: str | None = field(
        "The last error's kind, and where it was raised.", "KeyError\n  handlers.py:40", default=None
    )
    received_at: datetime = field("When it came, UTC.", "2026-11-02T15:00:00+00:00")
    decided_by: str | None = field("Who decided.", "operator:ana", default=None)
    decided_at: datetime | None = field("When, UTC.", "2026-11-02T16:00:00+00:00", default=None)
    reason: str | None = field("Why.", "The client was merged by hand.", default=None)


class ParkedEvent(InboxEvent):
    """An event of the list, with what its standing still means for others."""

    behind: int = field("How many of its successors wait.", 3)


class ParkedEvents(Declared):
    """Parked events, oldest first."""

    items: list[ParkedEvent] = field("As many as were asked for.", [ParkedEvent.sample_data()])
    more: bool = field("Whether there are more: ask with a higher `?limit=`.", False)


class Gap(Declared):
    """Events of one publisher about one stream that have not come, and that others wait for."""

    publisher: str = field("Who has to say it again.", "intake")
    stream: str = field("Whose events wait.", "maple/client/01936d3e-5f00-7000-8000-000000000001")
    missing_from: int = field("The place of the first event that has not come.", 4)
    missing_to: int = field("The place of the last, before the first that is here.", 4)
    behind: int = field("How many events wait for them.", 3)
    since: datetime = field("When the oldest of those came, UTC.", "2026-11-02T15:00:00+00:00")


class Gaps(Declared):
    """Gaps, the longest waiting first."""

    items: list[Gap] = field("As many as were asked for.", [Gap.sample_data()])
    more: bool = field("Whether there are more: ask with a higher `?limit=`.", False)


class ShownEvent(ParkedEvent):
    """An event with its data, as far as an operator may see it."""

    data: dict[str, Any] = field("Values that any subscriber may read; the others are withheld.", {"kind": "messaging"})


class Decision(Declared):
    """Why an event is passed over or a timer cancelled. It stays on record beside the name."""

    reason: str = field(
        "Why, without personal data.", "The client was merged by hand.", validate=Length(min=3, max=500)
    )


inbox = Doors("inbox", "Events that wait for a person, and what waits for events that have not come.")


@inbox.get("/inbox/parked", may="inbox.read", query=AtMost, reply=ParkedEvents)
def list_parked(tx: Transaction, query: AtMost) -> dict[str, Any]:
    """The clinic's parked events at this service, oldest first."""
    return listed(parked.parked_events(tx.session, tx.service, limit=query.limit + 1), query.limit)


@inbox.get("/inbox/waiting", may="inbox.read", query=AtMost, reply=Gaps)
def list_waiting(tx: Transaction, query: AtMost) -> dict[str, Any]:
    """What waits for events that have not come, longest first."""
    return listed(gaps(tx.session, tx.service, limit=query.limit + 1), query.limit)


@inbox.get("/inbox/events/<uuid:event_id>", may="inbox.read", reply=ShownEvent)
def show(tx: Transaction, event_id: UUID) -> dict[str, Any]:
    """An event that has not been handled, in whatever state."""
    return shown(parked.find_event(tx.session, tx.service, event_id), frame().store.keyring)


@inbox.post("/inbox/events/<uuid:event_id>/retry", may="inbox.decide", reply=InboxEvent, status=200)
def retry(tx: Transaction, event_id: UUID) -> Row[Any]:
    """Have a parked event tried again; what waits behind it follows in order."""
    return parked.retry(event_id, tx)


@inbox.post("/inbox/events/<uuid:event_id>/skip", may="inbox.decide", body=Decision, reply=InboxEvent, status=200)
def skip(tx: Transaction, body: Decision, event_id: UUID) -> Row[Any]:
    """Pass a parked event over, without its effects, and keep it on record; its successors go on."""
    return parked.skip(event_id, body.reason, tx)


@inbox.post("/inbox/events/<uuid:event_id>/discard", may="inbox.decide", body=Decision, reply=InboxEvent, status=200)
def discard(tx: Transaction, body: Decision, event_id: UUID) -> Row[Any]:
    """Pass a parked event over and throw its data away; its successors go on."""
    return parked.discard(event_id, body.reason, tx)


def shown(row: Row[Any], keyring: Keyring) -> dict[str, Any]:
    """An event of the inbox as an operator may see it."""
    body = open_body(keyring, row)
    return {**row._mapping, "data": Envelope.from_bytes(body).open_data() if body else {}}
