"""Opening hours as people give them: a week, holidays, special days, checked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from typing import Final, TypeAlias

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
DAY_SECONDS: Final = 86400


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

    def any_from(self, day: date) -> bool:
        """Whether any day from this one on can be open."""
        return (
            self.always
            or any(self._week)
            or any(spans and special >= day for special, spans in self._special.items())
        )

    def any_before(self, year: int) -> bool:
        """Whether any day before this year can be open."""
        return any(self._week) or any(
            spans and special.year < year for special, spans in self._special.items()
        )


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
