"""Shared by all tests: the shared facts and data, which must be there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .service import running

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
