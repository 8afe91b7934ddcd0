"""The steps of the story, in the order in which its chapters stand in `stack.demo.story`.

A step makes its changes with Idempotency-Keys of its own, so that it can be made again after an interruption.
"""

from collections.abc import Callable

from stack.demo.journey import Journey

Step = Callable[[Journey], None]
STEPS: list[tuple[str, Step]] = []


def step(title: str) -> Callable[[Step], Step]:
    """The next step of the journey."""

    def register(function: Step) -> Step:
        STEPS.append((title, function))
        return function

    return register
