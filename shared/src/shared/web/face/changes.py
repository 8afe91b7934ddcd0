"""What changed at which clinic of one service, as far as somebody wants to know: one thread for all who wait.

It looks when the bell rings that wakes the relay, and four times a second; for each clinic that has listeners it asks
what was committed lately: events, and audit lines of deeds that no page or door reads by. So a page that is fetched
again because of a change is none itself. What the service has heard of others it finds in the cursors of its inbox,
within two seconds. Nothing is asked while nobody listens.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.store.doorbell import OUTBOX_BELL, DoorbellListener
from shared.store.tenancy import EVERY_CLINIC, set_clinic
from shared.store.transaction import Store

log = structlog.get_logger()

_LOOK_SECONDS = 0.25
_REST_SECONDS = 0.03
_TROUBLE_SECONDS = 1.0
_LATELY = timedelta(seconds=60)
"""Longer than any deed lasts between its moment, which its lines bear, and its commit."""

_COMMITTED = text("""
    select 'deed' as kind, position from audit
    where clinic = :clinic and at >= :since and outcome = 'done' and action <> all(:reading)
    union all
    select 'event', position from outbox where clinic = :clinic and occurred_at >= :since
""")
_ANY_COMMITTED = text(f"select exists ({_COMMITTED.text})")  # nosec B608 # the words are ours.

# A cursor only ever moves on. PostgreSQL counts, a little late, how often any did: otherwise nobody adds them up.
_MOVES = text("select n_tup_ins + n_tup_upd from pg_stat_user_tables where relname = 'inbox_stream'")
_HEARD = text("select clinic, sum(handled) as heard from inbox_stream group by clinic")
_HEARD_SECONDS = 1.0

_Found = frozenset[tuple[str, int]]


@dataclass
class _Clinic:
    """A clinic that somebody listens to."""

    looked_at: datetime
    found: _Found
    heard: int | None = None
    listeners: int = 0
    changes: int = 0


@dataclass
class Changes:
    """`join` a clinic, `wait` as often as you like, and `leave` it. `reading` are the actions that change nothing."""

    store: Store
    address: str
    reading: frozenset[str]
    _clinics: dict[str, _Clinic] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _looks: bool = False

    def join(self, clinic: str) -> int:
        """Listen to a clinic from now on. Returns how often it has changed so far, for `wait`."""
        looked_at, found = self._look(clinic)
        with self._changed:
            known = self._clinics.setdefault(clinic, _Clinic(looked_at, found))
            known.listeners += 1
            if not self._looks:
                self._looks = True
                threading.Thread(target=self._run, name="changes", daemon=True).start()
            return known.changes

    def leave(self, clinic: str) -> None:
        with self._changed:
            known = self._clinics[clinic]
            known.listeners -= 1
            if not known.listeners:
                del self._clinics[clinic]

    def wait(self, clinic: str, seen: int, seconds: float) -> int:
        """Return when a clinic has changed more often than was seen, or after so long; how often it has."""
        with self._changed:
            self._changed.wait_for(lambda: self._clinics[clinic].changes != seen, seconds)
            return self._clinics[clinic].changes

    def looked_at(self, clinic: str) -> datetime:
        """Until when all that changed at a clinic is known."""
        with self._changed:
            return self._clinics[clinic].looked_at

    def any_since(self, clinic: str, since: datetime) -> bool:
        """Whether something has changed there since then."""
        with self.store.engine.begin() as connection:
            set_clinic(connection, clinic)
            return bool(connection.scalar(_ANY_COMMITTED, self._asked(clinic, since)))

    def _run(self) -> None:
        while self._wanted():
            try:
                self._follow()
                # Whoever has joined since then has begun another thread.
                return
            except (psycopg.Error, SQLAlchemyError) as error:
                log.warning("changes_unknown", service=self.store.service, error=type(error).__name__)
            except Exception as error:
                # Were it to end by this, nobody would begin another: all who listen would wait for ever.
                log.error("changes_unknown", service=self.store.service, exc_info=error)
            time.sleep(_TROUBLE_SECONDS)

    def _follow(self) -> None:
        """Look again and again, until nobody listens."""
        with DoorbellListener(self.address, OUTBOX_BELL) as bell:
            inbox = _Inbox(self.store)
            while clinics := self._wanted():
                heard = inbox.heard()
                for clinic in clinics:
                    self._note(clinic, *self._look(clinic), heard.get(clinic, 0))
                # Under load it rings all the time: who waits for a page would not notice the difference.
                time.sleep(_REST_SECONDS)
                bell.wait(_LOOK_SECONDS)

    def _wanted(self) -> list[str]:
        """The clinics to look at; where there is none, the thread that asks has ended with this."""
        with self._changed:
            self._looks = bool(self._clinics)
            return list(self._clinics)

    def _note(self, clinic: str, looked_at: datetime, found: _Found, heard: int) -> None:
        with self._changed:
            known = self._clinics.get(clinic)
            if known is None or looked_at < known.looked_at:
                return
            known.looked_at = looked_at
            if not found <= known.found or known.heard not in (None, heard):
                known.changes += 1
                self._changed.notify_all()
            known.found, known.heard = found, heard

    def _look(self, clinic: str) -> tuple[datetime, _Found]:
        now = self.store.clock()
        return now, self._ask(clinic, now - _LATELY)

    def _ask(self, clinic: str, since: datetime) -> _Found:
        with self.store.engine.begin() as connection:
            set_clinic(connection, clinic)
            rows = connection.execute(_COMMITTED, self._asked(clinic, since))
            return frozenset((row.kind, row.position) for row in rows)

    def _asked(self, clinic: str, since: datetime) -> dict[str, object]:
        return {"clinic": clinic, "since": since, "reading": sorted(self.reading)}


class _Inbox:
    """How much a service has heard at each clinic, looked up where there may be more."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: dict[str, int] = {}
        self._moves = -1
        self._again_at = 0.0

    def heard(self) -> dict[str, int]:
        if time.monotonic() >= self._again_at:
            with self._store.engine.begin() as connection:
                set_clinic(connection, EVERY_CLINIC)
                moves = connection.scalar(_MOVES) or 0
                if moves != self._moves:
                    self._heard = {row.clinic: int(row.heard) for row in connection.execute(_HEARD)}
            self._moves, self._again_at = moves, time.monotonic() + _HEARD_SECONDS
        return self._heard
