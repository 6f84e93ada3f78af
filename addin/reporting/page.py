"""Laying out a report sheet: titles, tiles, tables, charts, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...functions.messages import Lang, Message, translate
from ...sheets.edits import CellStyle, Chart, ChartKind, GridCell, SheetEdit
from ...sheets.snapshot import Value

COLUMNS = 12
WIDTH = 11.0
_ROW_PIXELS = 24
_COLUMN_PIXELS = 7 * WIDTH + 5
_CHART_HEIGHT = 260


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with the table of what it shows; the first field holds the categories."""

    kind: ChartKind
    title: str
    titles: Sequence[str]
    """Title of each field of the table."""
    rows: Sequence[Sequence[tuple[Value, CellStyle]]]
    plotted: Sequence[int]
    """The fields that are drawn, in this order."""


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
    ) -> None:
        """A table over the whole width; `spans` says how many columns each field takes."""
        self.rows.append(_spread([(self.text(title), "header") for title in titles], spans))
        self.rows.extend(_spread(row, spans) for row in rows)

    def figures(self, figures: Sequence[Figure]) -> None:
        """Charts side by side, the table of each below it."""
        share = COLUMNS // len(figures)
        top = len(self.rows)
        self.gap(_CHART_HEIGHT // _ROW_PIXELS + 2)
        header = len(self.rows)
        size = int(share * _COLUMN_PIXELS) - 12, _CHART_HEIGHT
        for number, figure in enumerate(figures):
            column = number * share
            # The columns of one table stand apart from those of the next.
            spans = _shares(share - (number + 1 < len(figures)), len(figure.titles))
            self._put(
                header, column, [(self.text(title), "header") for title in figure.titles], spans
            )
            for at, row in enumerate(figure.rows, header + 1):
                self._put(at, column, row, spans)
            count = len(figure.rows)
            series = tuple(
                (self.text(figure.titles[field]), header + 1, column + sum(spans[:field]), count)
                for field in figure.plotted
            )
            self.charts.append(
                Chart(
                    figure.kind, self.text(figure.title), (header + 1, column, count), series,
                    (top, column), size,
                )
            )  # fmt: skip

    def _put(
        self,
        at: int,
        column: int,
        cells: Sequence[tuple[Value, CellStyle]],
        spans: Sequence[int],
    ) -> None:
        self.gap(max(0, at + 1 - len(self.rows)))
        row = self.rows[at]
        row.extend([None] * (column - len(row)))
        row.extend(_spread(cells, spans))

    def sheet(self, id: str, title: str) -> SheetEdit:
        """The finished sheet."""
        return SheetEdit(id, title, self.rows, [WIDTH] * COLUMNS, self.charts, landscape=False)


def _wide(value: Value, style: CellStyle) -> list[GridCell | None]:
    return [GridCell(value, style, 2), None]


def _shares(columns: int, fields: int) -> list[int]:
    """Columns for each of the fields of a table; what is left over goes to the first.

    >>> _shares(5, 3), _shares(6, 2)
    ([3, 1, 1], [3, 3])
    """
    each, left = divmod(columns, fields)
    return [each + left, *[each] * (fields - 1)]


def _spread(
    cells: Sequence[tuple[Value, CellStyle]], spans: Sequence[int]
) -> list[GridCell | None]:
    row: list[GridCell | None] = []
    for (value, style), span in zip(cells, spans, strict=True):
        row.append(GridCell(value, style, span))
        row.extend([None] * (span - 1))
    return row
