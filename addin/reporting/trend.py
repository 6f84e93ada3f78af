"""How cases went: kinds this week and last, and the weeks before."""

from __future__ import annotations

from typing import Final

from ...functions.values import CHOICES
from ...sheets.edits import CellStyle
from ...sheets.snapshot import Value
from .facts import Facts, Period
from .page import Figure, Page

_WEEKS: Final = 8
_ALL_KINDS: Final = 99


def trend(page: Page, facts: Facts, values: list[Value], period: Period) -> None:
    """Tables and charts of `values`, one per review; nothing where there was no case at all."""
    kinds = _kinds(facts, values, period)
    weeks = _weeks(facts, values, period)
    if not any(cases for _, cases in weeks):
        return
    page.heading("Kinds this week and last; the last eight weeks")
    figures = [
        Figure(
            "line", "Cases per week", ("Week of", "Cases"),
            [[(day, "text"), (cases, "number")] for day, cases in weeks], (1,),
        )
    ]  # fmt: skip
    if kinds:
        words = CHOICES["kind"]
        rows: list[list[tuple[Value, CellStyle]]] = [
            [(words.word(kind, page.lang), "text"), (now, "number"), (was, "number")]
            for kind, now, was in kinds
        ]
        titles = ("Kind", "This week", "Last week")
        figures.insert(0, Figure("column", "Cases by kind", titles, rows, (2, 1)))
    page.figures(figures)


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
