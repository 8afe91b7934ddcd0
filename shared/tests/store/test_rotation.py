"""Keys are replaced while everything stays readable."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from toy.telling import Told

from shared.sealing import MasterKeys
from shared.settings import Settings
from shared.store import rotation
from shared.store.database import make_engine
from shared.store.holdings import Holding
from shared.store.transaction import Actor, Origin, Store, Transaction
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS, MASTER_KEYS_TEXT


def write(bench: Bench, client: UUID, words: str) -> None:
    with deed(bench.store) as tx:
        tx.add(Told(id=tx.new_id(), clinic=tx.clinic_id, client_id=client, words=words))


def deed(store: Store) -> AbstractContextManager[Transaction]:
    return store.transaction("maple", Actor("rosa"), Origin("diary.write", "request", "request"))


def words(store: Store) -> list[str]:
    with deed(store) as tx:
        return sorted(row.words for row in tx.all(select(Told)))


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

    assert rotation.replace_clinic_key(diaries.store, "maple", seen.append) == sum(seen) >= 3

    state = rotation.status(anew(diaries), "maple")
    assert state.under_replaced == 0
    assert words(anew(diaries)) == words(diaries.store) == ["entry 0", "entry 1", "entry 2"]


def test_what_a_process_wraps_by_the_old_key_is_wrapped_anew_by_doing_it_again(diaries: Bench) -> None:
    other = anew(diaries)
    rotation.replace_clinic_key(other, "maple", lambda _: None)
    write(diaries, uuid4(), "by the old key")
    assert rotation.status(other, "maple").under_replaced == 1

    assert rotation.wrap_data_keys(other, "maple", lambda _: None) == 1

    assert rotation.status(other, "maple").under_replaced == 0
    assert "by the old key" in words(anew(diaries))


def test_a_new_master_key_wraps_the_clinics_keys_and_the_old_one_can_go(diaries: Bench) -> None:
    old, network = MASTER_KEYS_TEXT.split()
    fresh, _ = MasterKeys.generate("second").split()

    try:
        assert (
            rotation.wrap_by_current_master(anew(diaries, MasterKeys.parse(f"{fresh} {old} {network}")), "maple") >= 1
        )

        alone = anew(diaries, MasterKeys.parse(f"{fresh} {network}"))
        assert words(alone) == ["entry 0", "entry 1", "entry 2"]
        assert rotation.status(alone, "maple").under_other_masters == 0
    finally:
        # The keys of a test database outlive the test: leave them as they were.
        rotation.wrap_by_current_master(anew(diaries, MasterKeys.parse(f"{old} {fresh} {network}")), "maple")


def test_values_are_sealed_by_a_new_data_key_and_the_old_one_is_gone(diaries: Bench, owner_store: Store) -> None:
    before = diaries.clock() + timedelta(days=36500)
    with diaries.owner.begin() as connection:
        old = set(connection.scalars(text("select id from data_key")))
        lay = connection.scalars(text("select words_sealed from told order by id")).all()

    subjects = rotation.subjects_to_reseal(owner_store, "maple", before)
    sealed = sum(
        rotation.reseal(owner_store, [Holding(Told.client_id, "what was told")], "maple", subject, before)
        for subject in subjects
    )

    assert sealed == 3
    with diaries.owner.begin() as connection:
        assert not old & set(connection.scalars(text("select id from data_key")))
        assert connection.scalars(text("select words_sealed from told order by id")).all() != lay
    assert words(diaries.store) == ["entry 0", "entry 1", "entry 2"]
