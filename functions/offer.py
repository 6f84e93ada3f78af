"""What a buyer is offered, what it costs, and who may grant it (S12).

An offer follows from the order and the kind of trouble; never from the review, its stars or its
words, and never on condition of a changed one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, NamedTuple

from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import CENT, Kind, Offer, Role, Tier

ZERO: Final = Decimal("0.00")


class OfferRow(NamedTuple):
    """An offer, its coupon, its cost (blank if unknown) and the role that may grant it."""

    offer: Offer
    coupon: Decimal
    cost: Decimal | None
    approver: Role


@cell_function(names={"zh_CN": "补偿方案"})
def offer(
    amount: Annotated[Decimal | None, "What the buyer paid for the reviewed goods"],
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    tier: Annotated[Tier | None, "Tier of the customer; shown, it changes no offer"] = None,
    refundable: Annotated[Decimal | None, "What can still be refunded; blank: the amount"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> OfferRow:
    """The compensation for an order: offer, coupon, cost, approver.

    Goods at fault, up to 100: a refund and a coupon of 5; the amount decides who may grant it.
    >>> offer(Decimal(88), "quality")
    OfferRow(offer='refund', coupon=Decimal('5.00'), cost=Decimal('93.00'), approver='supervisor')

    Above 100 up to 300: a reship and a coupon of 10; its cost needs the cost ratio of the goods.
    >>> offer(Decimal("100.01"), "damage")
    OfferRow(offer='reship', coupon=Decimal('10.00'), cost=None, approver='supervisor')

    Delivery, service and price get the coupon alone.
    >>> offer(Decimal(88), "logistics")
    OfferRow(offer='coupon', coupon=Decimal('5.00'), cost=Decimal('5.00'), approver='agent')

    Above 300, and where the amount is 0 or unknown, the supervisor decides.
    >>> offer(Decimal("300.01"), "quality").offer, offer(None, "quality").offer
    ('decide', 'decide')

    Never more than what can still be refunded.
    >>> offer(Decimal(88), "quality", None, Decimal(30)).cost
    Decimal('35.00')

    A malicious review gets an appeal instead.
    >>> offer(Decimal(88), "malicious")
    OfferRow(offer='appeal', coupon=Decimal('0.00'), cost=Decimal('0.00'), approver='legal')
    """
    if kind == "malicious" and rules["offer.none.malicious"]:
        return OfferRow("appeal", ZERO, ZERO, rules.handler(kind))
    if amount is None or amount <= 0:
        return OfferRow("decide", ZERO, None, "supervisor")
    if amount > rules["offer.band.2"]:
        return OfferRow("decide", ZERO, None, approver(amount, ZERO, rules))
    low = amount <= rules["offer.band.1"]
    coupon: Decimal = rules["offer.coupon.1" if low else "offer.coupon.2"]
    if rules["offer.preset"] != "source" and not rules[f"offer.goods.{kind}"]:
        return OfferRow("coupon", coupon, coupon, approver(ZERO, coupon, rules))
    if low:
        refund = amount if refundable is None else max(ZERO, min(amount, refundable))
        if not refund:
            return OfferRow("coupon", coupon, coupon, approver(ZERO, coupon, rules))
        return OfferRow("refund", coupon, refund + coupon, approver(refund, coupon, rules))
    ratio = rules["cost.goods_ratio"]
    cost = None if ratio is None else (amount * Decimal(repr(ratio))).quantize(CENT) + coupon
    return OfferRow("reship", coupon, cost, approver(amount, coupon, rules))


def approver(amount: Decimal, coupon: Decimal, rules: Rules) -> str:
    """The lowest role whose authority covers both the amount and the coupon."""
    for role in ("agent", "supervisor"):
        if (
            amount <= rules[f"authority.amount.{role}"]
            and coupon <= rules[f"authority.coupon.{role}"]
        ):
            return role
    return "shop_lead"


@cell_function(names={"zh_CN": "可退余额"})
def refundable(
    paid: Annotated[Decimal, "What was paid"],
    refunded: Annotated[Decimal | None, "What was refunded already"],
    promised: Annotated[Decimal | None, "What is promised and not yet paid out"],
) -> Decimal:
    """What can still be refunded, never below 0.

    >>> refundable(Decimal(88), Decimal(30), Decimal(20)), refundable(Decimal(8), Decimal(9), None)
    (Decimal('38.00'), Decimal('0.00'))
    """
    return max(ZERO, (paid - (refunded or ZERO) - (promised or ZERO)).quantize(CENT))


@cell_function(names={"zh_CN": "预算余额"})
def budget_left(
    budget: Annotated[Decimal, "Budget of the shop for the month"],
    spent: Annotated[Decimal | None, "What was spent and promised this month"],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> Decimal:
    """What is left of the month's budget; negative when it is overdrawn.

    >>> budget_left(Decimal(1000), Decimal("1012.5"))
    Decimal('-12.50')
    """
    return (budget - (spent or ZERO)).quantize(CENT)
