"""An operator says what a clinic is."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intake.command_line import clinic as clinic_command
from intake.commands.clinics import configure
from intake.queries import clinic_here
from shared.clinics import Clinic
from shared.errors import Refused
from shared.events.intake import ClinicConfigured
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.tokens import ISSUER


@pytest.fixture
def birch(maple: Clinic) -> Clinic:
    """A clinic that nobody has heard of yet."""
    return replace(maple, id="birch", name="Birch House", version=4)


def test_a_clinic_that_is_new_is_kept_as_given_and_everyone_hears_all_of_it(bench: Bench, birch: Clinic) -> None:
    assert configure(bench.store, birch) is True

    assert clinic_here(bench.store, "birch") == birch
    (told,) = bench.published()
    assert (told.type, told.about, told.clinic) == (ClinicConfigured.type, "clinic", "birch")
    assert told.subject == birch.subject
    assert told.event().clinic == birch


def test_saying_the_same_again_changes_nothing_whatever_version_it_names(bench: Bench, birch: Clinic) -> None:
    configure(bench.store, birch)

    assert configure(bench.store, replace(birch, version=99)) is False
    assert len(bench.published()) == 1


def test_each_change_counts_the_version_up_by_one(bench: Bench, birch: Clinic) -> None:
    configure(bench.store, birch)

    assert configure(bench.store, replace(birch, name="Birch Hall", version=1)) is True

    assert clinic_here(bench.store, "birch").version == 5
    assert [told.data["clinic"]["version"] for told in bench.published()] == [4, 5]
    assert [told.sequence for told in bench.published()] == [1, 2]


def test_processes_that_start_together_tell_of_a_new_clinic_once(bench: Bench, birch: Clinic) -> None:
    with ThreadPoolExecutor(4) as pool:
        changed = list(pool.map(lambda _: configure(bench.store, birch), range(6)))

    assert sorted(changed) == [False] * 5 + [True]
    assert len(bench.published()) == 1


def test_words_that_clients_may_have_agreed_to_are_not_changed_under_their_version(bench: Bench, birch: Clinic) -> None:
    configure(bench.store, birch)
    first, *others = birch.consent_texts

    with pytest.raises(Refused) as refusal:
        configure(bench.store, replace(birch, consent_texts=[replace(first, text="Other words."), *others]))

    assert refusal.value.code == "consent_text_changed"
    assert clinic_here(bench.store, "birch") == birch
    newer = replace(first, version="2026-02", text="Other words.")
    assert configure(bench.store, replace(birch, consent_texts=[*birch.consent_texts, newer])) is True


def test_clinical_rules_are_not_changed_without_a_new_approved_version(bench: Bench, birch: Clinic) -> None:
    configure(bench.store, birch)
    longer = replace(birch.rules, clearance_days=replace(birch.rules.clearance_days, value=120))

    with pytest.raises(Refused) as refusal:
        configure(bench.store, replace(birch, rules=longer))
    assert refusal.value.code == "rules_version_not_raised"

    assert configure(bench.store, replace(birch, rules=replace(longer, version=2))) is True


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`python -m intake clinic …` against the bench's database."""
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_AMQP", "memory://")
    monkeypatch.setenv("AFTERGLOW_ISSUER", ISSUER)
    monkeypatch.setenv("AFTERGLOW_JWKS", settings.jwks)
    return lambda *arguments, **more: CliRunner().invoke(clinic_command, [*arguments], **more)


def test_the_operators_command_reads_a_file_and_says_what_it_did(
    bench: Bench, birch: Clinic, run: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "birch.json"
    file.write_text(json.dumps(birch.dump()), encoding="utf-8")

    assert run("set", str(file)).output == "birch: changed\n"
    again = run("set", "-", input=file.read_text(encoding="utf-8"))
    assert (again.exit_code, again.output) == (0, "birch: unchanged\n")
    assert clinic_here(bench.store, "birch") == birch


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"id": "Birch!"}', "/id: Use 2 to 31 lower-case letters"),
    ],
)
def test_a_file_that_describes_no_clinic_is_refused_with_what_to_mend(
    bench: Bench, run: Callable[..., Result], content: str, says: str
) -> None:
    result = run("set", "-", input=content)

    assert result.exit_code == 1
    assert says in result.output
    assert bench.published() == []


def test_the_operators_command_names_the_rule_that_refuses(
    bench: Bench, birch: Clinic, run: Callable[..., Result]
) -> None:
    configure(bench.store, birch)
    longer = replace(birch.rules, clearance_days=replace(birch.rules.clearance_days, value=120))

    result = run("set", "-", input=json.dumps(replace(birch, rules=longer).dump()))

    assert result.exit_code == 1
    assert "rules_version_not_raised" in result.output


def test_the_operators_command_says_which_settings_are_missing(
    bench: Bench, birch: Clinic, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFTERGLOW_DATABASE")

    result = run("set", "-", input=json.dumps(birch.dump()))

    assert result.exit_code == 1
    assert "AFTERGLOW_DATABASE" in result.output
