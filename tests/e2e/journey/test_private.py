"""What a client keeps for themselves stays in one table, sealed: it is in nothing else that the platform makes."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from kombu import Queue
from sqlalchemy.engine import make_url

from shared.bus.topology import Topology, connect
from shared.local.postgres import programs_folder
from shared.testing.collector import Collector
from shared.testing.waiting import until
from shared.web import Role
from stack.demo.platform import Answer, Person, Platform
from stack.processes import EightProcesses
from stack.services import NAMES

from .going import demo

WORDS = "The heron stood where the ice was thinnest."
TAG = "heron-at-the-weir"
HELPED = "Humming until the kettle sang."
SECRETS = (WORDS, TAG, HELPED)
STAFF = [role for role in Role if role is not Role.CLIENT]


@dataclass
class Kept:
    """A moment that a client of Maple kept for themselves, and all that could be overheard meanwhile."""

    client: UUID
    moment: str
    platform: Platform
    overheard: list[str] = field(default_factory=list)

    def get(self, role: Role, service: str, path: str) -> Answer:
        own = self.client if role is Role.CLIENT else None
        return self.platform.call("GET", service, path, person=Person(str(role), "maple", own))


@pytest.fixture(scope="module")
def kept(platform: EightProcesses, topology: Topology, amqp: str) -> Iterator[Kept]:
    """The whole demo, and then the moment; a queue beside those of the services hears all that passes the exchange."""
    listening = Queue(f"{topology.namespace}overhearing", exchange=topology.events, routing_key="#")
    with connect(amqp) as connection:
        queue = listening(connection.channel())
        queue.declare()
        try:
            client = UUID(demo(platform)["client"])
            caller = Platform("", platform.addresses, platform.issuer)
            moment = {
                "kind": "release",
                "words": WORDS,
                "feeling": "grief",
                "what_helped": HELPED,
                "tags": [TAG],
                "visibility": "private",
            }
            herself = Person("client", "maple", client)
            written = caller.call("POST", "integration", f"/clients/{client}/moments", person=herself, body=moment)
            assert written.status == 201, written.body
            # Another deed comes after it: whatever the moment had caused would have passed by then.
            later = {"question": "truth", "words": "To look at the water."}
            asked = caller.call("POST", "integration", f"/clients/{client}/intentions", person=herself, body=later)
            assert asked.status == 201, asked.body
            made = Kept(client, written.body["id"], caller)

            def heard() -> bool:
                while (message := queue.get(no_ack=True)) is not None:
                    made.overheard.append(
                        json.dumps([str(message.headers), str(message.properties), str(message.body)])
                    )
                return any(asked.body["id"] in said for said in made.overheard)

            until(heard)
            yield made
        finally:
            queue.delete()


def test_its_client_reads_it(kept: Kept) -> None:
    moments = kept.get(Role.CLIENT, "integration", f"/clients/{kept.client}/moments").body["items"]

    [own] = [one for one in moments if one["id"] == kept.moment]
    assert (own["words"], own["what_helped"], own["tags"]) == (WORDS, HELPED, [TAG])


@pytest.mark.parametrize("role", STAFF)
def test_nobody_at_the_clinic_gets_it_by_a_door_or_an_export(kept: Kept, role: Role) -> None:
    for path in ("moments", "timeline", "commitments", "record", "events"):
        said = json.dumps(kept.get(role, "integration", f"/clients/{kept.client}/{path}").body, ensure_ascii=False)
        assert not [secret for secret in (*SECRETS, kept.moment) if secret in said], path
    for service in NAMES:
        said = json.dumps(kept.get(role, service, f"/clients/{kept.client}/record").body, ensure_ascii=False)
        assert not [secret for secret in (*SECRETS, kept.moment) if secret in said], service


def test_no_event_tells_of_it(kept: Kept) -> None:
    assert len(kept.overheard) > 20

    said = "\n".join(kept.overheard)
    assert not [secret for secret in (*SECRETS, kept.moment) if secret in said]


@pytest.mark.parametrize("service", NAMES)
def test_a_dump_of_the_database_has_it_sealed_alone(
    kept: Kept, platform: EightProcesses, database_admin: str, service: str
) -> None:
    dumped = _dump(platform, database_admin, service)

    assert dumped.count("INSERT INTO") > 50
    assert (kept.moment in dumped) is (service == "integration")
    for secret in SECRETS:
        assert secret not in dumped
        # Bytes are dumped as hexadecimal digits, in which plain text would hide.
        assert secret.encode().hex() not in dumped


def test_no_log_has_it(kept: Kept, platform: EightProcesses) -> None:
    logs = sorted(platform.folder.glob("*.log"))

    assert len(logs) == 2 * len(NAMES)
    for log in logs:
        said = log.read_text(encoding="utf-8", errors="replace")
        assert not [secret for secret in SECRETS if secret in said], log.name


def test_no_trace_has_it(kept: Kept, collector: Collector) -> None:
    def spans() -> list[Any]:
        return [span._asdict() for span in collector.spans if span.name.endswith("/clients/<uuid:client_id>/moments")]

    until(lambda: bool(spans()))

    said = json.dumps([span._asdict() for span in collector.spans], ensure_ascii=False)
    assert not [secret for secret in (*SECRETS, kept.moment) if secret in said]


def test_nothing_that_left_the_platform_has_it(kept: Kept, platform: EightProcesses) -> None:
    """The mails, and what the demo's partner was sent."""
    left = [path for folder in ("mail", "demo") for path in _files_below(platform.folder / folder)]

    assert left
    for path in left:
        said = path.read_text(encoding="utf-8", errors="replace")
        assert not [secret for secret in (*SECRETS, kept.moment) if secret in said], path.name


def _files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _dump(platform: EightProcesses, admin: str, service: str) -> str:
    """All rows of a service's database, as its superuser dumps them."""
    address = make_url(admin).set(database=platform.database(service), drivername="postgresql")
    said = address.render_as_string(hide_password=False)
    command = [str(programs_folder() / "pg_dump"), "--data-only", "--inserts", "--dbname", said]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
