"""Set cells and append rows in the XML of one worksheet; every other byte stays.

Only rows with a change are taken apart. A cell keeps its style; a cell with a formula is never
written.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from operator import itemgetter
from typing import Final, TypeAlias

from .rowxml import column_name
from .sheetxml import RowXml, column_index, parse_range, rows

Content: TypeAlias = str
"""What follows the style of a cell: ` t="inlineStr"><is>…</is></c>`, `><v>1</v></c>`; blank text
clears the cell."""
StyleOf: TypeAlias = Callable[[int, int | None], int | None]
"""(column, style the cell has, or None) → style to write."""
AppendedStyle: TypeAlias = Callable[[int], int | None]
"""Column → style to write below the last row."""

_STYLE: Final = re.compile(rb"\bs=[\"'](\d+)[\"']")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f\b")
_PLACE: Final = re.compile(rb"\br=[\"']([A-Z]{1,3})\d+[\"']")
_REFERENCES: Final = re.compile(rb"<c r=\"([A-Z]{1,3})\d+\"")
_SPANS: Final = re.compile(rb"\s+spans=(?:\"[^\"]*\"|'[^']*')")


@dataclass(slots=True)
class SheetChange:
    """Changes to one worksheet."""

    cells: dict[int, dict[int, Content]] = field(default_factory=dict[int, dict[int, Content]])
    """Row (1-based) → column (0-based) → new content."""
    last_row: int = 0
    """The last row of the table before rows are appended."""
    new_last_row: int = 0
    """The last row afterwards; equal when none are appended."""
    replaceable: dict[int, set[int]] = field(default_factory=dict[int, set[int]])
    """Column → rows whose formula is ours and gives way."""
    locked: int = 0
    """Counts the cells that were left alone because they hold a formula."""


def patched(
    xml: bytes, change: SheetChange, style_of: StyleOf, appended: AppendedStyle
) -> Iterator[bytes]:
    """The worksheet part with the change made, in pieces; the first holds the head."""
    prefix = prefix_of(xml)
    pending = sorted(change.cells)
    at = copied = 0
    for row in rows(xml, prefix):
        if at == len(pending):
            break
        if pending[at] > row.number:
            continue
        yield xml[copied : row.start]
        copied = row.start
        while at < len(pending) and pending[at] < row.number:
            yield _new_row(pending[at], change, lambda column: style_of(column, None), prefix)
            at += 1
        if at < len(pending) and pending[at] == row.number:
            yield _patched_row(xml, row, change, style_of, prefix)
            copied = row.end
            at += 1
    tail = xml[copied:]
    if at < len(pending):
        tail = _open_sheet_data(tail, prefix)
        head, end, rest = tail.partition(b"</" + prefix + b"sheetData>")
        yield head
        for number in pending[at:]:
            yield _new_row(number, change, appended, prefix)
        tail = end + rest
    if change.new_last_row > change.last_row:
        tail = _grow_tail(tail, change)
    yield tail


def _open_sheet_data(tail: bytes, prefix: bytes) -> bytes:
    empty = re.compile(rb"<" + prefix + rb"sheetData\s*/>")
    return empty.sub(
        lambda _: b"<" + prefix + b"sheetData></" + prefix + b"sheetData>", tail, count=1
    )


@cache
def _cell_pattern(prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(
        rb"<" + prefix + rb"c\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*?)(?:/>|>(.*?)</" + prefix + rb"c>)",
        re.DOTALL,
    )


@lru_cache(maxsize=256)
def _layout(letters: tuple[bytes, ...]) -> tuple[int, ...]:
    """The columns of a row's cells, the same in most rows; nothing where they are in disorder."""
    columns = tuple(column_index(each.decode()) for each in letters)
    return columns if list(columns) == sorted(columns) else ()


def _cells(inner: bytes, number: int, prefix: bytes) -> tuple[list[int], list[bytes]]:
    """The columns of the cells of a row, and the row in pieces: what stands before the first cell,
    then each cell with what stands behind it, without its opening `<c `."""
    if not prefix:
        # Cells as all programs write them, `<c r="AB12"…`, come apart without a regular expression.
        pieces = inner.split(b"<c ")
        columns = _layout(tuple(_REFERENCES.findall(inner)))
        if len(columns) == len(pieces) - 1 and not pieces[0].strip() and b"<c>" not in inner:
            return [*columns], pieces
    found: list[tuple[int, bytes]] = []
    column = -1
    opening = len(b"<c" + prefix)
    for match in _cell_pattern(prefix).finditer(inner):
        place = _PLACE.search(match[1])
        column = column_index(place[1].decode()) if place else column + 1
        found.append((column, match[0][opening:].lstrip()))
    found.sort(key=itemgetter(0))
    return [column for column, _ in found], [b"", *(piece for _, piece in found)]


@cache
def _letters(column: int) -> str:
    return column_name(column)


def _element(column: int, row: int, style: int | None, content: Content, prefix: bytes) -> bytes:
    """A cell without its opening `<c `; nothing for a cell that is neither filled nor styled."""
    styled = f' s="{style}"' if style is not None else ""
    if not content:
        return f'r="{_letters(column)}{row}"{styled}/>'.encode() if styled else b""
    text = f'r="{_letters(column)}{row}"{styled}{content}'
    return _prefixed(text, prefix) if prefix else text.encode()


@lru_cache(maxsize=4096)
def _style(attributes: bytes) -> int | None:
    found = _STYLE.search(attributes)
    return int(found[1]) if found else None


def _prefixed(text: str, prefix: bytes) -> bytes:
    return re.sub(rb"<(/?)(c|f|v|is|t)\b", rb"<\1" + prefix + rb"\2", text.encode())


def _patched_row(
    xml: bytes, row: RowXml, change: SheetChange, style_of: StyleOf, prefix: bytes
) -> bytes:
    number = row.number
    new = change.cells[number]
    head = xml[row.start : row.inner]
    if row.closed:
        head = head[: head.rindex(b"/")] + b">"
    columns, pieces = _cells(xml[row.inner : row.inner_end], number, prefix)
    for column, content in new.items():
        at = bisect_left(columns, column)
        stands = at < len(columns) and columns[at] == column
        style: int | None = None
        if stands:
            piece = pieces[at + 1]
            # Looking for the two letters first spares most cells the regular expression.
            formula = (prefix or b"<f" in piece) and _FORMULA.search(piece)
            if formula and number not in change.replaceable.get(column, ()):
                change.locked += 1
                continue
            style = _style(piece[piece.find(b'"', 3) : piece.index(b">")])
        element = _element(column, number, style_of(column, style), content, prefix)
        if not stands and element:
            columns.insert(at, column)
            pieces.insert(at + 1, element)
        elif element:
            pieces[at + 1] = element
        elif stands:
            del columns[at], pieces[at + 1]
    opening, closing = b"<" + prefix + b"c ", b"</" + prefix + b"row>"
    return b"".join((_SPANS.sub(b"", head), opening.join(pieces), closing))


def _new_row(number: int, change: SheetChange, style_of: AppendedStyle, prefix: bytes) -> bytes:
    new = change.cells[number]
    opening = b"<" + prefix + b"c "
    cells = [
        opening + _element(column, number, style_of(column), new[column], prefix)
        for column in sorted(new)
        if new[column]
    ]
    open_tag = f'row r="{number}">'.encode()
    return b"".join((b"<", prefix, open_tag, *cells, b"</", prefix, b"row>"))


def prefix_of(xml: bytes) -> bytes:
    """The namespace prefix, with its colon, of a worksheet part's elements."""
    match = re.search(rb"<(\w+:)?worksheet\b", xml[:4096])
    return (match[1] or b"") if match else b""


def grown_range(span: str, last: int, new_last: int) -> str:
    """A range that ended at the last row, ending at the new one.

    >>> grown_range("A1:C9", 9, 12), grown_range("A1:C8", 9, 12), grown_range("$A$2:$A$9", 9, 12)
    ('A1:C12', 'A1:C8', '$A$2:$A$12')
    """
    _, _, bottom, _ = parse_range(span)
    if bottom != last or ":" not in span:
        return span
    return re.sub(r"\d+$", str(new_last), span)


def grow_ranges(spans: str, last: int, new_last: int) -> str:
    """A list of ranges with blanks between them, each grown; a single cell at the end too."""
    found: list[str] = []
    for span in spans.split():
        _, left, bottom, _ = parse_range(span)
        if ":" not in span and bottom == last:
            found.append(f"{span}:{_letters(left)}{new_last}")
        else:
            found.append(grown_range(span, last, new_last))
    return " ".join(found)


def _grow_tail(tail: bytes, change: SheetChange) -> bytes:
    """What stands behind the rows and ended at the last row: filters, highlights, validations."""

    def grown(match: re.Match[bytes]) -> bytes:
        spans = grow_ranges(match[2].decode(), change.last_row, change.new_last_row)
        return match[1] + spans.encode() + match[3]

    cut = tail.find(b"sheetData>") + 1
    head, tail = tail[:cut], tail[cut:]
    for element, attribute in (
        (rb"autoFilter", rb"ref"),
        (rb"conditionalFormatting", rb"sqref"),
        (rb"dataValidation", rb"sqref"),
    ):
        pattern = rb"(<(?:\w+:)?" + element + rb"\b[^>]*?\b" + attribute + rb"=\")([^\"]*)(\")"
        tail = re.sub(pattern, grown, tail)
    tail = re.sub(rb"(<(?:\w+:)?sqref>)([^<]*)(<)", grown, tail)
    return head + tail


def grow_dimension(head: bytes, last_row: int, last_column: int) -> bytes:
    """The `<dimension>` in the first bytes of a part, made to hold the last row and column."""

    def grown(match: re.Match[bytes]) -> bytes:
        top, left, bottom, right = parse_range(match[2].decode())
        right, bottom = max(right, last_column), max(bottom, last_row)
        span = f"{_letters(left)}{top}:{_letters(right)}{bottom}"
        return match[1] + span.encode() + match[3]

    return re.sub(
        rb"(<(?:\w+:)?dimension\b[^>]*?\bref=[\"'])([^\"']*)([\"'])", grown, head, count=1
    )
