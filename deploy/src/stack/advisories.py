"""`make audit-dependencies`: whether anything is known against the packages that are locked.

pip-audit asks an advisory service, and reports a package of which that knows nothing like one about which it could not
ask. So it is told here how many were really looked at. Where the service is away nothing was found, and that is said.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

_SECONDS = 45


@dataclass(frozen=True)
class Audited:
    """What came of one lock."""

    lock: str
    asked: int
    known: int
    findings: Sequence[str]

    @classmethod
    def of(cls, lock: str, report: dict[str, Any]) -> "Audited":
        """As pip-audit's JSON has it."""
        packages = report["dependencies"]
        findings = [
            f"{package['name']} {package['version']}: {found['id']}, mended in {' '.join(found['fix_versions'])}"
            for package in packages
            for found in package.get("vulns", ())
        ]
        return cls(lock, len(packages), sum("vulns" in package for package in packages), findings)

    @classmethod
    def of_nothing(cls, lock: str) -> "Audited":
        return cls(lock, 0, 0, [])

    def __str__(self) -> str:
        if not self.known:
            return f"{self.lock}: NOT AUDITED, the advisory service cannot be reached from here"
        spoken = [f"{self.lock}: {self.known} of {self.asked} packages audited, {len(self.findings)} advisories"]
        return "\n  ".join([*spoken, *self.findings])


def audit(lock: Path) -> Audited:
    """Have pip-audit look; it has a bounded time for it, whatever the network does."""
    program = Path(sys.executable).with_name("pip-audit")
    asked: list[str] = [
        str(program),
        "-r",
        str(lock),
        "--no-deps",
        "--disable-pip",
        "-f",
        "json",
        "--progress-spinner",
        "off",
        "--timeout",
        "5",
    ]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=_SECONDS, check=False)
        return Audited.of(lock.name, json.loads(done.stdout))
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return Audited.of_nothing(lock.name)


@click.command()
@click.argument("locks", type=click.Path(exists=True, dir_okay=False, path_type=Path), nargs=-1, required=True)
def main(locks: tuple[Path, ...]) -> None:
    """Audit locked packages; ends with 1 when something is known against one of them."""
    results = [audit(lock) for lock in locks]
    for result in results:
        click.echo(result)
    sys.exit(any(result.findings for result in results))


if __name__ == "__main__":
    main()
