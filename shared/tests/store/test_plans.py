"""What waits is looked up by its keys, even while PostgreSQL believes that nothing does: no plan grows with it."""

from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Connection, TextClause, text
from toy import consent

from shared.bus import relay
from shared.settings import Settings
from shared.store import inbox
from shared.store.tenancy import EVERY_CLINIC, open_carriers
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench

_LINES: dict[str, Any] = {
    "consumer": "sessions",
    "publishers": ["intake"] * 200,
    "streams": [f"maple/client/{uuid4()}" for _ in range(200)],
    "clinics": ["maple"] * 200,
    "sequences": [1] * 200,
    "handled": [1] * 200,
    "ids": [uuid4() for _ in range(200)],
    "types": [""] * 200,
    "bodies": [b""] * 200,
    "misfits": [None] * 200,
    "made_at": [1] * 200,
    "tolerance": 1,
    "removed": [1] * 200,
    "attempts": 0,
    "each": 2,
    "limit": 400,
}


def plan(connection: Connection, statement: TextClause | str, **values: Any) -> str:
    given = _LINES | values
    if isinstance(statement, str):
        return "\n".join(connection.exec_driver_sql(f"explain {statement}", given).scalars())
    names = statement.compile().params
    return "\n".join(connection.scalars(text(f"explain {statement.text}"), {name: given[name] for name in names}))


def test_the_inbox_is_read_and_moved_on_by_its_keys_even_by_plans_that_were_made_while_it_was_empty(
    bench: Bench,
) -> None:
    with bench.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.execute(text("vacuum analyze inbox_event, inbox_stream"))
    with bench.store.engine.begin() as connection:
        open_carriers(connection)
        now = bench.clock()
        for statement in (inbox._INSERT, inbox._STRANGERS, inbox._READ, inbox._ADVANCE, inbox._GO_ON):
            steps = plan(connection, statement, now=now)
            assert "Index" in steps or "Conflict Arbiter Indexes" in steps, steps
            for slow in ("Seq Scan", "Hash Join", "Merge Join", "inbox_ready"):
                assert slow not in steps, steps
            # The index that begins with the id serves who asks for the id.
            assert ("inbox_event_id_key" in steps) == (statement is inbox._STRANGERS), steps


def test_what_is_due_is_found_along_its_index(bench: Bench) -> None:
    with bench.store.engine.begin() as connection:
        open_carriers(connection)
        for claim, index in ((inbox._CLAIM_FRESH, "inbox_ready"), (inbox._CLAIM_FAILED, "inbox_failed")):
            steps = plan(connection, claim, now=bench.clock(), candidates=6400, streams=400)
            assert f"using {index}" in steps, steps
            assert "Seq Scan" not in steps, steps


def test_the_outbox_is_read_along_what_waits(bench: Bench, settings: Settings) -> None:
    for _ in range(300):
        with bench.store.transaction("maple", Actor("desk"), Origin("say", "request", "request")) as tx:
            tx._events += [consent(uuid4()) for _ in range(5)]
    with psycopg.connect(settings.database, options=relay._SESSION) as session:
        session.execute("select set_config('afterglow.clinic', %s, false)", [EVERY_CLINIC])
        rows = session.execute(f"explain {relay._READ}", [list(relay.BUCKETS), [1, 2, 3], relay.BATCH])
        steps = "\n".join(step for (step,) in rows)
    assert "Index Scan" in steps
    for slow in ("Seq Scan", "Bitmap", "Sort Method", "->  Sort"):
        assert slow not in steps, steps
