"""Functions for desktop Excel on Windows through xlwings, rendered from the registry.

Only the BSD part of xlwings is used. The functions run in a Python on the same computer, so neither
service nor network takes part.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeGuard, cast

from ...functions import REGISTRY
from ...functions.cellfunction import CellFunction
from ...functions.messages import Lang, Message, translate
from ...functions.parameter import Parameter
from ...functions.registry import Registry
from ...functions.values import CellError
from ...functions.wire import result_type, to_json
from .metadata import NAMESPACE

_HEAD: Final = '''"""Fanpan's cell functions for desktop Excel on Windows.

Made by `fanpan build office`. Save this module beside a workbook of the same name, or name it in
the xlwings tab under UDF Modules, then press Import Functions there.
"""

import xlwings as xw

from fanpan.addin.office.udfs import cells
'''
# Words that Visual Basic, through which xlwings declares the functions, keeps for itself.
_KEPT: Final = frozenset(
    {"call", "date", "end", "function", "next", "property", "range", "stop", "string", "to", "type"}
)
_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_STANDS: Final = Message("An error stands in an argument.")


def udfs(functions: Registry, lang: Lang) -> str:
    """The module that xlwings imports: one function per cell function, with its help."""
    return _HEAD + "".join(_udf(function, lang) for function in functions.values())


def udf_name(function: CellFunction) -> str:
    """The name that a person types.

    >>> from ...functions import REGISTRY
    >>> udf_name(REGISTRY["KIND"])
    'FANPAN_KIND'
    """
    return f"{NAMESPACE}_{function.name}"


def _udf(function: CellFunction, lang: Lang) -> str:
    help = "".join(
        f"@xw.arg({_given(parameter)!r}, doc={translate(parameter.description, lang)!r})\n"
        for parameter in function.parameters
    )
    taken = ", ".join(
        _given(p) if p.required or p.repeating else f"{_given(p)}=None" for p in function.parameters
    )
    given = ", ".join(_given(parameter) for parameter in function.parameters)
    return (
        f"\n\n@xw.func(category={NAMESPACE!r})\n{help}"
        f"def {udf_name(function)}({taken}):\n"
        f"    {function.describe(lang)!r}\n"
        f"    return cells({function.name!r}, {lang!r}, {given})\n"
    )


def _given(parameter: Parameter) -> str:
    name = f"{parameter.name}_" if parameter.name in _KEPT else parameter.name
    return f"*{name}" if parameter.repeating else name


def cells(name: str, lang: Lang, *args: Any) -> Any:
    """One call as xlwings hands it over, answered as xlwings writes it.

    >>> cells("MASK", "zh", "13812345678")
    '138****5678'
    >>> cells("OFFER", "zh", [88.0, 250.0], "quality", None, None, "coupon", None)
    [[5], [10]]
    """
    function = REGISTRY[name]
    given = [_cell(value) for value in args]
    least = sum(parameter.required for parameter in function.parameters)
    while len(given) > least and given[-1] is None:
        given.pop()
    answer = function.call(*given)
    shown: Any = to_json(answer, result_type(function, given), lang, words=True, serial=True)
    if not _is_list(shown):
        return _shown(shown)
    rows = shown if _goes_down(function, given) else [shown]
    return [[_shown(cell) for cell in (row if _is_list(row) else [row])] for row in rows]


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _cell(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_cell(item) for item in cast("Sequence[Any]", value)]
    if isinstance(value, str) and value in _ERRORS:
        return CellError("#N/A" if value == "#N/A" else "#VALUE!", _STANDS)
    return value


def _goes_down(function: CellFunction, given: Sequence[Any]) -> bool:
    """Whether a list of results is a column, and not the cells of one row."""
    return function.result.name != "row" or any(
        isinstance(value, list) and parameter.type.is_scalar
        for parameter, value in zip(function.parameters, given, strict=False)
    )


def _shown(value: Any) -> Any:
    """xlwings cannot give an error a sentence, so the cell itself says it."""
    if isinstance(value, dict):
        return f"{value['error']} {value['message']}"
    return "" if value is None else value
