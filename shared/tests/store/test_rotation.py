"""Keys are replaced while everything stays readable."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from toy.telling import Told

from shared.sealing import MasterKeys
from shared.settings import Settings
from shared.store import rotation
from shared.store.database import make_engine
from shared.store.holdings import Holding
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS, MASTER_KEYS_TEXT

LATER = datetime(2126, 1, 1, tzinfo=UTC)
TOLD = [Holding(Told.client_id, "what was told")]
ANA = Actor("operator:ana", frozenset({"operator"}))


def write(bench: Bench, client: UUID, words: str) -> None:
    with deed(bench.store) as tx:
        tx.add(Told(id=tx.new_id(), clinic=tx.clinic_id, client_id=client, words=words))


def deed(store: Store) -> AbstractContextManager[Transaction]:
    return store.transaction("maple", Actor("rosa"), Origin("diary.write", "request", "request"))


def words(store: Store) -> list[str]:
    with deed(store) as tx:
        return sorted(row.words for row in tx.all(select(Told)))


def audited(bench: Bench) -> list[str]:
    """What Ana's lines in the audit say that she did."""
    with bench.owner.connect() as connection:
        query = text("select action from audit where clinic = 'maple' and actor = :actor order by position")
        return list(connection.scalars(query, {"actor": ANA.id}))


def anew(bench: Bench, keys: MasterKeys = MASTER_KEYS) -> Store:
    """Another process, which knows nothing yet."""
    return Store(bench.store.service, bench.store.engine, keys, clock=bench.clock)


@pytest.fixture
def owner_store(bench: Bench, settings: Settings) -> Iterator[Store]:
    """The service's store as the owner of its tables."""
    assert settings.database_owner is not None
    engine = make_engine(settings.database_owner, pool_size=2)
    yield Store(bench.store.service, engine, MASTER_KEYS, clock=bench.clock)
    engine.dispose()


@pytest.fixture
def diaries(bench: Bench) -> Bench:
    for number in range(3):
        write(bench, uuid4(), f"entry {number}")
    return bench


def test_a_clinics_new_key_wraps_every_data_key_and_old_processes_go_on(diaries: Bench) -> None:
    seen: list[int] = []

    assert rotation.replace_clinic_key(diaries.store, "maple", ANA, seen.append) == sum(seen) >= 3

    assert audited(diaries) == ["sealing.replace_clinic_key"]
    state = rotation.status(anew(diaries), "maple")
    assert state.under_replaced == 0
    assert words(anew(diaries)) == words(diaries.store) == ["entry 0", "entry 1", "entry 2"]


def test_what_a_process_wraps_by_the_old_key_is_wrapped_anew_by_doing_it_again(diaries: Bench) -> None:
    other = anew(diaries)
    rotation.replace_clinic_key(other, "maple", ANA, lambda _: None)
    write(diaries, uuid4(), "by the old key")
    assert rotation.status(other, "maple").under_replaced == 1

    assert rotation.wrap_data_keys(other, "maple", lambda _: None) == 1

    assert rotation.status(other, "maple").under_replaced == 0
    assert "by the old key" in words(anew(diaries))


def test_a_new_master_key_wraps_the_clinics_keys_and_the_old_one_can_go(diaries: Bench) -> None:
    old, network = MASTER_KEYS_TEXT.split()
    fresh, _ = MasterKeys.generate("second").split()

    try:
        both = anew(diaries, MasterKeys.parse(f"{fresh} {old} {network}"))
        assert rotation.wrap_by_current_master(both, "maple", ANA) >= 1
        assert rotation.wrap_by_current_master(both, "maple", ANA) == 0
        assert audited(diaries) == ["sealing.wrap_by_master"]

        alone = anew(diaries, MasterKeys.parse(f"{fresh} {network}"))
        assert words(alone) == ["entry 0", "entry 1", "entry 2"]
        assert rotation.status(alone, "maple").under_other_masters == 0
    finally:
        # The keys of a test database outlive the test: leave them as they were.
        rotation.wrap_by_current_master(anew(diaries, MasterKeys.parse(f"{old} {fresh} {network}")), "maple", ANA)


def test_values_are_sealed_by_a_new_data_key_and_the_old_one_is_gone(diaries: Bench, owner_store: Store) -> None:
    before = LATER
    with diaries.owner.begin() as connection:
        old = set(connection.scalars(text("select id from data_key")))
        lay = connection.scalars(text("select words_sealed from told order by id")).all()

    subjects = rotation.subjects_to_reseal(owner_store, "maple", before)
    sealed = sum(rotation.reseal(owner_store, TOLD, "maple", ANA, subject, before) for subject in subjects)

    assert sealed == 3
    assert audited(diaries) == ["sealing.reseal"] * len(subjects)
    with diaries.owner.begin() as connection:
        assert not old & set(connection.scalars(text("select id from data_key")))
        assert connection.scalars(text("select words_sealed from told order by id")).all() != lay
    assert words(diaries.store) == ["entry 0", "entry 1", "entry 2"]


class Resealing(threading.Thread):
    """Somebody gets a new data key meanwhile."""

    def __init__(self, store: Store, client: UUID) -> None:
        super().__init__()
        self._store, self._client = store, client
        self.sealed = -1
        self.start()

    def run(self) -> None:
        self.sealed = rotation.reseal(self._store, TOLD, "maple", ANA, self._client, LATER)


def test_it_waits_for_whoever_adds_something_and_seals_that_too(bench: Bench, owner_store: Store) -> None:
    write(bench, client := uuid4(), "first")
    with deed(bench.store) as tx:
        tx.add(Told(id=tx.new_id(), clinic="maple", client_id=client, words="second"))
        tx.session.flush()
        resealing = Resealing(owner_store, client)
        bench.somebody_waits()
    resealing.join()

    assert resealing.sealed == 2
    assert words(anew(bench)) == ["first", "second"]


def test_it_waits_for_whoever_changes_something_and_changes_nothing_back(bench: Bench, owner_store: Store) -> None:
    write(bench, client := uuid4(), "first")
    with deed(bench.store) as tx:
        tx.all(select(Told))[0].words = "corrected"
        tx.session.flush()
        resealing = Resealing(owner_store, client)
        bench.somebody_waits()
    resealing.join()

    assert resealing.sealed == 1
    assert words(anew(bench)) == ["corrected"]


def test_it_is_in_nobodys_way_who_says_whose_things_they_change(
    bench: Bench, owner_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "TRIES", 1)
    write(bench, client := uuid4(), "first")
    with bench.store.transaction("maple", Actor("rosa"), Origin("diary.write", "r", "r"), changes=client) as tx:
        row = tx.one(Told, tx.all(select(Told))[0].id, lock=True)
        resealing = Resealing(owner_store, client)
        bench.somebody_waits()
        row.words = "corrected"
        tx.session.flush()
    resealing.join()

    assert resealing.sealed == 1
    assert words(anew(bench)) == ["corrected"]


def test_it_tries_again_where_it_gave_way_to_somebody_and_not_for_ever(bench: Bench, owner_store: Store) -> None:
    write(bench, client := uuid4(), "first")
    raised = "if nextval('times') <= {} then raise exception using errcode = 'deadlock_detected'; end if; return new;"

    def give_way(times: int) -> None:
        body = f"begin {raised.format(times)} end"
        with bench.owner.begin() as connection:
            connection.execute(text("alter sequence times restart"))
            connection.execute(
                text(f"create or replace function give_way() returns trigger language plpgsql as $$ {body} $$")
            )

    with bench.owner.begin() as connection:
        connection.execute(text("create sequence times"))
        connection.execute(text("grant usage on sequence times to public"))
    give_way(rotation.TRIES - 1)
    with bench.owner.begin() as connection:
        connection.execute(
            text("create trigger give_way before update on told for each row execute function give_way()")
        )
    try:
        assert rotation.reseal(owner_store, TOLD, "maple", ANA, client, LATER) == 1
        give_way(rotation.TRIES)
        with pytest.raises(OperationalError, match="DeadlockDetected"):
            rotation.reseal(owner_store, TOLD, "maple", ANA, client, LATER)
    finally:
        with bench.owner.begin() as connection:
            connection.execute(text("drop trigger give_way on told"))
            connection.execute(text("drop function give_way"))
            connection.execute(text("drop sequence times"))
    assert words(anew(bench)) == ["first"]
