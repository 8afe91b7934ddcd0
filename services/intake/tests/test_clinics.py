"""An operator adds a clinic, shows it, changes it; the samples are kept as this release ships them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from intake.clinics.command_line import own_commands
from intake.clinics.commands.adding import SAMPLES, add_clinic, keep_samples
from intake.clinics.commands.facts import change_facts
from intake.clinics.commands.versions import Author
from intake.queries import clinic_here
from shared.clinics import Clinic
from shared.errors import Refused
from shared.events.intake import ClinicConfigured, ClinicRulesProposed
from shared.samples import sample_clinics
from shared.settings import Settings
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS_TEXT
from shared.testing.tokens import ISSUER

from .house import OPERATOR, ORIGIN, House, days
from .people import accepted, problem


@pytest.fixture
def rowan(maple: Clinic) -> Clinic:
    """A clinic that nobody has heard of yet; an operator vouches for its first rules."""
    return replace(maple, id="rowan", name="Rowan House", version=4, rules=replace(maple.rules, approver=None))


def add(bench: Bench, clinic: Clinic) -> Clinic:
    with bench.store.transaction(clinic.id, OPERATOR, ORIGIN) as tx:
        return add_clinic(clinic, Author(OPERATOR.id), tx)


def test_a_clinic_that_is_new_is_kept_as_given_and_everyone_hears_all_of_it(bench: Bench, rowan: Clinic) -> None:
    add(bench, rowan)

    assert clinic_here(bench.store, "rowan") == rowan
    (told,) = bench.published()
    assert (told.type, told.about, told.clinic) == (ClinicConfigured.type, "clinic", "rowan")
    assert told.subject == rowan.subject
    assert told.event().clinic == rowan


def test_nobody_who_signs_in_has_approved_the_rules_that_an_operator_brings(bench: Bench, rowan: Clinic) -> None:
    add(bench, replace(rowan, rules=replace(rowan.rules, approver="medical-director-at-rowan")))

    assert clinic_here(bench.store, "rowan").rules.approver is None


def test_a_clinic_is_added_once(bench: Bench, rowan: Clinic) -> None:
    add(bench, rowan)

    with pytest.raises(Refused) as refusal:
        add(bench, replace(rowan, name="Rowan Hall"))
    assert refusal.value.code == "clinic_known"
    assert clinic_here(bench.store, "rowan") == rowan


def test_of_operators_who_add_the_same_clinic_together_one_does(bench: Bench, rowan: Clinic) -> None:
    def press(_: int) -> bool:
        try:
            add(bench, rowan)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        added = list(pool.map(press, range(6)))

    assert sorted(added) == [False] * 5 + [True]
    assert len(bench.published()) == 1


@pytest.fixture
def nobody_yet(bench: Bench) -> Bench:
    """A deployment in which there is no clinic."""
    with bench.owner.begin() as connection:
        connection.execute(text("delete from clinic"))
    return bench


def test_the_samples_are_added_with_their_directors_approval(nobody_yet: Bench) -> None:
    assert keep_samples(nobody_yet.store) == {"maple": True, "cedar": True}

    assert [clinic_here(nobody_yet.store, clinic.id) for clinic in sample_clinics()] == sample_clinics()
    assert clinic_here(nobody_yet.store, "maple").rules.approver == "medical-director-at-maple"


def test_processes_that_start_together_tell_of_the_samples_once(nobody_yet: Bench) -> None:
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda _: keep_samples(nobody_yet.store), range(4)))

    assert sum(one["maple"] for one in kept) == sum(one["cedar"] for one in kept) == 1
    assert len(nobody_yet.published()) == 2


def test_samples_that_are_there_are_left_alone_without_a_word(nobody_yet: Bench) -> None:
    keep_samples(nobody_yet.store)

    assert keep_samples(nobody_yet.store) == {"maple": False, "cedar": False}
    with nobody_yet.owner.connect() as connection:
        assert connection.scalar(text("select count(*) from audit where actor = :a"), {"a": SAMPLES.id}) == 2


def test_a_sample_of_an_older_release_is_brought_to_what_this_one_ships(bench: Bench, maple: Clinic) -> None:
    """Its rules are approved anew, by its made-up director; versions count up."""
    with bench.owner.begin() as connection:
        older = "update clinic set facts = (facts #- '{rules,vitals}') - 'on_call' where id = 'maple'"
        connection.execute(text(older))

    assert keep_samples(bench.store) == {"maple": True, "cedar": False}

    kept = clinic_here(bench.store, "maple")
    assert (kept.version, kept.rules.version, kept.rules.approved_by) == (2, 2, maple.rules.approved_by)
    assert (kept.on_call, kept.rules.content) == (maple.on_call, maple.rules.content)


def test_what_was_proposed_on_a_samples_older_rules_is_proposed_anew(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        connection.execute(text("update clinic set facts = facts #- '{rules,vitals}' where id = 'maple'"))
    maple = House(bench, "maple")
    proposal = maple.proposed(clearance_days=days(60))
    keep_samples(bench.store)

    problem(maple.approve(proposal), 412, "rules_changed")


def test_a_sample_that_somebody_has_changed_is_theirs(nobody_yet: Bench) -> None:
    keep_samples(nobody_yet.store)
    maple = House(nobody_yet, "maple")
    accepted(maple.change(name="Mine"), 200)

    assert keep_samples(nobody_yet.store) == {"maple": False, "cedar": False}
    assert maple.in_force().name == "Mine"


def test_a_document_from_before_is_read_and_says_what_it_does_not_know(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        older = "update clinic set facts = (facts #- '{rules,fasting}' #- '{rules,vitals}') - 'retention' - 'buffers'"
        connection.execute(text(older))

    known = clinic_here(bench.store, "maple")
    assert (known.rules.fasting, known.rules.vitals, known.retention, known.buffers) == (None, [], [], None)


def test_a_clinic_from_before_versions_were_kept_gets_its_next_one(bench: Bench) -> None:
    with bench.store.transaction("maple", OPERATOR, ORIGIN) as tx:
        change_facts({"name": "Maple Hall"}, Author(OPERATOR.id), tx)

    assert clinic_here(bench.store, "maple").version == 2


@pytest.fixture
def run(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`python -m intake clinic …` against the bench's database, as the operator Ana."""
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_AMQP", "memory://")
    monkeypatch.setenv("AFTERGLOW_ISSUER", ISSUER)
    monkeypatch.setenv("AFTERGLOW_JWKS", settings.jwks)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    monkeypatch.setenv("AFTERGLOW_OPERATOR", "ana")
    return lambda *arguments, **more: CliRunner().invoke(own_commands, [*arguments], **more)


def test_the_made_up_clinics_come_only_where_afterglow_is_tried_out(
    nobody_yet: Bench, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    result = run("set-samples")
    assert (result.exit_code, result.output.partition(":")[0]) == (0, "AFTERGLOW_TRY_OUT is not set")
    assert nobody_yet.published() == []

    monkeypatch.delenv("AFTERGLOW_ISSUER")
    monkeypatch.delenv("AFTERGLOW_JWKS")
    monkeypatch.setenv("AFTERGLOW_TRY_OUT", "/keys/jwks.json")
    assert run("set-samples").output == "maple: changed\ncedar: changed\n"
    assert len(nobody_yet.published(ClinicConfigured)) == 2


def test_a_clinic_is_added_from_a_file(bench: Bench, rowan: Clinic, run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "rowan.json"
    file.write_text(json.dumps(rowan.dump()), encoding="utf-8")

    assert run("add", str(file), "--note", "It opens.").output == "rowan: added\n"

    assert clinic_here(bench.store, "rowan") == rowan
    again = run("add", "-", "--json", input=file.read_text(encoding="utf-8"))
    assert (again.exit_code, "clinic_known" in again.output) == (1, True)
    listed = json.loads(run("versions", "rowan", "--json").output)["versions"]
    assert [(one["version"], one["author"], one["note"]) for one in listed] == [(4, "operator:ana", "It opens.")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"id": "Rowan!"}', "/id: Use 2 to 31 lower-case letters"),
    ],
)
def test_a_file_that_describes_no_clinic_is_a_slip_that_says_what_to_mend(
    bench: Bench, run: Callable[..., Result], content: str, says: str
) -> None:
    result = run("add", "-", input=content)

    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert bench.published() == []


def test_a_clinic_that_makes_no_sense_is_not_added(bench: Bench, rowan: Clinic, run: Callable[..., Result]) -> None:
    odd = rowan.dump() | {"staff_mailbox": "the desk"}

    result = run("add", "-", input=json.dumps(odd))

    assert (result.exit_code, "/staff_mailbox: This does not look like" in result.output) == (2, True)


def test_values_are_changed_by_their_keys_and_what_shares_a_group_with_them_stays(
    birch: House, run: Callable[..., Result]
) -> None:
    result = run("set", "birch", "name=Birch Hall", "quiet_hours.from_hour=9", "network=null", "--note", "We grew.")

    assert (result.exit_code, result.output) == (0, "birch: version 5\n")
    known = birch.in_force()
    assert (known.name, known.quiet_hours.from_hour, known.quiet_hours.to_hour) == ("Birch Hall", 9, 21)
    assert known.network is None
    assert run("set", "birch", "name=Birch Hall").output == "birch: unchanged\n"


def test_a_file_in_part_changes_what_it_names_from_the_day_that_is_said(
    birch: House, run: Callable[..., Result]
) -> None:
    body = json.dumps({"id": "birch", "version": 1, "name": "Birch Hall"})

    assert run("set", "birch", "-", "--from", "2150-01-05", input=body).output == "birch: changes on 2150-01-05\n"

    assert birch.in_force().name == "Birch House"
    assert "waiting: facts" in run("versions", "birch").output
    birch.bench.clock.at = datetime(2150, 1, 5, 5, tzinfo=UTC)
    birch.bench.advance(seconds=0)
    assert birch.in_force().name == "Birch Hall"


def test_an_operator_only_proposes_clinical_rules(birch: House, run: Callable[..., Result]) -> None:
    asked = ("set", "birch", "rules.clearance_days.value=60", "rules.approved_by=Me", "rules.version=9")
    assert (run(*asked).exit_code, "Say why with --note" in run(*asked).output) == (2, True)

    result = run(*asked, "--note", "Shorter.", "--json")

    outcome = json.loads(result.output)
    assert (outcome["version"], outcome["change"], outcome["proposal"]["status"]) == (4, None, "proposed")
    rules = birch.in_force().rules
    assert (rules.clearance_days.value, rules.version) == (90, 1)
    assert birch.bench.published(ClinicRulesProposed)[0].data["proposed_by"] == "operator:ana"
    accepted(birch.approve(outcome["proposal"]["id"]))
    assert birch.in_force().rules.clearance_days.value == 60
    assert birch.in_force().rules.approved_by == "Dr. Ines Okafor"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("set", "birch"), "Missing argument"),
        (("set", "nowhere", "name=x"), "no such clinic"),
        (("set", "Birch!", "name=x"), "cannot be the id"),
        (("show", "nowhere"), "no such clinic"),
        (("show", "birch", "--version", "9"), "no such version"),
        (("versions", "nowhere"), "no such clinic"),
        (("set", "birch", "colour=green"), "A clinic has no colour"),
        (("set", "birch", "quiet_hours.from_hour=noon"), "/quiet_hours/from_hour"),
        (("set", "birch", "resources.0.name=Garden"), "is said whole"),
        (("set", "birch", "name.first=Birch"), "is said whole"),
        (("set", "birch", "id=maple"), "another clinic"),
        (("set", "birch", "rules=none"), "The rules are not a JSON object"),
        (("set", "birch", "rules.clearance_days.value=many", "--note", "x"), "/rules/clearance_days/value"),
        (("set", "birch", "rules.clearance_days.value=0", "--note", "x"), "/rules/clearance_days/value"),
        (("set", "birch", "name=x", "--from", "tomorrow"), "--from"),
        (("set", "birch", "name=x", "y"), "Name one FILE"),
        (("set", "birch", "no-such-file.json"), "no-such-file.json"),
    ],
)
def test_a_slip_ends_with_2_and_changes_nothing(
    birch: House, run: Callable[..., Result], arguments: tuple[str, ...], says: str
) -> None:
    result = run(*arguments)

    assert (result.exit_code, says in result.output) == (2, True), result.output
    assert birch.in_force().version == 4
    assert birch.state()["changes"] == []


def test_a_rule_that_refuses_is_named(birch: House, run: Callable[..., Result]) -> None:
    result = run("set", "birch", "name=x", "--from", "2020-11-01")

    assert (result.exit_code, "day_has_passed" in result.output) == (1, True)


def test_who_changes_something_says_who_they_are(
    birch: House, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFTERGLOW_OPERATOR")

    result = run("set", "birch", "name=x")

    assert (result.exit_code, "--by" in result.output) == (2, True)
    assert run("set", "birch", "name=Birch Hall", "--by", "kim").exit_code == 0
    assert "by operator:kim" in run("versions", "birch").output


def test_what_is_in_force_is_shown_for_people_and_for_machines(birch: House, run: Callable[..., Result]) -> None:
    shown = run("show", "birch").output
    read: dict[str, Any] = json.loads(run("show", "birch", "--json").output)

    assert "Birch House (birch), version 4" in shown
    assert "Clinical rules › Clearance days › Value: 90" in shown
    assert "Clinical rules › Dose guards › IM › Refused above (mg/kg): 3.0" in shown
    assert Clinic.load(read) == birch.in_force()
    accepted(birch.change(name="Birch Hall"), 200)
    assert "Birch House (birch)" in run("show", "birch", "--version", "4").output


def test_the_operators_command_says_which_settings_are_missing(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFTERGLOW_DATABASE")

    result = run("show", "maple")

    assert (result.exit_code, "AFTERGLOW_DATABASE" in result.output) == (1, True)
