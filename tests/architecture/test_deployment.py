"""The deployed mode, as far as it can be checked without an engine; `make compose-demo` runs the journey against it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from stack.services import NAMES


def test_the_images_are_written_well(repository: Path) -> None:
    linter = Path(sys.executable).parent / "hadolint"
    files = [str(repository / "deploy" / name) for name in ("Dockerfile", "gateway/Dockerfile")]
    done = subprocess.run([str(linter), *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def compose(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed here")
    folder = tmp_path_factory.mktemp("compose")
    (folder / "docker-compose.yml").symlink_to(repository / "docker-compose.yml")
    (folder / "deploy").mkdir()
    subprocess.run([str(repository / "deploy/make-secrets"), str(folder / "deploy/secrets")], check=True)
    asked = [docker, "compose", "--profile", "demo", "config", "--format", "json"]
    read = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=True)
    document: dict[str, Any] = json.loads(read.stdout)
    return document


def test_every_service_has_a_web_and_a_worker_with_their_health_and_only_their_own_database(
    compose: dict[str, Any],
) -> None:
    for name in NAMES:
        for process in (f"{name}-web", f"{name}-worker"):
            declared = compose["services"][process]
            assert declared["healthcheck"]["test"], process
            assert {secret["source"] for secret in declared["secrets"]} == {"amqp", f"{name}_database"}
            waits = {
                other for other, how in declared["depends_on"].items() if how["condition"].endswith("successfully")
            }
            assert {f"{other}-prepare" for other in NAMES} <= waits, process


def test_only_the_gateway_is_reachable_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if service.get("ports")}
    assert list(published) == ["gateway"]
    assert {port["host_ip"] for port in published["gateway"]} == {"127.0.0.1"}
