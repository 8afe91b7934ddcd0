"""What must be heard is done in a transaction of its own where the one that heard it comes to nothing."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from store.test_transaction import ACTOR, ORIGIN, planned
from toy import Note

from shared.errors import Invalid
from shared.store import Transaction
from shared.testing.bench import Bench


def telling(client: UUID) -> Callable[[Transaction], bool]:
    def tell(tx: Transaction) -> bool:
        tx.publish(planned(client))
        return True

    return tell


def told(bench: Bench) -> list[UUID]:
    return [event.subject for event in bench.published()]


def test_where_a_deed_is_kept_it_has_done_so_itself(bench: Bench) -> None:
    heard = uuid4()
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.even_if_refused(telling(heard))
    assert told(bench) == []


def test_where_a_deed_is_refused_only_what_was_heard_is_done_by_whoever_said_it(bench: Bench) -> None:
    heard, refused = uuid4(), uuid4()
    with pytest.raises(Invalid), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.touch(heard)
        tx.add(Note(id=refused, clinic="maple", words="x", version=1))
        tx.publish(planned(refused))
        tx.even_if_refused(telling(heard))
        raise Invalid("wrong", "It is wrong.")

    assert told(bench) == [heard]
    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from note")) == 0
        audit = connection.execute(text("select actor, action, clients from audit")).all()
    assert audit == [("therapist-at-maple", "refused.heard", [heard])]


def test_where_a_deed_is_abandoned_it_is_done_too(bench: Bench) -> None:
    heard = uuid4()
    with bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.even_if_refused(telling(heard))
        tx.abandon()
    assert told(bench) == [heard]


def test_where_the_database_breaks_the_deed_it_is_done_too(bench: Bench) -> None:
    heard = uuid4()
    with pytest.raises(Exception, match="no_such_table"), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.even_if_refused(telling(heard))
        tx.session.execute(text("select 1 from no_such_table"))
    assert told(bench) == [heard]


def test_where_that_cannot_be_done_either_nobody_is_told_that_it_was(bench: Bench) -> None:
    def break_down(_: Transaction) -> bool:
        raise ConnectionError

    with pytest.raises(ConnectionError), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.even_if_refused(break_down)
        raise Invalid("wrong", "It is wrong.")
    assert told(bench) == []


def test_where_there_was_nothing_to_do_the_audit_says_nothing(bench: Bench) -> None:
    with pytest.raises(Invalid), bench.store.transaction("maple", ACTOR, ORIGIN) as tx:
        tx.touch(uuid4())
        tx.even_if_refused(lambda _: False)
        raise Invalid("wrong", "It is wrong.")

    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from audit")) == 0
