"""Shared by all tests: the shared facts and data, which must be there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser
from typer.testing import CliRunner

from fanpan.addin.cli.app import build

from .excel import chromium
from .service import running

# Every run tries the same examples, on a machine of any speed; `make fuzz` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fuzz", deadline=None)
settings.load_profile("same")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts, cases and real exports; a missing one fails, it is never skipped."""
    assert SHARED.is_dir(), f"{SHARED} is missing: the tests read facts and real exports there"
    return SHARED


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The address of a running service, open to this machine."""
    with running() as (url, _):
        yield url


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracker of `fanpan new --demo`; tests write to copies of it."""
    path = tmp_path_factory.mktemp("demo") / "tracker.xlsx"
    run = CliRunner().invoke(build([]), ["new", str(path), "--demo"])
    assert run.exit_code == 0, run.output
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium from Debian."""
    with chromium() as found:
        yield found
