"""Seals: how refresh tells a cell that a person overwrote from one that is merely out of date.

The hidden column `seal` holds a mark for each out cell of the row as refresh last wrote it. A cell
whose mark differs now was written by somebody else; the other cells of the row are judged by their
own marks, so that a stale value is never taken for a person's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zlib import crc32

from ...sheets.snapshot import TableSnapshot, Value
from ...templates.tracker import Column, Table
from .computation import Computation, step

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_WIDTH = 3
BLANK = "0" * _WIDTH
"""Mark of a blank cell."""
UNKNOWN = "-" * _WIDTH
"""Mark of a cell that refresh does not write: a formula, a merge, a column that is not there."""


def sealed_columns(table: Table) -> list[Column]:
    """Out columns that refresh computes, in the order of their marks."""
    return [column for column in table.out if column.later is None and column.id != "seal"]


def _is_ours(snapshot: TableSnapshot, column: Column) -> bool:
    return column.id not in snapshot.live and column.id not in snapshot.missing


def mark(column: str, value: Value) -> str:
    """Three letters and digits for a cell; equal for equal values however the file stores them.

    >>> mark("kind", None), mark("kind", "price") == mark("kind", "price")
    ('000', True)
    >>> mark("kind", "price") == mark("kind", "quality")
    False
    """
    if value is None:
        return BLANK
    if isinstance(value, datetime):
        text = value.isoformat(timespec="seconds")
    elif isinstance(value, str):
        text = value[:1000].replace(" ", "")
        if not text.isprintable():
            text = "".join(filter(str.isprintable, text))
    else:
        text = str(value)
    return _written(1 + crc32(f"{column}={text}".encode("utf-8", "replace")) % (36**_WIDTH - 1))


def _written(number: int) -> str:
    first, rest = divmod(number, 36 * 36)
    return _ALPHABET[first] + _ALPHABET[rest // 36] + _ALPHABET[rest % 36]


def seals(
    table: Table, snapshot: TableSnapshot, values: Mapping[str, Sequence[Value]]
) -> list[str]:
    """The seal of every row over the values of its out columns."""
    columns = sealed_columns(table)
    marks = [
        _marks(column.id, values[column.id], snapshot.locked.get(column.id, frozenset()))
        if _is_ours(snapshot, column)
        else [UNKNOWN] * len(snapshot)
        for column in columns
    ]
    start = _start(columns)
    return [start + "".join(row) for row in zip(*marks, strict=True)]


def _start(columns: Sequence[Column]) -> str:
    """What a seal begins with: a letter, so that no host reads a number, and which columns it has;
    the seals of a version with other columns say nothing."""
    names = ",".join(column.id for column in columns)
    return "s" + _written(crc32(names.encode()) % 36**_WIDTH)


def _marks(column: str, values: Sequence[Value], locked: frozenset[int]) -> list[str]:
    known: dict[Value, str] = {None: BLANK}
    found: list[str] = []
    for value in values:
        one = known.get(value)
        if one is None:
            one = known[value] = mark(column, value)
        found.append(one)
    for row in locked:
        found[row] = UNKNOWN
    return found


@step
def seal(computation: Computation, table: str, _column: str) -> list[Value]:
    """The seal over what this refresh leaves in the row."""
    declared, snapshot = computation.tracker.table(table), computation.table(table)
    values = {
        column.id: computation.computed(table, column.id)
        for column in sealed_columns(declared)
        if _is_ours(snapshot, column)
    }
    return [*seals(declared, snapshot, values)]


def touched(computation: Computation, table: str) -> dict[int, dict[str, str]]:
    """Row → out column that somebody else wrote into → the mark that refresh left there."""
    return computation.once(("touched", table), lambda: _touched(computation, table))


def _touched(computation: Computation, table: str) -> dict[int, dict[str, str]]:
    declared, snapshot = computation.tracker.table(table), computation.table(table)
    if "seal" not in declared.by_id or not any(snapshot.column("seal")):
        return {}
    columns = sealed_columns(declared)
    standing = {column.id: _standing(snapshot, column.id) for column in columns}
    start = _start(columns)
    # A row without any mark of ours is new: whatever stands in its out cells, a person typed.
    blank = start + BLANK * len(columns)
    result: dict[int, dict[str, str]] = {}
    found = zip(
        snapshot.column("seal"),
        snapshot.column("computed_at"),
        seals(declared, snapshot, standing),
        strict=True,
    )
    for row, (sealed, computed_at, now) in enumerate(found):
        was = sealed or (blank if computed_at is None else now)
        if was == now or len(was) != len(now) or not was.startswith(start):
            continue
        places = range(len(start), len(was), _WIDTH)
        marks = [(was[at : at + _WIDTH], now[at : at + _WIDTH]) for at in places]
        cells = {
            column.id: before
            for column, (before, after) in zip(columns, marks, strict=True)
            if before != after and UNKNOWN not in {before, after}
        }
        if cells:
            result[row] = cells
    return result


def original(column: Column, left: str, computed: Value) -> Value:
    """What refresh left in a touched cell, as far as its mark tells: what it computes today, a
    blank or one of the column's words; else what it computes today."""
    words = column.choice_set
    candidates = (computed, None, *(words.ids if column.type == "choice" and words else ()))
    return next((value for value in candidates if mark(column.id, value) == left), computed)


def untouched(computation: Computation, table: str, column: str) -> list[Value]:
    """A choice column as refresh left it."""
    values = list(computation.table(table).column(column))
    declared = computation.tracker.table(table).column(column)
    for row, cells in touched(computation, table).items():
        if column in cells:
            values[row] = original(declared, cells[column], values[row])
    return values


def overwritten(computation: Computation, table: str) -> Iterator[tuple[int, list[str]]]:
    """Row numbers with the columns whose value a person has to get back elsewhere."""
    snapshot = computation.table(table)
    for row, cells in touched(computation, table).items():
        names = [
            name
            for name in cells
            if row in snapshot.bad.get(name, ())
            or mark(name, computation.computed(table, name)[row])
            != mark(name, snapshot.column(name)[row])
        ]
        if names:
            yield row, names


def _standing(snapshot: TableSnapshot, column: str) -> list[Value]:
    bad = snapshot.bad.get(column)
    values = snapshot.column(column)
    return [bad.get(row, value) for row, value in enumerate(values)] if bad else values
