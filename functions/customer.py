"""What the orders say of each customer (S19)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, NamedTuple, cast

from .messages import Message
from .registry import cell_function
from .values import CellFault, ReturnKind

_ZERO: Final = Decimal("0.00")
_YEAR: Final = timedelta(days=365)


class CustomerRow(NamedTuple):
    """One customer: net spending in 365 days, orders, first and last order, share returned."""

    customer_id: str
    spend_365: Decimal
    orders_n: float
    first_order: datetime
    last_order: datetime
    return_rate: float


@cell_function(names={"zh_CN": "客户统计"})
def customer_stats(
    customer_ids: Annotated[list[str | None], "Customer of each order"],
    paid: Annotated[list[Decimal | None], "What was paid for each order"],
    refunded: Annotated[list[Decimal] | None, "What was refunded of each order"],
    ordered_at: Annotated[list[datetime | None], "When each order was placed"],
    return_kind: Annotated[list[ReturnKind] | None, "What was returned of each order"],
    now: Annotated[datetime, "The present moment"],
) -> list[CustomerRow]:
    """One row per customer, in the order in which they first appear (S19).

    Spending is net of refunds, never below 0 for an order, and looks back 365 days from now.
    >>> day, old = datetime(2026, 3, 2), datetime(2025, 3, 2)
    >>> customer_stats(["a", "a", "a"], [Decimal(80), Decimal(20), Decimal(500)],
    ...                [Decimal(30), None, None], [day, day, old], None, day)[0][:3]
    ('a', Decimal('70.00'), 3.0)

    The share returned counts every kind of return.
    >>> customer_stats(["a", "a"], [Decimal(8), Decimal(8)], None, [day, day],
    ...                ["refund_only", "none"], day)[0].return_rate
    0.5

    Orders without a customer or a date, and orders after now, do not count.
    >>> customer_stats([None, "a"], [Decimal(8), Decimal(8)], None, [day, day], None, old)
    []
    """
    empty: list[Any] = [None] * len(customer_ids)
    columns = (paid, refunded or empty, ordered_at, return_kind or empty)
    if any(len(column) != len(customer_ids) for column in columns):
        raise CellFault(
            Message("The columns have different lengths; select the same rows in each.")
        )
    found: dict[str, list[tuple[Decimal, datetime, bool]]] = {}
    # Blank cells of a column are None.
    lines = cast("Iterable[tuple[Any, ...]]", zip(customer_ids, *columns, strict=True))
    for customer, amount, back, at, returned in lines:
        if customer is not None and at is not None and at <= now:
            net = max(_ZERO, (amount or _ZERO) - (back or _ZERO))
            line = (net, at, returned not in (None, "none"))
            found.setdefault(customer, []).append(line)
    rows: list[CustomerRow] = []
    for customer, orders in found.items():
        moments = [at for _, at, _ in orders]
        spend = sum((net for net, at, _ in orders if at > now - _YEAR), _ZERO)
        rate = round(sum(returned for _, _, returned in orders) / len(orders), 4)
        rows.append(
            CustomerRow(
                customer,
                spend.quantize(_ZERO),
                float(len(orders)),
                min(moments),
                max(moments),
                rate,
            )
        )
    return rows
