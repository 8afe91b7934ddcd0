"""The package is pure: what scores a client's answers knows no web, no database and no clock."""

import ast
import sys
from pathlib import Path

import shared.measures


def test_the_package_imports_nothing_else_of_afterglow_and_no_web_or_database() -> None:
    allowed = {"marshmallow", "jsonschema_rs", "shared.measures"}
    folder = Path(shared.measures.__file__).parent
    for module in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                ours = ".".join(name.split(".")[:2]) if name.startswith("shared") else name.split(".")[0]
                assert ours in allowed or ours in sys.stdlib_module_names, f"{module.name} imports {name}"
