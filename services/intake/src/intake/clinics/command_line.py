"""`clinic add | show | set | versions`: how an operator says, and reads, what a clinic is.

The commands are the same wherever they are run; a `Place` says how intake's database is found there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from inspect import signature
from typing import Any, TextIO, TypeVar

import click
from click.shell_completion import CompletionItem
from marshmallow import ValidationError
from rich.text import Text
from sqlalchemy.exc import OperationalError

from intake.clinics import queries
from intake.clinics.command_help import HELP
from intake.clinics.commands.adding import add_clinic, keep_samples
from intake.clinics.commands.facts import change_facts
from intake.clinics.commands.rules import propose_rules
from intake.clinics.commands.versions import Author, in_turn
from intake.clinics.domain.difference import leaves
from intake.clinics.domain.succession import facts_in
from intake.clinics.models import ClinicChange
from intake.clinics.saying import Said, read_document, read_said
from intake.clinics.telling import CHANGES, VERSIONS, change_document, change_row, told, version_document, version_row
from shared.clinics import CLINIC_FORM, Clinic, RuleSet
from shared.clock import uuid7
from shared.console import (
    Audience,
    Away,
    BadNews,
    Command,
    Group,
    json_option,
    print_json,
    print_lines,
    print_table,
)
from shared.errors import Invalid, NotFound, Problem
from shared.settings import SettingsError, read_settings
from shared.store import Actor, Store, Transaction, make_engine
from shared.store.transaction import Origin
from shared.web.problems import field_errors

Loaded = TypeVar("Loaded")


Option = Callable[[click.Command], click.Command]
"""What `click.option` makes: given a command, it adds the option to it."""

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@dataclass(frozen=True)
class Place:
    """Where commands run: how intake's store is opened there, and from which options; how people say who they are."""

    open: Callable[..., AbstractContextManager[Store]]
    by: Option
    options: Sequence[Option] = ()
    complete_clinic: Completion = lambda context, parameter, incomplete: []


def clinic_commands(place: Place) -> click.Group:
    """The commands for one place."""
    group = Group(
        "clinic",
        help="The clinics of this deployment: what is in force, since when, by whom.",
        short_help="What is in force at each clinic, and who said so",
        audience=Audience.CLINICS,
        examples=[
            ("show maple", "what is in force, and what waits"),
            ("set maple 'name=Maple Hall' --note 'We grew.'", "change a fact"),
            ("versions maple", "who changed what, and when"),
        ],
    )
    clinic_id = click.Argument(["clinic"], metavar="ID", callback=_clinic_id, shell_complete=place.complete_clinic)
    note = click.Option(["--note"], default="", help="Why, without personal data; it stays on record.")
    file = click.Argument(["file"], type=click.File(encoding="utf-8"))
    number = click.Option(["--version"], type=click.IntRange(1), default=None, help="As it was in that version.")
    since = click.Option(
        ["--from", "effective_from"],
        type=click.DateTime(["%Y-%m-%d"]),
        default=None,
        help="The first day, at the clinic; default: at once, and rules as soon as they are approved.",
    )
    said = click.Argument(["said"], nargs=-1, required=True, metavar="FILE | KEY=VALUE...")
    commands: list[tuple[str, Callable[..., None], list[click.Parameter], bool]] = [
        ("add", add, [file, note], True),
        ("show", show, [clinic_id, number], False),
        ("set", change, [clinic_id, said, since, note], True),
        ("versions", versions, [clinic_id], False),
        ("set-samples", set_samples, [], False),
    ]
    for name, command, parameters, decides in commands:
        short_help, examples = HELP[name]
        made = Command(
            name,
            callback=_opened(place, command),
            params=parameters,
            help=command.__doc__,
            short_help=short_help,
            examples=examples,
        )
        for option in (*((place.by,) if decides else ()), json_option, *place.options):
            option(made)
        group.add_command(made)
    return group


def add(store: Store, file: TextIO, note: str, by: str, as_json: bool) -> None:
    """Add the clinic that FILE (JSON; - is standard input) describes, and tell every service of it.

    You vouch for the approval of its clinical rules that it names; later ones are approved here, by a medical director
    who has signed in.
    """
    clinic = _valid(lambda: Clinic.load(read_document(file)))
    with _deed(store, clinic.id, "clinic.add", by) as tx:
        added = add_clinic(clinic, Author(tx.actor.id), tx, note=note)
    _tell(as_json, {"clinic": added.id, "version": added.version}, f"{added.id}: added")


def show(store: Store, clinic: str, version: int | None, as_json: bool) -> None:
    """Show what is in force at the clinic ID, and what waits for a decision or its day."""
    with _deed(store, clinic, "clinic.read") as tx:
        found = tx.clinic if version is None else queries.version(version, tx).read()
        waiting = queries.changes(tx, open_only=True) if version is None else []
    if as_json:
        print_json(found.dump())
        return
    print_lines([Text(f"{found.name} ({found.id}), version {found.version}", style="bold")])
    print_lines(f"  {' › '.join(leaf.path)}: {leaf.text}" for leaf in leaves(Clinic, found.dump()))
    if waiting:
        print_table(CHANGES, (change_row(change) for change in waiting))


def change(
    store: Store,
    clinic: str,
    said: tuple[str, ...],
    effective_from: datetime | None,
    note: str,
    by: str,
    as_json: bool,
) -> None:
    """Change the clinic ID as FILE (JSON, whole or in part; - is standard input) or KEY=VALUE says.

    KEY goes through groups with dots (quiet_hours.from_hour=9); VALUE is JSON, or else text. What is absent stays.
    Clinical rules (rules.clearance_days.value=60) are only proposed: a medical director approves them by name.
    """
    day = None if effective_from is None else effective_from.date()
    with _deed(store, clinic, "clinic.set", by) as tx:
        known = in_turn(tx)
        wanted = read_said(said, known)
        proposed = _propose(wanted, known, day, note, tx)
        facts = _valid(lambda: facts_in(known, wanted.facts))
        changed = change_facts(facts, Author(tx.actor.id), tx, effective_from=day, note=note)
    outcome = {
        "clinic": clinic,
        "version": changed.became if changed and changed.became else known.version,
        "change": changed and change_document(changed),
        "proposal": proposed and change_document(proposed),
    }
    _tell(as_json, outcome, *told(clinic, changed, proposed))


def versions(store: Store, clinic: str, as_json: bool) -> None:
    """List what was in force at the clinic ID, the present version first, and what waits."""
    with _deed(store, clinic, "clinic.read") as tx:
        _ = tx.clinic  # A clinic that is not there has no versions either: NotFound.
        found, waiting = queries.versions(tx), queries.changes(tx, open_only=True)
    if as_json:
        print_json({"versions": [version_document(v) for v in found], "changes": [change_document(c) for c in waiting]})
        return
    print_table(VERSIONS, (version_row(row) for row in found))
    if waiting:
        print_table(CHANGES, (change_row(change) for change in waiting))


def set_samples(store: Store, as_json: bool) -> None:
    """Keep the two made-up clinics that ship with Afterglow, where it is only tried out (AFTERGLOW_TRY_OUT)."""
    if not read_settings("intake").try_out:
        nothing = "AFTERGLOW_TRY_OUT is not set: no made-up clinics here. Add yours with `afterglow clinic add`."
        _tell(as_json, {"try_out": False, "clinics": []}, nothing)
        return
    kept = keep_samples(store)
    lines = (f"{clinic}: {'changed' if changed else 'unchanged'}" for clinic, changed in kept.items())
    listed = [{"clinic": clinic, "changed": changed} for clinic, changed in kept.items()]
    _tell(as_json, {"try_out": True, "clinics": listed}, *lines)


def _propose(said: Said, known: Clinic, day: date | None, note: str, tx: Transaction) -> ClinicChange | None:
    if said.rules is None:
        return None
    rules = _valid(lambda: RuleSet.load(said.rules or {}), below="/rules")
    if rules == known.rules.content:
        return None
    if not note.strip():
        raise click.UsageError("Say why with --note: whoever approves clinical rules reads it.")
    return propose_rules(rules, Author(tx.actor.id), tx, based_on=known.rules.version, effective_from=day, note=note)


def _tell(as_json: bool, outcome: Mapping[str, Any], *lines: str) -> None:
    if as_json:
        print_json(outcome)
    else:
        print_lines(lines)


@contextmanager
def _deed(store: Store, clinic: str, action: str, by: str | None = None) -> Iterator[Transaction]:
    """A transaction of an operator at one clinic; what refuses it is said in its own words."""
    request = str(uuid7(store.clock()))
    actor = Actor(f"operator:{by}" if by else "operator", frozenset({"operator"}))
    try:
        with store.transaction(clinic, actor, Origin(action, request, request)) as tx:
            yield tx
    except NotFound as missing:
        raise click.UsageError(f"{clinic}: {missing.sentence}") from None
    except Invalid as invalid:
        raise click.UsageError("\n".join([invalid.sentence, *_listed(invalid.errors)])) from None
    except Problem as problem:
        raise BadNews(problem.code, f"{problem.code}: {problem.sentence}") from None


def _valid(load: Callable[[], Loaded], *, below: str = "") -> Loaded:
    try:
        return load()
    except ValidationError as invalid:
        errors = [{**error, "path": below + error["path"]} for error in field_errors(invalid.messages)]
        raise click.UsageError("\n".join(["The clinic is not described well:", *_listed(errors)])) from None


def _listed(errors: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"  {error['path']}: {error['message']}" for error in errors]


def _clinic_id(_: click.Context, __: click.Parameter, given: str) -> str:
    if not CLINIC_FORM.fullmatch(given):
        raise click.BadParameter(f"{given} cannot be the id of a clinic.")
    return given


def _opened(place: Place, command: Callable[..., None]) -> Callable[..., None]:
    names = list(signature(place.open).parameters)

    def run(**values: Any) -> None:
        with place.open(**{name: values.pop(name) for name in names}) as store:
            command(store, **values)

    return run


@contextmanager
def _own_store() -> Iterator[Store]:
    """Intake's store by its own settings. No bell is rung: the relay looks for itself within a second."""
    try:
        settings = read_settings("intake")
    except SettingsError as error:
        raise BadNews("settings", str(error)) from None
    engine = make_engine(settings.database, pool_size=1)
    try:
        yield Store("intake", engine, settings.master_keys)
    except OperationalError as error:
        raise Away("database_away", f"AFTERGLOW_DATABASE: {str(error.orig).strip()}") from None
    finally:
        engine.dispose()


_by = click.option(
    "--by", envvar="AFTERGLOW_OPERATOR", show_envvar=True, required=True, help="Who decides; it stays on record."
)

own_commands = clinic_commands(Place(_own_store, by=_by))
"""`python -m intake clinic …`."""
