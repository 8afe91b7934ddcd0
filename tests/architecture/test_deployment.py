"""The deployed mode, as far as it can be checked without an engine; `make compose-demo` runs the journey against it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shared.sealing import MasterKeys
from stack.broker import USERS
from stack.services import NAMES


def test_the_images_are_written_well(repository: Path) -> None:
    linter = Path(sys.executable).parent / "hadolint"
    files = [str(repository / "deploy" / name) for name in ("Dockerfile", "gateway/Dockerfile")]
    done = subprocess.run([str(linter), *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_gateway_passes_every_service_on_and_keeps_figures_inside(repository: Path) -> None:
    configuration = (repository / "deploy/gateway/origin.conf").read_text(encoding="utf-8")
    # nginx takes the first expression that fits, in the order of the file.
    expressions: list[tuple[str, str]] = re.findall(r"^ *location ~ (\S+) \{(.*)$", configuration, re.MULTILINE)

    def opening_of(path: str) -> str:
        return next(rest for expression, rest in expressions if re.search(expression.replace("(?<", "(?P<"), path))

    for name in NAMES:
        assert opening_of(f"/{name}/metrics").strip() == "return 404; }"
        assert opening_of(f"/{name}/health/ready").strip() == ""


def test_nothing_is_killed_before_its_drain_and_its_grace_are_over(repository: Path) -> None:
    declared = (repository / "docker-compose.yml").read_text(encoding="utf-8")
    [(drain, grace)] = re.findall(r"AFTERGLOW_DRAIN_SECONDS:-(\d+)}\n.*AFTERGLOW_GRACE_SECONDS:-(\d+)}", declared)
    [limit] = re.findall(r"&longer-than-drain-and-grace (\d+)s", declared)

    assert int(limit) > int(drain) + int(grace)
    # A worker takes over what its web says.
    assert declared.count("stop_grace_period: *longer-than-drain-and-grace") == len(NAMES)


@pytest.fixture(scope="module")
def compose(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed here")
    folder = tmp_path_factory.mktemp("compose")
    (folder / "docker-compose.yml").symlink_to(repository / "docker-compose.yml")
    (folder / "deploy").mkdir()
    subprocess.run([str(repository / "deploy/make-secrets"), str(folder / "deploy/secrets")], check=True)
    asked = [docker, "compose", "--profile", "*", "config", "--format", "json"]
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
            secrets = {secret["source"] for secret in declared["secrets"]}
            assert {secret for secret in secrets if "_database" in secret} == {f"{name}_database"}, process
            # What opens a client's link is known to whoever mails it, and to whoever lets in by it.
            assert ("link_secret" in secrets) == (name in ("intake", "notify")), process
            assert "master_keys" in secrets, process
            waits = {
                other for other, how in declared["depends_on"].items() if how["condition"].endswith("successfully")
            }
            assert {f"{other}-prepare" for other in NAMES} <= waits, process


def test_every_service_has_the_address_of_its_own_user_at_the_broker_and_only_provision_those_of_all(
    compose: dict[str, Any],
) -> None:
    own = {f"{name}-{process}": {f"{name}_amqp"} for name in NAMES for process in ("prepare", "web", "worker")}
    all_of_them = {"amqp", *(f"{name}_amqp" for name in USERS)}
    expected = own | {"clinics": {"intake_amqp"}, "operate": {"operator_amqp"}, "provision": all_of_them}

    held = {}
    for process, declared in compose["services"].items():
        secrets = {given["source"] for given in declared.get("secrets", ())}
        if addresses := {secret for secret in secrets if secret.endswith("amqp")}:
            held[process] = addresses
            if process != "provision":
                [address] = addresses
                assert declared["environment"]["AFTERGLOW_AMQP_FILE"] == f"/run/secrets/{address}", process
    assert held == expected


def test_only_the_gateway_is_reachable_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if service.get("ports")}
    assert list(published) == ["gateway"]
    assert {port["host_ip"] for port in published["gateway"]} == {"127.0.0.1"}


def test_only_migrations_and_an_operators_commands_get_the_address_of_the_owner_role(compose: dict[str, Any]) -> None:
    for name in NAMES:
        secret = f"{name}_database_owner"
        holders = {
            process
            for process, declared in compose["services"].items()
            if secret in {given["source"] for given in declared.get("secrets", ())}
        }
        # A rebuild is done as the owner; that container runs only while an operator's command does.
        assert holders == {f"{name}-prepare", "provision", "operate"}, secret
        for process in (f"{name}-web", f"{name}-worker"):
            assert "AFTERGLOW_DATABASE_OWNER_FILE" not in compose["services"][process]["environment"]


def test_every_container_has_a_bound_on_its_memory_and_what_stays_up_is_started_again(compose: dict[str, Any]) -> None:
    for name, declared in compose["services"].items():
        assert int(declared["mem_limit"]) > 0, name
        stays_up = "healthcheck" in declared
        assert (declared.get("restart") == "unless-stopped") == stays_up, name


def test_a_real_mail_server_can_be_named_without_touching_the_file(compose: dict[str, Any]) -> None:
    named = compose["services"]["notify-worker"]["environment"]
    wanted = ("HOST", "PORT", "STARTTLS", "USERNAME", "PASSWORD")
    assert {f"AFTERGLOW_SMTP_{name}" for name in wanted} <= named.keys()


def test_the_secrets_hold_master_keys_that_the_services_can_read_and_that_stay_as_they_are(
    repository: Path, tmp_path: Path
) -> None:
    make = [str(repository / "deploy/make-secrets"), str(tmp_path / "secrets")]
    first = subprocess.run(make, capture_output=True, text=True, check=True)
    made = (tmp_path / "secrets/master_keys").read_text(encoding="utf-8")
    second = subprocess.run(make, capture_output=True, text=True, check=True)

    keys = MasterKeys.parse(made)
    assert keys.current.startswith("master-")
    assert keys.network != keys.secrets[keys.current]
    assert "loses" in first.stdout
    assert "loses" not in second.stdout
    assert (tmp_path / "secrets/master_keys").read_text(encoding="utf-8") == made


def test_the_key_of_the_sign_in_cookie_is_intakes_alone(compose: dict[str, Any]) -> None:
    holders = {
        name
        for name, declared in compose["services"].items()
        if "sign-in" in {mounted["source"] for mounted in declared.get("volumes", ())}
    }
    assert holders == {"keys", "intake-prepare", "intake-web", "intake-worker", "clinics"}


def test_nothing_starts_without_a_provider_unless_trying_out_was_asked_for(
    compose: dict[str, Any], repository: Path
) -> None:
    for name in NAMES:
        for process in (f"{name}-prepare", f"{name}-web", f"{name}-worker"):
            # Passed on where an operator sets them; otherwise they do not exist, and a service names what it misses.
            passed = compose["services"][process]["environment"]
            assert [passed[f"AFTERGLOW_{one}"] for one in ("ISSUER", "JWKS", "TRY_OUT")] == [None, None, None]
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    assert makefile.count("AFTERGLOW_TRY_OUT=") == 1
    assert "\t$(TRY_OUT) docker compose up" in makefile
