"""The three clocks of a case: when it is due, how it stands, what is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from .businesstime import BusinessTime, CalendarFault
from .messages import Message
from .pauses import read_pauses
from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import CellFault, Clock, ClockState, Kind

FAR_AWAY = Message("The deadline lies beyond the year 9999.")


def wall_time(rules: Rules) -> BusinessTime:
    """The calendar that is always open, in the rules' zone."""
    return BusinessTime(None, tz=rules["calendar.tz"])


def due_at(
    kind: str, start: datetime, clock: str, pauses: str | None, rules: Rules, share: float = 1.0
) -> datetime | None:
    """When `share` of a clock's allowance is used up; None while the buyer keeps us waiting."""
    seconds = rules.allowance(clock, kind) * share
    calendar = rules.calendar(clock, kind)
    waits = read_pauses(pauses) if pauses and clock != "response" else ()
    try:
        if calendar is not None:
            return calendar.deadline(start, seconds, waits)
        if not waits:
            return start + timedelta(seconds=seconds)
        return rules.derive(wall_time).deadline(start, seconds, waits)
    except CalendarFault as fault:
        raise CellFault(fault.message) from None
    except OverflowError:
        raise CellFault(FAR_AWAY) from None


def used(
    kind: str, start: datetime, end: datetime, clock: str, pauses: str | None, rules: Rules
) -> float:
    """Seconds of a clock used between two moments."""
    waits = read_pauses(pauses) if pauses and clock != "response" else ()
    calendar = rules.calendar(clock, kind) or rules.derive(wall_time)
    try:
        return calendar.elapsed(start, end, waits)
    except CalendarFault as fault:
        raise CellFault(fault.message) from None


@cell_function(names={"zh_CN": "截止时间"})
def deadline(
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    start: Annotated[datetime, "When the review was captured"],
    clock: Annotated[Clock, "Which of the three clocks"] = "solution",
    pauses: Annotated[str | None, "Intervals of waiting for the buyer, as text"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> datetime | None:
    """Moment by which a case must have moved on.

    A logistics delay has two hours for its solution, product quality four (S8).
    >>> deadline("logistics", datetime(2026, 3, 2, 9))
    datetime.datetime(2026, 3, 2, 11, 0)

    The first real reply has 15 minutes whatever the kind.
    >>> deadline("price", datetime(2026, 3, 2, 9), "response")
    datetime.datetime(2026, 3, 2, 9, 15)

    Waiting for the buyer stops the solution clock, never the response clock.
    >>> deadline("logistics", datetime(2026, 3, 2, 9), "solution", "2026-03-02 10:00~2026-03-02 12:00")
    datetime.datetime(2026, 3, 2, 13, 0)

    A clock with a calendar counts its opening hours only.
    >>> rules = Rules.build([["calendar.solution", "business"]])
    >>> deadline("logistics", datetime(2026, 3, 2, 22), rules=rules)
    datetime.datetime(2026, 3, 3, 10, 0)

    While the buyer still keeps us waiting there is no deadline.
    >>> deadline("logistics", datetime(2026, 3, 2, 9), "solution", "2026-03-02 10:00~")
    """
    return due_at(kind, start, clock, pauses, rules)


@cell_function(names={"zh_CN": "时钟状态"})
def clock_state(
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    start: Annotated[datetime, "When the review was captured"],
    done: Annotated[datetime | None, "When it was done; blank if it is not"],
    now: Annotated[datetime, "The present moment"],
    clock: Annotated[Clock, "Which of the three clocks"] = "solution",
    pauses: Annotated[str | None, "Intervals of waiting for the buyer, as text"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> ClockState:
    """How a clock stands.

    Done on time means done at or before the deadline.
    >>> start = datetime(2026, 3, 2, 9)
    >>> clock_state("logistics", start, datetime(2026, 3, 2, 11), datetime(2026, 3, 5))
    'on_time'
    >>> clock_state("logistics", start, datetime(2026, 3, 2, 11, 0, 1), datetime(2026, 3, 5))
    'late'

    A clock with a quarter of its time left, or less, is due soon.
    >>> clock_state("logistics", start, None, datetime(2026, 3, 2, 10, 29))
    'running'
    >>> clock_state("logistics", start, None, datetime(2026, 3, 2, 10, 30))
    'due_soon'
    >>> clock_state("logistics", start, None, datetime(2026, 3, 2, 11, 1))
    'overdue'
    """
    due = due_at(kind, start, clock, pauses, rules)
    if done is not None:
        return "on_time" if due is None or done <= due else "late"
    if due is None:
        return "running"
    if now > due:
        return "overdue"
    share = rules["clock.due_soon"]
    if rules.calendar(clock, kind) is None:
        left = (due - now).total_seconds()
    else:
        left = used(kind, now, due, clock, pauses, rules)
    return "due_soon" if left <= share * rules.allowance(clock, kind) else "running"


@cell_function(names={"zh_CN": "剩余时间"})
def time_left(
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    start: Annotated[datetime, "When the review was captured"],
    done: Annotated[datetime | None, "When it was done; blank if it is not"],
    now: Annotated[datetime, "The present moment"],
    clock: Annotated[Clock, "Which of the three clocks"] = "solution",
    pauses: Annotated[str | None, "Intervals of waiting for the buyer, as text"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> float | None:
    """Whole minutes of a clock that are left; negative when overdue, blank when done.

    Minutes are counted on the clock's own calendar.
    >>> start = datetime(2026, 3, 2, 9)
    >>> time_left("logistics", start, None, datetime(2026, 3, 2, 10, 29, 30))
    30.0
    >>> time_left("logistics", start, None, datetime(2026, 3, 2, 11, 10))
    -10.0

    While the buyer keeps us waiting the clock stands, and so do the minutes left.
    >>> time_left("logistics", start, None, datetime(2026, 3, 5), "solution", "2026-03-02 10:00~")
    60.0
    """
    if done is not None:
        return None
    due = due_at(kind, start, clock, pauses, rules)
    if due is None:
        left = rules.allowance(clock, kind) - used(kind, start, now, clock, pauses, rules)
    elif now <= due:
        left = used(kind, now, due, clock, pauses, rules)
    else:
        left = -used(kind, due, now, clock, pauses, rules)
    return float(left // 60)
