import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu import Queue
from local.seen import LOOPBACK, ended, listening, processes_of

from shared.bus.topology import connect
from shared.local.cluster import RabbitMQCluster
from shared.local.debian import RABBITMQ
from shared.local.processes import LocalServerError

OwnerProcess = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    RABBITMQ.install()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitMQCluster]:
    """Three nodes for the tests of this module, in a place with spaces in its path, deeper than erl_call can read."""
    folder = tmp_path_factory.mktemp("a clinic's laptop") / ("deep " * 40).strip() / "the cluster"
    with RabbitMQCluster(folder) as cluster:
        yield cluster


def publish(address: str, queue: str, *texts: str) -> None:
    with connect(address, confirm=True) as connection:
        kind = Queue(queue, durable=True, queue_arguments={"x-queue-type": "quorum"})
        for text in texts:
            connection.Producer().publish(text, routing_key=queue, declare=[kind], delivery_mode=2)


def consume(address: str, queue: str) -> list[str]:
    found = []
    with connect(address) as connection:
        while message := Queue(queue, channel=connection.default_channel).get():
            message.ack()
            found.append(str(message.payload))
    return found


def test_a_queue_survives_its_leader_which_comes_back_as_a_member_at_its_address(cluster: RabbitMQCluster) -> None:
    publish(cluster.address, "kept", "before the death")
    cluster.wait_for_members("kept")
    leader, addresses = cluster.leader_of("kept"), cluster.addresses

    cluster.node(leader).kill()
    assert cluster.leader_of("kept") != leader
    publish(cluster.address, "kept", "while it is dead")
    assert cluster.members_of("kept")[leader] not in ("leader", "follower")
    cluster.node(leader).start()
    cluster.wait_for_members("kept")

    assert set(cluster.members_of("kept")) == set(cluster.names)
    assert cluster.addresses == addresses
    assert consume(cluster.node(leader).address, "kept") == ["before the death", "while it is dead"]


def test_a_cluster_that_was_stopped_comes_back_with_what_it_had_at_its_addresses(cluster: RabbitMQCluster) -> None:
    publish(cluster.address, "kept over night", "yesterday's")
    addresses = cluster.addresses

    cluster.stop()
    cluster.stop()
    assert processes_of(cluster.folder) == {}
    cluster.start()
    cluster.start()

    assert cluster.addresses == addresses
    cluster.wait_for_members("kept over night")
    assert consume(cluster.address, "kept over night") == ["yesterday's"]


def test_a_cluster_listens_on_this_machine_alone_and_has_one_cookie_that_is_nobody_elses_to_read(
    cluster: RabbitMQCluster,
) -> None:
    processes = processes_of(cluster.folder)

    assert sorted(processes.values()).count("beam.smp") == 3
    assert list(processes.values()).count("epmd") == 1
    assert listening(processes) <= set(LOOPBACK)
    (cookie,) = cluster.folder.rglob(".erlang.cookie")
    assert stat.S_IMODE(cookie.stat().st_mode) == 0o400
    assert stat.S_IMODE(cluster.folder.stat().st_mode) == 0o700
    # Nor is it told to everybody on a command line.
    for pid in processes:
        assert cookie.read_bytes() not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_a_queue_that_is_not_there_has_no_members_and_a_stranger_is_no_node(cluster: RabbitMQCluster) -> None:
    assert cluster.members_of("nobody's") == {}
    with pytest.raises(LocalServerError, match="has no node node4"):
        cluster.node("node4")


def test_an_ordinary_users_cluster_ends_with_its_owner(
    ordinary_python: tuple[str, ...], ordinary_folder: Path, owner: OwnerProcess
) -> None:
    folder = ordinary_folder / "cluster"
    process = owner("cluster", folder, before=ordinary_python)
    assert process.stdout
    publish(process.stdout.readline().strip(), "kept", "persistent")
    pids = processes_of(folder)
    with pytest.raises(LocalServerError, match=f"in use by the running process {process.pid}"):
        RabbitMQCluster(folder).start()

    process.kill()

    assert all(ended(pid) for pid, name in pids.items() if name in ("beam.smp", "epmd"))
