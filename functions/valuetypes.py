"""What a parameter or a result of a cell function is made of, read from its type annotation."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from .rules import Rules
from .values import AtLeast, Choices

TypeName: TypeAlias = Literal[
    "text", "number", "money", "moment", "day", "flag", "choice", "column", "table", "rules",
    "any", "row", "rows",
]  # fmt: skip

Table: TypeAlias = list[list[Any]]
"""A range as rows of raw cell values."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a parameter or a result is made of."""

    name: TypeName
    choices: Choices | None = None
    item: ValueType | None = None
    """Type of the cells of a `column`."""
    nullable: bool = False
    """A blank reaches the function as None instead of making the result blank."""
    parts: tuple[tuple[str, ValueType], ...] = ()
    """Names and types of the cells of a `row`, or of each row of `rows`."""
    at_least: int | None = None
    """The smallest number or amount."""

    @property
    def is_scalar(self) -> bool:
        """Whether one cell holds it."""
        return self.name not in {"column", "table", "rules", "row", "rows"}


def value_type(annotation: Any) -> ValueType:
    """Read a type annotation of a cell function."""
    nullable = False
    choices: Choices | None = None
    at_least: int | None = None
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation, *notes = typing.get_args(annotation)
            choices = next((note for note in notes if isinstance(note, Choices)), choices)
            at_least = next((n.limit for n in notes if isinstance(n, AtLeast)), at_least)
        elif origin in (types.UnionType, typing.Union):
            inner = [part for part in typing.get_args(annotation) if part is not type(None)]
            if len(inner) != 1:
                raise TypeError(f"{annotation}: a cell holds one type")
            nullable = True
            annotation = inner[0]
        else:
            break
    if choices is not None:
        return ValueType("choice", choices, nullable=nullable)
    if origin is list:
        return _list_type(typing.get_args(annotation)[0], nullable)
    if isinstance(annotation, type) and issubclass(annotation, tuple):
        row = typing.cast("type[Any]", annotation)
        hints = typing.get_type_hints(row, include_extras=True)
        parts = tuple((name, value_type(hint)) for name, hint in hints.items())
        return ValueType("row", parts=parts)
    if annotation is Any:
        return ValueType("any", nullable=nullable)
    name = _NAMES.get(annotation)
    if name is None:
        raise TypeError(f"{annotation}: not a type that a cell can hold")
    return ValueType(name, nullable=nullable, at_least=at_least)


def _list_type(inner: Any, nullable: bool) -> ValueType:
    if typing.get_origin(inner) is list:
        return ValueType("table", nullable=nullable)
    item = value_type(inner)
    if item.name == "row":
        return ValueType("rows", parts=item.parts)
    return ValueType("column", item=item, nullable=nullable)


_NAMES: dict[Any, TypeName] = {
    str: "text",
    float: "number",
    Decimal: "money",
    datetime: "moment",
    date: "day",
    bool: "flag",
    Rules: "rules",
}
