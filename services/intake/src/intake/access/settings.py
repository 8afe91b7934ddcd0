"""What only signing in needs to know: our client at the provider, the cookie's key, and how long a sign-in lasts."""

import json
import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey
from marshmallow import ValidationError
from marshmallow.validate import URL, Length, Range, Regexp

from shared.settings import SettingsError, SettingsReader

LINK_SECRET_BYTES = 32
_SCOPE = Regexp(r"openid( [!-~]+)*\Z", error="Scopes with a space between, of which `openid` is the first.")


@dataclass(frozen=True, kw_only=True)
class AccessSettings:
    """Each part may be missing: then nobody signs in that way, and whoever tries is told so.

    `key` signs the cookie; without it there are no signed-in people at all. `client_id` is ours at the provider, with
    a `client_secret` where it is a confidential one; some providers tell of groups only in a `scope` of their own.
    Of its sign-ins only those are taken whose `acr` is one of these, if any, and not older than `max_age`.
    `public_url` is where people reach the platform. `link_secret`, which notify has too, makes the links by which
    clients sign in. A sign-in ends after `lasts`, and sooner when nobody has used it for `idle`.
    """

    key: Key | None = None
    client_id: str | None = None
    client_secret: str | None = None
    scope: str = "openid profile"
    acr: tuple[str, ...] = ()
    max_age: timedelta | None = None
    public_url: str | None = None
    link_secret: str | None = None
    lasts: timedelta = timedelta(hours=12)
    idle: timedelta = timedelta(minutes=30)


def read_access_settings() -> AccessSettings:
    """Read intake's `AFTERGLOW_*`. Raises SettingsError, naming everything that is missing or malformed at once."""
    with SettingsReader() as env:
        said: dict[str, Any] = {
            "key": env.str("AFTERGLOW_SIGN_IN_KEY", None, validate=_private_jwk),
            "client_id": env.str("AFTERGLOW_OIDC_CLIENT_ID", None),
            "client_secret": env.str("AFTERGLOW_OIDC_CLIENT_SECRET", None),
            "scope": env.str("AFTERGLOW_OIDC_SCOPE", AccessSettings.scope, validate=_SCOPE),
            "acr": tuple(env.str("AFTERGLOW_OIDC_ACR", "").split()),
            "public_url": env.str(
                "AFTERGLOW_PUBLIC_URL", None, validate=URL(require_tld=False, schemes={"http", "https"})
            ),
            "link_secret": env.str("AFTERGLOW_LINK_SECRET", None, validate=Length(min=LINK_SECRET_BYTES)),
        }
        max_age = env.int("AFTERGLOW_OIDC_MAX_AGE_MINUTES", None, validate=Range(min=1))
        hours = env.int("AFTERGLOW_SIGN_IN_HOURS", 12, validate=Range(1, 24))
        minutes = env.int("AFTERGLOW_SIGN_IN_IDLE_MINUTES", 30, validate=Range(min=6))
    problems = []
    if said["key"] is None and (said["client_id"] or said["link_secret"]):
        problems.append(
            "  AFTERGLOW_SIGN_IN_KEY: needed where anybody can sign in; `python -m intake sign-in keys` makes one."
        )
    if said["client_id"] and not said["public_url"]:
        problems.append("  AFTERGLOW_PUBLIC_URL: needed with AFTERGLOW_OIDC_CLIENT_ID: people come back there.")
    if problems:
        raise SettingsError("\n".join(["These settings need attention:", *problems]))
    said["key"] = said["key"] and read_key(said["key"])
    said["max_age"] = max_age and timedelta(minutes=max_age)
    return AccessSettings(lasts=timedelta(hours=hours), idle=timedelta(minutes=minutes), **said)


def read_key(text: str) -> Key:
    """The private key of the cookie: a JWK for ES256 or Ed25519, with its `kid`. Raises ValueError."""
    said = json.loads(text)
    kind: type[ECKey | OKPKey] = OKPKey if said.get("kty") == "OKP" else ECKey
    key = kind.import_key(said)
    if not key.is_private or key.alg not in ("ES256", "Ed25519") or not key.kid:
        raise ValueError("not a private key with `kid` and `alg`")
    return key


def _private_jwk(text: str) -> None:
    try:
        read_key(text)
    except (ValueError, AttributeError, TypeError, JoseError):
        raise ValidationError("Not a private JWK with `kid`, and `alg` ES256 or Ed25519.") from None


_lock = threading.Lock()
_current: AccessSettings | None = None


def current() -> AccessSettings:
    """The settings of this process, read from the environment on first use."""
    global _current
    with _lock:
        if _current is None:
            _current = read_access_settings()
        return _current


def use(settings: AccessSettings) -> None:
    """Have this process use these settings instead of its environment: the embedded platform and tests do."""
    global _current
    with _lock:
        _current = settings
