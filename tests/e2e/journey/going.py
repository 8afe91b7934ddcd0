"""Going the journey of the demo over eight processes."""

import json
import subprocess
import sys
from typing import Any

from stack.processes import EightProcesses


def demo(platform: EightProcesses, *options: str) -> dict[str, Any]:
    process = start_demo(platform, *options)
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def start_demo(platform: EightProcesses, *options: str) -> "subprocess.Popen[str]":
    services = [f"--service-url={name}={address}" for name, address in platform.addresses.items()]
    command = [sys.executable, "-m", "stack", "demo", "--json", "--data", str(platform.folder), *services, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
