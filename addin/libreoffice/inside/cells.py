"""Cell functions as LibreOffice calls them: values in, values out.

Measured on 7.4 (an `any` parameter): an empty cell arrives as 0.0, one left out as None, a range as
a tuple of rows whose empty cells are ''. Returned True would show 0, None shows #N/A, and any
exception #VALUE!.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from ....functions.cellfunction import CellFunction
from ....functions.messages import Lang
from ....functions.ranges import is_range
from ....functions.values import CellError, to_serial
from ....functions.valuetypes import ValueType
from ....functions.wire import result_type

Rows = tuple[tuple[Any, ...], ...]
_TEXTS: Final = frozenset({"text", "choice"})
_TABLES: Final = frozenset({"row", "rows"})
_MOST_REMEMBERED: Final = 50_000
# Nothing but these can be 0: elsewhere a 0 is an empty cell.
_NEVER_ZERO: Final = frozenset({"text", "choice", "moment", "day", "rules"})


class FailedCell(Exception):
    """The cell shows an error; the sentence is for whoever calls from a macro."""


def is_text(kind: ValueType) -> bool:
    """Whether a column of such results is a column of texts."""
    return kind.name in _TEXTS


def one_cell(function: CellFunction, lang: Lang) -> Callable[..., Any]:
    """The function for one cell; of a row it gives the first part unless `part` names another.

    A recalculation asks for the same cells again and again, so answers are remembered.
    """
    read = _reader(function)
    call = function.call
    known: dict[tuple[Any, ...], Any] = {}
    show = _cell_shower(function, lang)

    def run(_component: Any, *cells: Any) -> Any:
        try:
            return known[cells]
        except KeyError:
            pass
        args = read(cells)
        shown = show(call(*args), args)
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
        known[cells] = shown
        return shown

    return run


def _cell_shower(function: CellFunction, lang: Lang) -> Callable[[Any, list[Any]], Any]:
    """How the one cell of a result is shown, which for a row depends on the arguments."""
    if function.result.name != "row":
        plain = _shower(function.result, lang)
        return lambda value, _args: plain(value)
    shown = {name: _shower(kind, lang) for name, kind in function.result.parts}
    first = _shower(function.result.parts[0][1], lang)

    def show(value: Any, args: list[Any]) -> Any:
        if is_range(value):
            return first(value[0])
        named = function.part_index is not None and len(args) > function.part_index
        part = function.parts.id(str(args[function.part_index or 0])) if named else None
        return shown.get(part or "", first)(value)

    return show


def many_cells(function: CellFunction, lang: Lang) -> Callable[..., Rows]:
    """The function for ranges: one row of results per row of arguments, or a table."""
    read = _reader(function)

    def run(_component: Any, *cells: Any) -> Rows:
        args = read(cells)
        value = function.call(*args)
        if isinstance(value, CellError):
            raise FailedCell(value.sentence(lang))
        return _rows(value, result_type(function, args), lang)

    return run


def _reader(function: CellFunction) -> Callable[[tuple[Any, ...]], list[Any]]:
    """What arrives for the parameters → the arguments of a call, without what was left out."""
    parameters = function.parameters
    empty_zero = [parameter.type.name in _NEVER_ZERO for parameter in parameters]
    repeats = bool(parameters) and parameters[-1].repeating

    def read(cells: tuple[Any, ...]) -> list[Any]:
        if repeats:
            cells = (*cells[:-1], *(cells[-1] or ()))
        args: list[Any] = [
            "" if never and cell == 0.0 else cell
            for cell, never in zip(cells, empty_zero, strict=False)
        ]
        args += cells[len(args) :]
        if tuple in map(type, args):
            args = [_range(cell) if cell.__class__ is tuple else cell for cell in args]
        while args and args[-1] is None:  # left out
            args.pop()
        return args

    return read


def _range(cell: Rows) -> list[Any]:
    rows = [list(row) for row in cell]
    return [row[0] for row in rows] if all(len(row) == 1 for row in rows) else rows


def _shower(kind: ValueType, lang: Lang) -> Callable[[Any], Any]:
    choices = kind.choices
    words = {} if choices is None else {id: choices.word(id, lang) for id in choices.ids}

    def show(value: Any) -> Any:
        kind = value.__class__
        if kind is str:
            return words.get(value, value)
        if kind is float:
            return value
        if value is None:
            return ""
        if kind is CellError:
            if value.kind == "#N/A":
                return None
            raise FailedCell(value.sentence(lang))
        if isinstance(value, date):
            return to_serial(value)
        if isinstance(value, (bool, int, Decimal)):
            return float(value)
        if is_range(value):
            raise FailedCell("a range stands where one cell is expected")
        return value

    return show


def _rows(value: Any, kind: ValueType, lang: Lang) -> Rows:
    if not is_range(value):
        return ((_in_array(value, kind, lang),),)
    if not value:  # a table without rows
        return (("",),)
    if kind.name in _TABLES:
        table: Sequence[Any] = value if value.__class__ is list else [value]
        parts = [part for _, part in kind.parts]
        return tuple(
            tuple(_in_array(cell, part, lang) for cell, part in zip(row, parts, strict=True))
            if is_range(row)
            else tuple(_in_array(row, part, lang) for part in parts)
            for row in table
        )
    rows = [row if is_range(row) else [row] for row in value]
    return tuple(tuple(_in_array(cell, kind, lang) for cell in row) for row in rows)


def _in_array(value: Any, kind: ValueType, lang: Lang) -> Any:
    if isinstance(value, CellError):
        return value.kind if is_text(kind) else float("nan")
    shown = _shower(kind, lang)(value)
    return str(shown) if is_text(kind) and shown is not None else shown
