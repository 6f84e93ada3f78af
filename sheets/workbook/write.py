"""Writing edits into the parts of a tracker file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from ...functions.messages import Lang, Message
from ...functions.values import parse_moment, to_serial
from ...templates.tracker import Tracker
from ..applying import new_rows
from ..edits import Edits, Notice, Summary, TableEdits
from ..errors import TotalRow
from ..snapshot import TableSnapshot, Unread, Value
from .book import Book
from .columnstyles import ColumnStyles
from .dates import DateStyles
from .identity import PREFIX, Place, defined_names, record
from .listing import recalculated, with_ranges
from .memory import MEMORY, memory_rows
from .patch import SheetChange, grow_dimension, grown_range, patched
from .rowxml import MAX_TEXT, Cell, cell_writer, formula_content, text_content, utf16_length
from .sheetxml import moved_formula, our_formulas, parse_range, without_cached
from .tablerefs import grown_tables
from .zipcopy import Packed, Part, copy_zip

_HEAD: Final = 1 << 16


class Writer:
    """Prepares the changes of one press and writes them in one go."""

    def __init__(
        self,
        path: Path,
        tracker: Tracker,
        places: Mapping[str, Place],
        tables: Mapping[str, TableSnapshot],
        lang: Lang,
        summary: Summary,
    ) -> None:
        self.path = path
        self.tracker = tracker
        self.places = places
        self.tables = tables
        self.lang: Lang = lang
        self.summary = summary
        self.book = Book.read(path)
        self._changes: dict[str, SheetChange] = {}
        self._now: datetime | None = None
        self.listing: dict[str, bytes] = {}
        """Listing parts that change because of `dropped`."""
        self.dropped: set[str] = set()

    def prepare(self, edits: Edits, memory: Mapping[str, Any]) -> bool:
        """Work out every cell to write; whether there is any."""
        for name, edit in edits.tables.items():
            if name in self.places:
                self._prepare_table(name, edit)
        notes = {name: note for name, note in memory.items() if name != "now"}
        if "now" in edits.memory:
            self._now = parse_moment(str(edits.memory["now"]))
        if set(edits.memory) - {"now"} and MEMORY in self.places:
            self._prepare_memory(notes)
        return any(change.cells for change in self._changes.values()) or (
            self._now is not None and not edits.tables
        )

    def write(self, target: Path) -> None:
        """Write the patched workbook to `target`."""
        if self._now is not None:
            self._set_now(self._now)
        copy_zip(self.path, target, {**self.listing, **dict(self._parts())}, self.dropped)

    # Working out the cells.

    def _prepare_table(self, name: str, edit: TableEdits) -> None:
        place, table = self.places[name], self.tables[name]
        writers = self._writers(place)
        index = table.index()
        handles = [int(handle) for handle in table.handles]
        change = self._change(place)
        rows = change.cells
        for column, cells in edit.cells.items():
            if column not in place.columns:
                continue
            position, writer = place.columns[column], writers[column]
            locked = table.locked.get(column, frozenset[int]())
            seen = edit.seen.get(column, {})
            for key, value in cells.items():
                row = index.get(key)
                if row is None:
                    continue
                if row in locked:
                    self.summary.add("cells_locked")
                    continue
                if seen and key in seen and table.column(column)[row] != seen[key]:
                    self._tell_refused(place, column, table.handles[row])
                    continue
                number = handles[row]
                content = self._content(writer, value, place, number)
                if number in rows:
                    rows[number][position] = content
                else:
                    rows[number] = {position: content}
        self._append(place, table, edit, writers, change)

    def _append(
        self,
        place: Place,
        table: TableSnapshot,
        edit: TableEdits,
        writers: Mapping[str, Cell],
        change: SheetChange,
    ) -> None:
        last = max((int(handle) for handle in table.handles), default=place.header)
        rows = new_rows(table.keys, edit.append, place.table)
        if rows and place.total:
            raise TotalRow(
                Message(
                    "The table has a total row, and new rows cannot stand below it: switch it off "
                    "(Table Design › Total Row), save, and press again."
                ),
                table=place.table.title.text(self.lang),
            )
        # A table without rows still spans one blank row below its header.
        change.last_row = max(last, place.header + 1)
        change.new_last_row = max(change.last_row, last + len(rows))
        formulas = self._live_formulas(place, table) if rows else {}
        for number, row in enumerate(rows, last + 1):
            cells = {
                place.columns[column]: self._content(writers[column], value, place, number)
                for column, value in row.items()
                if value is not None and column in place.columns
            }
            for column, (row_of, formula) in formulas.items():
                cells[column] = formula_content(moved_formula(formula, row_of, number), "")
            change.cells.setdefault(number, {}).update(cells)

    def _live_formulas(self, place: Place, table: TableSnapshot) -> dict[int, tuple[int, str]]:
        """Column → (row, formula) to go on with in new rows; one formula for all needs no more."""
        if not table.live:
            return {}
        with ZipFile(self.path) as archive:
            found = our_formulas(archive.read(self.book.sheets[place.sheet].part))
        live = {place.columns[column] for column in table.live}
        return {
            column: (row, formula) for column, (row, formula) in found.items() if column in live
        }

    def _prepare_memory(self, notes: Mapping[str, Any]) -> None:
        place, table = self.places[MEMORY], self.tables[MEMORY]
        writers = self._writers(place)
        change = self._change(place)
        rows = memory_rows(notes)
        standing = list(zip(table.handles, table.rows("name", "value"), strict=True))
        numbers = [int(handle) for handle, _ in standing]
        numbers += range(
            (numbers[-1] if numbers else place.header) + 1,
            (numbers[-1] if numbers else place.header) + 1 + max(0, len(rows) - len(numbers)),
        )
        change.last_row = max(numbers[: len(standing)], default=place.header + 1)
        change.new_last_row = max(change.last_row, numbers[-1] if numbers else 0)
        for at, number in enumerate(numbers):
            row = rows[at] if at < len(rows) else {"name": None, "value": None}
            was = standing[at][1] if at < len(standing) else (None, None)
            for column, old in zip(("name", "value"), was, strict=True):
                if row[column] != old:
                    content = self._content(writers[column], row[column], place, number)
                    change.cells.setdefault(number, {})[place.columns[column]] = content

    def _set_now(self, now: datetime) -> None:
        found = defined_names(self.book).get(f"{PREFIX}now")
        positions = {sheet.name.lower(): sheet.part for sheet in self.book.sheets}
        if found is None or found[0].lower() not in positions:
            return
        row, column, _, _ = parse_range(found[1])
        part = positions[found[0].lower()]
        change = self._changes.setdefault(part, SheetChange())
        change.cells.setdefault(row, {})[column] = f"><v>{to_serial(now)!r}</v></c>"

    def _change(self, place: Place) -> SheetChange:
        return self._changes.setdefault(self.book.sheets[place.sheet].part, SheetChange())

    def _writers(self, place: Place) -> dict[str, Cell]:
        return {
            name: cell_writer(place.table.column(name), position, 0, place.lang)
            for name, position in place.columns.items()
        }

    def _content(self, writer: Cell, value: Value, place: Place, row: int) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            if not value:
                return ""
            if len(value) > MAX_TEXT // 2:
                value = value.__class__(self._cut(value, writer, place, row))
            if isinstance(value, Unread):
                return text_content(value)
        return writer.content(value)

    def _cut(self, text: str, writer: Cell, place: Place, row: int) -> str:
        """A text that fits a cell; a character outside the basic plane counts twice."""
        if utf16_length(text) <= MAX_TEXT:
            return text
        self.summary.notices.append(
            Notice(
                Message("The text is longer than a cell holds; its end was cut off."),
                table=place.table.title.text(self.lang),
                row=str(row),
                column=writer.title,
            )
        )
        return text.encode("utf-16-le", "surrogatepass")[: 2 * MAX_TEXT].decode(
            "utf-16-le", "ignore"
        )

    def _tell_refused(self, place: Place, column: str, row: str) -> None:
        self.summary.notices.append(
            Notice(
                Message("Somebody changed this cell meanwhile, so it was left as it is."),
                table=place.table.title.text(self.lang),
                row=row,
                column=place.table.column(column).title.text(self.lang),
            )
        )

    # Writing the parts.

    def _parts(self) -> Iterator[tuple[str, Part]]:
        dates = DateStyles(self.book)
        tracked = {self.book.sheets[place.sheet].part: place for place in self.places.values()}
        with ZipFile(self.path) as archive:
            for part, change in self._changes.items():
                if change.cells:
                    yield part, self._sheet(archive.read(part), change, tracked.get(part), dates)
                    if change.new_last_row > change.last_row:
                        yield from grown_tables(self.book, archive, part, change, tracked.get(part))
            for sheet in self.book.sheets:
                if sheet.part in tracked or sheet.part in self._changes:
                    continue
                xml = archive.read(sheet.part)
                fresh = without_cached(xml) if re.search(rb"<(?:\w+:)?f\b", xml) else xml
                if fresh != xml:
                    yield sheet.part, fresh
        text = self.book.text(self.book.part)
        fresh_text = recalculated(text)
        for place in self.places.values():
            if place.unnamed:
                fresh_text = record(fresh_text, self.book.sheets[place.sheet].name, place)
        for sheet in self.book.sheets:
            grew = self._changes.get(sheet.part)
            if grew is not None and grew.new_last_row > grew.last_row:
                grown = partial(grown_range, last=grew.last_row, new_last=grew.new_last_row)
                fresh_text = with_ranges(fresh_text, sheet.name, grown)
        if fresh_text != text:
            yield self.book.part, fresh_text.encode()
        if dates.changed is not None and self.book.styles is not None:
            yield self.book.styles, dates.changed.encode()

    def _sheet(
        self, xml: bytes, change: SheetChange, place: Place | None, dates: DateStyles
    ) -> Packed:
        columns = (
            {}
            if place is None
            else {position: place.table.column(name) for name, position in place.columns.items()}
        )
        styles = ColumnStyles(xml, columns, dates, 0 if place is None else place.header)
        last_column = max((max(cells, default=0) for cells in change.cells.values()), default=0)
        pieces = patched(xml, change, styles.style_of, styles.appended)
        first = next(pieces)
        head = grow_dimension(first[:_HEAD], max(change.cells), last_column)
        packed = Packed(chain((head, first[_HEAD:]), pieces))
        if change.locked:
            self.summary.add("cells_locked", change.locked)
        return packed
