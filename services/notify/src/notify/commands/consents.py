"""Keeping what a client agreed to, as intake tells it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from notify.models import Consent
from shared.clinics import Agreement
from shared.store import Transaction


def keep_consent(
    consent: UUID,
    tx: Transaction,
    *,
    client: UUID,
    kind: Agreement,
    partner: str | None,
    withdrawn_at: datetime | None,
) -> None:
    """Keep one consent; once withdrawn it stays so."""
    facts: dict[str, Any] = {"kind": kind, "partner": partner, "withdrawn_at": withdrawn_at}
    row = insert(Consent).values(id=consent, clinic=tx.clinic_id, client=client, **facts)
    tx.session.execute(
        row.on_conflict_do_update(index_elements=["id"], set_=facts, where=Consent.withdrawn_at.is_(None))
    )
