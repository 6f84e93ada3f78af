"""What shops have spent of this month's budget, for the board and the summary of a refresh."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from ...functions.messages import Lang, Message
from ...functions.offer import budget_left
from ...functions.rules import Rules
from ...functions.values import CHOICES
from ...sheets.snapshot import TableSnapshot, Value
from .payouts import SHOP, budget_share, spent_by

_ZERO: Final = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class ShopBudget:
    """One shop's budget of the month, and what is promised or given of it."""

    platform: Value
    shop: Value
    spent: Decimal
    budget: Decimal
    left: Decimal

    def name(self, lang: Lang) -> str:
        """The shop as people call it; the platform tells its shops of one name apart."""
        platform = self.platform and CHOICES["platform"].word(self.platform, lang)
        return " ".join(filter(None, (platform, self.shop)))


def shop_budgets(
    reviews: TableSnapshot, payouts: TableSnapshot, rules: Rules, now: datetime
) -> list[ShopBudget]:
    """Every shop that has reviews, the tightest first; none without a budget."""
    budget: Decimal | None = rules["budget.month"]
    if budget is None:
        return []
    first = datetime(now.year, now.month, 1)
    spent = spent_by(reviews, payouts, SHOP)
    shops = dict.fromkeys(shop for shop in reviews.rows(*SHOP) if any(shop))
    found: list[ShopBudget] = []
    for shop in shops:
        total = sum((one.amount for one in spent.get(shop, ()) if one.at >= first), _ZERO)
        left = budget_left(budget, total) or _ZERO
        found.append(ShopBudget(shop[0], shop[1], total, budget, left))
    return sorted(found, key=lambda each: each.left)


def budget_notes(budgets: Iterable[ShopBudget], rules: Rules, lang: Lang) -> list[Message]:
    """A sentence for each shop from the share of its budget at which people want to know."""
    note, stop = budget_share(rules, "budget.note"), budget_share(rules, "budget.stop")
    if note is None or stop is None:
        return []
    return [
        Message(
            "{shop} has spent {spent} of this month's {budget} yuan: the shop lead decides now."
            if each.spent >= stop
            else "{shop} has spent {spent} of this month's {budget} yuan.",
            shop=each.name(lang),
            spent=f"{each.spent:.2f}",
            budget=f"{each.budget:.2f}",
        )
        for each in budgets
        if each.spent and each.spent >= note
    ]
