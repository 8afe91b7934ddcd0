"""Secrets and databases of a deployment, made once."""

import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from shared.main import main
from stack.broker import USERS
from stack.services import NAMES


@pytest.fixture
def secrets(tmp_path: Path, repository: Path) -> Path:
    folder = tmp_path / "secrets"
    where = os.environ | {"POSTGRES": "127.0.0.1:9", "RABBITMQ": "mq.example"}
    subprocess.run([repository / "deploy/make-secrets", folder], env=where, check=True, capture_output=True)
    return folder


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_each_role_has_a_password_of_its_own_and_the_addresses_name_the_given_servers(secrets: Path) -> None:
    addresses = [(secrets / f"{name}_{kind}").read_text() for name in NAMES for kind in ("database", "database_owner")]
    roles = [address.removeprefix("postgresql://").split(":")[0] for address in addresses]
    assert roles == [f"{name}_{role}" for name in NAMES for role in ("app", "owner")]
    assert all(address.endswith(f"@127.0.0.1:9/{address.rsplit('/', 1)[1]}") for address in addresses)
    assert len({address.split(":")[2].split("@")[0] for address in addresses}) == len(addresses)
    assert (secrets / "amqp").read_text().endswith("@mq.example//")


def test_each_user_at_the_broker_has_a_password_of_its_own(secrets: Path) -> None:
    addresses = [(secrets / name).read_text() for name in ("amqp", *(f"{name}_amqp" for name in USERS))]
    accounts = [urlsplit(address) for address in addresses]
    assert [account.username for account in accounts] == ["afterglow", *USERS]
    assert len({account.password for account in accounts}) == len(accounts)
    assert {len(account.password or "") for account in accounts} == {48}
    assert all(address.endswith("@mq.example//") for address in addresses)


def test_a_folder_of_an_earlier_release_gets_what_is_younger_and_keeps_the_rest(
    secrets: Path, repository: Path
) -> None:
    for name in USERS:
        (secrets / f"{name}_amqp").unlink()
    cluster = "amqps://afterglow:old@mq1.example:5671/care;amqps://afterglow:old@mq2.example:5671/care"
    (secrets / "amqp").chmod(0o644)
    (secrets / "amqp").write_text(cluster)

    def made() -> dict[str, str]:
        subprocess.run([repository / "deploy/make-secrets", secrets], check=True, capture_output=True)
        return contents(secrets)

    before = contents(secrets)
    after = made()

    assert {name: after[name] for name in before} == before
    assert after.keys() - before.keys() == {f"{name}_amqp" for name in USERS}
    first, second = after["intake_amqp"].split(";")
    assert first.startswith("amqps://intake:")
    assert first.endswith("@mq1.example:5671/care")
    assert second == first.replace("mq1", "mq2")
    assert made() == after


def test_where_the_server_cannot_be_reached_that_is_said_in_a_line(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_DATABASE_ADMIN", (secrets / "database_admin").read_text())
    told = CliRunner().invoke(main, ["provision", "--addresses", str(secrets)])
    assert told.exit_code == 3
    assert told.output.startswith("Error: AFTERGLOW_DATABASE_ADMIN: connection failed")
    assert (secrets / "postgres_password").read_text() not in told.output
