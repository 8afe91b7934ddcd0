"""Each service's own copy of the clinics' facts, kept by intake's events."""

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Text, cast, select
from sqlalchemy.dialects.postgresql import insert

from shared.clinics import Clinic
from shared.errors import NotFound
from shared.events.intake import ClinicConfigured
from shared.store.tables import clinic as clinic_table

if TYPE_CHECKING:
    from shared.store.transaction import Transaction


def keep_clinic(event: ClinicConfigured, tx: "Transaction") -> None:
    """Keep the newest facts of the clinic; an older version that arrives late changes nothing."""
    remember_clinic(tx.session.connection(), event.clinic, tx)


def remember_clinic(connection: Connection, clinic: Clinic, tx: "Transaction") -> None:
    """Write the facts of a clinic where they are newer than what is known."""
    values = {"id": clinic.id, "version": clinic.version, "facts": clinic.dump(), "changed_at": tx.now}
    statement = insert(clinic_table).values(values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"], set_=values, where=clinic_table.c.version < clinic.version
        )
    )


def load_clinic(connection: Connection, clinic_id: str) -> Clinic:
    """The clinic as this service knows it. NotFound where it does not know it (yet)."""
    facts = connection.scalar(select(cast(clinic_table.c.facts, Text)).where(clinic_table.c.id == clinic_id))
    if facts is None:
        raise NotFound("clinic")
    return _read(facts)


def clinic_names(connection: Connection) -> dict[str, str]:
    """What the clinics of this deployment are called, by id, in the order of their names. It is no tenant's secret."""
    name = clinic_table.c.facts["name"].astext
    rows = connection.execute(select(clinic_table.c.id, name.label("name")).order_by(name))
    return {row.id: row.name for row in rows}


@lru_cache(maxsize=256)
def _read(facts: str) -> Clinic:
    """A document that says the same is read once: to validate it takes two milliseconds, and nearly every deed asks."""
    return Clinic.load(json.loads(facts), tolerant=True)
