"""Which style a written cell gets: its own, else that of its column's cells, dates as dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from ...templates.tracker import Column
from .dates import DateStyles
from .sheetxml import parse_range

_WINDOW: Final = 1 << 18
"""How many bytes of a sheet are looked at, from its first and from its last row."""


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
        self._appended: dict[int, int | None] = {}

    def style_of(self, column: int, style: int | None) -> int | None:
        """The style to write for a cell of the column that has `style` now."""
        key = (column, style)
        if key not in self._known:
            self._known[key] = self._find(column, style, self._first)
        return self._known[key]

    def appended(self, column: int) -> int | None:
        """The style for a cell of a row below the last one."""
        if column not in self._appended:
            self._appended[column] = self._find(column, None, self._last)
        return self._appended[column]

    def _find(self, column: int, style: int | None, defaults: Mapping[int, int]) -> int | None:
        declared = self._columns.get(column)
        default = defaults.get(column)
        found = style if style is not None else default
        if declared is None or declared.type not in {"moment", "day"}:
            return found
        if found is not None and self._dates.shows_date(found):
            return found
        if default is not None and self._dates.shows_date(default):
            return default
        return self._dates.date_style(found)

    @cached_property
    def _first(self) -> dict[int, int]:
        start = max(self._xml.find(b"sheetData"), 0)
        first: dict[int, int] = {}
        for column, style in _typed(self._xml[start : start + _WINDOW], self._header):
            first.setdefault(column, style)
        return {**_of_columns(self._xml[:start]), **first}

    @cached_property
    def _last(self) -> dict[int, int]:
        end = max(self._xml.rfind(b"sheetData>"), 0)
        return {**self._first, **dict(_typed(self._xml[max(0, end - _WINDOW) : end], self._header))}


def _of_columns(head: bytes) -> dict[int, int]:
    """Column → the style of the column itself."""
    found: dict[int, int] = {}
    for match in re.finditer(rb"<(?:\w+:)?col\b[^>]*>", head):
        given = {
            name.decode(): value.decode()
            for name, value in re.findall(rb"\b(min|max|style)=[\"'](\d+)[\"']", match[0])
        }
        if "style" in given:
            last = min(int(given["max"]), int(given["min"]) + 1000)
            for column in range(int(given["min"]) - 1, last):
                found[column] = int(given["style"])
    return found


def _typed(xml: bytes, header: int) -> Iterator[tuple[int, int]]:
    """Column and style of each cell below the header that holds something, in order."""
    for match in re.finditer(rb"<(?:\w+:)?c\b([^>]*)>", xml):
        place = re.search(rb"\br=[\"']([A-Z]{1,3}\d+)[\"']", match[1])
        style = re.search(rb"\bs=[\"'](\d+)[\"']", match[1])
        if place is None or style is None or match[1].endswith(b"/"):
            continue
        row, column, _, _ = parse_range(place[1].decode())
        if row > header:
            yield column, int(style[1])
