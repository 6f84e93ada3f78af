"""Cell functions as Apps Script: a name, its help, and a call that carries the arguments."""

from __future__ import annotations

import re

from ...functions.cellfunction import CellFunction
from ...functions.messages import Lang, translate
from ...functions.parameter import Parameter
from ...functions.registry import Registry

_HEAD = (
    "// Rendered from the registry. One request per formula, whatever the size of its ranges.\n\n"
)
_DATES = frozenset({"moment", "day"})
_WORDS = frozenset({"function", "var", "new", "in", "this", "case", "default", "class"})


def functions_js(functions: Registry, lang: Lang) -> str:
    """The file with every function, documented in `lang`."""
    return _HEAD + "\n".join(_function(function, lang) for function in functions.values())


def google_name(function: CellFunction) -> str:
    """The name that a person types; Sheets takes letters, digits and underscores alone.

    >>> from ...functions import REGISTRY
    >>> google_name(REGISTRY["KIND_WHY"])
    'FANPAN_KIND_WHY'
    """
    return f"FANPAN_{function.name}"


def _function(function: CellFunction, lang: Lang) -> str:
    title = function.title(lang)
    lines = [_plain(f"{title}: {function.describe(lang)}"), ""]
    lines += [f"@param {_type(p)} {_name(p)} {_help(p, lang)}" for p in function.parameters]
    lines += [f"@return {_plain(translate(function.result.name, lang))}", "@customfunction"]
    doc = "".join(f" * {line}".rstrip() + "\n" for line in lines)
    row = "true" if function.result.name == "row" else "false"
    kinds = [kind for _, kind in function.result.parts] or [function.result]
    dates = ", ".join("true" if kind.name in _DATES else "false" for kind in kinds)
    names = ", ".join(("..." if p.repeating else "") + _name(p) for p in function.parameters)
    return (
        f"/**\n{doc} */\nfunction {google_name(function)}({names}) {{\n"
        f'  return fanpanCall_("{function.name}", {row}, [{dates}], arguments);\n}}\n'
    )


def _name(parameter: Parameter) -> str:
    return f"{parameter.name}_" if parameter.name in _WORDS else parameter.name


def _type(parameter: Parameter) -> str:
    return "{*=}" if not parameter.required else "{*}"


def _help(parameter: Parameter, lang: Lang) -> str:
    return _plain(translate(parameter.description, lang))


def _plain(text: str) -> str:
    """A text that cannot end the comment it stands in."""
    return re.sub(r"\s+", " ", text.replace("*/", "* /"))
