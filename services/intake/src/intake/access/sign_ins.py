"""The sign-ins themselves. Each has a secret that only its browser holds; the database knows its hash.

A sign-in spans clinics, so these run beside the transactions of clinics, through functions that reach one row each.
"""

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, text

from shared.clock import Clock
from shared.sealing.ciphers import CannotOpen
from shared.store import Store
from shared.store.transaction import Origin
from shared.web.auth import Caller
from shared.web.grants import known_grants
from shared.web.sign_in import SignIn


class SignIns:
    """Begins, finds and ends sign-ins in intake's database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock: Clock = store.clock

    def begin(self, caller: Caller, name: str, clinic: str, *, lasts: timedelta, idle: timedelta) -> str:
        """Somebody has proved who they are. Returns their sign-in's secret, for their browser alone, new each time."""
        secret, now = secrets.token_urlsafe(32), self._clock()
        self._call(
            "select sign_in_begin"
            "(:key, :subject, :name, cast(:grants as jsonb), :client_id, :clinic, :at, :until, :idle)",
            key=_key(secret),
            subject=caller.subject,
            name=self._store.keyring.carrier(clinic).seal(name.encode(), _place(secret)),
            grants=json.dumps({at: sorted(roles) for at, roles in caller.grants.items()}),
            client_id=caller.client_id,
            clinic=clinic,
            at=now,
            until=now + lasts,
            idle=idle,
        )
        return secret

    def find(self, secret: str | None) -> SignIn | None:
        """The sign-in of that secret, which is thereby in use; None where it has ended, by itself or otherwise."""
        if not secret:
            return None
        rows = self._call("select * from sign_in_touch(:key, :at)", key=_key(secret), at=self._clock())
        return self._read(secret, rows[0]) if rows else None

    def move(self, secret: str, clinic: str) -> None:
        """Have the person be at another of their clinics from now on."""
        self._call("select sign_in_move(:key, :clinic)", key=_key(secret), clinic=clinic)

    def end(self, secret: str) -> None:
        self._call("select sign_in_end(:key)", key=_key(secret))

    def end_all(self, subject: str) -> int:
        """End every sign-in of a person, as when they have left or lost their telephone; how many there were."""
        (row,) = self._call("select sign_in_end_all(:subject) as ended", subject=subject)
        return int(row["ended"])

    def audit(self, sign_in: SignIn, action: str, request_id: str) -> None:
        """Say at each of the person's clinics that they came or went."""
        for clinic in sign_in.caller.grants:
            if self._store.knows_clinic(clinic):
                _, actor = sign_in.caller.at(clinic)
                with self._store.transaction(clinic, actor, Origin(action, request_id, request_id)):
                    pass

    def _read(self, secret: str, row: RowMapping) -> SignIn | None:
        try:
            sealed = bytes(row["name"])
            name = self._store.keyring.carrier_of(sealed).open(sealed, _place(secret)).decode()
        except CannotOpen:
            return None  # Its clinic's key was replaced meanwhile: the person signs in once more.
        caller = Caller(row["subject"], known_grants(row["grants"]), row["client_id"])
        csrf = hashlib.sha256(f"csrf {secret}".encode()).hexdigest()
        return SignIn(_key(secret).hex(), caller, name, row["clinic"], csrf)

    def _call(self, statement: str, **values: Any) -> list[RowMapping]:
        with self._store.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.mappings())


def _key(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _place(secret: str) -> bytes:
    """Where a sealed name belongs: moved to another row it cannot be opened."""
    return b"sign_in.name/" + _key(secret)
