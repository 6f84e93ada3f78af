"""Which rules decided a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NamedTuple, TypeVar

from .messages import Message
from .registry import REGISTRY, cell_function
from .rules import Rules, parse_rules
from .values import CellFault

T = TypeVar("T")


class WhyRow(NamedTuple):
    """One rule that was looked at: key, value with unit, meaning."""

    key: str
    value: str
    note: str


class Recorder(Rules):
    """Rules that note which of them are asked for."""

    __slots__ = ("asked",)

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules._values, rules.days)
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str) -> Any:
        """The value of a rule, noted."""
        self.asked.add(key)
        return super().get(key)

    def derive(self, builder: Callable[[Rules], T]) -> T:
        """What other rules are compiled into; asking for it asks for none by name."""
        return super().derive(builder)


@cell_function(names={"zh_CN": "规则依据"})
def why(
    function: Annotated[str, "Name of a cell function"],
    *args: Annotated[Any, "Its arguments, as in the cell"],
) -> list[WhyRow]:
    """The rule rows that decided a function's value: key, value, meaning.

    >>> for row in why("HANDLER", "quality"):
    ...     print(row.key, row.value)
    role.quality 客服主管
    role.missing 
    """
    found = REGISTRY.get(function)
    if found is None:
        raise CellFault(Message("There is no function {name}.", name=function), "#NAME?")
    at = next((i for i, p in enumerate(found.parameters) if p.type.name == "rules"), None)
    if at is None:
        return []
    given = [*args, *[None] * (at + 1 - len(args))]
    recorder = Recorder(parse_rules(given[at]))
    given[at] = recorder
    found.call(*given)
    return [WhyRow(*row) for row in recorder.explain(recorder.asked)]
