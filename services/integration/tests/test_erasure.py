"""A client is erased at intake: what becomes of them at integration."""

import threading
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from integration.commands.flags import ask_for_help
from integration.holdings import HOLDINGS
from shared.events.intake import ClientErased, ClientRegistered, ScreeningSubmitted
from shared.events.sessions import SessionCompleted
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.inventory import REMEMBERING, places_of, rows_about, tables_with

from .conftest import Story

ABOUT = places_of(HOLDINGS) | {"timer": "subject"}


def counted(story: Story) -> dict[str, int]:
    return rows_about(story.client, ABOUT, story.bench.owner)


def audited(bench: Bench) -> list[Any]:
    with bench.owner.connect() as connection:
        query = "select actor, clients, detail from audit where action = 'client.erase'"
        return list(connection.execute(text(query)))


@pytest.fixture
def ada(bench: Bench) -> Story:
    """Another client of Maple, who lives as much."""
    return Story(bench).lives()


def test_nothing_is_left_of_a_client_who_is_erased_and_others_keep_all_of_theirs(everything: Story, ada: Story) -> None:
    before, timeline = counted(ada), ada.see("timeline")
    assert set(before) == set(ABOUT) == set(counted(everything))

    everything.tell(ClientErased)

    assert counted(everything) == {}
    assert tables_with(str(everything.client), everything.bench.owner) <= REMEMBERING
    assert counted(ada) == before
    assert ada.see("timeline") == timeline
    assert ada.moment(words="Still here.")["words"] == "Still here."


def test_an_erasure_waits_for_whoever_is_writing_and_then_takes_that_too(everything: Story) -> None:
    bench, client, origin = everything.bench, everything.client, Origin("help.ask", "a-request", "a-request")
    with bench.store.transaction("maple", Actor(f"client-{client}"), origin, changes=client) as tx:
        ask_for_help(client, tx)  # It seals nothing, so that no key is held.
        tx.session.flush()
        eraser = threading.Thread(target=everything.tell, args=(ClientErased,))
        eraser.start()
        bench.somebody_waits()
    eraser.join()

    assert counted(everything) == {}
    assert all(event.erased for event in bench.published() if event.subject == client)


def test_an_answer_that_was_stored_for_a_request_that_is_sent_again_goes_too(everything: Story) -> None:
    caller = everything.bench.as_("client", client_id=everything.client)
    body, key = {"kind": "dream", "words": "A house."}, {"Idempotency-Key": "once"}
    assert caller.post(f"/clients/{everything.client}/moments", body, headers=key).status_code == 201

    everything.tell(ClientErased)

    assert "idempotency" not in tables_with(str(everything.client), everything.bench.owner)
    again = caller.post(f"/clients/{everything.client}/moments", body, headers=key)
    assert again.status_code == 404


def test_what_was_told_of_them_keeps_its_places_and_says_nothing_more(everything: Story, ada: Story) -> None:
    bench = everything.bench
    told = [(event.id, event.type, event.sequence) for event in bench.published() if event.subject == everything.client]
    assert [sequence for _, _, sequence in told] == list(range(1, len(told) + 1))

    everything.tell(ClientErased)

    left = [event for event in bench.published() if event.subject == everything.client]
    assert [(event.id, event.type, event.sequence) for event in left] == told
    assert all(event.erased and event.data == {} for event in left)
    assert all(event.data and not event.erased for event in bench.published() if event.subject == ada.client)


def test_neither_late_events_nor_a_replay_nor_a_timer_bring_anybody_back(everything: Story, ada: Story) -> None:
    everything.tell(ClientErased)
    told = len(everything.bench.published())

    everything.tell(ClientRegistered)
    everything.tell(SessionCompleted, visit=str(everything.visit))
    everything.tell(ScreeningSubmitted)
    everything.bench.hear_all_again()
    before = counted(ada)
    everything.bench.advance(days=30)

    assert counted(everything) == {}
    assert [event for event in everything.bench.published()[told:] if event.subject == everything.client] == []
    # Whoever lives goes on being asked.
    going_on = {"timer", "measure_request"}
    assert {table: before[table] for table in before.keys() - going_on} == {
        table: count for table, count in counted(ada).items() if table not in going_on
    }


def test_somebody_who_was_erased_is_shown_whom_to_call_and_nothing_of_it_is_kept(everything: Story) -> None:
    everything.tell(ClientErased)

    assert "988" in everything.do("help").get_json()["crisis_line"]
    assert everything.do("moments", kind="dream", words="x").status_code == 404
    assert counted(everything) == {}


def test_an_erasure_that_is_told_twice_is_one_and_its_audit_says_what_went(everything: Story) -> None:
    held = counted(everything)

    everything.tell(ClientErased)
    everything.tell(ClientErased)

    [line] = audited(everything.bench)
    assert (line.actor, line.clients) == ("event:intake", [everything.client])
    assert line.detail == {holding.table: held[holding.table] for holding in HOLDINGS}


def test_a_clinic_erases_its_own_clients_and_no_others(everything: Story) -> None:
    before = counted(everything)

    everything.bench.hear(ClientErased.from_data(everything.client, ClientErased.sample_data()), clinic="cedar")

    assert counted(everything) == before
    assert everything.see("moments")[0]["words"] == "The weight had a shape."


def test_a_tombstone_of_another_service_moves_the_cursor_and_does_nothing(rosa: Story) -> None:
    bench = rosa.bench
    visited = SessionCompleted.from_data(rosa.client, SessionCompleted.sample_data() | {"kind": "medicine"})
    bench.deliver(replace(bench.envelope(visited), erased=True, data={}))
    bench.settle()
    bench.hear(SessionCompleted.from_data(UUID(int=7), SessionCompleted.sample_data()))

    assert rosa.see("windows") == []
    with bench.owner.connect() as connection:
        cursor = text("select handled from inbox_stream where publisher = 'sessions' and stream like :of")
        assert connection.scalar(cursor, {"of": f"%{rosa.client}"}) == 1
    # The next one of the same client is handled as ever.
    rosa.visited()
    assert len(rosa.see("windows")) == 1
