from ipaddress import ip_network

import pytest

from notify import settings
from notify.settings import NotifySettings, read_notify_settings
from shared.settings import SettingsError

NEEDED = {
    "AFTERGLOW_SMTP_HOST": "mail.example.org",
    "AFTERGLOW_MAIL_FROM": "no-reply@afterglow.example",
    "AFTERGLOW_PUBLIC_URL": "https://afterglow.example",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_without_more_than_is_needed_partners_must_be_public_and_tls_is_taken_when_offered(
    environment: pytest.MonkeyPatch,
) -> None:
    assert read_notify_settings() == NotifySettings(
        smtp_host="mail.example.org",
        smtp_port=587,
        mail_from="no-reply@afterglow.example",
        public_url="https://afterglow.example",
    )


def test_all_settings_are_read(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AFTERGLOW_SMTP_PORT", "2525")
    environment.setenv("AFTERGLOW_SMTP_STARTTLS", "true")
    environment.setenv("AFTERGLOW_SMTP_USERNAME", "afterglow")
    environment.setenv("AFTERGLOW_SMTP_PASSWORD", "secret")
    environment.setenv("AFTERGLOW_WEBHOOK_ALLOW", "10.1.0.0/16, fd00:1::/64")

    read = read_notify_settings()

    assert (read.smtp_port, read.smtp_starttls, read.smtp_username, read.smtp_password) == (
        2525,
        True,
        "afterglow",
        "secret",
    )
    assert read.webhook_allow == (ip_network("10.1.0.0/16"), ip_network("fd00:1::/64"))


def test_everything_that_is_missing_or_malformed_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_MAIL_FROM", "nobody")
    monkeypatch.setenv("AFTERGLOW_WEBHOOK_ALLOW", "everywhere")
    monkeypatch.setenv("AFTERGLOW_SMTP_PORT", "70000")

    with pytest.raises(SettingsError) as raised:
        read_notify_settings()

    for name in ("SMTP_HOST", "MAIL_FROM", "PUBLIC_URL", "WEBHOOK_ALLOW", "SMTP_PORT"):
        assert f"AFTERGLOW_{name}" in str(raised.value)


def test_a_password_never_travels_in_clear(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AFTERGLOW_SMTP_USERNAME", "afterglow")

    with pytest.raises(SettingsError, match="AFTERGLOW_SMTP_STARTTLS"):
        read_notify_settings()


def test_a_process_reads_its_environment_once(environment: pytest.MonkeyPatch) -> None:
    environment.setattr(settings, "_current", None)

    first = settings.current()
    environment.setenv("AFTERGLOW_SMTP_HOST", "other.example.org")

    assert settings.current() is first
