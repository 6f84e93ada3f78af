"""Report sheets in a document: added, or replaced as a whole when they stand there already."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from .places import PREFIX, name_cell
from .unotypes import enum, struct
from .writing import number_format, set_cell

_ROW_HEIGHT: Final = 18.0
_POINT: Final = 2540 / 72  # hundredths of a millimetre
_PIXEL: Final = 2540 / 96
_DIGIT: Final = 7 * _PIXEL
"""A width of one is about one digit."""
_ALIGNED: Final = frozenset({"left", "center", "right"})
_CHARTS: Final = {"column": "BarDiagram", "bar": "BarDiagram", "stacked": "BarDiagram",
                  "line": "LineDiagram", "pie": "PieDiagram"}  # fmt: skip


def put_sheets(
    document: Any, sheets: Sequence[Mapping[str, Any]], looks: Mapping[str, Any]
) -> list[Any]:
    """Put every sheet; gives them back in order."""
    return [_put_sheet(document, sheet, looks) for sheet in sheets]


def _put_sheet(document: Any, edit: Mapping[str, Any], looks: Mapping[str, Any]) -> Any:
    mark = PREFIX + "sheet." + re.sub(r"\W", "_", edit["id"])
    names, sheets = document.NamedRanges, document.Sheets
    standing = names.getByName(mark).getReferredCells() if names.hasByName(mark) else None
    if standing is None:
        name = free_name(edit["title"], sheets.ElementNames)
        sheets.insertNewByName(name, len(sheets.ElementNames))
        sheet = sheets.getByName(name)
        name_cell(document, mark, sheet.getCellByPosition(0, 0))
    else:
        sheet = sheets.getByIndex(standing.RangeAddress.Sheet)
        for chart in sheet.Charts.ElementNames:
            sheet.Charts.removeByName(chart)
        everything = sheet.getCellRangeByPosition(0, 0, 60, 2000)
        everything.merge(False)
        everything.clearContents(1023)
    _fill(document, sheet, edit, looks)
    for at, chart in enumerate(edit["charts"]):
        _draw(sheet, f"{sheet.Name} {at + 1}", chart, looks["colours"])
    return sheet


def free_name(title: str, taken: Sequence[str]) -> str:
    """A name that a sheet may have and no other has.

    >>> free_name("a/b", ["A B"])
    'a b 2'
    """
    lower = {name.lower() for name in taken}
    clean = re.sub(r"[\\/?*\[\]:]", " ", title).strip("' ")[:31] or "Sheet"
    name, number = clean, 1
    while name.lower() in lower:
        number += 1
        name = f"{clean[: 30 - len(str(number))]} {number}"
    return name


def _fill(document: Any, sheet: Any, edit: Mapping[str, Any], looks: Mapping[str, Any]) -> None:
    for column, width in enumerate(edit["widths"]):
        sheet.Columns.getByIndex(column).Width = round(width * _DIGIT)
    for number, line in enumerate(edit["rows"]):
        height = _ROW_HEIGHT
        for column, cell in enumerate(line):
            if cell is None:
                continue
            style = looks["styles"].get(cell["style"], {})
            height = max(height, looks["heights"].get(cell["style"], 0))
            last = column + max(1, cell.get("span", 1)) - 1
            cells = sheet.getCellRangeByPosition(column, number, last, number)
            if last > column:
                cells.merge(True)
            _dress(document, cells, style)
            if cell["value"] is not None:
                set_cell(sheet.getCellByPosition(column, number), cell["value"])
            if style.get("text_wrap") and isinstance(cell["value"], str):
                room = sum(edit["widths"][column : last + 1]) or 12
                height = max(height, 16.0 * _lines(cell["value"], room) + 4)
        sheet.Rows.getByIndex(number).Height = round(min(height, 400) * _POINT)


def _lines(text: str, room: float) -> int:
    lines = 0
    for line in text.split("\n"):
        width = sum(2 if letter > "\u2e7f" else 1 for letter in line)
        lines += max(1, -(-width // max(1, int(room) - 2)))
    return lines


def _dress(document: Any, cells: Any, style: Mapping[str, Any]) -> None:
    if "font_name" in style:
        cells.CharFontName = cells.CharFontNameAsian = style["font_name"]
    if "font_size" in style:
        cells.CharHeight = cells.CharHeightAsian = float(style["font_size"])
    if "font_color" in style:
        cells.CharColor = _colour(style["font_color"])
    if style.get("bold"):
        cells.CharWeight = cells.CharWeightAsian = 150.0
    if "bg_color" in style:
        cells.CellBackColor = _colour(style["bg_color"])
    if style.get("text_wrap"):
        cells.IsTextWrapped = True
    if style.get("align") in _ALIGNED:
        cells.HoriJustify = enum("com.sun.star.table.CellHoriJustify", str(style["align"]).upper())
    if "num_format" in style:
        cells.NumberFormat = number_format(document, style["num_format"])


def _colour(text: str) -> int:
    return int(text.lstrip("#"), 16)


def _draw(sheet: Any, name: str, chart: Mapping[str, Any], colours: Sequence[str]) -> None:
    row, column, count = chart["categories"]
    corner = sheet.getCellByPosition(chart["at"][1], chart["at"][0]).Position
    width, height = (round(size * _PIXEL) for size in chart["size"])
    ranges = [_area(sheet, row, column, count)]
    ranges += [_area(sheet, first, at, length) for _, first, at, length in chart["series"]]
    sheet.Charts.addNewByName(
        name,
        struct("com.sun.star.awt.Rectangle", corner.X, corner.Y, width, height),
        tuple(ranges),
        False,
        True,
    )
    drawn = sheet.Charts.getByName(name).EmbeddedObject
    kind = _CHARTS[chart["kind"]]
    diagram = drawn.createInstance(f"com.sun.star.chart.{kind}")
    drawn.setDiagram(diagram)
    if kind == "BarDiagram":
        diagram.Vertical = chart["kind"] == "bar"
        diagram.Stacked = chart["kind"] == "stacked"
    drawn.HasMainTitle = True
    drawn.Title.String = chart["title"]
    drawn.HasLegend = kind == "PieDiagram" or len(chart["series"]) > 1
    if kind != "PieDiagram":
        part = "LineColor" if kind == "LineDiagram" else "FillColor"
        for at in range(len(chart["series"])):
            setattr(diagram.getDataRowProperties(at), part, _colour(colours[at % len(colours)]))


def _area(sheet: Any, row: int, column: int, count: int) -> Any:
    last = row + max(1, count) - 1
    return sheet.getCellRangeByPosition(column, row, column, last).RangeAddress
