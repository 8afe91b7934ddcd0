"""The platform as the demo meets it: four services over HTTP, each call made as somebody."""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import urllib3
from urllib3.exceptions import HTTPError

from shared import clock
from stack.issuer import LocalIssuer

PATIENCE_SECONDS = 90.0


class DemoFailedError(Exception):
    """A step did not go as the journey says; the text names the step and what came instead."""


class PlatformAwayError(DemoFailedError):
    """There is no platform to go through; once it runs, the same journey may succeed."""


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None


@dataclass(frozen=True)
class Person:
    """Somebody at a clinic; a client also has their own id."""

    role: str
    clinic: str
    client_id: UUID | None = None


class Platform:
    """Calls the services. While one cannot be reached, the same call, with the same Idempotency-Key, is made again."""

    def __init__(self, url: str, addresses: Mapping[str, str], issuer: LocalIssuer) -> None:
        self.url = url.rstrip("/")
        self._addresses = {name: address.rstrip("/") for name, address in addresses.items()}
        self._issuer = issuer
        self._waits = False
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(connect=3, read=20), retries=False)

    def token(self, person: Person, *, lifetime: timedelta = timedelta(minutes=30)) -> str:
        subject = (
            f"client-{person.client_id}" if person.client_id else f"{person.role.replace('_', '-')}-at-{person.clinic}"
        )
        grants = {person.clinic: [person.role]}
        return self._issuer.token(clock.now(), grants, subject=subject, client_id=person.client_id, lifetime=lifetime)

    def call(
        self,
        method: str,
        service: str,
        path: str,
        *,
        person: Person | None = None,
        token: str | None = None,
        body: Any = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call; `raw` is sent as it is. Repeated for a while if the service cannot be reached."""
        sent = {"Content-Type": "application/json"} | dict(headers or {})
        if person is not None:
            sent["Authorization"] = f"Bearer {self.token(person)}"
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        content = raw if raw is not None else None if body is None else json.dumps(body).encode()
        address = f"{self._addresses.get(service, self.url)}/{service}{path}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self._http.request(method, address, body=content, headers=sent)
                if response.status not in (502, 503, 504):
                    return Answer(response.status, response.headers, _decoded(response.data))
            except HTTPError:
                if not self._waits:
                    self._waits = True
                    sys.stderr.write(f"waiting for {address} ... (AFTERGLOW_URL or --url names another)\n")
                if time.monotonic() > deadline:
                    raise PlatformAwayError(f"nothing answers at {address}. Is the platform running there?") from None
            if time.monotonic() > deadline:
                raise PlatformAwayError(f"{service} is not ready")
            time.sleep(0.3)


def eventually(what: str, look: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    """Look until there is something; the platform is made of services that hear of each other a moment later."""
    deadline = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > deadline:
            raise DemoFailedError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.1)


def _decoded(data: bytes) -> Any:
    try:
        return json.loads(data) if data else None
    except ValueError:
        return data.decode(errors="replace")
