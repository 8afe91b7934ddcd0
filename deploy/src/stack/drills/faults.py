"""What a storm breaks. Each kind comes at least once, in an order of chance, before it is chosen at random."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

from stack.drills.cast import Cast
from stack.drills.world import World

BROKER = "broker killed"
AT_RANDOM = (
    "listener killed",
    "relay killed",
    "speaker killed",
    "broker connections dropped",
    "database connections dropped",
    "database killed",
)
KINDS = (*AT_RANDOM, BROKER)
SUICIDE, FAILURE, REPEAT = "relay died before marking", "handler failed", "event published again by the gremlin"
BY_THE_WAY = (SUICIDE, FAILURE, REPEAT)
"""What happens beside, without the storm's doing."""


class Faults:
    """Chooses what breaks next, and counts what really did: killing the dead, or cutting no connection, is no fault.

    After its first turn the broker is killed at the moments `broker_at`, in seconds of the storm: to start it again
    takes longer than all the rest.
    """

    def __init__(self, world: World, cast: Cast, chance: random.Random, *, broker_at: Sequence[float]) -> None:
        self.happened: Counter[str] = Counter()
        self._chance = chance
        self._due = chance.sample(KINDS, len(KINDS))
        self._broker_at = list(broker_at)
        self._break: dict[str, Callable[[], int]] = {
            "listener killed": cast.kill_a_listener,
            "relay killed": cast.kill_a_relay,
            "speaker killed": cast.kill_a_speaker,
            "broker connections dropped": world.proxy.cut,
            "database connections dropped": world.drop_database_connections,
            "database killed": world.kill_database,
            BROKER: world.kill_broker,
        }

    @property
    def due(self) -> bool:
        """Whether some kind has not happened yet."""
        return bool(self._due)

    def strike(self, elapsed: float) -> str:
        """Break something; says what, and whether it happened."""
        name = self._choose(elapsed)
        if self._break[name]():
            self.happened[name] += 1
            return name
        if not self.happened[name]:
            self._due.append(name)
        return f"{name}: in vain"

    def _choose(self, elapsed: float) -> str:
        if self._due:
            return self._due.pop(0)
        if self._broker_at and elapsed > self._broker_at[0]:
            self._broker_at.pop(0)
            return BROKER
        return self._chance.choice(AT_RANDOM)
