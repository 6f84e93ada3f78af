"""The package list is by hand: compare it with the folders, and the import name with the links."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("functions", "sheets", "templates", "addin")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_package_list_matches_the_folders() -> None:
    found = {"fanpan"}
    for folder in FOLDERS:
        for init in (ROOT / folder).rglob("__init__.py"):
            found.add(".".join(("fanpan", *init.relative_to(ROOT).parent.parts)))
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_python_file_is_in_a_package() -> None:
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            assert (path.parent / "__init__.py").exists() or path.parent.name == "demo", path


@pytest.mark.parametrize("folder", FOLDERS)
def test_links_are_relative_and_lead_to_the_folders(folder: str) -> None:
    link = ROOT / "fanpan" / folder
    assert link.is_symlink()
    assert os.readlink(link) == f"../{folder}"


def test_doctests_are_collected_through_the_links() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider",
         "fanpan"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    collected = [line for line in run.stdout.splitlines() if "::" in line]
    assert len(collected) >= 60, f"only {len(collected)} doctests were found"


def test_wheel_holds_code_and_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--disable-pip-version-check",
         "-w", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = f"fanpan/{path.relative_to(ROOT).as_posix()}"
                assert inside in names, f"{inside} is not in the wheel"
    assert "fanpan/py.typed" in names
