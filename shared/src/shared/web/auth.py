"""Bearer tokens: who calls, at which clinic, in which roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Request
from joserfc import jwt
from joserfc.errors import JoseError
from marshmallow import ValidationError

from shared.clinics import PARTNER
from shared.clock import Clock
from shared.errors import Forbidden, Unauthenticated
from shared.store.transaction import Actor
from shared.web.grants import Grants, GrantsReader
from shared.web.keys import KeySource
from shared.web.policy import Role

CLOCK_SKEW_SECONDS = 30
GRANTS_CLAIM = "afterglow"
"""Where a token says the roles of its subject by clinic, unless it is configured otherwise."""
PARTNER_CLAIM = "partner"
"""Where the token of somebody who works for a partner says for which."""

# What OpenID Connect puts into ID tokens alone, and into the tokens by which a provider says that somebody went.
_NEVER_FOR_DOORS = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})


@dataclass(frozen=True)
class Caller:
    """Somebody who proved who they are. `client_id` is set where they are a client somewhere.

    `partner` is the partner for whom they work, as consents and subscriptions name it. None where their token does not
    say it, whatever their roles: then they see nothing of any partner's.
    """

    subject: str
    grants: Grants
    client_id: UUID | None
    partner: str | None = None

    def at(self, clinic: str | None) -> tuple[str, Actor]:
        """The clinic that is meant and the actor there. A caller of one clinic need not name it."""
        if not self.grants:
            raise Forbidden("without_roles", "You have no role at any clinic here. Ask your clinic to give you one.")
        if clinic is None:
            if len(self.grants) != 1:
                raise Forbidden("clinic_not_named", "Name the clinic in the header Afterglow-Clinic.")
            clinic = next(iter(self.grants))
        roles = self.grants.get(clinic)
        if roles is None:
            raise Forbidden("not_at_this_clinic", "This sign-in has no role at that clinic.")
        client_id = self.client_id if Role.CLIENT in roles else None
        return clinic, Actor(self.subject, roles, client_id, self.partner if Role.PARTNER in roles else None)


class TokenVerifier:
    """Checks signature (pinned algorithms), issuer, audience and times of a bearer token."""

    def __init__(
        self, *, issuer: str, audience: str, keys: KeySource, clock: Clock, grants: GrantsReader | None = None
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock
        self._grants = grants or GrantsReader(GRANTS_CLAIM)

    def caller(self, request: Request) -> Caller:
        """Who calls. Raises Unauthenticated, saying what is wrong with the token and never quoting it."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("token_missing", "Send a bearer token in the Authorization header.")
        return self.bearer(token)

    def bearer(self, token: str) -> Caller:
        """Whose token this is. Raises Unauthenticated."""
        opened = self._keys.opened(token)
        if opened is None:
            raise Unauthenticated("token_invalid", "The token is not one of our identity provider's.")
        require_claims(opened.claims, issuer=self._issuer, audience=self._audience, now=self._clock())
        if not is_access_token(opened.header, opened.claims):
            raise Unauthenticated(
                "not_an_access_token", "This token only says who somebody is. Send the access token instead."
            )
        caller = caller_of(opened.claims, self._grants)
        if caller is None:
            raise Unauthenticated("token_without_grants", "The token names no clinic and role.")
        return caller


def is_access_token(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bool:
    """Whether a token is for doors, and none of the other kinds that a provider signs with the same keys.

    By its type where it says one: RFC 9068's in the header, or the claim of Keycloak, whose access tokens had a `nonce`
    too until version 24. Where it says none, as Entra's, by what access tokens never have.
    """
    kind = type_of(header)
    if kind != "jwt":
        return kind == "at+jwt"
    if "typ" in claims:
        return bool(claims["typ"] == "Bearer")
    return _NEVER_FOR_DOORS.isdisjoint(claims)


def type_of(header: Mapping[str, Any]) -> str:
    """What a token says that it is, as of media types: `at+jwt`, `logout+jwt`; `jwt` of one that says nothing more."""
    return str(header.get("typ", "jwt")).lower().removeprefix("application/")


def require_claims(
    claims: Mapping[str, Any], *, issuer: str, audience: str, now: datetime, of_somebody: bool = True
) -> None:
    """Unauthenticated unless the claims are of that issuer, for that audience, of somebody, and of the present time."""
    at = int(now.timestamp())
    registry = jwt.JWTClaimsRegistry(
        now=at,
        leeway=CLOCK_SKEW_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": audience},
        sub={"essential": of_somebody},
        exp={"essential": True},
    )
    expires = claims.get("exp")
    if isinstance(expires, int | float) and expires + CLOCK_SKEW_SECONDS <= at:
        raise Unauthenticated("token_expired", "The token has expired. Sign in again.")
    try:
        registry.validate(dict(claims))
    except (JoseError, ValueError, TypeError):
        raise Unauthenticated("token_invalid", "The token is not meant for this platform.") from None
    if not isinstance(claims.get("sub", ""), str):
        raise Unauthenticated("token_invalid", "The token's subject is not text.")


def caller_of(claims: Mapping[str, Any], reader: GrantsReader) -> Caller | None:
    """The subject of verified claims with their roles; None where the claims say nothing of roles.

    Only of a client is `client_id` theirs: in other tokens a provider may name its own client, the program, there.
    """
    grants = reader.read(claims)
    if grants is None:
        return None
    client_id = None
    if any(Role.CLIENT in roles for roles in grants.values()):
        try:
            client_id = UUID(claims["client_id"])
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Unauthenticated("token_invalid", "A client's token needs their client_id.") from None
    return Caller(str(claims["sub"]), grants, client_id, _partner_of(claims, grants))


def _partner_of(claims: Mapping[str, Any], grants: Grants) -> str | None:
    """Only of who works for a partner it is read, and only a name as a partner can have."""
    said = claims.get(PARTNER_CLAIM)
    if not isinstance(said, str) or not any(Role.PARTNER in roles for roles in grants.values()):
        return None
    try:
        return str(PARTNER(said))
    except ValidationError:
        return None
