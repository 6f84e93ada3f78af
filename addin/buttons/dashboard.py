"""看板: where the team stands now. The source names no fields; these are our choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from ...functions.messages import Message, translate
from ...functions.rules import DEFAULT_RULES, Rules
from ...functions.values import CHOICES
from ...sheets.edits import CellStyle, Edits
from ...sheets.snapshot import Snapshot, Value
from ..refreshing.budgets import budget_notes, shop_budgets
from ..refreshing.payouts import SPENT
from ..reporting.causes import quoted
from ..reporting.facts import ZERO, Facts, Period
from ..reporting.page import Figure, Page
from .report import NEEDS as REPORT_NEEDS

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    **REPORT_NEEDS,
    "reviews": (
        *REPORT_NEEDS["reviews"], "case_state", "due_solution", "minutes_left", "handler", "agent",
        "tier", "state_response",
    ),
    "payouts": ("payout_id", "review_id", "amount", "state", "applied_at", "paid_at"),
}  # fmt: skip
_DAYS: Final = 14
_RED_CASES: Final = 15
_WORDS: Final = 19
"""Characters of a review that fit into its column."""
_ENDED: Final = frozenset({"closed", "not_needed", None})
_URGENCY: Final = {"overdue": 0, "due_soon": 1, "running": 2}


@dataclass(frozen=True, slots=True)
class DashboardOptions:
    """Seen from when, by which rules."""

    now: datetime
    rules: Rules = DEFAULT_RULES


def dashboard(snapshot: Snapshot, options: DashboardOptions) -> Edits:
    """The board as one sheet."""
    facts = Facts(snapshot)
    page = Page(snapshot.lang)
    page.line(page.text("Bad-review board"), "title")
    page.line(Message("As of {now}", now=f"{options.now:%Y-%m-%d %H:%M}"), "note")
    open_rows = [row for row, state in enumerate(facts.column("case_state")) if state not in _ENDED]
    _tiles(page, facts, open_rows, options)
    _red_cases(page, facts, open_rows)
    _charts(page, facts, options)
    _agents(page, facts, open_rows)
    edits = Edits(sheets=[page.sheet("dashboard", translate("Board", snapshot.lang))])
    edits.summary.counts["rows_read"] = len(facts.ids)
    edits.summary.lines.append(
        Message(
            "Board as of {now}: {count} open cases.",
            now=f"{options.now:%Y-%m-%d %H:%M}",
            count=len(open_rows),
        )
    )
    return edits


def _tiles(page: Page, facts: Facts, open_rows: list[int], options: DashboardOptions) -> None:
    now = options.now
    month = Period(now - timedelta(days=30), now + timedelta(minutes=1))
    today = datetime.combine(now.date(), time(0))
    states, solution = facts.column("case_state"), facts.column("state_solution")
    clocks = Counter(solution[row] for row in open_rows)
    by_state = Counter(states[row] for row in open_rows)
    spent = _spent_this_month(facts, now)
    snapshot, lang = facts.snapshot, page.lang
    budgets = shop_budgets(snapshot["reviews"], snapshot["payouts"], options.rules, now)
    fresh = len(facts.rows(Period(today, today + timedelta(days=1))))

    def tile(
        label: str, value: Value, style: CellStyle, note: str = ""
    ) -> tuple[str, Value, CellStyle, str]:
        unknown = value is None
        shown = page.text("cannot be computed") if unknown else value
        return page.text(label), shown, "kpi_label" if unknown else style, note

    page.gap()
    page.tiles(
        [
            tile("Open cases", float(len(open_rows)), "kpi_value"),
            tile("Overdue", float(clocks["overdue"]), "kpi_value", page.text("solution clock")),
            tile("Due soon", float(clocks["due_soon"]), "kpi_value", page.text("solution clock")),
            tile("To be claimed", float(by_state["unclaimed"]), "kpi_value"),
            tile("Awaiting approval", float(by_state["approval"]), "kpi_value"),
            tile("New today", float(fresh), "kpi_value"),
            tile(
                "Bad-review rate",
                facts.kpi("bad_rate", facts.column("is_bad"), month, bad=False),
                "kpi_percent",
                page.text("30 days"),
            ),
            tile(
                "Responses on time",
                facts.kpi("on_time", facts.column("state_response"), month),
                "kpi_percent",
                page.text("30 days"),
            ),
            tile(
                "Solutions on time", facts.kpi("on_time", solution, month), "kpi_percent",
                page.text("30 days"),
            ),
            tile(
                "First response, median minutes",
                facts.kpi("response_median", facts.response_minutes(), month),
                "kpi_value",
                page.text("30 days"),
            ),
            tile("Compensation, yuan", float(spent), "kpi_money", page.text("this month")),
            tile("Budget left", float(budgets[0].left), "kpi_money", budgets[0].name(lang))
            if budgets
            else tile(
                "Budget left", page.text("no budget set"), "kpi_label", page.text("this month"),
            ),
        ]
    )  # fmt: skip
    for note in budget_notes(budgets, options.rules, lang):
        page.line(note, "bad")


def _spent_this_month(facts: Facts, now: datetime) -> Decimal:
    first = datetime(now.year, now.month, 1)
    total = ZERO
    for amount, state, applied, paid in facts.snapshot["payouts"].rows(
        "amount", "state", "applied_at", "paid_at"
    ):
        at = paid or applied
        if amount is not None and state in SPENT and at is not None and at >= first:
            total += amount
    return total


def _red_cases(page: Page, facts: Facts, open_rows: list[int]) -> None:
    """The most urgent cases first; personal data masked."""
    solution, left = facts.column("state_solution"), facts.column("minutes_left")
    ordered = sorted(
        open_rows,
        key=lambda row: (
            _URGENCY.get(solution[row], 3), left[row] if left[row] is not None else 1e9, row,
        ),
    )  # fmt: skip
    lines: list[list[tuple[Value, CellStyle]]] = []
    for row in ordered[:_RED_CASES]:
        state = solution[row]
        style: CellStyle = "bad" if state == "overdue" else "text"
        due = facts.column("due_solution")[row]
        lines.append(
            [
                (facts.ids[row], "text"),
                (CHOICES["kind"].word(facts.kinds[row] or "", page.lang), "wrap"),
                (quoted(facts.column("text")[row] or "", _WORDS), "text"),
                (CHOICES["case_state"].word(facts.column("case_state")[row], page.lang), "wrap"),
                (due, "moment"),
                (left[row], style if left[row] is None else "bad" if left[row] < 0 else "number"),
                (CHOICES["role"].word(facts.column("handler")[row] or "", page.lang), "text"),
                (facts.column("agent")[row] or "-", "text"),
            ]
        )
    page.heading("Most urgent cases")
    if not lines:
        page.line(page.text("No open case."), "good")
        return
    titles = ("Review ID", "Kind", "Review", "State", "Due", "Minutes left", "Handler", "Agent")
    page.table(titles, lines, (2, 1, 3, 1, 2, 1, 1, 1))


def _charts(page: Page, facts: Facts, options: DashboardOptions) -> None:
    now = options.now
    month = Period(now - timedelta(days=30), now + timedelta(minutes=1))
    ranking = facts.top(facts.kinds, month, 9)
    days = _days(facts, now)
    page.heading("Cases by kind, 30 days; new and closed, 14 days")
    figures: list[Figure] = []
    if ranking:
        words = CHOICES["kind"]
        rows: list[list[tuple[Value, CellStyle]]] = [
            [
                (words.word(row.value, page.lang), "text"), (row.cases, "number"),
                (row.share, "percent"),
            ]
            for row in ranking
        ]  # fmt: skip
        figures.append(Figure("bar", "Cases by kind", ("Kind", "Cases", "Share"), rows, (1,)))
    if any(new or closed for _, new, closed in days):
        figures.append(
            Figure(
                "line", "New and closed per day", ("Day", "New", "Closed"),
                [[(day, "text"), (new, "number"), (done, "number")] for day, new, done in days],
                (1, 2),
            )
        )  # fmt: skip
    if figures:
        page.figures(figures)
    else:
        page.line(page.text("No bad review in 30 days."), "good")


def _days(facts: Facts, now: datetime) -> list[tuple[str, float, float]]:
    """(day, new cases, closed cases) of the last days, oldest first."""
    closed = [value for value in facts.column("closed_at") if value is not None]
    days: list[tuple[str, float, float]] = []
    for back in range(_DAYS - 1, -1, -1):
        day = datetime.combine(now.date() - timedelta(days=back), time(0))
        one = Period(day, day + timedelta(days=1))
        done = sum(1 for value in closed if one.start <= value < one.end)
        days.append((f"{day:%m-%d}", float(len(facts.rows(one))), float(done)))
    return days


def _agents(page: Page, facts: Facts, open_rows: list[int]) -> None:
    agents = facts.column("agent")
    solution = facts.column("state_solution")
    load = Counter(agents[row] or page.text("nobody") for row in open_rows)
    late = Counter(
        agents[row] or page.text("nobody") for row in open_rows if solution[row] == "overdue"
    )
    if not load:
        return
    page.heading("Open cases by agent")
    page.table(
        ("Agent", "Open", "Overdue"),
        [
            [
                (name, "text"),
                (float(count), "number"),
                (float(late[name]), "bad" if late[name] else "number"),
            ]
            for name, count in load.most_common(12)
        ],
        (4, 4, 4),
    )
