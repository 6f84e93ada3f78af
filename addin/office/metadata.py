"""Cell functions as Excel wants to be told of them, and as the client calls them.

Excel checks no types here: every value crosses as a range of anything, so that cells, columns and
errors come through alike and the registry alone says what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ...functions.cellfunction import CellFunction
from ...functions.messages import LANGS, Lang, Message, translate
from ...functions.parameter import Parameter
from ...functions.registry import Registry
from ...functions.values import Choices

NAMESPACE: Final = "FANPAN"
LOCALES: Final[dict[Lang, str]] = {"zh": "zh-CN", "en": "en-US"}
SHORTEST_NAME: Final = 3
"""Excel takes no shorter name or id; a longer sentence than these it refuses as well."""
LONGEST_TEXT: Final = 1024
LONGEST_PARAMETER_TEXT: Final = 512
_ANY: Final = {"type": "any", "dimensionality": "matrix"}
_BRAND: Final = Message("Fanpan")


def function_name(function: CellFunction, lang: Lang) -> str:
    """The name a person types after `FANPAN.`; one too short for Excel carries the brand.

    >>> from ...functions import REGISTRY
    >>> function_name(REGISTRY["RULES"], "zh"), function_name(REGISTRY["DEADLINE"], "zh")
    ('翻盘规则', '截止时间')
    """
    name = function.title(lang)
    return name if len(name) >= SHORTEST_NAME else _BRAND.text(lang) + name


def metadata_file(lang: Lang) -> str:
    """Name of the functions' metadata file in a language."""
    return f"functions.{LOCALES[lang]}.json"


def functions_json(functions: Registry, lang: Lang) -> dict[str, Any]:
    """The metadata file of one language."""
    return {
        "allowErrorForDataTypeAny": True,
        "allowCustomDataForDataTypeAny": True,
        "functions": [_function(function, lang) for function in functions.values()],
        "enums": enums(functions, lang),
    }


def _function(function: CellFunction, lang: Lang) -> dict[str, Any]:
    return {
        "id": function.name,
        "name": function_name(function, lang),
        "description": _cut(function.describe(lang), LONGEST_TEXT),
        "parameters": [_parameter(function, parameter, lang) for parameter in function.parameters],
        "result": dict(_ANY),
    }


def _parameter(function: CellFunction, parameter: Parameter, lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": parameter.name,
        "description": _cut(translate(parameter.description, lang), LONGEST_PARAMETER_TEXT),
        **_ANY,
    }
    if parameter.type.choices is not None:
        found["customEnumId"] = _enum_id(function, parameter.type.choices)
    if parameter.repeating:
        found["repeating"] = True
    elif not parameter.required:
        found["optional"] = True
    return found


def enums(functions: Registry, lang: Lang) -> list[dict[str, Any]]:
    """The words that Excel offers while a person types."""
    return [
        {
            "id": id,
            "type": "string",
            "values": [
                {"name": choices.word(key, lang), "stringValue": key} for key in choices.ids
            ],
        }
        for id, choices in sorted(_choices(functions.values()).items())
    ]


def _choices(functions: Iterable[CellFunction]) -> dict[str, Choices]:
    return {
        _enum_id(function, parameter.type.choices): parameter.type.choices
        for function in functions
        for parameter in function.parameters
        if parameter.type.choices is not None
    }


def _enum_id(function: CellFunction, choices: Choices) -> str:
    """Each row has parts of its own; every other set of words is the same wherever it stands."""
    return f"{function.name}.part" if choices.name == "part" else f"fanpan.{choices.name}"


def client_functions(functions: Registry) -> list[dict[str, Any]]:
    """What the client must know of each function to send its cells and to show its answer."""
    return [
        {
            "id": function.name,
            "kinds": [parameter.type.name for parameter in function.parameters],
            "least": sum(parameter.required for parameter in function.parameters),
            "repeats": any(parameter.repeating for parameter in function.parameters),
            "part": function.part_index,
            "rules": function.rules_index,
            "result": function.result.name,
            "parts": [
                [name, kind.name, _words(function, name)] for name, kind in function.result.parts
            ],
        }
        for function in functions.values()
    ]


def _words(function: CellFunction, part: str) -> list[str]:
    """How a person may name a part of a row."""
    if function.part_index is None:
        return [part]
    return [part, *dict.fromkeys(function.parts.word(part, lang) for lang in LANGS)]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
