"""Bearer tokens: who calls, at which clinic, in which roles."""

import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from flask import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from shared.clock import Clock
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.store.transaction import Actor

log = structlog.get_logger()

ALGORITHMS = ["RS256", "ES256", "Ed25519"]
CLOCK_SKEW_SECONDS = 30
GRANTS_CLAIM = "afterglow"
"""Claim of a token: the roles of its subject by clinic, as `{"maple": ["therapist"]}`."""

_REFETCH_SECONDS = 10.0
_HOUR = 3600.0


@dataclass(frozen=True)
class Caller:
    """The subject of a verified token. `client_id` is set where the subject is a client."""

    subject: str
    grants: Mapping[str, frozenset[str]]
    client_id: UUID | None

    def at(self, clinic: str | None) -> tuple[str, Actor]:
        """The clinic that is meant and the actor there. A caller of one clinic need not name it."""
        if clinic is None:
            if len(self.grants) != 1:
                raise Forbidden("clinic_not_named", "Name the clinic in the header Afterglow-Clinic.")
            clinic = next(iter(self.grants))
        roles = self.grants.get(clinic)
        if roles is None:
            raise Forbidden("not_at_this_clinic", "This sign-in has no role at that clinic.")
        return clinic, Actor(self.subject, roles, self.client_id)


class KeySource:
    """The identity provider's public keys, from a file or an https address.

    They are fetched again when an unknown key turns up, and every hour, so that a key that the provider has withdrawn
    is not believed for ever. While the provider is away, the keys that are known go on serving, and nobody waits.
    """

    def __init__(self, location: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._location = location
        self._monotonic = monotonic
        self._keys: KeySet | None = None
        self._asked_at = self._fetched_at = -math.inf
        self._fetching = threading.Lock()

    def keys(self, *, fresh: bool = False) -> KeySet:
        if self._keys is None or fresh:
            with self._fetching:
                self._refresh()
        elif self._monotonic() - self._fetched_at >= _HOUR and self._fetching.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._fetching.release()
        if self._keys is None:
            raise Unavailable("keys_unavailable", "Tokens cannot be checked at the moment. Try again soon.")
        return self._keys

    def _refresh(self) -> None:
        if self._monotonic() - self._asked_at < _REFETCH_SECONDS:
            return
        try:
            self._keys = KeySet.import_key_set(json.loads(self._fetch()))
            self._fetched_at = self._monotonic()
        except (OSError, ValueError, HTTPError, JoseError) as error:
            log.warning("keys_not_fetched", location=self._location, error=type(error).__qualname__)
        self._asked_at = self._monotonic()

    def _fetch(self) -> str | bytes:
        if self._location.startswith(("http://", "https://")):
            answer = PoolManager(timeout=Timeout(5.0), retries=False).request("GET", self._location)
            if answer.status != HTTPStatus.OK:
                raise HTTPError(f"the provider answered {answer.status}")
            return answer.data
        return Path(self._location.removeprefix("file://")).read_text(encoding="utf-8")


class TokenVerifier:
    """Checks signature (pinned algorithms), issuer, audience and times of a bearer token."""

    def __init__(self, *, issuer: str, audience: str, keys: KeySource, clock: Clock) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock

    def caller(self, request: Request) -> Caller:
        """Who calls. Raises Unauthenticated, saying what is wrong with the token and never quoting it."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("token_missing", "Send a bearer token in the Authorization header.")
        claims = self._decode(token)
        self._check(claims)
        grants = claims.get(GRANTS_CLAIM)
        if not isinstance(grants, dict):
            raise Unauthenticated("token_without_grants", "The token names no clinic and role.")
        try:
            client_id = UUID(claims["client_id"]) if claims.get("client_id") else None
        except (AttributeError, TypeError, ValueError):
            raise Unauthenticated("token_invalid", "The token's client_id is not one.") from None
        return Caller(
            subject=str(claims["sub"]),
            grants={clinic: frozenset(roles) for clinic, roles in grants.items()},
            client_id=client_id,
        )

    def _decode(self, token: str) -> dict[str, Any]:
        for fresh in (False, True):
            try:
                return jwt.decode(token, self._keys.keys(fresh=fresh), algorithms=ALGORITHMS).claims
            except (JoseError, ValueError):
                continue
        raise Unauthenticated("token_invalid", "The token is not one of our identity provider's.")

    def _check(self, claims: Mapping[str, Any]) -> None:
        now = int(self._clock().timestamp())
        registry = jwt.JWTClaimsRegistry(
            now=now,
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        if isinstance(claims.get("exp"), int | float) and claims["exp"] + CLOCK_SKEW_SECONDS < now:
            raise Unauthenticated("token_expired", "The token has expired. Sign in again.")
        try:
            registry.validate(dict(claims))
        except (JoseError, ValueError, TypeError):
            raise Unauthenticated("token_invalid", "The token is not meant for this platform.") from None
