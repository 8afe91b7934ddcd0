"""Long work tells how far it is: a bar for whoever looks, a line now and then for a log."""

import io
import sys

import pytest

from shared.console import progress


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_is_told_now_and_then_and_stdout_never(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    at = iter([0.0, 4.0, 11.0, 11.0, 15.0])
    monkeypatch.setattr("time.monotonic", lambda: next(at))

    with progress("replaying", 3000) as bar:
        bar.advance(1000)
        bar.advance(1000)
        bar.note("Half of it was known.")
        bar.advance(1000)

    told = capsys.readouterr()
    assert told.err.splitlines() == ["replaying: 2000 of 3000", "Half of it was known."]
    assert told.out == ""


def test_a_terminal_shows_a_bar_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    monkeypatch.setenv("TERM", "xterm-256color")

    with progress("replaying", 3) as bar:
        bar.advance(3)
        bar.note("Half of it was known.")

    shown = screen.getvalue()
    assert "replaying" in shown
    assert "3/3" in shown
    assert "Half of it was known." in shown
    assert shown.endswith("\x1b[2K")


def test_a_dumb_terminal_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    monkeypatch.setenv("TERM", "dumb")

    with progress("replaying", 3) as bar:
        bar.advance(3)

    assert screen.getvalue() == ""
