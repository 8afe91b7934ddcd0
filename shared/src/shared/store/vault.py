"""Whose key opens what: a process's keyring, and the vault of one transaction."""

import hmac
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import Connection, Engine

from shared.clock import now, uuid7
from shared.errors import NotFound
from shared.sealing import ciphers
from shared.sealing.ciphers import CannotOpen, Key, key_id_of
from shared.sealing.master import MasterKeys
from shared.store.tenancy import EVERY_CLINIC, set_clinic

_INDEX_BYTES = 16  # Enough that two values of one clinic never meet by chance.
_MANY = 4096

_CURRENT_CLINIC_KEY = """
    select id, master, wrapped from clinic_key where clinic = %s and purpose = %s and replaced_at is null
"""
_CLINIC_KEY = "select clinic, master, wrapped from clinic_key where id = %s"
_MAKE_CLINIC_KEY = """
    insert into clinic_key (id, clinic, purpose, master, wrapped, made_at) values (%s, %s, %s, %s, %s, %s)
    on conflict do nothing
"""
# Whoever writes about somebody holds their key until commit: an erasure waits for it, and then finds what was written.
_CURRENT_DATA_KEY = """
    select id, clinic_key, wrapped from data_key where clinic = %s and subject = %s and replaced_at is null
    for key share
"""
_DATA_KEYS = "select id, clinic_key, wrapped from data_key where id = any(%s)"
_MAKE_DATA_KEY = """
    insert into data_key (id, clinic, subject, clinic_key, wrapped, made_at)
    select %s, %s, %s, %s, %s, %s where not exists (select from erased where subject = %s)
    on conflict do nothing
"""

_SEAL, _PROVE = "seal", "prove"
Rows = Iterable[tuple[Any, ...]]


class Ask(Protocol):
    """How a keyring asks the database: through whatever transaction its caller has open."""

    def __call__(self, statement: str, values: tuple[Any, ...]) -> Rows: ...


class _ClinicKey(NamedTuple):
    clinic: str
    secret: bytes


class Keyring:
    """The keys that one process has seen of one service's database.

    Clinic keys are asked for and made in transactions of their own: what another transaction undoes must never be a key
    that has been handed out. They do not change under their id, so that they are asked for once.
    """

    def __init__(self, master: MasterKeys, engine: Engine) -> None:
        self.master = master
        self._engine = engine
        self._clinic_keys: dict[UUID, _ClinicKey] = {}
        self._current: dict[tuple[str, str], UUID] = {}
        self._carriers: dict[UUID, Key] = {}
        self._data_keys: dict[UUID, Key] = {}
        self._guard = threading.Lock()

    def carrier(self, clinic: str) -> Key:
        """The key that seals what belongs to a clinic as a whole."""
        return self._carrier(self._current_clinic_key(clinic, _SEAL))

    def carrier_of(self, sealed: bytes, *clinics: str) -> Key:
        """The key that a sealed value names, of one of these clinics. Raises CannotOpen."""
        key_id = self._known_clinic_key(key_id_of(sealed))
        if self._clinic_keys[key_id].clinic not in clinics:
            raise CannotOpen("it was sealed by another clinic")
        return self._carrier(key_id)

    def prove(self, clinic: str, purpose: str) -> bytes:
        """A clinic's lasting key for keyed hashes of one purpose."""
        return _derived(self._clinic_keys[self._current_clinic_key(clinic, _PROVE)].secret, purpose)

    def data_key(self, clinic: str, subject: UUID, ask: Ask) -> Key:
        """The key that seals what is told about somebody; made where there is none.

        Which one it is, is asked each time: another process may have replaced it. Raises NotFound for somebody who was
        erased, about whom nothing is kept any more.
        """
        for _ in range(2):
            for key_id, wrapped_by, wrapped in ask(_CURRENT_DATA_KEY, (clinic, subject)):
                return self._data_key(key_id, wrapped_by, wrapped)
            wrapped_by = self._current_clinic_key(clinic, _SEAL)
            wrapped = ciphers.wrap(ciphers.new_secret(), _derived(self._clinic_keys[wrapped_by].secret, "wrap"))
            ask(_MAKE_DATA_KEY, (uuid7(now()), clinic, subject, wrapped_by, wrapped, now(), subject))
        raise NotFound("client")

    def fetch_data_keys(self, ids: Iterable[UUID], ask: Ask) -> None:
        """Have these data keys at hand, with one question for all that are not."""
        missing = [key_id for key_id in ids if key_id not in self._data_keys]
        if missing:
            for key_id, wrapped_by, wrapped in ask(_DATA_KEYS, (missing,)):
                self._data_key(key_id, wrapped_by, wrapped)

    def has_data_key(self, key_id: UUID) -> bool:
        """Whether it is at hand."""
        return key_id in self._data_keys

    def data_key_of(self, sealed: bytes, ask: Ask) -> Key:
        """The data key that a sealed value names. Raises CannotOpen where it is gone: its owner was erased."""
        key_id = key_id_of(sealed)
        # Looked up once: another thread may make room for other keys at any time.
        known = self._data_keys.get(key_id)
        if known is not None:
            return known
        for _, wrapped_by, wrapped in ask(_DATA_KEYS, ([key_id],)):
            return self._data_key(key_id, wrapped_by, wrapped)
        raise CannotOpen("its data key is not there")

    def current_wrapping(self, clinic: str) -> tuple[UUID, bytes]:
        """The clinic's present key, asked for anew, and what of it wraps data keys: for whoever replaces keys."""
        self._current.pop((clinic, _SEAL), None)
        key_id = self._current_clinic_key(clinic, _SEAL)
        return key_id, _derived(self._clinic_keys[key_id].secret, "wrap")

    def wrapping(self, master: str, wrapped: bytes) -> bytes:
        """What wraps data keys, of a clinic key as it lies in the database."""
        return _derived(ciphers.unwrap(bytes(wrapped), self.master.secrets[master]), "wrap")

    def _data_key(self, key_id: UUID, wrapped_by: UUID, wrapped: bytes) -> Key:
        known = self._data_keys.get(key_id)
        if known is None:
            by = _derived(self._clinic_keys[self._known_clinic_key(wrapped_by)].secret, "wrap")
            known = Key(key_id, ciphers.unwrap(bytes(wrapped), by))
            with self._guard:
                while len(self._data_keys) >= _MANY:
                    del self._data_keys[next(iter(self._data_keys))]
                self._data_keys[key_id] = known
        return known

    def _carrier(self, key_id: UUID) -> Key:
        if key_id not in self._carriers:
            self._carriers[key_id] = Key(key_id, _derived(self._clinic_keys[key_id].secret, "carry"))
        return self._carriers[key_id]

    def _current_clinic_key(self, clinic: str, purpose: str) -> UUID:
        known = self._current.get((clinic, purpose))
        if known is None:
            with self._engine.begin() as connection:
                set_clinic(connection, clinic)
                master = self.master.current
                wrapped = ciphers.wrap(ciphers.new_secret(), self.master.secrets[master])
                fresh = (uuid7(now()), clinic, purpose, master, wrapped, now())
                connection.exec_driver_sql(_MAKE_CLINIC_KEY, fresh)
                key_id, master, wrapped = connection.exec_driver_sql(_CURRENT_CLINIC_KEY, (clinic, purpose)).one()
            self._learn(key_id, clinic, master, wrapped)
            known = self._current[clinic, purpose] = key_id
        return known

    def _known_clinic_key(self, key_id: UUID) -> UUID:
        if key_id not in self._clinic_keys:
            with self._engine.begin() as connection:
                set_clinic(connection, EVERY_CLINIC)
                found = connection.exec_driver_sql(_CLINIC_KEY, (key_id,)).one_or_none()
            if found is None:
                raise CannotOpen("its clinic key is not there")
            self._learn(key_id, *found)
        return key_id

    def _learn(self, key_id: UUID, clinic: str, master: str, wrapped: bytes) -> None:
        if master not in self.master.secrets:
            raise CannotOpen(f"AFTERGLOW_MASTER_KEYS lacks {master}, which wraps a clinic's key")
        secret = ciphers.unwrap(bytes(wrapped), self.master.secrets[master])
        self._clinic_keys[key_id] = _ClinicKey(clinic, secret)


class Vault:
    """Seals and opens within one transaction of one clinic."""

    def __init__(self, keyring: Keyring, connection: Callable[[], Connection], clinic: str) -> None:
        self._keyring = keyring
        self._connection = connection
        self._clinic = clinic
        self._current: dict[UUID, Key] = {}

    def seal(self, subject: UUID, field: str, plain: bytes, *, steady: bool = False) -> bytes:
        """Seal what is told about somebody. `field` names the place, as `moment.words`; see Key.seal for `steady`."""
        if subject not in self._current:
            self._current[subject] = self._keyring.data_key(self._clinic, subject, self.ask)
        return self._current[subject].seal(plain, _context(self._clinic, subject, field), steady=steady)

    def open(self, subject: UUID, field: str, sealed: bytes) -> bytes:
        """What was sealed about somebody in that place. Raises CannotOpen."""
        return self._keyring.data_key_of(sealed, self.ask).open(sealed, _context(self._clinic, subject, field))

    def can_open(self, sealed: bytes) -> bool:
        """Whether the key of a value is at hand, so that it opens without a question."""
        return self._keyring.has_data_key(key_id_of(sealed))

    def forget(self) -> None:
        """A part of the transaction was undone, perhaps with a key that was made in it: ask for each one again."""
        self._current.clear()

    def gather(self, sealed: Iterable[bytes]) -> None:
        """Have the keys of all these values at hand, with one question."""
        self._keyring.fetch_data_keys({key_id_of(value) for value in sealed}, self.ask)

    def seal_for_clinic(self, field: str, plain: bytes) -> bytes:
        """Seal what is about no client. `field` names the place and, where its rows are to be told apart, the row."""
        return self._keyring.carrier(self._clinic).seal(plain, _context(self._clinic, None, field))

    def open_for_clinic(self, field: str, sealed: bytes) -> bytes:
        """What was sealed for that place. Raises CannotOpen."""
        return self._keyring.carrier_of(sealed, self._clinic).open(sealed, _context(self._clinic, None, field))

    def index(self, field: str, value: str) -> bytes:
        """A blind index: a field's equal values at this clinic are found by it; without the key nobody can make one."""
        return _keyed(self._keyring.prove(self._clinic, f"index {field}"), value)

    def network_index(self, *parts: str) -> bytes:
        """A blind index that is equal at every clinic of the network."""
        return _keyed(self._keyring.master.network, "\0".join(parts))

    def ask(self, statement: str, values: tuple[Any, ...]) -> Rows:
        result = self._connection().exec_driver_sql(statement, values)
        return [tuple(row) for row in result] if result.returns_rows else []


def _context(clinic: str, subject: UUID | None, field: str) -> bytes:
    return f"{clinic}/{subject or ''}/{field}".encode()


def _keyed(secret: bytes, value: str) -> bytes:
    return hmac.digest(secret, value.encode(), sha256)[:_INDEX_BYTES]


@lru_cache(maxsize=1024)
def _derived(secret: bytes, purpose: str) -> bytes:
    return ciphers.derive(secret, purpose)
