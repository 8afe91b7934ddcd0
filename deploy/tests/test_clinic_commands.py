"""`afterglow clinic …` beside a platform: the commands of intake, which find its database as all of the stack's do."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from intake.app import service
from intake.queries import clinic_here
from shared.clinics import Clinic
from shared.main import main
from shared.service import Service
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS_TEXT


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return service


@pytest.fixture(autouse=True)
def _addresses(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_OPERATOR", "ana")


def afterglow(*arguments: str, said: str | None = None) -> Result:
    return CliRunner().invoke(main, ["clinic", *arguments], input=said)


def test_a_clinic_is_added_changed_and_listed_in_the_operators_name(bench: Bench, maple: Clinic) -> None:
    document = replace(maple, id="rowan", name="Rowan House").dump()

    assert afterglow("add", "-", said=json.dumps(document)).output == "rowan: added\n"
    assert afterglow("set", "rowan", "name=Rowan Hall", "--note", "We grew.").output == "rowan: version 2\n"

    assert clinic_here(bench.store, "rowan").name == "Rowan Hall"
    listed = json.loads(afterglow("versions", "rowan", "--json").output)["versions"]
    assert [(one["version"], one["author"], one["note"]) for one in listed] == [
        (2, "operator:ana", "We grew."),
        (1, "operator:ana", ""),
    ]
    assert json.loads(afterglow("show", "rowan", "--json").output)["name"] == "Rowan Hall"


def test_whoever_decides_is_asked_for_their_name_as_everywhere(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERGLOW_OPERATOR")

    result = afterglow("set", "maple", "name=Mine")

    assert (result.exit_code, "--by NAME or AFTERGLOW_OPERATOR" in result.output) == (2, True)
    assert clinic_here(bench.store, "maple").name == "Maple Street Wellness"
