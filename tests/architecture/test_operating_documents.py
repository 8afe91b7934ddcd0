"""What an operator reads is whole: every setting and every figure is explained, and none is that does not exist."""

import re
from pathlib import Path

import pytest

from stack.services import NAMES

_READ = re.compile(r'env\.\w+\(\s*"(AFTERGLOW_\w+)"|envvar="(AFTERGLOW_\w+)"')
_FIGURE = re.compile(r'"(afterglow_[a-z_]+?)(?:_total)?"')


@pytest.fixture(scope="module")
def sources(repository: Path) -> str:
    roots = ["shared", "deploy", *(f"services/{name}" for name in NAMES)]
    files = [file for root in roots for file in (repository / root / "src").rglob("*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if "testing" not in file.parts)


def test_every_setting_is_explained_and_every_explained_one_is_read(repository: Path, sources: str) -> None:
    documents = [repository / "deploy/README.md", *(repository / "services").glob("*/README.md")]
    explained = set(re.findall(r"AFTERGLOW_[A-Z_]*[A-Z]", "\n".join(file.read_text() for file in documents)))
    read = {one or other for one, other in _READ.findall(sources)}
    files = {f"{name}_FILE" for name in read}
    assert read - explained == set()
    assert explained - read - files == set()


def test_every_figure_is_explained_and_every_explained_one_is_told(repository: Path, sources: str) -> None:
    told = set(_FIGURE.findall(sources)) - {"afterglow_outbox", "afterglow_inbox"}  # Those two are doorbells.
    document = (repository / "docs/operating.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| `(afterglow_[a-z_]+?)(?:_total)?`", document, re.MULTILINE))
    assert told == explained
