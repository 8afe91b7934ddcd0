"""Keys: whose opens what, and what remains unreadable."""

import threading
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.errors import NotFound
from shared.sealing import CannotOpen, MasterKeys
from shared.store import Actor
from shared.store.erasure import erase
from shared.store.transaction import Origin, Store
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS

WORDS = b"The weight had a shape."


@contextmanager
def at(bench: Bench | Store, clinic: str = "maple"):
    store = bench.store if isinstance(bench, Bench) else bench
    with store.transaction(clinic, Actor("somebody"), Origin("test", "r", "r")) as tx:
        yield tx


def restarted(bench: Bench, keys: MasterKeys = MASTER_KEYS) -> Store:
    """Another process of the service, which has seen no key yet."""
    return Store(bench.service.name, bench.store.engine, keys, clock=bench.clock)


def seal(bench: Bench, owner: UUID, *, clinic: str = "maple", steady: bool = False) -> bytes:
    with at(bench, clinic) as tx:
        return tx.vault.seal(owner, "told.words", WORDS, steady=steady)


def test_what_was_sealed_opens_in_its_place_also_in_another_process(bench: Bench) -> None:
    sealed = seal(bench, rosa := uuid4())

    with at(restarted(bench)) as tx:
        assert tx.vault.open(rosa, "told.words", sealed) == WORDS
    assert WORDS not in sealed


def test_it_opens_in_no_other_place_and_for_nobody_else(bench: Bench) -> None:
    sealed = seal(bench, rosa := uuid4())

    with at(bench) as tx:
        for owner, place in ((rosa, "told.name"), (uuid4(), "told.words")):
            with pytest.raises(CannotOpen):
                tx.vault.open(owner, place, sealed)


def test_another_clinic_opens_nothing_and_finds_no_key(bench: Bench) -> None:
    sealed = seal(bench, rosa := uuid4())

    for store in (bench.store, restarted(bench)):
        with at(store, "cedar") as tx, pytest.raises(CannotOpen):
            tx.vault.open(rosa, "told.words", sealed)


def test_the_key_of_another_clinic_opens_nothing_that_is_said_to_be_ones_own(bench: Bench) -> None:
    # The bench's own store may remember a key that has been replaced since, in a test of that.
    sealing = restarted(bench)
    with at(sealing) as tx:
        sealed = tx.vault.seal_for_clinic("x", WORDS)

    for store in (sealing, restarted(bench)):
        with at(store, "cedar"), pytest.raises(CannotOpen, match="another clinic"):
            store.keyring.carrier_of(sealed, "cedar")
        assert store.keyring.carrier_of(sealed, "cedar", "maple").id == store.keyring.carrier("maple").id


@pytest.mark.parametrize("changed", [0, 1, 20, -1])
def test_a_value_that_was_changed_does_not_open(bench: Bench, changed: int) -> None:
    sealed = bytearray(seal(bench, rosa := uuid4()))
    sealed[changed] ^= 1

    with at(bench) as tx, pytest.raises(CannotOpen):
        tx.vault.open(rosa, "told.words", bytes(sealed))


def test_without_its_data_key_a_value_never_opens_again(bench: Bench) -> None:
    sealed = seal(bench, rosa := uuid4())
    with at(bench) as tx:
        tx.session.execute(text("delete from data_key where subject = :rosa"), {"rosa": rosa})

    with at(restarted(bench)) as tx, pytest.raises(CannotOpen, match="data key is not there"):
        tx.vault.open(rosa, "told.words", sealed)


def test_a_steady_value_is_sealed_alike_and_others_never(bench: Bench) -> None:
    rosa, ada = uuid4(), uuid4()

    assert seal(bench, rosa, steady=True) == seal(bench, rosa, steady=True) != seal(bench, ada, steady=True)
    assert seal(bench, rosa) != seal(bench, rosa)


def test_a_transaction_that_is_undone_leaves_no_key_in_use(bench: Bench) -> None:
    rosa = uuid4()
    with pytest.raises(ZeroDivisionError), at(bench) as tx:
        tx.vault.seal(rosa, "told.words", WORDS)
        raise ZeroDivisionError
    sealed = seal(bench, rosa)

    with at(restarted(bench)) as tx:
        assert tx.vault.open(rosa, "told.words", sealed) == WORDS


def test_a_part_of_a_transaction_that_is_undone_leaves_no_key_in_use(bench: Bench) -> None:
    rosa = uuid4()
    with at(bench) as tx:
        with pytest.raises(ZeroDivisionError), tx.session.begin_nested():
            tx.vault.seal(rosa, "told.words", WORDS)
            raise ZeroDivisionError
        sealed = tx.vault.seal(rosa, "told.words", WORDS)

    with at(restarted(bench)) as tx:
        assert tx.vault.open(rosa, "told.words", sealed) == WORDS


def test_two_who_write_about_somebody_at_once_use_one_key(bench: Bench) -> None:
    rosa, start, sealed = uuid4(), threading.Barrier(4), []

    def write() -> None:
        start.wait()
        sealed.append(seal(bench, rosa))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(sealed) == 4
    assert len({value[1:17] for value in sealed}) == 1


def test_a_master_key_that_is_missing_is_named(bench: Bench) -> None:
    sealed = seal(bench, rosa := uuid4())
    others = MasterKeys.parse(MasterKeys.generate("another"))

    with pytest.raises(CannotOpen, match="AFTERGLOW_MASTER_KEYS lacks trial"), at(restarted(bench, others)) as tx:
        tx.vault.open(rosa, "told.words", sealed)


def test_a_new_master_key_beside_the_old_one_opens_what_is_there_and_wraps_what_is_new(bench: Bench) -> None:
    sealed = seal(bench, rosa := uuid4())
    both = MasterKeys({**MasterKeys.parse(MasterKeys.generate("newer")).secrets, **MASTER_KEYS.secrets}, b"n" * 32)

    with at(restarted(bench, both)) as tx:
        assert tx.vault.open(rosa, "told.words", sealed) == WORDS
        assert tx.vault.open_for_clinic("x", tx.vault.seal_for_clinic("x", WORDS)) == WORDS


def test_a_blind_index_is_equal_for_equal_values_of_one_field_at_one_clinic_only(bench: Bench) -> None:
    with at(bench) as tx:
        here, again = tx.vault.index("phone", "+12125550147"), tx.vault.index("phone", "+12125550147")
        other_field, network = tx.vault.index("mail", "+12125550147"), tx.vault.network_index("a", "b")
    with at(bench, "cedar") as tx:
        there, network_there = tx.vault.index("phone", "+12125550147"), tx.vault.network_index("a", "b")

    assert here == again
    assert len({here, other_field, there}) == 3
    assert network == network_there


def test_nothing_is_sealed_about_somebody_who_was_erased(bench: Bench) -> None:
    seal(bench, rosa := uuid4())
    with at(bench) as tx:
        erase(rosa, [], tx)

    with pytest.raises(NotFound):
        seal(bench, rosa)
    with bench.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from data_key where subject = :rosa"), {"rosa": rosa}) == 0


def test_an_erasure_waits_for_whoever_writes_about_the_client(bench: Bench) -> None:
    seal(bench, rosa := uuid4())

    def erase_rosa() -> None:
        with at(bench) as tx:
            erase(rosa, [], tx)

    with at(bench) as tx:
        tx.vault.seal(rosa, "told.words", WORDS)
        erasing = threading.Thread(target=erase_rosa)
        erasing.start()
        bench.somebody_waits()
    erasing.join()

    with pytest.raises(NotFound):
        seal(bench, rosa)


def test_a_process_keeps_a_bounded_number_of_keys_and_opens_values_of_all(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.vault._MANY", 3)
    clients = [uuid4() for _ in range(5)]
    sealed = [seal(bench, client) for client in clients]

    with at(bench) as tx:
        assert [tx.vault.open(client, "told.words", value) for client, value in zip(clients, sealed, strict=True)] == [
            WORDS
        ] * 5
