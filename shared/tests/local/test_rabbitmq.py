import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kombu import Connection, Queue
from local.seen import LOOPBACK, ended, listening, processes_of

from shared.local import rabbitmq
from shared.local.debian import RABBITMQ
from shared.local.processes import LocalServerError
from shared.local.rabbitmq import RabbitMQ

OwnerProcess = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    RABBITMQ.install()


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQ]:
    """One node for the tests of this module, in a place with spaces in its path."""
    folder = tmp_path_factory.mktemp("a clinic's laptop") / "the node"
    with RabbitMQ(folder, plugins=["rabbitmq_stream"]) as node:
        yield node


def publish(address: str, queue: str, text: str) -> None:
    with Connection(address, transport_options={"confirm_publish": True}) as connection:
        kind = Queue(queue, durable=True, queue_arguments={"x-queue-type": "quorum"})
        connection.Producer().publish(text, routing_key=queue, declare=[kind], delivery_mode=2)


def consume(address: str, queue: str) -> str | None:
    with Connection(address) as connection:
        message = Queue(queue, channel=connection.default_channel).get()
        if message:
            message.ack()
        return str(message.payload) if message else None


def test_confirmed_messages_outlive_an_orderly_stop_and_a_violent_death_at_the_same_address(node: RabbitMQ) -> None:
    before = node.address
    publish(node.address, "quorum", "before the stop")

    node.stop()
    node.stop()
    assert processes_of(node.folder) == {}
    node.start()
    node.start()
    publish(node.address, "quorum", "before the death")
    node.kill()
    assert processes_of(node.folder) == {}
    node.start()

    assert node.address == before
    assert consume(node.address, "quorum") == "before the stop"
    assert consume(node.address, "quorum") == "before the death"
    assert consume(node.address, "quorum") is None


def test_a_node_listens_on_this_machine_alone_its_plugins_too(node: RabbitMQ) -> None:
    processes = processes_of(node.folder)

    with socket.create_connection(("127.0.0.1", node.port("rabbitmq_stream"))):
        pass
    assert {"beam.smp", "epmd"} <= set(processes.values())
    assert listening(processes) <= set(LOOPBACK)


def test_a_nodes_cookie_is_its_own_and_nobody_elses_to_read(node: RabbitMQ) -> None:
    cookie = node.folder / "home" / ".erlang.cookie"

    assert stat.S_IMODE(cookie.stat().st_mode) == 0o400
    assert stat.S_IMODE(node.folder.stat().st_mode) == 0o700


def test_when_the_owner_is_killed_the_next_owner_finds_every_confirmed_message(
    node: RabbitMQ, folder: Path, owner: OwnerProcess
) -> None:
    former = owner("rabbitmq", folder, "--in-a-thread")
    assert former.stdout
    publish(former.stdout.readline().strip(), "kept", "persistent")
    left_behind = processes_of(folder)
    with pytest.raises(LocalServerError, match=f"in use by the running process {former.pid}"):
        RabbitMQ(folder).start()
    former.kill()
    former.wait()
    assert "beam.smp" in processes_of(folder).values()

    with RabbitMQ(folder) as successor:
        assert not left_behind.keys() & processes_of(folder).keys()
        assert consume(successor.address, "kept") == "persistent"

    assert processes_of(folder) == {}
    # The node beside it, of which it knows nothing, went on all the while.
    publish(node.address, "beside", "still there")
    assert consume(node.address, "beside") == "still there"


def test_an_ordinary_user_has_a_node_too_and_it_ends_with_its_owner(
    ordinary_python: tuple[str, ...], ordinary_folder: Path, owner: OwnerProcess
) -> None:
    process = owner("rabbitmq", ordinary_folder / "node", before=ordinary_python)
    assert process.stdout
    publish(process.stdout.readline().strip(), "quorum", "persistent")
    pids = processes_of(ordinary_folder / "node")

    process.kill()

    assert all(ended(pid) for pid, name in pids.items() if name in ("beam.smp", "epmd"))


def test_a_node_that_can_not_start_says_why_and_leaves_nothing_running(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "data").write_text("not a folder")

    with pytest.raises(LocalServerError, match=r"did not start in (.|\n)*Error during startup"):
        RabbitMQ(folder).start()

    assert processes_of(folder) == {}


def test_where_rabbitmq_can_not_be_installed_the_one_command_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    absent = replace(RABBITMQ, path=tmp_path / "absent")
    monkeypatch.setattr(rabbitmq, "RABBITMQ", absent)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalServerError, match=r"run `sudo apt-get install --yes .* rabbitmq-server`"):
        absent.install()
    with pytest.raises(LocalServerError, match="is not installed here: run"):
        RabbitMQ(tmp_path / "node").start()
