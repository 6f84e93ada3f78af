"""What every place where a table lives can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from .edits import Edits, Summary
from .snapshot import Snapshot


class Sheet(Protocol):
    """A tracker in its host."""

    def snapshot(self, needs: Mapping[str, tuple[str, ...]]) -> Snapshot:
        """Read the named columns of the named tables."""
        ...

    def apply(self, edits: Edits) -> Summary:
        """Write the edits, all or nothing; what was counted and noticed comes back."""
        ...
