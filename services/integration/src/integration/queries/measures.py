"""Measures over time. Those about the use of substances leave here for whoever may see them alone (`domain.part2`)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from integration.domain.part2 import SUBSTANCE_USE, left_out
from integration.models import Client, Reading
from integration.queries.clients import is_allowed
from integration.queries.people import of_all
from shared.clinics import AuthorisationKind
from shared.errors import NotFound
from shared.store import Transaction


def readings_of(client_id: UUID, tx: Transaction) -> Sequence[Reading]:
    """A client's measures by time, the baseline among them."""
    query = select(Reading).where(Reading.client_id == client_id, Reading.instrument.not_in(hidden_of(client_id, tx)))
    return tx.all(query.order_by(Reading.answered_at, Reading.id))


def reading_of(client_id: UUID, reading_id: UUID, tx: Transaction) -> Reading:
    """One of them. Raises NotFound, also where its answers stay in intake."""
    reading = tx.one(Reading, reading_id, of=client_id)
    if reading.answers is None or reading.instrument in hidden_of(client_id, tx):
        raise NotFound("reading")
    return reading


def baseline_of(client_id: UUID, instrument: str, version: str, tx: Transaction) -> Reading | None:
    """The newest baseline that a screening brought for that instrument, in the same version of it."""
    query = select(Reading).where(
        Reading.client_id == client_id,
        Reading.instrument == instrument,
        Reading.version == version,
        Reading.is_baseline.is_(True),
    )
    return tx.session.scalars(query.order_by(Reading.answered_at.desc(), Reading.id.desc()).limit(1)).first()


def last_answered(client_id: UUID, instrument: str, tx: Transaction) -> Reading | None:
    """The reading of that instrument that was answered last, here or at the screening."""
    query = select(Reading).where(Reading.client_id == client_id, Reading.instrument == instrument)
    return tx.session.scalars(query.order_by(Reading.answered_at.desc(), Reading.id.desc()).limit(1)).first()


def readings_of_all(since: datetime, tx: Transaction) -> tuple[dict[UUID, str | None], Sequence[Reading]]:
    """Whoever the reader reaches, by name, and their measures since then by time: two questions, however many they are.

    Of the use of substances nothing is told of many at once.
    """
    names = of_all(select(Client).order_by(Client.id), Client.id, tx)
    readings = of_all(
        select(Reading)
        .where(Reading.answered_at >= since, Reading.instrument.not_in(SUBSTANCE_USE))
        .order_by(Reading.answered_at, Reading.id),
        Reading.client_id,
        tx,
    )
    return {client.id: client.display_name for client in names}, readings


def hidden_of(client_id: UUID, tx: Transaction) -> frozenset[str]:
    """The instruments of which the actor is shown nothing about this client."""
    hidden = left_out(tx.actor.roles, authorised=False)
    return frozenset() if hidden and is_allowed(AuthorisationKind.PART2, client_id, tx) else hidden
