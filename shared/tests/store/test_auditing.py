"""The audit's chain finds what was changed, removed, inserted or cut off."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, text

from shared.store.auditing import Fault, Head, chain, verify
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.upgrades import Upgrade

FORGED = """
    insert into audit (clinic, at, actor, roles, action, request_id, correlation_id, clients, mark)
    values ('maple', now() - make_interval(days => :days), 'nurse', 'nurse', 'note.read', 'r', 'r', '{}', :mark)
"""


def deeds(bench: Bench, count: int = 5, clinic: str = "maple") -> None:
    for number in range(count):
        origin = Origin("note.read", f"request-{number}", f"request-{number}", came_from="203.0.113.7")
        with bench.store.transaction(clinic, Actor("nurse-at-maple", frozenset({"nurse"})), origin) as tx:
            tx.touch(uuid4())


def tamper(bench: Bench, statement: str, **values: Any) -> None:
    with bench.owner.begin() as connection:
        connection.execute(text(statement), values)


def faults(bench: Bench, noted: Head | None = None) -> list[Fault]:
    return verify(bench.store, "maple", noted).faults


@pytest.fixture
def chained(bench: Bench) -> Bench:
    """Five deeds at Maple and two at Cedar, chained."""
    deeds(bench)
    deeds(bench, 2, "cedar")
    assert chain(bench.store) == 7
    return bench


def test_every_line_is_chained_once_and_clinic_by_clinic(chained: Bench) -> None:
    assert chain(chained.store) == 0

    verdict = verify(chained.store, "maple")
    assert (verdict.lines, verdict.waiting, verdict.faults) == (5, 0, [])
    assert verify(chained.store, "cedar").lines == 2


def test_lines_that_wait_to_be_chained_are_no_fault(chained: Bench) -> None:
    deeds(chained, 1)

    verdict = verify(chained.store, "maple")

    assert (verdict.lines, verdict.waiting, verdict.faults) == (5, 1, [])


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'somebody-else'",
        "action = 'nothing'",
        "at = at + interval '1 second'",
        "clients = '{}'",
        "outcome = 'denied'",
        "came_from = null",
        """detail = '{"count": 0}'""",
        "roles = 'clinic_admin'",
    ],
)
def test_a_line_that_was_changed_is_found(chained: Bench, change: str) -> None:
    tamper(chained, f"update audit set {change} where position = 3")

    assert faults(chained) == [Fault("changed", 3, 3)]


def test_a_line_that_was_removed_is_found_with_and_without_its_proof(chained: Bench) -> None:
    tamper(chained, "delete from audit where position = 2")
    assert faults(chained) == [Fault("removed", 2, 2)]

    tamper(chained, "delete from audit_chain where position = 2")
    assert faults(chained)[0] == Fault("removed", 2)


@pytest.mark.parametrize("days", [0, 200])
@pytest.mark.parametrize(("mark", "found"), [(None, "inserted"), (b"m" * 48, "changed")])
def test_a_line_that_was_inserted_is_found_also_when_it_was_chained(
    chained: Bench, days: int, mark: bytes | None, found: str
) -> None:
    tamper(chained, FORGED, days=days, mark=mark)
    assert [fault.kind for fault in faults(chained)] == [found]

    assert chain(chained.store) == 1
    deeds(chained, 1)
    chain(chained.store)

    assert [(fault.kind, fault.number) for fault in faults(chained)] == [(found, 6)]


def test_a_line_that_was_inserted_past_the_trigger_is_found(chained: Bench) -> None:
    tamper(chained, "alter table audit disable trigger audit_is_chained")
    tamper(
        chained,
        "insert into audit (clinic, at, actor, roles, action, request_id, correlation_id)"
        " values ('maple', now(), 'x', '', 'note.read', 'r', 'r')",
    )
    tamper(chained, "alter table audit enable trigger audit_is_chained")

    assert [fault.kind for fault in faults(chained)] == ["inserted"]


def test_a_copy_of_a_line_is_found_and_so_is_one_of_another_clinic(chained: Bench) -> None:
    said = (
        "actor, roles, action, subject, request_id, correlation_id, clients, grounds, came_from, detail, outcome, mark"
    )
    copy = (
        f"insert into audit (clinic, at, {said}) select 'maple', at, {said} from audit where clinic = :clinic limit 1"
    )
    tamper(chained, copy, clinic="maple")
    tamper(chained, copy, clinic="cedar")
    chain(chained.store)

    assert sorted(fault.kind for fault in faults(chained)) == ["changed", "inserted"]


def test_a_line_that_was_changed_and_given_to_the_worker_to_chain_again_is_found(chained: Bench) -> None:
    tamper(chained, "delete from audit_chain where clinic = 'maple' and number > 3")
    tamper(chained, "update audit set actor = 'somebody-else' where position = 4")
    tamper(chained, "insert into audit_unchained (position, clinic) values (4, 'maple'), (5, 'maple')")
    assert faults(chained) == [Fault("changed", position=4)]

    assert chain(chained.store) == 2

    assert faults(chained) == [Fault("changed", 4, 4)]


def test_a_line_that_was_taken_out_of_the_chain_is_found(chained: Bench) -> None:
    tamper(chained, "delete from audit_chain where clinic = 'maple' and number = 5")

    assert faults(chained) == [Fault("inserted", position=5)]


def test_a_mark_that_somebody_changed_after_it_was_chained_is_found(chained: Bench) -> None:
    tamper(chained, "update audit set mark = null where position = 2")

    assert faults(chained) == [Fault("inserted", 2, 2)]


def test_a_line_beside_that_of_the_deed_says_as_much_and_is_as_safe(bench: Bench) -> None:
    origin = Origin("note.write", "request", "request", came_from="203.0.113.7")
    with bench.store.transaction("maple", Actor("nurse-at-maple", frozenset({"nurse"})), origin) as tx:
        tx.grounds = "role"
        tx.audit_now("client.erase", {"moment": 3, "by": "Zoë"}, about := uuid4())

    with bench.owner.connect() as connection:
        query = "select clients, subject, grounds, came_from, detail from audit where action = 'client.erase'"
        said = connection.execute(text(query)).one()
    assert said == ([about], str(about), "role", "203.0.113.7", {"moment": 3, "by": "Zoë"})
    assert chain(bench.store) == 2
    assert faults(bench) == []


def test_lines_of_an_earlier_release_are_taken_for_ours_at_the_upgrade_and_not_later(
    upgrade: Upgrade, bench: Bench
) -> None:
    upgrade.to("0003")
    for number in range(1200):
        written = {"actor": "nurse", "roles": "nurse", "action": "note.read", "subject": None}
        asked = {"request_id": str(number), "correlation_id": str(number)}
        upgrade.insert("audit", clinic="maple", at=bench.clock(), **written, **asked)
    upgrade.to()
    store = upgrade.store(bench.clock)
    try:
        while chain(store):
            pass
        assert (verify(store, "maple").lines, verify(store, "maple").faults) == (1200, [])

        with upgrade.admin.begin() as connection:
            connection.execute(text("update audit set mark = null where position = 7"))
        upgrade.to()
        assert [fault.kind for fault in verify(store, "maple").faults] == ["inserted"]
    finally:
        store.engine.dispose()


def test_an_inserted_line_with_a_proof_that_somebody_made_up_is_found(chained: Bench) -> None:
    tamper(
        chained,
        "insert into audit_chain (clinic, number, position, proof, chained_at)"
        " select 'maple', 6, 99, proof, now() from audit_chain where clinic = 'maple' and number = 5",
    )

    assert faults(chained) == [Fault("removed", 6, 99)]


def test_a_mark_costs_a_deed_no_question_to_the_database(bench: Bench) -> None:
    deeds(bench, 1)
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement.split()[0])

    event.listen(bench.store.engine, "before_cursor_execute", note)
    try:
        deeds(bench, 1)
    finally:
        event.remove(bench.store.engine, "before_cursor_execute", note)

    assert asked == ["select", "insert"]  # The clinic, and the line.


def test_an_end_that_was_cut_off_is_found_by_a_head_that_was_noted(chained: Bench) -> None:
    noted = verify(chained.store, "maple").head
    assert noted is not None
    deeds(chained, 2)
    chain(chained.store)
    assert faults(chained, noted) == []

    tamper(chained, "delete from audit where clinic = 'maple' and position > 3")
    tamper(chained, "delete from audit_chain where clinic = 'maple' and number > 3")

    assert faults(chained) == []
    assert faults(chained, noted) == [Fault("cut", number=5)]


def test_a_line_that_is_lost_before_it_was_chained_is_found(bench: Bench) -> None:
    deeds(bench, 3)
    tamper(bench, "delete from audit where position = 2")

    chain(bench.store)

    assert faults(bench) == [Fault("removed", position=2)]


def test_whoever_runs_the_application_can_neither_change_nor_remove_a_line(chained: Bench) -> None:
    for table in ("audit", "audit_chain"):
        for statement in (f"update {table} set clinic = clinic", f"delete from {table}"):
            with chained.store.carrier() as session, pytest.raises(Exception, match="permission denied"):
                session.execute(text(statement))
