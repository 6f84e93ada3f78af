"""The words of the formula language that are no cell functions, for the rows of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from operator import eq, ne
from typing import Any, Final

from ...sheets.snapshot import Value


def _join(separator: str, *texts: str | None) -> str | None:
    return separator.join(text for text in texts if text) or None


def _flat(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, list) else (value,)  # pyright: ignore[reportUnknownVariableType]


def _earliest(since: datetime | None, *moments: Any) -> datetime | None:
    return min(
        (
            moment
            for moment in _flat(moments)
            if moment is not None and (since is None or moment >= since)
        ),
        default=None,
    )


def _any(cells: list[Value], *wanted: Value) -> bool:
    if not wanted:
        return any(cell is not None for cell in cells)
    return any(cell in wanted for cell in cells)


def _if(condition: bool, then: Value, otherwise: Value) -> Value:
    return then if condition else otherwise


def _first(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _open(since: datetime | None) -> str | None:
    return None if since is None else f"{since:%Y-%m-%d %H:%M:%S}~"


def _greater(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one > other


def _all(*conditions: bool) -> bool:
    return all(conditions)


def _some(*conditions: bool) -> bool:
    return any(conditions)


IMPLEMENTED: Final[dict[str, Callable[..., Any]]] = {
    "IF": _if,
    "ANY": _any,
    "FIRST": _first,
    "EARLIEST": _earliest,
    "JOIN": _join,
    "OPEN": _open,
    "EQ": eq,
    "NE": ne,
    "GT": _greater,
    "AND": _all,
    "OR": _some,
}
"""Word → the value of one row from the values of its arguments there; see templates/formula.py."""
