"""A service on the test bench: its real app on a real database, with ears for what it says."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text
from werkzeug.test import TestResponse

from shared.bus.inbox import InboxWorker
from shared.clinics import Clinic
from shared.clock import HeldClock, uuid7
from shared.events.envelope import Envelope, stream_of
from shared.events.intake import ClinicConfigured
from shared.events.language import Event
from shared.service import Service
from shared.store.bodies import open_outbox
from shared.store.inbox import Arrival, lay_in
from shared.store.tables import inbox_event, inbox_stream, outbox
from shared.store.transaction import Store
from shared.testing.tokens import Signer


@dataclass
class Bench:
    """One service under test. Time stands still until `advance`; nothing happens behind the test's back.

    `hear` tells the service an event of another one and lets it react; `published` gives what it has said so far;
    `as_` calls its doors as somebody.
    """

    service: Service
    app: Flask
    store: Store
    clock: HeldClock
    signer: Signer
    owner: Engine
    _sequences: dict[tuple[str, str], int] = field(default_factory=dict)
    _arrived: list[Envelope] = field(default_factory=list)

    def hear(self, event: Event, *, clinic: str = "maple") -> Envelope:
        """An event arrives and is handled; an error of its handler is raised here."""
        envelope = self.arrive(event, clinic=clinic)
        self.settle()
        return envelope

    def arrive(self, event: Event, *, clinic: str = "maple") -> Envelope:
        """An event lies in the inbox, the next of its stream, and waits to be handled."""
        envelope = self.envelope(event, clinic=clinic)
        self._arrived.append(envelope)
        self.deliver(envelope)
        return envelope

    def envelope(self, event: Event, *, clinic: str = "maple") -> Envelope:
        """An event as its publisher would send it, the next of its stream."""
        stream = stream_of(clinic, event.about, event.subject)
        sequence = self._sequences.get((event.publisher, stream), 0) + 1
        self._sequences[event.publisher, stream] = sequence
        now = self.clock()
        event_id = uuid7(now)
        return Envelope(
            id=event_id,
            type=event.type,
            publisher=event.publisher,
            clinic=clinic,
            about=event.about,
            subject=event.subject,
            sequence=sequence,
            time=now,
            correlation_id=str(event_id),
            causation_id=str(event_id),
            data=event.dump(),
        )

    def deliver(self, *envelopes: Envelope) -> None:
        """The broker delivers these, in this order, whether or not it did before."""
        arrivals = []
        for envelope in envelopes:
            body = envelope.to_bytes()
            read = Envelope.from_bytes(body, routing_key=envelope.routing_key)
            arrivals.append(Arrival(read, body, read.misfit()))
        with self.store.carrier() as session:
            _, strangers = lay_in(session, self.service.name, self.store.keyring, arrivals, self.clock())
        assert not strangers

    def hear_all_again(self) -> None:
        """An operator has the whole history delivered anew, into an inbox that knows nothing of it."""
        with self.store.carrier() as session:
            session.execute(inbox_stream.update().values(handled=0, last_id=None))
        self.deliver(*self._arrived)
        self.settle()

    def settle(self) -> None:
        """Let the service handle everything that lies in its inbox."""
        worker = InboxWorker(self.store, self.service.handlers)
        while worker.handle() and worker.sees_more:
            pass
        with self.store.carrier() as session:
            query = select(inbox_event.c.type, inbox_event.c.error).where(inbox_event.c.error.is_not(None))
            held = session.execute(query).first()
        if held is not None:
            raise AssertionError(f"the handler of {held.type} failed:\n{held.error}")

    def advance(self, **delta: float) -> None:
        """Move the clock (`hours=24`) and fire the timers that come due on the way, in order."""
        self.clock.at += timedelta(**delta)
        while self.service.timers.run_due(self.store):
            pass

    def somebody_waits(self) -> None:
        """Return once a transaction waits for what another one holds; for tests of who comes first."""
        waiting = text(
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        with self.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for _ in range(1000):
                if connection.scalar(waiting):
                    return
                time.sleep(0.01)
        raise AssertionError("nobody waits for anything")

    def published(self, kind: type[Event] | None = None) -> list[Envelope]:
        """What the service has said so far, in order; of one kind, or all."""
        with self.store.carrier() as session:
            query = select(outbox.c.id, outbox.c.clinic, outbox.c.body, outbox.c.sealed).order_by(outbox.c.position)
            rows = session.execute(query).all()
        envelopes = [Envelope.from_bytes(open_outbox(self.store.keyring, row)) for row in rows]
        return [envelope for envelope in envelopes if kind is None or envelope.type == kind.type]

    def as_(
        self,
        role: str,
        *,
        clinic: str = "maple",
        client_id: UUID | None = None,
        subject: str | None = None,
        **claims: Any,
    ) -> "Caller":
        """Somebody in that role; with a `subject`, another one than who usually has it; with other `claims` too."""
        whose: dict[str, Any] = {"clinic": clinic, "role": role, "subject": subject, "client_id": client_id}
        token = self.signer.token(self.clock(), **whose, **claims)
        return Caller(self.app.test_client(), self.service.name, {"Authorization": f"Bearer {token}"})

    def as_nobody(self) -> "Caller":
        return Caller(self.app.test_client(), self.service.name, {})

    def remembered(self) -> tuple[Mapping[tuple[str, str], int], tuple[Envelope, ...]]:
        """How far each stream is, and all that has arrived so far."""
        return dict(self._sequences), tuple(self._arrived)

    def remember(self, sequences: Mapping[tuple[str, str], int], arrived: Iterable[Envelope]) -> None:
        """Go on from there: what `remembered` gave has arrived."""
        self._sequences.update(sequences)
        self._arrived.extend(arrived)

    def know(self, clinic: Clinic) -> None:
        """The service learns of a clinic, as it does in life: by intake's event."""
        event = ClinicConfigured(subject=clinic.subject, clinic=clinic)
        if "intake" in self.service.handlers.publishers:
            self.hear(event, clinic=clinic.id)
        else:
            with self.store.carrier() as session:
                session.execute(
                    text("insert into clinic (id, version, facts, changed_at) values (:id, :version, :facts, :at)"),
                    {"id": clinic.id, "version": 1, "facts": json.dumps(clinic.dump()), "at": self.clock()},
                )


@dataclass
class Caller:
    """Somebody at the doors of a service; paths are given below `/{service}`."""

    client: FlaskClient
    service: str
    headers: Mapping[str, str]

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._call("get", path, options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        return self._call("post", path, {"json": {} if json is None else json} | options)

    def patch(self, path: str, json: Any, **options: Any) -> TestResponse:
        return self._call("patch", path, {"json": json} | options)

    def _call(self, method: str, path: str, options: dict[str, Any]) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        response: TestResponse = getattr(self.client, method)(f"/{self.service}{path}", headers=headers, **options)
        return response
