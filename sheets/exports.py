"""Exports of shops as text: one header, numbered rows, whatever the file's kind and encoding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from ..functions.messages import Message
from ..functions.values import normalise
from .errors import NotFound, NotReadable
from .workbook.cells import raw_text
from .workbook.guard import check_file, of_file

MOST_BYTES: Final = 512 << 20
MOST_ROWS: Final = 2_000_000
_HEADER_ROWS: Final = 10
_SHEETS: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})
_STAMP: Final = re.compile(r"(?<!\d)(1[5-9]\d{8})(\d{3})?(?!\d)")


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An export, not yet understood."""

    name: str
    encoding: str
    """How a text file was decoded; blank for spreadsheets."""
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    """(row number as a person counts it, cells as text)."""
    repeated_headers: int = 0
    blank_rows: int = 0
    exported_at: datetime | None = None
    """When it was exported, where the file name says so."""


def read_export(
    path: Path, is_header: Callable[[Sequence[str]], bool], name: str = ""
) -> ExportFile:
    """Read an export; `is_header` recognises a header row (the first row with text otherwise).

    `name` is what its owner calls it, where `path` is only a copy.

    Raises `NotFound`, or `NotReadable` with one sentence.
    """
    if not path.is_file():
        raise NotFound(Message("There is no file {path}.", path=path))
    name = name or path.name
    if path.stat().st_size > MOST_BYTES:
        raise NotReadable(Message("{file} is too large to be an export.", file=name))
    if path.suffix.lower() in _SHEETS:
        encoding, lines = "", _sheet_rows(path, name, is_header)
    else:
        encoding, lines = _text_rows(path, name)
    if len(lines) > MOST_ROWS:
        raise NotReadable(Message("{file} is too large to be an export.", file=name))
    return _arrange(name, encoding, lines, is_header)


def _arrange(
    name: str,
    encoding: str,
    lines: list[tuple[int, list[str]]],
    is_header: Callable[[Sequence[str]], bool],
) -> ExportFile:
    filled = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        raise NotReadable(Message("{file} is empty.", file=name))
    at = next((i for i, (_, cells) in enumerate(filled[:_HEADER_ROWS]) if is_header(cells)), 0)
    header = tuple(filled[at][1])
    compared = [normalise(cell) for cell in header]
    rows: list[tuple[int, tuple[str, ...]]] = []
    repeated = 0
    for number, cells in filled[at + 1 :]:
        if [normalise(cell) for cell in cells[: len(compared)]] == compared:
            repeated += 1
            continue
        padded = (*cells, *[""] * (len(header) - len(cells)))
        rows.append((number, tuple(padded)))
    stamp = _STAMP.search(name)
    exported = datetime.fromtimestamp(int(stamp[1]), UTC) if stamp else None
    if exported is not None:
        exported = (exported + timedelta(hours=8)).replace(tzinfo=None)
    return ExportFile(
        name, encoding, header, tuple(rows), repeated, len(lines) - len(filled), exported
    )


def _text_rows(path: Path, name: str) -> tuple[str, list[tuple[int, list[str]]]]:
    data = path.read_bytes()
    # Any bytes are UTF-16, so only its mark makes it that.
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\x00" in data[:4096] and not marked:
        raise NotReadable(Message("{file} is no text file; save it as CSV.", file=name))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        break
    else:
        raise NotReadable(
            Message("{file} is neither UTF-8 nor GB18030: export it again as CSV.", file=name)
        )
    text = text.replace("\x00", "")
    csv.field_size_limit(1 << 27)
    lines = io.StringIO(text, newline="").readlines()
    delimiter = _delimiter(text)
    reader = csv.reader(lines, delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            rows.append((before + 1, cells))
            before = reader.line_num
        if rows and _is_open(lines[rows[-1][0] - 1 :], delimiter):
            raise NotReadable(
                Message(
                    "{file} breaks off in the row that begins at line {line}: a quotation mark is "
                    "never closed. Export it again.",
                    file=name,
                    line=rows[-1][0],
                )
            )
    except csv.Error as error:
        raise NotReadable(
            Message(
                "{file} breaks off at line {line}: {reason}.",
                file=name,
                line=reader.line_num,
                reason=error,
            )
        ) from None
    return encoding, rows


def _is_open(lines: list[str], delimiter: str) -> bool:
    """Whether the file ends inside quotation marks.

    >>> _is_open(['1,"cut off'], ","), _is_open(['1,"whole"'], ",")
    (True, False)
    """
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _delimiter(text: str) -> str:
    head = text[:4096].split("\n", 1)[0]
    return max(",\t;", key=head.count)


def _sheet_rows(
    path: Path, name: str, is_header: Callable[[Sequence[str]], bool]
) -> list[tuple[int, list[str]]]:
    """The visible sheet that has a header near its top, else the first visible one."""
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        with of_file(name):
            check_file(path)
    first: list[tuple[int, list[str]]] | None = None
    try:
        # calamine's stub leaves the type of PathLike open.
        workbook = CalamineWorkbook.from_path(str(path))  # pyright: ignore[reportUnknownMemberType]
        for sheet in workbook.sheets_metadata:
            if sheet.visible is not SheetVisibleEnum.Visible:
                continue
            data = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            rows = [(number, [_cell(cell) for cell in row]) for number, row in enumerate(data, 1)]
            if any(is_header(cells) for _, cells in rows[:_HEADER_ROWS]):
                return rows
            first = first if first is not None else rows
    except (CalamineError, OSError, ValueError, IndexError):
        raise NotReadable(
            Message("{file} is damaged or protected by a password.", file=name)
        ) from None
    return first or []


def _cell(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, date):
        return cell.isoformat()
    return raw_text(cell)
