"""The processes of a drill: who speaks, relays and listens, killed and revived."""

import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from shared.local.processes import log_tail, wait_until
from stack import toys
from stack.drills.world import World

SPEAKERS_EACH, RELAYS_EACH, LISTENERS_EACH = 2, 2, 3
GRACE_SECONDS = 30


@dataclass
class _Life:
    """One process, and where its part of its log begins."""

    process: subprocess.Popen[bytes]
    log: Path
    log_begins: int

    def hears_sigterm(self) -> bool:
        """Whether SIGTERM would have it end in order; in its first moments it would just die. True of the dead, too."""
        if self.process.poll() is not None:
            return True
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)

    def end(self) -> str:
        """How it ended, and the last of what it said."""
        return f"{self.process.returncode}; its log ends:\n{log_tail(self.log, self.log_begins, 20)}"


class Cast:
    """Starts the processes, kills them at random, and starts anew those that are gone.

    `suicides` counts the relays that ended as they were made to, between publishing and marking. `accidents` says who
    ended although nobody had killed it or told it to, or would not end when told to: there should be none.
    """

    def __init__(self, world: World, seed: int, *, failures: float, suicides: float) -> None:
        self.suicides = 0
        self.accidents: list[str] = []
        self._world = world
        self._chance = random.Random(seed + 1)  # nosec B311 # chance, not secrecy.
        self._failures = failures
        self._suicides = suicides
        self._last_words = world.folder / "last-words"
        self._seeds = seed * 1000
        self._commands: dict[str, Sequence[str]] = {}
        self._running: dict[str, _Life] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for life in self._running.values():
            life.process.kill()
            life.process.wait()

    def start(self, *, poison: int) -> None:
        """Have everybody begin; the first of intake's speakers poisons a few events."""
        dying = ("--suicides", str(self._suicides), "--last-words", str(self._last_words))
        for service in toys.SPEAKERS:
            for number in range(SPEAKERS_EACH):
                poisoned = poison if service == "intake" and number == 0 else 0
                acknowledged = self._world.acknowledged(service) / str(number)
                clients = ("--clients", str(self._world.clients), "--poison", str(poisoned))
                name = f"speak {service} {number}"
                self.begin(name, "speak", service, *clients, "--acknowledged", str(acknowledged))
        for service in toys.PUBLISHERS:
            for number in range(RELAYS_EACH):
                self.begin(f"relay {service} {number}", "relay", service, *dying)
        for service in toys.LISTENERS:
            hearing = [word for publisher in toys.AUDIENCE[service] for word in ("--hears", publisher)]
            retelling = ["--retells"] if service in toys.RETELLERS else []
            for number in range(LISTENERS_EACH):
                failing = ("--folder", str(self._world.folder), "--failures", str(self._failures))
                self.begin(f"listen {service} {number}", "listen", service, *failing, *hearing, *retelling)

    def begin(self, name: str, *command: str) -> None:
        """Have an actor begin with this command. Its name says its role, its service, and which of several it is."""
        self._commands[name] = command
        self._run(name)

    def revive(self) -> None:
        """Start anew whoever is gone, and note why it was."""
        for name, life in list(self._running.items()):
            if life.process.poll() is not None:
                self._note_end(name, life)
                self._run(name)

    def kill_a_listener(self) -> bool:
        return self._kill("listen")

    def kill_a_relay(self) -> bool:
        return self._kill("relay")

    def kill_a_speaker(self) -> bool:
        return self._kill("speak")

    def hush(self) -> None:
        """Have nobody say more."""
        self._end("speak")

    def spare_relays(self) -> None:
        """Have the relays live on from here."""
        self._end("relay")
        for service in toys.PUBLISHERS:
            self.begin(f"relay {service}", "relay", service)

    def stop(self) -> None:
        """Have everybody end in order, having finished what was in hand."""
        self._end("")

    def _run(self, name: str) -> None:
        # Whoever is revived has other luck than before.
        self._seeds += 1
        command = [sys.executable, "-m", "stack.drills.actors", *self._commands[name], "--seed", str(self._seeds)]
        environment = self._world.environment(name.split()[1])
        path = self._world.folder / f"{name.replace(' ', '-')}.log"
        with path.open("ab") as log:
            begins = path.stat().st_size
            process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._running[name] = _Life(process, path, begins)

    def _kill(self, role: str) -> bool:
        """Kill one of them; returns whether it lived until then."""
        name = self._chance.choice([name for name in self._running if name.startswith(role)])
        life = self._running[name]
        was_dead = life.process.poll() is not None
        life.process.kill()
        life.process.wait()
        killed = not was_dead and life.process.returncode == -signal.SIGKILL
        if not killed:
            self._note_end(name, life)
        self._run(name)
        return killed

    def _end(self, role: str) -> None:
        ending = {name: life for name, life in self._running.items() if name.startswith(role)}
        for life in ending.values():
            wait_until(life.hears_sigterm, GRACE_SECONDS)
            life.process.send_signal(signal.SIGTERM)
        for name, life in ending.items():
            try:
                life.process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                life.process.kill()
                life.process.wait()
                self.accidents.append(f"{name} was told to end and had to be killed: {life.end()}")
            else:
                if life.process.returncode:
                    self._note_end(name, life)
            del self._running[name]
            del self._commands[name]

    def _note_end(self, name: str, life: _Life) -> None:
        if life.process.returncode == -signal.SIGKILL and life.process.pid in self._dead_by_own_hand():
            self.suicides += 1
        else:
            self.accidents.append(f"{name} ended by itself with {life.end()}")

    def _dead_by_own_hand(self) -> set[int]:
        return set(map(int, self._last_words.read_text().split())) if self._last_words.exists() else set()
