"""How commands end: a number for scripts, a sentence for people, a JSON problem for programs."""

import json

import click
import pytest
from click.testing import CliRunner

from shared.console import Away, BadNews, Group, json_option, print_json, print_lines


@pytest.fixture
def group() -> Group:
    """One command for each way to end."""
    made = Group("afterglow", examples=[("answer", "what it says")])

    @made.command(short_help="Say it", examples=[("--json", "as a program would"), ("", "as a person")])
    @json_option
    def answer(as_json: bool) -> None:
        """Answer."""
        if as_json:
            print_json({"answer": "sí"})
        else:
            print_lines(["sí"])

    for name, error in (
        ("refused", BadNews("open_stop_flags", "A stop flag is open: close it first.")),
        ("away", Away("database_away", "The database is away: start it.")),
        ("interrupted", KeyboardInterrupt()),
    ):
        made.add_command(_that_raises(name, error))
    return made


def _that_raises(name: str, error: BaseException) -> click.Command:
    @click.command(name)
    @json_option
    def ends(as_json: bool) -> None:
        raise error

    return ends


@pytest.mark.parametrize(
    ("arguments", "ending", "code", "sentence"),
    [
        (["refused"], 1, "open_stop_flags", "A stop flag is open: close it first."),
        (["answr"], 2, "usage", "There is no command answr. Did you mean answer?"),
        (["answer", "--jsn"], 2, "usage", "There is no option --jsn. Did you mean --json?"),
        (["away"], 3, "database_away", "The database is away: start it."),
        (["interrupted"], 130, "interrupted", "Stopped before it was done."),
    ],
)
def test_each_end_has_its_number_its_sentence_and_its_code(
    group: Group, arguments: list[str], ending: int, code: str, sentence: str
) -> None:
    for_people = CliRunner().invoke(group, arguments)
    assert (for_people.exit_code, for_people.stdout) == (ending, "")
    assert f"Error: {sentence}" in for_people.stderr.splitlines()

    for_programs = CliRunner().invoke(group, [*arguments, "--json"])
    assert (for_programs.exit_code, for_programs.stdout) == (ending, "")
    assert json.loads(for_programs.stderr) == {"error": {"code": code, "message": sentence}}


def test_whoever_mistypes_is_told_where_to_look(group: Group) -> None:
    said = CliRunner().invoke(group, ["answer", "--jsn"], prog_name="afterglow").stderr
    assert said.splitlines()[-1] == "`afterglow answer --help` shows how it is used."


def test_what_went_well_is_alone_on_stdout(group: Group) -> None:
    answered = CliRunner().invoke(group, ["answer", "--json"])
    assert (answered.exit_code, json.loads(answered.stdout), answered.stderr) == (0, {"answer": "sí"}, "")


def test_help_shows_examples_with_the_whole_command(group: Group) -> None:
    said = CliRunner().invoke(group, ["answer", "--help"], prog_name="afterglow").stdout
    assert "\nExamples:\n  afterglow answer --json\n      as a program would\n" in said
