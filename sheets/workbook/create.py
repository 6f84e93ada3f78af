"""Create the tracker file.

XlsxWriter writes the workbook without its data rows; those are spliced into the finished parts
(`rowxml`), because 200,000 reviews are too much for it.

**Views.** A workbook has no views per role, and XlsxWriter writes no custom views. The order of the
columns does their work instead: the first view's columns stand first and are what is printed, then
the other views', then what people type; computed columns that no view names and the tracker's own
notes are folded behind one [+] at the end (`styles.ordered_columns`, `styles.folded`).

**Growing.** Highlights and drop-down lists reach the last row of the sheet, so appended rows have
them; the tables' ranges end at the last row and grow with an append.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from ...functions.messages import Lang, Message
from ...functions.values import to_serial
from ...templates.tracker import Table, Tracker
from ..errors import FanpanError
from ..snapshot import Value
from . import styles
from .guide import GUIDE_TITLE, write_guide
from .memory import MEMORY, memory_rows
from .rowxml import MAX_ROWS, cell_writer, rows_xml
from .sheetnames import safe_sheet_name
from .tablesheet import LISTS, Lists, quoted, row_height, write_table_sheet
from .xlsx import XlsxBook, XlsxSheet, new_book
from .zipcopy import Packed, copy_zip

Row = Mapping[str, Value]


def create_workbook(
    path: Path,
    tracker: Tracker,
    data: Mapping[str, Sequence[Row]],
    lang: Lang,
    *,
    now: datetime | None = None,
    memory: Mapping[str, Any] | None = None,
) -> None:
    """Write a new tracker: one sheet per table, the rows of `data`, titles and words in `lang`.

    `data` is table id → rows of column id → value (see `sheets.snapshot.Value`); `now` is the
    moment of the last refresh, naive; `memory` holds JSON-able notes. The file is written beside
    and then takes the place of whatever stands at `path`: ask before.

    Raises FanpanError when a value cannot stand in its column or a table has too many rows.
    """
    rows = {table.id: data.get(table.id, ()) for table in tracker.tables}
    if unknown := data.keys() - rows.keys():
        raise ValueError(f"no such table: {', '.join(sorted(unknown))}")
    if MEMORY in rows and memory:
        rows[MEMORY] = [*rows[MEMORY], *memory_rows(memory)]
    for table in tracker.tables:
        if len(rows[table.id]) >= MAX_ROWS:
            raise FanpanError(
                Message(
                    "{rows} rows are more than a sheet holds ({limit}); keep fewer in the table.",
                    rows=len(rows[table.id]),
                    limit=MAX_ROWS - 1,
                ),
                table=table.title.text(lang),
            )
    path = Path(path)
    with tempfile.TemporaryDirectory() as folder:
        skeleton = Path(folder) / "skeleton.xlsx"
        names = _write_skeleton(skeleton, tracker, rows, path.name, lang, now)
        with ZipFile(skeleton) as parts:
            changed = {
                f"xl/worksheets/sheet{number}.xml": _with_rows(
                    parts.read(f"xl/worksheets/sheet{number}.xml").decode(),
                    table,
                    rows[table.id],
                    lang,
                )
                for number, table in names
                if rows[table.id]
            }
        copy_zip(skeleton, path, changed)


def _write_skeleton(
    path: Path,
    tracker: Tracker,
    rows: Mapping[str, Sequence[Row]],
    file: str,
    lang: Lang,
    now: datetime | None,
) -> list[tuple[int, Table]]:
    """Everything but the data rows; gives (number of the sheet's part, table)."""
    book = new_book(path)
    book.set_properties({"title": "Fanpan", "created": now or datetime.now()})
    taken: set[str] = {LISTS, "history"}
    guide = book.add_worksheet(safe_sheet_name(GUIDE_TITLE.text(lang), taken))
    guide.set_tab_color(styles.INK)
    book.define_name("_fp.sheet.start", f"='{guide.get_name()}'!$A$1")
    lists = Lists(book)
    names: dict[str, str] = {}
    numbered: list[tuple[int, Table]] = []
    for number, table in enumerate(tracker.tables, 2):
        name = safe_sheet_name(table.title.text(lang), taken)
        sheet = book.add_worksheet(name)
        numbered.append((number, table))
        write_table_sheet(book, sheet, table, len(rows[table.id]), lists, lang)
        if table.id == MEMORY:
            _write_moment(book, sheet, now, lang)
            sheet.very_hidden()
        else:
            names[table.id] = name
    lists.write()
    write_guide(book, guide, tracker, names, file, lang)
    guide.activate()
    book.close()
    return numbered


def _write_moment(book: XlsxBook, sheet: XlsxSheet, now: datetime | None, lang: Lang) -> None:
    """The named cell with the moment of the last refresh, beside the memory table."""
    style = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.set_column(4, 4, 20, style)
    sheet.write_string(0, 3, Message("Last refresh").text(lang))
    if now is not None:
        sheet.write_number(0, 4, to_serial(now), style)
    book.define_name("_fp.now", f"='{quoted(sheet)}'!$E$1")


def _with_rows(xml: str, table: Table, rows: Sequence[Row], lang: Lang) -> Packed:
    """The sheet part with its data rows."""
    columns = styles.ordered_columns(table)
    given = {
        int(column): int(style)
        for column, style in re.findall(r'<col min="(\d+)" max="\d+"[^>]*? style="(\d+)"', xml)
    }
    cells = [
        cell_writer(column, index, given[index + 1], lang) for index, column in enumerate(columns)
    ]
    height = None if table.id == MEMORY else row_height(table)

    def pieces() -> Iterator[bytes]:
        head, end, tail = xml.partition("</sheetData>")
        head = re.sub(
            r'<dimension ref="A1:([A-Z]+)\d+"', rf'<dimension ref="A1:\g<1>{len(rows) + 1}"', head
        )
        yield head.encode()
        for row in rows_xml(rows, cells, 2, height, table.title.text(lang)):
            yield row.encode()
        yield (end + tail).encode()

    return Packed(pieces())
