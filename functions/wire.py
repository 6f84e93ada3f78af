"""Values of cell functions as JSON and as text for people."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .coerce import ValueType
from .messages import Lang, Message
from .registry import REGISTRY
from .values import CellError, Choices


def to_json(value: Any, kind: ValueType | None = None, lang: Lang | None = None) -> Any:
    """A result as JSON: moments and days as ISO text, money as a number, a row as a list.

    With `lang` choices become words in that language.
    """
    if isinstance(value, CellError):
        return {"error": value.kind, "message": value.sentence(lang or "en")}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, tuple) and kind is not None and kind.parts:
        cells = value
        return [
            to_json(cell, part, lang) for cell, (_, part) in zip(cells, kind.parts, strict=True)
        ]
    if isinstance(value, (list, tuple)):
        return [to_json(item, kind, lang) for item in value]
    if isinstance(value, str) and lang is not None and kind is not None and kind.choices:
        return kind.choices.word(value, lang)
    return value


def call_json(name: str, args: str, lang: Lang, *, words: bool = False) -> tuple[str, bool]:
    """Call a function with a JSON list of arguments; the JSON result, and whether it is no error."""
    result: Any
    kind: ValueType | None = None
    function = REGISTRY.get(name)
    if function is None:
        result = CellError("#NAME?", Message("There is no function {name}.", name=name))
    else:
        try:
            given = json.loads(args)
        except json.JSONDecodeError as error:
            given = error
        if isinstance(given, list):
            result = function.call(*given)
            kind = function.result
            part = function.part_index
            if part is not None and len(given) > part:
                kind = dict(function.result.parts).get(str(given[part]))
        else:
            result = CellError(
                "#VALUE!", Message('The arguments are no JSON list such as ["quality", 88].')
            )
    shown = to_json(result, kind, lang if words or isinstance(result, CellError) else None)
    return json.dumps(shown, ensure_ascii=False), not isinstance(result, CellError)


def to_text(value: Any, choices: Choices | None, lang: Lang) -> str:
    """A value as people read it in a sentence."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, float):
        return f"{value:g}"
    if choices is not None:
        return "、".join(
            choices.word(str(item), lang) for item in ([value] if isinstance(value, str) else value)
        )
    return str(value)
