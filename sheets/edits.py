"""What a button wants done. Every host applies the same edits; applying twice is applying once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ..functions.messages import Message
from .snapshot import RowKey, Value


@dataclass(slots=True)
class TableEdits:
    """Cells to set and rows to append in one table."""

    cells: dict[str, dict[RowKey, Value]] = field(default_factory=dict[str, dict[RowKey, Value]])
    """Column id → row → new value (None clears the cell)."""
    seen: dict[str, dict[RowKey, Value]] = field(default_factory=dict[str, dict[RowKey, Value]])
    """Column id → row → value a person saw when deciding: the cell is set only if it still holds
    that value (used by the case buttons; "first wins, the second is told")."""
    append: list[dict[str, Value]] = field(default_factory=list[dict[str, Value]])
    """New rows, column id → value. A row whose key the table has is left out by the adapter."""

    def set(self, column: str, row: RowKey, value: Value) -> None:
        """Set one cell."""
        self.cells.setdefault(column, {})[row] = value


CellStyle = Literal[
    "title", "subtitle", "header", "text", "wrap", "number", "percent", "money", "moment", "day",
    "good", "bad", "note", "kpi_label", "kpi_value", "kpi_percent", "kpi_money",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a report sheet."""

    value: Value
    style: CellStyle = "text"
    span: int = 1
    """How many columns it is merged over."""


ChartKind: TypeAlias = Literal["column", "bar", "line", "pie", "stacked"]


@dataclass(frozen=True, slots=True)
class Chart:
    """A native chart whose series are ranges of its own report sheet.

    Rows and columns are 0-based; `categories` and each series are (row, column) of the first cell
    and the number of cells going down.
    """

    kind: ChartKind
    title: str
    categories: tuple[int, int, int]
    series: tuple[tuple[str, int, int, int], ...]
    """(name, first row, column, count)."""
    at: tuple[int, int]
    """Cell under the chart's upper left corner."""
    size: tuple[int, int] = (520, 280)
    """Width and height in pixels."""
    percent: bool = False


@dataclass(slots=True)
class SheetEdit:
    """A report sheet that is added, or replaced as a whole when it stands there already."""

    id: str
    """Stable id, e.g. `dashboard` or `report.2026-W47`."""
    title: str
    rows: list[list[GridCell | None]]
    widths: list[float] = field(default_factory=list[float])
    charts: list[Chart] = field(default_factory=list[Chart])
    freeze_rows: int = 0
    landscape: bool = True


@dataclass(frozen=True, slots=True)
class Alert:
    """A notice for people, personal data masked by the button that makes it."""

    to: str
    text: str
    once: str
    """Key: the same alert is sent once."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A file to keep beside the tracker."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of a summary: where, what is wrong, what to do."""

    message: Message
    table: str = ""
    row: str = ""
    """Row as people see it: its number in the sheet or file, or its key."""
    column: str = ""
    level: Literal["info", "warning", "error"] = "warning"


@dataclass(slots=True)
class Summary:
    """What a button did, for the person who pressed it."""

    counts: dict[str, int] = field(default_factory=dict[str, int])
    """E.g. rows_read, cells_changed, rows_added, problems."""
    notices: list[Notice] = field(default_factory=list[Notice])
    lines: list[Message] = field(default_factory=list[Message])

    def add(self, name: str, amount: int = 1) -> None:
        """Count."""
        self.counts[name] = self.counts.get(name, 0) + amount


@dataclass(slots=True)
class Edits:
    """All that one press of a button changes."""

    tables: dict[str, TableEdits] = field(default_factory=dict[str, TableEdits])
    sheets: list[SheetEdit] = field(default_factory=list[SheetEdit])
    alerts: list[Alert] = field(default_factory=list[Alert])
    files: list[FileEdit] = field(default_factory=list[FileEdit])
    memory: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Notes to remember with the tracker; replaces the notes of the same name."""
    summary: Summary = field(default_factory=Summary)

    def table(self, table: str) -> TableEdits:
        """The edits of one table, made on first use."""
        return self.tables.setdefault(table, TableEdits())

    def __bool__(self) -> bool:
        return bool(
            any(edit.append or any(edit.cells.values()) for edit in self.tables.values())
            or self.sheets
            or self.alerts
            or self.files
            or self.memory
        )
