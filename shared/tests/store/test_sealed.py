"""Rows with sealed attributes: clear to whoever has the row in a transaction, and to nobody else."""

from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select, text
from toy.telling import Told

from shared.sealing import CannotOpen
from shared.store import Actor
from shared.store.transaction import Origin, Store
from shared.testing.bench import Bench
from shared.testing.upgrades import Upgrade

WORDS = "The weight had a shape."
ANSWERS = {"one": 3, "two": None}


@contextmanager
def at(store: Store, clinic: str = "maple"):
    with store.transaction(clinic, Actor("somebody"), Origin("test", "r", "r")) as tx:
        yield tx


def tell(store: Store, client: UUID, words: str = WORDS, clinic: str = "maple") -> UUID:
    with at(store, clinic) as tx:
        row = tx.add(Told(id=uuid4(), clinic=clinic, client_id=client, words=words, answers=ANSWERS, name="Rosa"))
        assert (row.words, row.answers) == (words, ANSWERS)
    return row.id


@pytest.fixture
def questions(bench: Bench):
    """The statements that the application sends from now on."""
    sent: list[str] = []

    def note(connection, cursor, statement, *_):
        sent.append(statement)

    event.listen(bench.store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(bench.store.engine, "before_cursor_execute", note)


def test_what_is_told_is_read_in_clear_and_lies_sealed(bench: Bench) -> None:
    told = tell(bench.store, uuid4())

    with at(bench.store) as tx:
        row = tx.one(Told, told)
        assert (row.words, row.answers, row.name) == (WORDS, ANSWERS, "Rosa")
    with bench.owner.connect() as connection:
        lies = connection.scalar(text("select told::text from told"))
    for word in ("weight", "one", "Rosa", WORDS.encode().hex()):
        assert word not in lies


def test_a_row_can_be_read_on_after_its_transaction_but_not_opened_then(bench: Bench) -> None:
    told = tell(bench.store, uuid4())

    with at(bench.store) as tx:
        row = tx.one(Told, told)
        assert row.words == WORDS

    assert row.words == WORDS
    with pytest.raises(RuntimeError, match="outside its transaction"):
        _ = row.name


def test_what_is_unknown_stays_unknown_and_what_changes_is_sealed_anew(bench: Bench) -> None:
    told = tell(bench.store, uuid4())

    with at(bench.store) as tx:
        row = tx.one(Told, told)
        row.words, row.answers = "It was blue.", None
        assert row.words == "It was blue."
    with at(bench.store) as tx:
        row = tx.one(Told, told)
        assert (row.words, row.answers) == ("It was blue.", None)
        assert tx.all(select(Told).where(Told.answers_sealed.is_(None))) == [row]


def test_a_value_that_somebody_moved_to_another_row_or_column_does_not_open(bench: Bench) -> None:
    first, second = tell(bench.store, uuid4()), tell(bench.store, uuid4())
    with bench.owner.begin() as connection:
        moved = "update told set words_sealed = (select words_sealed from told where id = :second) where id = :first"
        connection.execute(text(moved), {"first": first, "second": second})
        connection.execute(text("update told set words_sealed = name_sealed where id = :id"), {"id": second})

    with at(bench.store) as tx:
        for told in (first, second):
            with pytest.raises(CannotOpen):
                _ = tx.one(Told, told).words


def test_a_list_opens_with_one_question_for_all_its_keys(bench: Bench, questions: list[str]) -> None:
    clients = [uuid4() for _ in range(500)]
    with at(bench.store) as tx:
        for client in clients:
            tx.add(Told(id=uuid4(), clinic="maple", client_id=client, words=str(client), answers=None, name=None))
    restarted = Store(bench.service.name, bench.store.engine, bench.store.keyring.master, clock=bench.clock)
    questions.clear()

    with at(restarted) as tx:
        rows = tx.all(select(Told))
        assert {row.words for row in rows} == {str(client) for client in clients}
        assert {row.answers for row in rows} == {None}

    assert len([statement for statement in questions if "from data_key" in statement]) == 1


def test_a_copy_that_is_said_again_unchanged_is_sealed_alike(bench: Bench) -> None:
    key, client = uuid4(), uuid4()

    def keep(name: str) -> bytes:
        with at(bench.store) as tx:
            tx.keep(Told, key, client_id=client, words=WORDS, name=name)
        with bench.owner.connect() as connection:
            return bytes(connection.scalar(text("select name_sealed from told")))

    first = keep("Rosa")
    assert keep("Rosa") == first
    assert keep("Rosita") != first
    with at(bench.store) as tx:
        assert tx.one(Told, key).name == "Rosita"


def test_an_upgrade_seals_what_lies_in_clear_at_every_clinic_and_leaves_none_of_it(
    upgrade: Upgrade, bench: Bench
) -> None:
    upgrade.to("0005")
    rows = {uuid4(): ("maple", uuid4()) for _ in range(1200)} | {uuid4(): ("cedar", uuid4())}
    for told, (clinic, client) in rows.items():
        upgrade.insert("told", id=told, clinic=clinic, client_id=client, words=f"{WORDS} {told}", answers='{"one": 3}')
    assert WORDS.encode() in upgrade.file("told")

    upgrade.to()

    assert upgrade.columns("told") == {"id", "clinic", "client_id", "words_sealed", "answers_sealed", "name_sealed"}
    assert WORDS.encode() not in upgrade.file("told")
    store = upgrade.store(bench.clock)
    for told, (clinic, client) in rows.items():
        with at(store, clinic) as tx:
            row = tx.one(Told, told)
            assert (row.client_id, row.words, row.answers, row.name) == (client, f"{WORDS} {told}", {"one": 3}, None)
    store.engine.dispose()


def test_what_had_to_be_told_must_be_there_after_an_upgrade_too(upgrade: Upgrade) -> None:
    upgrade.to()

    with upgrade.admin.connect() as connection:
        query = "select attname from pg_attribute where attrelid = 'told'::regclass and attnotnull and attnum > 0"
        assert set(connection.scalars(text(query))) == {"id", "clinic", "client_id", "words_sealed"}


def test_nobody_sees_another_clinics_rows_because_of_an_upgrade(upgrade: Upgrade) -> None:
    upgrade.to()

    with upgrade.admin.connect() as connection:
        bound = connection.execute(
            text("select relrowsecurity, relforcerowsecurity from pg_class where relname = 'told'")
        ).one()
    assert bound == (True, True)


def test_whoever_waits_for_a_lock_sees_what_stands_then_also_of_a_row_that_they_had_looked_at(bench: Bench) -> None:
    told = tell(bench.store, uuid4())

    with at(bench.store) as tx:
        seen = tx.one(Told, told)
        assert seen.words == WORDS
        with at(bench.store) as other:
            other.one(Told, told, lock=True).words = "It has another shape."

        locked = tx.one(Told, told, lock=True)

        assert locked is seen
        assert locked.words == "It has another shape."
