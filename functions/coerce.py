"""From what a cell holds to what a parameter declares.

Spreadsheet programs send numbers for dates, text for numbers and blanks for anything; authors of
cell functions see none of it. A value that does not fit raises `CellFault` with one sentence that
names the parameter, what was found and what is expected.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, TypeAlias

from .messages import Message
from .ranges import flatten, is_blank, is_range
from .rules import parse_rules
from .values import (
    CENT,
    CellError,
    CellFault,
    Choices,
    from_serial,
    normalise,
    parse_moment,
    to_money,
)
from .valuetypes import Table, TypeName, ValueType
from .zones import AwareMoment

Coercer: TypeAlias = Callable[[Any], Any]
_FLAGS = {
    "true": True, "yes": True, "1": True, "是": True, "对": True, "✓": True, "√": True, "y": True,
    "false": False, "no": False, "0": False, "否": False, "不": False, "×": False, "n": False,
}  # fmt: skip
_MAX_TEXT: Final = 200_000
_LARGEST: Final = sys.float_info.max
_QUICK_MONEY: Final = 1e15


def coercer(kind: ValueType, parameter: str) -> Coercer:
    """The function that turns a non-blank cell into a value of `kind`."""
    if kind.name == "column":
        assert kind.item is not None
        return _column(coercer(kind.item, parameter), kind.item, parameter)
    if kind.name == "choice":
        assert kind.choices is not None
        return _choice(kind.choices, parameter)
    quick = _QUICK.get(kind.name)
    checked = _checked(kind, parameter)
    return checked if quick is None else quick(checked, kind.at_least)


def _checked(kind: ValueType, parameter: str) -> Coercer:
    convert = _CONVERT[kind.name]
    limit = kind.at_least

    def coerce(value: Any) -> Any:
        try:
            found = convert(value)
        except (ValueError, ArithmeticError, TypeError):
            raise _misfit(value, parameter, Message(_EXPECTED[kind.name])) from None
        if limit is not None and found < limit:
            expected = Message("a value that is not below {limit}", limit=limit)
            raise _misfit(value, parameter, expected)
        return found

    return coerce


# The commonest values need little done; each of these asks the full check for all others.


def _quick_moment(checked: Coercer, _limit: int | None) -> Coercer:
    def coerce(value: Any) -> Any:
        found = value
        if value.__class__ is str:
            try:
                found = parse_moment(value)
            except ValueError:
                return checked(value)
        if found.__class__ is datetime and found.tzinfo is None:
            return found
        return checked(value)

    return coerce


def _quick_number(checked: Coercer, limit: int | None) -> Coercer:
    low = -_LARGEST if limit is None else limit

    def coerce(value: Any) -> Any:
        if value.__class__ is float and low <= value <= _LARGEST:
            return value
        return checked(value)

    return coerce


def _quick_money(checked: Coercer, limit: int | None) -> Coercer:
    low = -_QUICK_MONEY if limit is None else limit

    def coerce(value: Any) -> Any:
        kind = value.__class__
        if (kind is float or kind is int) and low <= value <= _QUICK_MONEY:
            return Decimal(repr(value)).quantize(CENT, ROUND_HALF_UP)
        if kind is Decimal and value.same_quantum(CENT) and value >= low:
            return value
        return checked(value)

    return coerce


def _misfit(value: Any, parameter: str, expected: Message) -> CellFault:
    try:
        shown = f"{value!s:.40}"
    except ValueError:  # a whole number of thousands of digits has no text
        shown = type(value).__name__
    return CellFault(
        Message(
            "{parameter} is {found}; expected {expected}.",
            parameter=Message(f"argument {parameter}"),
            found=f"“{shown}”",
            expected=expected,
        )
    )


def _choice(choices: Choices, parameter: str) -> Coercer:
    exact = choices.exact

    def coerce(value: Any) -> str:
        if value.__class__ is str:
            found = exact.get(value) or choices.id(value)
        else:
            found = choices.id(_text(value)) if value.__class__ is bool else None
        if found is not None:
            return found
        words = "、".join(choices.words("zh")), ", ".join(choices.ids)
        raise _misfit(value, parameter, Message("one of {en} ({zh})", en=words[1], zh=words[0]))

    return coerce


def _column(item: Coercer, kind: ValueType, parameter: str) -> Coercer:
    def coerce(value: Any) -> list[Any]:
        cells = flatten(value)
        result: list[Any] = []
        for number, cell in enumerate(cells, 1):
            if is_blank(cell):
                result.append(None)
                continue
            if isinstance(cell, CellError):
                raise CellFault(cell.message, cell.kind)
            try:
                result.append(item(cell))
            except CellFault as fault:
                raise CellFault(
                    Message("Cell {number}: {problem}", number=number, problem=fault.error.message)
                ) from None
        return result

    return coerce


def _text(value: Any) -> str:
    if value.__class__ is str:
        if len(value) > _MAX_TEXT:
            raise ValueError
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    raise ValueError


def _number(value: Any) -> float:
    if value.__class__ is float:
        number: float = value
    elif isinstance(value, str):
        text = normalise(value).replace(",", "")
        number = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        number = float(value)
    else:
        raise TypeError
    if not math.isfinite(number):
        raise ValueError
    return number


def _money(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise TypeError
    return to_money(value)


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        # Subclasses (pandas) become the plain class: they print and hash differently.
        moment = datetime.fromisoformat(value.isoformat())
    elif isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    elif isinstance(value, str):
        try:
            moment = parse_moment(value)
        except ValueError:
            return from_serial(float(value))
    elif isinstance(value, bool):
        raise TypeError
    else:
        return from_serial(float(value))
    if moment.tzinfo is not None:
        raise AwareMoment
    return moment


def _day(value: Any) -> date:
    return _moment(value).date()


def _flag(value: Any) -> bool:
    if isinstance(value, str):
        found = _FLAGS.get(normalise(value).lower())
        if found is None:
            raise ValueError
        return found
    if value in (0, 1):
        return bool(value)
    raise ValueError


def _table(value: Any) -> Table:
    if not is_range(value):
        return [[value]]
    return [list(row) if is_range(row) else [row] for row in value]


def _any(value: Any) -> Any:
    return value


_CONVERT: dict[TypeName, Coercer] = {
    "text": _text,
    "number": _number,
    "money": _money,
    "moment": _moment,
    "day": _day,
    "flag": _flag,
    "table": _table,
    "rules": parse_rules,
    "any": _any,
}
_QUICK: dict[TypeName, Callable[[Coercer, int | None], Coercer]] = {
    "moment": _quick_moment,
    "number": _quick_number,
    "money": _quick_money,
}
_EXPECTED: dict[TypeName, str] = {
    "text": "text of at most 200,000 characters",
    "number": "a number",
    "money": "an amount of money, such as 88.00",
    "moment": "a date and time, such as 2026-03-02 09:00",
    "day": "a date, such as 2026-03-02",
    "flag": "yes or no",
    "table": "a range",
    "rules": "the cell that holds RULES(…), or the range of the rules tab",
    "any": "a value",
}
