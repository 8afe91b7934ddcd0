"""Secrets and databases of a deployment, made once."""

import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.main import main
from stack.services import NAMES


@pytest.fixture
def secrets(tmp_path: Path, repository: Path) -> Path:
    folder = tmp_path / "secrets"
    where = os.environ | {"POSTGRES": "127.0.0.1:9", "RABBITMQ": "mq.example"}
    subprocess.run([repository / "deploy/make-secrets", folder], env=where, check=True, capture_output=True)
    return folder


def test_each_role_has_a_password_of_its_own_and_the_addresses_name_the_given_servers(secrets: Path) -> None:
    addresses = [(secrets / f"{name}_{kind}").read_text() for name in NAMES for kind in ("database", "database_owner")]
    roles = [address.removeprefix("postgresql://").split(":")[0] for address in addresses]
    assert roles == [f"{name}_{role}" for name in NAMES for role in ("app", "owner")]
    assert all(address.endswith(f"@127.0.0.1:9/{address.rsplit('/', 1)[1]}") for address in addresses)
    assert len({address.split(":")[2].split("@")[0] for address in addresses}) == len(addresses)
    assert (secrets / "amqp").read_text().endswith("@mq.example//")


def test_where_the_server_cannot_be_reached_that_is_said_in_a_line(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_DATABASE_ADMIN", (secrets / "database_admin").read_text())
    told = CliRunner().invoke(main, ["provision", "--addresses", str(secrets)])
    assert told.exit_code == 1
    assert told.output.startswith("Error: AFTERGLOW_DATABASE_ADMIN: connection failed")
    assert (secrets / "postgres_password").read_text() not in told.output
