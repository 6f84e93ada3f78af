"""The functions for desktop Excel, with a stand-in for xlwings. Offline evidence only."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from fanpan.addin.office.udfs import cells, udfs
from fanpan.functions import REGISTRY
from fanpan.functions.messages import Lang

from .excel import flat, zh_cell
from .golden import ERRORS, GOLDEN


class StandIn(ModuleType):
    """`xlwings.func` and `xlwings.arg` as far as a module of functions uses them."""

    def __init__(self) -> None:
        super().__init__("xlwings")
        self.registered: dict[str, Callable[..., Any]] = {}
        self.help: dict[str, dict[str, str]] = {}

    def func(self, *, category: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        assert category == "FANPAN"

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            self.registered[function.__name__] = function
            return function

        return register

    def arg(self, name: str, *, doc: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def describe(function: Callable[..., Any]) -> Callable[..., Any]:
            code = function.__code__
            known = code.co_varnames[: code.co_argcount + bool(code.co_flags & 4)]
            assert name.lstrip("*") in known
            self.help.setdefault(function.__name__, {})[name] = doc
            return function

        return describe


@pytest.fixture
def excel(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    xlwings = StandIn()
    monkeypatch.setitem(sys.modules, "xlwings", xlwings)
    namespace: dict[str, Any] = {}
    exec(compile(udfs(REGISTRY, "zh"), "fanpan_udfs.py", "exec"), namespace)
    return SimpleNamespace(xlwings=xlwings, call=lambda name, *args: namespace[name](*args))


def test_every_function_is_registered_with_help(excel: SimpleNamespace) -> None:
    assert set(excel.xlwings.registered) == {f"FANPAN_{name}" for name in REGISTRY}
    for name, function in REGISTRY.items():
        made = excel.xlwings.registered[f"FANPAN_{name}"]
        assert made.__doc__ == function.describe("zh")
        assert len(excel.xlwings.help.get(f"FANPAN_{name}", {})) == len(function.parameters)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_argument_has_a_name_that_visual_basic_keeps(lang: Lang) -> None:
    text = udfs(REGISTRY, lang)
    assert "xlwings.pro" not in text
    assert re.search(r"def FANPAN_WHY\(function_, \*args\)", text)
    for taken in re.findall(r"def \w+\((.*)\):", text):
        names = {name.split("=")[0].strip("* ") for name in taken.split(",")}
        assert not names & {"end", "function", "range", "to", "next"}


@pytest.mark.parametrize(("case", "name", "args", "expected"), GOLDEN, ids=[c[0] for c in GOLDEN])
def test_golden_cases(
    excel: SimpleNamespace, case: str, name: str, args: list[Any], expected: Any
) -> None:
    answer = excel.call(f"FANPAN_{name}", *args)
    shown = [cell for row in answer for cell in row] if isinstance(answer, list) else [answer]
    assert shown == [zh_cell(value) for value in flat(expected)], case


@pytest.mark.parametrize(("case", "name", "args", "kind"), ERRORS, ids=[c[0] for c in ERRORS])
def test_an_error_says_why(case: str, name: str, args: list[Any], kind: str) -> None:
    given = [arg["error"] if isinstance(arg, dict) else arg for arg in args]
    answer = cells(name, "zh", *given)
    assert answer.startswith(f"{kind} "), case
    assert any("\u4e00" <= mark <= "\u9fff" for mark in answer)
