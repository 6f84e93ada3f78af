"""Merge imported rows into a table: append what is new, update what the platform changed.

What people did since is newer: a cell that is filled is left alone, except the few that speak for
the platform (status, arrival, refund …), and those only when the platform says something else than
at the last import.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, TypeAlias

from ...functions.messages import Message
from ...sheets.applying import row_key
from ...sheets.edits import Edits, Notice
from ...sheets.snapshot import Snapshot, Value
from ...templates.tracker import Table
from .rows import Parsed, Row

PLATFORMS_OWN: Final[Mapping[str, frozenset[str]]] = {
    "reviews": frozenset({"text", "followup_text", "followup_at", "review_now", "stars_now"}),
    "orders": frozenset(
        {
            "status", "refunded", "shipped_at", "arrived_at", "tracking_no", "carrier",
            "last_trace_at", "return_kind", "return_at",
        }
    ),
    "customers": frozenset(),
}  # fmt: skip
Change: TypeAlias = tuple[str, str, Value, Value]
"""(row, column id, old, new) of a filled cell for which the platform says something new."""


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=5).hexdigest()


def merge(
    snapshot: Snapshot,
    table: Table,
    parsed: Parsed,
    memory: dict[str, Any],
    edits: Edits,
    *,
    older: bool,
) -> list[Change]:
    """Merge the rows of one table; the cells that were overwritten come back.

    `memory` is the note `imported` of the table: key → content; `older`: the export is older than
    one that was imported, so it only fills blanks.
    """
    standing = snapshot[table.id]
    index = standing.index()
    edit = edits.table(table.id)
    changes: list[Change] = []
    for key, row in _one_per_key(table, parsed, edits):
        own = PLATFORMS_OWN[table.id]
        content = _short("|".join(str(row.get(name)) for name in sorted(own)))
        known = memory.get(_short(key))
        at = index.get((key, 0))
        if at is None:
            if known is not None:
                edits.summary.add("rows_skipped")
                edits.summary.add("rows_deleted_by_people")
                continue
            edit.append.append(row)
            edits.summary.add("rows_added")
        else:
            changed = False
            for column, value in row.items():
                if value is None or column in table.key:
                    continue
                was = standing.column(column)[at]
                speaks = column in own and known is not None and known != content and not older
                if was == value or not (was is None or speaks):
                    continue
                if at in standing.bad.get(column, {}) or column in standing.missing:
                    continue
                edit.set(column, (key, 0), value)
                changed = True
                if was is not None:
                    changes.append((key, column, was, value))
            edits.summary.add("rows_updated" if changed else "rows_skipped")
        memory[_short(key)] = content
    return changes


def _one_per_key(table: Table, parsed: Parsed, edits: Edits) -> list[tuple[str, Row]]:
    """The rows of the file, those of one key made one: the first counts, others fill its blanks.

    Else a file that says two things of one case would change the case with every import.
    """
    rows: list[tuple[str, Row]] = []
    known: dict[str, Row] = {}
    for _, row in parsed.rows:
        key = row_key(table, row)
        if key and key in known:
            blank = {name: value for name, value in row.items() if known[key].get(name) is None}
            known[key].update(blank)
            edits.summary.add("rows_skipped")
            edits.summary.add("rows_repeated")
            continue
        known[key] = row
        rows.append((key, row))
    return rows


def new_customers(snapshot: Snapshot, rows: list[Row], edits: Edits) -> None:
    """Add the buyers of imported rows to the customers table."""
    known = {
        (platform, customer)
        for platform, customer in snapshot["customers"].rows("platform", "customer_id")
    }
    for row in rows:
        buyer = (row.get("platform"), row.get("customer_id"))
        if None in buyer or buyer in known:
            continue
        known.add(buyer)
        edits.table("customers").append.append(
            {"platform": buyer[0], "customer_id": buyer[1], "nickname": row.get("nickname")}
        )
        edits.summary.add("customers_added")


def no_buyer_notice(file: str) -> Notice:
    """Said once for an export without buyers."""
    return Notice(
        Message(
            "The export has no buyer column, so customers, tiers and repeat buyers stay unknown."
        ),
        table=file,
    )


def is_older(memory: Mapping[str, Any], name: str, exported: datetime | None) -> bool:
    """Whether a newer export of the same kind was imported before."""
    last = memory.get(name)
    return exported is not None and isinstance(last, str) and exported.isoformat() < last
