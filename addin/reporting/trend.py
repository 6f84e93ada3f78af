"""How cases went: kinds this week and last, and the weeks before."""

from __future__ import annotations

from typing import Final

from ...functions.values import CHOICES
from ...sheets.edits import CellStyle, Chart
from ...sheets.snapshot import Value
from .facts import Facts, Period
from .page import Page

_WEEKS: Final = 8
_ALL_KINDS: Final = 99


def trend(page: Page, facts: Facts, values: list[Value], period: Period) -> None:
    """Tables and charts of `values`, one per review; nothing where there was no case at all."""
    kinds = _kinds(facts, values, period)
    weeks = _weeks(facts, values, period)
    if not any(cases for _, cases in weeks):
        return
    page.heading("Kinds this week and last; the last eight weeks")
    charts: list[Chart] = []
    if kinds:
        rows: list[list[tuple[Value, CellStyle]]] = [
            [
                (CHOICES["kind"].word(kind, page.lang), "text"),
                (now, "number"),
                (was, "number"),
            ]
            for kind, now, was in kinds
        ]
        first, at = page.table(("Kind", "This week", "Last week"), rows, (4, 4, 4))
        charts.append(
            Chart(
                "column", "Cases by kind", (first, at[0], len(rows)),
                (
                    (page.text("Last week"), first, at[2], len(rows)),
                    (page.text("This week"), first, at[1], len(rows)),
                ), (0, 0),
            )
        )  # fmt: skip
        page.gap()
    start, place = page.table(
        ("Week of", "Cases"),
        [[(day, "text"), (cases, "number")] for day, cases in weeks],
        (6, 6),
    )
    charts.append(
        Chart(
            "line", "Cases per week", (start, place[0], len(weeks)),
            ((page.text("Cases"), start, place[1], len(weeks)),), (0, 0),
        )
    )  # fmt: skip
    page.chart_row(charts)


def _kinds(facts: Facts, values: list[Value], period: Period) -> list[tuple[str, float, float]]:
    """(kind, cases of the period, cases of the one before), also of kinds that are gone."""
    now = {row.value: row.cases for row in facts.top(values, period, _ALL_KINDS)}
    was = {row.value: row.cases for row in facts.top(values, period.before, _ALL_KINDS)}
    return [(kind, now.get(kind, 0.0), was.get(kind, 0.0)) for kind in {**now, **was}]


def _weeks(facts: Facts, values: list[Value], period: Period) -> list[tuple[str, float]]:
    """(first day, cases) of the last weeks, oldest first."""
    span = period.end - period.start
    found: list[tuple[str, float]] = []
    for back in range(_WEEKS - 1, -1, -1):
        one = Period(period.start - back * span, period.end - back * span)
        cases = sum(1 for row in facts.rows(one) if values[row] is not None)
        found.append((f"{one.start:%m-%d}", float(cases)))
    return found
