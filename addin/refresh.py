"""The refresh button: bring every out cell up to date, and nothing else.

Pure: a snapshot, the moment and nothing else go in, edits come out. Only out cells whose value
changed are written; a value that a person typed into an out cell moves to its over column, or is
restored and kept in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from hashlib import sha256

from ..functions.messages import Message
from ..functions.rules import Rules
from ..functions.values import join_words
from ..sheets.edits import Edits, Notice
from ..sheets.errors import MISSING_TABLE
from ..sheets.snapshot import Snapshot, TableSnapshot, Value
from ..sheets.words import log_text
from ..templates.tracker import Table, Tracker, load_tracker
from .refreshing.bookkeeping import changed, find_problems, rule_notices
from .refreshing.budgets import budget_notes, shop_budgets
from .refreshing.computation import Computation, overrides
from .refreshing.seals import overwritten

_INPUTS = ("appeals", "agents", "rules", "calendar")


def needs(tracker: Tracker | None = None) -> Mapping[str, tuple[str, ...]]:
    """Tables and columns that refresh reads: every table with out columns, those they use, and the
    log that keeps what people typed into computed cells."""
    tracker = tracker or load_tracker()
    return {"log": tuple(tracker.table("log").key)} | {
        table.id: tuple(column.id for column in table.columns if not column.later)
        for table in tracker.tables
        if table.id in _INPUTS or computes(table)
    }


def computes(table: Table) -> bool:
    """Whether refresh fills any column of the table."""
    return any(not column.later for column in table.out)


def rules_of(snapshot: Snapshot) -> Rules:
    """The rules in force, from the rules and calendar tabs."""
    rows = snapshot.tables.get("rules")
    days = snapshot.tables.get("calendar")
    return Rules.build(
        [] if rows is None else list(rows.rows("key", "value", "unit", "note")),
        [] if days is None else list(days.rows("date", "kind", "hours")),
    )


def refresh(snapshot: Snapshot, *, now: datetime, tracker: Tracker | None = None) -> Edits:
    """Edits that bring the out cells up to date for the moment `now`."""
    tracker = tracker or load_tracker()
    rules = rules_of(snapshot)
    edits = Edits()
    computation = Computation(snapshot, tracker, rules, now)
    moved = _take_back(computation, edits)
    if moved is not None:
        computation = Computation(moved, tracker, rules, now)
    tables = [table for table in tracker.tables if table.id in snapshot.tables and computes(table)]
    for table in tables:
        _refresh_table(computation, table, edits)
    edits.summary.notices += table_notices(computation, tracker)
    moment = now.isoformat(" ")
    live_cells_move = snapshot.memory.get("now") != moment and any(
        _shows_otherwise(computation, table) for table in tables
    )
    if edits or live_cells_move:
        edits.memory = {"now": moment}
    return edits


def table_notices(computation: Computation, tracker: Tracker) -> list[Notice]:
    """What concerns tables as a whole: those that are not there, and budgets that run out."""
    snapshot, rules = computation.snapshot, computation.rules
    lang = snapshot.lang
    lost = [
        tracker.table(name).title.text(lang)
        for name in needs(tracker)
        if name not in snapshot.tables
    ]
    found: list[Notice] = []
    if lost:
        found.append(
            Notice(MISSING_TABLE, table=join_words(lost, lang)),
        )
    reviews, payouts = computation.table("reviews"), computation.table("payouts")
    found += [
        Notice(note, table=tracker.table("payouts").title.text(lang), level="info")
        for note in budget_notes(
            shop_budgets(reviews, payouts, rules, computation.now), rules, lang
        )
    ]
    return found


def _shows_otherwise(computation: Computation, table: Table) -> bool:
    """Whether a live formula of the table shows something else once its moment is the present."""
    snapshot = computation.table(table.id)
    return any(
        changed(computation, table.id, column)
        for column in table.out
        if column.id in snapshot.live and not column.later
    )


def _refresh_table(computation: Computation, table: Table, edits: Edits) -> None:
    snapshot = computation.table(table.id)
    summary = edits.summary
    summary.add("rows_read", len(snapshot))
    for column in table.out:
        if column.later or column.id in snapshot.live | snapshot.missing:
            continue
        values = computation.computed(table.id, column.id)
        rows = changed(computation, table.id, column)
        if rows:
            cells = edits.table(table.id).cells.setdefault(column.id, {})
            for row in rows:
                cells[snapshot.keys[row]] = values[row]
            summary.add("cells_changed", len(rows))
    for name in sorted(snapshot.missing):
        declared = table.by_id.get(name)
        if declared is not None and not declared.later:
            summary.notices.append(
                Notice(
                    Message("This column is missing, so it is not computed.")
                    if declared.part == "out"
                    else Message("This column is missing, so its cells count as blank."),
                    table=table.title.text(computation.snapshot.lang),
                    column=declared.title.text(computation.snapshot.lang),
                )
            )
    summary.notices.extend(rule_notices(computation, table))
    if "problems" in table.by_id:
        found = sum(1 for messages in find_problems(computation, table.id) if messages)
        summary.add("problem_rows", found)


def _take_back(computation: Computation, edits: Edits) -> Snapshot | None:
    """Move people's values out of out cells; the snapshot with the moves made, or None."""
    moved: dict[str, TableSnapshot] = {}
    for table in computation.tracker.tables:
        if table.id not in computation.snapshot.tables:
            continue
        for row, columns in overwritten(computation, table.id):
            for column in columns:
                _take_back_cell(computation, table, row, column, edits, moved)
    if not moved:
        return None
    return Snapshot(
        {**computation.snapshot.tables, **moved},
        computation.snapshot.lang,
        computation.snapshot.name,
        computation.snapshot.memory,
    )


def _take_back_cell(
    computation: Computation,
    table: Table,
    row: int,
    column: str,
    edits: Edits,
    moved: dict[str, TableSnapshot],
) -> None:
    snapshot = computation.table(table.id)
    key = snapshot.keys[row]
    typed: Value = snapshot.column(column)[row]
    raw = snapshot.bad.get(column, {}).get(row)
    over = overrides(table).get(column)
    lang = computation.snapshot.lang
    title = table.column(column).title.text(lang)
    goes = over is not None and over not in snapshot.missing and typed is not None
    if over is not None and table.column(over).type == "text" and raw is not None:
        typed, goes = raw, over not in snapshot.missing
    if (
        over is not None
        and goes
        and snapshot.column(over)[row] is None
        and row not in snapshot.locked.get(over, ())
        and row not in snapshot.bad.get(over, {})
    ):
        found = moved.get(table.id)
        if found is None:
            found = moved[table.id] = copy(snapshot)
            found.columns = dict(snapshot.columns)
        cells = found.columns[over] = list(found.column(over))
        choices = table.column(column).choice_set
        if table.column(over).type == "text" and choices is not None and isinstance(typed, str):
            typed = choices.word(typed, computation.snapshot.lang)
        cells[row] = typed
        edits.table(table.id).set(over, key, typed)
        why = Message(
            "A person's value in a computed cell; moved to {column}.",
            column=table.column(over).title.text(computation.snapshot.lang),
        )
    else:
        why = Message("A person's value in a computed cell; the computed value was restored.")
    edits.table("log").append.append(
        log_row(
            computation,
            table=table,
            row=key[0],
            column=title,
            old=raw if raw is not None else log_text(table.column(column), typed, lang),
            new=log_text(table.column(column), computation.computed(table.id, column)[row], lang),
            why=why,
        )
    )
    edits.summary.add("cells_taken_back")


def log_row(
    computation: Computation,
    *,
    table: Table,
    row: str,
    column: str,
    old: str | None,
    new: str | None,
    why: Message,
) -> dict[str, Value]:
    """A log line whose id follows from its content, so that logging twice is logging once."""
    lang = computation.snapshot.lang
    stamp = f"{computation.now:%Y%m%d%H%M%S}"
    digest = sha256(f"{table.id}|{row}|{column}|{old}|{new}|{stamp}".encode("utf-8", "replace"))
    return {
        "log_id": f"L{stamp}-{digest.hexdigest()[:8]}",
        "at": computation.now,
        "who": "fanpan",
        "what": Message("refresh").text(lang),
        "table": table.title.text(lang),
        "row": row,
        "column": column,
        "old": old,
        "new": new,
        "why": why.text(lang),
        "rules_version": computation.rules.version,
    }
