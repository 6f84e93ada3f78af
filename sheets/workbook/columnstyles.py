"""Which style a written cell gets: its own, else that of its column's cells, dates as dates."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...templates.tracker import Column
from .dates import DateStyles
from .sheetxml import parse_range


class ColumnStyles:
    """The style for each cell that is written: its own, else its column's."""

    def __init__(
        self, xml: bytes, columns: Mapping[int, Column], dates: DateStyles, header: int
    ) -> None:
        self._xml = xml
        self._columns = columns
        self._dates = dates
        self._header = header
        self._known: dict[tuple[int, int | None], int | None] = {}
        self._default: dict[int, int] | None = None

    def style_of(self, column: int, style: int | None) -> int | None:
        """The style to write for a cell of the column that has `style` now."""
        key = (column, style)
        if key not in self._known:
            self._known[key] = self._find(column, style)
        return self._known[key]

    def _find(self, column: int, style: int | None) -> int | None:
        declared = self._columns.get(column)
        found = style if style is not None else self._defaults().get(column)
        if declared is None or declared.type not in {"moment", "day"}:
            return found
        if found is not None and self._dates.shows_date(found):
            return found
        default = self._defaults().get(column)
        if default is not None and self._dates.shows_date(default):
            return default
        return self._dates.date_style(found)

    def _defaults(self) -> dict[int, int]:
        if self._default is None:
            self._default = column_styles(self._xml, self._header)
        return self._default


def column_styles(xml: bytes, header: int) -> dict[int, int]:
    """Column → style of its cells: that of the first typed cell below the header, else the
    column's own."""
    found: dict[int, int] = {}
    start = xml.find(b"sheetData")
    for match in re.finditer(rb"<(?:\w+:)?col\b[^>]*>", xml[: max(start, 0)]):
        given = {
            name.decode(): value.decode()
            for name, value in re.findall(rb"\b(min|max|style)=[\"'](\d+)[\"']", match[0])
        }
        if "style" in given:
            last = min(int(given["max"]), int(given["min"]) + 1000)
            for column in range(int(given["min"]) - 1, last):
                found[column] = int(given["style"])
    looked = xml[start : start + (1 << 18)]
    first: dict[int, int] = {}
    pattern = rb"<(?:\w+:)?c\b([^>]*)>"
    for match in re.finditer(pattern, looked):
        place = re.search(rb"\br=[\"']([A-Z]{1,3}\d+)[\"']", match[1])
        style = re.search(rb"\bs=[\"'](\d+)[\"']", match[1])
        if place is None or style is None or match[1].endswith(b"/"):
            continue
        row, column, _, _ = parse_range(place[1].decode())
        if row > header:
            first.setdefault(column, int(style[1]))
    return {**found, **first}
