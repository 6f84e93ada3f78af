"""The formula language of `tracker.toml`.

A formula is one call of a cell function: `DEADLINE(kind, clock_start, "solution", blank, rules)`.
Arguments are column ids or hidden values of the same table, `relation.column` for another table,
text and number literals, `blank`, `now`, `rules`, or another call. Python's own `ast` parses it;
nothing is ever evaluated as Python.

Besides the cell functions there are a few words that every spreadsheet program has a form of
(`NATIVE`), so that one line serves refresh and live formulas alike:

- `IF(condition, then, otherwise)`; a condition is `==`, `!=`, `>`, `and`, `or`, or `ANY`;
- `ANY(relation.column, "value", …)`: some related row holds one of the values, or anything at all
  when none are given;
- `FIRST(a, b)`: the first that is not blank;
- `EARLIEST(since, a, b, …)`: the earliest moment that is not before `since`;
- `JOIN("separator", a, b)`: both texts, the separator only between two;
- `OPEN(moment)`: the interval that began then and goes on, as text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """Text, a number, or blank (None)."""

    value: str | float | None


@dataclass(frozen=True, slots=True)
class Named:
    """A value that is the same for every row: `now` or `rules`."""

    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A column or hidden value, of this table or, through a relation, of another one."""

    column: str
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A cell function and its arguments."""

    function: str
    args: tuple[Node, ...]

    def refs(self) -> Iterator[Ref]:
        """All column references in it, nested calls included."""
        for arg in self.args:
            if isinstance(arg, Ref):
                yield arg
            elif isinstance(arg, Call):
                yield from arg.refs()


Node: TypeAlias = Literal | Named | Ref | Call
NATIVE = frozenset(
    {"IF", "ANY", "FIRST", "EARLIEST", "JOIN", "OPEN", "EQ", "NE", "GT", "AND", "OR"}
)
_COMPARISONS: dict[type[ast.cmpop], str] = {ast.Eq: "EQ", ast.NotEq: "NE", ast.Gt: "GT"}
_NAMED = frozenset({"now", "rules"})


class FormulaError(ValueError):
    """A formula of tracker.toml that the language does not allow."""


@cache
def parse_formula(text: str) -> Call:
    """Parse one formula.

    >>> parse_formula('MASK(order.note)')
    Call(function='MASK', args=(Ref(column='note', relation='order'),))
    >>> parse_formula('kind + 1')
    Traceback (most recent call last):
    ...
    fanpan.templates.formula.FormulaError: kind + 1: a formula is one call of a cell function
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise FormulaError(f"{text}: {error.msg}") from None
    node = _node(tree, text)
    if not isinstance(node, Call):
        raise FormulaError(f"{text}: a formula is one call of a cell function")
    return node


def _node(tree: ast.expr, text: str) -> Node:
    match tree:
        case ast.Constant(value=str() | int() | float() as value) if not isinstance(value, bool):
            return Literal(value)
        case ast.Name(id="blank"):
            return Literal(None)
        case ast.Name(id=name) if name in _NAMED:
            return Named(name)
        case ast.Name(id=name):
            return Ref(name)
        case ast.Attribute(value=ast.Name(id=relation), attr=column):
            return Ref(column, relation)
        case ast.Call(func=ast.Name(id=function), args=args, keywords=[]):
            return Call(function, tuple(_node(arg, text) for arg in args))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return Call(_COMPARISONS[type(op)], (_node(left, text), _node(right, text)))
        case ast.BoolOp(op=op, values=values):
            name = "AND" if isinstance(op, ast.And) else "OR"
            return Call(name, tuple(_node(value, text) for value in values))
        case _:
            raise FormulaError(f"{text}: a formula is one call of a cell function")
