"""Which sheet is which table, which column is which: defined names first, titles as fallback."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ....functions.messages import Message

PREFIX: Final = "_fp."
MEMORY: Final = "memory"
_HEADER_ROWS: Final = 10
_INVISIBLE: Final = " \t\r\n\u3000\ufeff\u200b"


class Refused(Exception):
    """A sentence for the person; nothing was written."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(slots=True)
class Place:
    """Where one table stands in a document."""

    table: Mapping[str, Any]
    """As `/v1/tracker` describes it."""
    sheet: Any
    header: int
    """0-based, as UNO counts."""
    columns: dict[str, int] = field(default_factory=dict[str, int])
    unnamed: set[str] = field(default_factory=set[str])
    """Found by title only; named on the next write."""
    lang: str = "zh"

    @property
    def id(self) -> str:
        """The table's id."""
        return str(self.table["id"])

    def part(self, column: str) -> str:
        """`in`, `out` or `over`."""
        return str(self.declared(column)["part"])

    def declared(self, column: str) -> Mapping[str, Any]:
        """The column as `/v1/tracker` describes it."""
        found: Mapping[str, Any] = next(c for c in self.table["columns"] if c["id"] == column)
        return found


def find_places(document: Any, tracker: Mapping[str, Any]) -> dict[str, Place]:
    """Every table of the tracker that the document has.

    Raises `Refused` for two columns of one title, and for a computed column's title over cells
    that are not ours.
    """
    tables = {table["id"]: table for table in tracker["tables"]}
    places: dict[str, Place] = {}
    for name in document.NamedRanges.ElementNames:
        table, _, column = name[len(PREFIX) :].partition(".") if name.startswith(PREFIX) else "..."
        if table not in tables or column not in {c["id"] for c in tables[table]["columns"]}:
            continue
        cells = document.NamedRanges.getByName(name).getReferredCells()
        if cells is None:  # its cell was deleted
            continue
        at = cells.RangeAddress
        place = places.setdefault(
            table, Place(tables[table], document.Sheets.getByIndex(at.Sheet), at.StartRow)
        )
        if place.sheet.RangeAddress.Sheet == at.Sheet:
            place.columns[column] = at.StartColumn
    for place in places.values():
        _complete(place, _texts(place.sheet, place.header, 1)[0])
    taken = {place.sheet.Name for place in places.values()}
    free = [name for name in document.Sheets.ElementNames if name not in taken]
    for table in tracker["tables"]:
        if table["id"] not in places:
            found = _by_titles(document, table, free)
            if found is not None:
                places[table["id"]] = found
                free.remove(found.sheet.Name)
    return places


def selected_keys(document: Any, places: Mapping[str, Place]) -> dict[str, str]:
    """What identifies the row in which the cursor stands: ids of this and of other tables."""
    area = getattr(document.CurrentSelection, "RangeAddress", None)  # none for a shape
    keys = {place.table["key"][0] for place in places.values() if len(place.table["key"]) == 1}
    for place in places.values():
        if area is not None and place.sheet.RangeAddress.Sheet == area.Sheet:
            row = area.StartRow
            return {
                key: place.sheet.getCellByPosition(place.columns[key], row).String
                for key in sorted(keys & set(place.columns))
                if row > place.header
            }
    return {}


def name_cell(document: Any, name: str, cell: Any) -> None:
    """Give a cell one of our names; a name that stands already moves to it."""
    names = document.NamedRanges
    if names.hasByName(name):
        names.removeByName(name)
    # A new name must not hold a dot (7.4), though one that was read from a file may.
    plain = name.replace(".", "_")
    names.addNewByName(plain, cell.AbsoluteName, cell.CellAddress, 0)
    names.getByName(plain).setName(name)


def used_end(sheet: Any) -> tuple[int, int]:
    """(row, column) of the last cell in use, 0-based."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    return cursor.RangeAddress.EndRow, cursor.RangeAddress.EndColumn


def _texts(sheet: Any, first: int, count: int) -> list[list[str]]:
    row, column = used_end(sheet)
    last = min(first + count - 1, max(row, first))
    cells = sheet.getCellRangeByPosition(0, first, column, last).getDataArray()
    return [[normalise(cell) if isinstance(cell, str) else "" for cell in line] for line in cells]


def normalise(text: str) -> str:
    """A title as the command line compares it.

    >>> normalise("　评价ＩＤ ")
    '评价ID'
    """
    return unicodedata.normalize("NFKC", text).strip(_INVISIBLE)


def _titles(table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in table["columns"]:
        for title in (*column["titles"].values(), column["id"]):
            found.setdefault(normalise(title), column["id"])
    return found


def _complete(place: Place, header: list[str]) -> None:
    """Columns of a named table that lost their name but still carry their title."""
    place.lang = _language(place, header)
    titles = _titles(place.table)
    named = set(place.columns.values())
    for at, text in enumerate(header):
        column = titles.get(text) if text else None
        if at in named or column is None:
            continue
        if column in place.unnamed:
            raise _two_columns(text)
        if column in place.columns:
            continue
        if place.part(column) == "out":
            raise Refused(
                Message(
                    "The column {what} was not made by Fanpan, but has the title of a computed "
                    "one: retitle it.",
                    what=text,
                )
            )
        place.columns[column] = at
        place.unnamed.add(column)


def _two_columns(title: str) -> Refused:
    return Refused(Message("Two columns are titled {what}: retitle one of them.", what=title))


def _language(place: Place, header: list[str]) -> str:
    english = 0
    for column in place.table["columns"]:
        at = place.columns.get(column["id"])
        titles = column["titles"]
        if at is not None and at < len(header) and titles["en"] != titles["zh"]:
            english += (header[at] == normalise(titles["en"])) - (
                header[at] == normalise(titles["zh"])
            )
    return "en" if english > 0 else "zh"


def _by_titles(document: Any, table: Mapping[str, Any], sheets: list[str]) -> Place | None:
    titles = _titles(table)
    best: Place | None = None
    for name in sheets:
        sheet = document.Sheets.getByName(name)
        for number, line in enumerate(_texts(sheet, 0, _HEADER_ROWS)):
            columns: dict[str, int] = {}
            for at, text in enumerate(line):
                column = titles.get(text) if text else None
                if column is not None and column in columns:
                    raise _two_columns(text)
                if column is not None:
                    columns[column] = at
            keyed = any(key in columns for key in table["key"])
            if keyed and len(columns) >= 2 and len(columns) > len(best.columns if best else ()):
                best = Place(table, sheet, number, columns, set(columns))
                best.lang = _language(best, line)
    return best
