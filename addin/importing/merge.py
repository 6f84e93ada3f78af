"""Merge imported rows into a table: append what is new, update what the platform changed.

What people did since is newer: a cell that is filled is left alone, except the few that speak for
the platform (status, arrival, refund …), and those only when they still hold what the last import
brought and the platform says something else now.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final, TypeAlias

from ...functions.messages import Message
from ...sheets.applying import row_key
from ...sheets.edits import Edits, Notice
from ...sheets.snapshot import Snapshot, TableSnapshot, Unread, Value
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
_BLANK: Final = "----"
Change: TypeAlias = tuple[str, str, Value, Value]
"""(row, column id, old, new) of a filled cell for which the platform says something new."""


def _short(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=5).hexdigest()


def _print(value: Value) -> str:
    """Four letters by which a value is known again, however a sheet keeps it."""
    match value:
        case None:
            return _BLANK
        case Decimal() | float() | int():
            text = f"{value:.2f}"
        case str():
            text = " ".join(value.split())
        case _:
            text = str(value)
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=3).digest()
    return urlsafe_b64encode(digest).decode()


class _Said:
    """What the platform said of a row at the last import, field by field."""

    def __init__(self, note: Any, fields: Sequence[str]) -> None:
        whole = isinstance(note, str) and len(note) == len(_BLANK) * len(fields)
        size = len(_BLANK)
        self._prints = {
            field: note[at * size : (at + 1) * size] if whole else _BLANK
            for at, field in enumerate(fields)
        }
        self.known = whole

    def has_news(self, field: str, was: Value, value: Value) -> bool:
        """Whether the cell is as the platform left it and the platform says something else now."""
        return self.known and self._prints.get(field) == _print(was) != _print(value)

    def note(self, row: Row) -> str:
        """What to remember, now that the platform says `row`; what it leaves out stays."""
        return "".join(
            kept if row.get(field) is None else _print(row[field])
            for field, kept in self._prints.items()
        )


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

    `memory` is the note `imported` of the table: key → what was said; `older`: the export is older
    than one that was imported, so it only fills blanks.
    """
    standing = snapshot[table.id]
    index = standing.index()
    edit = edits.table(table.id)
    changes: list[Change] = []
    fields = sorted(PLATFORMS_OWN[table.id])
    for key, row in _one_per_key(table, parsed, edits):
        known = memory.get(_short(key))
        said = _Said(known, fields)
        at = index.get((key, 0))
        if at is None:
            if known is not None:
                edits.summary.add("rows_skipped")
                edits.summary.add("rows_deleted_by_people")
                continue
            heard = row
            edit.append.append(row)
            edits.summary.add("rows_added")
        else:
            changed = False
            heard = dict(row)
            for column, value in row.items():
                if value is None or column in table.key:
                    continue
                was = _stands(standing, column, at)
                if was == value or column in standing.missing:
                    continue
                if was is not None and isinstance(value, Unread):
                    heard[column] = None
                    continue
                if was is not None and (older or not said.has_news(column, was, value)):
                    continue
                edit.set(column, (key, 0), value)
                changed = True
                if was is not None:
                    changes.append((key, column, was, value))
            edits.summary.add("rows_updated" if changed else "rows_skipped")
        if known is None or not older:
            memory[_short(key)] = said.note(heard)
    return changes


def _stands(table: TableSnapshot, column: str, row: int) -> Value:
    """What stands in a cell, readable or not."""
    raw = table.bad.get(column, {}).get(row)
    return table.column(column)[row] if raw is None else Unread(raw)


def _one_per_key(table: Table, parsed: Parsed, edits: Edits) -> list[tuple[str, Row]]:
    """The rows of the file, those of one key made one: the first counts, others fill its blanks.

    Else a file that says two things of one case would change the case with every import.
    """
    rows: list[tuple[str, Row]] = []
    known: dict[str, Row] = {}
    for _, row in parsed.rows:
        key = row_key(table, row)
        if key and key in known:
            first = known[key]
            first |= {
                name: value
                for name, value in row.items()
                if first.get(name) is None
                or (isinstance(first[name], Unread) and value is not None)
            }
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
        if None in buyer or isinstance(buyer[0], Unread) or buyer in known:
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
