"""Steps of refresh that speak of the rows themselves: problems, rule problems, time of computing."""

from __future__ import annotations

from ...functions.messages import Message
from ...sheets.snapshot import Value
from ...templates.tracker import Column, ColumnType
from .computation import Computation, step
from .freezing import FOLLOWS_DATA

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
            dict.fromkeys(message.text(lang).rstrip("。.") for message in messages)
        )
        or None
        for messages in find_problems(computation, table)
    ]


def find_problems(computation: Computation, table: str) -> list[list[Message]]:
    """The problems of every row of one table."""
    return computation.once(("problems", table), lambda: _find(computation, table))


def _find(computation: Computation, table: str) -> list[list[Message]]:
    declared = computation.tracker.table(table)
    snapshot = computation.table(table)
    found: list[list[Message]] = [[] for _ in range(len(snapshot))]
    lang = computation.snapshot.lang
    for column in declared.columns:
        if column.part == "out":
            continue
        for row, raw in snapshot.bad.get(column.id, {}).items():
            found[row].append(
                Message(
                    "{column} is {found}; expected {expected}.",
                    column=column.title.text(lang),
                    found=f"“{raw:.40}”",
                    expected=Message(_EXPECTED[column.type]),
                )
            )
    _find_copies(computation, table, found)
    for source in _SOURCES.get(table, ()):
        source(computation, found)
    for column in declared.out:
        if column.later is None and column.id not in FOLLOWS_DATA:
            computation.computed(table, column.id)
    for row, errors in computation.errors[table].items():
        for column_id, message in errors:
            title = declared.by_id[column_id].title.text(lang) if column_id in declared.by_id else ""
            found[row].append(
                Message("{column}: {problem}", column=title, problem=message) if title else message
            )
    return found


def _find_copies(computation: Computation, table: str, found: list[list[Message]]) -> None:
    declared = computation.tracker.table(table)
    snapshot = computation.table(table)
    titles = ", ".join(
        declared.column(name).title.text(computation.snapshot.lang) for name in declared.key[-1:]
    )
    copied = {text for text, occurrence in snapshot.keys if occurrence and text}
    for row, (text, _) in enumerate(snapshot.keys):
        if text in copied:
            found[row].append(Message("{column} is doubled.", column=titles))


def _review_problems(computation: Computation, found: list[list[Message]]) -> None:
    snapshot = computation.table("reviews")
    title = computation.tracker.table("reviews").column
    lang = computation.snapshot.lang
    orders = computation.matches("reviews", "order")
    bad = computation.get("reviews", "is_bad")
    has_orders = len(computation.table("orders")) > 0
    last_day = computation.rules.calendar_end
    for row, cells in enumerate(
        snapshot.rows(
            "review_id", "platform", "captured_at", "posted_at", "responded_at", "public_reply",
            "order_id", "sub_order_id", "stars",
        )
    ):  # fmt: skip
        review, platform, captured, posted, responded, reply, order, sub_order, stars = cells
        note = found[row].append
        if review is None:
            note(Message("{column} is blank.", column=title("review_id").title.text(lang)))
        if platform is None and row not in snapshot.bad.get("platform", {}):
            note(Message("{column} is blank.", column=title("platform").title.text(lang)))
        if stars is not None and not 0 <= stars <= 5:
            note(Message("Stars are {stars}; expected 1 to 5.", stars=f"{stars:g}"))
        if bad[row] == "yes":
            if captured is None:
                note(Message("No capture time, so no deadlines: fill it in."))
            elif last_day is not None and captured.date() > last_day:
                note(
                    Message(
                        "Holiday data ends on {day}: add the new year to the calendar tab.",
                        day=last_day.isoformat(),
                    )
                )
            if reply and responded is None:
                note(Message("There is a public reply but no first response time."))
            if has_orders and (order or sub_order) and orders[row] is None:
                note(Message("The order is not in the orders table."))
        if captured is not None and posted is not None and captured < posted:
            note(Message("Captured before it was posted: check both times."))
    _destroyed(computation, "reviews", found)


def _order_problems(computation: Computation, found: list[list[Message]]) -> None:
    snapshot = computation.table("orders")
    lang = computation.snapshot.lang
    column = computation.tracker.table("orders").column
    for row, cells in enumerate(snapshot.rows("paid", "order_paid", "refunded", "quantity")):
        for name, value in zip(("paid", "order_paid", "refunded", "quantity"), cells, strict=True):
            if value is not None and value < 0:
                found[row].append(
                    Message("{column} is negative.", column=column(name).title.text(lang))
                )
        paid, _, refunded, _ = cells
        if paid is not None and refunded is not None and refunded > paid >= 0:
            found[row].append(Message("More was refunded than paid."))
    _destroyed(computation, "orders", found)


def _destroyed(computation: Computation, table: str, found: list[list[Message]]) -> None:
    for row, raw in enumerate(computation.table(table).column("raw_id")):
        if raw is not None:
            found[row].append(
                Message(
                    "The id {raw} was destroyed by a spreadsheet: export that column again as text.",
                    raw=raw,
                )
            )


_SOURCES = {"reviews": (_review_problems,), "orders": (_order_problems,)}


@step
def rule_problem(computation: Computation, table: str, _column: str) -> list[Value]:
    """What is wrong with a line of the rules tab; the default stays in force."""
    return _rule_rows(computation, table, computation.rules.rule_problems)


@step
def calendar_problem(computation: Computation, table: str, _column: str) -> list[Value]:
    """What is wrong with a line of the calendar tab; the line is not used."""
    return _rule_rows(computation, table, computation.rules.calendar_problems)


def _rule_rows(computation: Computation, table: str, problems: dict[int, Message]) -> list[Value]:
    lang = computation.snapshot.lang
    return [
        problems[row].text(lang) if row in problems else None
        for row in range(len(computation.table(table)))
    ]
