"""Which methods the add-in has: for every function one for a cell, one for ranges, or both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ...functions.cellfunction import CellFunction
from ...functions.messages import Lang, Message
from ...functions.parameter import Parameter
from .inside.cells import is_text

NAMESPACE: Final = "FANPAN"
COLUMN: Final = "_COLUMN"


@dataclass(frozen=True, slots=True)
class Method:
    """One function as LibreOffice knows it."""

    name: str
    function: CellFunction
    many: bool
    """Whether it takes ranges and fills an array."""

    @property
    def result(self) -> str:
        """The result's type in UNO; a column of texts that is sent as anything equals nothing."""
        if not self.many:
            return "any"
        kind = "string" if is_text(self.function.result) else "any"
        return f"sequence< sequence<{kind}> >"

    def title(self, lang: Lang) -> str:
        """The name that a person types: `FANPAN.` and the function's name in `lang`."""
        title = self.function.title(lang)
        if self.name.endswith(COLUMN):
            title = f"{title}_{'列' if lang == 'zh' else 'COLUMN'}"
        return f"{NAMESPACE}.{title}"

    def help(self, lang: Lang) -> str:
        """The sentence of the function wizard."""
        sentence = self.function.describe(lang)
        if self.name.endswith(COLUMN):
            return Message(
                "For whole ranges, entered with Ctrl+Shift+Enter: one result per row. {help}",
                help=sentence,
            ).text(lang)
        return sentence

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in order."""
        return self.function.parameters


def parameter_name(name: str) -> str:
    """A parameter's name in UNO, where `range` and `any` are taken.

    >>> parameter_name("late_hours")
    'aLateHours'
    """
    return "a" + "".join(part.capitalize() for part in name.split("_"))


def methods(functions: Iterable[CellFunction]) -> list[Method]:
    """Every method, in the order of the functions."""
    found: list[Method] = []
    for function in functions:
        if function.result.name == "rows":
            found.append(Method(function.name, function, many=True))
            continue
        found.append(Method(function.name, function, many=False))
        if any(p.type.is_scalar and not p.repeating for p in function.parameters):
            found.append(Method(function.name + COLUMN, function, many=True))
    return found
