"""House rules that a machine can check."""

import re
import subprocess
import sys
from pathlib import Path

from shared.events import PUBLISHERS, catalogue
from shared.web.factory import common_entrances, own_entrances
from stack.documents import documents
from stack.services import all_services

FORBIDDEN_NAMES = {"util", "utils", "helpers", "common", "misc"}


def tracked(repository: Path) -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True)
    return [repository / line for line in listed.stdout.splitlines() if (repository / line).is_file()]


def test_no_service_imports_another_and_shared_imports_none(repository: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=repository, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_no_module_is_a_drawer(repository: Path) -> None:
    drawers = [path for path in tracked(repository) if path.suffix == ".py" and path.stem in FORBIDDEN_NAMES]
    assert drawers == []


def test_every_security_rule_that_is_put_aside_says_why(repository: Path) -> None:
    aside = re.compile(r"# nosec\b(?! B\d{3} # \w)")
    silent = []
    for path in tracked(repository):
        if path.suffix != ".py" or "tests" in path.parts:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if aside.search(line) and not lines[number - 1].strip().startswith("#"):
                silent.append(f"{path.relative_to(repository)}:{number + 1}")
    assert silent == []


def test_no_file_names_the_address_of_a_package_index(repository: Path) -> None:
    address = re.compile(rb"https?://[^\s\"')]*(pypi|pythonhosted|registry\.npmjs|/simple)", re.IGNORECASE)
    found = [path for path in tracked(repository) if address.search(path.read_bytes())]
    assert found == []


def test_every_event_is_published_by_the_service_that_it_is_named_for() -> None:
    names = {service.name for service in all_services()}
    assert {event.publisher for event in catalogue.values()} == names


def test_every_subscription_is_to_a_declared_event() -> None:
    for service in all_services():
        assert set(service.handlers.types) <= set(catalogue), service.name


def test_everything_held_about_a_client_has_words_for_people_or_is_for_machines_alone() -> None:
    for service in all_services():
        for holding in service.holdings:
            about = f"{service.name}: {holding.table}"
            assert not holding.wordless, about
            assert {*holding.words, *holding.for_machines} <= set(holding.fields), about
            assert set(holding.said_as) <= set(holding.words), about
            assert len(set(holding.words.values())) == len(holding.words), about


def test_everything_held_about_a_client_names_the_action_by_which_others_may_read_it() -> None:
    unnamed = {}
    for service in all_services():
        shown = [holding for holding in service.holdings if holding.withheld is None]
        for holding in shown:
            assert holding.may is None or holding.may in service.policy, f"{service.name}: {holding.table}"
        unnamed[service.name] = {holding.table for holding in shown if holding.may is None}
    # Without one nobody but the client has it from there: no door of that service shows such a row to anybody.
    assert unnamed == {
        "intake": set(),
        "sessions": set(),
        "integration": {"authorisation", "dosed_visit", "planned_series"},
        "notify": {"consent", "contact", "paging", "rest"},
    }


def test_whoever_only_looks_is_not_said_to_have_done_what_they_looked_at() -> None:
    borrowed = []
    for service in all_services():
        entrances = (own_entrances(service) | common_entrances()).values()
        deeds = {one.may for one in entrances if one.method != "GET"}
        # What is called reading says so of whatever goes by it, be it a search that is sent.
        borrowed += [
            f"{service.name}: {one.rule} ({one.may})"
            for one in entrances
            if one.method == "GET" and one.may in deeds and not one.form and ".read" not in one.may
        ]
    assert borrowed == [], "a page is read by an action of its own, or is the `form` of what it names"


def test_every_publisher_is_named_for_people() -> None:
    assert set(PUBLISHERS) == {event.publisher for event in catalogue.values()}


def test_every_golden_sample_satisfies_its_schema() -> None:
    for event in catalogue.values():
        sample = event.sample()
        assert event.from_data(sample.subject, sample.dump()) == sample


def test_every_service_has_the_same_module_names(repository: Path) -> None:
    for service in all_services():
        source = repository / "services" / service.name / "src" / service.name
        for name in ("app", "__main__", "policy", "models", "queries", "commands", "schemas", "api", "domain"):
            assert (source / name).is_dir() or (source / f"{name}.py").exists(), f"{service.name}/{name}"
        assert (source / "migrations" / "versions").is_dir(), service.name


def test_the_generated_documents_are_fresh(repository: Path) -> None:
    stale = [path for path, text in documents(repository).items() if path.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make docs`"
