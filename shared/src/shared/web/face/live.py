"""Telling pages that something changed: server-sent events of one service, for whoever works at a clinic.

A stream says `changed` and a moment, of its own clinic and nothing else; the page then fetches its regions like any
page, so that what it sees is decided there. While it waits it holds a thread, and no transaction or connection. It ends
when the cookie that opened it has run out, when its reader has left and when the server ends; browsers then ask again.
"""

import random
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, cast

from flask import Blueprint, Request, Response, request

from shared.settings import SettingsReader
from shared.web.context import Frame, frame
from shared.web.entrances import Entrance
from shared.web.face.changes import Changes
from shared.web.policy import CLINIC_STAFF, Policy, Role, whole_clinic
from shared.web.server import is_leaving

FOLLOW = "changes.follow"
LIVE: Policy = {
    # A client could tell from it when others come and go, and so could a partner.
    FOLLOW: whole_clinic(*CLINIC_STAFF, Role.OPERATOR)
}
"""The row of whom a service tells that something changed."""

BEAT_SECONDS = 15.0
_LOOK_UP_SECONDS = 0.25
"""How soon it is seen that a reader has left: the places are few, and the next page wants one at once."""

_AGAIN_SECONDS = "15"
_LONGEST = timedelta(days=1)
_SLACK = timedelta(seconds=2)
"""How long a deed may last between its moment and its commit, where nobody listened meanwhile."""


@dataclass
class _Places:
    """How many streams this process has, of whichever service: each takes a thread from those who load pages."""

    taken: int = 0
    lock: Lock = field(default_factory=Lock)

    def take(self, most: int) -> bool:
        with self.lock:
            free = self.taken < most
            self.taken += free
        return free

    def give_back(self) -> None:
        with self.lock:
            self.taken -= 1


PLACES = _Places()


def streams_at_most() -> int:
    """AFTERGLOW_LIVE_STREAMS, or half of the threads that a web has."""
    with SettingsReader() as env:
        threads = env.int("AFTERGLOW_WEB_THREADS", 16)
        most = env.int("AFTERGLOW_LIVE_STREAMS", -1)
    return max(1, threads // 2) if most < 0 else most


def live_blueprint(entrances: Iterable[Entrance]) -> Blueprint:
    """`GET /live`, for the blueprints of one service, whose ways in say which deeds only read.

    401 without a sign-in (a redirect would be followed in vain), 403 for whom LIVE does not name, 503 where there is
    no place for another stream: pages then ask every so often.
    """
    blueprint = Blueprint("live", __name__)
    reading = frozenset(entrance.may for entrance in entrances if entrance.method == "GET")
    places = streams_at_most()
    known: list[Changes] = []

    @blueprint.get("/live")
    def live() -> Response:
        """Says `changed` when something at the clinic did."""
        here = frame()
        sign_in = here.sign_ins.present(request)
        if sign_in is None:
            return Response(status=401)
        clinic, actor = sign_in.caller.at(sign_in.clinic)
        if not here.service.policy[FOLLOW].conditions(actor.roles):
            return Response(status=403)
        if is_leaving() or not PLACES.take(places):
            return Response(status=503, headers={"Retry-After": _AGAIN_SECONDS})
        if not known:
            known.append(Changes(here.store, here.settings.database, reading))
        try:
            stream = _Stream(here, known[0], clinic, cast(Any, request)._get_current_object())
        except BaseException:
            PLACES.give_back()
            raise
        response = Response(stream.events(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
        response.call_on_close(stream.close)
        return response

    return blueprint


class _Stream:
    """One page that listens, from its first event to its end."""

    def __init__(self, here: Frame, changes: Changes, clinic: str, asked: Request) -> None:
        self._here = here
        self._changes = changes
        self._clinic = clinic
        self._asked = asked
        self._since = _shown_since(asked, here.store.clock)
        self._seen = changes.join(clinic)

    def events(self) -> Iterator[str]:
        """What is sent, as long as there is somebody to send it to."""
        # All that end at once do not come back at once.
        yield f"retry: {random.randint(1000, 4000)}\nid: {_id(self._changes.looked_at(self._clinic))}\n\n"  # nosec B311
        if self._since is not None and self._changes.any_since(self._clinic, self._since):
            yield self._changed()
        beat_at = time.monotonic() + BEAT_SECONDS
        while not is_leaving() and not _has_left(self._asked):
            newest = self._changes.wait(self._clinic, self._seen, _LOOK_UP_SECONDS)
            beats = time.monotonic() >= beat_at
            if newest == self._seen and not beats:
                continue
            if self._here.sign_ins.present(self._asked) is None:
                return
            if newest != self._seen:
                self._seen = newest
                yield self._changed()
            else:
                yield ": here\n\n"
            beat_at = time.monotonic() + BEAT_SECONDS

    def close(self) -> None:
        self._changes.leave(self._clinic)
        PLACES.give_back()

    def _changed(self) -> str:
        moment = _id(self._changes.looked_at(self._clinic))
        # Without data a browser would not tell its page.
        return f"event: changed\nid: {moment}\ndata: {moment}\n\n"


def _id(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _shown_since(asked: Request, clock: Callable[[], datetime]) -> datetime | None:
    """Of when is what the page shows: the last event's moment, or as long ago as the page itself says; None without."""
    now, last = clock(), asked.headers.get("Last-Event-ID", "")
    try:
        away = now.timestamp() - int(last) / 1000 if last else int(asked.args["ago"]) / 1000
    except (KeyError, ValueError):
        return None
    return now - _SLACK - timedelta(seconds=min(max(away, 0.0), _LONGEST.total_seconds()))


def _has_left(asked: Request) -> bool:
    """Whether the browser has closed its connection: who goes to the next page frees the place for it."""
    connection = asked.environ.get("gunicorn.socket") or asked.environ.get("werkzeug.socket")
    if connection is None:
        return False
    try:
        poller = select.poll()
        poller.register(connection, select.POLLIN)
        return bool(poller.poll(0)) and not connection.recv(1, socket.MSG_PEEK)
    except (OSError, ValueError):
        return True
