"""The embedded platform as somebody has it on a laptop: a child process over one data folder."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO


class Laptop:
    """`make run`; `url` is where it serves, and `folder` what it keeps."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AFTERGLOW_")}
        # Of a shell that was set up for a deployed service: the embedded platform must not go near it.
        environment |= {"AFTERGLOW_DATABASE": "postgresql://nowhere.invalid/{service}", "AFTERGLOW_AMQP": "amqp://x/"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stack", "run", "--port", str(self.port), "--data", str(self.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
            start_new_session=True,
        )
        said = self._read_until_ready(self.process.stdout)
        assert f"Afterglow is ready at {self.url}\n" in said, "".join(said)

    def _read_until_ready(self, output: IO[str] | None) -> list[str]:
        assert output is not None
        said = []
        for line in output:
            said.append(line)
            if line.startswith("Afterglow is ready"):
                break
        return said

    def end(self, number: signal.Signals) -> float:
        """Signal the whole group, as a terminal does; returns how many seconds the end took."""
        assert self.process is not None
        began = time.monotonic()
        os.killpg(self.process.pid, number)
        self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return time.monotonic() - began

    def demo(self, *options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "stack", "demo", "--json", "--url", self.url, "--data", str(self.folder)]
        return subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def stop(self) -> None:
        """Whatever a test has left of it ends."""
        if self.process is not None and self.process.poll() is None:
            self.end(signal.SIGKILL)
        elif self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
