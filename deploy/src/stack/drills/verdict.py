"""The verdict: what speakers know they did, against rows, events and effects; and whether there was a storm at all."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.store.inbox import Line
from stack import toys
from stack.drills.account import Account, Place, Said
from stack.drills.faults import BY_THE_WAY, KINDS


@dataclass
class Verdict:
    """The counts of a drill, and what was wrong: empty when all promises were kept and every fault had happened."""

    counts: dict[str, Any] = field(default_factory=dict)
    wrongs: list[str] = field(default_factory=list)

    def table(self) -> str:
        width = max(map(len, self.counts))
        lines = [f"{name:<{width}}  {count:>9}" for name, count in self.counts.items()]
        return "\n".join([*lines, "", "every promise was kept" if not self.wrongs else "PROMISES WERE BROKEN"])

    def blame(self, whom: str, findings: Mapping[str, Collection[object]]) -> None:
        """Each of these collections should be empty; its name says what is wrong with those that are in it."""
        for what, found in findings.items():
            if found:
                self.wrongs.append(f"{whom}: {len(found)} {what}, such as {next(iter(found))}")


def judge(account: Account) -> Verdict:
    """Compare what was acknowledged, written, said, retold and taken to effect, each with the others."""
    verdict = Verdict()
    for speaker in toys.SPEAKERS:
        _judge_deeds(account, speaker, verdict)
    for publisher in toys.PUBLISHERS:
        _judge_outbox(account, publisher, verdict)
    for reteller in toys.RETELLERS:
        _judge_retold(account, reteller, verdict)
    for listener in toys.LISTENERS:
        _judge_effects(account, listener, verdict)
        _judge_parked(account, listener, verdict)
    verdict.blame("afterglow.undecodable", {"messages lie there": account.undecodable})
    verdict.blame("afterglow.unrouted", {"messages lie there": account.unrouted})
    for kind in (*KINDS, *BY_THE_WAY):
        verdict.counts[f"fault: {kind}"] = account.happened.get(kind, 0)
        if not account.happened.get(kind):
            verdict.wrongs.append(f"it never happened, so nothing was shown about it: {kind}")
    verdict.wrongs += account.accidents
    return verdict


def _judge_deeds(account: Account, speaker: str, verdict: Verdict) -> None:
    """A deed's row and all of its events are there together, or neither is; and an acknowledged deed is there."""
    acknowledged, deeds = account.acknowledged[speaker], account.deeds[speaker]
    said = account.said[speaker]
    told = Counter(event.cause for event in said)
    verdict.counts[f"commits acknowledged to {speaker}"] = len(acknowledged)
    verdict.counts[f"rows of {speaker}"] = len(deeds)
    verdict.counts[f"events said by {speaker}"] = len(said)
    if not acknowledged:
        verdict.wrongs.append(f"{speaker}: no commit was acknowledged")
    verdict.blame(
        speaker,
        {
            "acknowledged commits have no row": acknowledged - deeds.keys(),
            "rows have no event": deeds.keys() - told.keys(),
            "rows have other events than they should": {
                deed for deed, events in deeds.items() if told[deed] not in (0, events)
            },
            "events have no row": {event.id for event in said if event.cause not in deeds},
        },
    )


def _judge_outbox(account: Account, publisher: str, verdict: Verdict) -> None:
    by_line: dict[Line, list[int]] = defaultdict(list)
    for event in account.said[publisher]:
        by_line[event.place.line].append(event.place.sequence)
    broken = {line.stream for line, sequences in by_line.items() if sequences != list(range(1, len(sequences) + 1))}
    verdict.counts[f"streams of {publisher}"] = len(by_line)
    verdict.blame(publisher, {"streams have a gap or a double": broken})
    if account.unpublished[publisher]:
        verdict.wrongs.append(f"{publisher}: {account.unpublished[publisher]} events were never published")


def _judge_retold(account: Account, reteller: str, verdict: Verdict) -> None:
    """Each event that it heard has led to one event of its own, about the same client and in the same order."""
    heard, retold = _heard(account, reteller), account.said[reteller]
    verdict.counts[f"events retold by {reteller}"] = len(retold)
    times = Counter(event.cause for event in retold)
    known = [event for event in retold if event.cause in heard]
    verdict.blame(
        reteller,
        {
            "events that it heard were not retold": heard.keys() - times.keys(),
            "events that it heard were retold more than once": {cause for cause, count in times.items() if count > 1},
            "events of its own have no cause": times.keys() - heard.keys(),
            "events of its own are about another client than their cause": [
                event.id for event in known if event.place.line.stream != heard[event.cause].line.stream
            ],
        },
    )
    _expect_order(f"{reteller}, retelling", (heard[event.cause] for event in known), verdict)


def _judge_effects(account: Account, listener: str, verdict: Verdict) -> None:
    heard, took = _heard(account, listener), account.took[listener]
    times = Counter(effect.event for effect in took)
    verdict.counts[f"effects in {listener}"] = len(took)
    verdict.blame(
        listener,
        {
            "events have no effect": heard.keys() - times.keys(),
            "events have more than one effect": {event for event, count in times.items() if count > 1},
            "events were never said": times.keys() - heard.keys(),
            "effects are in another clinic than their stream": [
                effect.event for effect in took if effect.place.line.stream.split("/")[0] != effect.clinic
            ],
        },
    )
    _expect_order(listener, (effect.place for effect in took), verdict)
    if account.left[listener]:
        verdict.wrongs.append(f"{listener}: {account.left[listener]} events are left in its inbox")


def _judge_parked(account: Account, listener: str, verdict: Verdict) -> None:
    parked = set(account.parked[listener])
    verdict.counts[f"parked in {listener}"] = len(parked)
    verdict.blame(listener, {"events were parked that were not poisoned": parked - account.poisoned})
    if not parked:
        verdict.wrongs.append(f"{listener}: no poisoned event was parked, so nothing was shown about parking")


def _heard(account: Account, listener: str) -> dict[UUID, Place]:
    """All that was said by those to whom it listens."""
    everything: list[Said] = [event for publisher in toys.AUDIENCE[listener] for event in account.said[publisher]]
    return {event.id: event.place for event in everything}


def _expect_order(who: str, places: Iterable[Place], verdict: Verdict) -> None:
    last: dict[Line, int] = defaultdict(int)
    for line, sequence in places:
        if sequence != last[line] + 1:
            verdict.wrongs.append(f"{who}: {line} went from {last[line]} to {sequence}")
        last[line] = sequence
