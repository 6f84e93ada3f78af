"""Set cells and append rows in the XML of one worksheet; every other byte stays.

Only rows with a change are taken apart. A cell keeps its style; a cell with a formula is never
written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeAlias

from .rowxml import column_name
from .sheetxml import column_index, parse_range, rows

Content: TypeAlias = str
"""What follows the style of a cell: ` t="inlineStr"><is>…</is></c>`, `><v>1</v></c>`; blank text
clears the cell."""
StyleOf: TypeAlias = Callable[[int, int | None], int | None]
"""(column, style the cell has, or None) → style to write."""

_FAST_CELL: Final = re.compile(
    rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?(?: t="\w+")?(?:/>|>(.*?)</c>)', re.DOTALL
)
_ROW_NUMBER: Final = re.compile(rb"\br=[\"'](\d+)[\"']")
_STYLE: Final = re.compile(rb"\bs=[\"'](\d+)[\"']")
_PLACE: Final = re.compile(rb"\br=[\"']([A-Z]{1,3})\d+[\"']")
_PIECE: Final = 1 << 20


@dataclass(slots=True)
class SheetChange:
    """Changes to one worksheet."""

    cells: dict[int, dict[int, Content]] = field(default_factory=dict[int, dict[int, Content]])
    """Row (1-based) → column (0-based) → new content."""
    last_row: int = 0
    """The last row of the table before rows are appended."""
    new_last_row: int = 0
    """The last row afterwards; equal when none are appended."""
    locked: int = 0
    """Counts the cells that were left alone because they hold a formula."""


def patched(xml: bytes, change: SheetChange, style_of: StyleOf) -> Iterator[bytes]:
    """The worksheet part with the change made, in pieces of about a megabyte."""
    pieces: list[bytes] = []
    size = 0
    for piece in _patched(xml, change, style_of):
        pieces.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield b"".join(pieces)
            pieces, size = [], 0
    yield b"".join(pieces)


def _patched(xml: bytes, change: SheetChange, style_of: StyleOf) -> Iterator[bytes]:
    prefix = prefix_of(xml)
    pending = sorted(change.cells)
    at = copied = number = 0
    for match in rows(xml, prefix):
        if at == len(pending):
            break
        found = _ROW_NUMBER.search(match[1])
        number = int(found[1]) if found else number + 1
        if pending[at] > number:
            continue
        yield xml[copied : match.start()]
        copied = match.start()
        while at < len(pending) and pending[at] < number:
            yield _new_row(pending[at], change, style_of, prefix)
            at += 1
        if at < len(pending) and pending[at] == number:
            yield _patched_row(match, number, change, style_of, prefix)
            copied = match.end()
            at += 1
    tail = xml[copied:]
    if at < len(pending):
        tail = _open_sheet_data(tail, prefix)
        head, end, rest = tail.partition(b"</" + prefix + b"sheetData>")
        yield head
        for row in pending[at:]:
            yield _new_row(row, change, style_of, prefix)
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


def _cells(inner: bytes, prefix: bytes) -> list[tuple[int, int | None, bytes, bool]]:
    """(column, style, the whole element, has a formula) of the cells of a row."""
    found: list[tuple[int, int | None, bytes, bool]] = []
    if not prefix:
        fast = [
            (
                column_index_of(match[1]),
                None if match[2] is None else int(match[2]),
                match[0],
                match[3] is not None and b"<f" in match[3],
            )
            for match in _FAST_CELL.finditer(inner)
        ]
        if len(fast) == inner.count(b"<c ") + inner.count(b"<c>") + inner.count(b"<c/>"):
            return fast
    column = -1
    for match in _cell_pattern(prefix).finditer(inner):
        place = _PLACE.search(match[1])
        column = column_index_of(place[1]) if place else column + 1
        style = _STYLE.search(match[1])
        formula = match[2] is not None and re.search(rb"<(?:\w+:)?f\b", match[2]) is not None
        found.append((column, int(style[1]) if style else None, match[0], formula))
    return found


@cache
def column_index_of(letters: bytes) -> int:
    """Letters as bytes → 0-based column number."""
    return column_index(letters.decode())


@cache
def _letters(column: int) -> str:
    return column_name(column)


def _element(column: int, row: int, style: int | None, content: Content, prefix: bytes) -> bytes:
    styled = f' s="{style}"' if style is not None else ""
    if not content:
        return f'<c r="{_letters(column)}{row}"{styled}/>'.encode() if styled else b""
    text = f'<c r="{_letters(column)}{row}"{styled}{content}'
    return _prefixed(text, prefix) if prefix else text.encode()


def _prefixed(text: str, prefix: bytes) -> bytes:
    return re.sub(rb"<(/?)(c|v|is|t)\b", rb"<\1" + prefix + rb"\2", text.encode())


def _patched_row(
    match: re.Match[bytes], number: int, change: SheetChange, style_of: StyleOf, prefix: bytes
) -> bytes:
    new = change.cells[number]
    inner = match[2] or b""
    whole: bytes = match[0]
    parts: list[bytes] = []
    columns = sorted(new)
    at = 0
    for column, style, element, formula in _cells(inner, prefix):
        while at < len(columns) and columns[at] < column:
            wanted = columns[at]
            parts.append(_element(wanted, number, style_of(wanted, None), new[wanted], prefix))
            at += 1
        if at < len(columns) and columns[at] == column:
            at += 1
            if formula:
                change.locked += 1
            else:
                element = _element(column, number, style_of(column, style), new[column], prefix)
        parts.append(element)
    for wanted in columns[at:]:
        parts.append(_element(wanted, number, style_of(wanted, None), new[wanted], prefix))
    empty = match[2] is None
    head = whole[:-2] + b">" if empty else whole[: match.start(2) - match.start()]
    head = re.sub(rb"\s+spans=(?:\"[^\"]*\"|'[^']*')", b"", head)
    return b"".join((head, *parts, b"</", prefix, b"row>"))


def _new_row(number: int, change: SheetChange, style_of: StyleOf, prefix: bytes) -> bytes:
    new = change.cells[number]
    cells = [
        _element(column, number, style_of(column, None), new[column], prefix)
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
