"""差评TOP3报告: the weekly report, with copies for purchasing and logistics (S17)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ...functions.messages import Message, translate
from ...functions.rules import DEFAULT_RULES, Rules
from ...functions.top import TopRow
from ...functions.values import CHOICES
from ...sheets.edits import CellStyle, Edits
from ...sheets.snapshot import Snapshot, Value
from ..reporting.actions import DEPARTMENTS, last_actions, suggest_actions
from ..reporting.causes import concentrated, entered_causes, ranked_kinds
from ..reporting.facts import Facts, Period, dimension_title, week
from ..reporting.page import Page
from ..reporting.trend import trend

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "reviews": (
        "review_id", "platform", "shop", "order_id", "sub_order_id", "customer_id", "product",
        "sku", "batch", "supplier", "stars", "text", "posted_at", "captured_at", "responded_at",
        "closed_at", "is_bad", "kind", "kind_confirmed", "cause", "state_response",
        "state_solution", "offer_cost",
    ),
    "orders": (
        "platform", "shop", "order_id", "sub_order_id", "product", "sku", "carrier", "ordered_at",
        "promised_arrival_at", "arrived_at",
    ),
    "payouts": ("payout_id", "review_id", "amount", "state"),
    "actions": ("action_id", "cause", "department", "action", "owner", "until", "done", "effect"),
}  # fmt: skip
_UNKNOWN: Final = "cannot be computed"


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Which week, seen from when."""

    now: datetime
    week: str | None = None
    rules: Rules = DEFAULT_RULES


def report(snapshot: Snapshot, options: ReportOptions) -> Edits:
    """The report sheets of one week, and a line in `actions` for each top cause to be acted on."""
    name, period = week(options.week, options.now)
    facts = Facts(snapshot)
    edits = Edits()
    title = translate("Top-3 report", snapshot.lang)
    edits.sheets.append(_page(facts, name, period, None).sheet(f"report.{name}", f"{title} {name}"))
    for department in DEPARTMENTS:
        word = CHOICES["department"].word(department, snapshot.lang)
        page = _page(facts, name, period, department)
        edits.sheets.append(page.sheet(f"report.{name}.{department}", f"{name} {word}"))
    suggest_actions(facts, name, period, edits)
    cases = len(facts.rows(period))
    edits.summary.counts["rows_read"] = len(facts.ids)
    edits.summary.lines.append(
        Message(
            "Report of {week}: {cases} bad reviews, {sheets} sheets.",
            week=name,
            cases=cases,
            sheets=len(edits.sheets),
        )
    )
    return edits


def _page(facts: Facts, name: str, period: Period, department: str | None) -> Page:
    lang = facts.snapshot.lang
    page = Page(lang)
    kinds = None if department is None else DEPARTMENTS[department]
    word = "" if department is None else " · " + CHOICES["department"].word(department, lang)
    page.line(f"{page.text('Top-3 report of bad reviews')} {name}{word}", "title")
    last_day = period.end - timedelta(days=1)
    confirmed = facts.confirmed_share(period)
    page.line(
        Message(
            "{start} to {end}, against the week before. Kinds confirmed by people: {share}.",
            start=f"{period.start:%Y-%m-%d}",
            end=f"{last_day:%Y-%m-%d}",
            share=translate(_UNKNOWN, lang) if confirmed is None else f"{confirmed:.0%}",
        ),
        "note",
    )
    values = [kind if kinds is None or kind in kinds else None for kind in facts.kinds]
    ranking = facts.top(values, period)
    page.gap()
    if ranking:
        _headline(page, facts, ranking, period)
    elif department is None:
        page.line(page.text("There is no bad review in this week."), "good")
    else:
        page.line(page.text("There is no bad review for this department in this week."), "good")
    if department is None:
        _tiles(page, facts, period)
    if ranking:
        page.heading("Top 3 kinds")
        ranked_kinds(page, facts, ranking, period)
    trend(page, facts, values, period)
    entered_causes(page, facts, values, period)
    for row in ranking:
        concentrated(page, facts, row, period)
    last_actions(page, facts, department, period)
    if department is None:
        _punctuality(page, facts)
    return page


def _headline(page: Page, facts: Facts, ranking: list[TopRow], period: Period) -> None:
    first = ranking[0]
    found = facts.concentration(first.value, period)
    place = ""
    if found is not None:
        place = Message(
            ", {share} of them {dimension} {value}",
            share=f"{found.share:.0%}",
            dimension=dimension_title(found.dimension, page.lang),
            value=found.value,
        ).text(page.lang)
    page.line(
        Message(
            "Most of all: {kind}, {cases} cases ({change} on the week before){place}.",
            kind=CHOICES["kind"].word(first.value, page.lang),
            cases=f"{first.cases:g}",
            change=f"{first.change:+g}",
            place=place,
        ),
        "bad" if first.change > 0 else "good",
    )


def _tiles(page: Page, facts: Facts, period: Period) -> None:
    before = period.before
    bad_flags = facts.column("is_bad")
    minutes = facts.response_minutes()
    solution = facts.column("state_solution")
    closed = [value is not None for value in facts.column("closed_at")]

    def pair(
        figure: float | None, was: float | None, style: CellStyle, label: str
    ) -> tuple[str, Value, CellStyle, str]:
        percent = style == "kpi_percent"
        shown = page.text(_UNKNOWN) if figure is None else figure
        note = page.text("last week ") + (
            "-" if was is None else f"{was:.1%}" if percent else f"{was:,.0f}"
        )
        return page.text(label), shown, style if figure is not None else "kpi_label", note

    yuan = [float(value) for value in facts.yuan]
    page.gap()
    page.tiles(
        [
            pair(
                float(len(facts.rows(period))), float(len(facts.rows(before))), "kpi_value",
                "Bad reviews",
            ),
            pair(
                facts.kpi("bad_rate", bad_flags, period, bad=False),
                facts.kpi("bad_rate", bad_flags, before, bad=False),
                "kpi_percent", "Bad-review rate",
            ),
            pair(
                facts.kpi("response_median", minutes, period),
                facts.kpi("response_median", minutes, before),
                "kpi_value", "First response, median minutes",
            ),
            pair(
                facts.kpi("on_time", solution, period), facts.kpi("on_time", solution, before),
                "kpi_percent", "Solutions on time",
            ),
            pair(
                facts.kpi("closed", closed, period), facts.kpi("closed", closed, before),
                "kpi_percent", "Closed",
            ),
            pair(
                facts.kpi("cost", yuan, period), facts.kpi("cost", yuan, before), "kpi_money",
                "Compensation, yuan",
            ),
        ]
    )  # fmt: skip


def _punctuality(page: Page, facts: Facts) -> None:
    found = facts.punctuality()
    if not sum(count for _, count, _, _ in found):
        return
    total = sum(count for _, count, _, _ in found)
    page.heading("Punctuality and reviews, all data")
    page.table(
        ("Arrival", "Reviews", "Share", "Mean stars", "Bad share"),
        [
            [
                (page.text(name), "text"), (float(count), "number"), (count / total, "percent"),
                ("-" if stars is None else round(stars, 2), "number"),
                ("-" if bad is None else bad, "percent"),
            ]
            for name, count, stars, bad in found
        ],
        (4, 2, 2, 2, 2),
    )  # fmt: skip
