"""Golden cases: the same call gives the same answer through Python, HTTP and every host.

Each is (name, function, arguments as JSON, result as JSON). Moments are ISO text here; a host that
speaks serial numbers converts them. Words of choices come back as ids.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from doctest import DocTestFinder, DocTestRunner
from typing import Any, Final

from fanpan.functions import REGISTRY
from fanpan.functions.cellfunction import CellFunction
from fanpan.functions.rules import DEFAULT_RULES, Rules
from fanpan.functions.wire import result_type, to_json

GOLDEN: Final[tuple[tuple[str, str, list[Any], Any], ...]] = (
    ("blank required", "DEADLINE", ["", "2026-03-02 09:00"], None),
    ("null required", "DEADLINE", ["logistics", None], None),
    ("blank stars", "KIND", ["", 1], "other"),
    ("zero stars is blank", "KIND", ["快递太慢了", 0], "logistics"),
    ("zero amount is no blank", "OFFER", [0, "quality"], ["decide", 0, None, "supervisor"]),
    ("serial date", "DEADLINE", ["logistics", 46083.375], "2026-03-02T11:00:00"),
    ("text date", "DEADLINE", ["logistics", "2026-03-02 09:00"], "2026-03-02T11:00:00"),
    ("Chinese words", "DEADLINE", ["物流延误", "2026-03-02 09:00", "响应"], "2026-03-02T09:15:00"),
    ("row", "OFFER", [88, "产品质量"], ["refund", 5, 93, "supervisor"]),
    ("part of a row", "OFFER", [88, "quality", None, None, "offer"], "refund"),
    (
        "column",
        "DEADLINE",
        [["quality", "logistics"], ["2026-03-02 09:00", "2026-03-02 10:00"]],
        ["2026-03-02T13:00:00", "2026-03-02T12:00:00"],
    ),
    (
        "table",
        "TOP",
        [
            ["质量", "质量", "物流"],
            ["2026-03-02", "2026-03-03", "2026-03-04"],
            "2026-03-01",
            "2026-03-08",
        ],
        [[1, "质量", 2, 0.6667, 2, 0], [2, "物流", 1, 0.3333, 1, 0]],
    ),
    ("18-digit id as text", "MASK", ["330112233445566778"], "330112********6778"),
    (
        "a rules cell",
        "DEADLINE",
        ["quality", "2026-03-02 09:00", "response", None, "fanpan-rules 1\nclock.response=20 min"],
        "2026-03-02T09:20:00",
    ),
    ("state", "CLOCK_STATE", ["quality", "2026-03-02 09:00", "", "2026-03-02 14:00"], "overdue"),
    ("tier", "TIER", [1200, "2026-01-01", 3, "2026-03-02"], "high_value"),
    ("money", "REFUNDABLE", [100, 20, 0], 80),
)

ERRORS: Final[tuple[tuple[str, str, list[Any], str], ...]] = (
    ("unknown word", "DEADLINE", ["nonsense", "2026-03-02 09:00"], "#VALUE!"),
    ("no date", "DEADLINE", ["quality", "tomorrow"], "#VALUE!"),
    ("error in", "DEADLINE", ["quality", {"error": "#N/A"}], "#N/A"),
    ("too few arguments", "DEADLINE", ["quality"], "#VALUE!"),
)
"""(name, function, arguments, kind of the error that comes back)."""


def examples() -> Iterator[tuple[str, list[Any], Any]]:
    """What the sentences of every docstring call: (function, arguments as JSON, result as JSON).

    The result is that of Python, with words and serial numbers as a Chinese workbook shows them.
    """
    for function in REGISTRY.values():
        seen: list[list[Any]] = []
        names = dict(vars(sys.modules[function.function.__module__]))
        names[function.function.__name__] = _noting(function.function, seen.append)
        for test in DocTestFinder(recurse=False).find(function.function, globs=names):
            DocTestRunner(verbose=False).run(test, out=lambda _: None)
        assert seen, function.name
        for given in seen:
            args = _arranged(function, given)
            result = function.call(*args)
            kind = result_type(function, args)
            yield function.name, args, to_json(result, kind, "zh", words=True, serial=True)


def _noting(function: Callable[..., Any], note: Callable[[list[Any]], None]) -> Callable[..., Any]:
    def call(*args: Any, **given: Any) -> Any:
        bound = inspect.signature(function).bind(*args, **given)
        bound.apply_defaults()
        note([_cell(arg) for arg in bound.args])
        return function(*args, **given)

    return call


def _cell(value: Any) -> Any:
    """An argument of Python as a cell holds it."""
    match value:
        case Rules():
            return None if value == DEFAULT_RULES else value.text
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        case list() | tuple():
            return [_cell(item) for item in value]  # pyright: ignore
        case _:
            return value


def _arranged(function: CellFunction, given: list[Any]) -> list[Any]:
    """Arguments with a place for `part`, without optional ones at the end that are blank."""
    args = list(given)
    if function.part_index is not None:
        args.insert(function.part_index, None)
    required = sum(parameter.required for parameter in function.parameters)
    while len(args) > required and args[-1] is None:
        args.pop()
    return args
