"""Customer tiers and their care (S18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, NamedTuple

from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import Count, Gift, Tier


@cell_function(names={"zh_CN": "客户分层"})
def tier(
    spend_365: Annotated[Decimal | None, "Net spending in the 365 days up to the reviewed order"],
    previous_order: Annotated[datetime | None, "The order before the reviewed one"],
    orders: Annotated[Count | None, "Number of orders up to the reviewed one"],
    reviewed_order: Annotated[
        datetime | None, "When the reviewed order was placed; the present moment for a customer"
    ],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> Tier:
    """The tier of a customer: the first that fits of high value, new, silent, regular (S18).

    1000 or more in 365 days is high value.
    >>> order = datetime(2026, 3, 2)
    >>> tier(Decimal(1000), None, 1, order)
    'high_value'

    Nobody ordered before the first order: a new customer.
    >>> tier(Decimal(50), None, 1, order)
    'new'

    Earlier orders without a known date make no new customer.
    >>> tier(Decimal(50), None, 3, order)
    'regular'

    Seen from today, a customer is new while the only order lies within 30 days.
    >>> today = datetime(2026, 4, 2)
    >>> tier(Decimal(50), datetime(2026, 3, 3), 1, today)
    'new'
    >>> tier(Decimal(50), datetime(2026, 3, 2), 1, today)
    'regular'

    A previous order 180 days or more earlier is a silent customer.
    >>> tier(Decimal(50), datetime(2025, 9, 3), 2, order)
    'silent'
    >>> tier(Decimal(50), datetime(2025, 9, 4), 2, order)
    'regular'

    Without buyer or orders the tier is unknown, never new.
    >>> tier(None, None, None, order), tier(None, None, 0, order)
    ('unknown', 'unknown')
    """
    if not orders or reviewed_order is None:
        return "unknown"
    if spend_365 is not None and spend_365 >= rules["tier.high_spend"]:
        return "high_value"
    if previous_order is None:
        return "new" if orders == 1 else "regular"
    since = reviewed_order - previous_order
    if orders == 1 and since <= timedelta(days=rules["tier.new_days"]):
        return "new"
    return "silent" if since >= timedelta(days=rules["tier.silent_days"]) else "regular"


class CareRow(NamedTuple):
    """A gift and what it may cost."""

    gift: Gift
    limit: Decimal | None


@cell_function(names={"zh_CN": "关怀礼"})
def care(
    tier: Annotated[Tier, "Tier of the customer"],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> CareRow:
    """The gift for a tier after handling, and the limit of its cost (S18).

    High value: a VIP gift up to 30. Silent: a handwritten card and a gift up to 15.
    >>> care("high_value"), care("silent")
    (CareRow(gift='vip', limit=Decimal('30.00')), CareRow(gift='card', limit=Decimal('15.00')))

    New customers get the repurchase coupon; the others nothing extra.
    >>> care("new").gift, care("regular").gift
    ('coupon', 'none')
    """
    if tier == "high_value":
        return CareRow("vip", rules["care.high_value.limit"])
    if tier == "silent":
        return CareRow("card", rules["care.silent.limit"])
    return CareRow("coupon" if tier == "new" else "none", None)
