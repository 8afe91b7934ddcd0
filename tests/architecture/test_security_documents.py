"""docs/security.md and docs/threat-model.md speak of tests that exist, and of every line that they promise to."""

import re
from pathlib import Path

import pytest

DOCUMENTS = ("security.md", "threat-model.md")

# The standard's sections by their last line, and of their lines those that level 3 alone asks for. V17 does not apply.
_SECTIONS = """
1.1:2 1.2:10 1.3:12 1.4:3 1.5:3 2.1:3 2.2:3 2.3:5 2.4:2 3.1:1 3.2:3 3.3:5 3.4:8 3.5:8 3.6:1 3.7:5 4.1:5 4.2:5 4.3:2
4.4:4 5.1:1 5.2:6 5.3:3 5.4:3 6.1:3 6.2:12 6.3:8 6.4:6 6.5:8 6.6:4 6.7:2 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:3 7.6:2
8.1:4 8.2:4 8.3:3 8.4:2 9.1:3 9.2:4 10.1:2 10.2:3 10.3:5 10.4:16 10.5:5 10.6:2 10.7:3 11.1:4 11.2:5 11.3:5 11.4:4
11.5:2 11.6:2 11.7:2 12.1:5 12.2:2 12.3:5 13.1:4 13.2:6 13.3:4 13.4:7 14.1:2 14.2:8 14.3:3 15.1:5 15.2:5 15.3:7 15.4:4
16.1:1 16.2:5 16.3:4 16.4:3 16.5:4
"""
_LEVEL_3 = """
1.2.10 1.3.12 1.5.3 2.3.5 2.4.2 3.1.1 3.2.3 3.3.5 3.4.7 3.4.8 3.5.6 3.5.7 3.5.8 3.6.1 3.7.3 3.7.4 3.7.5 4.1.4 4.1.5
4.2.2 4.2.3 4.2.4 4.2.5 5.2.4 5.2.5 5.2.6 5.3.3 6.3.5 6.3.6 6.3.7 6.3.8 6.4.5 6.4.6 6.5.6 6.5.7 6.5.8 6.6.4 6.7.1
6.7.2 7.5.3 8.1.3 8.1.4 8.2.4 8.3.2 8.3.3 8.4.2 10.2.3 10.3.5 10.4.12 10.4.13 10.4.14 10.4.15 10.4.16 11.1.3 11.1.4
11.2.4 11.2.5 11.3.4 11.3.5 11.5.2 11.6.2 11.7.1 11.7.2 12.1.4 12.1.5 12.3.5 13.1.2 13.1.3 13.1.4 13.2.6 13.3.3 13.3.4
13.4.6 13.4.7 14.2.5 14.2.6 14.2.7 14.2.8 15.1.4 15.1.5 15.2.4 15.2.5 15.4.1 15.4.2 15.4.3 15.4.4 16.5.4
"""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_that_is_named_exists(repository: Path, name: str) -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (repository / "docs" / name).read_text(encoding="utf-8"))
    assert len(named) > 20

    missing = [
        f"{file}::{test}"
        for file, test in named
        if not (repository / file).is_file()
        or not re.search(rf"^def {test}\(", (repository / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert missing == []


def test_every_line_of_the_standards_first_two_levels_is_answered_once(repository: Path) -> None:
    text = (repository / "docs/security.md").read_text(encoding="utf-8")
    answered = re.findall(r"^\| (\d+\.\d+\.\d+) \| .+ \| .+ \|$", text, re.MULTILINE)
    sections = [entry.split(":") for entry in _SECTIONS.split()]
    every = {f"{section}.{line}" for section, last in sections for line in range(1, int(last) + 1)}
    level_3 = set(_LEVEL_3.split())
    assert level_3 <= every

    assert len(answered) == len(set(answered))
    assert set(answered) == every - level_3


def test_what_is_not_met_says_what_follows_or_why(repository: Path) -> None:
    text = (repository / "docs/security.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    admitted = [line for line in lines if "**Not met" in line]

    assert admitted
    assert all(len(line.split("**", 2)[2].split()) > 8 for line in admitted)
