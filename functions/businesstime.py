"""Business time: deadlines and elapsed time that count open hours only.

The open hours of a range of years stand in one table of segments with their cumulative length; two
binary searches answer every question. No package was found that knows make-up work days (调休) and
parts of hours, and the table is fifty times faster than those that come near.

Naive moments are wall time of the calendar's zone; what goes in naive comes out naive. Everything
is computed on absolute instants, so days with a clock change have their true length.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .messages import Message
from .openhours import (
    DAY,
    DAY_SECONDS,
    FIRST_YEAR,
    LAST_YEAR,
    TOO_EARLY,
    CalendarEnds,
    CalendarFault,
    OpenHours,
    SpecialDays,
    Week,
    edge,
    no_open_day_after,
)
from .pauses import Pause, merged

_EPOCH: Final = datetime(1970, 1, 1)
_STEP_YEARS: Final = 2


class BusinessTime:
    """A calendar of open hours.

    `week` maps `mon` … `sun` to spans; None means always open (wall time). `holidays` are closed
    dates; `special_days` maps a date to the spans that replace its weekday's (make-up work days,
    shortened days; an empty list closes the day) and beats a holiday on the same date.

    >>> shop = BusinessTime({"fri": [("09:00", "17:00")], "mon": [("09:00", "17:00")]})
    >>> shop.deadline(datetime(2024, 1, 19, 16), 7200)
    datetime.datetime(2024, 1, 22, 10, 0)

    Time that is used up exactly at closing ends at closing.
    >>> shop.deadline(datetime(2024, 1, 19, 16), 3600)
    datetime.datetime(2024, 1, 19, 17, 0)
    """

    def __init__(
        self,
        week: Week | None,
        holidays: Iterable[date | str] = (),
        special_days: SpecialDays | None = None,
        tz: str = "Asia/Shanghai",
    ) -> None:
        self.tz = tz
        self._zone = ZoneInfo(tz)
        self._hours = OpenHours(week, holidays, special_days)
        self._always = self._hours.always
        self._from = self._until = 0
        self._low = self._high = 0
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = [0]
        self._offset: int | None = None

    def deadline(
        self, start: datetime, seconds: float, pauses: Iterable[Pause] = ()
    ) -> datetime | None:
        """The moment at which `seconds` of open time after `start` are used up.

        Open time inside a pause does not count. None while a pause that matters is still going on.
        With 0 seconds it is the first open moment at or after `start`.
        """
        if seconds < 0:
            raise CalendarFault(Message("A time allowed cannot be negative."))
        instant = self._instant(start)
        if not pauses:
            return self._moment(self._add(instant, seconds), start)
        due = self._add(instant, seconds)
        for begin, end in merged(pauses, self._instant):
            begin = max(begin, instant)
            if end is not None and end <= begin:
                continue
            if begin >= due:
                break
            if end is None:
                return None
            seconds += self._used(end) - self._used(begin)
            due = self._add(instant, seconds)
        return self._moment(due, start)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> float:
        """Open seconds between two moments, less those inside pauses; 0 if `end` is earlier."""
        first, last = self._instant(start), self._instant(end)
        if last <= first:
            return 0
        before = self._used(first)  # first: an earlier year would move the table's start
        total = self._used(last) - before
        for begin, finish in merged(pauses, self._instant):
            begin, finish = max(begin, first), min(last if finish is None else finish, last)
            if begin < finish:
                total -= self._used(finish) - self._used(begin)
        return total

    def next_open(self, moment: datetime) -> datetime:
        """The first open moment at or after `moment`."""
        return self._moment(self._next_open(self._instant(moment)), moment)

    def is_open(self, moment: datetime) -> bool:
        """Whether `moment` lies in open time."""
        instant = self._instant(moment)
        return self._next_open(instant) == instant

    def deadline_back(self, end: datetime, seconds: float) -> datetime:
        """The latest moment from which `seconds` of open time lead to `end`.

        With 0 seconds it is the last open moment at or before `end`.
        """
        if seconds < 0:
            raise CalendarFault(Message("A time allowed cannot be negative."))
        instant = self._instant(end)
        if self._always:
            return self._moment(instant - seconds, end)
        self._cover(instant)
        while True:
            at = bisect_right(self._opens, instant) - 1
            if seconds == 0 and at >= 0:
                return self._moment(min(instant, self._closes[at]), end)
            target = self._used(instant) - seconds
            if target >= 0 and at >= 0:
                at = bisect_right(self._before, target) - 1
                return self._moment(self._opens[at] + target - self._before[at], end)
            if self._from < FIRST_YEAR or not self._hours.any_beyond(date(self._from, 1, 1), -DAY):
                raise CalendarEnds(TOO_EARLY)
            step = max(_STEP_YEARS, self._until - self._from)
            self._build(max(FIRST_YEAR - 1, self._from - step), self._until)

    def day_deadline(
        self,
        start: datetime,
        days: int,
        *,
        end_of_working_day: bool = False,
        clamp: str | None = None,
    ) -> datetime:
        """The same wall time `days` working days later; a working day has open hours.

        A negative number leads back, as for a reminder before a date. With `end_of_working_day` it
        is that day's last closing time; with `clamp="next_open"` a time outside the hours moves to
        the next opening.
        """
        local = self._local(start)
        day = self._hours.working_day(local.date(), days)
        instant = self._instant(datetime.combine(day, local.time()))
        if end_of_working_day:
            closing = max(close for _, close in self._hours.on(day))
            instant = edge(day, closing, self._zone, closing=True)
        if clamp == "next_open":
            instant = self._next_open(instant)
        return self._moment(instant, start)

    def segments(self, first: datetime, last: datetime) -> tuple[list[int], list[int], list[int]]:
        """Opening and closing instants (epoch seconds) and cumulative open seconds before each
        segment, covering both moments; for computing whole columns."""
        for moment in (first, last):
            self._cover(self._instant(moment))
        return self._opens, self._closes, self._before

    @property
    def fixed_offset(self) -> int | None:
        """Seconds from UTC where the zone kept one offset over the years covered so far."""
        return self._offset

    @property
    def always_open(self) -> bool:
        """Whether this is wall time."""
        return self._always

    # Instants: seconds since 1970 in UTC.

    def _instant(self, moment: datetime) -> float:
        if moment.tzinfo is None:
            if self._offset is not None:
                delta = moment - _EPOCH
                instant = delta.days * DAY_SECONDS + delta.seconds - self._offset
                if self._low <= instant < self._high:
                    return instant + delta.microseconds / 1e6 if delta.microseconds else instant
            moment = moment.replace(tzinfo=self._zone)
        seconds = moment.timestamp()
        return int(seconds) if seconds.is_integer() else seconds

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            return moment
        return moment.astimezone(self._zone).replace(tzinfo=None)

    def _moment(self, instant: float, like: datetime) -> datetime:
        if self._offset is not None and like.tzinfo is None and self._low <= instant < self._high:
            return _EPOCH + timedelta(0, instant + self._offset)
        local = datetime.fromtimestamp(instant, UTC).astimezone(self._zone)
        return local.replace(tzinfo=None) if like.tzinfo is None else local

    # The table: years self._from <= year < self._until.

    def _cover(self, instant: float) -> None:
        if self._low <= instant < self._high:
            return
        year = (_EPOCH + timedelta(seconds=instant)).year
        if year < FIRST_YEAR:
            raise CalendarEnds(TOO_EARLY)
        if year > LAST_YEAR:
            raise CalendarEnds(no_open_day_after(date(LAST_YEAR, 12, 31)))
        first, last = year - 1, year + _STEP_YEARS
        if self._until:
            first, last = min(first, self._from), max(last, self._until)
        self._build(first, last)

    def _build(self, first: int, last: int) -> None:
        opens: list[int] = []
        closes: list[int] = []
        offsets: set[int] = set()
        day, end = date(first, 1, 1), date(last, 1, 1)
        while day < end:
            noon = datetime(day.year, day.month, day.day, 12, tzinfo=self._zone).utcoffset()
            offsets.add(int(noon.total_seconds()) if noon is not None else 0)
            for opening, closing in () if self._always else self._hours.on(day):
                begin = edge(day, opening, self._zone)
                finish = edge(day, closing, self._zone, closing=True)
                if closes and begin <= closes[-1]:
                    closes[-1] = max(closes[-1], finish)
                elif begin < finish:
                    opens.append(begin)
                    closes.append(finish)
            day += DAY
        before = [0]
        for begin, finish in zip(opens, closes, strict=True):
            before.append(before[-1] + finish - begin)
        self._from, self._until = first, last
        # Moments this near to the table's ends are left to a larger table: zones shift days.
        self._low = int((datetime(first, 1, 3) - _EPOCH).total_seconds())
        self._high = int((datetime(last, 1, 1) - _EPOCH).total_seconds()) - 3 * DAY_SECONDS
        self._opens, self._closes, self._before = opens, closes, before
        self._offset = offsets.pop() if len(offsets) == 1 else None

    def _used(self, instant: float) -> float:
        """Open seconds before an instant, counted from the table's start."""
        if self._always:
            return instant
        self._cover(instant)
        at = bisect_right(self._opens, instant) - 1
        if at < 0:
            return 0
        opening = self._opens[at]
        return self._before[at] + min(instant - opening, self._closes[at] - opening)

    def _next_open(self, instant: float) -> float:
        if self._always:
            return instant
        self._cover(instant)
        while True:
            at = bisect_right(self._opens, instant) - 1
            if at >= 0 and instant < self._closes[at]:
                return instant
            if at + 1 < len(self._opens):
                return self._opens[at + 1]
            self._extend()

    def _add(self, instant: float, seconds: float) -> float:
        if self._always:
            return instant + seconds
        if seconds == 0:
            return self._next_open(instant)
        if not self._low <= instant < self._high:
            self._cover(instant)
        while True:
            at = bisect_right(self._opens, instant) - 1
            target = seconds
            if at >= 0:
                opening = self._opens[at]
                target += self._before[at] + min(instant, self._closes[at]) - opening
            at = bisect_left(self._before, target, max(at, 0))
            if at < len(self._before):
                return self._closes[at - 1] - (self._before[at] - target)
            self._extend()

    def _extend(self) -> None:
        last = date(self._until - 1, 12, 31)
        if last.year >= LAST_YEAR or not self._hours.any_beyond(last, DAY):
            raise CalendarEnds(no_open_day_after(last))
        self._build(self._from, min(LAST_YEAR + 1, self._until + (self._until - self._from)))
