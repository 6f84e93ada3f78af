"""The state of a case, derived from its times and never typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, TypeAlias

from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import CHOICES, CaseState

Approval: TypeAlias = Annotated[str, CHOICES["approval"]]
# What `approval` may say that is a state of its own; "settled" is none.
_OUTSIDE: Final = frozenset({"approval", "appealing", "unreachable"})


@cell_function(names={"zh_CN": "个案状态"})
def case_state(
    claimed: Annotated[datetime | None, "When an agent claimed it"],
    responded: Annotated[datetime | None, "When the buyer got the first real reply"],
    solution: Annotated[datetime | None, "When the solution was sent"],
    waiting: Annotated[datetime | None, "Since when the buyer keeps us waiting"],
    closed: Annotated[datetime | None, "When it was closed"],
    approval: Annotated[
        Approval | None,
        "Awaiting approval (a payout state, or yes), appealing, unreachable, nothing to do",
    ],
    followup: Annotated[datetime | None, "When a bad follow-up review came"],
    now: Annotated[datetime | None, "The present moment; times after it have not happened yet"],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> CaseState:
    """Where a case stands between arrival and close.

    A case is claimed, answered, diagnosed, solved, confirmed and closed, in this order.
    >>> nine, ten, noon = (datetime(2026, 3, 2, hour) for hour in (9, 10, 12))
    >>> case_state(None, None, None, None, None, None, None, noon)
    'unclaimed'
    >>> case_state(nine, None, None, None, None, None, None, noon)
    'unanswered'
    >>> case_state(nine, nine, None, None, None, None, None, noon)
    'diagnosing'
    >>> case_state(nine, nine, ten, None, None, None, None, noon)
    'confirming'
    >>> case_state(nine, nine, ten, None, ten, None, None, noon)
    'closed'

    Waiting for the buyer, approval, an appeal and silence show instead of the step they hold up.
    >>> case_state(nine, nine, None, ten, None, None, None, noon)
    'waiting'
    >>> case_state(nine, nine, None, None, None, "approval", None, noon)
    'approval'
    >>> case_state(nine, nine, None, None, None, "settled", None, noon)
    'diagnosing'

    A review with nothing to do has no other state.
    >>> case_state(None, None, None, None, None, "not_needed", None, noon)
    'not_needed'

    A bad follow-up review after closing reopens the case until somebody answers it.
    >>> case_state(nine, nine, ten, None, ten, None, noon, noon)
    'reopened'
    >>> case_state(nine, noon, ten, None, ten, None, noon, noon)
    'diagnosing'

    What is dated after now has not happened yet.
    >>> case_state(nine, ten, None, None, None, None, None, nine)
    'unanswered'
    """
    if now is not None:
        claimed, responded, solution, waiting, closed, followup = (
            None if moment is not None and moment > now else moment
            for moment in (claimed, responded, solution, waiting, closed, followup)
        )
    if approval == "not_needed":
        return "not_needed"
    if closed is not None:
        if followup is None or followup <= closed:
            return "closed"
        responded = _since(followup, responded)
        solution = _since(followup, solution)
        waiting = _since(followup, waiting)
        if responded is None and solution is None:
            return "reopened"
    if waiting is not None:
        return "waiting"
    if approval in _OUTSIDE:
        return approval
    if solution is not None:
        return "confirming"
    if responded is not None:
        return "diagnosing"
    return "unclaimed" if claimed is None else "unanswered"


def _since(start: datetime, moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment >= start else None
