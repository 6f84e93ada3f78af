"""Reading the tables of a tracker file.

python-calamine reads the values; one scan of the sheet's XML finds the formulas, errors and merges
that it does not tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from operator import itemgetter
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from ...functions.messages import Message
from ...templates.tracker import Tracker
from ..errors import NotReadable
from ..snapshot import TableSnapshot, Value, key_text, number_keys
from .book import Book
from .cells import read_column
from .identity import Place, complete, named_places, titled_place
from .sheetxml import CellMap, scan

_LOOK = 10
"""Rows that are looked at for a header."""


def find_places(book: Book, tracker: Tracker) -> dict[str, Place]:
    """Where each table of the tracker stands in this workbook."""
    places = named_places(book, tracker)
    workbook = open_values(book)
    for place in places.values():
        rows = first_rows(workbook, book.sheets[place.sheet].name, place.header)
        complete(place, rows[place.header - 1] if len(rows) >= place.header else [])
    taken = {place.sheet for place in places.values()}
    for table in tracker.tables:
        if table.id in places:
            continue
        for position, sheet in enumerate(book.sheets):
            if position in taken or sheet.name not in {table.title.zh, table.title.en}:
                continue
            found = titled_place(table, position, first_rows(workbook, sheet.name, _LOOK))
            if found is not None:
                places[table.id] = found
    return {table.id: places[table.id] for table in tracker.tables if table.id in places}


def open_values(book: Book) -> CalamineWorkbook:
    """The workbook's values; `NotReadable` when a part of it is damaged."""
    try:
        # calamine's stub leaves the type of PathLike open.
        return CalamineWorkbook.from_path(str(book.path))  # pyright: ignore[reportUnknownMemberType]
    except (CalamineError, OSError, ValueError):
        raise NotReadable(
            Message("The file is damaged or no workbook: take a copy that opens, or the backup.")
        ) from None


def first_rows(workbook: CalamineWorkbook, sheet: str, count: int) -> list[list[Any]]:
    """The first rows of a sheet, counted from row 1."""
    found = workbook.get_sheet_by_name(sheet)
    return [list(row) for row in islice(found.to_python(skip_empty_area=False, nrows=count), count)]


class TableReader:
    """Reads one table."""

    def __init__(self, book: Book, place: Place) -> None:
        self.book = book
        self.place = place
        with ZipFile(book.path) as archive:
            self.map: CellMap = scan(archive.read(book.sheets[place.sheet].part))

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
        sheet = open_values(self.book).get_sheet_by_name(self.book.sheets[place.sheet].name)
        if not names:
            return [], []
        indexes = [place.columns[name] for name in names]
        width = max(indexes) + 1
        # One index alone would give a bare cell; asking twice keeps it a tuple.
        pick = itemgetter(*indexes, *indexes[: 2 - min(2, len(indexes))])
        typed = [
            position for position, name in enumerate(names)
            if place.table.column(name).part != "out"
        ]  # fmt: skip
        numbers: list[int] = []
        rows: list[tuple[Any, ...]] = []
        data = sheet.to_python(skip_empty_area=False)
        for number in range(place.header, len(data)):
            row = data[number]
            if len(row) < width:
                row = [*row, *[""] * (width - len(row))]
            cells: tuple[Any, ...] = pick(row)
            data[number] = ()  # type: ignore[call-overload]
            if any(cells[position] not in ("", None) for position in typed):
                numbers.append(number + 1)
                rows.append(cells)
        columns: list[list[Any]] = [[] for _ in names]
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)][: len(names)]
        return numbers, columns
