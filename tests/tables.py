"""Snapshots in memory for tests: rows as dictionaries, everything else blank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fanpan.sheets.snapshot import Snapshot, TableSnapshot, key_text, number_keys
from fanpan.templates.tracker import load_tracker

NOW = datetime(2026, 11, 23, 10)
Row = Mapping[str, Any]


def table(name: str, rows: Sequence[Row]) -> TableSnapshot:
    """One table of the shipped tracker."""
    declared = load_tracker().table(name)
    columns = {column.id: [row.get(column.id) for row in rows] for column in declared.columns}
    keys = number_keys(key_text(row.get(key) for key in declared.key) for row in rows)
    return TableSnapshot(name, columns, [str(row + 2) for row in range(len(rows))], keys)


def snapshot(**tables: Sequence[Row]) -> Snapshot:
    """A snapshot with every table of the tracker; those not given are empty."""
    names = [declared.id for declared in load_tracker().tables]
    return Snapshot({name: table(name, tables.get(name, [])) for name in names})


def ago(**delta: float) -> datetime:
    """A moment before NOW."""
    return NOW - timedelta(**delta)


REVIEWS: list[dict[str, Any]] = [
    {
        "review_id": "R1", "platform": "taobao", "shop": "A", "order_id": "1",
        "sub_order_id": "1", "customer_id": "c1", "nickname": "小王", "stars": 1.0,
        "text": "快递很快但是质量差", "captured_at": ago(hours=2),
    },
    {
        "review_id": "R2", "platform": "taobao", "shop": "A", "order_id": "2",
        "sub_order_id": "2", "customer_id": "c1", "stars": 5.0, "text": "很好",
        "captured_at": NOW,
    },
    {
        "review_id": "R3", "platform": "douyin", "shop": "A", "stars": 2.0,
        "text": "给我钱就删差评", "captured_at": ago(hours=2), "claimed_at": ago(hours=1),
    },
    {
        "review_id": "R4", "platform": "jd", "shop": "A", "order_id": "4", "sub_order_id": "4",
        "customer_id": "c4", "stars": 1.0, "captured_at": ago(days=2),
        "claimed_at": ago(days=2), "responded_at": ago(hours=47, minutes=50),
        "solution_at": ago(days=1), "closed_at": ago(hours=20), "outcome": "solved",
        "confirmed": True,
    },
]  # fmt: skip
ORDERS: list[dict[str, Any]] = [
    {
        "platform": "taobao", "shop": "A", "order_id": "1", "sub_order_id": "1",
        "customer_id": "c1", "paid": Decimal("88.00"), "status": "done",
        "ordered_at": ago(days=9), "promised_arrival_at": ago(days=6), "arrived_at": ago(days=6),
    },
    {
        "platform": "taobao", "shop": "A", "order_id": "2", "sub_order_id": "2",
        "customer_id": "c1", "paid": Decimal("1288.00"), "status": "done",
        "ordered_at": ago(days=90),
    },
    {
        "platform": "jd", "shop": "A", "order_id": "4", "sub_order_id": "4",
        "customer_id": "c4", "paid": Decimal("188.00"), "status": "done",
        "ordered_at": ago(days=9),
    },
]  # fmt: skip
CUSTOMERS: list[dict[str, Any]] = [{"platform": "taobao", "customer_id": "c1"}]


def sample() -> Snapshot:
    """Four reviews, three orders, one customer."""
    return snapshot(reviews=REVIEWS, orders=ORDERS, customers=CUSTOMERS)


def cells(edits: Any, name: str, row: str) -> dict[str, Any]:
    """Column → new value of one row."""
    return {
        column: values[row, 0]
        for column, values in edits.tables[name].cells.items()
        if (row, 0) in values
    }
