"""Where the tables of a workbook stand, for formulas that name them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ROW: Final = "\ue000"
"""Stands for the row number in the text of a formula."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a table's data rows stand."""

    sheet: str
    columns: Mapping[str, str]
    """Column id → letters, of the columns that are there."""
    first: int
    last: int

    def whole(self, column: str) -> str:
        """All data cells of a column, absolute, with the sheet's name."""
        letters = self.columns[column]
        name = self.sheet.replace("'", "''")
        return f"'{name}'!${letters}${self.first}:${letters}${self.last}"
