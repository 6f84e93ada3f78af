"""Tables of a document as the service wants them: raw cells, row numbers, cells not to write."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ....functions.messages import Message
from .places import MEMORY, Place, Refused, used_end

MOST_ROWS: Final = 20_000
_FORMULA: Final = 16  # com.sun.star.sheet.CellFlags
_ERROR: Final = 4  # com.sun.star.sheet.FormulaResult
_OURS: Final = re.compile(r"^=(?:FANPAN\.|_XLDUDF_FANPAN_)", re.IGNORECASE)
_ERRORS: Final = {32767: "#N/A", 503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?",
                  532: "#DIV/0!"}  # fmt: skip


def column_cells(sheet: Any, column: int, first: int, last: int) -> list[Any]:
    """The raw cells of a column between two rows; None is blank."""
    if last < first:
        return []
    cells = sheet.getCellRangeByPosition(column, first, column, last).getDataArray()
    return [None if cell == "" else cell for (cell,) in cells]


def formula_rows(sheet: Any, column: int, first: int, last: int) -> set[int]:
    """Rows of a column that hold a formula or are covered by a merge."""
    if last < first:
        return set()
    cells = sheet.getCellRangeByPosition(column, first, column, last)
    return set(_rows(cells.queryContentCells(_FORMULA)))


def _rows(ranges: Any) -> Iterator[int]:
    for address in ranges.RangeAddresses:
        yield from range(address.StartRow, address.EndRow + 1)


def read_table(place: Place, wanted: Sequence[str]) -> dict[str, Any]:
    """One table; rows that people left blank are passed over."""
    columns = list(dict.fromkeys((*place.table["key"], *wanted)))
    present = [column for column in columns if column in place.columns]
    first, last = place.header + 1, used_end(place.sheet)[0]
    if last - first + 1 > MOST_ROWS:
        raise Refused(
            Message(
                "{table} has {rows} rows, more than a button here can send; close the file and "
                "use the command fanpan.",
                table=place.table["titles"][place.lang],
                rows=last - first + 1,
            )
        )
    cells = {
        column: column_cells(place.sheet, place.columns[column], first, last) for column in present
    }
    typed = [column for column in present if place.part(column) != "out"]
    rows = [
        at
        for at in range(max(0, last - first + 1))
        if any(cells[column][at] is not None for column in typed)
    ]
    index = {at: position for position, at in enumerate(rows)}
    table: dict[str, Any] = {
        "rows": [first + at + 1 for at in rows],
        "columns": {},
        "formulas": {},
        "live": [],
        "missing": [column for column in columns if column not in place.columns],
    }
    for column in present:
        position = place.columns[column]
        _mark_errors(place.sheet, position, first, last, cells[column])
        table["columns"][column] = [cells[column][at] for at in rows]
        shut = formula_rows(place.sheet, position, first, last)
        locked = sorted(index[row - first] for row in shut if row - first in index)
        if locked:
            table["formulas"][column] = locked
            formula = place.sheet.getCellByPosition(position, min(shut)).Formula
            if place.part(column) == "out" and _OURS.match(formula):
                table["live"].append(column)
    return table


def _mark_errors(sheet: Any, column: int, first: int, last: int, cells: list[Any]) -> None:
    if last < first:
        return
    ranges = sheet.getCellRangeByPosition(column, first, column, last)
    for row in _rows(ranges.queryFormulaCells(_ERROR)):
        code = sheet.getCellByPosition(column, row).getError()
        cells[row - first] = {"error": _ERRORS.get(code, "#VALUE!")}


def read_memory(places: Mapping[str, Place]) -> list[list[str]]:
    """The notes of the hidden sheet."""
    if MEMORY not in places:
        return []
    table = read_table(places[MEMORY], ["name", "value"])["columns"]
    return [
        [name, value]
        for name, value in zip(table["name"], table["value"], strict=True)
        if isinstance(name, str) and isinstance(value, str)
    ]
