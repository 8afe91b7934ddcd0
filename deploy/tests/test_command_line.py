"""The whole tree of commands, `afterglow …` and `python -m {service} …`: how it is explained, completed, and ends."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from shared.console.completion import VARIABLE
from shared.main import main
from shared.service import Service
from shared.service_main import command_line
from shared.settings import Settings
from shared.store.transaction import Actor, Origin
from shared.testing.bench import Bench
from shared.testing.keys import MASTER_KEYS_TEXT
from stack.services import NAMES, all_services
from stack.toys import listener, said_by

ROOTS: dict[str, click.Group] = {
    "afterglow": main,
    **{f"python -m {service.name}": command_line(service) for service in all_services()},
}
SERVICE_COMMANDS = {
    "web": "serves until it is stopped",
    "worker": "works until it is stopped",
    "openapi": "prints nothing but JSON as it is",
}
WITHOUT_JSON = {
    "afterglow": "an overview for people; what is beneath it answers programs",
    "afterglow run": "serves until it is stopped",
    "afterglow mail-sink": "serves until it is stopped",
    "afterglow completion": "prints a script for a shell",
    **{f"python -m {name} {command}": why for name in NAMES for command, why in SERVICE_COMMANDS.items()},
}


def beneath(context: click.Context) -> Iterator[click.Context]:
    """A command and all that are beneath it."""
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            yield from beneath(click.Context(command, parent=context, info_name=name))


TREE = {
    context.command_path: context
    for path, root in ROOTS.items()
    for context in beneath(click.Context(root, info_name=path))
}


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder on a machine where no platform is known."""
    for name in [name for name in os.environ if name.startswith("AFTERGLOW_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def beside_the_files_of_examples(nothing_known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rowan.json", "maple.json", "heads.json"):
        (nothing_known / name).write_text("{}")
    (nothing_known / "deploy/secrets").mkdir(parents=True)
    monkeypatch.setenv("AFTERGLOW_OPERATOR", "ana")


def test_the_tree_has_all_that_is_installed() -> None:
    assert {"afterglow events retry", "afterglow clinic set", "python -m notify worker"} < set(TREE)
    assert "python -m intake sign-in end" in TREE


@pytest.mark.parametrize("path", TREE)
def test_every_command_has_two_to_four_examples_and_a_line_that_is_shown_whole(path: str) -> None:
    command = TREE[path].command
    examples = getattr(command, "examples", ())
    assert 2 <= len(examples) <= 4
    assert all(says[0].islower() or says[0] == "`" for _, says in examples)
    if path not in ROOTS:
        assert command.short_help
        assert len(command.short_help) <= 55
        assert not command.short_help.endswith(".")
    assert command.help


@pytest.mark.usefixtures("beside_the_files_of_examples")
@pytest.mark.parametrize("path", TREE)
def test_every_example_is_understood(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[str] = []

    def reach(context: click.Context, *_: object, **__: object) -> None:
        reached.append(context.command_path)

    monkeypatch.setattr(click.Context, "invoke", reach)
    root_path = next(root for root in ROOTS if f"{path} ".startswith(f"{root} "))
    for line, _ in TREE[path].command.examples:  # type: ignore[attr-defined]
        ours = shlex.split(f"{path} {line}".split(" | ")[0].split(" > ")[0])
        reached.clear()
        done = CliRunner().invoke(
            ROOTS[root_path], ours[len(root_path.split()) :], prog_name=root_path, catch_exceptions=False
        )
        assert done.exit_code == 0, f"{path} {line}: {done.output}"
        is_group = isinstance(TREE[path].command, click.Group)
        assert reached[-1].startswith(path) if is_group else reached[-1] == path


def test_every_command_that_a_program_might_ask_answers_it_in_json() -> None:
    runs = {
        path
        for path, context in TREE.items()
        if not isinstance(context.command, click.Group) or context.command.invoke_without_command
    }
    without = {
        path
        for path in runs
        if not any("--json" in parameter.opts for parameter in TREE[path].command.get_params(TREE[path]))
    }
    assert without == set(WITHOUT_JSON)


def test_the_name_alone_shows_what_there_is_by_who_uses_it() -> None:
    shown = CliRunner().invoke(main, [], prog_name="afterglow")
    assert shown.exit_code == 0
    assert "…" not in shown.output
    assert "..." not in shown.output
    places = [shown.output.index(f"\n{audience}:\n") for audience in ("Try it out", "Operate", "Clinics", "Develop")]
    assert places == sorted(places)
    assert places[1] < shown.output.index("\n  events ") < places[2] < shown.output.index("\n  clinic ") < places[3]


def test_help_says_how_commands_end() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    for ending in ("0  done", "1  the answer is bad news", "2  the command", "3  something", "130  Ctrl-C", "141  who"):
        assert ending in said


# How they end.


def afterglow(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "stack", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("arguments", [["events"], ["events", "--json"], ["--help"]])
def test_when_nobody_reads_any_more_it_ends_without_a_word(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "stack", *arguments]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.usefixtures("nothing_known")
@pytest.mark.parametrize(
    ("arguments", "ending", "code"),
    [
        (["events", "parked", "--clinic", "maple"], 3, "no_platform"),
        (["token", "--person", "sam"], 3, "no_platform"),
        (["demo"], 3, "platform_away"),
        (["events", "describe", "intake.clearance.decide"], 2, "usage"),
        (["token"], 3, "no_platform"),
        (["provision", "--addresses", "."], 2, "usage"),
    ],
)
def test_what_is_away_or_mistaken_is_one_problem_for_programs(arguments: list[str], ending: int, code: str) -> None:
    done = CliRunner().invoke(main, [*arguments, "--json"])
    assert (done.exit_code, done.stdout) == (ending, "")
    problem = json.loads(done.stderr)["error"]
    assert problem["code"] == code
    assert problem["message"].strip()


@pytest.fixture(scope="session")
def service_under_test() -> Service:
    return listener("intake")


@pytest.fixture
def intake(bench: Bench, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("AFTERGLOW_DATABASE", settings.database)
    monkeypatch.setenv("AFTERGLOW_MASTER_KEYS", MASTER_KEYS_TEXT)
    with bench.store.transaction("maple", Actor("desk"), Origin("say", "request", "first-request")) as tx:
        tx.publish(said_by("intake")(uuid4(), False))
    return bench


@pytest.mark.usefixtures("intake")
def test_whoever_follows_ends_it_with_ctrl_c_and_is_told_nothing() -> None:
    following = afterglow("events", "tail", "--service", "intake", "--since", "36500d", "--json")
    assert following.stdout is not None
    assert json.loads(following.stdout.readline())["clinic"] == "maple"
    following.send_signal(signal.SIGINT)
    rest, told = following.communicate(timeout=30)
    assert (following.returncode, rest, told) == (130, "", "")


# What a shell completes.


def completed(*words: str) -> list[str]:
    *before, begun = words
    return [item.value for item in ShellComplete(main, {}, "afterglow", VARIABLE).get_completions(before, begun)]


@pytest.mark.usefixtures("nothing_known")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ev"], ["events"]),
        (["events", "re"], ["replay", "retry"]),
        (["events", "intake.clearance.d"], ["intake.clearance.decided"]),
        (["events", "describe", "sessions.session.co"], ["sessions.session.completed"]),
        (["events", "tail", "--type", "intake.consent.g"], ["intake.consent.granted.v1"]),
        (["events", "parked", "--service", "n"], ["notify"]),
        (["events", "replay", "i"], ["intake", "integration"]),
        (["token", "--person", "wr"], ["wren"]),
        (["token", "--role", "nu"], ["nurse"]),
        (["token", "--clinic", ""], ["maple", "cedar"]),
        (["clinic", "show", "ce"], ["cedar"]),
        (["events", "parked", "--js"], ["--json"]),
    ],
)
def test_a_shell_completes_what_can_be_said(words: list[str], offered: list[str]) -> None:
    assert completed(*words) == offered


def test_clinics_are_those_of_the_platform_where_it_can_be_asked(intake: Bench) -> None:
    with intake.owner.begin() as connection:
        connection.exec_driver_sql(
            'insert into clinic select (jsonb_populate_record(c, \'{"id": "rowan"}\')).* from clinic c limit 1'
        )
    assert completed("events", "parked", "--clinic", "ro") == ["rowan"]


def test_bash_completes_with_the_script_that_is_printed(tmp_path: Path) -> None:
    bash = shutil.which("bash") or pytest.skip("bash is not installed here")
    script = tmp_path / "afterglow.bash"
    script.write_text(CliRunner().invoke(main, ["completion", "bash"]).stdout)
    assert script.read_text().splitlines()[-1].startswith("# To have it in every shell: afterglow completion bash > ")
    program = Path(sys.executable).with_name("afterglow")
    asked = (
        f'source "{script}"; COMP_WORDS=(afterglow timers re); COMP_CWORD=2;'
        f' _afterglow_completion "{program}"; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run([bash, "--norc", "-c", asked], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("retry\n", "")


@pytest.mark.parametrize(("shell", "says"), [("zsh", "#compdef afterglow"), ("fish", "complete --no-files")])
def test_other_shells_have_their_scripts(shell: str, says: str) -> None:
    printed = CliRunner().invoke(main, ["completion", shell]).stdout
    assert says in printed
    assert f"afterglow completion {shell} > " in printed.splitlines()[-1]
