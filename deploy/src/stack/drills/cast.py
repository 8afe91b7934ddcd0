"""The processes of a drill: who speaks, relays and listens, killed and revived."""

import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Self

from stack.drills import toys
from stack.drills.world import World

SPEAKERS_EACH, RELAYS_EACH, LISTENERS_EACH = 2, 2, 3
GRACE_SECONDS = 30


class Cast:
    """Starts the processes, kills them at random, and starts anew those that are gone."""

    def __init__(self, world: World, seed: int, *, failures: float, suicides: float) -> None:
        self._world = world
        self._chance = random.Random(seed + 1)  # noqa: S311 - chance, not secrecy.
        self._failures = failures
        self._suicides = suicides
        self._seeds = seed * 1000
        self._commands: dict[str, Sequence[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()

    def start(self, *, poison: int) -> None:
        """Have everybody begin; the first of intake's speakers poisons a few events."""
        for service in toys.SPEAKERS:
            for number in range(SPEAKERS_EACH):
                poisoned = poison if service == "intake" and number == 0 else 0
                clients = ("--clients", str(self._world.clients), "--poison", str(poisoned))
                self._begin(f"speak {service} {number}", "speak", service, *clients)
            for number in range(RELAYS_EACH):
                self._begin(f"relay {service} {number}", "relay", service, "--suicides", str(self._suicides))
        for service in toys.LISTENERS:
            for number in range(LISTENERS_EACH):
                failing = ("--folder", str(self._world.folder), "--failures", str(self._failures))
                self._begin(f"listen {service} {number}", "listen", service, *failing)

    def revive(self) -> int:
        """Start anew whoever is gone; returns how many relays had ended by their own hand."""
        suicides = 0
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                suicides += name.startswith("relay")
                self._run(name)
        return suicides

    def kill_a_listener(self) -> None:
        self._kill("listen")

    def kill_a_relay(self) -> None:
        self._kill("relay")

    def kill_a_speaker(self) -> None:
        self._kill("speak")

    def hush(self) -> None:
        """Have nobody say more."""
        self._end("speak")

    def spare_relays(self) -> None:
        """Have the relays live on from here."""
        self._end("relay")
        for service in toys.SPEAKERS:
            self._begin(f"relay {service}", "relay", service)

    def stop(self) -> bool:
        """Have everybody end in order; returns whether all did, having finished what was in hand."""
        return self._end("")

    def _begin(self, name: str, *command: str) -> None:
        self._commands[name] = command
        self._run(name)

    def _run(self, name: str) -> None:
        # Whoever is revived has other luck than before.
        self._seeds += 1
        command = [sys.executable, "-m", "stack.drills.actors", *self._commands[name], "--seed", str(self._seeds)]
        environment = self._world.environment(name.split()[1])
        log = (self._world.folder / f"{name.replace(' ', '-')}.log").open("ab")
        with log:
            self._running[name] = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _kill(self, role: str) -> None:
        name = self._chance.choice([name for name in self._running if name.startswith(role)])
        self._running[name].kill()
        self._running[name].wait()
        self._run(name)

    def _end(self, role: str) -> bool:
        ending = {name: process for name, process in self._running.items() if name.startswith(role)}
        for process in ending.values():
            process.send_signal(signal.SIGTERM)
        in_order = True
        for name, process in ending.items():
            try:
                in_order &= process.wait(GRACE_SECONDS) == 0
            except subprocess.TimeoutExpired:
                in_order = False
                process.kill()
                process.wait()
            del self._running[name]
            del self._commands[name]
        return in_order
