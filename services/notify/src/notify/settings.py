"""What only notify needs to know: the mail server, its own public address, and where partners may be."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from marshmallow import ValidationError
from marshmallow.validate import URL, Email, Length, Range

from notify.adapters.guard import Network
from shared.settings import SettingsError, SettingsReader


@dataclass(frozen=True, kw_only=True)
class NotifySettings:
    """`smtp_starttls`: True requires it, False never asks for it, None takes it when offered.

    `public_url` is where people reach the platform: links in mails begin with it. `webhook_allow` are networks that
    are not public and in which partners may be told all the same. `link_secret`, which intake has too, makes the links
    by which clients sign in; without it none can be sent.
    """

    smtp_host: str
    smtp_port: int
    mail_from: str
    public_url: str
    smtp_starttls: bool | None = None
    smtp_username: str | None = None
    smtp_password: str | None = None
    webhook_allow: tuple[Network, ...] = ()
    link_secret: str | None = None

    @classmethod
    def for_this_machine(cls, *, smtp_port: int, public_url: str, link_secret: str | None = None) -> "NotifySettings":
        """For the embedded platform: mail goes to a local sink, and partners may live on this machine."""
        return cls(
            smtp_host="127.0.0.1",
            smtp_port=smtp_port,
            smtp_starttls=False,
            mail_from="no-reply@afterglow.localhost",
            public_url=public_url,
            webhook_allow=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
            link_secret=link_secret,
        )


def read_notify_settings() -> NotifySettings:
    """Read notify's `AFTERGLOW_*`. Raises SettingsError, naming everything that is missing or malformed at once."""
    with SettingsReader() as env:
        settings: dict[str, Any] = {
            "smtp_host": env.str("AFTERGLOW_SMTP_HOST"),
            "smtp_port": env.int("AFTERGLOW_SMTP_PORT", 587, validate=Range(1, 65535)),
            "smtp_starttls": env.bool("AFTERGLOW_SMTP_STARTTLS", None),
            "smtp_username": env.str("AFTERGLOW_SMTP_USERNAME", None),
            "smtp_password": env.str("AFTERGLOW_SMTP_PASSWORD", None),
            "mail_from": env.str("AFTERGLOW_MAIL_FROM", validate=Email()),
            "public_url": env.str("AFTERGLOW_PUBLIC_URL", validate=URL(require_tld=False, schemes={"http", "https"})),
            "link_secret": env.str("AFTERGLOW_LINK_SECRET", None, validate=Length(min=32)),
            "webhook_allow": env.list("AFTERGLOW_WEBHOOK_ALLOW", [], validate=_require_networks),
        }
    settings["webhook_allow"] = _networks(settings["webhook_allow"])
    if settings["smtp_username"] and not settings["smtp_starttls"]:
        raise SettingsError(
            "These settings need attention:\n"
            "  AFTERGLOW_SMTP_STARTTLS: must be true with a user name, or the password would travel in clear."
        )
    return NotifySettings(**settings)


def _networks(names: Iterable[str]) -> tuple[Network, ...]:
    return tuple(ip_network(name.strip()) for name in names)


def _require_networks(names: Iterable[str]) -> None:
    try:
        _networks(names)
    except ValueError:
        raise ValidationError("Name networks as 10.1.0.0/16, with commas between them.") from None


_lock = threading.Lock()
_current: NotifySettings | None = None


def current() -> NotifySettings:
    """The settings of this process, read from the environment on first use."""
    global _current
    with _lock:
        if _current is None:
            _current = read_notify_settings()
        return _current


def use(settings: NotifySettings) -> None:
    """Have this process use these settings instead of its environment: the embedded platform and tests do."""
    global _current
    with _lock:
        _current = settings
