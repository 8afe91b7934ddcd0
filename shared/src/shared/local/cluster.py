"""A RabbitMQ cluster of our own: several private nodes on this machine, each of which can be killed and come back."""

import socket
import subprocess
from pathlib import Path
from typing import IO, Self

from shared.local.debian import RABBITMQ
from shared.local.erlang import ask, binary, environment_of, make_cookie, processes_of, start_epmd
from shared.local.processes import LocalServerError, claim, end, port_of, reserve_port, wait_until
from shared.local.rabbitmq import Member, RabbitMQ

# What `rabbitmq-queues quorum_status` asks too: for each member of the queue its node and its part in the raft.
_STATUS = """\
lists:foreach(fun(Replica) -> io:format("~s ~w~n", [proplists:get_value(Key, Replica)
                || Key <- [<<"Node Name">>, <<"Raft State">>]]) end,
              rabbit_quorum_queue:status(<<"/">>, {queue}))"""


class RabbitMQCluster:
    """Private RabbitMQ nodes `node1`, `node2` … that are one broker: quorum queues have a member on each.

    The nodes are `RabbitMQ`'s, and keep its promises, with one cookie and one epmd for all; nothing else of this
    machine's is used or touched. Kill one with `cluster.node("node2").kill()`, and bring it back with its `start`.
    """

    def __init__(self, folder: Path, size: int = 3) -> None:
        self.folder = folder.resolve()
        self.names = tuple(f"node{number}" for number in range(1, size + 1))
        self._nodes: dict[str, RabbitMQ] = {}
        self._epmd_port = 0
        self._reservation: socket.socket | None = None
        self._claim: IO[str] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def addresses(self) -> list[str]:
        """The nodes' AMQP addresses in the order of their names, once the cluster has been started."""
        return [self.node(name).address for name in self.names]

    @property
    def address(self) -> str:
        """All the addresses, as a client that goes on with another node is told them: with `;` between."""
        return ";".join(self.addresses)

    def node(self, name: str) -> RabbitMQ:
        if name not in self._nodes:
            raise LocalServerError(f"This cluster has no node {name}: it was never started, or has {self.names}.")
        return self._nodes[name]

    def start(self) -> None:
        """Return when every node serves clients and has joined. Those that were killed or stopped come back."""
        RABBITMQ.require()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim = self._claim or claim(self.folder)
        try:
            self._prepare()
            new = not all((node.folder / "data").exists() for node in self._nodes.values())
            for node in self._nodes.values():
                node.launch()
                # A new node joins a cluster that is whole, or now and then one of both fails to start. Nodes that were
                # in it come back together: of those that went down at once, each waits for the one that went last.
                if new:
                    node.wait()
            for node in self._nodes.values():
                node.wait()
            if not wait_until(lambda: len(self._joined()) == len(self.names), 60):
                raise LocalServerError(f"Of RabbitMQ's nodes {self.names} only {self._joined()} found one another.")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut every node down in order, then the epmd."""
        if not self._claim:
            return
        for node in self._nodes.values():
            node.stop()
        self._end_epmd()
        if self._reservation:
            self._reservation.close()
            self._reservation = None
        self._claim.close()
        self._claim = None

    def members_of(self, queue: str) -> dict[str, str]:
        """The nodes on which a quorum queue has a member, each with its part: leader, follower, or none while down.

        Empty where no running node can tell: the queue is unknown or has no majority.
        """
        for name in self._running():
            said = ask(f"{name}@localhost", _STATUS.format(queue=binary(queue)), self._environment())
            if said:
                rows = (line.split(maxsplit=1) for line in said.splitlines())
                return {node.removesuffix("@localhost"): part for node, part in rows}
        return {}

    def leader_of(self, queue: str) -> str:
        """The node of a quorum queue's leader; waits up to a minute for an election. Raises `LocalServerError`."""
        found: list[str] = []

        def look() -> bool:
            found[:] = [node for node, part in self.members_of(queue).items() if part == "leader"]
            return len(found) == 1

        if not wait_until(look, 60):
            raise LocalServerError(f"RabbitMQ's queue {queue} has no leader: {self.members_of(queue)}.")
        return found[0]

    def wait_for_members(self, *queues: str) -> None:
        """Return when each queue has a member at work on every node, so that any one of the nodes may be killed.

        Not yet for queues declared a moment ago: see `RabbitMQ.kill`. Raises `LocalServerError` after a minute.
        """
        for queue in queues:
            if not wait_until(lambda queue=queue: self._complete(queue), 60):  # type: ignore[misc]
                raise LocalServerError(f"Not every member of RabbitMQ's queue {queue} came: {self.members_of(queue)}.")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _prepare(self) -> None:
        if self._epmd and self._epmd.poll() is None:
            return
        self._end_epmd()
        if not self._reservation:
            try:
                self._reservation = reserve_port(self._epmd_port)
            except OSError as error:
                message = f"RabbitMQ's former port {self._epmd_port} was taken meanwhile: {error}."
                raise LocalServerError(message) from None
        self._epmd_port = port_of(self._reservation)
        for name in self.names:
            if name not in self._nodes:
                member = Member(name, joins=self.names[0], home=self._home, epmd=self._epmd_port)
                self._nodes[name] = RabbitMQ(self.folder / name, member=member)
        make_cookie(self._home)
        self._epmd = start_epmd(self.folder, self._environment())

    def _end_epmd(self) -> None:
        end(list, lambda: processes_of(self.folder))
        if self._epmd:
            self._epmd.wait()
            self._epmd = None

    def _complete(self, queue: str) -> bool:
        parts = self.members_of(queue)
        return parts.keys() == set(self.names) and set(parts.values()) == {"leader", "follower"}

    def _running(self) -> list[str]:
        return [name for name in self.names if self.node(name).running]

    def _joined(self) -> list[str]:
        """The nodes that the first one knows to be running in its cluster."""
        expression = 'lists:foreach(fun(Node) -> io:format("~s~n", [Node]) end, rabbit_nodes:all_running())'
        said = ask(f"{self.names[0]}@localhost", expression, self._environment())
        return sorted(line.removesuffix("@localhost") for line in said.splitlines())

    def _environment(self) -> dict[str, str]:
        return environment_of(self.folder, home=self._home, epmd=self._epmd_port)

    @property
    def _home(self) -> Path:
        return self.folder / "home"
