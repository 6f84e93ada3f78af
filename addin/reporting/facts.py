"""What the reports say: cases of a period, their causes, where they concentrate, what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from ...functions.kpi import kpi
from ...functions.messages import Lang, Message
from ...functions.top import TopRow, top
from ...sheets.errors import FanpanError
from ...sheets.snapshot import Snapshot, Value
from ...templates.tracker import load_tracker

ZERO: Final = Decimal("0.00")
DIMENSIONS: Final = ("product", "sku", "batch", "supplier", "carrier")
_PAID: Final = frozenset({"approved", "payable", "paid", "used"})
_FEWEST_CASES: Final = 3
"""Cases from which a concentration is worth a word."""


class BadWeek(FanpanError):
    """A week that is none."""


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end), and the period of the same length before it."""

    start: datetime
    end: datetime

    @property
    def before(self) -> Period:
        """The period before."""
        return Period(self.start - (self.end - self.start), self.start)


def dimension_title(name: str, lang: Lang) -> str:
    """A dimension as its column is titled.

    >>> dimension_title("batch", "en"), dimension_title("carrier", "zh")
    ('Batch', '快递公司')
    """
    table = load_tracker().table("orders" if name == "carrier" else "reviews")
    return table.column(name).title.text(lang)


def week(text: str | None, now: datetime) -> tuple[str, Period]:
    """An ISO week by name, or the last complete one before `now`.

    >>> week("2026-W47", datetime(2026, 11, 23))[1].start
    datetime.datetime(2026, 11, 16, 0, 0)
    >>> week(None, datetime(2026, 11, 23))[0]
    '2026-W47'
    """
    if text is None:
        monday = now.date() - timedelta(days=now.weekday() + 7)
    else:
        try:
            year, number = text.upper().replace("-", "").split("W")
            monday = date.fromisocalendar(int(year), int(number), 1)
        except ValueError:
            raise BadWeek(
                Message("{week} is no week; expected for example 2026-W47.", week=text)
            ) from None
    start = datetime.combine(monday, time(0))
    year_number, week_number, _ = monday.isocalendar()
    return f"{year_number}-W{week_number:02}", Period(start, start + timedelta(days=7))


@dataclass(frozen=True, slots=True)
class Concentration:
    """Where the cases of a cause pile up, against all other cases."""

    dimension: str
    value: str
    cases: int
    share: float
    elsewhere: float
    """The value's share among the other cases of the period."""


class Facts:
    """The reviews of a snapshot as columns, with what other tables know of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        reviews = snapshot["reviews"]
        self.column: Callable[[str], list[Value]] = reviews.column
        self.ids = reviews.column("review_id")
        captured, posted = reviews.column("captured_at"), reviews.column("posted_at")
        self.dates: list[datetime | None] = [
            at or other for at, other in zip(captured, posted, strict=True)
        ]
        self.bad = [found == "yes" for found in reviews.column("is_bad")]
        self.kinds = _effective(reviews.column("kind_confirmed"), reviews.column("kind"))
        self.confirmed = [found is not None for found in reviews.column("kind_confirmed")]
        self.yuan = self._yuan()
        self._orders = self._match_orders()

    def _yuan(self) -> list[Decimal]:
        """What each case cost: what was really granted, else the offer's cost."""
        granted: dict[str, Decimal] = {}
        payouts = self.snapshot["payouts"]
        for case, amount, state in payouts.rows("review_id", "amount", "state"):
            if case is not None and amount is not None and state in _PAID:
                granted[case] = granted.get(case, ZERO) + amount
        offers = self.column("offer_cost")
        return [
            granted.get(case, cost if cost is not None else ZERO)
            for case, cost in zip(self.ids, offers, strict=True)
        ]

    def _match_orders(self) -> list[int | None]:
        orders = self.snapshot["orders"]
        by_line: dict[tuple[Value, ...], int] = {}
        by_order: dict[tuple[Value, ...], int] = {}
        for row, (platform, shop, order, line) in enumerate(
            orders.rows("platform", "shop", "order_id", "sub_order_id")
        ):
            by_line.setdefault((platform, shop, line), row)
            by_order.setdefault((platform, shop, order), row)
        found: list[int | None] = []
        for platform, shop, order, line in self.snapshot["reviews"].rows(
            "platform", "shop", "order_id", "sub_order_id"
        ):
            at = by_line.get((platform, shop, line)) if line is not None else None
            if at is None and order is not None:
                at = by_order.get((platform, shop, order))
            found.append(at)
        return found

    def order_column(self, name: str) -> list[Value]:
        """A column of the reviewed order, per review."""
        values = self.snapshot["orders"].column(name)
        return [None if row is None else values[row] for row in self._orders]

    def dimension(self, name: str) -> list[Value]:
        """A dimension by which cases are counted: the review's own cell, else its order's."""
        own = [None] * len(self.ids) if name == "carrier" else self.column(name)
        if name not in {"product", "sku", "carrier"}:
            return own
        other = self.order_column(name)
        return [cell if cell is not None else found for cell, found in zip(own, other, strict=True)]

    def rows(self, period: Period, *, bad: bool = True) -> list[int]:
        """Rows of the reviews captured in a period; only the bad ones, or all."""
        return [
            row
            for row, at in enumerate(self.dates)
            if at is not None and period.start <= at < period.end and (self.bad[row] or not bad)
        ]

    def top(self, values: Sequence[Value], period: Period, n: int = 3) -> list[TopRow]:
        """TOP over the bad reviews: the report and the cell function agree."""
        chosen = [value if bad else None for value, bad in zip(values, self.bad, strict=True)]
        return top(chosen, self.dates, period.start, period.end, n, list(self.yuan))

    def kpi(
        self, metric: str, values: Sequence[Any], period: Period, *, bad: bool = True
    ) -> float | None:
        """KPI over the bad reviews, or all."""
        chosen = [
            value if is_bad or not bad else None
            for value, is_bad in zip(values, self.bad, strict=True)
        ]
        return kpi(metric, chosen, self.dates, period.start, period.end)

    def response_minutes(self) -> list[float | None]:
        """Minutes from capture to the first response."""
        return [
            None if done is None or start is None else (done - start).total_seconds() / 60
            for start, done in zip(
                self.column("captured_at"), self.column("responded_at"), strict=True
            )
        ]

    def concentration(self, kind: str, period: Period) -> Concentration | None:
        """The dimension value in which the cases of a kind pile up most, against the others."""
        rows = self.rows(period)
        inside = [row for row in rows if self.kinds[row] == kind]
        outside = [row for row in rows if self.kinds[row] != kind]
        best: Concentration | None = None
        best_gap = 0.0
        for name in ("sku", "batch", "supplier", "carrier"):
            values = self.dimension(name)
            counts = Counter(values[row] for row in inside if values[row] is not None)
            others = Counter(values[row] for row in outside if values[row] is not None)
            for value, cases in counts.items():
                share = cases / sum(counts.values())
                elsewhere = others[value] / sum(others.values()) if others else 0.0
                gap = (share - elsewhere) * cases**0.5
                if cases >= _FEWEST_CASES and gap > best_gap:
                    best_gap = gap
                    best = Concentration(name, str(value), cases, share, elsewhere)
        return best

    def confirmed_share(self, period: Period) -> float | None:
        """Share of the period's cases whose kind a person confirmed."""
        rows = self.rows(period)
        return sum(self.confirmed[row] for row in rows) / len(rows) if rows else None

    def punctuality(self) -> list[tuple[str, int, float | None, float | None]]:
        """(late / on time, reviews, mean stars, bad share) of reviews whose order arrived."""
        promised, arrived = (
            self.order_column("promised_arrival_at"),
            self.order_column("arrived_at"),
        )
        stars = self.column("stars")
        groups: dict[bool, list[int]] = {True: [], False: []}
        for row, (due, came) in enumerate(zip(promised, arrived, strict=True)):
            if due is not None and came is not None:
                groups[came > due].append(row)
        found: list[tuple[str, int, float | None, float | None]] = []
        for late, name in ((True, "Late"), (False, "On time")):
            rows = groups[late]
            given = [stars[row] for row in rows if stars[row]]
            found.append(
                (
                    name,
                    len(rows),
                    sum(given) / len(given) if given else None,
                    sum(self.bad[row] for row in rows) / len(rows) if rows else None,
                )
            )
        return found


def _effective(confirmed: Sequence[Value], computed: Sequence[Value]) -> list[Value]:
    return [
        mine if mine is not None else its for mine, its in zip(confirmed, computed, strict=True)
    ]
