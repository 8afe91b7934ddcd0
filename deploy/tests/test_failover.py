import json
from dataclasses import replace
from uuid import UUID

import pytest
from click.testing import CliRunner

from shared.local.rabbitmq import find_server
from stack.drills import failover
from stack.drills.failover import Kill, Report, run_failover
from stack.drills.ledger import Arrival, Entry, Spoken, Verdict, judge

ROSA, SAM = UUID(int=1), UUID(int=2)


def told(subject: UUID, *sequences: int) -> list[Entry]:
    return [(subject, sequence) for sequence in sequences]


def came(*entries: Entry, again: bool = False) -> list[Arrival]:
    return [Arrival(entry, again) for entry in entries]


@pytest.fixture
def report() -> Report:
    """A drill that went well."""
    verdict = Verdict(confirmed=30, received=31, lost=0, duplicates=1, overtaken=0, redelivered_late=0)
    kills = [Kill("node1", 10, "node2", 150), Kill("node2", 20, "node3", 1200)]
    return Report(seed=7, seconds=20.0, verdict=verdict, kills=kills, repeated=1, longest_pause_ms=1200)


@pytest.mark.skipif(find_server() is None, reason="RabbitMQ is not installed here, and the drill needs three nodes")
def test_no_confirmed_event_is_lost_when_the_leader_of_the_inbox_queue_is_killed_under_load() -> None:
    report = run_failover(seconds=4, kills=1, seed=7)

    assert len(report.kills) == 1
    assert 0 < report.kills[0].confirmed_before < report.verdict.confirmed
    assert report.kills[0].successor != report.kills[0].node
    assert (report.verdict.lost, report.verdict.overtaken) == (0, 0)
    assert report.passed


def test_what_was_confirmed_and_did_not_come_is_lost_and_what_was_not_confirmed_may_come() -> None:
    verdict = judge(told(ROSA, 1, 2, 3), came(*told(ROSA, 1, 3), *told(SAM, 1)))

    assert verdict == Verdict(confirmed=3, received=3, lost=1, duplicates=0, overtaken=0, redelivered_late=0)


def test_a_batch_that_came_twice_is_all_duplicates_and_still_in_order() -> None:
    verdict = judge(told(ROSA, 1, 2, 3), came(*told(ROSA, 1, 2), *told(ROSA, 1, 2, 3)))

    assert verdict == Verdict(confirmed=3, received=5, lost=0, duplicates=2, overtaken=0, redelivered_late=0)


def test_an_event_after_a_later_one_of_its_stream_was_overtaken_unless_the_broker_had_handed_it_out_before() -> None:
    confirmed = told(ROSA, 1, 2, 3) + told(SAM, 1)
    early = came(*told(ROSA, 1, 3), *told(SAM, 1))

    in_the_queue = judge(confirmed, early + came(*told(ROSA, 2)))
    on_its_way = judge(confirmed, early + came(*told(ROSA, 2), again=True))
    on_its_way_and_repeated = judge(confirmed, early + came(*told(ROSA, 2)) + came(*told(ROSA, 2), again=True))

    assert (in_the_queue.lost, in_the_queue.overtaken, in_the_queue.redelivered_late) == (0, 1, 0)
    assert (on_its_way.lost, on_its_way.overtaken, on_its_way.redelivered_late) == (0, 0, 1)
    assert (on_its_way_and_repeated.overtaken, on_its_way_and_repeated.redelivered_late) == (0, 1)


def test_the_longest_pause_is_the_one_that_the_kill_fell_into() -> None:
    spoken = Spoken(times=[0.0, 0.1, 0.2, 1.7, 1.8, 4.8])

    assert spoken.longest_pause_ms(0.9, 1.75) == 1500
    assert spoken.longest_pause_ms(0.0, 5.0) == 3000
    assert spoken.longest_pause_ms(4.9, 9.8) == 5000


def test_a_drill_passes_only_when_publishing_went_on_after_each_kill_and_all_of_it_came_in_order(
    report: Report,
) -> None:
    silent = replace(report, verdict=replace(report.verdict, confirmed=20))

    assert report.passed
    assert not silent.passed
    assert not replace(report, verdict=replace(report.verdict, lost=1)).passed
    assert not replace(report, verdict=replace(report.verdict, overtaken=1)).passed


@pytest.mark.parametrize("lost", [0, 1])
def test_the_drill_tells_its_counts_and_fails_when_something_was_lost(
    report: Report, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = replace(report, verdict=replace(report.verdict, lost=lost))
    monkeypatch.setattr(failover, "run_failover", lambda **_: found)

    for_people = CliRunner().invoke(failover.main, [])
    for_programs = CliRunner().invoke(failover.main, ["--json"])

    assert for_people.exit_code == for_programs.exit_code == lost
    assert "longest pause in confirmed publishing, ms" in for_people.output
    assert json.loads(for_programs.output)["verdict"]["lost"] == lost
