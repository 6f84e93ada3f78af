"""Laying out a report sheet: titles, tiles, tables, charts, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from ...functions.messages import Lang, Message, translate
from ...sheets.edits import CellStyle, Chart, GridCell, SheetEdit
from ...sheets.snapshot import Value

COLUMNS = 12
WIDTH = 11.0
_ROW_PIXELS = 24
_COLUMN_PIXELS = 7 * WIDTH + 5


class Page:
    """A sheet of twelve equal columns that is filled from the top."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.rows: list[list[GridCell | None]] = []
        self.charts: list[Chart] = []

    def text(self, text: str) -> str:
        """A fixed phrase in the page's language."""
        return translate(text, self.lang)

    def line(self, message: Message | str, style: CellStyle = "text") -> None:
        """One line over the whole width."""
        text = message.text(self.lang) if isinstance(message, Message) else message
        self.rows.append([GridCell(text, style, COLUMNS)])

    def gap(self, count: int = 1) -> None:
        """Blank rows."""
        self.rows.extend([] for _ in range(count))

    def heading(self, text: str) -> None:
        """The title of a section."""
        self.gap()
        self.line(self.text(text), "subtitle")

    def tiles(self, tiles: Sequence[tuple[str, Value, CellStyle, str]]) -> None:
        """(label, value, style, note) side by side, two columns wide each."""
        for start in range(0, len(tiles), COLUMNS // 2):
            group = tiles[start : start + COLUMNS // 2]
            self.rows.append([cell for label, *_ in group for cell in _wide(label, "kpi_label")])
            self.rows.append([cell for _, value, style, _ in group for cell in _wide(value, style)])
            self.rows.append([cell for *_, note in group for cell in _wide(note, "note")])

    def table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[tuple[Value, CellStyle]]],
        spans: Sequence[int],
    ) -> tuple[int, list[int]]:
        """A table; (row of its first data row, column of each field), for charts."""
        at: list[int] = []
        column = 0
        for span in spans:
            at.append(column)
            column += span
        self.rows.append(_spread([(self.text(title), "header") for title in titles], spans))
        first = len(self.rows)
        for row in rows:
            self.rows.append(_spread(row, spans))
        return first, at

    def chart_row(self, charts: Sequence[Chart]) -> None:
        """Charts side by side below everything so far; `at` and `size` are set here."""
        height = 260
        width = int(COLUMNS * _COLUMN_PIXELS / len(charts)) - 12
        top = len(self.rows) + 1
        for number, chart in enumerate(charts):
            column = round(number * COLUMNS / len(charts))
            self.charts.append(
                Chart(
                    chart.kind, self.text(chart.title), chart.categories, chart.series,
                    (top, column), (width, height), chart.percent,
                )
            )  # fmt: skip
        self.gap(height // _ROW_PIXELS + 3)

    def sheet(self, id: str, title: str) -> SheetEdit:
        """The finished sheet."""
        return SheetEdit(id, title, self.rows, [WIDTH] * COLUMNS, self.charts, landscape=False)


def _wide(value: Value, style: CellStyle) -> list[GridCell | None]:
    return [GridCell(value, style, 2), None]


def _spread(
    cells: Sequence[tuple[Value, CellStyle]], spans: Sequence[int]
) -> list[GridCell | None]:
    row: list[GridCell | None] = []
    for (value, style), span in zip(cells, spans, strict=True):
        row.append(GridCell(value, style, span))
        row.extend([None] * (span - 1))
    return row
