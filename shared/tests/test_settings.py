"""Settings: all mistakes at once, secrets from files."""

from pathlib import Path

import pytest

from shared.settings import SettingsError, read_settings
from shared.testing.keys import MASTER_KEYS_TEXT


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {
        "AFTERGLOW_DATABASE": "postgresql://{service}_app@localhost/{service}",
        "AFTERGLOW_AMQP": "amqp://localhost/",
        "AFTERGLOW_ISSUER": "https://id.example",
        "AFTERGLOW_JWKS": "https://id.example/keys",
        "AFTERGLOW_MASTER_KEYS": MASTER_KEYS_TEXT,
    }.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_one_environment_serves_every_service(environment: pytest.MonkeyPatch) -> None:
    assert read_settings("intake").database == "postgresql://intake_app@localhost/intake"
    assert read_settings("notify").database == "postgresql://notify_app@localhost/notify"


def test_everything_that_is_wrong_is_named_at_once(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("AFTERGLOW_AMQP")
    environment.delenv("AFTERGLOW_ISSUER")
    environment.setenv("AFTERGLOW_GRANTS_PATTERN", "/(?P<clinic>.*)")
    environment.setenv("AFTERGLOW_POOL_SIZE", "many")
    environment.setenv("AFTERGLOW_GRACE_SECONDS", "0")
    environment.setenv("AFTERGLOW_DRAIN_SECONDS", "-1")
    environment.setenv("AFTERGLOW_OUTBOX_DAYS", "0")
    with pytest.raises(SettingsError) as refused:
        read_settings("intake")
    for name in ("AMQP", "ISSUER", "GRANTS_PATTERN", "POOL_SIZE", "GRACE_SECONDS", "DRAIN_SECONDS", "OUTBOX_DAYS"):
        assert f"AFTERGLOW_{name}" in str(refused.value)


def test_an_address_that_is_none_is_named_and_not_repeated(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("AFTERGLOW_AMQP", "https://user:s3cret@rabbitmq/")
    environment.setenv("AFTERGLOW_DATABASE", "user:s3cret@db/intake")
    environment.setenv("AFTERGLOW_DATABASE_OWNER", "mysql://user:s3cret@db/intake")
    with pytest.raises(SettingsError) as refused:
        read_settings("intake")
    assert str(refused.value).count("Not an address like") == 3
    assert "s3cret" not in str(refused.value)


def test_a_clusters_addresses_are_all_told(environment: pytest.MonkeyPatch) -> None:
    cluster = "amqps://u:p@a:5671//;amqps://u:p@b//?cacertfile=/ca.pem;amqps://u:p@c//"
    environment.setenv("AFTERGLOW_AMQP", cluster)
    assert read_settings("intake").amqp == cluster


@pytest.mark.parametrize("address", ["amqp://a//;b", "amqp://a//;", "amqp://a//; amqp://b//", "memory://;amqp://a//"])
def test_among_a_clusters_addresses_each_must_be_one(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("AFTERGLOW_AMQP", address)
    with pytest.raises(SettingsError, match="AFTERGLOW_AMQP: Not an address like"):
        read_settings("intake")


def test_keys_are_discovered_where_none_are_named_and_the_issuer_is_an_address(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.delenv("AFTERGLOW_JWKS")
    assert read_settings("intake").jwks is None
    environment.setenv("AFTERGLOW_ISSUER", "urn:example:issuer")
    with pytest.raises(SettingsError, match="AFTERGLOW_JWKS"):
        read_settings("intake")


@pytest.mark.parametrize("pattern", ["(", "(?P<clinic>.*)", "(?P<clinic>.)(?P<role>.)(?P<more>.)"])
def test_a_pattern_of_grants_that_names_not_just_clinic_and_role_is_refused(
    environment: pytest.MonkeyPatch, pattern: str
) -> None:
    environment.setenv("AFTERGLOW_GRANTS_PATTERN", pattern)
    with pytest.raises(SettingsError, match="AFTERGLOW_GRANTS_PATTERN"):
        read_settings("intake")


def test_a_pattern_of_grants_may_be_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pattern").write_text("/(?P<clinic>[^/]{2,31})/(?P<role>[^/]+)\n")
    environment.setenv("AFTERGLOW_GRANTS_PATTERN_FILE", str(tmp_path / "pattern"))
    pattern = read_settings("intake").grants_pattern
    assert pattern is not None
    assert pattern.fullmatch("/maple/therapist")


def test_a_secret_may_be_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("postgresql://intake_app:s3cret@localhost/intake\n")
    environment.delenv("AFTERGLOW_DATABASE")
    environment.setenv("AFTERGLOW_DATABASE_FILE", str(secret))
    assert read_settings("intake").database == "postgresql://intake_app:s3cret@localhost/intake"


def test_a_secret_file_that_cannot_be_read_is_named(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("AFTERGLOW_DATABASE_FILE", str(tmp_path / "missing"))
    with pytest.raises(SettingsError, match="AFTERGLOW_DATABASE_FILE"):
        read_settings("intake")


@pytest.mark.parametrize("amqp", ["amqp://localhost/", "memory://"])
@pytest.mark.parametrize(
    "issuer", ["http://127.0.0.1:8000/demo-identity", "https://clinic.example/demo-identity", "urn:afterglow:try-out"]
)
def test_no_service_of_its_own_believes_an_issuer_that_asks_nobody_who_they_are(
    environment: pytest.MonkeyPatch, issuer: str, amqp: str
) -> None:
    environment.setenv("AFTERGLOW_AMQP", amqp)
    environment.setenv("AFTERGLOW_ISSUER", issuer)
    with pytest.raises(SettingsError, match="AFTERGLOW_ISSUER: It asks nobody who they are"):
        read_settings("intake")


def test_trying_out_is_said_in_so_many_words_and_goes_with_no_provider(environment: pytest.MonkeyPatch) -> None:
    assert not read_settings("intake").made_up
    environment.setenv("AFTERGLOW_TRY_OUT", "/jwks/jwks.json")
    with pytest.raises(SettingsError, match="AFTERGLOW_ISSUER: AFTERGLOW_TRY_OUT is set"):
        read_settings("intake")

    environment.delenv("AFTERGLOW_ISSUER")
    settings = read_settings("intake")

    assert (settings.issuer, settings.jwks, settings.made_up) == ("urn:afterglow:try-out", "/jwks/jwks.json", True)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE", "postgresql://u:s3cret@db.example/intake"),
        ("DATABASE", "postgresql://u:s3cret@db.example/intake?sslmode=require"),
        ("DATABASE", "postgresql://u:s3cret@/intake?host=localhost,db.example"),
        ("DATABASE", "postgresql://u:s3cret@localhost/intake?hostaddr=203.0.113.7"),
        ("DATABASE_OWNER", "postgresql://u:s3cret@db.example/intake?sslmode=verify-ca"),
        ("AMQP", "amqp://u:s3cret@mq.example//"),
        ("AMQP", "amqps://u:s3cret@mq.example//;amqp://u:s3cret@10.0.0.7//"),
        ("ISSUER", "http://id.example"),
        ("JWKS", "http://id.example/keys"),
        ("SIGN_IN_JWKS", "http://intake.example/keys"),
    ],
)
def test_nothing_goes_over_a_wire_in_the_clear_unless_its_host_is_named(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment.setenv(f"AFTERGLOW_{name}", address)
    with pytest.raises(SettingsError, match=rf"AFTERGLOW_{name}: It leads to .* without TLS") as refused:
        read_settings("intake")
    assert "s3cret" not in str(refused.value)

    environment.setenv("AFTERGLOW_PLAIN_HOSTS", "db.example, mq.example,10.0.0.7,203.0.113.7,id.example,intake.example")
    read_settings("intake")


@pytest.mark.parametrize(("name", "address"), [("DATABASE", "postgresql://u@[::1/i"), ("AMQP", "amqp://u@[::1//")])
def test_what_only_begins_like_an_address_is_named_too(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment.setenv(f"AFTERGLOW_{name}", address)
    with pytest.raises(SettingsError, match=f"AFTERGLOW_{name}: Not an address"):
        read_settings("intake")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE", "postgresql://u@db.example/intake?sslmode=verify-full&sslrootcert=/run/ca.pem"),
        ("DATABASE", "postgresql://u@/intake?host=%2Frun%2Fpostgresql"),
        ("DATABASE", "postgresql:///intake"),
        ("DATABASE", "postgresql://u@[::1]:5433/intake"),
        ("AMQP", "amqps://u@mq.example//?cacertfile=/run/ca.pem;amqp://u@127.0.0.1//"),
        ("JWKS", "/jwks/jwks.json"),
    ],
)
def test_verified_tls_and_what_never_leaves_this_machine_need_no_leave(
    environment: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment.setenv(f"AFTERGLOW_{name}", address)
    read_settings("intake")
