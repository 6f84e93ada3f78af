"""From what a file holds to what a column declares.

The column decides, never the cell's format: ids saved as numbers become text again, dates saved as
numbers become moments. What does not fit is handed back as raw text, so nothing is lost.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from ...functions.values import from_serial, normalise, parse_moment, to_money
from ...templates.tracker import Column
from ..snapshot import Value
from .styles import FLAG_WORDS

_EXACT: Final = 2**53
_SCIENTIFIC: Final = re.compile(r"\d(\.\d+)?[Ee]\+?\d+$")
# What a file smuggles in as _x0000_ and no cell should hold; line breaks and tabs stay.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MULTI: Final = re.compile(r"[、,，;；\n]+")
_TRUE: Final = frozenset(
    {"true", "yes", "y", "1", "是", "√", "✓", *(w[0].lower() for w in FLAG_WORDS.values())}
)
_FALSE: Final = frozenset(
    {"false", "no", "n", "0", "否", "×", *(w[1].lower() for w in FLAG_WORDS.values())}
)

Read = Callable[[Any], Value]
"""A cell that is not blank → its value; raises ValueError where it does not fit."""


def read_column(
    column: Column, cells: Sequence[Any], zone: Callable[[datetime], datetime]
) -> tuple[list[Value], dict[int, str]]:
    """The values of one column, and the raw text of the cells that do not fit it, by position."""
    if cells and cells[0] == "" and cells.count("") == len(cells):
        return [None] * len(cells), {}  # computed columns of new rows: no need to look at each
    read = reader(column, zone)
    values: list[Value] = []
    bad: dict[int, str] = {}
    known: dict[Any, Any] = {}
    # Words and amounts repeat; texts, ids and moments hardly do.
    remembers = column.type not in {"text", "long", "id", "moment"}
    for position, cell in enumerate(cells):
        if cell is None:
            values.append(None)
            continue
        kind = cell.__class__
        if kind is str and (not cell or cell.isspace()):
            values.append(None)
            continue
        key = cell if kind is str else (kind, cell)
        value = known.get(key, known) if remembers else known
        if value is known:
            try:
                value = read(cell)
            except (ValueError, OverflowError):
                bad[position] = raw_text(cell)
                value = None
            else:
                if remembers:
                    known[key] = value
        values.append(value)
    return values, bad


def raw_text(cell: Any) -> str:
    """A cell as a person sees it."""
    if isinstance(cell, float):
        return f"{cell:g}" if abs(cell) >= _EXACT else f"{cell!r}".removesuffix(".0")
    return str(cell)


def reader(column: Column, zone: Callable[[datetime], datetime]) -> Read:
    """The function that reads cells of this column; `zone` makes aware moments wall time."""
    match column.type:
        case "id":
            return _id
        case "text" | "long":
            return _text
        case "number":
            return _number
        case "percent":
            return _percent
        case "money":
            return _money
        case "moment":
            return lambda cell: _moment(cell, zone)
        case "day":
            return lambda cell: _moment(cell, zone).date()
        case "flag":
            return _flag
        case "choice":
            return _choice(column)
        case "multi":
            one = _choice(column)
            return lambda cell: tuple(
                dict.fromkeys(one(part) for part in _MULTI.split(str(cell)) if part.strip())
            )


def _text(cell: Any) -> str:
    if cell.__class__ is str:
        return cell if cell.isprintable() else _CONTROL.sub("", cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < _EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(cell)


def _id(cell: Any) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if not math.isfinite(cell) or abs(cell) >= _EXACT:
            raise ValueError(cell)
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    text = normalise(_text(cell)).lstrip("'")
    if _SCIENTIFIC.fullmatch(text):
        raise ValueError(text)
    return text


def _number(cell: Any) -> float:
    if isinstance(cell, bool):
        raise ValueError(cell)
    if isinstance(cell, str):
        cell = normalise(cell).replace(",", "").removesuffix("分").removesuffix("星")
    elif not isinstance(cell, (int, float, Decimal)):
        raise ValueError(cell)
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def _percent(cell: Any) -> float:
    if isinstance(cell, str) and normalise(cell).endswith("%"):
        return _number(normalise(cell)[:-1]) / 100
    return _number(cell)


def _money(cell: Any) -> Decimal:
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str, Decimal)):
        raise ValueError(cell)
    return to_money(cell)


def _moment(cell: Any, zone: Callable[[datetime], datetime]) -> datetime:
    if isinstance(cell, str):
        found = parse_moment(cell)
        return found if found.tzinfo is None else zone(found)
    if isinstance(cell, datetime):
        return _whole_second(cell)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return from_serial(cell)
    if isinstance(cell, (time, timedelta)):
        raise ValueError(cell)
    raise ValueError(cell)


def _whole_second(moment: datetime) -> datetime:
    if not moment.microsecond:
        return moment
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def _flag(cell: Any) -> bool:
    if isinstance(cell, bool):
        return cell
    word = normalise(raw_text(cell)).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise ValueError(cell)


def _choice(column: Column) -> Callable[[Any], str]:
    words = column.choice_set
    assert words is not None

    def read(cell: Any) -> str:
        found = words.id(raw_text(cell))
        if found is None:
            raise ValueError(cell)
        return found

    return read
