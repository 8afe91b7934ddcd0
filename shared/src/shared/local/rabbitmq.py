"""A RabbitMQ node of our own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from shared.local.debian import RABBITMQ
from shared.local.erlang import environment_of, make_cookie, processes_of, start_epmd
from shared.local.processes import LocalServerError, claim, end, log_tail, pids_where, port_of, reserve_port, spawn

_SETTINGS = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
loopback_users = none
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 512MB
raft.wal_max_size_bytes = 67108864
"""
_PLUGIN_SETTINGS = {
    "rabbitmq_management": "management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {port}\n",
    "rabbitmq_prometheus": "prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {port}\n",
    "rabbitmq_stream": "stream.listeners.tcp.1 = 127.0.0.1:{port}\n",
}
_JOIN_SETTINGS = """\
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.classic_config.nodes.1 = {joins}@localhost
cluster_formation.classic_config.nodes.2 = {name}@localhost
"""


@dataclass(frozen=True)
class Member:
    """A node's place in a cluster: its name, whom it joins when it is new, and what all share (see `cluster.py`)."""

    name: str
    joins: str
    home: Path
    epmd: int


class RabbitMQ:
    """A private RabbitMQ node from an installed rabbitmq-server, on free loopback ports, with its own cookie and epmd.

    It reads nothing of the system's own RabbitMQ and touches no other server. The listeners of the plugins
    `rabbitmq_management`, `rabbitmq_prometheus` and `rabbitmq_stream` are on loopback too; others that listen are not
    provided for. Ports stay the same over `kill`, `stop` and `start`. Started in the main thread, the node shuts down
    by itself when its owner is killed. As a `member` of a cluster it uses the cluster's cookie and epmd. `settings` are
    further ones of rabbitmq.conf, such as a listener with TLS.
    """

    def __init__(
        self,
        folder: Path,
        *,
        plugins: Sequence[str] = (),
        member: Member | None = None,
        settings: Mapping[str, str] = {},
    ) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / "broker.log"
        self._plugins = tuple(plugins)
        self._member = member
        self._settings = dict(settings)
        own = ("amqp", "distribution") if member else ("amqp", "distribution", "epmd")
        self._ports = dict.fromkeys((*own, *(set(plugins) & set(_PLUGIN_SETTINGS))), 0)
        self._reservations: list[socket.socket] = []
        self._claim: IO[str] | None = None
        self._children: list[subprocess.Popen[bytes]] = []
        self._notices: socket.socket | None = None
        self._log_begins = 0
        self._serves = False

    @property
    def address(self) -> str:
        """The AMQP address of the node's virtual host `/`, once it has been started."""
        return f"amqp://guest:guest@127.0.0.1:{self.port('amqp')}//"

    def port(self, listener: str) -> int:
        """The loopback port of `amqp`, or of a plugin that listens, once the node has been started."""
        if not self._ports[listener]:
            raise LocalServerError("This RabbitMQ node has no address: it was never started.")
        return self._ports[listener]

    def start(self) -> None:
        """Return when the node serves clients, with the queues and persistent messages of its folder.

        What still runs of a former owner's node on this folder is ended first; a living owner's is left alone. Raises
        `LocalServerError` with a sentence and the end of the log when it can't start. A running one is left as it is.
        """
        self.launch()
        self.wait()

    @property
    def running(self) -> bool:
        """Whether its processes live: it may not serve yet."""
        return bool(self._children) and all(child.poll() is None for child in self._children)

    def launch(self) -> None:
        """Begin to start, for nodes that wait for one another; `wait` then does the rest of `start`."""
        if self.running:
            return
        server = RABBITMQ.require()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._claim = self._claim or claim(self.folder)
        try:
            self._end()
            self._reserve_ports()
            self._write_files()
            if not self._member:
                self._children.append(start_epmd(self.folder, self._environment()))
            self._launch_broker(server)
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Return when the node that was launched serves clients. Raises `LocalServerError` when it can't, stopped."""
        try:
            self._wait_for_broker()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Shut the node down in order, within seconds, its epmd too; one that can't is killed."""
        if not self._claim:
            return
        self._end()
        for reservation in self._reservations:
            reservation.close()
        self._reservations = []
        self._claim.close()
        self._claim = None

    def kill(self) -> None:
        """End the node as kill -9 would; the next `start` keeps its ports and what it had confirmed.

        A power cut also takes what the kernel had not written to the disk yet: that confirmed messages were there is
        not shown by this.

        Not for quorum queues declared a moment ago: RabbitMQ 3.10 writes down within two seconds that it has them, and
        finds no leader for them when killed before. An orderly `stop` and `start` in between makes sure.
        """
        if self._claim:
            end(list, self._processes)
            self._reap()

    def memory(self) -> int:
        """The bytes that the node holds in memory."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self._brokers()]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _reserve_ports(self) -> None:
        if self._reservations:
            return
        for listener, number in self._ports.items():
            try:
                reservation = reserve_port(number)
            except OSError as error:
                raise LocalServerError(f"RabbitMQ's former port {number} was taken meanwhile: {error}.") from None
            self._reservations.append(reservation)
            self._ports[listener] = port_of(reservation)

    def _write_files(self) -> None:
        make_cookie(self._home)
        settings = _SETTINGS.format_map(self._ports)
        settings += "".join(f"{name} = {value}\n" for name, value in self._settings.items())
        for plugin in self._plugins:
            settings += _PLUGIN_SETTINGS.get(plugin, "").format(port=self._ports.get(plugin))
        if self._member and self._member.joins != self._member.name:
            settings += _JOIN_SETTINGS.format(name=self._member.name, joins=self._member.joins)
        (self.folder / "rabbitmq.conf").write_text(settings)
        (self.folder / "enabled_plugins").write_text(f"[{','.join(self._plugins)}].\n")

    @property
    def _home(self) -> Path:
        return self._member.home if self._member else self.folder / "home"

    def _environment(self) -> dict[str, str]:
        epmd = self._member.epmd if self._member else self._ports["epmd"]
        ours = {
            "RABBITMQ_NODENAME": f"{self._member.name if self._member else 'afterglow'}@localhost",
            # RabbitMQ puts this path unquoted before a shell, to ask `df` for free space: a space makes it do without
            # that watch, an apostrophe makes it wait for ever. So it is that of the folder that the node works in.
            "RABBITMQ_MNESIA_BASE": "/proc/self/cwd/data",
            "RABBITMQ_LOG_BASE": self.folder / "log",
            "RABBITMQ_SCHEMA_DIR": self.folder / "schema",
            "RABBITMQ_GENERATED_CONFIG_DIR": self.folder / "config",
            "RABBITMQ_PID_FILE": self.folder / "broker.pid",
            "RABBITMQ_CONFIG_FILE": self.folder / "rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "enabled_plugins",
            # These need not exist; naming them keeps the system's own in /etc/rabbitmq out.
            "RABBITMQ_CONFIG_FILES": self.folder / "conf.d",
            "RABBITMQ_ADVANCED_CONFIG_FILE": self.folder / "advanced.config",
            "RABBITMQ_CONF_ENV_FILE": self.folder / "rabbitmq-env.conf",
            "RABBITMQ_DIST_PORT": self._ports["distribution"],
            # Erlang reserves memory for each port that it might open; its own guess follows the limit of open files.
            "ERL_MAX_PORTS": 4096,
            # Erlang's threads spin for a moment before they sleep: the node starts in half the time (4 s, not 8), and
            # idles at 1 % of a core.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1} "
            "+sbwt short +sbwtdio short",
        }
        environment = environment_of(self.folder, home=self._home, epmd=epmd)
        return environment | {name: str(value) for name, value in ours.items()}

    def _launch_broker(self, server: Path) -> None:
        self._log_begins = self.log.stat().st_size if self.log.exists() else 0
        # The node tells us, as it would systemd (sd_notify), when it serves clients; the socket has no path. Its script
        # then leaves no shell between us and the node either.
        notices = self._notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notices.bind("")
        notices.settimeout(0.2)
        broker = spawn(
            [server],
            folder=self.folder,
            log=self.log,
            env={**self._environment(), "NOTIFY_SOCKET": "@" + notices.getsockname()[1:].decode()},
            when_orphaned=signal.SIGTERM,
        )
        self._children.append(broker)

    def _wait_for_broker(self) -> None:
        deadline = time.monotonic() + 120
        while not self._serves:
            if not (self._notices and self.running and time.monotonic() < deadline):
                said = log_tail(self.log, self._log_begins, 30)
                raise LocalServerError(f"RabbitMQ did not start in {self.folder}; it said:\n{said}")
            with suppress(TimeoutError):
                self._serves = b"READY=1" in self._notices.recv(4096).splitlines()

    def _end(self) -> None:
        end(self._brokers, self._processes, (signal.SIGTERM, 15))
        self._reap()

    def _reap(self) -> None:
        for child in self._children:
            child.wait()
        self._children = []
        self._serves = False
        if self._notices:
            # Not before the node has ended: without a listener its orderly shutdown fails.
            self._notices.close()
            self._notices = None

    def _processes(self) -> list[int]:
        return processes_of(self.folder)

    def _brokers(self) -> list[int]:
        ours = set(self._processes())
        return [pid for pid in pids_where("cmdline", lambda line: b"beam" in line.split(b"\0")[0]) if pid in ours]
