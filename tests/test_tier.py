"""Tiers and their care."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.values import CellError

ORDER = datetime(2026, 3, 2, 9)


def before(days: float) -> datetime:
    return ORDER - timedelta(days=days)


@pytest.mark.parametrize(
    ("spend", "previous", "orders", "reviewed", "tier"),
    [
        (1000, None, 1, ORDER, "high_value"),
        (999.99, None, 1, ORDER, "new"),
        (1000, before(400), 9, ORDER, "high_value"),
        (50, None, 1, ORDER, "new"),
        (0, None, 1, ORDER, "new"),
        (None, None, 1, ORDER, "new"),
        (50, before(1), 2, ORDER, "regular"),
        (50, before(179.99), 2, ORDER, "regular"),
        (50, before(180), 2, ORDER, "silent"),
        (50, before(900), 7, ORDER, "silent"),
        # Seen from today: the only order is the last one.
        (50, before(30), 1, ORDER, "new"),
        (50, before(30.01), 1, ORDER, "regular"),
        (50, before(180), 1, ORDER, "silent"),
        # Without buyer or orders: unknown, never new.
        (None, None, None, None, "unknown"),
        (50, None, None, ORDER, "unknown"),
        (2000, None, 0, ORDER, "unknown"),
        (50, None, 1, None, "unknown"),
        (-20, before(5), 3, ORDER, "regular"),
    ],
)
def test_tiers(spend: Any, previous: Any, orders: Any, reviewed: Any, tier: str) -> None:
    assert REGISTRY["TIER"].call(spend, previous, orders, reviewed) == tier


@pytest.mark.parametrize(
    ("rules", "tier"),
    [
        ([["tier.high_spend", 50]], "high_value"),
        ([["tier.silent_days", 60]], "silent"),
        ([["tier.new_days", 60]], "regular"),
    ],
)
def test_limits_are_rules(rules: Any, tier: str) -> None:
    assert REGISTRY["TIER"].call(50, before(60), 2, ORDER, rules) == tier


def test_a_negative_number_of_orders_is_an_error() -> None:
    assert isinstance(REGISTRY["TIER"].call(50, None, -1, ORDER), CellError)


@pytest.mark.parametrize(
    ("tier", "gift", "limit"),
    [
        ("high_value", "vip", Decimal("30.00")),
        ("新客", "coupon", None),
        ("silent", "card", Decimal("15.00")),
        ("regular", "none", None),
        ("未知", "none", None),
    ],
)
def test_care(tier: str, gift: str, limit: Decimal | None) -> None:
    assert REGISTRY["CARE"].call(tier) == (gift, limit)
    assert REGISTRY["CARE"].call(tier, "limit") == limit


def test_limits_of_gifts_are_rules() -> None:
    assert REGISTRY["CARE"].call("silent", [["care.silent.limit", 20]]) == ("card", Decimal(20))
