"""What benchmarks found, round by round, and which targets are met."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from stack.bench.timing import Measure

Round = dict[str, Measure]


@dataclass
class Report:
    """Figures by benchmark and contestant, and what they mean for the targets."""

    measures: dict[str, dict[str, list[Measure]]] = field(default_factory=dict)
    targets: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, bench: str, measured: Round) -> None:
        for name, measure in measured.items():
            self.measures.setdefault(bench, {}).setdefault(name, []).append(measure)

    def ratio(self, what: str, bench: str, ours: str, other: str, target: float, *, at_most: bool = False) -> None:
        """Compare two contestants round by round, by rate; with `at_most`, by time."""
        found = self.measures.get(bench, {})
        if ours not in found or other not in found:
            return
        pairs = [(a.rate / b.rate) for a, b in zip(found[ours], found[other], strict=True)]
        self.claim(what, [1 / pair if at_most else pair for pair in pairs], target, at_most=at_most)

    def claim(self, what: str, rounds: Sequence[float], target: float, *, at_most: bool = False) -> None:
        """Say what the median of the rounds' values must be."""
        value = statistics.median(rounds)
        met = value <= target if at_most else value >= target
        bound = f"{'≤' if at_most else '≥'} {target:g}"
        rounded = [round(each, 3) for each in rounds]
        self.targets.append({"what": what, "value": round(value, 3), "rounds": rounded, "target": bound, "met": met})

    def as_json(self) -> dict[str, Any]:
        return {
            "measures": {
                bench: {
                    name: [{"rate": m.rate, "cpu_us": m.cpu_us, "events": m.events} for m in measures]
                    for name, measures in contestants.items()
                }
                for bench, contestants in self.measures.items()
            },
            "targets": self.targets,
            "notes": self.notes,
        }

    def lines(self) -> Iterator[str]:
        yield f"{'':40} {'events/s, median [min-max]':>32} {'CPU µs/event':>14}"
        for bench, contestants in self.measures.items():
            for name, measures in contestants.items():
                rates = [measure.rate for measure in measures]
                cpu = statistics.median(measure.cpu_us for measure in measures)
                span = f"{statistics.median(rates):.0f} [{min(rates):.0f}-{max(rates):.0f}]"
                yield f"{bench + ': ' + name:40} {span:>32} {cpu:14.0f}"
        yield ""
        for target in self.targets:
            met = "met   " if target["met"] else "MISSED"
            span = f"[{min(target['rounds']):g}-{max(target['rounds']):g}]"
            yield f"{met} {target['what']}: {target['value']:g} {span} ({target['target']})"
        yield from self.notes
