"""What the storm breaks, and who breaks by itself."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast as believe

from shared.local.processes import wait_until
from shared.testing.keys import MASTER_KEYS_TEXT
from stack.drills.cast import Cast
from stack.drills.faults import KINDS, Faults
from stack.drills.world import World


class Harmless:
    """A world and a cast of which everything can be broken, but nothing at the first attempt."""

    def __init__(self) -> None:
        self.attempts: Counter[str] = Counter()
        self.proxy = self

    def __getattr__(self, name: str) -> Callable[[], bool]:
        def strike() -> bool:
            self.attempts[name] += 1
            return self.attempts[name] > 1

        return strike


def test_each_kind_of_fault_is_tried_until_it_has_happened_before_any_is_chosen_at_random() -> None:
    harmless = Harmless()
    chance = random.Random(1)
    faults = Faults(believe(World, harmless), believe(Cast, harmless), chance, broker_at=[5])
    told = [faults.strike(0.0) for _ in KINDS]
    assert faults.due
    assert all(line.endswith("in vain") for line in told)
    assert not faults.happened
    assert {faults.strike(0.0) for _ in KINDS} == set(KINDS)
    assert not faults.due
    assert faults.happened == Counter(KINDS)
    assert faults.strike(6.0) == "broker killed"
    assert "broker killed" not in {faults.strike(7.0) for _ in range(50)}


def test_who_ends_by_itself_is_an_accident_with_the_end_of_its_log(tmp_path: Path) -> None:
    # Without any settings nobody can play a part.
    world = SimpleNamespace(folder=tmp_path, environment=lambda _: {})
    with Cast(believe(World, world), 1, failures=0, suicides=0) as cast:
        cast.begin("relay sessions 0", "relay", "sessions")

        def fell() -> bool:
            cast.revive()
            return bool(cast.accidents)

        assert wait_until(fell, 120)
    assert cast.accidents[0].startswith("relay sessions 0 ended by itself with 1; its log ends:")
    assert "AFTERGLOW_DATABASE" in cast.accidents[0]
    assert cast.suicides == 0


def test_who_is_told_to_end_in_its_first_moments_still_ends_in_order(tmp_path: Path) -> None:
    world = SimpleNamespace(
        folder=tmp_path,
        environment=lambda _: {
            "AFTERGLOW_DATABASE": "postgresql://localhost:1/nowhere",
            "AFTERGLOW_AMQP": "amqp://localhost:1//",
            "AFTERGLOW_ISSUER": "https://drill.invalid",
            "AFTERGLOW_JWKS": "https://drill.invalid/jwks",
            "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
        },
    )
    with Cast(believe(World, world), 1, failures=0, suicides=0) as cast:
        cast.begin("relay sessions 0", "relay", "sessions")
        cast.stop()
    assert cast.accidents == []
