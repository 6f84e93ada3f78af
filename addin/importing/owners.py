"""What reviews learn from their orders: who bought, and when the parcel arrived.

Platforms show a masked nickname, and days since the arrival; the order says who and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from ...sheets.edits import Edits
from ...sheets.snapshot import Snapshot, TableSnapshot, Unread, Value
from .clean import BadCell, clean_moment
from .merge import Change
from .rows import ORDER, ByOrder, Parsed, of_order

ARRIVAL: Final = (*ORDER, "arrived_at")
BUYER: Final = (*ORDER, "customer_id")
_TIMES: Final = ("posted_at", "followup_at")
"""What platforms count from the arrival."""


def by_order(rows: Iterable[Sequence[Value]]) -> Iterator[tuple[tuple[Value, ...], Any]]:
    """The last cell of every row, where it can be read, under each of its order's numbers."""
    for platform, shop, line, order, cell in rows:
        for number in (order, line):
            if number is not None and cell is not None and not isinstance(cell, Unread):
                yield (platform, shop, number), cell


def name_buyers(parsed: Parsed, buyers: ByOrder) -> None:
    """Fill in who wrote the reviews of a file."""
    for _, row in parsed.rows:
        if row.get("customer_id") is None:
            row["customer_id"] = of_order(buyers, *map(row.get, ORDER))


def complete_reviews(
    snapshot: Snapshot, buyers: ByOrder, arrivals: ByOrder, edits: Edits
) -> list[Change]:
    """Fill in what reviews that came before their orders could not know; blank cells only, and
    times that count from the arrival: these come back."""
    standing = snapshot["reviews"]
    changes: list[Change] = []
    for row, order in enumerate(standing.rows(*ORDER)):
        found: dict[str, Value] = {}
        if standing.column("customer_id")[row] is None and _is_free(standing, "customer_id", row):
            found["customer_id"] = of_order(buyers, *order)
        arrival = of_order(arrivals, *order)
        for column in _TIMES:
            raw = standing.bad.get(column, {}).get(row)
            if raw is not None and row not in standing.locked.get(column, ()):
                found[column] = _moment(raw, arrival)
                if found[column] is not None:
                    changes.append((standing.keys[row][0], column, Unread(raw), found[column]))
        known = {column: value for column, value in found.items() if value is not None}
        for column, value in known.items():
            edits.table("reviews").set(column, standing.keys[row], value)
        if known:
            edits.summary.add("reviews_completed")
    return changes


def _is_free(table: TableSnapshot, column: str, row: int) -> bool:
    return (
        column not in table.missing
        and row not in table.bad.get(column, {})
        and row not in table.locked.get(column, ())
    )


def _moment(raw: str, arrival: datetime | None) -> datetime | None:
    try:
        return None if arrival is None else clean_moment(raw, lambda: arrival)
    except BadCell:
        return None
