"""Tables in a wide terminal, in a narrow one, and in a pipe."""

import io
import sys

import click
import pytest

from shared.console import Column, print_lines, print_table, toned

ID = "0199d0c4-7c1e-7d43-9f0a-3b1f5a2c8e11"
WORDS = "The event breaks its schema, because the field that says when it happened is not there."
COLUMNS = [Column("event"), Column("id"), Column("tried", numeric=True), Column("error", prose=True)]
ROWS = [(toned("notify: poison", "waits"), ID, "7", WORDS)]


class Screen(io.StringIO):
    """Somebody looks at what is printed."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


def printed(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, width: int = 80) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr(sys, "stdout", stream)
    print_table(COLUMNS, ROWS, title="One event")
    return stream.getvalue()


def test_in_a_pipe_a_row_is_one_whole_line_without_title_tabs_or_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    head, row = printed(monkeypatch, io.StringIO(), width=40).splitlines()

    assert head.split() == ["event", "id", "tried", "error"]
    assert row == f"notify: poison  {ID}      7  {WORDS}"
    assert head.index("id") == row.index(ID)


def test_in_a_wide_terminal_only_prose_is_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = click.unstyle(printed(monkeypatch, Screen(), width=110)).splitlines()

    assert lines[0] == "One event"
    assert lines[2].startswith(f"notify: poison  {ID}      7  The event breaks")
    assert len(lines) > 3
    assert max(map(len, lines)) <= 110


def test_in_a_narrow_terminal_a_row_is_told_item_by_item_and_no_id_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line.rstrip() for line in click.unstyle(printed(monkeypatch, Screen(), width=60)).splitlines()]

    assert lines[:4] == ["One event", "notify: poison", f"  id     {ID}", "  tried  7"]
    assert max(map(len, lines)) <= 60
    assert " ".join(" ".join(lines[4:]).split()) == f"error {WORDS}"


@pytest.mark.parametrize(
    ("surroundings", "on_screen", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
    ],
)
def test_colours_are_for_whoever_looks_and_wants_them(
    monkeypatch: pytest.MonkeyPatch, surroundings: dict[str, str], on_screen: bool, coloured: bool
) -> None:
    for name, value in surroundings.items():
        monkeypatch.setenv(name, value)

    said = printed(monkeypatch, Screen() if on_screen else io.StringIO(), width=120)

    assert ("\x1b[33m" in said) == coloured
    assert "notify: poison" in said


def test_what_somebody_has_put_into_a_cell_stays_one_line_and_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream := io.StringIO())

    print_table([Column("note"), Column("id")], [("one\ttwo\n[bold]three[/bold] :smile:", "x")])
    print_lines(["[red]as it is[/red]"])

    assert stream.getvalue().splitlines()[1:] == ["one two [bold]three[/bold] :smile:  x", "[red]as it is[/red]"]
