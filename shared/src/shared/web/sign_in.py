"""Who is signed in at the pages: a short-lived token in a cookie, which intake signs and every service believes.

Intake alone keeps the sign-in itself (`intake.access`). When the token has run out, a page sends its reader to RENEW
and gets them back with a new one, or signed in anew. So no service asks intake while it serves, and a sign-in that was
ended is over within TOKEN_LIFETIME everywhere.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request
from joserfc import jwt
from joserfc.jwk import Key

from shared.clock import Clock
from shared.errors import Unauthenticated, Unavailable
from shared.web.auth import PARTNER_CLAIM, Caller, caller_of, require_claims
from shared.web.grants import GrantsReader
from shared.web.keys import KeySource

COOKIE = "__Host-afterglow"
"""`__Host-` has browsers refuse it unless it came over TLS (or on this machine), for this host and every path."""

TOKEN_LIFETIME = timedelta(minutes=5)

HOME = "/intake/home"
STAY = "/intake/sign-in/stay"
RENEW = "/intake/sign-in/renew"
SIGN_OUT = "/intake/sign-out"

QUIET = "X-Quiet"
"""The header by which a page says that it asks by itself: nobody is thereby at work."""

_ISSUER, _AUDIENCE = "urn:afterglow:sign-in", "urn:afterglow:pages"
_GRANTS = GrantsReader("grants")


@dataclass(frozen=True)
class SignIn:
    """Somebody at the pages. `id` names the sign-in without opening it; `clinic` is the one they work at now.

    `csrf` is known to nobody else; what is made of it, `proof`, is in every form that they are shown. The sign-in is
    over at `ends_at`, unless it is used before. `language` is the person's own, None where nobody has said. One that a
    page has renewed by itself is `quiet`: intake has yet to hear of what the person does next.
    """

    id: str
    caller: Caller
    name: str
    clinic: str
    csrf: str
    ends_at: datetime
    language: str | None = None
    quiet: bool = False

    @property
    def proof(self) -> str:
        """By what a form shows that it was shown under this sign-in, and at this clinic: nowhere else does it act."""
        return hashlib.sha256(f"{self.csrf} {self.clinic}".encode()).hexdigest()

    @property
    def person(self) -> str:
        """Who it is, for a browser to tell one from another; it names nobody."""
        return hashlib.sha256(self.caller.subject.encode()).hexdigest()[:16]

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
            "ends": int(self.ends_at.timestamp()),
        }
        if self.language is not None:
            claims["locale"] = self.language
        if self.caller.client_id is not None:
            claims["client_id"] = str(self.caller.client_id)
        if self.caller.partner is not None:
            claims[PARTNER_CLAIM] = self.caller.partner
        if self.quiet:
            claims["quiet"] = True
        return jwt.encode({"alg": key.alg, "kid": key.kid}, claims, key, algorithms=[str(key.alg)])

    @classmethod
    def of(cls, claims: Mapping[str, Any]) -> "SignIn | None":
        caller = caller_of(claims, _GRANTS)
        if caller is None:
            return None
        ends_at = datetime.fromtimestamp(claims.get("ends", claims["exp"]), UTC)
        said = (claims["sid"], caller, claims["name"], claims["clinic"], claims["csrf"])
        return cls(*said, ends_at, claims.get("locale"), claims.get("quiet", False))


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
