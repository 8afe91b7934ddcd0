"""That a client rests, and left a check-in out, is told to those who would ask, remind or call; why, to nobody."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from integration.timers import timers
from shared.clinics import Clinic
from shared.events.integration import CheckInSkipped, RestBegun, RestEnded
from shared.store.transaction import Actor, Origin
from shared.testing.inventory import tables_with
from shared.testing.plugin import MONDAY
from shared.testing.upgrades import Upgrade

from .conftest import Story
from .living_on import rests

_TEST = Actor("test"), Origin("test", "r", "r")


def told(story: Story) -> list[tuple[str, dict[str, Any]]]:
    return [(event.type, event.data) for event in story.bench.published()]


def rest_of(story: Story) -> str:
    with story.bench.owner.connect() as connection:
        return str(connection.scalar(text("select id from rest where client_id = :id"), {"id": story.client}))


def test_it_is_told_that_she_rests_until_when_by_her_clock_and_that_she_came_back(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(2026, 11, 2, 15, tzinfo=UTC)
    rosa.do("rest", until="2026-11-05", words="I am at the lighthouse.")
    rosa.do("rest", words="I stay at the lighthouse.")
    rosa.bench.advance(days=1)
    rosa.do("rest/ending")
    rosa.do("rest/ending")

    rest = rest_of(rosa)
    assert told(rosa) == [
        (RestBegun.type, {"rest": rest, "until": "2026-11-05T05:00:00+00:00"}),
        (RestBegun.type, {"rest": rest, "until": None}),
        (RestEnded.type, {"rest": rest, "ended_at": "2026-11-03T15:00:00+00:00"}),
    ]
    assert tables_with("lighthouse", rosa.bench.owner) == set()


def test_of_a_rest_that_is_over_by_its_day_nothing_more_is_told(rosa: Story) -> None:
    rosa.bench.clock.at = datetime(2026, 11, 2, 15, tzinfo=UTC)
    rosa.do("rest", until="2026-11-05")
    rosa.bench.clock.at = datetime(2026, 11, 5, 5, tzinfo=UTC)
    rosa.bench.advance()
    rosa.do("rest/ending")
    rosa.do("rest")

    begun = rosa.bench.published()
    assert [event.type for event in begun] == [RestBegun.type] * 2
    assert begun[0].data["rest"] != begun[1].data["rest"]


def test_that_a_check_in_was_left_out_is_told_once(rosa: Story) -> None:
    rosa.visited()
    rosa.bench.advance(hours=24)
    rosa.bench.advance(hours=24)
    [window] = rosa.see("windows")
    first = window["check_ins"][0]["id"]

    rosa.do(f"check-ins/{first}/skipping")
    rosa.do(f"check-ins/{first}/skipping")

    [skipped] = rosa.bench.published(CheckInSkipped)
    assert skipped.data == {"check_in": first, "window": window["id"]}


def test_whoever_rested_before_this_release_came_is_told_of(upgrade: Upgrade, maple: Clinic) -> None:
    upgrade.to("0012")
    ahead = datetime.now(UTC) + timedelta(days=9)
    standing, until, over, ended = (uuid4() for _ in range(4))
    for rest, ends in ((standing, {}), (until, {"until": ahead}), (over, {"until": MONDAY - timedelta(days=900)})):
        upgrade.insert("rest", id=rest, clinic="maple", client_id=UUID(int=1), begun_at=MONDAY, **ends)
    upgrade.insert("rest", id=ended, clinic="cedar", client_id=UUID(int=2), begun_at=MONDAY, ended_at=MONDAY)
    upgrade.to()

    with upgrade.admin.connect() as connection:
        query = text("select clinic, kind, subject, payload ->> 'rest' as rest, state from timer")
        set_ = {tuple(row) for row in connection.execute(query)}
    assert set_ == {("maple", "rest_of_before", UUID(int=1), str(rest), "set") for rest in (standing, until)}


def test_it_is_told_then_unless_they_have_come_back(rosa: Story) -> None:
    other = Story(rosa.bench).registered()
    for story in (rosa, other):
        rests(story)
        with story.bench.store.transaction("maple", *_TEST) as tx:
            rest = rest_of(story)
            tx.set_timer("rest_of_before", subject=story.client, due_at=tx.now, key=f"rest/{rest}", rest=rest)
    other.do("rest/ending")
    while timers.run_due(rosa.bench.store):
        pass

    assert [event.subject for event in rosa.bench.published(RestBegun)] == [rosa.client]
