"""A worker for the tests of a stop: `python slow_listener.py FOLDER BIND` runs ingest and inbox of a toy.

Its handler takes as many seconds as the file `pause` says. What a transaction would undo is written down outside of it:
the file `calls` has a line for each event that the handler began with, `repeats` one for each delivery of an event that
was in the inbox or through it already.
"""

import sys
import time
from pathlib import Path

from shared.bus.handlers import Handlers
from shared.bus.meters import Meters
from shared.events.intake import ClinicConfigured, InquiryReceived
from shared.logs import configure_logs
from shared.service import Service
from shared.service_main import run_worker
from shared.settings import read_settings
from shared.store import Transaction, keep_clinic
from stack import toys


def main(folder: Path, bind: str) -> None:
    settings = read_settings("sessions")
    configure_logs(settings.log_level)
    write_repeats_down(folder / "repeats")
    run_worker(listener(folder), settings, only=("ingest", "inbox"), bind=bind)


def listener(folder: Path) -> Service:
    handlers = Handlers()
    handlers.on(ClinicConfigured)(keep_clinic)

    @handlers.on(InquiryReceived)
    def take_time(event: InquiryReceived, tx: Transaction) -> None:
        assert tx.cause is not None
        write(folder / "calls", str(tx.cause.id))
        time.sleep(float((folder / "pause").read_text()))
        toys.take_effect(event, tx)

    return Service(name="sessions", package=toys, title="Slow", doors=(), policy={}, handlers=handlers)


def write_repeats_down(path: Path) -> None:
    """Have the very counter of repeats leave a line, which outlives the process."""
    count = Meters.ingested

    def ingested(self: Meters, new: int, duplicates: int) -> None:
        for _ in range(duplicates):
            write(path, "again")
        count(self, new, duplicates)

    Meters.ingested = ingested  # type: ignore[method-assign]


def write(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
