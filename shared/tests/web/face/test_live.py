"""Streams that say that something changed at a clinic."""

import http.client
import queue
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from toy import consent
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from shared.events.sessions import AppointmentBooked
from shared.settings import Settings
from shared.store.doorbell import OUTBOX_BELL, Doorbell
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.visitor import visitor
from shared.web.face import changes, live
from shared.web.face.changes import Changes
from shared.web.face.live import PLACES, streams_at_most
from shared.web.factory import create_app
from shared.web.sign_in import COOKIE

SOON = 3.0


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


class Ear:
    """A browser that listens to a stream: what it is told, as it comes."""

    def __init__(self, port: int, cookie: str = "", query: str = "", **headers: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        sent = {"Cookie": f"{COOKIE}={cookie}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", f"/sessions/live{query}", headers=sent)
        self.answer = self._connection.getresponse()
        self.lines: queue.Queue[str] = queue.Queue()
        self.over = threading.Event()
        if self.answer.status == 200:
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()
            self.id = self.next("id: ")

    def next(self, beginning: str, seconds: float = SOON) -> str:
        """The rest of the next line that begins so."""
        deadline = time.monotonic() + seconds
        while True:
            line = self.lines.get(timeout=max(0.001, deadline - time.monotonic()))
            if line.startswith(beginning):
                return line.removeprefix(beginning)

    def hears(self, seconds: float = 0.8) -> bool:
        """Whether it is told of a change within that time."""
        try:
            self.next("event: changed", seconds)
        except queue.Empty:
            return False
        return True

    def close(self) -> None:
        if self.answer.status == 200 and not self.over.is_set():
            assert self._connection.sock is None, "the answer has it"
            self.answer.fp.raw._sock.shutdown(2)  # type: ignore[attr-defined]
            self._thread.join(5)
        self.answer.close()
        self._connection.close()

    def _read(self) -> None:
        try:
            for line in self.answer:
                self.lines.put(line.decode().strip())
        except (OSError, http.client.HTTPException, ValueError):
            pass
        self.over.set()


@dataclass
class Streams:
    """A service that tells what changes, and those who listen to it."""

    bench: Bench
    port: int
    ears: list[Ear] = field(default_factory=list)

    def listen(self, role: str = "nurse", clinic: str = "maple", query: str = "", **headers: str) -> Ear:
        who = visitor(self.bench, role, clinic=clinic)
        ear = Ear(self.port, who.sign_in.token(self.bench.signer.sign_in_key, self.bench.clock()), query, **headers)
        self.ears.append(ear)
        return ear


@pytest.fixture
def streams(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Streams]:
    bell = Doorbell(settings.database, OUTBOX_BELL)
    monkeypatch.setattr(bench.store, "on_events", bell.ring)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.3)
    monkeypatch.setenv("AFTERGLOW_LIVE_STREAMS", "3")
    app = create_app(bench.service, settings, bench.store)
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    made = Streams(bench, server.port)
    yield made
    for ear in made.ears:
        ear.close()
    until(lambda: PLACES.taken == 0)
    until(lambda: looking() == 0)
    server.shutdown()
    thread.join()
    server.server_close()
    bell.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def act(bench: Bench, clinic: str = "maple", *, tells: bool = False) -> None:
    """A deed that commits, with an event or without."""
    with bench.store.transaction(clinic, Actor("ana"), Origin("note.mend", "request-1", "request-1")) as tx:
        if tells:
            tx.publish(AppointmentBooked.from_data(uuid4(), AppointmentBooked.sample_data()))


@pytest.mark.parametrize("tells", [True, False])
def test_whoever_listens_is_told_of_a_change_and_of_nothing_else(streams: Streams, tells: bool) -> None:
    ear = streams.listen()
    assert ear.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert ear.answer.headers["Cache-Control"] == "no-store"

    act(streams.bench, tells=tells)

    assert ear.next("event: ") == "changed"
    moment = ear.next("id: ")
    assert ear.next("data: ") == moment
    assert re.fullmatch(r"\d+", moment)


def test_what_happens_at_another_clinic_is_not_heard(streams: Streams) -> None:
    maple, cedar = streams.listen(clinic="maple"), streams.listen(clinic="cedar")

    act(streams.bench, "cedar")

    assert cedar.hears(SOON)
    assert not maple.hears()


def test_an_event_that_was_handled_is_a_change(streams: Streams, bench: Bench) -> None:
    ear = streams.listen()

    bench.hear(consent(uuid4()))

    assert ear.hears(SOON)


def test_reading_is_no_change_also_of_a_page_whose_form_writes(streams: Streams, bench: Bench) -> None:
    note = bench.as_("therapist").post("/notes", {"words": "hello"}).get_json()["id"]
    ear = streams.listen()

    bench.as_("nurse").get(f"/notes/{note}")
    visitor(bench, "therapist").get(f"/note-pages/{note}")
    visitor(bench, "therapist").get("/notes/new")
    visitor(bench, "nurse").get("/notes/new")
    visitor(bench, "therapist").post("/notes/new", words="")

    assert not ear.hears()


@pytest.mark.parametrize("role", ["client", "escort", "partner"])
def test_nobody_but_the_team_listens(streams: Streams, role: str) -> None:
    who = visitor(streams.bench, role, client_id=uuid4() if role == "client" else None)
    ear = Ear(streams.port, who.sign_in.token(streams.bench.signer.sign_in_key, streams.bench.clock()))
    streams.ears.append(ear)

    assert ear.answer.status == 403


def test_without_a_sign_in_it_says_so_and_leads_nowhere(streams: Streams) -> None:
    ear = Ear(streams.port)
    streams.ears.append(ear)

    assert ear.answer.status == 401
    assert "Location" not in ear.answer.headers


def test_a_stream_ends_with_the_cookie_that_opened_it(streams: Streams) -> None:
    ear = streams.listen()
    assert ear.next(": here") == ""

    streams.bench.advance(minutes=6)

    assert ear.over.wait(SOON)


def test_a_change_after_the_cookie_has_run_out_is_not_told(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_SECONDS", 60)
    ear = streams.listen()

    streams.bench.advance(minutes=6)
    act(streams.bench)

    assert ear.over.wait(SOON)
    assert not ear.hears(0.1)


def test_streams_end_with_the_server(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    ear = streams.listen()

    monkeypatch.setattr(live, "is_leaving", lambda: True)

    assert ear.over.wait(SOON)
    assert streams.listen().answer.status == 503


def test_there_is_room_for_so_many_and_whoever_leaves_makes_room(streams: Streams) -> None:
    ears = [streams.listen() for _ in range(3)]

    late = streams.listen()
    assert (late.answer.status, late.answer.headers["Retry-After"]) == (503, "15")

    ears[0].close()
    until(lambda: PLACES.taken == 2)
    assert streams.listen().answer.status == 200


def test_half_of_the_threads_at_most_listen_unless_somebody_says_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    assert streams_at_most() == 8
    monkeypatch.setenv("AFTERGLOW_WEB_THREADS", "4")
    assert streams_at_most() == 2
    monkeypatch.setenv("AFTERGLOW_LIVE_STREAMS", "0")
    assert streams_at_most() == 0


def test_what_changed_between_two_streams_is_told_by_the_second(streams: Streams, bench: Bench) -> None:
    first = streams.listen()
    first.close()
    until(lambda: PLACES.taken == 0)
    bench.advance(seconds=10)
    act(bench)
    bench.advance(seconds=10)

    again = streams.listen(Last_Event_ID=first.id)
    assert again.hears(0.5)

    again.close()
    until(lambda: PLACES.taken == 0)
    bench.advance(seconds=10)
    assert not streams.listen(Last_Event_ID=again.id).hears(0.5)


def test_what_changed_while_the_page_was_on_its_way_is_told_at_once(streams: Streams, bench: Bench) -> None:
    act(bench)
    bench.advance(seconds=10)

    assert streams.listen(query="?ago=12000").hears(0.5)
    assert not streams.listen(query="?ago=3000").hears(0.5)
    assert not streams.listen(query="?ago=x").hears(0.5)


def test_a_deed_that_commits_late_is_told_too(streams: Streams, bench: Bench) -> None:
    ear = streams.listen()
    with bench.store.transaction("maple", Actor("slow"), Origin("note.mend", "slow-one", "slow-one")):
        bench.advance(seconds=5)
        act(bench)
        assert ear.hears(SOON)

    assert ear.hears(SOON), "its line bears an earlier moment than that of the other"


def test_a_database_that_goes_and_comes_back_is_listened_to_again(
    streams: Streams, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_TROUBLE_SECONDS", 0.05)
    ear = streams.listen()
    end = "select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'listen %' "

    def ended() -> bool:
        with bench.owner.connect() as connection:
            return bool(connection.scalar(text(end + "and datname = current_database()")))

    until(ended)

    act(bench)

    assert ear.hears(SOON)


def test_whatever_fails_on_the_way_those_who_listen_are_told_again(
    streams: Streams, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear, asks, failed = streams.listen(), Changes._ask, threading.Event()

    def fails_once(self: Changes, clinic: str, since: datetime) -> frozenset[tuple[str, int]]:
        if failed.is_set():
            return asks(self, clinic, since)
        failed.set()
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(changes, "_TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr(Changes, "_ask", fails_once)
    assert failed.wait(SOON)
    act(bench, tells=True)

    assert ear.hears(SOON)


def test_one_thread_looks_also_where_somebody_joins_as_the_last_one_leaves(
    bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    listened, wanted, joined = Changes(bench.store, settings.database, frozenset()), Changes._wanted, threading.Event()

    def joins_at_the_end(self: Changes) -> list[str]:
        found = wanted(self)
        if not found and not joined.is_set():
            self.join("maple")
            joined.set()
        return found

    monkeypatch.setattr(Changes, "_wanted", joins_at_the_end)
    listened.join("maple")
    listened.leave("maple")
    assert joined.wait(SOON)

    until(lambda: looking() == 1)
    listened.leave("maple")
    until(lambda: looking() == 0)


def looking() -> int:
    return sum(one.name == "changes" for one in threading.enumerate())


def test_a_stream_that_waits_holds_no_connection_of_the_pool(streams: Streams, bench: Bench) -> None:
    for _ in range(3):
        streams.listen()
    held = []
    for _ in range(50):
        held.append(bench.store.engine.pool.checkedout())  # type: ignore[attr-defined]
        time.sleep(0.01)

    assert statistics.mean(held) < 0.5


@pytest.mark.parametrize("tells", [True, False])
def test_a_change_arrives_at_once(
    streams: Streams, bench: Bench, record_property: Callable[[str, object], None], tells: bool
) -> None:
    ear, delays = streams.listen(), []
    for number in range(20):
        time.sleep(0.05 + 0.013 * (number % 10))
        act(bench, tells=tells)
        committed = time.perf_counter()
        ear.next("event: ")
        delays.append((time.perf_counter() - committed) * 1000)

    deed = "with" if tells else "without"
    record_property("figure", f"a change {deed} an event is heard after {statistics.median(delays):.0f} ms")
    assert statistics.median(delays) < 500
