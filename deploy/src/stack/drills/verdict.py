"""The verdict: every event that was said, against every effect that it had."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.store.inbox import Line
from stack.drills import toys
from stack.drills.world import World


@dataclass
class Verdict:
    """The counts of a drill, and what was wrong: empty when all promises were kept."""

    counts: dict[str, Any] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)

    def table(self) -> str:
        width = max(map(len, self.counts))
        lines = [f"{name:<{width}}  {count:>9}" for name, count in self.counts.items()]
        return "\n".join([*lines, "", "every promise was kept" if not self.wrongs else "PROMISES WERE BROKEN"])


def judge(world: World, *, parked: Mapping[str, list[UUID]]) -> Verdict:
    """Compare what was said with what took effect; `parked` are the events that came to wait for a person."""
    verdict = Verdict()
    said = {speaker: _said(world, speaker, verdict) for speaker in toys.SPEAKERS}
    verdict.counts["events said"] = sum(map(len, said.values()))
    verdict.counts["streams"] = len({line for events in said.values() for line, _ in events.values()})
    for listener in toys.LISTENERS:
        _compare(world, listener, said, verdict)
        _expect_only_poison_parked(world, listener, parked[listener], verdict)
        left = world.count(listener, "select count(*) from inbox_event")
        if left:
            verdict.wrongs.append(f"{left} events are left in the inbox of {listener}")
    unpublished = sum(
        world.count(speaker, "select count(*) from outbox where published_at is null") for speaker in toys.SPEAKERS
    )
    if unpublished:
        verdict.wrongs.append(f"{unpublished} events were never published")
    return verdict


_Said = dict[UUID, tuple[Line, int]]


def _said(world: World, speaker: str, verdict: Verdict) -> _Said:
    with world.admin(speaker).connect() as connection:
        rows = connection.execute(text("select id, stream, sequence from outbox order by stream, sequence")).all()
    by_stream: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_stream[row.stream].append(row.sequence)
    for stream, sequences in by_stream.items():
        if sequences != list(range(1, len(sequences) + 1)):
            verdict.wrongs.append(f"{speaker} has a gap or a double in {stream}")
    return {row.id: (Line(speaker, row.stream), row.sequence) for row in rows}


def _compare(world: World, listener: str, said: Mapping[str, _Said], verdict: Verdict) -> None:
    with world.admin(listener).connect() as connection:
        query = text("select event_id, publisher, stream, sequence, clinic from effect order by position")
        effects = connection.execute(query).all()
    everything = {event: place for events in said.values() for event, place in events.items()}
    times = Counter(row.event_id for row in effects)
    verdict.counts[f"effects in {listener}"] = len(effects)
    for what, events in (
        ("have no effect", everything.keys() - times.keys()),
        ("have more than one effect", {event for event, count in times.items() if count > 1}),
        ("were never said", times.keys() - everything.keys()),
    ):
        if events:
            verdict.wrongs.append(f"{listener}: {len(events)} events {what}, such as {next(iter(events))}")
    _expect_order(listener, effects, verdict)
    if any(row.stream.split("/")[0] != row.clinic for row in effects):
        verdict.wrongs.append(f"{listener}: an effect is in another clinic than its stream")


def _expect_order(listener: str, effects: Iterable[Any], verdict: Verdict) -> None:
    last: dict[Line, int] = defaultdict(int)
    for row in effects:
        line = Line(row.publisher, row.stream)
        if row.sequence != last[line] + 1:
            verdict.wrongs.append(f"{listener}: {line} went from {last[line]} to {row.sequence}")
        last[line] = row.sequence


def _expect_only_poison_parked(world: World, listener: str, parked: list[UUID], verdict: Verdict) -> None:
    with world.admin("intake").connect() as connection:
        poisoned = set(
            connection.scalars(
                text("select id from outbox where position(:word in encode(body, 'escape')) > 0"),
                {"word": f'"{toys.POISON}"'},
            )
        )
    verdict.counts[f"parked in {listener}"] = len(parked)
    if not poisoned:
        verdict.wrongs.append("nothing was poisoned: the drill has shown nothing about parking")
    if strangers := set(parked) - poisoned:
        verdict.wrongs.append(f"{listener}: {len(strangers)} events were parked that were not poisoned")
    if not parked:
        verdict.wrongs.append(f"{listener}: no poisoned event was parked")
