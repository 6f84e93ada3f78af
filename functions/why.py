"""Which rules decided a value."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from .businesstime import BusinessTime
from .messages import Message
from .registry import REGISTRY, cell_function
from .rules import Rules, business_calendar, parse_rules
from .values import CellError, CellFault


class WhyRow(NamedTuple):
    """One rule that was looked at: key, value with unit, meaning."""

    key: str
    value: str
    note: str


class Recorder(Rules):
    """Rules that note which of them are asked for.

    What is compiled from rules is compiled anew here, so that the rules it was made of are noted.
    """

    __slots__ = ("_plain", "asked")

    def __init__(self, rules: Rules) -> None:
        super().__init__(rules._values, rules.days)
        self._plain = rules
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str) -> Any:
        """The value of a rule, noted."""
        found = super().get(key)
        if found is not None:
            self.asked.add(key)
        return found

    def calendar(self, clock: str, kind: str) -> BusinessTime | None:
        """The business hours of one clock; the rules of the others are not noted."""
        own = clock == "solution" and self[f"calendar.solution.{kind}"]
        if not own:
            self.asked.add(f"calendar.{clock}")
        if self._plain.calendar(clock, kind) is None:
            return None
        return self.derive(business_calendar)


@cell_function(names={"zh_CN": "规则依据"})
def why(
    function: Annotated[str, "Name of a cell function"],
    *args: Annotated[Any, "Its arguments, as in the cell"],
) -> list[WhyRow]:
    """The rule rows that decided a function's value: key, value, meaning.

    >>> for row in why("HANDLER", "quality"):
    ...     print(row.key, row.value or "-")
    role.quality 客服主管
    role.missing -

    >>> [row.key for row in why("OFFER", 88, "物流延误")]
    ... # doctest: +NORMALIZE_WHITESPACE
    ['offer.preset', 'offer.band.1', 'offer.band.2', 'offer.coupon.1', 'offer.goods.logistics',
     'authority.coupon.agent', 'authority.amount.agent']

    A call that has no value has the sentence that says why.
    >>> why("HANDLER", "weather")
    Traceback (most recent call last):
    fanpan.functions.values.CellFault: argument kind is “weather”; expected one of logistics, ...
    """
    found = REGISTRY.get(function)
    if found is None:
        raise CellFault(unknown_function(function), "#NAME?")
    result = found.call(*args)
    if isinstance(result, CellError):
        raise CellFault(result.message, result.kind)
    at = found.rules_index
    if at is None:
        return []
    given = list(found.arranged(args))
    given.extend([None] * (at + 1 - len(given)))
    recorder = Recorder(parse_rules(given[at]))
    given[at] = recorder
    found.call(*given)
    return [WhyRow(*row) for row in recorder.explain(recorder.asked)]


def unknown_function(name: str) -> Message:
    """The sentence for a name that no cell function has."""
    near = REGISTRY.near(name)
    if near is None:
        return Message("There is no function {name}.", name=f"{name:.40}")
    return Message("There is no function {name}; did you mean {near}?", name=name, near=near)
