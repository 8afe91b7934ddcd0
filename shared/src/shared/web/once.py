"""What is sent twice is done once: the answer is stored in the transaction of what it answers, and given again.

    stored = answered(tx, key, said)
    if stored is not None:
        return stored
    response = …
    keep_answer(tx, response)

A second request with the same key waits in `answered` until the first has committed or gone.
"""

import hashlib
from collections.abc import Collection

from flask import Response, g
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.errors import Invalid
from shared.store.tables import idempotency
from shared.store.transaction import Transaction

LONGEST_KEY = 200


def answered(tx: Transaction, key: str, said: Collection[bytes], *, apart: bool = False) -> Response | None:
    """The answer that was stored with the caller's key; None claims it for this transaction.

    Where there is one the audit says `repeated`, which is no second deed. `said` is the whole request. `Invalid` when
    the key came with another one before; where requests stand `apart`, each has the key for itself.
    """
    # What was said can be guessed: so nobody without the clinic's key can tell whether it was this.
    asked = tx.vault.index("idempotency.fingerprint", hashlib.sha256(b"\0".join(said)).hexdigest()).hex()
    mine = {"clinic": tx.clinic_id, "actor": tx.actor.id, "key": f"{asked}:{key}" if apart else key}
    claimed = tx.session.execute(
        insert(idempotency)
        .values(**mine, fingerprint=asked, created_at=tx.now)
        .on_conflict_do_nothing()
        .returning(idempotency.c.key)
    ).first()
    if claimed:
        g.claimed = mine
        return None
    stored = tx.session.execute(select(idempotency).filter_by(**mine)).one()
    if stored.fingerprint != asked:
        raise Invalid("idempotency_key_reused", "This Idempotency-Key was sent before with a different request.")
    response = Response(tx.vault.open_for_clinic(_body_of(mine), stored.body), status=stored.status)
    response.headers.update(stored.headers)
    response.headers["Idempotent-Replay"] = "true"
    tx.outcome = "repeated"
    return response


def keep_answer(tx: Transaction, response: Response) -> None:
    """Store the answer with the key that this request has claimed, if it has."""
    mine = g.pop("claimed", None)
    if mine is None:
        return
    kept = {name: response.headers[name] for name in ("Content-Type", "ETag", "Location") if name in response.headers}
    body = tx.vault.seal_for_clinic(_body_of(mine), response.get_data())
    statement = update(idempotency).where(*(idempotency.c[name] == value for name, value in mine.items()))
    tx.session.execute(statement.values(status=response.status_code, body=body, headers=kept, clients=tx.touched))


def forget_claim(tx: Transaction) -> None:
    """What this request did may be done again: its answer is not one to be given twice."""
    mine = g.pop("claimed", None)
    if mine is not None:
        tx.session.execute(delete(idempotency).filter_by(**mine))


def _body_of(mine: dict[str, str]) -> str:
    """Where the answer lies that was stored for this caller's key, and for nobody else's."""
    return "\0".join(["idempotency.body", mine["actor"], mine["key"]])
