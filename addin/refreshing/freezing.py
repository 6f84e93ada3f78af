"""Frozen cases: the offer and tier keep their values from solution_at, everything from closed_at.

A row is frozen from the refresh that first sees the moment: that refresh still computes it, writes
the level into `frozen`, and every later one leaves the row's cells as they stand, whatever the
rules say by then. Reopening, or clearing the moment, thaws it.
"""

from __future__ import annotations

from typing import Literal

from ...sheets.snapshot import Value
from ...templates.tracker import Column
from .computation import Computation, step
from .seals import original, touched, untouched

Level = Literal["solution", "close"]
FOLLOWS_DATA = frozenset({"problems", "seal", "computed_at", "frozen"})
"""Out columns that speak of the row's data, not of the rules: they are never kept."""


def frozen_rows(computation: Computation, table: str, column: Column) -> frozenset[int]:
    """Rows whose value in this column is kept."""
    if "frozen" not in computation.tracker.table(table).by_id or column.id in FOLLOWS_DATA:
        return frozenset()
    kept = computation.once(
        ("frozen", table, column.freezes), lambda: _frozen(computation, table, column.freezes)
    )
    # An error, as a program without our functions leaves it, is no value to keep.
    broken = computation.table(table).bad.get(column.id)
    return kept - broken.keys() if broken else kept


def settled_rows(computation: Computation, table: str, column: Column) -> frozenset[int]:
    """Frozen rows that nobody wrote into: there is nothing to compute."""
    frozen = frozen_rows(computation, table, column)
    return frozen - touched(computation, table).keys() if frozen else frozen


def kept(
    computation: Computation, table: str, column: Column, computed: list[Value]
) -> list[Value]:
    """The values of a column, frozen cells as they stand; one that a person wrote into gets back
    what refresh left there."""
    frozen = frozen_rows(computation, table, column)
    if not frozen:
        return computed
    standing, by_hand = computation.table(table).column(column.id), touched(computation, table)
    values = list(computed)
    for row in frozen:
        left = by_hand.get(row, {}).get(column.id)
        values[row] = standing[row] if left is None else original(column, left, computed[row])
    return values


def _frozen(computation: Computation, table: str, freezes: Level) -> frozenset[int]:
    standing = untouched(computation, table, "frozen")
    reached = levels(computation, table)
    return frozenset(
        row
        for row, (was, now) in enumerate(zip(standing, reached, strict=True))
        if was is not None
        and now is not None
        and ((was == "close" and now == "close") or freezes == "solution")
    )


def levels(computation: Computation, table: str) -> list[Level | None]:
    """The level that each row has reached by its own times."""
    return computation.once(("levels", table), lambda: _levels(computation, table))


def _levels(computation: Computation, table: str) -> list[Level | None]:
    rows = zip(
        computation.table(table).column("solution_at"),
        computation.table(table).column("closed_at"),
        computation.get(table, "reopened_at"),
        strict=True,
    )
    return [
        None
        if reopened is not None
        else "close"
        if closed is not None
        else "solution"
        if solution is not None
        else None
        for solution, closed, reopened in rows
    ]


@step
def frozen(computation: Computation, table: str, _column: str) -> list[Value]:
    """The level of each row, in words of the tracker."""
    return list(levels(computation, table))


@step
def rules_version(computation: Computation, table: str, _column: str) -> list[Value]:
    """The version in force, for rows that are still computed."""
    return [computation.rules.version] * len(computation.table(table))
