"""The unit of work: rows, events, timers and the audit line of one deed commit together or not at all."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Engine, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from shared.clinics import CLINIC_FORM, Clinic
from shared.clock import Clock, uuid7
from shared.clock import now as real_now
from shared.errors import NotFound, Stale
from shared.events.envelope import Envelope, stream_of
from shared.events.language import Event
from shared.sealing import MasterKeys
from shared.store import lines
from shared.store.clinics import load_clinic
from shared.store.reach import Condition, Reach
from shared.store.sealed import owner_among, sealed_values, use_vault
from shared.store.tables import clinic, outbox, timer
from shared.store.telling import tell
from shared.store.tenancy import open_carriers, set_clinic
from shared.store.vault import Keyring, Vault

Row = TypeVar("Row")

HEARD = "refused.heard"
"""What the audit calls what was done even so: what was asked for itself was refused."""


@dataclass(frozen=True)
class Actor:
    """Who does something at a clinic, in which roles. `client_id` is set for a client, who may touch only their own.

    `partner` is set for who works for a partner, and sees only what is that partner's.
    """

    id: str
    roles: frozenset[str] = field(default_factory=frozenset)
    client_id: UUID | None = None
    partner: str | None = None

    def has(self, role: str) -> bool:
        return role in self.roles


@dataclass(frozen=True)
class Origin:
    """Where a transaction comes from: the request, event or timer, and the chain of causes that it continues.

    `came_from` is the network address of whoever asked.
    """

    action: str
    request_id: str
    correlation_id: str
    traceparent: str | None = None
    subject: str | None = None
    came_from: str | None = None

    @classmethod
    def of_event(cls, envelope: Envelope, handler: str, traceparent: str | None = None) -> "Origin":
        trace = traceparent or envelope.traceparent
        return cls(handler, str(envelope.id), envelope.correlation_id, trace, str(envelope.subject))


EVERYBODY = Reach("", [Condition.CLINIC])
"""The reach of what no person asks for: events, timers and the operator's own commands."""


class Transaction:
    """One deed at one clinic. Whoever is called opens it (`Store.transaction`); commands receive it and never commit.

    `now` stands still for the whole deed. `reach` says which clients may be touched by whoever asks. `vault` seals what
    is told about somebody, and opens it. `cause` is the event that is being handled, None outside a handler. While it
    `only_keeps`, as for a projection's handler, nobody can be told anything, nor a timer be set or cancelled.
    """

    def __init__(
        self,
        session: Session,
        store: "Store",
        clinic_id: str,
        actor: Actor,
        origin: Origin,
        now: datetime,
        *,
        cause: Envelope | None = None,
    ) -> None:
        self.session = session
        self.service = store.service
        self.vault = Vault(store.keyring, session.connection, clinic_id)
        use_vault(session, self.vault)
        self._keyring = store.keyring
        self.clinic_id = clinic_id
        self.actor = actor
        self.origin = origin
        self.now = now
        self.cause = cause
        self.reach = EVERYBODY
        self.grounds: str | None = None
        self.outcome = "done"
        self.only_keeps = False
        self.abandoned = False
        self.kept = False
        self._events: list[Event] = []
        self._even_if_refused: list[Deed] = []
        self._touched: set[UUID] = set()

    @cached_property
    def clinic(self) -> Clinic:
        """The clinic's facts and rules as this service knows them."""
        return load_clinic(self.session.connection(), self.clinic_id)

    @property
    def today(self) -> date:
        """The present day at the clinic."""
        return self.now.astimezone(self.clinic.zone).date()

    def new_id(self) -> UUID:
        return uuid7(self.now)

    def touch(self, *clients: UUID) -> None:
        """Have the audit say that this deed showed or changed something of these clients."""
        self._touched.update(clients)

    @property
    def touched(self) -> list[UUID]:
        """The clients whom the audit will name."""
        return sorted(self._touched)

    def audit_now(self, action: str, detail: Mapping[str, Any], *clients: UUID) -> None:
        """Write an audit line of its own, with plain facts that name nobody, as counts and ids, beside the deed's."""
        line = self._line(action, str(clients[0]) if clients else None, clients, detail)
        lines.write(self.session.connection(), self._keyring, line)

    def find(self, model: type[Row], key: Any) -> Row | None:
        """The row of this clinic with that primary key, or None."""
        return self.session.get(model, key)

    def one(
        self, model: type[Row], key: Any, *, of: UUID | None = None, version: int | None = None, lock: bool = False
    ) -> Row:
        """The row of this clinic with that primary key; NotFound otherwise, also for another clinic's.

        With `of` it is that client's: somebody else's is, word for word, as little there as one that never was. With
        `version`, Stale unless the row still has it. With `lock`, nobody else changes it until this one ends.
        """
        # Whoever waited for the lock sees what stands then, also where they had looked at the row before.
        locks = lock or version is not None
        row = self.session.get(model, key, with_for_update=True if locks else None, populate_existing=locks)
        if row is None or (of is not None and row.client_id != of):  # type: ignore[attr-defined]
            raise NotFound(_words(model))
        if version is not None and row.version != version:  # type: ignore[attr-defined]
            raise Stale("version_changed", "Read it again and decide on what stands now.")
        return row

    def all(self, query: Select[Row]) -> Sequence[Row]:
        return self.session.scalars(query).all()

    def add(self, row: Row) -> Row:
        self.session.add(row)
        return row

    def keep(self, model: type[Row], key: UUID, **told: Any) -> None:
        """Keep what another service tells about something: make its row at first sight, else change what is told."""
        told = sealed_values(model, owner_among(model, {"id": key, **told}), told, self.vault)
        statement = upsert(model).values(id=key, clinic=self.clinic_id, **told)
        if told:
            statement = statement.on_conflict_do_update(index_elements=["id"], set_=told)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=["id"])
        self.session.execute(statement)

    def publish(self, event: Event) -> None:
        """Tell everyone, once this transaction has committed; nobody hears of it if it does not."""
        self._may(f"tells {event.name}")
        if event.publisher != self.service:
            raise ValueError(f"{self.service} does not publish {event.name}")
        self._events.append(event)

    def events_about(self, about: str, subject: UUID) -> list[Mapping[str, Any]]:
        """What this service has told about a subject of this clinic, in order; without the data."""
        query = (
            select(outbox.c.id, outbox.c.type, outbox.c.sequence, outbox.c.occurred_at, outbox.c.published_at)
            .where(outbox.c.stream == stream_of(self.clinic_id, about, subject))
            .order_by(outbox.c.sequence)
        )
        return [dict(row) for row in self.session.execute(query).mappings()]

    def set_timer(self, kind: str, *, subject: UUID, due_at: datetime, key: str, **payload: Any) -> None:
        """Have `kind` done at `due_at`, once. A timer of the same key at this clinic is replaced."""
        self._may(f"sets the timer {kind}")
        values = {
            "id": self.new_id(),
            "clinic": self.clinic_id,
            "kind": kind,
            "key": key,
            "subject": subject,
            "payload": payload,
            "due_at": due_at,
            "next_attempt_at": due_at,
            "state": "set",
            "attempts": 0,
            "correlation_id": self.origin.correlation_id,
        }
        self.session.execute(
            upsert(timer).values(values).on_conflict_do_update(index_elements=["clinic", "key"], set_=values)
        )

    def cancel_timer(self, key: str) -> None:
        """Undo a timer that has not fired, also one that failed for good; one that has, or never was, is left alone."""
        self._may(f"cancels the timer {key}")
        standing = update(timer).where(timer.c.key == key, timer.c.state.in_(["set", "parked"]))
        self.session.execute(standing.values(state="cancelled"))

    def write_deed(self) -> None:
        """Say in the audit who did what to whom, and tell the events; the store calls it last, before commit."""
        self.session.flush()
        line = self._line(self.origin.action, self.origin.subject, self.touched)
        tell(self.session.connection(), self._keyring, self.take_events(), line)

    def abandon(self) -> None:
        """There was nothing to do after all: nothing is written when this one ends, nor audited."""
        self.abandoned = True

    def even_if_refused(self, deed: "Deed") -> None:
        """Have `deed` done in a transaction of its own where this one is refused, abandoned or breaks.

        It says whether it did anything: where none did, nothing is written, nor audited.

        For what must be heard whatever else is wrong with a request: where this one is kept, it has done so itself. The
        audit says that it was heard (`HEARD`). Where that fails too, its error is what the caller is told.
        """
        self._even_if_refused.append(deed)

    @property
    def left_to_do(self) -> Sequence["Deed"]:
        """What has to be done even so, as this one was not kept."""
        return () if self.kept else tuple(self._even_if_refused)

    def take_events(self) -> list[Envelope]:
        """The events that were published so far, checked, for `tell`: they get their sequences there."""
        told = [self._envelope(event) for event in self._events]
        self._events.clear()
        return told

    @property
    def has_events(self) -> bool:
        return bool(self._events)

    def _line(
        self, action: str, subject: str | None, clients: Sequence[UUID], detail: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {
            "clinic": self.clinic_id,
            "at": self.now,
            "actor": self.actor.id,
            "roles": " ".join(sorted(self.actor.roles)),
            "action": action,
            "subject": subject,
            "request_id": self.origin.request_id,
            "correlation_id": self.origin.correlation_id,
            "grounds": self.grounds,
            "came_from": self.origin.came_from,
            "clients": list(clients),
            "detail": None if detail is None else dict(detail),
            "outcome": self.outcome,
        }

    def _may(self, deed: str) -> None:
        if self.only_keeps:
            raise TypeError(f"a handler of a projection {deed}")

    def _envelope(self, event: Event) -> Envelope:
        if event.subject.int == 0:
            raise ValueError(f"{event.name} has no subject")
        data = event.dump()
        event.from_data(event.subject, data)  # What we publish must satisfy the schema that we promise.
        return Envelope(
            id=uuid7(self.now),
            type=event.type,
            publisher=self.service,
            clinic=self.clinic_id,
            about=event.about,
            subject=event.subject,
            sequence=0,
            time=self.now,
            correlation_id=self.origin.correlation_id,
            causation_id=self.origin.request_id,
            traceparent=self.origin.traceparent,
            data=data,
        )


Deed = Callable[[Transaction], bool]


def _words(model: type[Any]) -> str:
    """What a row is called to people: `check in` of CheckIn."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", model.__name__).lower()


class Store:
    """A service's database, seen through transactions of one clinic each."""

    def __init__(
        self,
        service: str,
        engine: Engine,
        keys: MasterKeys,
        *,
        clock: Clock = real_now,
        on_events: Callable[[], None] = lambda: None,
    ) -> None:
        self.service = service
        self.engine = engine
        self.keyring = Keyring(keys, engine)
        self.clock = clock
        self.on_events = on_events
        self._known_clinics: set[str] = set()

    @contextmanager
    def transaction(
        self, clinic_id: str, actor: Actor, origin: Origin, *, changes: UUID | None = None
    ) -> Iterator[Transaction]:
        """One transaction at one clinic; commits rows, events and the audit line at the end, or nothing on an error.

        Where it `changes` something of a client's, it does so before they are erased, or finds them gone. NotFound
        where no clinic can have such an id: above all where it would open every clinic's carriers.
        """
        if not CLINIC_FORM.fullmatch(clinic_id):
            raise NotFound("clinic")
        # Asked for at first on a connection of its own: so before this one has a connection, and locks.
        self.keyring.prove(clinic_id, lines.PURPOSE)
        told, begun = False, None
        try:
            with Session(self.engine, expire_on_commit=False) as session:
                set_clinic(session.connection(), clinic_id, changes=changes)
                tx = begun = Transaction(session, self, clinic_id, actor, origin, self.clock())
                yield tx
                if not tx.abandoned:
                    told = tx.has_events
                    tx.write_deed()
                    session.commit()
                    tx.kept = True
        finally:
            if begun is not None and begun.left_to_do:
                self._do_even_so(begun, changes)
        if told:
            self.on_events()

    def _do_even_so(self, tx: Transaction, changes: UUID | None) -> None:
        origin = replace(tx.origin, action=HEARD)
        with self.transaction(tx.clinic_id, tx.actor, origin, changes=changes) as own:
            own.reach, own.grounds = tx.reach, tx.grounds
            own.touch(*tx.touched)
            did = [deed(own) for deed in tx.left_to_do]
            if not any(did):
                own.abandon()

    @contextmanager
    def carrier(self) -> Iterator[Session]:
        """A transaction of a worker or of an operator over the carrier tables of all clinics; no tenant table opens."""
        with Session(self.engine, expire_on_commit=False) as session:
            open_carriers(session.connection())
            yield session
            session.commit()

    def knows_clinic(self, clinic_id: str, within: Session | None = None) -> bool:
        """Whether this service has heard of such a clinic; any text may be asked for.

        `within` a session that speaks for the clinic already, no other is opened.
        """
        if clinic_id in self._known_clinics:
            return True
        if not CLINIC_FORM.fullmatch(clinic_id):
            return False
        query = select(func.count()).select_from(clinic).where(clinic.c.id == clinic_id)
        with nullcontext(within) if within else self.carrier() as session:
            known = bool(session.scalar(query))
        if known:
            # Clinics are never unlearned, so that only the first question costs anything.
            self._known_clinics.add(clinic_id)
        return known
