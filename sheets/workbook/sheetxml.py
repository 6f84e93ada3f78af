"""The XML of a worksheet, scanned for what calamine does not tell: formulas, errors, merges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple
from xml.sax.saxutils import unescape

_CELL = re.compile(
    rb"<((?:\w+:)?)c\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)>\s*<(?:\w+:)?f\b"
    rb"((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?:/>|>([^<]*)<)"
)
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?"
                    rb"<(?:\w+:)?v>([^<]*)<", re.DOTALL)  # fmt: skip
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z$0-9:]+)[\"']")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_SPAN = re.compile(rb"\bref=[\"']([A-Z$0-9:]+)[\"']")
# As Excel, LibreOffice and Google save them, and as Google exports what Excel does not know.
_OURS = re.compile(
    rb"^\s*(?:ARRAYFORMULA\((?:LET\(fp_)?.*?|(?:IFERROR\()?__xludf\.DUMMYFUNCTION\(.*?)?"
    rb"(?:_xldudf_FANPAN_|FANPAN[._])",
    re.IGNORECASE | re.DOTALL,
)
_SHARED = re.compile(rb"\bsi=[\"'](\d+)[\"']")
_MOST_CELLS_OF_A_MERGE: Final = 2_000_000


@cache
def column_index(letters: str) -> int:
    """Letters → 0-based column number.

    >>> column_index("A"), column_index("AA"), column_index("XFD")
    (0, 26, 16383)
    """
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def parse_range(text: str) -> tuple[int, int, int, int]:
    """A range as (first row, first column, last row, last column); rows 1-based, columns 0-based.

    >>> parse_range("$B$2:D9"), parse_range("C3")
    ((2, 1, 9, 3), (3, 2, 3, 2))
    """
    first, _, last = text.replace("$", "").partition(":")
    corners: list[tuple[int, int]] = []
    for corner in (first, last or first):
        match = re.fullmatch(r"([A-Z]*)(\d*)", corner)
        if match is None:
            raise ValueError(text)
        row = int(match[2]) if match[2] else (1 if corner is first else 1_048_576)
        column = column_index(match[1]) if match[1] else (0 if corner is first else 16_383)
        corners.append((row, column))
    (top, left), (bottom, right) = corners
    return top, left, bottom, right


@dataclass(slots=True)
class CellMap:
    """Cells of one sheet that must not be written, and cells that hold an error."""

    formulas: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """Column → rows with a formula, or covered by an array."""
    ours: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """Column → rows whose formula is one of ours."""
    merged: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """Column → rows covered by a merge."""
    errors: dict[int, dict[int, str]] = field(default_factory=dict[int, dict[int, str]])
    """Column → row → error text."""

    def locked(self, column: int) -> set[int]:
        """Rows of the column that are never written."""
        return self.formulas.get(column, set()) | self.merged.get(column, set())


def scan(xml: bytes) -> CellMap:
    """Map the special cells of a worksheet part."""
    found = CellMap()
    if re.search(rb"<(?:\w+:)?f\b", xml):
        shared: set[bytes] = set()
        for match in _CELL.finditer(xml):
            place = _REFERENCE.search(match[2])
            if place is None:
                continue
            column, row = column_index(place[1].decode()), int(place[2])
            found.formulas.setdefault(column, set()).add(row)
            group = _SHARED.search(match[3])
            if (match[4] and _OURS.match(match[4])) or (
                group is not None and not match[4] and group[1] in shared
            ):
                found.ours.setdefault(column, set()).add(row)
                if group is not None:
                    shared.add(group[1])
            if re.search(rb"\bt=[\"'](?:array|dataTable)[\"']", match[3]):
                span = _SPAN.search(match[3])
                if span is not None:
                    _cover(found.formulas, span[1].decode())
    if b't="e"' in xml or b"t='e'" in xml:
        for match in _ERROR.finditer(xml):
            place = _REFERENCE.search(match[1])
            if place is not None:
                errors = found.errors.setdefault(column_index(place[1].decode()), {})
                errors[int(place[2])] = match[2].decode("utf-8", "replace")
    tail = xml[xml.rfind(b"sheetData") :]
    for match in _MERGE.finditer(tail):
        _cover(found.merged, match[1].decode())
    return found


def our_formulas(xml: bytes) -> dict[int, tuple[int, str]]:
    """Column → (row, formula) of the last cell there whose formula of ours speaks of its row."""
    found: dict[int, tuple[int, str]] = {}
    for match in _CELL.finditer(xml):
        place = _REFERENCE.search(match[2])
        if place is not None and match[4] and _OURS.match(match[4]):
            row = int(place[2])
            formula = unescape(match[4].decode("utf-8", "replace"))
            if re.search(_own_row(row), formula):
                found[column_index(place[1].decode())] = row, formula
    return found


def _own_row(row: int) -> str:
    return rf"(\$[A-Z]{{1,3}}){row}\b"


def moved_formula(formula: str, row: int, new_row: int) -> str:
    """A formula of ours for another row.

    >>> moved_formula("FANPAN.DELAY($P2,'a'!$A$2,$Q2)", 2, 9)
    "FANPAN.DELAY($P9,'a'!$A$2,$Q9)"
    """
    return re.sub(_own_row(row), rf"\g<1>{new_row}", formula)


def _cover(cells: dict[int, set[int]], span: str) -> None:
    top, left, bottom, right = parse_range(span)
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS_OF_A_MERGE:
        bottom = min(bottom, top + _MOST_CELLS_OF_A_MERGE // (right - left + 1))
    for column in range(left, right + 1):
        cells.setdefault(column, set()).update(range(top, bottom + 1))


def without_cached(xml: bytes) -> bytes:
    """The part with the cached values of its formulas dropped, so that nobody shows stale ones."""
    return _CACHED.sub(rb"\1", xml)


_CACHED = re.compile(
    rb"(<(?:\w+:)?f\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*?(?:/>|>[^<]*</(?:\w+:)?f>))"
    rb"\s*<(?:\w+:)?v\b[^>]*>[^<]*</(?:\w+:)?v>"
)


class RowXml(NamedTuple):
    """Where one `<row>` element stands in a worksheet part."""

    number: int
    start: int
    inner: int
    """Where its cells begin; equal to `inner_end` for a row without cells."""
    inner_end: int
    end: int
    closed: bool
    """Written as `<row …/>`."""


def rows(xml: bytes, prefix: bytes) -> Iterator[RowXml]:
    """The `<row>` elements of a worksheet part, in order."""
    opening = _row_pattern(prefix)
    closing = b"</" + prefix + b"row>"
    number = at = 0
    while (match := opening.search(xml, at)) is not None:
        found = _ROW_NUMBER.search(match[1])
        number = int(found[1]) if found else number + 1
        inner = match.end()
        if match[2]:
            yield RowXml(number, match.start(), inner, inner, inner, closed=True)
            at = inner
            continue
        inner_end = xml.find(closing, inner)
        if inner_end < 0:
            return
        at = inner_end + len(closing)
        yield RowXml(number, match.start(), inner, inner_end, at, closed=False)


_ROW_NUMBER = re.compile(rb"\br=[\"'](\d+)[\"']")


@cache
def _row_pattern(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + prefix + rb"row\b((?:[^>\"'/]|\"[^\"]*\"|'[^']*')*)(/?)>")
