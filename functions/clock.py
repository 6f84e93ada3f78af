"""The three clocks of a case: when it is due, how it stands, what is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Final, NamedTuple
from zoneinfo import ZoneInfo

from .businesstime import BusinessTime
from .messages import Message
from .openhours import CalendarFault
from .pauses import Pauses, read_pauses
from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import CellFault, Clock, ClockState, Kind

FAR_AWAY: Final = Message("The deadline lies beyond the year 9999.")
# Zones are looked at over these years to tell whether their clocks ever change.
_STEADY_YEARS: Final = range(2000, 2041)


class _Clock(NamedTuple):
    """What a clock allows a kind, and the time in which it runs."""

    allowance: timedelta
    seconds: float
    """The allowance again, in seconds."""
    calendar: BusinessTime
    plain: bool
    """Wall time in a zone whose clocks never change: moments may simply be added up."""


class _Clocks(dict[tuple[str, str], _Clock]):
    """The clocks of one set of rules, by clock and kind, each made when it is first asked for."""

    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, key: tuple[str, str]) -> _Clock:
        rules = self._rules
        calendar = rules.calendar(*key)
        seconds = rules.allowance(*key)
        found = self[key] = _Clock(
            timedelta(seconds=seconds),
            seconds,
            calendar or rules.derive(wall_time),
            calendar is None and rules.derive(_steady),
        )
        return found


def wall_time(rules: Rules) -> BusinessTime:
    """The calendar that is always open, in the rules' zone."""
    return BusinessTime(None, tz=rules["calendar.tz"])


def _steady(rules: Rules) -> bool:
    zone = ZoneInfo(rules["calendar.tz"])
    days = (datetime(y, month, 1, tzinfo=zone) for y in _STEADY_YEARS for month in range(1, 13))
    return len({day.utcoffset() for day in days}) == 1


def _waits(clock: str, pauses: str | None) -> Pauses:
    """Waiting for the buyer stops every clock but the response clock."""
    return read_pauses(pauses) if pauses and clock != "response" else ()


def due_at(
    kind: str, start: datetime, clock: str, pauses: str | None, rules: Rules, share: float = 1.0
) -> datetime | None:
    """When `share` of a clock's allowance is used up; None while the buyer keeps us waiting."""
    allowance, seconds, calendar, plain = rules.derive(_Clocks)[clock, kind]
    if share != 1.0:
        allowance, seconds = allowance * share, seconds * share
    try:
        if plain and not pauses and start.year in _STEADY_YEARS:
            return start + allowance
        return calendar.deadline(start, seconds, _waits(clock, pauses) if pauses else ())
    except CalendarFault as fault:
        raise CellFault(fault.message) from None
    except (OverflowError, ValueError):  # both stand for a year that no moment has
        raise CellFault(FAR_AWAY) from None


def used(
    kind: str, start: datetime, end: datetime, clock: str, pauses: str | None, rules: Rules
) -> float:
    """Seconds of a clock used between two moments; 0 if the second is earlier."""
    _, _, calendar, plain = rules.derive(_Clocks)[clock, kind]
    try:
        if plain and not pauses and start.year in _STEADY_YEARS:
            return max(0.0, (end - start).total_seconds())
        return calendar.elapsed(start, end, _waits(clock, pauses))
    except CalendarFault as fault:
        raise CellFault(fault.message) from None
    except (OverflowError, ValueError):  # both stand for a year that no moment has
        raise CellFault(FAR_AWAY) from None


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
    >>> deadline("logistics", datetime(2026, 3, 2, 9)), deadline("quality", datetime(2026, 3, 2, 9))
    (datetime.datetime(2026, 3, 2, 11, 0), datetime.datetime(2026, 3, 2, 13, 0))

    The first real reply has 15 minutes and closing 72 hours, whatever the kind.
    >>> deadline("price", datetime(2026, 3, 2, 9), "response")
    datetime.datetime(2026, 3, 2, 9, 15)
    >>> deadline("price", datetime(2026, 3, 2, 9), "close")
    datetime.datetime(2026, 3, 5, 9, 0)

    Waiting for the buyer stops the solution and close clocks, never the response clock.
    >>> wait = "2026-03-02 10:00~2026-03-02 12:00"
    >>> deadline("logistics", datetime(2026, 3, 2, 9), "solution", wait)
    datetime.datetime(2026, 3, 2, 13, 0)
    >>> deadline("logistics", datetime(2026, 3, 2, 10), "response", wait)
    datetime.datetime(2026, 3, 2, 10, 15)

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
    now: Annotated[datetime | None, "The present moment; not needed once it is done"],
    clock: Annotated[Clock, "Which of the three clocks"] = "solution",
    pauses: Annotated[str | None, "Intervals of waiting for the buyer, as text"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> ClockState | None:
    """How a clock stands.

    Done on time means done at or before the deadline.
    >>> start = datetime(2026, 3, 2, 9)
    >>> clock_state("logistics", start, datetime(2026, 3, 2, 11), None)
    'on_time'
    >>> clock_state("logistics", start, datetime(2026, 3, 2, 11, 0, 1), None)
    'late'

    A clock with a quarter of its time left, or less, is due soon; its time is open time.
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
    if now is None:
        return None
    if due is None:
        return "running"
    if now > due:
        return "overdue"
    soon = due_at(kind, start, clock, pauses, rules, 1 - rules["clock.due_soon"])
    return "due_soon" if soon is not None and now >= soon else "running"


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

    Minutes are counted in the clock's own open time, and begun minutes do not count as left.
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
        spent = used(kind, start, now, clock, pauses, rules)
        left = rules.allowance(clock, kind) - spent
    elif now <= due:
        left = used(kind, max(start, now), due, clock, pauses, rules)
    else:
        left = -used(kind, due, now, clock, pauses, rules)
    return float(left // 60)
