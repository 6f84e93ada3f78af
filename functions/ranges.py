"""Cells and ranges as spreadsheet programs hand them over."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_range(value: Any) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether a value is a list of cells or a range of rows."""
    return isinstance(value, (list, tuple))


def is_blank(value: Any) -> bool:
    """None, empty text and text of spaces only; 0 and False are not blank.

    >>> is_blank("  "), is_blank(0)
    (True, False)
    """
    return value is None or (value.__class__ is str and (not value or value.isspace()))


def flatten(value: Any) -> list[Any]:
    """A cell, a list of cells or a range of one row or column → list of cells."""
    if not is_range(value):
        return [value]
    cells: list[Any] = []
    for row in value:
        if is_range(row):
            cells.extend(row)
        else:
            cells.append(row)
    return cells
