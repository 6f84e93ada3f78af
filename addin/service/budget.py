"""What a batch of calls asks for, counted before any of it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from ...functions.cellfunction import CellFunction
from ...functions.messages import Message
from ...functions.ranges import flatten
from .gate import Refused

MOST_CELLS: Final = 200_000
"""Cells that the calls of one batch may compute; a range counts for every call that names it."""
READ_AT_ONCE: Final = 10
"""Cells that a function takes as a whole and only reads, for the work of one that it computes."""
_CHARACTERS: Final = 50
"""Of a text, for the work of a cell."""
_TOO_MUCH: Final = Message(
    "One request computes at most {most} cells; take smaller ranges, or use the fanpan command "
    "line.",
    most=f"{MOST_CELLS:,}",
)


class Budget:
    """Counts the cells of a batch's calls."""

    def __init__(self, ranges: Sequence[Any], rules: Sequence[Any]) -> None:
        self._ranges = ranges
        self._rules = rules
        self._sizes: dict[tuple[str, int], int] = {}
        self._spent = 0

    def spend(self, function: CellFunction, args: Sequence[Any], rules: int | None) -> None:
        """Count one call; `Refused` when the batch asks for more than one request computes."""
        cells = reads = 0
        for position, arg in enumerate(args):
            size = self._size_of(arg)
            if position < len(function.parameters) and function.parameters[position].type.is_scalar:
                cells = max(cells, size)
            else:
                reads += size
        if rules is not None and function.rules_index is not None:
            reads += self._known("rules", self._rules, rules)
        self._spent += max(1, cells) + reads // READ_AT_ONCE
        if self._spent > MOST_CELLS:
            raise Refused(413, _TOO_MUCH)

    def _size_of(self, arg: Any) -> int:
        if isinstance(arg, dict):
            number = cast("dict[str, Any]", arg).get("range")
            return self._known("range", self._ranges, number) if isinstance(number, int) else 0
        return size(arg)

    def _known(self, what: str, held: Sequence[Any], number: int) -> int:
        if not 0 <= number < len(held):
            return 0
        if (what, number) not in self._sizes:
            self._sizes[what, number] = size(held[number])
        return self._sizes[what, number]


def size(range_: Any) -> int:
    """Cells of a range, the longer texts among them by their length; 0 for what is no range.

    >>> size([["a"], [1], [None]]), size([["好" * 120, 2]]), size("好" * 120)
    (3, 4, 0)
    """
    if not isinstance(range_, list):
        return 0
    cells = flatten(range_)
    return len(cells) + sum(len(cell) // _CHARACTERS for cell in cells if cell.__class__ is str)
