"""追溯: for any cell, who wrote what and when, and which rules, formula and values made it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ...functions import REGISTRY
from ...functions.cellfunction import CellFunction
from ...functions.messages import Lang, Message
from ...functions.values import join_words
from ...functions.why import why
from ...functions.wire import to_text
from ...sheets.edits import Edits
from ...sheets.snapshot import Snapshot, Value
from ...templates.formula import Call, Literal, Named, Ref, parse_formula
from ...templates.tracker import Column, Table, Tracker, load_tracker
from ..press import union
from ..refresh import needs, rules_of
from ..refreshing.computation import Computation
from .casework import Refused

NEEDS = union(
    needs(),
    {
        "log": (
            "log_id", "at", "who", "what", "table", "row", "column", "old", "new", "why",
            "rules_version",
        )
    },
)  # fmt: skip


def trace(
    snapshot: Snapshot,
    *,
    row: str,
    column: str = "",
    table: str = "reviews",
    now: datetime,
    tracker: Tracker | None = None,
) -> Edits:
    """Lines that explain a row, or one of its cells; nothing is changed."""
    tracker = tracker or load_tracker()
    declared = _find_table(tracker, snapshot, table)
    computation = Computation(snapshot, tracker, rules_of(snapshot), now)
    number = _find_row(computation, declared, row)
    edits = Edits()
    lines = edits.summary.lines
    found = _find_column(declared, column, snapshot.lang) if column else None
    if found is not None:
        lines.extend(_explain(computation, declared, found, number))
    lines.extend(_state(computation, declared, number))
    history = list(_history(snapshot, declared, row, found))
    lines.extend(history or [Message("Nobody has changed it through a button.")])
    return edits


def _find_table(tracker: Tracker, snapshot: Snapshot, name: str) -> Table:
    tables = [table for table in tracker.tables if table.id in snapshot.tables]
    for table in tables:
        if name in (table.id, table.title.zh, table.title.en):
            return table
    raise Refused(
        Message(
            "There is no table {table}; expected one of {words}.",
            table=name,
            words=join_words((table.title.text(snapshot.lang) for table in tables), snapshot.lang),
        )
    )


def _find_row(computation: Computation, table: Table, row: str) -> int:
    keys = computation.table(table.id).keys
    for number, (text, occurrence) in enumerate(keys):
        if occurrence == 0 and row in (text, text.rsplit("|", 1)[-1]):
            return number
    raise Refused(
        Message(
            "There is no row {row} in {table}: check the id.",
            row=row,
            table=table.title.text(computation.snapshot.lang),
        )
    )


def _find_column(table: Table, name: str, lang: Lang) -> Column:
    for column in table.columns:
        if name in (column.id, column.title.zh, column.title.en):
            return column
    raise Refused(
        Message("{table} has no column {column}.", table=table.title.text(lang), column=name)
    )


def _show(computation: Computation, column: Column | None, value: Value) -> str:
    choices = None if column is None else column.choice_set
    return to_text(value, choices, computation.snapshot.lang)


def _explain(computation: Computation, table: Table, column: Column, row: int) -> list[Message]:
    lang = computation.snapshot.lang
    snapshot = computation.table(table.id)
    lines = [
        Message(
            "{column} holds {value}.",
            column=column.title.text(lang),
            value=_show(computation, column, snapshot.column(column.id)[row]),
        )
    ]
    if column.part != "out" or column.later:
        return lines
    fresh = computation.computed(table.id, column.id)[row]
    lines.append(Message("Computed now: {value}.", value=_show(computation, column, fresh)))
    if column.formula is None:
        return lines
    call = parse_formula(column.formula)
    function = REGISTRY[call.function]
    lines.append(Message("Formula: {formula}", formula=column.formula))
    lines.extend(_arguments(computation, table, call, row))
    lines.extend(_rule_lines(computation, table, call, function, row))
    return lines


def _arguments(computation: Computation, table: Table, call: Call, row: int) -> list[Message]:
    return [
        Message(
            "  {name} = {value}",
            name=ref.column if ref.relation is None else f"{ref.relation}.{ref.column}",
            value=_show(computation, None, _value(computation, table, ref, row)),
        )
        for ref in call.refs()
    ]


def _value(computation: Computation, table: Table, ref: Ref, row: int) -> Any:
    if ref.relation is None:
        return computation.get(table.id, ref.column)[row]
    return computation.through(table.id, ref.relation, ref.column)[row]


def _rule_lines(
    computation: Computation, table: Table, call: Call, function: CellFunction, row: int
) -> list[Message]:
    values: list[Any] = []
    for arg in call.args:
        if isinstance(arg, Literal):
            values.append(arg.value)
        elif isinstance(arg, Ref):
            values.append(_value(computation, table, arg, row))
        elif isinstance(arg, Named):
            values.append(computation.now if arg.name == "now" else computation.rules)
    return [
        Message("  rule {key} = {value} ({note})", key=row.key, value=row.value, note=row.note)
        for row in why(function.name, *values)
    ]


def _state(computation: Computation, table: Table, row: int) -> list[Message]:
    snapshot = computation.table(table.id)
    if "computed_at" not in table.by_id:
        return []
    cells = {
        name: snapshot.column(name)[row] for name in ("computed_at", "rules_version", "frozen")
    }
    if cells["computed_at"] is None:
        return [Message("This row was never computed: refresh.")]
    return [
        Message(
            "Computed at {at} with rules {version}; frozen: {frozen}.",
            at=f"{cells['computed_at']:%Y-%m-%d %H:%M}",
            version=cells["rules_version"] or "-",
            frozen=_show(computation, table.column("frozen"), cells["frozen"]) or "-",
        )
    ]


def _history(snapshot: Snapshot, table: Table, row: str, column: Column | None) -> list[Message]:
    log = snapshot["log"]
    titles: set[str] = set() if column is None else {column.title.zh, column.title.en}
    lines: list[Message] = []
    names = ("at", "who", "what", "row", "column", "old", "new", "why", "rules_version")
    for at, who, what, logged, name, old, new, reason, version in log.rows(*names):
        if logged != row or (titles and name not in titles):
            continue
        lines.append(
            Message(
                "{at} {who} {what}: {column} {old} → {new} {why} [{version}]",
                at="-" if at is None else f"{at:%Y-%m-%d %H:%M:%S}",
                who=who or "-",
                what=what or "-",
                column=name or "-",
                old=old or "-",
                new=new or "-",
                why=reason or "",
                version=version or "-",
            )
        )
    return lines
