"""The registry as data: signatures and descriptions in either language."""

from __future__ import annotations

from typing import Any

from .cellfunction import CellFunction
from .messages import Lang, translate
from .registry import Registry
from .valuetypes import ValueType


def signature(function: CellFunction, lang: Lang) -> str:
    """The function as it is typed: `DEADLINE(kind, start, [clock], [pauses], [rules])`.

    >>> from .registry import REGISTRY
    >>> from . import clock
    >>> signature(REGISTRY["DEADLINE"], "en")
    'DEADLINE(kind, start, [clock], [pauses], [rules])'
    """
    names = (parameter.shown for parameter in function.parameters)
    return f"{function.title(lang)}({', '.join(names)})"


def type_words(kind: ValueType, lang: Lang) -> str:
    """A type in words; the cells of a row are named.

    >>> from .valuetypes import value_type
    >>> type_words(value_type(float), "zh")
    '数字'
    """
    if kind.name == "column" and kind.item is not None:
        return f"{translate('column', lang)} ({type_words(kind.item, lang)})"
    word = translate(kind.name, lang)
    if kind.parts:
        return f"{word} ({', '.join(name for name, _ in kind.parts)})"
    return word


def as_dict(function: CellFunction, lang: Lang) -> dict[str, Any]:
    """One function as plain data."""
    return {
        "name": function.name,
        "names": dict(function.names),
        "signature": signature(function, lang),
        "description": function.describe(lang),
        "result": type_words(function.result, lang),
        "parts": list(function.part_names),
        "parameters": [
            {
                "name": parameter.name,
                "type": parameter.type.name,
                "description": translate(parameter.description, lang),
                "optional": not parameter.required,
                "repeating": parameter.repeating,
                "choices": (
                    []
                    if parameter.type.choices is None
                    else [
                        {"id": key, "word": parameter.type.choices.word(key, lang)}
                        for key in parameter.type.choices.ids
                    ]
                ),
            }
            for parameter in function.parameters
        ],
    }


def as_dicts(registry: Registry, lang: Lang) -> list[dict[str, Any]]:
    """All functions as plain data, by name."""
    return [as_dict(function, lang) for function in registry.values()]
