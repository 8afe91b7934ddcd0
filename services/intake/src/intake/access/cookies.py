"""The three cookies of signing in, and those of how somebody likes to read.

All are for this host alone, over TLS, out of reach for scripts and other sites.
"""

from flask import Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet
from werkzeug.wrappers import Response

from intake.access.provider import WAY_LASTS, Way
from shared.clock import Clock
from shared.errors import Unauthenticated
from shared.web.auth import require_claims
from shared.web.keys import ALGORITHMS
from shared.web.sign_in import COOKIE, SignIn

SIGN_IN_COOKIE = "__Host-afterglow-sign-in"
"""Holds the sign-in's secret. Every service gets it and none but intake looks at it."""

WAY_COOKIE = "__Host-afterglow-way"
_WAY = "urn:afterglow:way"


def keep_sign_in(response: Response, sign_in: SignIn, secret: str, key: Key, clock: Clock) -> Response:
    """Have the browser hold the sign-in until it is closed, and the token that services believe meanwhile."""
    _set(response, SIGN_IN_COOKIE, secret)
    _set(response, COOKIE, sign_in.token(key, clock()))
    return response


def forget_sign_in(response: Response) -> Response:
    """Have the browser keep nothing of a sign-in."""
    for name in (SIGN_IN_COOKIE, COOKIE, WAY_COOKIE):
        response.delete_cookie(name, secure=True, httponly=True, samesite="Lax")
    return response


def keep_way(response: Response, way: Way, key: Key, clock: Clock) -> Response:
    """Have the browser hold what proves, when it comes back from the provider, that it had gone there from here."""
    now = int(clock().timestamp())
    claims = {"iss": _WAY, "aud": _WAY, "sub": way.state, "exp": now + int(WAY_LASTS.total_seconds())}
    claims |= {"nonce": way.nonce, "verifier": way.verifier, "after": way.after}
    header = {"alg": key.alg, "kid": key.kid}
    _set(response, WAY_COOKIE, jwt.encode(header, claims, key, algorithms=[str(key.alg)]))
    return response


def read_way(request: Request, key: Key, clock: Clock) -> Way | None:
    """The way on which this browser went to the provider; None where it did not, or long ago."""
    try:
        claims = jwt.decode(request.cookies.get(WAY_COOKIE, ""), KeySet([key]), algorithms=ALGORITHMS).claims
        require_claims(claims, issuer=_WAY, audience=_WAY, now=clock())
    except (Unauthenticated, JoseError, ValueError):
        return None
    return Way(claims["sub"], claims["nonce"], claims["verifier"], claims["after"])


def keep_preference(response: Response, name: str, value: str) -> Response:
    """Have the browser remember for a year how its owner likes to read."""
    response.set_cookie(name, value, max_age=365 * 24 * 3600, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def _set(response: Response, name: str, value: str) -> None:
    # Lax, and not Strict: whoever follows a link in a mail, or comes back from the provider, is still signed in.
    response.set_cookie(name, value, secure=True, httponly=True, samesite="Lax", path="/")
