"""Who may import what, as DESIGN has it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY = {
    "functions": {"functions"},
    "templates": {"functions", "templates"},
    "sheets": {"functions", "templates", "sheets"},
    "addin": {"functions", "templates", "sheets", "addin"},
}
THIRD_PARTY = {"functions": set[str](), "templates": {"pydantic"}}
MODULES = [path for folder in MAY for path in sorted((ROOT / folder).rglob("*.py"))]


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(ours or theirs, name) of everything a module imports, wherever in it."""
    package = ["fanpan", *path.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield "theirs", alias.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package[: len(package) - node.level + 1]
                target = [*base, *(node.module.split(".") if node.module else [])]
                if len(target) == 1:
                    for alias in node.names:
                        yield "ours", alias.name
                else:
                    yield "ours", target[1]
            else:
                assert node.module is not None
                yield "theirs", node.module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_its_folder_may(path: Path) -> None:
    folder = path.relative_to(ROOT).parts[0]
    for kind, name in imports(path):
        if kind == "ours":
            assert name in MAY[folder] | {"__version__"}, f"{folder}/ may not import {name}/"
            continue
        assert name != "fanpan", "inside the folders imports are relative"
        if folder in THIRD_PARTY:
            allowed = sys.stdlib_module_names | THIRD_PARTY[folder] | {"__future__"}
            assert name in allowed, f"{folder}/ may not import {name}"


def test_every_folder_was_looked_at() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in MODULES}
    assert found == set(MAY)
    assert len(MODULES) > 50


@pytest.mark.parametrize("path", sorted((ROOT / "functions").rglob("*.py")), ids=lambda p: p.name)
def test_nothing_reads_the_clock_in_functions(path: Path) -> None:
    calls = {
        node.func.attr
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not calls & {"now", "today", "utcnow"}
