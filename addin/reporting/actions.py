"""Measures against causes: last week's and whether they helped, this week's to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from ...functions.messages import Message
from ...functions.values import CHOICES
from ...sheets.edits import CellStyle, Edits
from ...sheets.snapshot import Value
from .facts import Facts, Period, dimension_title, week
from .page import Page

DEPARTMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "purchasing": ("quality", "mismatch", "wrong_item", "damage"),
    "logistics": ("logistics", "damage"),
}
"""Who can act on which kinds; service and price stay with the team itself."""
_TEAM: Final = {
    "service": "service",
    "price": "product",
    "malicious": "service",
    "other": "service",
}


def last_actions(page: Page, facts: Facts, department: str | None, period: Period) -> None:
    """Last week's actions, and whether their cause became rarer."""
    name, _ = week(None, period.start)
    actions = facts.snapshot["actions"]
    lines: list[list[tuple[Value, CellStyle]]] = []
    for key, cause, who, action, owner, done in actions.rows(
        "action_id", "cause", "department", "action", "owner", "done"
    ):
        if not (key or "").startswith(f"A-{name}-") or (department and who != department):
            continue
        kind = CHOICES["kind"].id(cause or "")
        now, was = (
            sum(1 for row in facts.rows(span) if facts.kinds[row] == kind)
            for span in (period, period.before)
        )
        lines.append(
            [
                (cause, "text"),
                (CHOICES["department"].word(who or "", page.lang), "text"),
                (action or page.text("not decided"), "wrap"),
                (owner or "-", "text"),
                (page.text("done") if done else page.text("open"), "good" if done else "bad"),
                (f"{was} → {now}", "good" if now < was else "bad" if now > was else "text"),
            ]
        )
    if lines:
        page.heading("Last week's actions and their effect")
        titles = ("Cause", "Department", "Action", "Owner", "State", "Cases before → now")
        page.table(titles, lines, (2, 2, 4, 1, 1, 2))


def suggest_actions(facts: Facts, name: str, period: Period, edits: Edits) -> None:
    """One line per top kind and department; its key makes it come once."""
    lang = facts.snapshot.lang
    for row in facts.top(facts.kinds, period):
        departments = [who for who, kinds in DEPARTMENTS.items() if row.value in kinds]
        for who in departments or [_TEAM[row.value]]:
            found = facts.concentration(row.value, period)
            hint = None
            if found is not None:
                hint = Message(
                    "Check {dimension} {value}: {cases} of the cases.",
                    dimension=dimension_title(found.dimension, lang),
                    value=found.value,
                    cases=found.cases,
                ).text(lang)
            edits.table("actions").append.append(
                {
                    "action_id": f"A-{name}-{row.value}-{who}",
                    "cause": CHOICES["kind"].word(row.value, lang),
                    "department": who,
                    "action": hint,
                    "until": (period.end + timedelta(days=6)).date(),
                }
            )
