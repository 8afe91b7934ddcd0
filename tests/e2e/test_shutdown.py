"""SIGTERM: readiness goes first, what is in hand is finished within the grace, nothing is lost and nothing repeated."""

import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from itertools import count
from typing import Any
from uuid import UUID

import urllib3

from shared.testing.waiting import until

from .signals import halt, has_pending

ROUNDS = 2

networks = count()


def inquire(url: str, http: urllib3.PoolManager) -> tuple[int, UUID | None]:
    """Reach out to the clinic, once, from a network of one's own; returns the status, and the id if it was received."""
    asked = {"name": "Rosa Marin", "email": "rosa@example.org"}
    came_from = {"X-Forwarded-For": str(IPv4Address("198.18.0.0") + next(networks))}
    answer = http.request("POST", f"{url}/clinics/maple/inquiries", json=asked, headers=came_from)
    return answer.status, UUID(answer.json()["id"]) if answer.status == 201 else None


class Crowd:
    """People who reach out all the time. They try once, and hear that it went well, or don't."""

    def __init__(self, url: str) -> None:
        self.accepted: list[UUID] = []
        self.other: list[int] = []
        self.turned_away = 0
        self._url = url
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._go_on) for _ in range(3)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _go_on(self) -> None:
        http = urllib3.PoolManager(timeout=20, retries=False)
        while not self._stop.wait(0.02):
            try:
                status, inquiry = inquire(self._url, http)
            except urllib3.exceptions.HTTPError:
                self.turned_away += 1
                continue
            if inquiry is None:
                self.other.append(status)
            else:
                self.accepted.append(inquiry)
        http.clear()


def test_processes_that_end_in_the_middle_of_their_work_lose_nothing_and_repeat_nothing(town: Any) -> None:
    known = set(town.inquiries())
    town.pause(0.005)
    web, relay, listener = town.web(drain=1), town.relay(), town.listener()
    for process in (web, relay, listener):
        process.until_ready()

    ends = []
    with Crowd(web.url) as crowd:
        for _ in range(ROUNDS):
            begun, handled = len(crowd.accepted), len(town.calls())
            until(lambda: len(crowd.accepted) > begun + 20 and len(town.calls()) > handled + 20)  # noqa: B023
            for process in (relay, listener, web):
                process.terminate()
            ends += [process.ended() for process in (relay, listener, web)]
            web, relay, listener = town.web(drain=1), town.relay(), town.listener()
            for process in (web, relay, listener):
                process.until_ready()
    until(lambda: town.unpublished() == 0 and len(town.effects()) >= len(crowd.accepted))
    for process in (relay, listener, web):
        process.terminate()
    ends += [process.ended() for process in (relay, listener, web)]

    assert ends == [0] * 3 * (ROUNDS + 1)
    assert crowd.other == []
    # Whatever was done was answered: nobody was cut off who would have to ask whether it went well.
    assert set(town.inquiries()) - known == set(crowd.accepted)
    told = Counter(town.told_of(crowd.accepted))
    assert len(told) == len(crowd.accepted)
    assert town.published() == told
    assert town.repeats() == 0
    assert Counter(town.calls()) == Counter(town.effects()) == told


def test_a_web_denies_its_readiness_first_then_its_doors_and_finishes_what_it_has_in_hand(town: Any) -> None:
    web = town.web(drain=2)
    web.until_ready()

    with ThreadPoolExecutor() as somewhere, urllib3.PoolManager(timeout=20, retries=False) as http:
        with town.holding("inquiry"):
            slow = somewhere.submit(inquire, web.url, http)
            until(town.somebody_waits)
            web.terminate()
            until(lambda: web.readiness() == (503, "stopping"))
            meanwhile = web.http.request("GET", f"{web.url}/health/live")
            until(lambda: not web.listens())
            assert not slow.done()
        status, inquiry = slow.result()

    assert (meanwhile.status, meanwhile.headers["Connection"]) == (200, "close")
    assert web.ended() == 0
    assert status == 201
    assert inquiry in town.inquiries()


def test_who_waits_before_the_door_of_a_web_when_it_closes_is_let_in_still(town: Any) -> None:
    web = town.web()
    web.until_ready()
    server = web.server()

    halt(server)
    with ThreadPoolExecutor() as somewhere, urllib3.PoolManager(timeout=20, retries=False, maxsize=4) as http:
        people = [somewhere.submit(inquire, web.url, http) for _ in range(4)]
        until(lambda: web.waiting() == 4)
        web.terminate()
        until(lambda: has_pending(server, signal.SIGTERM))
        os.kill(server, signal.SIGCONT)
        answers = [person.result() for person in people]

    assert web.ended() == 0
    assert [status for status, _ in answers] == [201] * 4


def test_a_web_with_a_request_that_outlasts_the_grace_ends_with_1_and_says_so(town: Any) -> None:
    web = town.web(grace=1)
    web.until_ready()
    before = town.inquiries()

    with ThreadPoolExecutor() as somewhere, urllib3.PoolManager(timeout=20, retries=False) as http:
        with town.holding("inquiry"):
            slow = somewhere.submit(inquire, web.url, http)
            until(town.somebody_waits)
            web.terminate()
            assert web.ended() == 1
        assert isinstance(slow.exception(), urllib3.exceptions.HTTPError)

    assert [line["grace_seconds"] for line in web.said("requests_cut_off")] == [1]
    until(lambda: not town.somebody_waits())
    assert town.inquiries() == before


def test_a_web_that_is_told_twice_ends_at_once(town: Any) -> None:
    web = town.web(drain=25, grace=25)
    web.until_ready()

    web.terminate()
    until(lambda: web.readiness() == (503, "stopping"))
    web.terminate()

    began = time.monotonic()
    web.ended()
    assert time.monotonic() - began < 10


def test_a_worker_denies_its_readiness_and_commits_the_event_in_hand_alone(town: Any) -> None:
    events = town.tell(6)
    town.pause(2)
    listener = town.listener()
    until(lambda: len(town.calls()) == 1)

    listener.terminate()
    until(lambda: listener.readiness() == (503, "stopping"))
    assert town.effects() == []
    assert listener.ended() == 0

    first = town.calls()
    assert len(first) == 1
    assert town.effects() == first
    town.pause(0)
    town.listener()
    until(lambda: len(town.effects()) == 6)
    assert Counter(town.calls()) == Counter(town.effects()) == Counter(events)
    assert town.repeats() == 0


def test_a_handler_that_outlasts_the_grace_is_named_and_its_event_is_handled_later_once(town: Any) -> None:
    [event] = town.tell(1)
    town.pause(60)
    listener = town.listener(grace=1)
    until(lambda: town.calls() == [event])

    listener.terminate()
    assert listener.ended() == 1

    [line] = listener.said("loops_cut_off")
    assert (line["loops"], line["grace_seconds"]) == (["inbox"], 1)
    assert town.effects() == []
    town.pause(0)
    town.listener()
    until(lambda: town.effects() == [event])
    assert town.calls() == [event, event]


def test_a_worker_that_is_told_twice_ends_at_once(town: Any) -> None:
    town.tell(1)
    town.pause(60)
    listener = town.listener(grace=25)
    until(lambda: len(town.calls()) == 1)

    listener.terminate()
    until(lambda: listener.readiness() == (503, "stopping"))
    listener.terminate()

    began = time.monotonic()
    assert listener.ended() == 1
    assert time.monotonic() - began < 10
