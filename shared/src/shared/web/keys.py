"""Public keys of whoever signs, kept in memory: from a file, from an address, or found by OpenID Connect discovery."""

import json
import math
import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Generic, TypeVar

import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from shared.errors import Unavailable

log = structlog.get_logger()

T = TypeVar("T")

ALGORITHMS = ["RS256", "ES256", "Ed25519"]
"""What a signature may be made with. No token can choose another, nor none, nor make a secret of a public key."""

_KINDS = ("RSA", "EC", "OKP")
_REFETCH_SECONDS = 10.0
_HOUR = 3600.0


class _Kept(Generic[T]):
    """Something of another's that changes seldom: fetched at first need, anew every hour, and sooner on demand.

    While the other is away, what is known goes on serving, and nobody waits.
    """

    def __init__(self, name: str, fetch: Callable[[], T], monotonic: Callable[[], float]) -> None:
        self._name = name
        self._fetch = fetch
        self._monotonic = monotonic
        self._value: T | None = None
        self._asked_at = self._fetched_at = -math.inf
        self._fetching = threading.Lock()

    def value(self, *, fresh: bool = False) -> T | None:
        if self._value is None or fresh:
            with self._fetching:
                self._refresh()
        elif self._monotonic() - self._fetched_at >= _HOUR and self._fetching.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._fetching.release()
        return self._value

    def _refresh(self) -> None:
        if self._monotonic() - self._asked_at < _REFETCH_SECONDS:
            return
        try:
            self._value = self._fetch()
            self._fetched_at = self._monotonic()
        except (
            OSError,
            LookupError,
            ValueError,
            TypeError,
            AttributeError,
            HTTPError,
            JoseError,
            Unavailable,
        ) as error:
            log.warning("provider_not_reached", wanted=self._name, error=type(error).__qualname__)
        self._asked_at = self._monotonic()


class Discovery:
    """What an OpenID Connect provider says of itself at `{issuer}/.well-known/openid-configuration`."""

    def __init__(self, issuer: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._location = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        self._kept = _Kept(self._location, self._fetch, monotonic)

    def find(self, name: str) -> str | None:
        """An address that the provider names, such as `end_session_endpoint`; None where it has no such thing."""
        document = self._kept.value()
        if document is None:
            raise Unavailable("provider_unavailable", "The sign-in provider cannot be reached now. Try again soon.")
        found = document.get(name)
        return found if isinstance(found, str) else None

    def one(self, name: str) -> str:
        """An address without which nobody can sign in."""
        found = self.find(name)
        if found is None:
            log.error("provider_without", wanted=name, location=self._location)
            raise Unavailable("provider_unavailable", "The sign-in provider does not offer what signing in needs.")
        return found

    def _fetch(self) -> Mapping[str, Any]:
        document = _fetch_json(self._location)
        # Another issuer's document would have us send people, and believe keys, elsewhere.
        if document.get("issuer") != self._issuer:
            raise ValueError("the provider calls itself otherwise than AFTERGLOW_ISSUER")
        return document


class KeySource:
    """Public keys from a file, an address, or the provider that was discovered.

    They are fetched again when an unknown key turns up, and every hour, so that a key that the provider has withdrawn
    is not believed for ever.
    """

    def __init__(self, location: str | Discovery, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._location = location
        self._kept = _Kept("keys", self._fetch, monotonic)

    def keys(self, *, fresh: bool = False) -> KeySet:
        keys = self._kept.value(fresh=fresh)
        if keys is None:
            raise Unavailable("keys_unavailable", "Tokens cannot be checked at the moment. Try again soon.")
        return keys

    def opened(self, token: str) -> jwt.Token | None:
        """A token that one of these keys has signed, header and claims; None of any other. Times are not looked at."""
        for fresh in (False, True):
            try:
                return jwt.decode(token, self.keys(fresh=fresh), algorithms=ALGORITHMS)
            except (JoseError, ValueError, TypeError):
                continue
        return None

    def _fetch(self) -> KeySet:
        named = self._location if isinstance(self._location, str) else self._location.one("jwks_uri")
        # A provider may hold keys for other ends, of kinds that we do not know: those are none of ours to judge.
        published = [key for key in _fetch_json(named)["keys"] if key.get("kty") in _KINDS and key.get("use") != "enc"]
        return KeySet.import_key_set({"keys": published})


def _fetch_json(location: str) -> dict[str, Any]:
    if location.startswith(("http://", "https://")):
        answer = PoolManager(timeout=Timeout(5.0), retries=False).request("GET", location)
        if answer.status != HTTPStatus.OK:
            raise HTTPError(f"the provider answered {answer.status}")
        document = json.loads(answer.data)
    else:
        document = json.loads(Path(location.removeprefix("file://")).read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise TypeError("not a JSON object")
    return document
