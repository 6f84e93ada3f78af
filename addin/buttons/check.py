"""体检: every problem of the tracker with row, column and remedy. It changes nothing."""

from __future__ import annotations

from datetime import datetime

from ...functions.messages import Message
from ...sheets.edits import Edits, Notice
from ...sheets.snapshot import Snapshot
from ...templates.tracker import Table, Tracker, load_tracker
from ..refresh import computes, needs, rules_of, table_notices
from ..refreshing.bookkeeping import find_problems, rule_notices
from ..refreshing.computation import Computation

NEEDS = needs()


def check(snapshot: Snapshot, *, now: datetime, tracker: Tracker | None = None) -> Edits:
    """Edits without edits: only a summary whose notices are the problems."""
    tracker = tracker or load_tracker()
    computation = Computation(snapshot, tracker, rules_of(snapshot), now)
    edits = Edits()
    edits.summary.notices += table_notices(computation, tracker)
    for table in tracker.tables:
        if table.id in snapshot.tables:
            _check_table(computation, table, edits)
    edits.summary.counts["problems"] = len(edits.summary.notices)
    return edits


def _check_table(computation: Computation, table: Table, edits: Edits) -> None:
    snapshot = computation.table(table.id)
    lang = computation.snapshot.lang
    title = table.title.text(lang)
    notices = edits.summary.notices
    edits.summary.add("rows_read", len(snapshot))
    for column in table.columns:
        if column.id in snapshot.missing:
            notices.append(
                Notice(
                    Message("This column is missing. Add it with this title, or ignore it."),
                    table=title,
                    column=column.title.text(lang),
                )
            )
        locked = snapshot.locked.get(column.id)
        if column.part == "out" and locked and column.id not in snapshot.live:
            notices.append(
                Notice(
                    Message(
                        "{count} cells hold a person's formula or are merged; they are left alone.",
                        count=len(locked),
                    ),
                    table=title,
                    column=column.title.text(lang),
                    level="info",
                )
            )
    notices.extend(rule_notices(computation, table))
    if not computes(table) or "problems" not in table.by_id:
        return
    for number, problems in enumerate(find_problems(computation, table.id)):
        for problem in problems:
            shown = table.by_id.get(problem.column)
            notices.append(
                Notice(
                    Message("{problem} {remedy}", problem=problem.message, remedy=problem.remedy),
                    table=title,
                    row=snapshot.handles[number],
                    column="" if shown is None else shown.title.text(lang),
                )
            )
