"""What a buyer is offered, what it costs, and who may grant it (S12).

An offer follows from the order and the kind of trouble; never from the review, its stars or its
words, and never on condition of a changed one.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, NamedTuple

from .people import present
from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import Amount, Kind, Offer, Role, Tier, to_money

ZERO: Final = Decimal("0.00")


class OfferRow(NamedTuple):
    """An offer, its coupon, its cost (blank if unknown) and the role that may grant it."""

    offer: Offer
    coupon: Decimal
    cost: Decimal | None
    approver: Role


@cell_function(names={"zh_CN": "补偿方案"})
def offer(
    amount: Annotated[Amount | None, "What the buyer paid for the reviewed goods"],
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    tier: Annotated[Tier | None, "Tier of the customer; it changes no offer, only the care"] = None,
    refundable: Annotated[Amount | None, "What can still be refunded; blank: the amount"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> OfferRow:
    """The compensation for an order: offer, coupon, cost, approver.

    Goods at fault, up to 100: a refund and a coupon of 5; the amount decides who may grant it.
    >>> offer(Decimal(88), "quality")
    OfferRow(offer='refund', coupon=Decimal('5.00'), cost=Decimal('93.00'), approver='supervisor')
    >>> offer(Decimal(20), "quality").approver
    'agent'

    Above 100 up to 300: a reship and a coupon of 10; its cost needs the cost ratio of the goods.
    >>> offer(Decimal("100.01"), "damage")
    OfferRow(offer='reship', coupon=Decimal('10.00'), cost=None, approver='supervisor')
    >>> offer(Decimal(200), "damage", rules=Rules.build([["cost.goods_ratio", "40%"]])).cost
    Decimal('90.00')

    Delivery, service and price get the coupon alone.
    >>> offer(Decimal(88), "logistics")
    OfferRow(offer='coupon', coupon=Decimal('5.00'), cost=Decimal('5.00'), approver='agent')

    The source's own bands make no difference of kinds.
    >>> offer(Decimal(88), "logistics", rules=Rules.build([["offer.preset", "source"]])).offer
    'refund'

    Above 300, and where the amount is 0 or unknown, the supervisor decides.
    >>> offer(Decimal("300.01"), "quality")
    OfferRow(offer='decide', coupon=Decimal('0.00'), cost=None, approver='supervisor')
    >>> offer(Decimal(0), "quality").offer, offer(None, "quality").offer
    ('decide', 'decide')

    Never more than what can still be refunded; where nothing can, the coupon alone.
    >>> offer(Decimal(88), "quality", None, Decimal(30)).cost
    Decimal('35.00')
    >>> offer(Decimal(88), "quality", None, Decimal(0)).offer
    'coupon'

    Goods worth more than what can still be refunded are reshipped only if the supervisor says so.
    >>> offer(Decimal(200), "damage", None, Decimal(50)).offer
    'decide'

    A malicious review gets an appeal instead.
    >>> offer(Decimal(88), "malicious")
    OfferRow(offer='appeal', coupon=Decimal('0.00'), cost=Decimal('0.00'), approver='legal')
    """
    if kind == "malicious" and rules["offer.none.malicious"]:
        return OfferRow("appeal", ZERO, ZERO, rules.handler(kind))
    if amount is None or amount <= ZERO or amount > rules["offer.band.2"]:
        return OfferRow("decide", ZERO, None, "supervisor")
    low = amount <= rules["offer.band.1"]
    coupon: Decimal = rules["offer.coupon.1" if low else "offer.coupon.2"]
    balance = amount if refundable is None else refundable
    goods_at_fault = rules[f"offer.goods.{kind}"] or rules["offer.preset"] == "source"
    if not goods_at_fault or balance <= ZERO:
        return OfferRow("coupon", coupon, coupon, approver(ZERO, coupon, rules))
    if low:
        refund = min(amount, balance)
        return OfferRow("refund", coupon, refund + coupon, approver(refund, coupon, rules))
    ratio = rules["cost.goods_ratio"]
    goods = None if ratio is None else to_money(amount * Decimal(repr(ratio)))
    if (amount if goods is None else goods) > balance:
        return OfferRow("decide", ZERO, None, "supervisor")
    cost = None if goods is None else goods + coupon
    return OfferRow("reship", coupon, cost, approver(amount, coupon, rules))


def approver(amount: Decimal, coupon: Decimal, rules: Rules) -> str:
    """The lowest role whose authority covers both the amount and the coupon."""
    if amount <= rules["authority.amount.agent"] and coupon <= rules["authority.coupon.agent"]:
        return "agent"
    if (
        amount <= rules["authority.amount.supervisor"]
        and coupon <= rules["authority.coupon.supervisor"]
    ):
        return "supervisor"
    return present("shop_lead", rules)


@cell_function(names={"zh_CN": "可退余额"})
def refundable(
    paid: Annotated[Amount, "What was paid"],
    refunded: Annotated[Amount | None, "What was refunded already"],
    promised: Annotated[Amount | None, "What is promised and not yet paid out"],
) -> Decimal:
    """What can still be refunded, never below 0.

    >>> refundable(Decimal(88), Decimal(30), Decimal(20)), refundable(Decimal(8), Decimal(9), None)
    (Decimal('38.00'), Decimal('0.00'))
    """
    return to_money(max(ZERO, paid - (refunded or ZERO) - (promised or ZERO)))


@cell_function(names={"zh_CN": "预算余额"})
def budget_left(
    budget: Annotated[Amount | None, "Budget of the shop for the month; blank: the rules' own"],
    spent: Annotated[Amount | None, "What was spent and promised this month"],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> Decimal | None:
    """What is left of the month's budget; negative when it is overdrawn, blank without a budget.

    >>> budget_left(Decimal(1000), Decimal("1012.5"))
    Decimal('-12.50')
    >>> budget_left(None, Decimal(200), Rules.build([["budget.month", 500]]))
    Decimal('300.00')
    """
    if budget is None:
        budget = rules["budget.month"]
    return None if budget is None else to_money(budget - (spent or ZERO))
