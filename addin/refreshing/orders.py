"""Steps of refresh for orders and customers, and what a review knows of its buyer."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ...functions import REGISTRY
from ...sheets.snapshot import Value
from .computation import Computation, step

_NOT_COUNTED = frozenset({"unpaid", "closed"})
_ZERO = Decimal(0)


@step
def counted_paid(computation: Computation, table: str, _column: str) -> list[Value]:
    """What was paid for orders that count (not unpaid, not closed); an amount that the platform
    gives for the whole order counts on its first line."""
    result: list[Value] = []
    counted: set[Value] = set()
    for status, paid, whole, platform, order in computation.table(table).rows(
        "status", "paid", "order_paid", "platform", "order_id"
    ):
        if status in _NOT_COUNTED:
            result.append(None)
        elif paid is not None or whole is None:
            result.append(paid)
        else:
            result.append(None if (platform, order) in counted else whole)
            counted.add((platform, order))
    return result


@step
def counted_at(computation: Computation, table: str, _column: str) -> list[Value]:
    """When orders that count were placed."""
    return [
        None if status in _NOT_COUNTED else at
        for status, at in computation.table(table).rows("status", "ordered_at")
    ]


@step
def delay_stage(computation: Computation, table: str, _column: str) -> list[Value]:
    """Where an order is or was late: before dispatch, without a trace, or on arrival."""
    quiet = timedelta(hours=computation.rules["delay.no_trace_hours"])
    now = computation.now
    result: list[Value] = []
    for status, ship_by, shipped, arrive_by, arrived, trace in computation.table(table).rows(
        "status", "promised_ship_at", "shipped_at", "promised_arrival_at", "arrived_at",
        "last_trace_at",
    ):  # fmt: skip
        stage: Value = None
        if status not in _NOT_COUNTED:
            if ship_by is not None and (shipped or now) > ship_by:
                stage = "dispatch"
            elif arrive_by is not None and (arrived or now) > arrive_by:
                stage = "arrival"
            elif arrived is None and trace is not None and now - trace > quiet:
                stage = "no_trace"
            elif ship_by is not None or arrive_by is not None:
                stage = "none"
        result.append(stage)
    return result


@dataclass(slots=True)
class _History:
    """A buyer's orders that count, oldest first, with running net spending."""

    moments: list[datetime] = field(default_factory=list[datetime])
    spent: list[Decimal] = field(default_factory=lambda: [_ZERO])
    orders: list[str] = field(default_factory=list[str])

    def spend(self, after: datetime, until: datetime) -> Decimal:
        """Net spending in (after, until]."""
        return (
            self.spent[bisect_right(self.moments, until)]
            - self.spent[bisect_right(self.moments, after)]
        )


def _histories(computation: Computation) -> dict[tuple[Value, Value], _History]:
    def build() -> dict[tuple[Value, Value], _History]:
        orders = computation.table("orders")
        columns = zip(
            orders.rows("platform", "customer_id"),
            computation.get("orders", "counted_at"),
            computation.get("orders", "counted_paid"),
            orders.rows("refunded", "order_id", "sub_order_id"),
            strict=True,
        )
        found: dict[tuple[Value, Value], list[tuple[datetime, Decimal, str]]] = defaultdict(list)
        for buyer, at, paid, (refunded, order, sub_order) in columns:
            if None not in buyer and at is not None:
                net = max(_ZERO, (paid or _ZERO) - (refunded or _ZERO))
                found[buyer].append((at, net, order or sub_order or ""))
        histories: dict[tuple[Value, Value], _History] = {}
        for buyer, lines in found.items():
            history = histories[buyer] = _History()
            for at, net, order in sorted(lines):
                history.moments.append(at)
                history.spent.append(history.spent[-1] + net)
                history.orders.append(order)
        return histories

    return computation.once("histories", build)


def _at_review(computation: Computation, table: str) -> dict[str, list[Value]]:
    """The buyer's past as it stood at the reviewed order; blank without buyer or order."""

    def build() -> dict[str, list[Value]]:
        year = timedelta(days=365)
        names = ("case_spend", "case_previous", "case_orders", "case_ordered")
        result: dict[str, list[Value]] = {name: [] for name in names}
        rows = zip(
            computation.table(table).rows("platform", "customer_id"),
            computation.through(table, "order", "ordered_at"),
            computation.through(table, "order", "order_id"),
            strict=True,
        )
        histories = _histories(computation)
        for buyer, ordered, order in rows:
            history = histories.get(buyer)
            if history is None or ordered is None:
                values: tuple[Value, ...] = (None, None, None, None)
            else:
                until = bisect_right(history.moments, ordered)
                before = bisect_left(history.moments, ordered)
                while before and history.orders[before - 1] == order:
                    before -= 1
                values = (
                    history.spend(ordered - year, ordered),
                    history.moments[before - 1] if before else None,
                    float(len(set(history.orders[:until]))),
                    ordered,
                )
            for name, value in zip(names, values, strict=True):
                result[name].append(value)
        return result

    return computation.once(("at review", table), build)


@step
def buyer_past(computation: Computation, table: str, column: str) -> list[Value]:
    """case_spend, case_previous, case_orders or case_ordered."""
    return _at_review(computation, table)[column]


def _customer_stats(computation: Computation, table: str) -> dict[tuple[Value, Value], Any]:
    """CUSTOMER_STATS over each platform's orders, by platform and customer."""

    def build() -> dict[tuple[Value, Value], Any]:
        stats = REGISTRY["CUSTOMER_STATS"].function
        orders = computation.table("orders")
        lines: dict[Value, list[tuple[Value, ...]]] = defaultdict(list)
        for row in zip(
            orders.column("platform"),
            orders.column("customer_id"),
            computation.get("orders", "counted_paid"),
            orders.column("refunded"),
            computation.get("orders", "counted_at"),
            orders.column("return_kind"),
            strict=True,
        ):
            if row[1] is not None and row[4] is not None:
                lines[row[0]].append(row[1:])
        found: dict[tuple[Value, Value], Any] = {}
        for platform, rows in lines.items():
            columns = [list(column) for column in zip(*rows, strict=True)]
            for line in stats(*columns, computation.now):
                found[platform, line.customer_id] = line
        return found

    return computation.once(("customer stats", table), build)


@step
def customer_stats(computation: Computation, table: str, column: str) -> list[Value]:
    """One figure of CUSTOMER_STATS for every customer."""
    found = _customer_stats(computation, table)
    buyers = computation.table(table).rows("platform", "customer_id")
    return [getattr(found[buyer], column) if buyer in found else None for buyer in buyers]


@step
def tier_previous(computation: Computation, table: str, _column: str) -> list[Value]:
    """For a customer's tier today: the last order, unless it is the only one and still recent."""
    days = timedelta(days=computation.rules["tier.new_days"])
    rows = zip(
        computation.get(table, "orders_n"),
        computation.get(table, "last_order"),
        strict=True,
    )
    return [
        None if last is None or (count == 1 and computation.now - last <= days) else last
        for count, last in rows
    ]


@step
def bad_reviews(computation: Computation, table: str, _column: str) -> list[Value]:
    """Number of the customer's bad reviews."""
    reviews = computation.table("reviews")
    counts = Counter(
        buyer
        for buyer, bad in zip(
            reviews.rows("platform", "customer_id"),
            computation.get("reviews", "is_bad"),
            strict=True,
        )
        if bad == "yes"
    )
    return [
        float(counts[buyer]) for buyer in computation.table(table).rows("platform", "customer_id")
    ]


def _orders_edge(computation: Computation, table: str, latest: bool) -> list[Value]:
    moments = [moment for moment in computation.get("orders", "counted_at") if moment is not None]
    edge = (max if latest else min)(moments) if moments else None
    return [edge] * len(computation.table(table))


@step
def orders_from(computation: Computation, table: str, _column: str) -> list[Value]:
    """Where the order data starts: older orders are not known."""
    return _orders_edge(computation, table, latest=False)


@step
def orders_to(computation: Computation, table: str, _column: str) -> list[Value]:
    """Where the order data ends."""
    return _orders_edge(computation, table, latest=True)
