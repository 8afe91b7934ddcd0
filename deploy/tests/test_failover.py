import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner

from shared.local.debian import RABBITMQ
from stack.drills import failover
from stack.drills.failover import Kill, Report, run_failover
from stack.drills.ledger import Arrival, Entry, Heard, Spoken, Verdict, judge

ROSA, SAM = UUID(int=1), UUID(int=2)


def told(subject: UUID, *sequences: int) -> list[Entry]:
    return [(subject, sequence) for sequence in sequences]


def came(*entries: Entry, again: bool = False) -> list[Arrival]:
    return [Arrival(entry, again) for entry in entries]


def took_all(arrivals: list[Arrival]) -> Heard:
    """The account of a consumer that took in all that it saw."""
    return Heard(arrivals, [arrival.entry for arrival in arrivals])


@pytest.fixture
def report() -> Report:
    """A drill that went well."""
    verdict = Verdict(confirmed=30, received=31, lost=0, duplicates=1, overtaken=0, redelivered_late=0)
    kills = [
        Kill("node1", "node2", (4, 6), (1, 2), longest_pause_ms=150),
        Kill("node2", "node3", (9, 11), (2, 1), longest_pause_ms=1200),
    ]
    return Report(
        seed=7,
        seconds=20.0,
        verdict=verdict,
        asked=2,
        kills=kills,
        confirmed=(14, 16),
        repeated=1,
        longest_pause_ms=1200,
    )


def test_no_confirmed_event_is_lost_when_the_leader_of_the_inbox_queue_is_killed_under_load(tmp_path: Path) -> None:
    RABBITMQ.install()
    report = run_failover(tmp_path, seconds=4, kills=1, seed=7)

    # How long a publisher waits says little on a busy machine; the long drill looks at that.
    assert [wrong for wrong in report.wrongs if not wrong.startswith("a publisher waited")] == []
    assert len(report.kills) == 1
    assert report.kills[0].successor != report.kills[0].node
    assert (report.verdict.lost, report.verdict.overtaken) == (0, 0)


def test_what_was_confirmed_and_did_not_come_is_lost_and_what_was_not_confirmed_may_come() -> None:
    verdict = judge(told(ROSA, 1, 2, 3), took_all(came(*told(ROSA, 1, 3), *told(SAM, 1))))

    assert verdict == Verdict(confirmed=3, received=3, lost=1, duplicates=0, overtaken=0, redelivered_late=0)


def test_what_fell_from_the_hands_of_a_consumer_and_never_came_again_is_lost() -> None:
    heard = Heard(handed_out=came(*told(ROSA, 1, 2)), received=told(ROSA, 1))

    assert judge(told(ROSA, 1, 2), heard).lost == 1


def test_a_batch_that_came_twice_is_all_duplicates_and_still_in_order() -> None:
    verdict = judge(told(ROSA, 1, 2, 3), took_all(came(*told(ROSA, 1, 2), *told(ROSA, 1, 2, 3))))

    assert verdict == Verdict(confirmed=3, received=5, lost=0, duplicates=2, overtaken=0, redelivered_late=0)


def test_an_event_after_a_later_one_of_its_stream_was_overtaken_unless_the_broker_had_handed_it_out_before() -> None:
    confirmed = told(ROSA, 1, 2, 3) + told(SAM, 1)
    early = came(*told(ROSA, 1, 3), *told(SAM, 1))

    in_the_queue = judge(confirmed, took_all(early + came(*told(ROSA, 2))))
    in_the_queue_and_repeated = judge(confirmed, took_all(early + came(*told(ROSA, 2)) + came(*told(ROSA, 2, 3))))
    on_its_way = judge(confirmed, took_all(early + came(*told(ROSA, 2), again=True)))
    on_its_way_and_repeated = judge(
        confirmed, took_all(early + came(*told(ROSA, 2)) + came(*told(ROSA, 2), again=True))
    )

    assert (in_the_queue.lost, in_the_queue.overtaken, in_the_queue.redelivered_late) == (0, 1, 0)
    assert (in_the_queue_and_repeated.overtaken, in_the_queue_and_repeated.redelivered_late) == (1, 0)
    assert (on_its_way.lost, on_its_way.overtaken, on_its_way.redelivered_late) == (0, 0, 1)
    assert (on_its_way_and_repeated.overtaken, on_its_way_and_repeated.redelivered_late) == (0, 1)


def test_an_event_that_was_seen_in_its_place_is_in_order_though_it_fell_from_the_hands_of_a_consumer() -> None:
    seen = came(*told(ROSA, 1, 2, 3)) + came(*told(ROSA, 2), again=True)
    verdict = judge(told(ROSA, 1, 2, 3), Heard(seen, told(ROSA, 1, 3, 2)))

    assert (verdict.lost, verdict.overtaken, verdict.redelivered_late) == (0, 0, 0)


def test_the_longest_pause_is_the_one_that_the_kill_fell_into() -> None:
    spoken = Spoken(times=[0.0, 0.1, 0.2, 1.7, 1.8, 4.8])

    assert spoken.longest_pause_ms(0.9, 1.75) == 1500
    assert spoken.longest_pause_ms(0.0, 5.0) == 3000
    assert spoken.longest_pause_ms(4.9, 9.8) == 5000


def test_a_drill_that_went_well_passes(report: Report) -> None:
    assert report.wrongs == []
    assert report.passed


def test_what_was_lost_or_overtaken_does_not_pass(report: Report) -> None:
    assert replace(report, verdict=replace(report.verdict, lost=1)).wrongs == ["1 events that were confirmed were lost"]
    assert replace(report, verdict=replace(report.verdict, overtaken=1)).wrongs == [
        "1 events were overtaken in the queue"
    ]


def test_a_publisher_that_never_comes_back_does_not_pass_though_the_other_does(report: Report) -> None:
    first, second = report.kills
    silent_at_last = replace(report, confirmed=(20, 11))
    silent_without = replace(report, kills=[first, replace(second, confirmed_without=(0, 9))])

    assert silent_at_last.wrongs == ["a publisher stood still: (9, 11) events were confirmed, then (20, 11)"]
    assert silent_without.wrongs == ["without node2 the publishers had (0, 9) events confirmed"]


def test_fewer_kills_than_asked_a_leader_that_stays_and_a_long_pause_do_not_pass(report: Report) -> None:
    first, second = report.kills

    assert replace(report, kills=[first]).wrongs == ["the leader died 1 times, not 2"]
    assert replace(report, kills=[first, replace(second, successor="node2")]).wrongs == ["node2 was killed and leads"]
    assert replace(report, longest_pause_ms=10_001).wrongs == ["a publisher waited for 10001 ms"]


@pytest.mark.parametrize("lost", [0, 1])
def test_the_drill_tells_its_counts_and_fails_when_something_was_lost(
    report: Report, lost: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = replace(report, verdict=replace(report.verdict, lost=lost))
    monkeypatch.setattr(failover, "run_failover", lambda *_, **__: found)

    for_people = CliRunner().invoke(failover.main, [])
    for_programs = CliRunner().invoke(failover.main, ["--json"])

    assert for_people.exit_code == for_programs.exit_code == lost
    assert "longest pause in confirmed publishing, ms" in for_people.output
    assert json.loads(for_programs.stdout)["verdict"]["lost"] == lost
