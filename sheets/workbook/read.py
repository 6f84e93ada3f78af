"""Reading the tables of a tracker file.

python-calamine reads the values; one scan of the sheet's XML finds the formulas, errors and merges
that it does not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ...templates.tracker import Tracker
from ..snapshot import TableSnapshot, Value, key_text, number_keys
from .book import Book
from .cells import read_column
from .guard import readable
from .identity import (
    PREFIX,
    Place,
    complete,
    defined_names,
    named_places,
    settle,
    titled_place,
    total_row,
)
from .sheetxml import CellMap, parse_range, scan

_LOOK = 10
"""Rows that are looked at for a header."""


class SheetValues:
    """The values of a workbook's sheets. Each sheet is parsed once and let go when it was read."""

    def __init__(self, book: Book) -> None:
        self._workbook = _open_values(book)
        self._parsed: dict[str, CalamineSheet] = {}

    def head(self, sheet: str, count: int) -> list[list[Any]]:
        """The first rows of a sheet, counted from row 1."""
        return list(islice(_rows(self._sheet(sheet)), count))

    def take(self, sheet: str) -> Iterator[list[Any]]:
        """The rows of a sheet, counted from row 1; the sheet is let go."""
        parsed = self._sheet(sheet)
        del self._parsed[sheet]
        return _rows(parsed)

    def _sheet(self, name: str) -> CalamineSheet:
        if name not in self._parsed:
            with readable(CalamineError, OSError, ValueError):
                self._parsed[name] = self._workbook.get_sheet_by_name(name)
        return self._parsed[name]


def _open_values(book: Book) -> CalamineWorkbook:
    with readable(CalamineError, OSError, ValueError):
        # calamine's stub leaves the type of PathLike open.
        return CalamineWorkbook.from_path(str(book.path))  # pyright: ignore[reportUnknownMemberType]


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Rows from row 1, column A: calamine starts them at the first column that holds anything."""
    left = sheet.start[1] if sheet.start else 0
    rows = sheet.iter_rows()
    return ([*[""] * left, *row] for row in rows) if left else rows


def find_places(book: Book, tracker: Tracker, values: SheetValues) -> dict[str, Place]:
    """Where each table of the tracker stands in this workbook."""
    places = named_places(book, tracker)
    for place in places.values():
        rows = values.head(book.sheets[place.sheet].name, max(place.header, _LOOK))
        settle(place, rows)
        complete(place, rows[place.header - 1] if len(rows) >= place.header else [])
    taken = {place.sheet for place in places.values()}
    for table in tracker.tables:
        if table.id in places:
            continue
        for position, sheet in enumerate(book.sheets):
            if position in taken or sheet.name not in {table.title.zh, table.title.en}:
                continue
            found = titled_place(table, position, values.head(sheet.name, _LOOK))
            if found is not None:
                places[table.id] = found
    for place in places.values():
        place.total = total_row(book, place)
    return {table.id: places[table.id] for table in tracker.tables if table.id in places}


def read_moment(book: Book, values: SheetValues) -> datetime | None:
    """The moment that live formulas of this workbook reckon with, from its own named cell."""
    sheet, cell = defined_names(book).get(f"{PREFIX}now", ("", ""))
    names = {each.name.lower(): each.name for each in book.sheets}
    if sheet.lower() not in names:
        return None
    row, column, _, _ = parse_range(cell)
    rows = values.head(names[sheet.lower()], row)
    found = rows[row - 1][column] if len(rows) >= row and len(rows[row - 1]) > column else None
    return found.replace(microsecond=0) if isinstance(found, datetime) else None


class TableReader:
    """Reads one table."""

    def __init__(self, book: Book, place: Place, values: SheetValues) -> None:
        self.place = place
        part = book.sheets[place.sheet].part
        self._rows = values.take(book.sheets[place.sheet].name)
        with readable(), ZipFile(book.path) as archive:
            self.map: CellMap = scan(archive.read(part))

    def read(self, columns: Sequence[str], zone: Callable[[datetime], datetime]) -> TableSnapshot:
        """The named columns (and the key's); rows that people left blank are passed over."""
        place = self.place
        table = place.table
        wanted = [name for name in dict.fromkeys((*table.key, *columns)) if name in place.columns]
        numbers, cells = self._values(wanted)
        values: dict[str, list[Value]] = {}
        bad: dict[str, dict[int, str]] = {}
        locked: dict[str, frozenset[int]] = {}
        live: set[str] = set()
        at = {number: row for row, number in enumerate(numbers)}
        for name, found in zip(wanted, cells, strict=True):
            column = place.columns[name]
            values[name], wrong = read_column(table.column(name), found, zone)
            for number, error in self.map.errors.get(column, {}).items():
                if number in at and values[name][at[number]] is None:
                    wrong[at[number]] = error
            if wrong:
                bad[name] = wrong
            shut = frozenset(at[number] for number in self.map.locked(column) if number in at)
            if shut:
                locked[name] = shut
            ours = self.map.ours.get(column, set())
            if table.column(name).part == "out" and any(number in at for number in ours):
                live.add(name)
        count = len(numbers)
        keys = zip(*(values.get(name, [None] * count) for name in table.key), strict=True)
        return TableSnapshot(
            table.id,
            values,
            [str(number) for number in numbers],
            number_keys(key_text(key) for key in keys),
            locked,
            bad,
            frozenset(live),
            frozenset(name for name in columns if name not in place.columns),
        )

    def _values(self, names: Sequence[str]) -> tuple[list[int], list[list[Any]]]:
        """Row numbers, and the raw cells of each column, of the rows that hold anything."""
        place = self.place
        typed = [
            position for position, name in enumerate(names)
            if place.table.column(name).part != "out"
        ]  # fmt: skip
        if not typed:
            return [], [[] for _ in names]
        indexes = [place.columns[name] for name in names]
        width = max(indexes) + 1
        # One index alone would give a bare cell; asking twice keeps it a tuple.
        pick = itemgetter(*indexes, *indexes[: 2 - min(2, len(indexes))])
        pick_typed = itemgetter(*typed, *typed[: 2 - min(2, len(typed))])
        numbers: list[int] = []
        rows: list[tuple[Any, ...]] = []
        for number, row in enumerate(self._rows, 1):
            if number <= place.header or number == place.total:
                continue
            if len(row) < width:
                row = [*row, *[""] * (width - len(row))]
            cells: tuple[Any, ...] = pick(row)
            if any(cell != "" for cell in pick_typed(cells)):
                numbers.append(number)
                rows.append(cells)
        columns: list[list[Any]] = [[] for _ in names]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)][: len(names)]
        return numbers, columns
