"""Generated pages are up to date, and every command stands in the README with its help."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from fanpan.addin.cli.app import build
from fanpan.addin.reference import reference
from fanpan.functions import REGISTRY

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = [command.name for command in build([]).registered_commands]


def test_the_reference_is_up_to_date() -> None:
    written = (ROOT / "docs" / "functions.md").read_text("utf-8")
    assert written == reference(), "run make docs"


@pytest.mark.parametrize("name", list(REGISTRY))
def test_every_function_stands_in_the_reference_in_both_languages(name: str) -> None:
    function = REGISTRY[name]
    page = reference()
    assert f"## {function.title('zh')} · {name}\n" in page
    assert f"## {name} · {function.title('zh')}\n" in page


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_in_both_languages_and_stands_in_the_readme(command: str) -> None:
    pages = {
        lang: CliRunner().invoke(build(["--lang", lang]), [command, "--help"]).output
        for lang in ("zh", "en")
    }
    assert pages["zh"] != pages["en"]
    assert any("\u4e00" <= character <= "\u9fff" for character in pages["zh"])
    assert f"fanpan {command}" in (ROOT / "README.md").read_text("utf-8")
