"""The embedded platform as somebody has it on a laptop: a child process over one data folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path


class Laptop:
    """`make run`; `url` is where it serves, and `folder` what it keeps."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.process: subprocess.Popen[str] | None = None
        self.last_words = ""

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
        self.until_said(f"Afterglow is ready at {self.url}\n")

    def until_said(self, awaited: str) -> None:
        """Wait for a line; fails with what was said since when it ends without."""
        assert self.process is not None
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line == awaited:
                return
        raise AssertionError("".join(said))

    def server(self) -> int:
        """The process that serves and works."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        [server] = [int(child) for child in children if b"stack" in Path(f"/proc/{child}/cmdline").read_bytes()]
        return server

    def signal(self, number: signal.Signals) -> None:
        """Signal the whole group, as a terminal does."""
        assert self.process is not None
        os.killpg(self.process.pid, number)

    def ended(self) -> int:
        """Wait for the end, and keep what is left of what was said as `last_words`; returns the exit code."""
        assert self.process is not None
        assert self.process.stdout is not None
        code = self.process.wait(timeout=30)
        with self.process.stdout as output:
            self.last_words = output.read()
        return code

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.ended()

    def demo(self, *options: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "stack", "demo", "--json", "--url", self.url, "--data", str(self.folder)]
        return subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def stop(self) -> None:
        """Whatever a test has left of it ends."""
        if self.process is not None and self.process.poll() is None:
            self.kill()
        elif self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()
