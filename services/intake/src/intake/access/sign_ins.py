"""The sign-ins themselves. Each has a secret that only its browser holds; the database knows its hash.

A sign-in spans clinics, so these run beside the transactions of clinics, through functions that reach one row each.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, text

from shared.clock import Clock
from shared.sealing.ciphers import CannotOpen
from shared.store import Store
from shared.web.auth import Caller
from shared.web.grants import known_grants
from shared.web.guard import origin_of_request
from shared.web.sign_in import SignIn


@dataclass(frozen=True)
class Person:
    """Somebody who has proved who they are.

    `session` is what their provider calls its own sign-in of theirs; by `hint` it knows whom it is to sign out.
    `language` is theirs as far as somebody has said, as a code (BCP 47).
    """

    caller: Caller
    name: str
    session: str | None = None
    hint: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Gone:
    """A provider's word that somebody went: which person, from which of its sessions, or both.

    `token` is told from others by its hash, and cannot come again after `until`.
    """

    token: bytes
    until: datetime
    subject: str | None
    session: str | None


@dataclass(frozen=True)
class OpenSignIn:
    """An open sign-in, as it is shown to whose it is. `whence` is None where it cannot be read any more."""

    id: str
    caller: Caller
    begun_at: datetime
    seen_at: datetime
    whence: str | None


class SignIns:
    """Begins, finds and ends sign-ins in intake's database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock: Clock = store.clock

    def begin(self, person: Person, clinic: str, *, whence: str, lasts: timedelta, idle: timedelta) -> str:
        """Sign somebody in. Returns the secret, for their browser alone, new each time."""
        secret, now, caller = secrets.token_urlsafe(32), self._clock(), person.caller
        key, carrier = _key(secret), self._store.keyring.carrier(clinic)
        self._call(
            "select sign_in_begin(:key, :subject, :name, cast(:grants as jsonb), :client_id, :clinic,"
            " :at, :until, :idle, :session, :hint, :whence, :language, :partner)",
            key=key,
            subject=caller.subject,
            name=carrier.seal(person.name.encode(), _place("name", key)),
            grants=json.dumps({at: sorted(roles) for at, roles in caller.grants.items()}),
            client_id=caller.client_id,
            clinic=clinic,
            at=now,
            until=now + lasts,
            idle=idle,
            session=person.session,
            hint=person.hint and carrier.seal(person.hint.encode(), _place("hint", key)),
            whence=carrier.seal(whence.encode(), _place("whence", key)),
            language=person.language,
            partner=caller.partner,
        )
        return secret

    def find(self, secret: str | None, *, quiet: bool = False) -> SignIn | None:
        """The sign-in of that secret, which is thereby in use; None where it has ended, by itself or otherwise.

        Whoever asks `quiet`ly, as a page does by itself, leaves it as long unused as it was.
        """
        row = self._look(secret) if quiet else self._touch(secret)
        found = None if row is None else self._read(str(secret), row)
        return found and replace(found, quiet=quiet)

    def hint(self, secret: str | None) -> str | None:
        """By what the provider knows whose sign-in this is; None where it has not said."""
        row = self._touch(secret)
        return None if row is None else self._open(row, "hint")

    def beside(self, secret: str | None) -> list[OpenSignIn]:
        """All open sign-ins of the person whose secret this is, the newest first; none where it has ended itself."""
        return [
            OpenSignIn(row["key"].hex(), _caller(row), row["begun_at"], row["seen_at"], self._open(row, "whence"))
            for row in self._beside(secret)
        ]

    def move(self, secret: str, clinic: str) -> None:
        """Have the person be at another of their clinics from now on."""
        self._call("select sign_in_move(:key, :clinic)", key=_key(secret), clinic=clinic)

    def end(self, secret: str) -> None:
        self._call("select sign_in_end(:key)", key=_key(secret))

    def end_other(self, other: OpenSignIn) -> None:
        """End one that was found `beside` another."""
        self._call("select sign_in_end(:key)", key=bytes.fromhex(other.id))

    def end_gone(self, gone: Gone) -> list[Caller]:
        """End what a provider says is over there; whose it was. What it says is heard once."""
        rows = self._call(
            "select * from sign_in_ended_elsewhere(:token, :until, :at, :subject, :session)",
            token=gone.token,
            until=gone.until,
            at=self._clock(),
            subject=gone.subject,
            session=gone.session,
        )
        return [_caller(row) for row in rows]

    def end_all(self, subject: str) -> int:
        """End every sign-in of a person, as when they have left or lost their telephone; how many there were."""
        (row,) = self._call("select sign_in_end_all(:subject) as ended", subject=subject)
        return int(row["ended"])

    def audit(self, caller: Caller, action: str) -> None:
        """Say at each of the person's clinics that they came or went."""
        for clinic in caller.grants:
            if self._store.knows_clinic(clinic):
                _, actor = caller.at(clinic)
                with self._store.transaction(clinic, actor, origin_of_request(action, {})):
                    pass

    def _touch(self, secret: str | None) -> RowMapping | None:
        if not secret:
            return None
        rows = self._call("select * from sign_in_touch(:key, :at)", key=_key(secret), at=self._clock())
        return rows[0] if rows else None

    def _look(self, secret: str | None) -> RowMapping | None:
        return next((row for row in self._beside(secret) if row["key"] == _key(str(secret))), None)

    def _beside(self, secret: str | None) -> list[RowMapping]:
        if not secret:
            return []
        return self._call("select * from sign_ins_beside(:key, :at)", key=_key(secret), at=self._clock())

    def _read(self, secret: str, row: RowMapping) -> SignIn | None:
        name = self._open(row, "name")
        if name is None:
            return None  # Its clinic's key was replaced meanwhile: the person signs in once more.
        csrf = hashlib.sha256(f"csrf {secret}".encode()).hexdigest()
        ends_at = min(row["until"], row["seen_at"] + row["idle"])
        return SignIn(_key(secret).hex(), _caller(row), name, row["clinic"], csrf, ends_at, row["language"])

    def _open(self, row: RowMapping, column: str) -> str | None:
        if row[column] is None:
            return None
        sealed = bytes(row[column])
        try:
            # By the key of the clinic at which it was begun; the person may have moved to another of theirs since.
            carrier = self._store.keyring.carrier_of(sealed, *row["grants"])
            return carrier.open(sealed, _place(column, bytes(row["key"]))).decode()
        except CannotOpen:
            return None

    def _call(self, statement: str, **values: Any) -> list[RowMapping]:
        with self._store.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result.mappings())


def _caller(row: RowMapping) -> Caller:
    return Caller(row["subject"], known_grants(row["grants"]), row["client_id"], row["partner"])


def _key(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _place(column: str, key: bytes) -> bytes:
    """Where a sealed value belongs: moved to another row or column it cannot be opened."""
    return f"sign_in.{column}/".encode() + key
