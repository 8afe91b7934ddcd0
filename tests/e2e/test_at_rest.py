"""A dump of the databases shows nothing of what people said, and nobody changes unseen who did what."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from shared.local.postgres import programs_folder
from shared.local.processes import port_of, reserve_port
from stack.services import NAMES

from .laptop import Laptop

# As said in deploy/src/stack/demo/story, by the clients and about them: to the front desk, in the screening, to the
# journal, on the body map, in the record.
SAID = (
    "I have been low for a long time",
    "Marin",
    "1984-05-17",
    "Asked in person; test negative today.",
    "put down what was never mine to carry",
    "For the girl I was",
    "The weight had a shape",
    "Walk to the river before breakfast",
    "to be seen by her own doctor first",
    "@example.org",
)


@dataclass
class Lived:
    """A platform on which clients have gone the whole way of the demo, and the dumps of its databases."""

    laptop: Laptop
    run: str
    dumps: dict[str, str]

    def owner(self, service: str) -> str:
        recorded = json.loads((self.laptop.folder / "databases.json").read_text(encoding="utf-8"))
        return str(recorded[service][1])

    def afterglow(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "stack", *arguments, "--data", str(self.laptop.folder)]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AFTERGLOW_")}
        return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False, env=environment)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    with reserve_port() as reservation:
        laptop = Laptop(tmp_path_factory.mktemp("lived"), port_of(reservation))
        try:
            laptop.start()
            demo = laptop.demo()
            out, err = demo.communicate(timeout=180)
            assert demo.returncode == 0, err
            made = Lived(laptop, json.loads(out)["run"], {})
            made.dumps |= {name: dump(laptop.folder, name) for name in NAMES}
            yield made
        finally:
            laptop.stop()


def dump(folder: Path, service: str) -> str:
    """All rows of a service's database, as its superuser dumps them."""
    recorded = json.loads((folder / "databases.json").read_text(encoding="utf-8"))
    address = recorded[service][1].replace(f"{service}_owner@", "postgres@")
    command = [str(programs_folder() / "pg_dump"), "--data-only", "--inserts", "--dbname", address]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.parametrize("service", NAMES)
def test_a_dump_shows_nothing_of_what_people_said(lived: Lived, service: str) -> None:
    whole = lived.dumps[service]
    assert whole.count("INSERT INTO") > 50

    for words in (*SAID, f"rosa.{lived.run}"):
        assert words not in whole, words
        # Bytes are dumped as hexadecimal digits, in which plain text would hide.
        assert words.encode().hex() not in whole, words


def test_the_audit_is_whole_and_a_line_that_somebody_changed_is_named(lived: Lived, tmp_path: Path) -> None:
    heads = tmp_path / "heads.json"
    whole = lived.afterglow("audit", "verify", "--save", str(heads))
    assert whole.returncode == 0, whole.stdout
    assert "maple" in whole.stdout

    with psycopg.connect(lived.owner("intake").replace("intake_owner@", "postgres@")) as connection:
        first = "select min(position) from audit_chain"
        [(position,)] = connection.execute(
            f"update audit set actor = 'nobody' where position = ({first}) returning position"
        ).fetchall()

    told = lived.afterglow("audit", "verify", "--service", "intake", "--heads", str(heads), "--json")
    assert told.returncode == 1
    faults = [fault for one in json.loads(told.stdout) for fault in one["faults"]]
    assert [(fault["kind"], fault["position"]) for fault in faults] == [("changed", position)]


def test_keys_are_replaced_while_the_platform_serves(lived: Lived) -> None:
    rotated = lived.afterglow("sealing", "rotate", "--clinic", "maple", "--reseal")
    assert rotated.returncode == 0, rotated.stdout + rotated.stderr

    again = lived.laptop.demo()
    _, err = again.communicate(timeout=180)
    assert again.returncode == 0, err
    state = lived.afterglow("sealing", "status", "--clinic", "maple", "--json")
    assert [one["under_other_masters"] for one in json.loads(state.stdout)] == [0] * len(NAMES)
