"""Who handles a case, and who is told as its clock runs on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from .clock import due_at
from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import Clock, Kind, Role


@cell_function(names={"zh_CN": "处理角色"})
def handler(
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> Role:
    """The role that handles a kind (S8).

    Agents handle late deliveries, supervisors quality, the legal role malicious reviews.
    >>> handler("logistics"), handler("quality"), handler("malicious")
    ('agent', 'supervisor', 'legal')

    A role that the shop does not have falls back to the supervisor.
    >>> handler("malicious", Rules.build([["role.missing", "法务"]]))
    'supervisor'
    """
    return rules.handler(kind)


@cell_function(names={"zh_CN": "升级对象"})
def escalation(
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    start: Annotated[datetime, "When the review was captured"],
    done: Annotated[datetime | None, "When it was done; blank if it is not"],
    now: Annotated[datetime | None, "The present moment; not needed once it is done"],
    clock: Annotated[Clock, "Which of the three clocks"] = "solution",
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> Role | None:
    """Who is told by now; blank before the first level and once it is done.

    At half of the clock the handler, at its end the supervisor, at twice its length the shop lead.
    >>> start = datetime(2026, 3, 2, 9)
    >>> escalation("logistics", start, None, datetime(2026, 3, 2, 10))
    'agent'
    >>> escalation("logistics", start, None, datetime(2026, 3, 2, 11))
    'supervisor'
    >>> escalation("logistics", start, None, datetime(2026, 3, 2, 13))
    'shop_lead'

    Where the supervisor handles, the shop lead is told at the end of the clock.
    >>> escalation("quality", start, None, datetime(2026, 3, 2, 13))
    'shop_lead'

    A role that the shop does not have falls back to the supervisor.
    >>> rules = Rules.build([["role.missing", "店长"]])
    >>> escalation("logistics", start, None, datetime(2026, 3, 2, 13), "solution", rules)
    'supervisor'
    """
    if done is not None or now is None:
        return None
    told: str | None = None
    handles = rules.handler(kind)
    for level in (1, 2, 3):
        due = due_at(kind, start, clock, None, rules, rules[f"escalation.{level}.share"])
        if due is None or now < due:
            break
        told = rules[f"escalation.{level}.to"]
        if told == "handler":
            told = handles
        elif told == "supervisor" and handles == "supervisor":
            told = "shop_lead"
    return None if told is None else present(told, rules)


def present(role: str, rules: Rules) -> str:
    """The role, or the supervisor where the shop does not have it."""
    return "supervisor" if role in rules["role.missing"] else role
