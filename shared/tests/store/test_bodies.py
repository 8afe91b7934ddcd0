"""Events at rest open in their own row and nowhere else."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.events.envelope import Envelope
from shared.events.intake import ConsentGranted
from shared.events.sessions import SessionDosed
from shared.sealing import CannotOpen
from shared.store import Actor
from shared.store.bodies import open_body, open_outbox
from shared.store.transaction import Origin
from shared.testing.bench import Bench


def said(bench: Bench, clinic: str = "maple") -> SimpleNamespace:
    """The row of something that the service said at a clinic."""
    with bench.store.transaction(clinic, Actor("nurse"), Origin("dose", "r", "r")) as tx:
        tx.publish(SessionDosed.sample())
    return newest(bench, "select id, clinic, body, sealed from outbox order by position desc limit 1")


def heard(bench: Bench, clinic: str = "maple") -> SimpleNamespace:
    """The row of something that has arrived for a clinic."""
    bench.arrive(ConsentGranted.sample(), clinic=clinic)
    return newest(bench, "select id, clinic, body from inbox_event order by position desc limit 1")


def newest(bench: Bench, query: str) -> SimpleNamespace:
    with bench.owner.connect() as connection:
        return SimpleNamespace(**connection.execute(text(query)).one()._mapping)


def relabelled(row: SimpleNamespace, *columns: str) -> SimpleNamespace:
    """Maple's row as somebody would have to change it for Cedar."""
    changes: dict[str, Any] = {"clinic": "cedar", "body": row.body.replace(b"maple", b"cedar"), "id": uuid4()}
    return SimpleNamespace(**vars(row) | {column: changes[column] for column in columns})


def test_they_open_in_their_own_row(bench: Bench) -> None:
    for row in (said(bench), said(bench, "cedar")):
        assert Envelope.from_bytes(open_outbox(bench.store.keyring, row)).data == SessionDosed.sample_data()
    for row in (heard(bench), heard(bench, "cedar")):
        assert Envelope.from_bytes(open_body(bench.store.keyring, row)).data == ConsentGranted.sample_data()


@pytest.mark.parametrize("columns", [["clinic"], ["body"], ["clinic", "body"], ["id"]])
def test_what_was_said_at_one_clinic_cannot_be_made_what_was_said_at_another(bench: Bench, columns: list[str]) -> None:
    row = said(bench)
    said(bench, "cedar")

    with pytest.raises(CannotOpen):
        open_outbox(bench.store.keyring, relabelled(row, *columns))


def test_what_was_said_about_somebody_cannot_be_put_into_what_was_said_about_somebody_else(bench: Bench) -> None:
    row, other = said(bench), said(bench)

    for column in ("body", "sealed"):
        with pytest.raises(CannotOpen):
            open_outbox(bench.store.keyring, SimpleNamespace(**vars(row) | {column: getattr(other, column)}))


@pytest.mark.parametrize("column", ["clinic", "id"])
def test_what_has_arrived_for_one_clinic_cannot_be_handled_at_another(bench: Bench, column: str) -> None:
    row = heard(bench)
    heard(bench, "cedar")

    with pytest.raises(CannotOpen):
        open_body(bench.store.keyring, relabelled(row, column))
