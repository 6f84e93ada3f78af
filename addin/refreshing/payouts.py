"""Steps of refresh for the money that is given: authority, the month's budget, the buyer's cap."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from ...functions.messages import Message
from ...functions.people import present
from ...functions.rules import Rules
from ...functions.values import CHOICES
from ...sheets.snapshot import TableSnapshot, Value
from .computation import Computation, step

_PROMISED: Final = frozenset({"pending", "approved", "payable"})
SPENT: Final = frozenset({"pending", "approved", "payable", "paid", "used"})
"""States of a payout that count as spent: promised or given."""
SHOP: Final = ("platform", "shop")
_BUYER: Final = ("platform", "customer_id")
_ZERO: Final = Decimal("0.00")
# The roles above which there is somebody; legal handles appeals and grants nothing.
_BELOW_LEAD: Final = frozenset({"agent", "supervisor"})


class _Payout(NamedTuple):
    at: datetime
    key: str
    row: int
    review_id: Value
    amount: Decimal


_Groups: TypeAlias = dict[tuple[Value, ...], list[_Payout]]


def spent_by(reviews: TableSnapshot, payouts: TableSnapshot, columns: tuple[str, str]) -> _Groups:
    """What was promised or given, in order of time, by columns of the reviews."""
    groups = dict(zip(reviews.column("review_id"), reviews.rows(*columns), strict=True))
    found: _Groups = defaultdict(list)
    for row, (review, amount, state, applied, paid) in enumerate(
        payouts.rows("review_id", "amount", "state", "applied_at", "paid_at")
    ):
        group, at = groups.get(review), paid or applied
        if state in SPENT and group is not None and None not in (at, amount):
            found[group].append(_Payout(at, str(payouts.keys[row]), row, review, amount))
    for payouts_of_one in found.values():
        payouts_of_one.sort()
    return found


def _spent_by(computation: Computation, columns: tuple[str, str]) -> _Groups:
    reviews, payouts = computation.table("reviews"), computation.table("payouts")
    return computation.once(("spent by", columns), lambda: spent_by(reviews, payouts, columns))


def budget_share(rules: Rules, share: str) -> Decimal | None:
    """The part of a shop's month at which `share` says that something happens."""
    budget: Decimal | None = rules["budget.month"]
    return None if budget is None else budget * Decimal(repr(rules[share]))


@step
def promised(computation: Computation, table: str, _column: str) -> list[Value]:
    """Refunds that are promised and not yet paid out, per sub-order or case."""
    rows = zip(
        computation.through(table, "payouts", "kind"),
        computation.through(table, "payouts", "state"),
        computation.through(table, "payouts", "amount"),
        strict=True,
    )
    return [
        sum(
            (
                amount
                for kind, state, amount in zip(kinds, states, amounts, strict=True)
                if kind == "refund" and state in _PROMISED and amount is not None
            ),
            _ZERO,
        )
        for kinds, states, amounts in rows
    ]


@step
def others_promised(computation: Computation, table: str, column: str) -> list[Value]:
    """Refunds promised for the order by other cases: a case's own promise is its offer."""
    rows = zip(
        computation.through(table, "order", "promised"),
        promised(computation, table, column),
        strict=True,
    )
    return [None if all_of_it is None else max(_ZERO, all_of_it - own) for all_of_it, own in rows]


@step
def offer_approver(computation: Computation, table: str, _column: str) -> list[Value]:
    """Who may grant the offer: the shop lead over the month's budget, no agent over the cap."""
    rules, now = computation.rules, computation.now
    result = list(computation.get(table, "computed_approver"))
    costs = computation.get(table, "offer_cost")
    budget, cap = budget_share(rules, "budget.stop"), rules["cap.buyer"]
    if budget is not None:
        others = _others(computation, table, SHOP, datetime(now.year, now.month, 1))
        for row, spent in enumerate(others):
            if result[row] in _BELOW_LEAD and _exceeds(spent, costs[row], budget):
                result[row] = present("shop_lead", rules)
    if cap is not None:
        others = _others(computation, table, _BUYER, now - timedelta(days=rules["cap.days"]))
        for row, given in enumerate(others):
            if result[row] == "agent" and _exceeds(given, costs[row], cap):
                result[row] = "supervisor"
    return result


def _exceeds(spent: Decimal, cost: Value, limit: Decimal) -> bool:
    return spent >= limit or spent + (cost or _ZERO) > limit


def _others(
    computation: Computation, table: str, columns: tuple[str, str], since: datetime
) -> list[Decimal]:
    """Per review: what other reviews of its shop or buyer were promised or given since then."""
    groups = _spent_by(computation, columns)
    totals: dict[tuple[Value, ...], Decimal] = defaultdict(lambda: _ZERO)
    own: dict[Value, Decimal] = defaultdict(lambda: _ZERO)
    for group, payouts in groups.items():
        for payout in payouts:
            if payout.at >= since:
                totals[group] += payout.amount
                own[payout.review_id] += payout.amount
    reviews = computation.table(table)
    return [
        totals[group] - own[review] if None not in group else _ZERO
        for review, group in zip(reviews.column("review_id"), reviews.rows(*columns), strict=True)
    ]


@step
def over_limit(computation: Computation, table: str, _column: str) -> list[Value]:
    """Why a payout is more than may be granted: by this person, this month, to this buyer."""
    lang = computation.snapshot.lang
    reasons: list[list[Message]] = [[] for _ in range(len(computation.table(table)))]
    _over_authority(computation, table, reasons)
    _over_budget(computation, reasons)
    _over_cap(computation, reasons)
    return [" ".join(reason.text(lang) for reason in found) or None for found in reasons]


def _over_authority(computation: Computation, table: str, reasons: list[list[Message]]) -> None:
    rules, lang = computation.rules, computation.snapshot.lang
    roles = {row[0]: row[1] for row in computation.table("agents").rows("agent", "role")}
    for row, (kind, amount, state, applicant, approver) in enumerate(
        computation.table(table).rows("kind", "amount", "state", "applicant", "approver")
    ):
        role = roles.get(approver or applicant) or "agent"
        family = "coupon" if kind == "coupon" else "amount"
        limit = rules.get(f"authority.{family}.{role}")
        over = limit is not None and amount is not None and amount > limit
        settled = state in {"rejected", "revoked"} or (state == "pending" and approver is None)
        if over and not settled:
            reasons[row].append(
                Message(
                    "{amount} yuan is over the {limit} yuan that {role} may grant.",
                    amount=f"{amount:.2f}",
                    limit=f"{limit:.2f}",
                    role=CHOICES["role"].word(role, lang),
                )
            )


def _over_budget(computation: Computation, reasons: list[list[Message]]) -> None:
    budget = budget_share(computation.rules, "budget.stop")
    if budget is None:
        return
    for payouts in _spent_by(computation, SHOP).values():
        spent: dict[tuple[int, int], Decimal] = defaultdict(lambda: _ZERO)
        for payout in payouts:
            month = payout.at.year, payout.at.month
            spent[month] += payout.amount
            if spent[month] > budget:
                reasons[payout.row].append(
                    Message(
                        "With it the shop has spent {spent} yuan this month; "
                        "the budget is {budget}: the shop lead decides.",
                        spent=f"{spent[month]:.2f}",
                        budget=f"{budget:.2f}",
                    )
                )


def _over_cap(computation: Computation, reasons: list[list[Message]]) -> None:
    cap: Decimal | None = computation.rules["cap.buyer"]
    if cap is None:
        return
    window = timedelta(days=computation.rules["cap.days"])
    for buyer, payouts in _spent_by(computation, _BUYER).items():
        first, total = 0, _ZERO
        for payout in payouts if None not in buyer else ():
            total += payout.amount
            while payouts[first].at <= payout.at - window:
                total -= payouts[first].amount
                first += 1
            if total > cap:
                reasons[payout.row].append(
                    Message(
                        "With it the buyer has got {total} yuan within {days} days; "
                        "the cap is {cap}.",
                        total=f"{total:.2f}",
                        days=computation.rules["cap.days"],
                        cap=f"{cap:.2f}",
                    )
                )
