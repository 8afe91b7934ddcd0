"""Who is signed in at the pages: a short-lived token in a cookie, which intake signs and every service believes.

Intake alone keeps the sign-in itself (`intake.access`). When the token has run out, a page sends its reader to RENEW
and gets them back with a new one, or signed in anew. So no service asks intake while it serves, and a sign-in that was
ended is over within TOKEN_LIFETIME everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Request
from joserfc import jwt
from joserfc.jwk import Key

from shared.clock import Clock
from shared.errors import Unauthenticated, Unavailable
from shared.web.auth import Caller, caller_of, require_claims
from shared.web.grants import GrantsReader
from shared.web.keys import KeySource

COOKIE = "__Host-afterglow"
"""`__Host-` has browsers refuse it unless it came over TLS (or on this machine), for this host and every path."""

TOKEN_LIFETIME = timedelta(minutes=5)

HOME = "/intake/home"
RENEW = "/intake/sign-in/renew"
SIGN_OUT = "/intake/sign-out"

_ISSUER, _AUDIENCE = "urn:afterglow:sign-in", "urn:afterglow:pages"
_GRANTS = GrantsReader("grants")


@dataclass(frozen=True)
class SignIn:
    """Somebody at the pages. `id` names the sign-in without opening it; `clinic` is the one they work at now.

    `csrf` is in every form that they are shown, and known to nobody else.
    """

    id: str
    caller: Caller
    name: str
    clinic: str
    csrf: str

    def token(self, key: Key, at: datetime) -> str:
        """The cookie's value, which only intake can make: it alone has the key."""
        claims: dict[str, Any] = {
            "iss": _ISSUER,
            "aud": _AUDIENCE,
            "sub": self.caller.subject,
            "iat": int(at.timestamp()),
            "exp": int((at + TOKEN_LIFETIME).timestamp()),
            "sid": self.id,
            "name": self.name,
            "grants": {clinic: sorted(roles) for clinic, roles in self.caller.grants.items()},
            "clinic": self.clinic,
            "csrf": self.csrf,
        }
        if self.caller.client_id is not None:
            claims["client_id"] = str(self.caller.client_id)
        return jwt.encode({"alg": key.alg, "kid": key.kid}, claims, key, algorithms=[str(key.alg)])

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "SignIn | None":
        caller = caller_of(claims, _GRANTS)
        if caller is None:
            return None
        return cls(claims["sid"], caller, claims["name"], claims["clinic"], claims["csrf"])


class SignInVerifier:
    """Reads the cookie of a request. Without keys nobody is signed in anywhere."""

    def __init__(self, keys: KeySource | None, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def present(self, request: Request) -> SignIn | None:
        """Who is signed in; None without a cookie, and with one that has run out or that intake has not made."""
        if self._keys is None:
            raise Unavailable("sign_in_not_set_up", "Nobody can sign in here: AFTERGLOW_SIGN_IN_JWKS is not set.")
        token = self._keys.opened(request.cookies[COOKIE]) if COOKIE in request.cookies else None
        if token is None:
            return None
        try:
            require_claims(token.claims, issuer=_ISSUER, audience=_AUDIENCE, now=self._clock())
        except Unauthenticated:
            return None
        return SignIn.of(token.claims)
