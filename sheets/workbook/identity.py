"""Which sheet is which table, which column is which: defined names first, titles as fallback.

A column that we did not declare is never read or written. Two candidates for one column, or a
computed column's title on a column that we did not create, is refused with a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any, Final
from xml.sax.saxutils import escape

from ...functions.messages import Lang, Message
from ...functions.values import normalise
from ...templates.tracker import Table, Tracker
from ..errors import Ambiguous
from .book import Book, attributes, sheet_in
from .listing import REST, append, prefix_of
from .rowxml import column_name
from .sheetxml import parse_range

PREFIX: Final = "_fp."
_HEADER_ROWS: Final = 10
"""How far down a header may stand in a sheet that carries no names of ours."""
_NOTE: Final = 5
"""Cells that a line above the header may hold; more are a row that was sorted above it."""


@dataclass(slots=True)
class Place:
    """Where one table stands."""

    table: Table
    sheet: int
    """Position of the sheet in the workbook."""
    header: int
    """1-based row of the header."""
    columns: dict[str, int]
    """Column id → 0-based column."""
    lang: Lang = "zh"
    unnamed: set[str] = field(default_factory=set[str])
    """Columns that were found by title only; their names are recorded on the next save."""
    total: int = 0
    """1-based row of totals that the Excel table ends with, 0 if it has none."""


def defined_names(book: Book) -> dict[str, tuple[str, str]]:
    """Our defined names → (sheet, cell); names whose cell is gone or no cell are left out."""
    found: dict[str, tuple[str, str]] = {}
    pattern = r"(<(?:\w+:)?definedName\b[^>]*>)([^<]*)<"
    for match in re.finditer(pattern, book.text(book.part)):
        given = attributes(match[1])
        name = unescape(given.get("name", ""))
        if not name.startswith(PREFIX) or "localSheetId" in given:
            continue
        reference = unescape(match[2])
        cell = reference.rpartition("!")[2].split(":")[0]
        if "#REF!" not in reference and re.fullmatch(r"\$?[A-Z]{1,3}\$?\d{1,7}", cell):
            found[name] = sheet_in(reference), cell
    return found


def named_places(book: Book, tracker: Tracker) -> dict[str, Place]:
    """The tables whose columns carry our names."""
    positions = {sheet.name.lower(): number for number, sheet in enumerate(book.sheets)}
    places: dict[str, Place] = {}
    for name, (sheet, cell) in defined_names(book).items():
        table_id, _, column_id = name.removeprefix(PREFIX).partition(".")
        table = tracker.by_id.get(table_id)
        position = positions.get(sheet.lower())
        if table is None or column_id not in table.by_id or position is None:
            continue
        row, column, _, _ = parse_range(cell)
        place = places.setdefault(table_id, Place(table, position, row, {}))
        place.columns[column_id] = column
    return places


def settle(place: Place, rows: Sequence[Sequence[Any]]) -> None:
    """Follow rows and columns that a program inserted without moving our names along.

    A name that points at the title of another column of ours is out of date. Where the titles still
    stand in the order of the names, they tell by how much, and what has no title is missing; else
    the file is refused.
    """
    titles = _titles(place.table)
    lines = [
        [titles.get(normalise(cell)) if isinstance(cell, str) else None for cell in row]
        for row in rows
    ]
    at = place.header - 1
    line: list[str | None] = lines[at] if at < len(lines) else []
    named = {
        column: line[position] if position < len(line) else None
        for column, position in place.columns.items()
    }
    if not any(named.values()):
        at = max(range(len(lines)), key=lambda row: len(set(lines[row])), default=at)
        if at >= len(lines) or 2 * len({*lines[at]} & place.columns.keys()) <= len(place.columns):
            return
        line = lines[at]
    elif all(found in {None, column} for column, found in named.items()):
        return
    fresh = {column: line.index(column) for column in place.columns if line.count(column) == 1}
    lost = [
        column
        for column in place.columns
        if line.count(column) > 1 or (column in place.table.key and column not in fresh)
    ]
    order = sorted(fresh, key=place.columns.__getitem__)
    sorted_in = any(sum(cell != "" for cell in row) > _NOTE for row in rows[:at])
    if lost or sorted_in or order != sorted(fresh, key=fresh.__getitem__):
        raise Ambiguous(
            Message(
                "The titles no longer stand over their columns: put them back as they were, or "
                "take a copy from before the columns were moved."
            ),
            table=place.table.title.text("zh"),
            column=place.table.column(lost[0]).title.text("zh") if lost else "",
        )
    place.header = at + 1
    place.columns = fresh
    place.unnamed = set(fresh)


def complete(place: Place, header: Sequence[Any]) -> None:
    """Add the columns of a named table that lost their name but still carry their title."""
    titles = _titles(place.table)
    named = set(place.columns.values())
    for column, cell in enumerate(header):
        if column in named or not isinstance(cell, str):
            continue
        found = titles.get(normalise(cell))
        if found is None or (found in place.columns and found not in place.unnamed):
            continue
        if found in place.unnamed:
            raise _two(place.table, found, cell)
        if place.table.column(found).part == "out":
            raise Ambiguous(
                Message(
                    "The column “{title}” was not made by Fanpan, but carries the title of a "
                    "computed column: rename it.",
                    title=cell,
                ),
                table=place.table.title.text(place.lang),
                column=column_name(column),
            )
        place.columns[found] = column
        place.unnamed.add(found)
    place.lang = header_language(place, header)


def titled_place(table: Table, position: int, rows: Sequence[Sequence[Any]]) -> Place | None:
    """A table in a sheet without our names: the header row that carries most of its titles."""
    titles = _titles(table)
    best: Place | None = None
    for number, row in enumerate(rows[:_HEADER_ROWS], 1):
        columns: dict[str, int] = {}
        for column, cell in enumerate(row):
            found = titles.get(normalise(cell)) if isinstance(cell, str) else None
            if found is None:
                continue
            if found in columns:
                raise _two(table, found, str(cell))
            columns[found] = column
        keys = set(table.key)
        if keys & set(columns) and len(columns) > (len(best.columns) if best else 0):
            best = Place(table, position, number, columns, unnamed=set(columns))
            best.lang = header_language(best, row)
    return best


def total_row(book: Book, place: Place) -> int:
    """The row of totals of the Excel table that starts with the place's header; 0 if none."""
    for relation in book.relations(book.sheets[place.sheet].part):
        if relation.type != "table":
            continue
        head = re.search(rf"<(?:\w+:)?table\b{REST}>", book.text(relation.target))
        given = attributes(head[0]) if head else {}
        if given.get("totalsRowCount", "0") == "0":
            continue
        top, left, bottom, right = parse_range(given["ref"])
        if is_over(place, top, left, right):
            return bottom
    return 0


def is_over(place: Place, top: int, left: int, right: int) -> bool:
    """Whether an Excel table that starts there is the one over the place's header."""
    return top == place.header and left <= min(place.columns.values()) <= right


def header_language(place: Place, header: Sequence[Any]) -> Lang:
    """The language in which most of the table's titles are written."""
    english = chinese = 0
    for column_id, column in place.columns.items():
        cell = header[column] if column < len(header) else None
        title = place.table.column(column_id).title
        english += cell == title.en and title.en != title.zh
        chinese += cell == title.zh and title.en != title.zh
    return "en" if english > chinese else "zh"


def _titles(table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in table.columns:
        for title in (column.title.zh, column.title.en, column.id):
            found.setdefault(normalise(title), column.id)
    return found


def _two(table: Table, column: str, title: str) -> Ambiguous:
    return Ambiguous(
        Message(
            "Two columns could be “{title}”: rename the one that is not meant.",
            title=title,
        ),
        table=table.title.text("zh"),
        column=table.column(column).title.text("zh"),
    )


def record(text: str, sheet: str, place: Place) -> str:
    """The workbook part with names for the columns that were found by title."""
    prefix = prefix_of(text, "workbook")
    quoted = "'" + sheet.replace("'", "''") + "'"
    for column in sorted(place.unnamed):
        name = f"{PREFIX}{place.table.id}.{column}"
        cell = f"${column_name(place.columns[column])}${place.header}"
        pattern = (
            rf"<{prefix}definedName\b{REST}?name=[\"']{re.escape(name)}[\"']{REST}>"
            rf"[^<]*</{prefix}definedName>"
        )
        text = re.sub(pattern, "", text)
        element = f'definedName name="{name}">{escape(quoted)}!{cell}</{prefix}definedName>'
        if re.search(rf"<{prefix}definedNames\b", text):
            text = append(text, "definedNames", element)
        else:
            block = f"<{prefix}definedNames><{prefix}{element}</{prefix}definedNames>"
            end = f"</{prefix}sheets>"
            text = text.replace(end, end + block, 1)
    return text
