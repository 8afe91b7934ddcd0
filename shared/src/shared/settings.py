"""Settings from the environment: read once, checked together, frozen."""

import logging
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvValidationError, FileAwareEnv
from marshmallow import ValidationError
from marshmallow.validate import URL, Length, Range, Regexp

from shared.sealing.master import MasterKeys
from shared.transport import hosts_in_the_clear

# What is wrong is said without the value: it may carry a password.
_DATABASE = Regexp(r"postgresql://.", error="Not an address like postgresql://user:password@host/database.")
_AMQP = Regexp(
    r"(memory://[^;]*|amqps?://[^;\s]*(;amqps?://[^;\s]*)*)\Z",
    error="Not an address like amqp://user:password@host/ (amqps, memory://, or those of a cluster with ; between).",
)
_IN_THE_CLEAR = (
    "It leads to {hosts} without TLS that is verified. Use sslmode=verify-full, amqps:// or https://; or name the host"
    " in AFTERGLOW_PLAIN_HOSTS, where nobody else is on the wire."
)

DEMO_IDENTITY = "/demo-identity"
"""Where the embedded platform's own sign-in is, which asks nobody who they are: no service on its own believes it."""

TRY_OUT_ISSUER = "urn:afterglow:try-out"
"""`iss` of the tokens that `afterglow token` makes with the key of `afterglow keys`; see AFTERGLOW_TRY_OUT."""


class SettingsError(Exception):
    """One or more settings are missing or malformed; the text lists all of them, one a line."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every service needs to know about its surroundings.

    `database` and `database_owner` are `postgresql://` addresses of the application role and of the owner, for
    migrations. `amqp` is a kombu address, or several of one cluster with `;` between; `memory://` means that publishers
    and consumers live in this one process.

    `master_keys` wrap the keys under which the databases keep what people told (`shared.sealing`).

    `jwks` is a file or an https address of the identity provider's keys; None has them discovered from `issuer`.
    `grants_claim` and `grants_pattern` say where its tokens hold roles (`shared.web.grants`). `sign_in_jwks` are the
    public keys, a file or an address, of intake's cookie; without it nobody is signed in at pages. `try_out`: there is
    no provider, and whoever has the key of `afterglow keys` is whom they like.

    After SIGTERM a web process still serves for `drain_seconds`, already saying that it is not ready; what is in hand
    then has `grace_seconds` to be finished. Published events stay in the outbox for `outbox_days`, and can be replayed
    for so long. Links that go out begin with
    `public_url`. Before a web stand so many `proxies` that say for whom they speak; nobody else is believed about it.
    """

    service: str
    database: str
    amqp: str
    issuer: str
    master_keys: MasterKeys
    jwks: str | None = None
    audience: str = "afterglow"
    grants_claim: str = "afterglow"
    grants_pattern: re.Pattern[str] | None = None
    sign_in_jwks: str | None = None
    public_url: str | None = None
    try_out: bool = False
    database_owner: str | None = None
    bus_namespace: str = ""
    log_level: int = logging.INFO
    pool_size: int = 10
    # An attempt to tell a partner and a wait for the broker's confirms may take 15 s each; Kubernetes kills after 30.
    grace_seconds: int = 20
    drain_seconds: int = 0
    proxies: int = 0
    outbox_days: int = 90

    @property
    def embedded(self) -> bool:
        return self.amqp.startswith("memory://")

    @property
    def made_up(self) -> bool:
        """Whether people here may be whom they like: pages say so, at their top."""
        return self.try_out or urlsplit(self.issuer).path == DEMO_IDENTITY


def read_settings(service: str) -> Settings:
    """Read `AFTERGLOW_*`. `{service}` in an address is replaced, so that eight processes can share one environment.

    Any variable may name a file instead: `AFTERGLOW_DATABASE_FILE=/run/secrets/database`. Raises SettingsError.
    """
    with SettingsReader() as env:
        plain_hosts = env.str("AFTERGLOW_PLAIN_HOSTS", "")
        try_out_keys = env.str("AFTERGLOW_TRY_OUT", "")
        values: dict[str, Any] = {
            "database": env.str("AFTERGLOW_DATABASE", validate=_DATABASE),
            "database_owner": env.str("AFTERGLOW_DATABASE_OWNER", None, validate=_DATABASE),
            "amqp": env.str("AFTERGLOW_AMQP", validate=_AMQP),
            "bus_namespace": env.str("AFTERGLOW_BUS_NAMESPACE", ""),
            "issuer": _issuer(env, tried_out=bool(try_out_keys)),
            "master_keys": env.str("AFTERGLOW_MASTER_KEYS", validate=_master_keys),
            "audience": env.str("AFTERGLOW_AUDIENCE", "afterglow"),
            "jwks": env.str("AFTERGLOW_JWKS", None),
            "grants_claim": env.str("AFTERGLOW_GRANTS_CLAIM", Settings.grants_claim, validate=Length(min=1)),
            "grants_pattern": env.str("AFTERGLOW_GRANTS_PATTERN", None, validate=_grants_pattern),
            "public_url": env.str(
                "AFTERGLOW_PUBLIC_URL", None, validate=URL(require_tld=False, schemes={"http", "https"})
            ),
            "sign_in_jwks": env.str("AFTERGLOW_SIGN_IN_JWKS", None),
            "log_level": env.log_level("AFTERGLOW_LOG_LEVEL", logging.INFO),
            "pool_size": env.int("AFTERGLOW_POOL_SIZE", Settings.pool_size, validate=Range(min=1)),
            "grace_seconds": env.int("AFTERGLOW_GRACE_SECONDS", Settings.grace_seconds, validate=Range(min=1)),
            "outbox_days": env.int("AFTERGLOW_OUTBOX_DAYS", Settings.outbox_days, validate=Range(min=1)),
            "proxies": env.int("AFTERGLOW_PROXIES", Settings.proxies, validate=Range(0, 9)),
            "drain_seconds": env.int("AFTERGLOW_DRAIN_SECONDS", Settings.drain_seconds, validate=Range(min=0)),
        }
    if try_out_keys:
        values |= {"issuer": TRY_OUT_ISSUER, "jwks": try_out_keys, "try_out": True}
    values["master_keys"] = MasterKeys.parse(values["master_keys"])
    _require_tls(values, {host.strip() for host in plain_hosts.split(",")})
    if values["jwks"] is None and not values["issuer"].startswith(("https://", "http://")):
        raise SettingsError(
            "These settings need attention:\n"
            "  AFTERGLOW_JWKS: name the provider's keys, or an AFTERGLOW_ISSUER that is an address to discover them at."
        )
    if values["grants_pattern"] is not None:
        values["grants_pattern"] = re.compile(values["grants_pattern"])
    return Settings(service=service, **_with_service(values, service))


def _master_keys(text: str) -> None:
    try:
        MasterKeys.parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def _issuer(env: Env, *, tried_out: bool) -> Any:
    """A provider, or none at all where Afterglow is tried out: never one of those that only play at it."""
    if tried_out:
        none = Length(max=0, error="AFTERGLOW_TRY_OUT is set: remove it, or name no issuer. It is one or the other.")
        return env.str("AFTERGLOW_ISSUER", "", validate=none)
    return env.str("AFTERGLOW_ISSUER", validate=_provider)


def _provider(issuer: str) -> None:
    if not issuer:
        raise ValidationError("Name your OpenID Connect provider.")
    if issuer.startswith("urn:afterglow:") or DEMO_IDENTITY in issuer:
        raise ValidationError("It asks nobody who they are, and is for trying out only. Name your own provider.")


def _grants_pattern(pattern: str) -> None:
    try:
        named = set(re.compile(pattern).groupindex)
    except re.error:
        raise ValidationError("Not a regular expression.") from None
    if named != {"clinic", "role"}:
        raise ValidationError("Name two groups, (?P<clinic>…) and (?P<role>…).")


def _require_tls(values: dict[str, Any], plain_hosts: set[str]) -> None:
    """SettingsError where something would be reached in the clear that nobody has allowed to be."""
    wrong = []
    for name in ("database", "database_owner", "amqp", "issuer", "jwks", "sign_in_jwks"):
        try:
            hosts = hosts_in_the_clear(values[name] or "") - plain_hosts
        except ValueError:  # It begins like an address; that is all.
            wrong.append(f"  AFTERGLOW_{name.upper()}: Not an address.")
            continue
        if hosts:
            wrong.append(f"  AFTERGLOW_{name.upper()}: {_IN_THE_CLEAR.format(hosts=', '.join(sorted(hosts)))}")
    if wrong:
        raise SettingsError("\n".join(["These settings need attention:", *wrong]))


def _with_service(values: dict[str, Any], service: str) -> dict[str, Any]:
    return {
        key: value.replace("{service}", service) if isinstance(value, str) else value for key, value in values.items()
    }


class SettingsReader:
    """A `with` block in which settings are read; at its end everything missing or malformed is named at once."""

    def __enter__(self) -> Env:
        self._env = FileAwareEnv(eager=False, strip_whitespace=True)
        return self._env

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, ValueError):  # An unreadable *_FILE.
            raise SettingsError(str(error)) from None
        if error is not None:
            return
        try:
            self._env.seal()
        except EnvValidationError as invalid:
            named = sorted(invalid.error_messages.items())  # type: ignore[union-attr]
            lines = [f"  {name}: {' '.join(map(str, messages))}" for name, messages in named]
            raise SettingsError("These settings need attention:\n" + "\n".join(lines)) from None
