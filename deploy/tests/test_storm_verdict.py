"""The storm's verdict: each promise that is broken, and each fault that never happened, must turn it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from kombu import Producer
from sqlalchemy import text

from shared.bus.topology import connect
from shared.store.inbox import Line
from stack.drills.account import Account, Place, Said, Took, take_account
from stack.drills.faults import BY_THE_WAY, KINDS
from stack.drills.verdict import judge
from stack.drills.world import World

ROSA = "elm/client/1"


@pytest.fixture
def account() -> Account:
    """A small storm that went well: intake's one deed told two events, integration's told one; one was poisoned."""
    deeds = {"intake": uuid4(), "integration": uuid4()}
    said = {
        "intake": [Said(uuid4(), Place(Line("intake", ROSA), sequence), deeds["intake"]) for sequence in (1, 2)],
        "integration": [Said(uuid4(), Place(Line("integration", ROSA), 1), deeds["integration"])],
    }
    heard = [*said["intake"], *said["integration"]]
    said["sessions"] = [
        Said(uuid4(), Place(Line("sessions", ROSA), sequence), event.id) for sequence, event in enumerate(heard, 1)
    ]
    poisoned = said["intake"][1].id
    return Account(
        acknowledged={speaker: {deed} for speaker, deed in deeds.items()},
        deeds={"intake": {deeds["intake"]: 2}, "integration": {deeds["integration"]: 1}},
        said=said,
        unpublished=Counter(),
        took={
            "sessions": [Took(event.id, event.place, "elm") for event in heard],
            "notify": [Took(event.id, event.place, "elm") for event in [*heard, *said["sessions"]]],
        },
        left=Counter(),
        parked={"sessions": [poisoned], "notify": [poisoned]},
        poisoned={poisoned},
        undecodable=[],
        unrouted=[],
        happened=Counter([*KINDS, *BY_THE_WAY]),
    )


def test_a_storm_that_went_well_has_no_wrongs(account: Account) -> None:
    assert judge(account).wrongs == []


def without_a_row(account: Account) -> Account:
    return replace(account, deeds={**account.deeds, "intake": {}})


def without_events(account: Account) -> Account:
    return replace(account, said={**account.said, "intake": []})


def without_one_of_two_events(account: Account) -> Account:
    return replace(account, said={**account.said, "intake": account.said["intake"][:1]})


def with_a_gap(account: Account) -> Account:
    return replace(account, said={**account.said, "intake": account.said["intake"][1:]})


def without_an_effect(account: Account) -> Account:
    return replace(account, took={**account.took, "notify": account.took["notify"][:-1]})


def with_an_effect_twice(account: Account) -> Account:
    took = account.took["notify"]
    return replace(account, took={**account.took, "notify": [*took, took[-1]]})


def with_effects_in_another_order(account: Account) -> Account:
    first, second, *rest = account.took["sessions"]
    return replace(account, took={**account.took, "sessions": [second, first, *rest]})


def with_an_effect_elsewhere(account: Account) -> Account:
    first, *rest = account.took["sessions"]
    return replace(account, took={**account.took, "sessions": [first._replace(clinic="oak"), *rest]})


def with_an_effect_of_nothing(account: Account) -> Account:
    first = account.took["sessions"][0]._replace(event=uuid4())
    return replace(account, took={**account.took, "sessions": [first, *account.took["sessions"][1:]]})


def without_one_retold(account: Account) -> Account:
    return replace(account, said={**account.said, "sessions": account.said["sessions"][:-1]})


def with_one_retold_twice(account: Account) -> Account:
    *_, last = account.said["sessions"]
    again = last._replace(id=uuid4(), place=last.place._replace(sequence=last.place.sequence + 1))
    return replace(account, said={**account.said, "sessions": [*account.said["sessions"], again]})


def with_retold_in_another_order(account: Account) -> Account:
    first, second, *rest = account.said["sessions"]
    swapped = [first._replace(cause=second.cause), second._replace(cause=first.cause), *rest]
    return replace(account, said={**account.said, "sessions": swapped})


def with_one_retold_of_another_client(account: Account) -> Account:
    *rest, last = account.said["sessions"]
    other = last._replace(place=Place(Line("sessions", "elm/client/2"), 1))
    return replace(account, said={**account.said, "sessions": [*rest, other]})


def with_a_stranger_parked(account: Account) -> Account:
    return replace(account, parked={**account.parked, "notify": [*account.parked["notify"], uuid4()]})


@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (without_a_row, "intake: 1 acknowledged commits have no row"),
        (without_a_row, "intake: 2 events have no row"),
        (without_events, "intake: 1 rows have no event"),
        (without_one_of_two_events, "intake: 1 rows have other events than they should"),
        (with_a_gap, f"intake: 1 streams have a gap or a double, such as {ROSA}"),
        (without_an_effect, "notify: 1 events have no effect"),
        (with_an_effect_twice, "notify: 1 events have more than one effect"),
        (with_effects_in_another_order, "went from 0 to 2"),
        (with_an_effect_elsewhere, "sessions: 1 effects are in another clinic"),
        (with_an_effect_of_nothing, "sessions: 1 events were never said"),
        (without_one_retold, "sessions: 1 events that it heard were not retold"),
        (with_one_retold_twice, "sessions: 1 events that it heard were retold more than once"),
        (with_retold_in_another_order, "sessions, retelling: Line(publisher='intake'"),
        (with_one_retold_of_another_client, "sessions: 1 events of its own are about another client"),
        (with_a_stranger_parked, "notify: 1 events were parked that were not poisoned"),
        (lambda account: replace(account, acknowledged={"intake": set(), "integration": set()}), "no commit was ack"),
        (lambda account: replace(account, unpublished=Counter(intake=3)), "3 events were never pub"),
        (lambda account: replace(account, left=Counter(notify=3)), "3 events are left in its inbox"),
        (lambda account: replace(account, parked={"sessions": [], "notify": []}), "no poisoned event was parked"),
        (
            lambda account: replace(account, undecodable=["not JSON"]),
            "undecodable: 1 messages lie there, such as not J",
        ),
        (lambda account: replace(account, unrouted=["elm.intake"]), "unrouted: 1 messages lie there"),
        (lambda account: replace(account, accidents=["relay intake 0 ended by itself"]), "relay intake 0 ended by it"),
    ],
)
def test_each_broken_promise_turns_the_verdict(
    account: Account, spoil: Callable[[Account], Account], wrong: str
) -> None:
    assert wrong in "\n".join(judge(spoil(account)).wrongs)


@pytest.mark.parametrize("kind", [*KINDS, *BY_THE_WAY])
def test_a_fault_that_never_happened_turns_the_verdict(account: Account, kind: str) -> None:
    missed = replace(account, happened={**account.happened, kind: 0})
    assert judge(missed).wrongs == [f"it never happened, so nothing was shown about it: {kind}"]


def test_the_account_is_what_lies_in_the_databases_the_broker_and_the_files(tmp_path: Path) -> None:
    deed, lost, unsaid, rowless = (uuid4() for _ in range(4))
    say = text(
        "insert into outbox (id, clinic, stream, sequence, type, routing_key, body, occurred_at, published_at)"
        " values (gen_random_uuid(), 'elm', :stream, :sequence, 't', 'k', cast(:body as bytea), now(), now())"
    )
    effect = text(
        "insert into effect (clinic, event_id, publisher, stream, sequence)"
        " values ('elm', :event, 'intake', :stream, :sequence)"
    )
    with World(tmp_path) as world:
        (world.acknowledged("intake") / "0").write_text(f"{deed}\n{lost}\n")
        with world.admin("intake").begin() as connection:
            for row, events in ((deed, 2), (unsaid, 1)):
                connection.execute(
                    text("insert into deed values (:row, 'elm', :events)"), {"row": row, "events": events}
                )
            for sequence, cause in ((1, deed), (2, deed), (3, rowless)):
                body = f'{{"causationid": "{cause}", "data": "poison"}}'.encode()
                connection.execute(say, {"stream": ROSA, "sequence": sequence, "body": body})
            first, second, third = connection.scalars(text("select id from outbox order by sequence")).all()
        with world.admin("sessions").begin() as connection:
            for event, sequence in ((first, 1), (third, 3), (third, 3)):
                connection.execute(effect, {"event": event, "stream": ROSA, "sequence": sequence})
        with connect(world.amqp) as connection:
            Producer(connection.channel()).publish(
                b"?", routing_key="afterglow.undecodable", headers={"x-error": "not JSON", "x-consumer": "sessions"}
            )
        nobody = {"sessions": [], "notify": []}
        found = take_account(world, parked=nobody, happened={}, accidents=["a relay fell"])

    assert found.poisoned == {first, second, third}
    wrongs = "\n".join(judge(found).wrongs)
    assert f"intake: 1 acknowledged commits have no row, such as {lost}" in wrongs
    assert f"intake: 1 rows have no event, such as {unsaid}" in wrongs
    assert f"intake: 1 events have no row, such as {third}" in wrongs
    assert f"sessions: 1 events have no effect, such as {second}" in wrongs
    assert f"sessions: 1 events have more than one effect, such as {third}" in wrongs
    assert "went from 1 to 3" in wrongs
    assert "sessions: 3 events that it heard were not retold" in wrongs
    assert "no poisoned event was parked" in wrongs
    assert "afterglow.undecodable: 1 messages lie there, such as not JSON (at sessions)" in wrongs
    assert "a relay fell" in wrongs
