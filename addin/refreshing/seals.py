"""Seals: how refresh tells a cell that a person overwrote from one that is merely out of date.

The hidden column `seal` holds a sum over the row's out cells as refresh last wrote them. When the
cells no longer add up to it, somebody else wrote into one; because the seal is a sum, the cell is
found by asking which one, put back to what refresh would write, closes the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from zlib import crc32

from ...sheets.snapshot import TableSnapshot, Value
from ...templates.tracker import Table
from .computation import Computation, step

_MODULUS = 1 << 40
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_MOST_CANDIDATES = 12
UNSEALED = frozenset({"seal"})


def sealed_columns(table: Table, snapshot: TableSnapshot) -> list[str]:
    """Out columns of ours that this table really has."""
    return [
        column.id
        for column in table.out
        if column.later is None and column.id not in UNSEALED | snapshot.live | snapshot.missing
    ]


def weight(column: str, value: Value) -> int:
    """What one cell adds to the seal; equal for equal values however the file stores them."""
    if value is None:
        return 0
    if isinstance(value, datetime):
        text = value.strftime("%Y%m%d%H%M%S")
    elif isinstance(value, str):
        text = "".join(filter(str.isprintable, value[:1000].replace(" ", "")))
    else:
        text = str(value)
    data = f"{column}={text}".encode("utf-8", "replace")
    return crc32(data) << 8 | crc32(data[::-1]) & 0xFF


def write_seal(total: int) -> str:
    """A sum as eight letters and digits; starts with a letter so that no host reads a number."""
    total %= _MODULUS
    digits = ""
    while total:
        total, digit = divmod(total, 36)
        digits = _ALPHABET[digit] + digits
    return "s" + digits


def read_seal(seal: str) -> int | None:
    """The sum of a seal, or None when it is no seal."""
    try:
        return int(seal.removeprefix("s"), 36) if seal.startswith("s") else None
    except ValueError:
        return None


def totals(columns: Mapping[str, Sequence[Value]], snapshot: TableSnapshot) -> list[int]:
    """The sum of every row; cells that refresh never writes (formulas, merges) add nothing."""
    sums = [0] * len(snapshot)
    for column, values in columns.items():
        known: dict[Value, int] = {}
        locked = snapshot.locked.get(column, frozenset())
        for row, value in enumerate(values):
            if value is None or row in locked:
                continue
            found = known.get(value)
            if found is None:
                found = known[value] = weight(column, value)
            sums[row] += found
    return sums


@step
def seal(computation: Computation, table: str, _column: str) -> list[Value]:
    """The seal over what this refresh leaves in the row."""
    snapshot = computation.table(table)
    names = sealed_columns(computation.tracker.table(table), snapshot)
    sums = totals({name: computation.computed(table, name) for name in names}, snapshot)
    return [write_seal(total) for total in sums]


def overwritten(computation: Computation, table: str) -> Iterator[tuple[int, list[str]]]:
    """Row numbers with the columns that somebody else wrote into.

    Where the difference cannot be pinned to cells, every cell that refresh is about to change is
    named: better one log line too many than a person's value lost without trace.
    """
    snapshot = computation.table(table)
    if "seal" not in computation.tracker.table(table).by_id:
        return
    names = sealed_columns(computation.tracker.table(table), snapshot)
    standing = {name: _standing(snapshot, name) for name in names}
    sums = totals(standing, snapshot)
    for row, (seal_text, total) in enumerate(zip(snapshot.column("seal"), sums, strict=True)):
        sealed = read_seal(seal_text) if seal_text else None
        if sealed is None or sealed == total % _MODULUS:
            continue
        gaps = {
            name: weight(name, computation.computed(table, name)[row])
            - weight(name, standing[name][row])
            for name in names
            if row not in snapshot.locked.get(name, ())
        }
        candidates = [name for name, gap in gaps.items() if gap]
        yield row, _close(candidates, gaps, (sealed - total) % _MODULUS)


def _standing(snapshot: TableSnapshot, column: str) -> list[Value]:
    bad = snapshot.bad.get(column)
    values = snapshot.column(column)
    return [bad.get(row, value) for row, value in enumerate(values)] if bad else values


def _close(candidates: list[str], gaps: Mapping[str, int], difference: int) -> list[str]:
    if len(candidates) <= _MOST_CANDIDATES:
        for size in range(1, len(candidates) + 1):
            for chosen in combinations(candidates, size):
                if sum(gaps[name] for name in chosen) % _MODULUS == difference:
                    return list(chosen)
    return candidates
