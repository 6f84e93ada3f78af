"""Values of all columns of one snapshot, computed when first asked for.

Asking is what orders the work: a formula asks for the columns it names, those ask for theirs, and a
column that is asked for while it is being computed is a cycle and refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import repeat
from typing import Any, TypeAlias, TypeVar, cast

from ...functions import REGISTRY
from ...functions.cellfunction import CellFunction
from ...functions.messages import Message
from ...functions.rules import Rules
from ...functions.values import CellError
from ...sheets.snapshot import Snapshot, TableSnapshot, Value
from ...templates.formula import NATIVE, Call, Literal, Named, Node, Ref, parse_formula
from ...templates.tracker import Relation, Table, Tracker
from .natives import IMPLEMENTED

Step: TypeAlias = Callable[["Computation", str, str], list[Value]]
"""A step of refresh: (computation, table, column) → one value per row."""

T = TypeVar("T")
_MOST_CHARACTERS = 16_000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
STEPS: dict[str, Step] = {}


def step(function: Step) -> Step:
    """Register a step under its function's name, for `rule = "…"` in tracker.toml."""
    if function.__name__ in STEPS:
        raise ValueError(f"two steps of refresh are called {function.__name__}")
    STEPS[function.__name__] = function
    return function


class Computation:
    """One evaluation of a tracker's columns for one moment and one set of rules."""

    def __init__(self, snapshot: Snapshot, tracker: Tracker, rules: Rules, now: datetime) -> None:
        self.snapshot = snapshot
        self.tracker = tracker
        self.rules = rules
        self.now = now
        self.errors: dict[str, dict[int, list[tuple[str, Message]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._computed: dict[tuple[str, str], list[Value]] = {}
        self._effective: dict[tuple[str, str], list[Value]] = {}
        self._rows: dict[tuple[str, Call], list[Any]] = {}
        self._matches: dict[tuple[str, str], list[Any]] = {}
        self._busy: list[tuple[str, str]] = []
        self._memo: dict[Hashable, Any] = {}

    def once(self, key: Hashable, build: Callable[[], T]) -> T:
        """A value that several steps share, built on first use."""
        if key not in self._memo:
            self._memo[key] = build()
        return cast("T", self._memo[key])

    def table(self, table: str) -> TableSnapshot:
        """The table's snapshot; an empty one where the tracker does not have the table."""
        return self.snapshot[table]

    def get(self, table: str, column: str) -> list[Value]:
        """What counts: a person's override, else the frozen value, else the computed one."""
        key = (table, column)
        if key not in self._effective:
            declared = self.tracker.table(table).by_id.get(column)
            if declared is not None and (declared.part != "out" or declared.later):
                return self.table(table).column(column)
            values = self.computed(table, column)
            over = self._override(table, column)
            if over is not None:
                cells = self.table(table).column(over)
                values = [
                    value if cell is None else cell
                    for cell, value in zip(cells, values, strict=True)
                ]
            self._effective[key] = values
        return self._effective[key]

    def computed(self, table: str, column: str) -> list[Value]:
        """The computed value of an out column or hidden value, frozen rows kept as they stand."""
        key = (table, column)
        if key in self._computed:
            return self._computed[key]
        if key in self._busy:
            path = " → ".join(f"{t}.{c}" for t, c in [*self._busy, key])
            raise ValueError(f"tracker.toml: columns depend on each other: {path}")
        self._busy.append(key)
        try:
            values = self._compute(table, column)
        finally:
            self._busy.pop()
        self._computed[key] = values
        return values

    def _compute(self, table: str, column: str) -> list[Value]:
        from . import freezing

        declared = self.tracker.table(table)
        if column in declared.hidden:
            source = declared.hidden[column]
            if source.startswith("rule:"):
                return STEPS[source.removeprefix("rule:")](self, table, column)
            return self._formula(table, column, parse_formula(source), None)
        found = declared.column(column)
        if found.rule is not None:
            values = STEPS[found.rule](self, table, column)
        else:
            assert found.formula is not None
            skip = freezing.settled_rows(self, table, found)
            values = self._formula(table, column, parse_formula(found.formula), skip)
        if found.type in {"text", "long"}:
            values = [tidy(value) for value in values]
        return freezing.kept(self, table, found, values)

    def _override(self, table: str, column: str) -> str | None:
        return overrides(self.tracker.table(table)).get(column)

    def _formula(
        self, table: str, column: str, call: Call, skip: frozenset[int] | None
    ) -> list[Value]:
        if call.function in NATIVE:
            return self._native(table, column, call)
        function = REGISTRY[call.function]
        at = function.part_index
        if at is not None and len(call.args) > at:
            part = call.args[at]
            if not isinstance(part, Literal) or part.value not in function.part_names:
                raise ValueError(f"{table}.{column}: {function.name} has no part {part}")
            base = Call(call.function, (*call.args[:at], Literal(None), *call.args[at + 1 :]))
            rows = self._rows.get((table, base))
            if rows is None:
                rows = self._rows[table, base] = self._run(table, column, base, function, skip)
            name = str(part.value)
            return [None if row is None else getattr(row, name) for row in rows]
        return self._run(table, column, call, function, skip)

    def _native(self, table: str, column: str, call: Call) -> list[Value]:
        operands = [self._operand(table, column, arg) for arg in call.args]
        count = len(self.table(table))
        columns = [repeat(value, count) if cells is None else cells for cells, value in operands]
        return list(map(IMPLEMENTED[call.function], *columns))

    def _run(
        self,
        table: str,
        column: str,
        call: Call,
        function: CellFunction,
        skip: frozenset[int] | None,
    ) -> list[Value]:
        fixed: list[Any] = []
        varying: list[tuple[int, list[Value]]] = []
        needed: list[bool] = []
        for arg, parameter in zip(call.args, function.parameters, strict=False):
            if parameter.name == "part":
                continue
            cells, operand = self._operand(table, column, arg)
            if cells is not None:
                varying.append((len(fixed), cells))
                needed.append(parameter.required and not parameter.type.nullable)
                fixed.append(parameter.fallback)
            else:
                fixed.append(parameter.fallback if operand is None else parameter.coerce(operand))
        required = [index for index, need in enumerate(needed) if need]
        return self._apply(table, column, function, fixed, varying, required, skip)

    def _operand(self, table: str, column: str, arg: Node) -> tuple[list[Value] | None, Value]:
        """(one value per row, or None; the value that is the same for every row)."""
        match arg:
            case Literal():
                return None, arg.value
            case Named():
                return None, self.now if arg.name == "now" else self.rules
            case Ref():
                if arg.relation is None:
                    return self.get(table, arg.column), None
                return self.through(table, arg.relation, arg.column), None
            case Call():
                return self._formula(table, column, arg, None), None

    def _apply(
        self,
        table: str,
        column: str,
        function: CellFunction,
        fixed: list[Any],
        varying: Sequence[tuple[int, list[Value]]],
        required: list[int],
        skip: frozenset[int] | None,
    ) -> list[Value]:
        """Call the function for every row, once per distinct set of arguments."""
        run = function.run
        positions = [position for position, _ in varying]
        results: list[Value] = [None] * len(self.table(table))
        known: dict[Any, Any] = {}
        misses = 0
        for row, cells in enumerate(zip(*(values for _, values in varying), strict=True)):
            if skip and row in skip:
                continue
            if None in cells and any(cells[index] is None for index in required):
                continue
            try:
                result = known.get(cells, known)
            except TypeError:  # lists through a many relation
                result = known
            if result is known:
                args = fixed.copy()
                for position, cell in zip(positions, cells, strict=True):
                    if cell is not None:
                        args[position] = cell
                result = run(args)
                misses += 1
                # Remembering pays only where arguments repeat (kinds, tiers), not for review texts.
                if misses < 1000 or misses * 2 < row:
                    with suppress(TypeError):
                        known[cells] = result
            if isinstance(result, CellError):
                self.errors[table][row].append((column, result.message))
                continue
            results[row] = result
        return results

    def through(self, table: str, relation: str, column: str) -> list[Value]:
        """A column of a related table, one value (or a list, for a `many` relation) per row."""
        declared = self.tracker.table(table).relations[relation]
        values = self.get(declared.table, column)
        matches = self.matches(table, relation)
        if declared.many:
            return [[values[row] for row in rows] for rows in matches]
        return [None if row is None else values[row] for row in matches]

    def matches(self, table: str, relation: str) -> list[Any]:
        """Row number in the related table (None if there is none), or a list for `many`."""
        key = (table, relation)
        if key not in self._matches:
            self._matches[key] = self._match(table, self.tracker.table(table).relations[relation])
        return self._matches[key]

    def _match(self, table: str, relation: Relation) -> list[Any]:
        found = self._lookup(table, relation, relation.on)
        if relation.fallback is not None:
            second = self._lookup(table, relation, relation.fallback)
            found = [match if match else second[row] for row, match in enumerate(found)]
        if relation.many:
            return found
        return [match[0] if match else None for match in found]

    def _lookup(self, table: str, relation: Relation, on: dict[str, str]) -> list[list[int]]:
        other = self.table(relation.table)
        index: dict[tuple[Value, ...], list[int]] = defaultdict(list)
        for row, key in enumerate(other.rows(*on.values())):
            if None not in key:
                index[key].append(row)
        empty: list[int] = []
        return [index.get(key, empty) for key in self.table(table).rows(*on)]


def tidy(text: Value) -> Value:
    """A text that every host can hold and give back unchanged: no control characters, not endless.

    >>> tidy("a\\x00b"), len(tidy("x" * 100_000))
    ('ab', 16000)
    """
    if not isinstance(text, str) or (text.isprintable() and len(text) <= _MOST_CHARACTERS):
        return text
    return _UNPRINTABLE.sub("", text)[:_MOST_CHARACTERS] or None


def overrides(table: Table) -> dict[str, str]:
    """Out column → the over column that beats it."""
    return {column.overrides: column.id for column in table.columns if column.overrides}
