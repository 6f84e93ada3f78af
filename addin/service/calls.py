"""A batch of cell calls: arguments in JSON, answers in order, errors as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import compress
from typing import Annotated, Any, Final, Literal, NotRequired, cast

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from ...functions import REGISTRY
from ...functions.cellfunction import CellFunction
from ...functions.messages import Lang, Message
from ...functions.ranges import is_range
from ...functions.values import CellError
from ...functions.why import unknown_function
from ...functions.wire import error_cell, error_cells, result_type, to_json
from .budget import Budget

MOST_CALLS: Final = 20_000
_NESTED: Final = frozenset({list, dict})
_NO_SUCH: Final = Message("The call names a range or rules text that the batch does not hold.")


class Call(TypedDict):
    """One cell: a function, its arguments, and which of the batch's rules texts it uses."""

    f: str
    args: list[Any]
    rules: NotRequired[int | None]


class Batch(BaseModel):
    """The calls of one recalculation. Equal ranges and rules texts travel once."""

    model_config = ConfigDict(extra="forbid")

    calls: Annotated[list[Call], Field(max_length=MOST_CALLS)]
    lang: Lang = "zh"
    moments: Literal["iso", "serial"] = "iso"
    words: bool = False
    rules: list[Any] = []
    ranges: list[list[Any]] = []


def answer(batch: Batch, gone: Callable[[], bool] = lambda: False) -> list[Any]:
    """The results of the batch, in order; naive moments are left for the response to write.

    `Refused` before anything is computed when it is too much; cut short when the caller is `gone`.
    """
    results: list[Any] = []
    functions: dict[str, CellFunction | None] = {}
    serial, words, lang = batch.moments == "serial", batch.words, batch.lang
    finished = _plain(batch)
    nested = [not _NESTED.isdisjoint(map(type, call["args"])) for call in batch.calls]
    _count(batch, nested)
    for call, more in zip(batch.calls, nested, strict=True):
        if gone():
            break
        name = call["f"]
        if name not in functions:
            functions[name] = REGISTRY.get(name)
        function = functions[name]
        if function is None:
            results.append(to_json(CellError("#NAME?", unknown_function(name)), None, lang))
            continue
        args = call["args"]
        try:
            if more or "rules" in call:
                args = _arguments(function, call, batch)
        except (IndexError, KeyError, TypeError, RecursionError):
            results.append(to_json(CellError("#VALUE!", _NO_SUCH), None, lang))
            continue
        result = function.call(*args)
        if result.__class__ not in finished:
            kind = result_type(function, args) if words else function.result
            result = to_json(result, kind, lang, words=words, serial=serial)
        results.append(result)
    return results


def _count(batch: Batch, nested: list[bool]) -> None:
    budget = Budget(batch.ranges, batch.rules)
    raw_rules = any(map(is_range, batch.rules))
    for call in batch.calls if raw_rules else compress(batch.calls, nested):
        function = REGISTRY.get(call["f"])
        if function is not None:
            budget.spend(function, call["args"], call.get("rules"))


def _plain(batch: Batch) -> frozenset[type]:
    """Classes of results that go out as they are."""
    plain: set[type] = {type(None), int}
    if not batch.words:
        plain.add(str)
    if batch.moments == "iso":
        plain.add(datetime)
    return frozenset(plain)


def _arguments(function: CellFunction, call: Call, batch: Batch) -> list[Any]:
    args = [_argument(arg, batch) if arg.__class__ in _NESTED else arg for arg in call["args"]]
    rules = call.get("rules")
    at = function.rules_index
    if rules is None or at is None:
        return args
    if rules < 0:
        raise IndexError(rules)
    args.extend([None] * (at + 1 - len(args)))
    args[at] = batch.rules[rules]
    return args


def _argument(arg: Any, batch: Batch) -> Any:
    if isinstance(arg, Mapping):
        given = cast("Mapping[str, Any]", arg)
        if "error" in given:
            return error_cell(given)
        number = given["range"]
        if number.__class__ is not int or number < 0:
            raise TypeError(number)
        return error_cells(batch.ranges[number])
    return error_cells(arg)
