"""What the orders say of each customer (S19)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Final, NamedTuple

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
    customer_ids: Annotated[list[str], "Customer of each order"],
    paid: Annotated[list[Decimal], "What was paid for each order"],
    refunded: Annotated[list[Decimal], "What was refunded of each order"],
    ordered_at: Annotated[list[datetime], "When each order was placed"],
    return_kind: Annotated[list[ReturnKind], "What was returned of each order"],
    now: Annotated[datetime, "The present moment"],
) -> list[CustomerRow]:
    """One row per customer, in the order in which they first appear; orders without one count not.

    Spending is net of refunds and looks back 365 days from now.
    >>> day = datetime(2026, 3, 2)
    >>> customer_stats(["a", "a"], [Decimal(80), Decimal(20)], [Decimal(30), None],
    ...                [day, day], ["return_refund", None], day)[0][:3]
    ('a', Decimal('70.00'), 2.0)
    """
    columns = (paid, refunded, ordered_at, return_kind)
    if any(len(column) != len(customer_ids) for column in columns):
        raise CellFault(Message("The columns have different lengths; select the same rows in each."))
    found: dict[str, list[tuple[Decimal, datetime, bool]]] = {}
    for customer, amount, back, at, returned in zip(customer_ids, *columns, strict=True):
        if customer is not None and at is not None:
            net = max(_ZERO, (amount or _ZERO) - (back or _ZERO))
            line = (net, at, returned not in (None, "none"))
            found.setdefault(customer, []).append(line)
    rows: list[CustomerRow] = []
    for customer, lines in found.items():
        moments = [at for _, at, _ in lines]
        spend = sum((net for net, at, _ in lines if now - _YEAR < at <= now), _ZERO)
        rate = round(sum(returned for _, _, returned in lines) / len(lines), 4)
        rows.append(
            CustomerRow(
                customer, spend.quantize(_ZERO), float(len(lines)), min(moments), max(moments), rate
            )
        )
    return rows
