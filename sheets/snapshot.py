"""What a button sees: the declared tables and columns, columnar, in plain Python values.

A cell that does not hold what its column declares is blank (None) in `columns` and stands with its
raw text in `bad`, so that the row stays and its problem can be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..functions.messages import Lang

if TYPE_CHECKING:
    import pandas as pd

Value = Any
"""str, float, Decimal, datetime, date, bool, tuple[str, ...] or None for blank."""


class Unread(str):
    """Raw text that does not fit its column; an edit puts it into the cell as it is, where it reads
    as `bad`: nothing is lost, and the person corrects it in place."""

    __slots__ = ()


RowKey = tuple[str, int]
"""A row's key text and its occurrence (0 for the first row with that key, 1 for a copy …)."""


@dataclass(slots=True)
class TableSnapshot:
    """One table: column id → values; all lists have the same length, row by row."""

    id: str
    columns: dict[str, list[Value]]
    handles: Sequence[str]
    """How the host finds the row again while this snapshot is fresh; opaque to buttons."""
    keys: list[RowKey]
    """How edits address the row; stays right when rows move."""
    locked: dict[str, frozenset[int]] = field(default_factory=dict[str, frozenset[int]])
    """Column id → row numbers whose cell is never written: a formula, an array, a merge."""
    bad: dict[str, dict[int, str]] = field(default_factory=dict[str, dict[int, str]])
    """Column id → row number → raw text of a cell that is not what the column declares."""
    live: frozenset[str] = frozenset()
    """Columns whose cells are the tracker's own host formulas; refresh leaves them alone."""
    missing: frozenset[str] = frozenset()
    """Declared columns that this table does not have."""

    def __len__(self) -> int:
        return len(self.keys)

    def column(self, column: str) -> list[Value]:
        """The values of one column; all blank where the table does not have it."""
        found = self.columns.get(column)
        return [None] * len(self) if found is None else found

    def rows(self, *columns: str) -> Iterator[tuple[Value, ...]]:
        """The named columns, row by row."""
        return zip(*(self.column(column) for column in columns), strict=True)

    def index(self) -> dict[RowKey, int]:
        """Row key → row number."""
        return {key: number for number, key in enumerate(self.keys)}


def key_text(values: Iterable[Value]) -> str:
    """The key of a row from the values of its table's key columns; blank when all are blank.

    >>> key_text(["taobao", "旗舰店", "123"]), key_text([None, None])
    ('taobao|旗舰店|123', '')
    """
    texts = ["" if value is None or isinstance(value, Unread) else str(value) for value in values]
    return "|".join(texts) if any(texts) else ""


def number_keys(texts: Iterable[str]) -> list[RowKey]:
    """Add the occurrence to each key text.

    >>> number_keys(["a", "b", "a"])
    [('a', 0), ('b', 0), ('a', 1)]
    """
    seen: Counter[str] = Counter()
    keys: list[RowKey] = []
    for text in texts:
        keys.append((text, seen[text]))
        seen[text] += 1
    return keys


@dataclass(slots=True)
class Snapshot:
    """The tables a button declared, and what the tracker says of itself."""

    tables: dict[str, TableSnapshot]
    lang: Lang = "zh"
    name: str = ""
    """Name of the tracker, for titles and log lines."""
    memory: dict[str, Any] = field(default_factory=dict[str, Any])
    """JSON-able notes that the tracker keeps for us: header maps per shop, imported ids …"""

    def __getitem__(self, table: str) -> TableSnapshot:
        """The table; an empty one where the tracker does not have it."""
        found = self.tables.get(table)
        return TableSnapshot(table, {}, [], []) if found is None else found

    def frame(self, table: str) -> pd.DataFrame:
        """One table as a pandas frame, for analysis."""
        import pandas as pd

        found = self.tables[table]
        return pd.DataFrame(
            {name: pd.Series(values, dtype=object) for name, values in found.columns.items()}
        )
