"""Steps of refresh that speak of the rows themselves: problems, time of computing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ...functions.messages import Message
from ...sheets.edits import Notice
from ...sheets.snapshot import Value
from ...templates.tracker import Column, ColumnType, Table
from .computation import Computation, step
from .freezing import FOLLOWS_DATA

CHECK_CELL: Final = Message("Correct the cell, then refresh.")
_EXPECTED: dict[ColumnType, str] = {
    "id": "an id as text",
    "text": "text",
    "long": "text",
    "number": "a number",
    "money": "an amount of money, such as 88.00",
    "percent": "a share, such as 90%",
    "moment": "a date and time, such as 2026-03-02 09:00",
    "day": "a date, such as 2026-03-02",
    "flag": "yes or no",
    "choice": "one of the words of the list",
    "multi": "words of the list",
}


@step
def computed_at(computation: Computation, table: str, _column: str) -> list[Value]:
    """The moment of this refresh, for rows in which it changes anything."""
    snapshot = computation.table(table)
    result = list(snapshot.column("computed_at"))
    for column in computation.tracker.table(table).out:
        if column.later or column.id in {"computed_at", "seal"} | snapshot.live | snapshot.missing:
            continue
        for row in changed(computation, table, column):
            result[row] = computation.now
    return result


def changed(computation: Computation, table: str, column: Column) -> list[int]:
    """Rows whose cell in an out column is not what refresh computes."""
    snapshot = computation.table(table)
    standing = snapshot.column(column.id)
    computed = computation.computed(table, column.id)
    bad = snapshot.bad.get(column.id, {})
    locked = snapshot.locked.get(column.id, frozenset())
    return [
        row
        for row, (was, now) in enumerate(zip(standing, computed, strict=True))
        if (was != now or row in bad) and row not in locked
    ]


@step
def problems(computation: Computation, table: str, _column: str) -> list[Value]:
    """Everything that is wrong with a row's data, in sentences."""
    lang = computation.snapshot.lang
    return [
        ("；" if lang == "zh" else "; ").join(
            dict.fromkeys(problem.message.text(lang).rstrip("。.") for problem in found)
        )
        or None
        for found in find_problems(computation, table)
    ]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row, in which column (its id, or blank for the row), and the remedy."""

    message: Message
    column: str = ""
    remedy: Message = CHECK_CELL


def find_problems(computation: Computation, table: str) -> list[list[Problem]]:
    """The problems of every row of one table."""
    return computation.once(("problems", table), lambda: _find(computation, table))


def _find(computation: Computation, table: str) -> list[list[Problem]]:
    declared = computation.tracker.table(table)
    snapshot = computation.table(table)
    found: list[list[Problem]] = [[] for _ in range(len(snapshot))]
    lang = computation.snapshot.lang
    for column in declared.columns:
        if column.part == "out":
            continue
        for row, raw in snapshot.bad.get(column.id, {}).items():
            message = Message(
                "{column} is {found}; expected {expected}.",
                column=column.title.text(lang),
                found=f"“{raw:.40}”",
                expected=Message(_EXPECTED[column.type]),
            )
            found[row].append(Problem(message, column.id))
    _find_copies(computation, table, found)
    for source in _SOURCES.get(table, ()):
        source(computation, found)
    for column in declared.out:
        if column.later is None and column.id not in FOLLOWS_DATA:
            computation.computed(table, column.id)
    for row, errors in computation.errors[table].items():
        for name, message in errors:
            shown = declared.by_id.get(name)
            if shown is not None:
                title = shown.title.text(lang)
                message = Message("{column}: {problem}", column=title, problem=message)
            found[row].append(Problem(message, name if shown is not None else ""))
    return found


def _blank(computation: Computation, table: str, column: str) -> Problem:
    title = computation.tracker.table(table).column(column).title.text(computation.snapshot.lang)
    return Problem(
        Message("{column} is blank.", column=title), column, Message("Fill in the cell.")
    )


def _find_copies(computation: Computation, table: str, found: list[list[Problem]]) -> None:
    declared = computation.tracker.table(table)
    snapshot = computation.table(table)
    column = declared.column(declared.key[-1])
    copied = {text for text, occurrence in snapshot.keys if occurrence and text}
    message = Message("{column} is doubled.", column=column.title.text(computation.snapshot.lang))
    remedy = Message("Keep one of the rows and delete the copy, or correct its id.")
    for row, (text, _) in enumerate(snapshot.keys):
        if text in copied:
            found[row].append(Problem(message, column.id, remedy))


def _review_problems(computation: Computation, found: list[list[Problem]]) -> None:
    snapshot = computation.table("reviews")
    orders = computation.matches("reviews", "order")
    bad = computation.get("reviews", "is_bad")
    has_orders = len(computation.table("orders")) > 0
    unreadable = snapshot.bad.get("platform", {})
    names = (
        "review_id", "platform", "captured_at", "posted_at", "responded_at", "public_reply",
        "order_id", "sub_order_id", "stars",
    )  # fmt: skip
    for row, cells in enumerate(snapshot.rows(*names)):
        review, platform, captured, posted, responded, reply, order, sub_order, stars = cells
        note = found[row].append
        if review is None:
            note(_blank(computation, "reviews", "review_id"))
        if platform is None and row not in unreadable:
            note(_blank(computation, "reviews", "platform"))
        if stars is not None and not 0 <= stars <= 5:
            message = Message("Stars are {stars}; expected 1 to 5.", stars=f"{stars:g}")
            note(Problem(message, "stars"))
        if captured is not None and posted is not None and captured < posted:
            message = Message("Captured before it was posted: check both times.")
            note(Problem(message, "captured_at"))
        if bad[row] != "yes":
            continue
        if captured is None:
            note(Problem(Message("No capture time, so no deadlines: fill it in."), "captured_at"))
        if reply and responded is None:
            message = Message("There is a public reply but no first response time.")
            note(Problem(message, "responded_at", Message("Fill in the cell.")))
        if has_orders and (order or sub_order) and orders[row] is None:
            message = Message("The order is not in the orders table.")
            note(Problem(message, "order_id", Message("Import the orders of that time.")))
    _destroyed(computation, "reviews", found)


def _order_problems(computation: Computation, found: list[list[Problem]]) -> None:
    snapshot = computation.table("orders")
    lang = computation.snapshot.lang
    column = computation.tracker.table("orders").column
    names = ("paid", "order_paid", "refunded", "quantity")
    for row, cells in enumerate(snapshot.rows(*names)):
        for name, value in zip(names, cells, strict=True):
            if value is not None and value < 0:
                message = Message("{column} is negative.", column=column(name).title.text(lang))
                found[row].append(Problem(message, name))
    _destroyed(computation, "orders", found)


def _destroyed(computation: Computation, table: str, found: list[list[Problem]]) -> None:
    for row, raw in enumerate(computation.table(table).column("raw_id")):
        if raw is not None:
            message = Message(
                "The id {raw} was destroyed by a spreadsheet: export that column again as text.",
                raw=raw,
            )
            found[row].append(Problem(message, "raw_id", Message("Import the new export.")))


_SOURCES = {"reviews": (_review_problems,), "orders": (_order_problems,)}


@step
def rule_problem(computation: Computation, table: str, _column: str) -> list[Value]:
    """What is wrong with a line of the rules tab; the default stays in force."""
    return _rule_rows(computation, table)


@step
def calendar_problem(computation: Computation, table: str, _column: str) -> list[Value]:
    """What is wrong with a line of the calendar tab; the line is not used."""
    return _rule_rows(computation, table)


def _rule_rows(computation: Computation, table: str) -> list[Value]:
    lang = computation.snapshot.lang
    result: list[Value] = [None] * len(computation.table(table))
    for row, message in _rule_problems(computation, table).items():
        if row < len(result):
            result[row] = message.text(lang)
    return result


def _rule_problems(computation: Computation, table: str) -> dict[int, Message]:
    rules = computation.rules
    return {"rules": rules.rule_problems, "calendar": rules.calendar_problems}.get(table, {})


def rule_notices(computation: Computation, table: Table) -> list[Notice]:
    """The bad lines of the rules or calendar tab, for a summary."""
    snapshot, title = computation.table(table.id), table.title.text(computation.snapshot.lang)
    return [
        Notice(message, table=title, row=snapshot.handles[row])
        for row, message in _rule_problems(computation, table.id).items()
        if row < len(snapshot)
    ]
