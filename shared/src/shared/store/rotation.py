"""Replacing keys while all goes on: master keys and clinic keys by wrapping anew, data keys by sealing anew.

Nothing has to stop: whoever seals holds the data key's row until they commit, so that a replacement waits for them
before it reads anything, and whoever comes later finds the new key. Each step commits by itself, with a line in the
audit that says who decided it, and going on after a break is doing it again.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import DeadlockDetected
from sqlalchemy import Row, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.clock import uuid7
from shared.sealing import ciphers
from shared.store.holdings import Holding
from shared.store.sealed import SealedForClinic, sealed_attributes
from shared.store.tenancy import await_changes, set_clinic
from shared.store.transaction import Actor, Origin, Store, Transaction

BATCH = 500
TRIES = 5

_CLINIC_KEYS = text(
    "select id, purpose, master, wrapped, replaced_at from clinic_key where clinic = :clinic for update"
)
_REWRAP_CLINIC_KEY = text("update clinic_key set master = :master, wrapped = :wrapped where id = :id")
_REPLACE_CLINIC_KEY = text(
    "update clinic_key set replaced_at = :now where clinic = :clinic and purpose = 'seal' and replaced_at is null"
)
_NEW_CLINIC_KEY = text("""
    insert into clinic_key (id, clinic, purpose, master, wrapped, made_at)
    values (:id, :clinic, 'seal', :master, :wrapped, :now)
""")
_STALE = text("""
    select d.id, d.wrapped, c.master, c.wrapped as clinic_wrapped
    from data_key d join clinic_key c on c.id = d.clinic_key
    where d.clinic = :clinic and c.replaced_at is not null order by d.id limit :batch for update of d
""")
_REWRAP_DATA_KEY = text("update data_key set clinic_key = :clinic_key, wrapped = :wrapped where id = :id")
_OLD_DATA_KEYS = text("""
    select subject from data_key where clinic = :clinic and replaced_at is null and made_at < :before order by subject
""")
# The update by itself would not wait for those who share the key: it changes no column that refers to it.
_REPLACE_DATA_KEY = text("""
    with held as (
      select id from data_key where subject = :subject and replaced_at is null and made_at < :before for update
    )
    update data_key d set replaced_at = :now from held where d.id = held.id returning d.id
""")
_REMOVE_DATA_KEY = text("delete from data_key where id = :id")
_STATUS = text("""
    select
      (select count(*) from data_key where clinic = :clinic) as data_keys,
      (select count(*) from data_key d join clinic_key c on c.id = d.clinic_key
        where d.clinic = :clinic and c.replaced_at is not null) as under_replaced,
      (select made_at from clinic_key where clinic = :clinic and purpose = 'seal' and replaced_at is null) as made_at,
      (select count(*) from clinic_key where clinic = :clinic and master <> :master) as under_other_masters
""")


@dataclass(frozen=True)
class Status:
    """Under which keys a clinic's data lie at one service."""

    data_keys: int
    under_replaced: int
    made_at: datetime | None
    under_other_masters: int


def status(store: Store, clinic: str) -> Status:
    """What there is to do, and since when the present clinic key seals."""
    with Session(store.engine) as session:
        set_clinic(session.connection(), clinic)
        row = session.execute(_STATUS, {"clinic": clinic, "master": store.keyring.master.current}).one()
        return Status(*row)


def wrap_by_current_master(store: Store, clinic: str, actor: Actor) -> int:
    """Have the current master key wrap all of a clinic's keys; returns how many were wrapped by another one."""
    master = store.keyring.master
    with _deed(store, clinic, actor, "sealing.wrap_by_master") as tx:
        rows = tx.session.execute(_CLINIC_KEYS, {"clinic": clinic}).all()
        others = [row for row in rows if row.master != master.current]
        for row in others:
            secret = ciphers.unwrap(bytes(row.wrapped), master.secrets[row.master])
            wrapped = ciphers.wrap(secret, master.secrets[master.current])
            tx.session.execute(_REWRAP_CLINIC_KEY, {"id": row.id, "master": master.current, "wrapped": wrapped})
        if not others:
            tx.abandon()
    return len(others)


def replace_clinic_key(store: Store, clinic: str, actor: Actor, on_progress: Callable[[int], None]) -> int:
    """Give a clinic a new key, and have it wrap the data keys of all its clients; returns how many."""
    master = store.keyring.master
    with _deed(store, clinic, actor, "sealing.replace_clinic_key") as tx:
        tx.session.execute(_REPLACE_CLINIC_KEY, {"clinic": clinic, "now": tx.now})
        wrapped = ciphers.wrap(ciphers.new_secret(), master.secrets[master.current])
        values = {"id": tx.new_id(), "clinic": clinic, "master": master.current, "wrapped": wrapped, "now": tx.now}
        tx.session.execute(_NEW_CLINIC_KEY, values)
    return wrap_data_keys(store, clinic, on_progress)


def wrap_data_keys(store: Store, clinic: str, on_progress: Callable[[int], None]) -> int:
    """Have the clinic's present key wrap what a replaced one wraps still; returns how many.

    Processes that began before a replacement may go on with the old key for a while: so this can be done again.
    """
    current, wrapping = store.keyring.current_wrapping(clinic)
    done = 0
    while True:
        with Session(store.engine) as session:
            set_clinic(session.connection(), clinic)
            rows: Sequence[Row[Any]] = session.execute(_STALE, {"clinic": clinic, "batch": BATCH}).all()
            for row in rows:
                secret = ciphers.unwrap(bytes(row.wrapped), store.keyring.wrapping(row.master, row.clinic_wrapped))
                wrapped = ciphers.wrap(secret, wrapping)
                session.execute(_REWRAP_DATA_KEY, {"id": row.id, "clinic_key": current, "wrapped": wrapped})
            session.commit()
        if not rows:
            return done
        done += len(rows)
        on_progress(len(rows))


def subjects_to_reseal(store: Store, clinic: str, before: datetime) -> list[UUID]:
    """Whose data lie under a data key of before that moment."""
    with Session(store.engine) as session:
        set_clinic(session.connection(), clinic)
        return list(session.scalars(_OLD_DATA_KEYS, {"clinic": clinic, "before": before}))


def reseal(
    store: Store, holdings: Sequence[Holding], clinic: str, actor: Actor, subject: UUID, before: datetime
) -> int:
    """Give somebody a new data key and seal all of theirs by it; returns how many values.

    `store` must be the owner's, because some rows may be added to only. The old key is gone afterwards.
    """
    tries = 1
    while True:
        try:
            return _reseal(store, holdings, clinic, actor, subject, before)
        except OperationalError as error:
            # A handler had locked a row of theirs before it asked for the key, which we had, and goes on now.
            if not isinstance(error.orig, DeadlockDetected) or tries == TRIES:
                raise
            tries += 1


def _reseal(
    store: Store, holdings: Sequence[Holding], clinic: str, actor: Actor, subject: UUID, before: datetime
) -> int:
    with _deed(store, clinic, actor, "sealing.reseal", subject) as tx:
        # In the order of an erasure, and of whoever says whom they are about to change: them first, and then their key.
        await_changes(tx.session.connection(), subject)
        values = {"subject": subject, "before": before, "now": tx.now}
        old = tx.session.scalar(_REPLACE_DATA_KEY, values)
        if old is None:
            tx.abandon()
            return 0
        sealed = sum(_reseal_rows(holding, subject, tx) for holding in holdings)
        tx.session.flush()
        tx.session.execute(_REMOVE_DATA_KEY, {"id": old})
        tx.touch(subject)
    return sealed


def _deed(
    store: Store, clinic: str, actor: Actor, action: str, subject: UUID | None = None
) -> AbstractContextManager[Transaction]:
    request = str(uuid7(store.clock()))
    about = None if subject is None else str(subject)
    return store.transaction(clinic, actor, Origin(action, request, request, subject=about))


def _reseal_rows(holding: Holding, subject: UUID, tx: Transaction) -> int:
    count = 0
    for attribute in sealed_attributes(holding.model):
        if isinstance(attribute, SealedForClinic):
            continue
        # By the one under whose key it lies, who need not be a client: an inquiry has a key before there is one.
        whose = getattr(holding.model, attribute.owner)
        for row in tx.all(select(holding.model).where(whose == subject)):
            value = getattr(row, attribute.name)
            if value is not None:
                setattr(row, attribute.name, value)
                count += 1
    return count
