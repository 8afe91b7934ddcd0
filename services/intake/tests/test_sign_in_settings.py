"""What signing in needs to be told, and the keys that it makes for itself."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from intake.access.command_line import sign_in
from intake.access.keys import LINK_SECRET, PRIVATE, PUBLIC, ensure_keys
from intake.access.settings import AccessSettings, read_access_settings
from shared.settings import SettingsError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ensure_keys(tmp_path / "private", tmp_path / "public")
    return tmp_path


def kids(folder: Path) -> list[str]:
    return [key["kid"] for key in json.loads((folder / "public" / PUBLIC).read_text())["keys"]]


def test_nothing_is_needed_where_nobody_signs_in() -> None:
    assert read_access_settings() == AccessSettings()


def test_all_is_read_and_secrets_may_be_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "SIGN_IN_KEY_FILE": str(folder / "private" / PRIVATE),
        "LINK_SECRET_FILE": str(folder / "private" / LINK_SECRET),
        "OIDC_CLIENT_ID": "afterglow-web",
        "PUBLIC_URL": "https://afterglow.example",
        "SIGN_IN_HOURS": "8",
        "OIDC_ACR": " gold  silver ",
        "OIDC_MAX_AGE_MINUTES": "60",
    }.items():
        monkeypatch.setenv(f"AFTERGLOW_{name}", value)

    read = read_access_settings()

    assert read.key is not None
    assert [read.key.kid] == kids(folder)
    assert (read.client_id, read.lasts.total_seconds(), read.idle.total_seconds()) == ("afterglow-web", 8 * 3600, 1800)
    assert len(str(read.link_secret)) >= 32
    assert (read.acr, read.max_age) == (("gold", "silver"), timedelta(hours=1))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIGN_IN_KEY", "{}"),
        ("SIGN_IN_KEY", '{"kty": "oct", "k": "c2VjcmV0"}'),
        ("SIGN_IN_KEY", "not json"),
        ("LINK_SECRET", "short"),
        ("SIGN_IN_HOURS", "25"),
        ("SIGN_IN_IDLE_MINUTES", "5"),
        ("OIDC_MAX_AGE_MINUTES", "0"),
        ("PUBLIC_URL", "afterglow.example"),
    ],
)
def test_what_is_malformed_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"AFTERGLOW_{name}", value)

    with pytest.raises(SettingsError, match=f"AFTERGLOW_{name}") as refused:
        read_access_settings()

    assert len(value) < 3 or value not in str(refused.value)


def test_a_public_key_is_no_key_to_sign_with(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    public = json.loads((folder / "public" / PUBLIC).read_text())["keys"][0]
    monkeypatch.setenv("AFTERGLOW_SIGN_IN_KEY", json.dumps(public))

    with pytest.raises(SettingsError, match="AFTERGLOW_SIGN_IN_KEY"):
        read_access_settings()


def test_whoever_lets_people_in_needs_the_key_and_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_OIDC_CLIENT_ID", "afterglow-web")

    with pytest.raises(SettingsError) as refused:
        read_access_settings()

    assert "AFTERGLOW_SIGN_IN_KEY" in str(refused.value)
    assert "AFTERGLOW_PUBLIC_URL" in str(refused.value)


def test_keys_stay_and_are_their_owners_alone(folder: Path) -> None:
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    ensure_keys(folder / "private", folder / "public")

    assert {path: path.read_text() for path in before} == before
    assert (folder / "private").stat().st_mode & 0o077 == 0
    assert {(folder / "private" / name).stat().st_mode & 0o077 for name in (PRIVATE, LINK_SECRET)} == {0}
    assert '"d"' not in (folder / "public" / PUBLIC).read_text()


def test_a_new_key_is_published_before_the_old_one_goes(folder: Path) -> None:
    [old] = kids(folder)
    arguments = ["keys", "--folder", str(folder / "private"), "--publish", str(folder / "public")]

    assert CliRunner().invoke(sign_in, [*arguments, "--rotate"]).exit_code == 0
    [new, kept] = kids(folder)
    CliRunner().invoke(sign_in, arguments)

    assert kept == old
    assert kids(folder) == [new, old]
    assert json.loads((folder / "private" / PRIVATE).read_text())["kid"] == new
