import os
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from psycopg.rows import scalar_row

from shared.local.postgres import Postgres
from shared.local.processes import LocalServerError

OwnerProcess = Callable[..., subprocess.Popen[str]]


def keep(address: str, *words: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("create table if not exists kept (word text primary key)")
        connection.cursor().executemany("insert into kept values (%s)", [(word,) for word in words])


def kept(address: str) -> list[str]:
    return ask(address, "select word from kept order by word")


def ask(address: str, query: str) -> list[str]:
    with psycopg.connect(address, row_factory=scalar_row) as connection:
        return connection.execute(query).fetchall()


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def runs(pid: int) -> bool:
    """A zombie has no command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


def socket_folder(address: str) -> Path:
    return Path(parse_qs(urlsplit(address).query)["host"][0])


@pytest.fixture
def server(folder: Path) -> Iterator[Postgres]:
    with Postgres(folder, settings={"fsync": "off"}) as server:
        yield server


def test_what_was_written_is_there_at_the_same_address_after_a_stop_and_a_start(server: Postgres) -> None:
    before = server.address()
    keep(before, "first")

    server.stop()
    server.stop()
    server.start()
    server.start()

    assert server.address() == before
    assert kept(server.address()) == ["first"]


def test_a_database_and_a_role_may_have_any_name(server: Postgres) -> None:
    with psycopg.connect(server.address(), autocommit=True) as connection:
        connection.execute('create role "o\'neil @ maple?"; ')
        connection.execute('alter role "o\'neil @ maple?" login')
        connection.execute('create database "a/b & c"')

    address = server.address("a/b & c", "o'neil @ maple?")

    assert ask(address, "select current_database() || ' ' || current_user") == ["a/b & c o'neil @ maple?"]


def test_it_sorts_alike_on_every_machine_and_keeps_universal_time(server: Postgres) -> None:
    assert ask(server.address(), "show timezone") == ["UTC"]
    assert ask(server.address(), "show server_encoding") == ["UTF8"]
    assert ask(server.address(), "select upper('é')") == ["É"]
    assert ask(server.address(), "select word from unnest(array['é', 'b', 'A', 'a', 'B']) word order by word") == [
        *("A", "B", "a", "b", "é")
    ]


def test_only_its_owner_can_reach_it_and_only_on_this_machine(server: Postgres) -> None:
    sockets = socket_folder(server.address())

    assert ask(server.address(), "show listen_addresses") == [""]
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "data").stat().st_mode) == 0o700

    server.stop()

    assert not sockets.exists()


def test_a_rejected_statement_stays_out_of_the_log(server: Postgres) -> None:
    keep(server.address(), "ada@example.org")

    with pytest.raises(psycopg.errors.UniqueViolation):
        keep(server.address(), "ada@example.org")

    assert "ada@example.org" not in server.log.read_text()


def test_a_server_that_was_killed_recovers_with_every_committed_row(server: Postgres) -> None:
    before = server.address()
    keep(before, "committed")
    with psycopg.connect(before) as connection:
        connection.execute("insert into kept values ('not committed')")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.commit()

    server.start()

    assert server.address() == before
    assert kept(before) == ["committed"]


def test_a_server_whose_first_process_alone_was_killed_recovers_though_a_query_still_runs(server: Postgres) -> None:
    keep(server.address(), "committed")
    first = postmaster(server.folder)
    with closing(psycopg.connect(server.address())) as connection:
        busy = connection.info.backend_pid
        connection.pgconn.send_query(b"select count(*) from generate_series(1, 10000000000)")
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        assert runs(busy)

        server.start()

        assert not runs(busy)
    assert kept(server.address()) == ["committed"]


@pytest.mark.parametrize("option", ["in-its-main-thread", "--in-a-thread"])
def test_when_the_owner_is_killed_the_next_owner_finds_every_committed_row(
    folder: Path, owner: OwnerProcess, option: str
) -> None:
    former = owner("postgres", folder, option)
    assert former.stdout
    address = former.stdout.readline().strip()
    keep(address, "committed")
    pid = postmaster(folder)
    former.kill()
    former.wait()
    if option == "--in-a-thread":
        assert runs(pid)

    with Postgres(folder) as server:
        assert kept(server.address()) == ["committed"]
        assert not runs(pid)
        assert not socket_folder(address).exists()


def test_a_server_ends_with_its_owner(folder: Path, owner: OwnerProcess) -> None:
    former = owner("postgres", folder)
    assert former.stdout
    former.stdout.readline()
    pid = postmaster(folder)
    watch = os.pidfd_open(pid)

    former.kill()

    # The descriptor of a process becomes readable when it ends.
    assert select.select([watch], [], [], 60)[0]
    os.close(watch)
    with Postgres(folder):
        pass


def test_a_pid_file_that_names_another_process_or_none_is_no_obstacle_and_that_process_lives_on(
    server: Postgres,
) -> None:
    keep(server.address(), "committed")
    server.kill()
    lines = (server.folder / "data" / "postmaster.pid").read_text().splitlines()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        (server.folder / "data" / "postmaster.pid").write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")

        server.start()

        assert kept(server.address()) == ["committed"]
        assert bystander.poll() is None
        server.kill()
        (server.folder / "data" / "postmaster.pid").write_text("")
        server.start()
        assert kept(server.address()) == ["committed"]
        bystander.communicate(b"\n")
        assert bystander.returncode == 0


def test_a_folder_with_a_living_owner_is_refused_and_its_server_lives_on(folder: Path, owner: OwnerProcess) -> None:
    present = owner("postgres", folder)
    assert present.stdout
    address = present.stdout.readline().strip()
    keep(address, "committed")

    with pytest.raises(LocalServerError, match=f"in use by the running process {present.pid}"):
        Postgres(folder).start()

    assert kept(address) == ["committed"]
    present.communicate("")
    assert present.returncode == 0


def test_two_servers_side_by_side_know_nothing_of_each_other(server: Postgres, tmp_path: Path) -> None:
    with Postgres(tmp_path / "other", settings={"fsync": "off"}) as other:
        keep(server.address(), "here")
        keep(other.address(), "there")
        other.kill()
        assert kept(server.address()) == ["here"]
        other.start()
        assert kept(other.address()) == ["there"]

    assert kept(server.address()) == ["here"]


def test_a_creation_cut_short_is_begun_anew(folder: Path) -> None:
    (folder / "data.unfinished").mkdir(parents=True)
    (folder / "data.unfinished" / "PG_VERSION").write_text("18\n")

    with Postgres(folder, settings={"fsync": "off"}) as server:
        keep(server.address(), "first")


def test_a_server_that_can_not_start_says_why_and_leaves_nothing_behind(server: Postgres) -> None:
    server.stop()
    (server.folder / "data" / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(LocalServerError, match=r"did not start(.|\n)*initialized by PostgreSQL version 9.6"):
        server.start()

    with pytest.raises(LocalServerError, match="not running"):
        server.address()
    assert {path.name for path in server.folder.iterdir()} == {"data", "owner", "postgres.log"}


def test_the_keyboards_interrupt_reaches_the_owner_alone(server: Postgres) -> None:
    assert os.getsid(postmaster(server.folder)) != os.getsid(0)
    assert os.getpgid(postmaster(server.folder)) != os.getpgid(0)


def test_an_ordinary_user_has_a_server_too(
    ordinary_python: tuple[str, ...], ordinary_folder: Path, owner: OwnerProcess
) -> None:
    process = owner("postgres", ordinary_folder / "server", before=ordinary_python)
    assert process.stdout
    keep(process.stdout.readline().strip(), "first")

    assert (ordinary_folder / "server" / "data").stat().st_uid == ordinary_folder.stat().st_uid
    process.communicate("")
    assert process.returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to look like somebody else")
def test_root_that_may_no_longer_make_namespaces_is_somebody_else_and_back_when_it_may(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container's kernel refuses; here a command of that name refuses in its place.

    Where the kernel itself refuses, root is somebody else from the first start to the last.
    """
    allowed = subprocess.run(["unshare", "-U", "true"], capture_output=True, check=False).returncode == 0
    at_first = "root" if allowed else "nobody"
    refusal = tmp_path / "unshare"
    refusal.write_text("#!/bin/sh\nexit 1\n")
    refusal.chmod(0o755)
    with Postgres(folder, settings={"fsync": "off"}) as server:
        assert (folder / "data").owner() == at_first
        keep(server.address(), "at first")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with Postgres(folder, settings={"fsync": "off"}) as server:
            assert (folder / "data").owner() == "nobody"
            keep(server.address(), "as nobody")

    with Postgres(folder) as server:
        assert (folder / "data").owner() == at_first
        assert kept(server.address()) == ["as nobody", "at first"]


def test_no_folder_above_its_own_changes_hands_or_permissions(folder: Path) -> None:
    folder.parent.mkdir(mode=0o700, parents=True)
    before = [(place, place.stat().st_mode, place.stat().st_uid) for place in folder.parents]

    with Postgres(folder, settings={"fsync": "off"}):
        pass

    assert [(place, place.stat().st_mode, place.stat().st_uid) for place in folder.parents] == before
