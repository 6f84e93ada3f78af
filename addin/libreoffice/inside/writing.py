"""Edits into a document: only what was named, only where nothing moved, texts always as texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from .places import MEMORY, PREFIX, Place, name_cell, used_end
from .reading import column_cells, formula_rows
from .unotypes import struct

_CONTENTS: Final = 1 | 2 | 4  # numbers, dates and texts: com.sun.star.sheet.CellFlags


def write_tables(
    document: Any, places: Mapping[str, Place], edits: Mapping[str, Any], counts: dict[str, int]
) -> None:
    """Set cells and append rows; what was written and what was left alone is counted."""
    for table, edit in edits.items():
        if table not in places:
            counts["absent"] = counts.get("absent", 0) + 1
            continue
        place = places[table]
        for column, cells in edit["cells"].items():
            if column in place.columns:
                _set_cells(document, place, column, cells, counts)
        if edit["append"]:
            _append(document, place, edit["append"])
            counts["rows"] = counts.get("rows", 0) + len(edit["append"])
        _record(document, place)


def _set_cells(
    document: Any, place: Place, column: str, cells: Sequence[Any], counts: dict[str, int]
) -> None:
    at = place.columns[column]
    rows = sorted((row - 1, value) for row, value in cells)
    if not rows:
        return
    shut = formula_rows(place.sheet, at, rows[0][0], rows[-1][0])
    free = [(row, value) for row, value in rows if row not in shut]
    counts["kept"] = counts.get("kept", 0) + len(rows) - len(free)
    for run in _runs(free):
        _put(document, place, column, run[0][0], [value for _, value in run])
    counts["cells"] = counts.get("cells", 0) + len(free)


def _runs(cells: Sequence[tuple[int, Any]]) -> Iterator[list[tuple[int, Any]]]:
    """Neighbours with a value, or neighbours without one."""
    run: list[tuple[int, Any]] = []
    for row, value in cells:
        if run and (row != run[-1][0] + 1 or (value is None) != (run[-1][1] is None)):
            yield run
            run = []
        run.append((row, value))
    if run:
        yield run


def _put(document: Any, place: Place, column: str, row: int, values: Sequence[Any]) -> None:
    at = place.columns[column]
    cells = place.sheet.getCellRangeByPosition(at, row, at, row + len(values) - 1)
    if values[0] is None:
        cells.clearContents(_CONTENTS)
        return
    for number, value in enumerate(values, row):
        set_cell(place.sheet.getCellByPosition(at, number), value)
    if cells.NumberFormat == 0:
        cells.NumberFormat = number_format(document, place.declared(column)["format"])


def set_cell(cell: Any, value: Any) -> None:
    """Write one cell. A data array would be quicker, but undo (7.4) leaves what it put into empty
    cells; `setString` takes a text for a text, also one that starts with "="."""
    if isinstance(value, (bool, int, float)):
        cell.setValue(float(value))
    else:
        cell.setString(str(value))


def number_format(document: Any, code: str) -> int:
    """The key of a number format, which the document is given where it has none."""
    formats = document.NumberFormats
    locale = struct("com.sun.star.lang.Locale", "en", "US", "")
    key = formats.queryKey(code, locale, True)
    return int(formats.addNew(code, locale) if key == -1 else key)


def _append(document: Any, place: Place, rows: Sequence[Mapping[str, Any]]) -> None:
    """New rows below the last one, dressed like it; a database range that ended there grows."""
    last = _last_row(place)
    start, end = last + 1, last + len(rows)
    for column in place.table["columns"]:
        at = place.columns.get(column["id"])
        if at is None:
            continue
        cells = place.sheet.getCellRangeByPosition(at, start, at, end)
        if last > place.header:
            cells.NumberFormat = place.sheet.getCellByPosition(at, last).NumberFormat
        values = [row.get(column["id"]) for row in rows]
        for run in _runs(list(enumerate(values, start))):
            if run[0][1] is not None:
                _put(document, place, column["id"], run[0][0], [value for _, value in run])
    sheet = place.sheet.RangeAddress.Sheet
    for name in document.DatabaseRanges.ElementNames:
        known = document.DatabaseRanges.getByName(name)
        area = known.DataArea
        ends = area.EndRow in {last, max(last, place.header + 1)}
        if area.Sheet == sheet and area.StartRow == place.header and ends:
            area.EndRow = end
            known.DataArea = area


def _last_row(place: Place) -> int:
    """The last row that holds anything in a column of ours."""
    first, last = place.header + 1, used_end(place.sheet)[0]
    columns = [column_cells(place.sheet, at, first, last) for at in place.columns.values()]
    for at in range(last - first, -1, -1):
        if any(cells[at] is not None for cells in columns):
            return first + at
    return place.header


def _record(document: Any, place: Place) -> None:
    """Names for columns that were found by title, so that retitling loses nothing."""
    for column in sorted(place.unnamed):
        cell = place.sheet.getCellByPosition(place.columns[column], place.header)
        name_cell(document, f"{PREFIX}{place.id}.{column}", cell)


def write_memory(document: Any, places: Mapping[str, Place], memory: Sequence[Any]) -> None:
    """The hidden sheet of notes, rewritten where it changed."""
    place = places[MEMORY]
    first, last = place.header + 1, used_end(place.sheet)[0]
    for position, column in enumerate(("name", "value")):
        at = place.columns[column]
        standing = column_cells(place.sheet, at, first, last)
        for number in range(max(len(standing), len(memory))):
            new = memory[number][position] if number < len(memory) else None
            if new != (standing[number] if number < len(standing) else None):
                _put(document, place, column, first + number, [new])


def set_now(document: Any, moment: float) -> None:
    """The cell whose moment live formulas read."""
    if document.NamedRanges.hasByName(f"{PREFIX}now"):
        cells = document.NamedRanges.getByName(f"{PREFIX}now").getReferredCells()
        if cells is not None and not cells.getCellByPosition(0, 0).Formula.startswith("="):
            set_cell(cells.getCellByPosition(0, 0), moment)
