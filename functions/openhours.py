"""Opening hours as people give them: a week, holidays, special days, checked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from .messages import Message

Span: TypeAlias = Sequence[str | time]
"""Opening and closing time, `("09:00", "17:00")`; `"24:00"` is midnight at the day's end, and a
closing time before the opening time lies on the next day."""
Week: TypeAlias = Mapping[str, Iterable[Span]]
SpecialDays: TypeAlias = (
    Mapping[date | str, Iterable[Span]]
    | Mapping[date, Iterable[Span]]
    | Mapping[str, Iterable[Span]]
)
Hours: TypeAlias = tuple[tuple[int, int], ...]
"""Seconds from midnight of opening and closing, in order."""

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = timedelta(days=1)
DAY_SECONDS: Final = 86400
# A mistyped year must not make a table of thousands of years.
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199
TOO_EARLY: Final = Message("The calendar has no open time that early.")


class CalendarFault(ValueError):
    """A calendar that cannot be used, or cannot answer; carries the sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text())
        self.message = message


class CalendarEnds(CalendarFault):
    """The question leads past the last open day that the calendar has."""


class OpenHours:
    """The hours in which each day is open; a week of None is open always."""

    def __init__(
        self, week: Week | None, holidays: Iterable[date | str], special_days: SpecialDays | None
    ) -> None:
        self.always = week is None
        self._week: list[Hours] = [()] * 7
        for name, spans in (week or {}).items():
            self._week[_weekday(name)] = _spans(spans, name)
        self._holidays = frozenset(_date(day) for day in holidays)
        self._special = {
            _date(day): _spans(spans, str(day)) for day, spans in (special_days or {}).items()
        }
        if not self.always and not any(self._week) and not any(self._special.values()):
            raise CalendarFault(Message("This calendar never opens: give it opening hours."))

    def on(self, day: date) -> Hours:
        """The hours of one day; a special day beats a holiday, a holiday beats its weekday."""
        if self.always:
            return ((0, DAY_SECONDS),)
        special = self._special.get(day)
        if special is not None:
            return special
        return () if day in self._holidays else self._week[day.weekday()]

    def any_beyond(self, day: date, step: timedelta) -> bool:
        """Whether any day after this one, or before it if `step` leads back, can be open."""
        back = step < timedelta(0)
        return (
            self.always
            or any(self._week)
            or any(
                spans and (special < day if back else special > day)
                for special, spans in self._special.items()
            )
        )

    def working_day(self, day: date, days: int) -> date:
        """The open day that is `days` open days later, or earlier if negative."""
        left, step = abs(days), DAY if days >= 0 else -DAY
        while left or not self.on(day):
            if not FIRST_YEAR <= day.year <= LAST_YEAR or not self.any_beyond(day, step):
                raise CalendarEnds(TOO_EARLY if days < 0 else no_open_day_after(day))
            day += step
            if self.on(day):
                left = max(0, left - 1)
        return day


def no_open_day_after(day: date) -> Message:
    """What is wrong where a calendar comes to its end."""
    return Message("The calendar has no open day after {day}.", day=day)


def edge(day: date, seconds: int, zone: ZoneInfo, *, closing: bool = False) -> int:
    """The instant of a wall time of a day; one that the clock skips is where it skips to."""
    extra, within = divmod(seconds, DAY_SECONDS)
    local = datetime.combine(day + timedelta(days=extra), time(0)) + timedelta(seconds=within)
    # Where the clock goes back, the last open second decides: closing at the hour that comes
    # twice is closing before it, closing within it is closing the second time.
    local -= timedelta(seconds=closing)
    early = int(local.replace(tzinfo=zone).timestamp())
    late = int(local.replace(tzinfo=zone, fold=1).timestamp())
    if late < early:  # the wall time does not exist: the clock skips over it
        return _skip(late, early, zone)
    return late + 1 if closing else early


def _skip(before: int, after: int, zone: ZoneInfo) -> int:
    """The instant of the clock change between two instants."""
    shift = datetime.fromtimestamp(before, zone).utcoffset()
    while before + 1 < after:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == shift:
            before = middle
        else:
            after = middle
    return after


def _weekday(name: str | int) -> int:
    try:
        return DAYS.index(str(name)[:3].lower())
    except ValueError:
        raise CalendarFault(
            Message("{day} is no day of the week; expected mon … sun.", day=name)
        ) from None


def _date(day: date | str) -> date:
    if isinstance(day, datetime):
        return day.date()
    return day if isinstance(day, date) else date.fromisoformat(day)


def _spans(spans: Iterable[Span], day: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for opening, closing in spans:
        begin, finish = _seconds(opening, day), _seconds(closing, day)
        if begin == finish or begin >= DAY_SECONDS:
            raise CalendarFault(
                Message(
                    "{day}: {opening} to {closing} is no span of time.",
                    day=day, opening=opening, closing=closing,
                )
            )  # fmt: skip
        found.append((begin, finish if finish > begin else finish + DAY_SECONDS))
    found.sort()
    for (_, finish), (begin, _) in pairwise(found):
        if begin < finish:
            raise CalendarFault(Message("{day}: opening hours overlap.", day=day))
    return tuple(found)


def _seconds(value: str | time, day: str) -> int:
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    parts = str(value).split(":")
    try:
        hour, minute, second = (int(part) for part in (*parts, "0", "0")[:3])
    except ValueError:
        hour = minute = second = -1
    total = hour * 3600 + minute * 60 + second
    if not (0 <= minute < 60 and 0 <= second < 60 and 0 <= total <= DAY_SECONDS):
        raise CalendarFault(Message("{day}: {time} is no time of day.", day=day, time=value))
    return total
