"""Staff sign in at the identity provider: authorization code with PKCE, by OpenID Connect."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from requests import RequestException

from intake.access.refusals import NotLetIn, without_roles
from intake.access.settings import AccessSettings
from intake.access.sign_ins import Gone, Person
from shared.clock import Clock
from shared.errors import Forbidden, Unauthenticated, Unavailable
from shared.languages import language_of
from shared.settings import Settings
from shared.web.auth import CLOCK_SKEW_SECONDS, Caller, TokenVerifier, caller_of, require_claims, type_of
from shared.web.grants import GrantsReader
from shared.web.keys import Discovery, KeySource

log = structlog.get_logger()

RETURN = "/intake/sign-in/return"
WAY_LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""

_SECONDS_TO_ANSWER = 5.0
_GONE = "http://schemas.openid.net/event/backchannel-logout"


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
        """Where the provider asks people who they are, in the way that the deployment wants."""
        wanted: dict[str, str] = {}
        if self._access.acr:
            wanted["acr_values"] = " ".join(self._access.acr)
        if self._access.max_age is not None:
            wanted["max_age"] = str(int(self._access.max_age.total_seconds()))
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._discovery.one("authorization_endpoint"),
                state=way.state,
                nonce=way.nonce,
                code_verifier=way.verifier,
                **wanted,
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
        person = self._with_roles(identity, str(tokens.get("access_token", "")))
        self._require_strength(identity, person.caller)
        return person

    def gone(self, token: str) -> Gone:
        """Who the provider says has gone (OpenID Connect Back-Channel Logout 1.0, 2.6). Unauthenticated otherwise."""
        opened = self._keys.opened(token)
        if opened is None or type_of(opened.header) not in ("jwt", "logout+jwt"):
            raise _not_gone()
        claims, client_id = opened.claims, str(self._access.client_id)
        require_claims(claims, issuer=self._settings.issuer, audience=client_id, now=self._clock(), of_somebody=False)
        events, subject, session = (claims.get(name) for name in ("events", "sub", "sid"))
        named = [name for name in (subject, session) if name is not None]
        if (
            not isinstance(events, dict)
            or not isinstance(events.get(_GONE), dict)
            or "nonce" in claims
            or not isinstance(claims.get("iat"), int | float)
            or not isinstance(claims.get("jti"), str)
            or not named
            or not all(isinstance(name, str) for name in named)
        ):
            raise _not_gone()
        # Until then it is taken, and by a web whose clock is late a little longer.
        until = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=2 * CLOCK_SKEW_SECONDS)
        return Gone(hashlib.sha256(claims["jti"].encode()).digest(), until, subject, session)

    def farewell(self, hint: str | None) -> str | None:
        """Where whoever signs out here signs out of the provider too, if it has such a place and can be reached.

        It is told which of its clients asks and, where it has given a `hint` for that, who. The ID token, which would
        be a hint too, is not kept: in an address, and so in a browser's history, it would tell who somebody is.
        """
        try:
            address = self._discovery.find("end_session_endpoint")
        except Unavailable:
            return None
        back = {"client_id": self._access.client_id, "post_logout_redirect_uri": f"{self._public_url}/intake/"}
        if hint is not None:
            back["logout_hint"] = hint
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
        opened = self._keys.opened(token)
        if opened is None:
            raise Forbidden("sign_in_refused", "The provider's answer is not signed by it. Begin once more.")
        claims, client_id = opened.claims, str(self._access.client_id)
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
            raise without_roles(caller or Caller(identity["sub"], {}, None))
        if caller.subject != identity["sub"]:
            raise Forbidden("sign_in_mixed_up", "The provider's answer is about two people. Begin once more.")
        named = [said.get(claim) for said in (identity, more) for claim in ("name", "preferred_username")]
        name = str(next((name for name in named if name), caller.subject))[:200]
        session, hint = (_text(identity.get(claim)) for claim in ("sid", "login_hint"))
        language = next(filter(None, (language_of(_text(said.get("locale"))) for said in (identity, more))), None)
        return Person(caller, name, session, hint, language)

    def _require_strength(self, identity: Mapping[str, Any], caller: Caller) -> None:
        """NotLetIn where the provider was content with less than the deployment wants: it is free to be."""
        if self._access.acr and identity.get("acr") not in self._access.acr:
            raise NotLetIn(
                "sign_in_too_weak",
                "A stronger sign-in is asked for here, such as one with a second factor, and yours was none. Begin once"
                " more and use it. Where you are not asked for it, tell whoever looks after your account.",
                caller,
            )
        if self._access.max_age is None:
            return
        proved_at, skew = identity.get("auth_time"), timedelta(seconds=CLOCK_SKEW_SECONDS)
        oldest = (self._clock() - self._access.max_age - skew).timestamp()
        if not isinstance(proved_at, int | float) or proved_at < oldest:
            raise NotLetIn(
                "sign_in_too_old",
                "It is too long ago, or not known when, that you proved who you are to your clinic's account. Sign out"
                " there, and begin once more.",
                caller,
            )

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
                session.token = {"access_token": access_token, "token_type": "Bearer"}  # nosec B105 # its kind.
                answer = session.get(address)
                answer.raise_for_status()
                said = answer.json()
        except (RequestException, AuthlibBaseError, ValueError) as error:
            log.warning("provider_not_reached", wanted="userinfo_endpoint", error=type(error).__qualname__)
            return {}
        return said if isinstance(said, dict) else {}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _not_gone() -> Unauthenticated:
    return Unauthenticated("logout_token_invalid", "This does not say, in our provider's name, that somebody has gone.")
