"""Values of cell functions as JSON and as text for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, get_args

from .cellfunction import CellFunction
from .messages import Lang, Message
from .ranges import is_range
from .registry import REGISTRY
from .values import CellError, CellFault, Choices, ErrorKind, to_serial
from .valuetypes import ValueType
from .why import unknown_function

_NO_LIST: Final = Message('The arguments are no JSON list such as ["quality", 88].')
_STANDS: Final = Message("An error stands in an argument.")
_KINDS: Final[Mapping[Any, ErrorKind]] = {kind: kind for kind in get_args(ErrorKind)}
_TOO_DEEP: Final = Message("The arguments are lists within lists without end.")


def to_json(
    value: Any,
    kind: ValueType | None = None,
    lang: Lang = "en",
    *,
    words: bool = False,
    serial: bool = False,
) -> Any:
    """A result as JSON: moments and days as ISO text, money as a number, a row as a list.

    Sentences of errors are in `lang`; with `words` choices are words in it, else ids; with `serial`
    moments and days are the serial numbers of spreadsheets.

    >>> to_json([datetime(2026, 3, 2, 9), Decimal("5.50"), None])
    ['2026-03-02T09:00:00', 5.5, None]
    """
    if isinstance(value, CellError):
        return {"error": value.kind, "message": value.sentence(lang)}
    if isinstance(value, date):  # a moment is one too
        return to_serial(value) if serial else value.isoformat()
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if is_range(value):
        if value.__class__ is not list and kind is not None and len(kind.parts) == len(value):
            parts = [part for _, part in kind.parts]
            return [
                to_json(cell, part, lang, words=words, serial=serial)
                for cell, part in zip(value, parts, strict=True)
            ]
        return [to_json(cell, kind, lang, words=words, serial=serial) for cell in value]
    if words and isinstance(value, str) and kind is not None and kind.choices:
        return kind.choices.word(value, lang)
    return value


def call_json(name: str, args: str, lang: Lang, *, words: bool = False) -> tuple[str, bool]:
    """Call a function with a JSON list of arguments; the JSON result, and whether it is no error.

    >>> call_json("DEADLINE", '["logistics", "2026-03-02T09:00"]', "en")
    ('"2026-03-02T11:00:00"', True)
    """
    try:
        function = REGISTRY.get(name)
        if function is None:
            raise CellFault(unknown_function(name), "#NAME?")
        given = _read_list(args)
        result = function.call(*given)
        shown = to_json(result, result_type(function, given), lang, words=words)
    except CellFault as fault:
        result = fault.error
        shown = to_json(result, None, lang)
    except RecursionError:
        result = CellError("#VALUE!", _TOO_DEEP)
        shown = to_json(result, None, lang)
    text = json.dumps(shown, ensure_ascii=False)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # a lone surrogate can only be written escaped
            text = json.dumps(shown)
    return text, not isinstance(result, CellError)


def _read_list(args: str) -> list[Any]:
    try:
        given = json.loads(args)
    except ValueError:  # also for whole numbers of thousands of digits
        raise CellFault(_NO_LIST) from None
    if not is_range(given):
        raise CellFault(_NO_LIST)
    return error_cells(given)


def error_cells(cells: Sequence[Any]) -> list[Any]:
    """Cells as JSON, in rows or not, whose errors are errors.

    >>> error_cells([1, [{"error": "#N/A"}]])[1][0].kind
    '#N/A'
    """
    return [
        error_cells(cell)
        if cell.__class__ is list
        else error_cell(cell)
        if cell.__class__ is dict
        else cell
        for cell in cells
    ]


def error_cell(cell: Mapping[str, Any]) -> CellError:
    """An error that stands in a cell; one that is not ours, such as #REF!, is a bad value."""
    return CellError(_KINDS.get(str(cell.get("error")), "#VALUE!"), _STANDS)


def result_type(function: CellFunction, given: Sequence[Any]) -> ValueType:
    """The type of what a call gives: that of the row, or of the one cell that `part` names."""
    at = function.part_index
    args = function.arranged(given)
    if at is None or len(args) <= at or not isinstance(args[at], str):
        return function.result
    part = function.parts.id(args[at])
    return dict(function.result.parts).get(part or "", function.result)


def to_text(value: Any, choices: Choices | None, lang: Lang) -> str:
    """A value as people read it in a sentence.

    >>> to_text(Decimal("5"), None, "en"), to_text(None, None, "en")
    ('5.00', '-')
    """
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float):
        return f"{value:.10g}"
    if is_range(value):
        return "、".join(to_text(item, choices, lang) for item in value)
    return str(value) if choices is None else choices.word(str(value), lang)
