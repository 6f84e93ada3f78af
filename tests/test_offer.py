"""Compensation by kind and paid amount, within balance and authority."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.rules import Rules
from fanpan.functions.values import CHOICES, CellError

SOURCE = [["offer.preset", "source"]]
RATIO = [["cost.goods_ratio", "40%"]]
GOODS = ("quality", "wrong_item", "damage", "mismatch")
COUPON = ("logistics", "service", "price", "other")


def call(name: str, *args: Any) -> Any:
    return REGISTRY[name].call(*args)


def money(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.01"))


def expected(offer: str, coupon: float, cost: float | None, approver: str) -> tuple[Any, ...]:
    return offer, money(coupon), money(cost), approver


@pytest.mark.parametrize("kind", GOODS)
@pytest.mark.parametrize(
    ("amount", "row"),
    [
        (0.01, ("refund", 5, 5.01, "agent")),
        (20, ("refund", 5, 25, "agent")),
        (20.01, ("refund", 5, 25.01, "supervisor")),
        (88, ("refund", 5, 93, "supervisor")),
        (100, ("refund", 5, 105, "supervisor")),
        (100.004, ("refund", 5, 105, "supervisor")),
        (100.005, ("reship", 10, None, "supervisor")),
        (100.01, ("reship", 10, None, "supervisor")),
        (300, ("reship", 10, None, "supervisor")),
        (300.01, ("decide", 0, None, "supervisor")),
        (0, ("decide", 0, None, "supervisor")),
        (None, ("decide", 0, None, "supervisor")),
    ],
)
def test_goods_at_fault(kind: str, amount: float | None, row: tuple[Any, ...]) -> None:
    assert call("OFFER", amount, kind) == expected(*row)


@pytest.mark.parametrize("kind", COUPON)
@pytest.mark.parametrize(
    ("amount", "row"),
    [
        (88, ("coupon", 5, 5, "agent")),
        (100, ("coupon", 5, 5, "agent")),
        (100.01, ("coupon", 10, 10, "agent")),
        (300, ("coupon", 10, 10, "agent")),
        (301, ("decide", 0, None, "supervisor")),
        (0, ("decide", 0, None, "supervisor")),
        (None, ("decide", 0, None, "supervisor")),
    ],
)
def test_the_rest_gets_coupons(kind: str, amount: float | None, row: tuple[Any, ...]) -> None:
    assert call("OFFER", amount, kind) == expected(*row)


@pytest.mark.parametrize("amount", [88, 1000, 0, None])
@pytest.mark.parametrize("rules", [None, SOURCE])
def test_malice_gets_an_appeal(amount: float | None, rules: Any) -> None:
    assert call("OFFER", amount, "恶意差评", None, None, None, rules) == expected(
        "appeal", 0, 0, "legal"
    )


@pytest.mark.parametrize(
    ("amount", "kind", "refundable", "rules", "row"),
    [
        # Never more than the balance.
        (88, "quality", 30, None, ("refund", 5, 35, "supervisor")),
        (88, "quality", 15, None, ("refund", 5, 20, "agent")),
        (88, "quality", 200, None, ("refund", 5, 93, "supervisor")),
        (88, "quality", 0, None, ("coupon", 5, 5, "agent")),
        (150, "quality", 0, None, ("coupon", 10, 10, "agent")),
        (150, "quality", 149.99, None, ("decide", 0, None, "supervisor")),
        (150, "quality", 150, None, ("reship", 10, None, "supervisor")),
        (88, "price", 0, None, ("coupon", 5, 5, "agent")),
        # The cost of a reship needs the ratio; rounded half up.
        (150, "quality", None, RATIO, ("reship", 10, 70, "supervisor")),
        (101.01, "quality", None, [["cost.goods_ratio", 0.5]], ("reship", 10, 60.51, "supervisor")),
        (150, "quality", 60, RATIO, ("reship", 10, 70, "supervisor")),
        (150, "quality", 59.99, RATIO, ("decide", 0, None, "supervisor")),
        # The source's bands for every kind; other bands, coupons and authorities.
        (88, "logistics", None, SOURCE, ("refund", 5, 93, "supervisor")),
        (150, "service", None, SOURCE, ("reship", 10, None, "supervisor")),
        (88, "quality", None, [["offer.band.1", 50]], ("reship", 10, None, "supervisor")),
        (88, "price", None, [["offer.coupon.1", 15]], ("coupon", 15, 15, "supervisor")),
        (88, "price", None, [["offer.coupon.1", 25]], ("coupon", 25, 25, "shop_lead")),
        (88, "quality", None, [["authority.amount.agent", 88]], ("refund", 5, 93, "agent")),
        (
            88,
            "quality",
            None,
            [["authority.amount.supervisor", 50]],
            ("refund", 5, 93, "shop_lead"),
        ),
        (
            88,
            "quality",
            None,
            [["authority.amount.supervisor", 50], ["role.missing", "店长"]],
            ("refund", 5, 93, "supervisor"),
        ),
        (88, "malicious", None, [["offer.none.malicious", "no"]], ("coupon", 5, 5, "agent")),
        (88, "other", None, [["offer.goods.other", "是"]], ("refund", 5, 93, "supervisor")),
    ],
)
def test_balance_cost_and_rules(
    amount: float, kind: str, refundable: float | None, rules: Any, row: tuple[Any, ...]
) -> None:
    assert call("OFFER", amount, kind, None, refundable, None, rules) == expected(*row)


@pytest.mark.parametrize("tier", [*CHOICES["tier"].ids, None])
def test_the_tier_changes_no_offer(tier: str | None) -> None:
    assert call("OFFER", 88, "quality", tier) == call("OFFER", 88, "quality")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((-5, "quality"), "argument amount is “-5”; expected a value that is not below 0"),
        ((88, "quality", None, -1), "argument refundable"),
        ((88, "weather"), "argument kind"),
        (("free", "quality"), "argument amount"),
    ],
)
def test_bad_input(args: tuple[Any, ...], words: str) -> None:
    result = call("OFFER", *args)
    assert isinstance(result, CellError)
    assert words in result.sentence("en")


AMOUNTS = st.none() | st.decimals(0, 2000, places=2)


@given(
    AMOUNTS,
    st.sampled_from(CHOICES["kind"].ids),
    AMOUNTS,
    st.sampled_from([None, SOURCE, RATIO, SOURCE + RATIO]),
)
def test_no_offer_costs_more_than_balance_and_coupon(
    amount: Decimal | None, kind: str, refundable: Decimal | None, rows: Any
) -> None:
    row = call("OFFER", amount, kind, None, refundable, None, rows)
    balance = amount if refundable is None else min(amount or Decimal(0), refundable)
    if row.cost is not None and row.offer in {"refund", "reship"}:
        assert row.cost - row.coupon <= (balance or 0)
    if row.offer == "coupon":
        assert row.cost == row.coupon
    authority = {"agent": 10, "supervisor": 20}
    assert row.coupon <= authority.get(row.approver, 20)
    if row.offer == "refund" and row.approver == "agent":
        assert row.cost - row.coupon <= 20


@pytest.mark.parametrize(
    ("args", "left"),
    [
        ((88, 30, 20), 38),
        ((88, None, None), 88),
        ((88, 88, 0), 0),
        ((8, 9, 1), 0),
        ((0, 0, 0), 0),
        ((None, 1, 1), None),
    ],
)
def test_refundable(args: tuple[Any, ...], left: float | None) -> None:
    assert call("REFUNDABLE", *args) == money(left)


@pytest.mark.parametrize(
    ("args", "left"),
    [
        ((1000, 250.5), 749.5),
        ((1000, 1012.5), -12.5),
        ((0, 5), -5),
        ((1000, None), 1000),
        ((None, 200), None),
        ((None, 200, [["budget.month", 500]]), 300),
        ((700, 200, [["budget.month", 500]]), 500),
    ],
)
def test_budget_left(args: tuple[Any, ...], left: float | None) -> None:
    assert call("BUDGET_LEFT", *args) == money(left)


def test_negative_money_is_refused() -> None:
    for name, args in (("REFUNDABLE", (-1, 0, 0)), ("BUDGET_LEFT", (5, -1))):
        assert isinstance(call(name, *args), CellError)
    assert Rules.build([["offer.coupon.1", -5]]).problems
