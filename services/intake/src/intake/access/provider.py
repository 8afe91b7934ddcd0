"""Staff sign in at the identity provider: authorization code with PKCE, by OpenID Connect."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException

from intake.access.settings import AccessSettings
from shared.clock import Clock
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.settings import Settings
from shared.web.auth import Caller, TokenVerifier, caller_of, require_claims
from shared.web.grants import GrantsReader
from shared.web.keys import Discovery, KeySource

log = structlog.get_logger()

RETURN = "/intake/sign-in/return"
WAY_LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""

_SECONDS_TO_ANSWER = 5.0


@dataclass(frozen=True)
class Way:
    """What a browser takes along to the provider and back: only who went comes back, and only once with that code."""

    state: str
    nonce: str
    verifier: str
    after: str

    @classmethod
    def to(cls, after: str) -> "Way":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), after)


@dataclass(frozen=True)
class Person:
    """Whom the provider has sent back."""

    caller: Caller
    name: str


class Provider:
    """Our side of the provider; its addresses are discovered when somebody first signs in."""

    def __init__(self, settings: Settings, access: AccessSettings, verifier: TokenVerifier, clock: Clock) -> None:
        self._settings = settings
        self._access = access
        self._verifier = verifier
        self._clock = clock
        self._discovery = Discovery(settings.issuer)
        self._keys = KeySource(settings.jwks or self._discovery)
        self._grants = GrantsReader(settings.grants_claim, settings.grants_pattern)

    def address(self, way: Way) -> str:
        """Where the provider asks people who they are."""
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._discovery.one("authorization_endpoint"),
                state=way.state,
                nonce=way.nonce,
                code_verifier=way.verifier,
            )
        return str(address)

    def person(self, way: Way, answer: Mapping[str, str]) -> Person:
        """Who came back with that answer. Forbidden where somebody else went, or the provider says no."""
        if not hmac.compare_digest(answer.get("state", "").encode(), way.state.encode()):
            raise Forbidden("sign_in_mixed_up", "Another sign-in was begun meanwhile. Begin once more.")
        # RFC 9207: with more than one provider about, only ours may answer.
        if answer.get("iss", self._settings.issuer) != self._settings.issuer:
            raise Forbidden("sign_in_mixed_up", "Another provider has answered than the one that was asked.")
        if "code" not in answer:
            log.info("provider_refused", error=answer.get("error", "")[:60])
            raise Forbidden("sign_in_refused", "The provider did not sign you in. Begin once more, or ask your clinic.")
        tokens = self._redeem(way, answer["code"])
        identity = self._identity(str(tokens.get("id_token", "")), way)
        return self._with_roles(identity, str(tokens.get("access_token", "")))

    def farewell(self) -> str | None:
        """Where whoever signs out here signs out of the provider too, if it has such a place and can be reached."""
        try:
            address = self._discovery.find("end_session_endpoint")
        except Unavailable:
            return None
        back = {"client_id": self._access.client_id, "post_logout_redirect_uri": f"{self._public_url}/intake/"}
        return address and f"{address}{'&' if '?' in address else '?'}{urlencode(back)}"

    @property
    def _public_url(self) -> str:
        return str(self._access.public_url).rstrip("/")

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._access.client_id,
            self._access.client_secret,
            token_endpoint_auth_method="client_secret_basic" if self._access.client_secret else "none",
            redirect_uri=self._public_url + RETURN,
            scope=self._access.scope,
            code_challenge_method="S256",
            default_timeout=_SECONDS_TO_ANSWER,
        )

    def _redeem(self, way: Way, code: str) -> Mapping[str, Any]:
        address = self._discovery.one("token_endpoint")
        try:
            with self._session() as session:
                tokens: Mapping[str, Any] = session.fetch_token(address, code=code, code_verifier=way.verifier)
        except AuthlibBaseError as error:
            log.warning("code_refused", error=error.error)
            raise Forbidden("sign_in_refused", "The provider did not sign you in. Begin once more.") from None
        except (RequestException, ValueError) as error:
            log.warning("provider_not_reached", wanted="token_endpoint", error=type(error).__qualname__)
            raise Unavailable("provider_unavailable", "The provider cannot be reached now. Try again soon.") from None
        return tokens

    def _identity(self, token: str, way: Way) -> Mapping[str, Any]:
        """The ID token's claims: of our provider, for us, of the present time, and for this very way."""
        claims = self._keys.claims(token)
        if claims is None:
            raise Forbidden("sign_in_refused", "The provider's answer is not signed by it. Begin once more.")
        client_id = str(self._access.client_id)
        try:
            require_claims(claims, issuer=self._settings.issuer, audience=client_id, now=self._clock())
        except Unauthenticated:
            raise Forbidden("sign_in_refused", "The provider's answer is not for us. Begin once more.") from None
        if claims.get("azp", client_id) != client_id or not hmac.compare_digest(
            str(claims.get("nonce", "")).encode(), way.nonce.encode()
        ):
            raise Forbidden("sign_in_refused", "The provider's answer is not to our question. Begin once more.")
        return claims

    def _with_roles(self, identity: Mapping[str, Any], access_token: str) -> Person:
        """The person with their roles, from the first that says any: access token, ID token, userinfo.

        An access token that our doors would take comes first: people have the same roles at pages and at doors.
        """
        more: Mapping[str, Any] = {}
        caller = self._bearer(access_token) or caller_of(identity, self._grants)
        if caller is None or "name" not in identity:
            more = self._userinfo(access_token)
            if more.get("sub") != identity["sub"]:
                # OpenID Connect Core 5.3.2: of somebody else nothing may be used.
                more = {}
        if caller is None:
            caller = caller_of({**more, "sub": identity["sub"]}, self._grants)
        if caller is None or not caller.grants:
            raise Forbidden("without_roles", "You have no role at any clinic here. Ask your clinic to give you one.")
        if caller.subject != identity["sub"]:
            raise Forbidden("sign_in_mixed_up", "The provider's answer is about two people. Begin once more.")
        named = [said.get(claim) for said in (identity, more) for claim in ("name", "preferred_username")]
        return Person(caller, str(next((name for name in named if name), caller.subject))[:200])

    def _bearer(self, token: str) -> Caller | None:
        try:
            return self._verifier.bearer(token)
        except Unauthenticated:
            return None

    def _userinfo(self, access_token: str) -> Mapping[str, Any]:
        address = self._discovery.find("userinfo_endpoint")
        if address is None:
            return {}
        try:
            with self._session() as session:
                session.token = {"access_token": access_token, "token_type": "Bearer"}
                answer = session.get(address)
                answer.raise_for_status()
                said = answer.json()
        except (RequestException, AuthlibBaseError, ValueError) as error:
            log.warning("provider_not_reached", wanted="userinfo_endpoint", error=type(error).__qualname__)
            return {}
        return said if isinstance(said, dict) else {}
