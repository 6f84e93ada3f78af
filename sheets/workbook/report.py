"""Report sheets: grids with native charts, as sheets of a tracker or as a workbook of their own.

XlsxWriter draws the sheets into a scratch workbook and `graft` moves them over, so that everything
else in the tracker stays byte for byte, compressed as it is. (excelize 0.1 was measured for this:
to add one sheet it rewrites the theme, the styles and the shared strings and declares every `.bin`
part a macro project; on 200,000 reviews it took 29 s and 5.4 GB, against 0.2 s and 40 MB.)

A report sheet is known by the defined name `_fp.sheet.<id>` on its A1, so it is found again when a
person retitles or moves it; the person's title stays. A new sheet whose id has no dot (`dashboard`)
stands right after the guide, one of a series (`report.2026-W47`) at the end.

Layout for authors: a plain row is 24 pixels high, a column of width w is 7 w + 5 pixels wide.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from ...functions.values import to_serial
from ..edits import CellStyle, GridCell, SheetEdit
from ..snapshot import Value
from .book import Book
from .charts import add_chart
from .graft import Placement, graft
from .rowxml import clean, escape
from .sheetnames import safe_sheet_name
from .styles import FONT, REPORT_STYLES, ROW_HEIGHT, ROW_HEIGHTS
from .xlsx import XlsxBook, XlsxSheet, new_book

_START: Final = "_fp.sheet.start"
_LINE: Final = 16.0
"""Points per line of wrapped text of 10 points."""
_DEFAULT_WIDTH: Final = 12.0


def sheet_name_id(id: str) -> str:
    """The defined name that marks the report sheet `id`.

    >>> sheet_name_id("report.2026-W47")
    '_fp.sheet.report_2026_W47'
    """
    return "_fp.sheet." + re.sub(r"\W", "_", id)


def put_sheets(source: Path, target: Path, sheets: Sequence[SheetEdit]) -> None:
    """Add the sheets to the workbook `source`, or replace those it has, and write `target`.

    `target` may be `source`. The parts that may change are `graft.TOUCHES`; all others keep their
    bytes. Raises FanpanError when the file cannot be extended.
    """
    with tempfile.TemporaryDirectory() as folder:
        book = Book.read(source)
        taken = {sheet.name.lower() for sheet in book.sheets} | {"history"}
        front = book.position_of(_START)
        names: list[str] = []
        placements: list[Placement] = []
        for number, edit in enumerate(sheets, 1):
            mark = sheet_name_id(edit.id)
            at = book.position_of(mark)
            name = book.sheets[at].name if at is not None else safe_sheet_name(edit.title, taken)
            names.append(name)
            before: int | None = None
            if at is None and front is not None and "." not in edit.id:
                before = front + 1
            placements.append(Placement(mark, name, f"xl/worksheets/sheet{number}.xml", at, before))
        scratch = Path(folder) / "scratch.xlsx"
        _write(scratch, sheets, names)
        graft(book, scratch, placements, target)


def write_sheets(target: Path, sheets: Sequence[SheetEdit]) -> None:
    """A workbook of its own with the sheets, e.g. the copy for purchasing."""
    taken = {"history"}
    _write(target, sheets, [safe_sheet_name(edit.title, taken) for edit in sheets])


def _write(path: Path, sheets: Sequence[SheetEdit], names: Sequence[str]) -> None:
    book = new_book(path)
    book.set_properties({"created": datetime(2000, 1, 1)})  # the same sheets give the same bytes
    formats = _Formats(book)
    for edit, name in zip(sheets, names, strict=True):
        sheet = book.add_worksheet(name)
        quoted = name.replace("'", "''")
        book.define_name(sheet_name_id(edit.id), f"='{quoted}'!$A$1")
        _write_grid(sheet, edit, formats)
        for chart in edit.charts:
            add_chart(book, sheet, edit, chart)
        _set_page(sheet, edit, _aspect(edit))
    book.close()


class _Formats:
    """XlsxWriter formats, each made once."""

    def __init__(self, book: XlsxBook) -> None:
        self._book = book
        self._made: dict[tuple[CellStyle, str | None], Any] = {}

    def get(self, style: CellStyle, value: Value) -> Any:
        """The format of a style; a moment or day in a style without a number format gets one."""
        properties = REPORT_STYLES[style]
        number_format: str | None = None
        if isinstance(value, date) and "yyyy" not in str(properties.get("num_format")):
            moment = isinstance(value, datetime)
            number_format = "yyyy-mm-dd hh:mm" if moment else "yyyy-mm-dd"
        key = (style, number_format)
        if key not in self._made:
            extra = {"num_format": number_format} if number_format else {}
            self._made[key] = self._book.add_format({**properties, **extra})
        return self._made[key]


def _widths(edit: SheetEdit) -> list[float]:
    columns = max((len(row) for row in edit.rows), default=0)
    return [*edit.widths, *[_DEFAULT_WIDTH] * (columns - len(edit.widths))]


def _write_grid(sheet: XlsxSheet, edit: SheetEdit, formats: _Formats) -> None:
    widths = _widths(edit)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.set_default_row(ROW_HEIGHT)
    sheet.hide_gridlines(2)
    for number, row in enumerate(edit.rows):
        sheet.set_row(number, _row_height(row, widths))
        for index, cell in enumerate(row):
            if cell is None:
                continue
            style = formats.get(cell.style, cell.value)
            if cell.span > 1:
                sheet.merge_range(number, index, number, index + cell.span - 1, "", style)
            _write_value(sheet, number, index, cell.value, style)
    if edit.freeze_rows:
        sheet.freeze_panes(edit.freeze_rows, 0)


def _write_value(sheet: XlsxSheet, row: int, column: int, value: Value, style: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), style)
    elif isinstance(value, date):
        sheet.write_number(row, column, to_serial(value), style)
    else:
        text = clean(_words(value))
        if text.startswith("<r>") and text.endswith("</r>"):
            # XlsxWriter takes such a text for ready-made rich text; make it just that.
            text = f'<r><t xml:space="preserve">{escape(text)}</t></r>'
        sheet.write_string(row, column, text, style)


def _words(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "、".join(value)


def _row_height(row: Sequence[GridCell | None], widths: Sequence[float]) -> float:
    """Points: the tallest style's own height, and room for every line of wrapped text.

    Programs do not grow a row for merged text, and not all of them do for the rest.
    """
    height = ROW_HEIGHT
    for index, cell in enumerate(row):
        if cell is None:
            continue
        height = max(height, ROW_HEIGHTS.get(cell.style, ROW_HEIGHT))
        if isinstance(cell.value, str) and REPORT_STYLES[cell.style].get("text_wrap"):
            room = sum(widths[index : index + cell.span]) - 2  # the indent
            lines = sum(-(-text_width(line) // room) or 1 for line in cell.value.split("\n"))
            height = max(height, lines * _LINE + 4)
    return min(height, 400.0)


def text_width(text: str) -> float:
    """Rough width of a text in column-width units; a Chinese character takes two.

    >>> text_width("ab"), text_width("好")
    (2.0, 2.0)
    """
    return float(sum(2 if char > "\u2e7f" else 1 for char in text))


def _aspect(edit: SheetEdit) -> float:
    """Height of the sheet over its width, charts included."""
    widths = _widths(edit)
    heights = [_row_height(row, widths) / 0.75 for row in edit.rows]
    right = sum(width * 7 + 5 for width in widths)
    bottom = sum(heights)
    for chart in edit.charts:
        row, column = chart.at
        right = max(right, sum(width * 7 + 5 for width in widths[:column]) + chart.size[0])
        below = (row - len(heights)) * ROW_HEIGHT / 0.75 if row > len(heights) else 0
        bottom = max(bottom, sum(heights[:row]) + below + chart.size[1])
    return bottom / right if right else 0


def _set_page(sheet: XlsxSheet, edit: SheetEdit, aspect: float) -> None:
    if edit.landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.45, 0.55)
    sheet.center_horizontally()
    # One page wide; one page in all where that leaves the text readable.
    sheet.fit_to_pages(1, 1 if aspect <= (1.0 if edit.landscape else 2.0) else 0)
    sheet.set_footer(f'&L&"{FONT}"&9&A&R&9&P / &N')
