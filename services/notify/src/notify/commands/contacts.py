"""Keeping what intake says about how a client may be reached, and to what they agreed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from notify.models import Consent, Contact
from shared.clinics import ConsentKind
from shared.store import Transaction


def meet_client(client: UUID, tx: Transaction) -> None:
    """Make room for a client at first sight, whichever service told of them first."""
    row = insert(Contact).values(id=client, clinic=tx.clinic_id)
    tx.session.execute(row.on_conflict_do_nothing())


def keep_contact(client: UUID, tx: Transaction, **facts: str | None) -> None:
    """Keep how a client may be reached as it now stands."""
    row = insert(Contact).values(id=client, clinic=tx.clinic_id, **facts)
    tx.session.execute(row.on_conflict_do_update(index_elements=["id"], set_=facts))


def keep_consent(
    consent: UUID,
    tx: Transaction,
    *,
    client: UUID,
    kind: ConsentKind,
    partner: str | None,
    withdrawn_at: datetime | None,
) -> None:
    """Keep one consent; once withdrawn it stays so."""
    facts: dict[str, Any] = {"kind": kind, "partner": partner, "withdrawn_at": withdrawn_at}
    row = insert(Consent).values(id=consent, clinic=tx.clinic_id, client=client, **facts)
    tx.session.execute(
        row.on_conflict_do_update(index_elements=["id"], set_=facts, where=Consent.withdrawn_at.is_(None))
    )
