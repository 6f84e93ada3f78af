"""Business time against published cases and a minute-by-minute count of open time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import chinese_calendar
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fanpan.functions.businesstime import BusinessTime
from fanpan.functions.mainland import mainland_days
from fanpan.functions.openhours import DAYS, CalendarEnds, CalendarFault
from fanpan.functions.rules import DEFAULT_RULES, Rules, business_calendar

CASES = 66
NINE_TO_FIVE = {day: [("09:00", "17:00")] for day in DAYS[:5]}
MINUTE = 60
# Days in which the reference counts; the first two only feed spans that run past midnight.
HORIZON = 16
# One quiet week, both clock changes of each zone that has them, and a turn of the year.
BASES = {
    "Asia/Shanghai": ["2026-02-10", "2025-12-25"],
    "America/New_York": ["2026-03-05", "2026-10-28", "2025-12-24"],
    "Europe/London": ["2026-03-26", "2026-10-21", "2026-06-10"],
}
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)


# Published cases.


def answer(case: dict[str, Any]) -> Any:
    calendar = case["calendar"]
    time = BusinessTime(
        calendar["week"], calendar["holidays"], calendar["special_days"], calendar["tz"]
    )
    start = datetime.fromisoformat(case["start"])
    match case["kind"]:
        case "deadline":
            due = time.deadline(start, case["duration_s"], case.get("pauses", ()))
            assert due is not None
            return time.next_open(due) if case.get("boundary_semantics") == "next_open" else due
        case "next_open":
            return time.next_open(start)
        case "day_deadline":
            return time.day_deadline(
                start,
                case["days"],
                end_of_working_day=case.get("end_of_working_day", False),
                clamp=case.get("clamp"),
            )
        case "elapsed":
            return time.elapsed(start, datetime.fromisoformat(case["end"]))
        case other:
            raise AssertionError(other)


@pytest.fixture(scope="module")
def cases(shared: Path) -> dict[str, dict[str, Any]]:
    text = (shared / "cases" / "business_time.json").read_text("utf-8")
    return {case["id"]: case for case in json.loads(text)["cases"]}


def test_published_cases(cases: dict[str, dict[str, Any]]) -> None:
    assert len(cases) == CASES
    wrong: dict[str, Any] = {}
    for name, case in cases.items():
        if case.get("policy") == "wall_clock_when_never_open":
            continue
        expected = case.get("expected_s")
        if expected is None:
            expected = datetime.fromisoformat(case["expected_end"])
        if (found := answer(case)) != expected:
            wrong[name] = (found, expected)
    assert wrong == {}


def test_the_same_cases_as_absolute_moments(cases: dict[str, dict[str, Any]]) -> None:
    wrong: dict[str, Any] = {}
    for name, case in cases.items():
        if "expected_end_utc" not in case or "policy" in case:
            continue
        if (found := answer({**case, "start": case["start_utc"]})) != datetime.fromisoformat(
            case["expected_end_utc"]
        ):
            wrong[name] = found
    assert wrong == {}


def test_the_boundary_of_published_cases(cases: dict[str, dict[str, Any]]) -> None:
    """Some count on to the next opening what we let end at closing."""
    at_close = [case for case in cases.values() if case.get("ends_exactly_at_close")]
    assert len(at_close) == 4
    for case in at_close:
        later = datetime.fromisoformat(case["expected_end_if_next_open_semantics"])
        absolute = {**case, "start": case["start_utc"]}
        assert answer({**absolute, "boundary_semantics": "next_open"}) == later
        assert answer(absolute) < later


def test_an_hour_a_week_by_days(cases: dict[str, dict[str, Any]]) -> None:
    """With one open hour a week two hours are two working days."""
    case = cases["biz-071"]
    by_days = {**case, "kind": "day_deadline", "days": 2, "clamp": "next_open"}
    assert answer(by_days) == datetime.fromisoformat(case["expected_end"])


def test_a_published_calendar_that_never_opens_is_refused(
    cases: dict[str, dict[str, Any]],
) -> None:
    with pytest.raises(CalendarFault, match="never opens"):
        answer(cases["cw-002"])


# The reference: every minute of some weeks, open or not.


class Calendar(NamedTuple):
    """What a `BusinessTime` is made of, and the weeks in which it is asked."""

    tz: str
    base: date
    week: dict[str, list[tuple[str, str]]]
    holidays: list[date]
    special: dict[date, list[tuple[str, str]]]

    @property
    def time(self) -> BusinessTime:
        return BusinessTime(self.week, self.holidays, self.special, self.tz)

    def moment(self, minute: int) -> datetime:
        return midnight(self.tz, self.base) + timedelta(minutes=minute)

    def minute(self, moment: datetime) -> float:
        return (moment.astimezone(UTC) - midnight(self.tz, self.base)) / timedelta(minutes=1)


def midnight(tz: str, day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)).astimezone(UTC)


@lru_cache(maxsize=32)
def walls(tz: str, base: date) -> Any:
    """Wall time of every minute, in minutes since the base's midnight on the wall."""
    zone, first = ZoneInfo(tz), midnight(tz, base)
    zero = datetime(base.year, base.month, base.day)
    return np.array(
        [
            ((first + timedelta(minutes=i)).astimezone(zone).replace(tzinfo=None) - zero)
            // timedelta(minutes=1)
            for i in range(HORIZON * 1440)
        ]
    )


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def open_minutes(calendar: Calendar) -> Any:
    """A span reaches from the first minute at or after its opening to the last before closing."""
    wall = walls(calendar.tz, calendar.base)
    found = np.zeros(len(wall), dtype=bool)
    for number in range(HORIZON + 1):
        day = calendar.base + timedelta(days=number)
        spans = calendar.special.get(
            day, [] if day in calendar.holidays else calendar.week.get(DAYS[day.weekday()], [])
        )
        for opening, closing in spans:
            begin, end = number * 1440 + minutes(opening), number * 1440 + minutes(closing)
            if end <= begin:
                end += 1440
            late, early = np.nonzero(wall >= begin)[0], np.nonzero(wall < end)[0]
            if len(late) and len(early):
                found[late[0] : early[-1] + 1] = True
    return found


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[str, str]]:
    """No, one or two spans in order; the last may run past midnight or to it."""
    marks = sorted(
        draw(st.lists(st.integers(0, 95), max_size=4, unique=True))  # quarter hours
    )
    marks = marks[: len(marks) // 2 * 2]
    times = [f"{mark // 4:02}:{mark % 4 * 15:02}" for mark in marks]
    found = list(zip(times[::2], times[1::2], strict=True))
    if found and draw(st.integers(0, 3)) == 0:
        until = draw(st.sampled_from(["24:00", "02:30", "01:30", "05:00"]))
        found[-1] = (found[-1][0], until)
        opening, closing = minutes(found[-1][0]), minutes(until)
        assume(opening != closing)
        assume(closing > opening or all(end < opening for _, end in in_minutes(found[:-1])))
    return found


def in_minutes(found: list[tuple[str, str]]) -> list[tuple[int, int]]:
    return [(minutes(opening), minutes(closing)) for opening, closing in found]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    tz = draw(st.sampled_from(sorted(BASES)))
    base = date.fromisoformat(draw(st.sampled_from(BASES[tz])))
    week = {day: draw(spans()) for day in DAYS}
    days = st.integers(0, HORIZON - 1).map(lambda n: base + timedelta(days=n))
    holidays = draw(st.lists(days, max_size=3))
    special = draw(st.dictionaries(days, spans(), max_size=3))
    assume(any(week.values()) or any(special.values()))
    return Calendar(tz, base, week, holidays, special)


EDGES = ["00:30", "01:00", "01:30", "02:00", "02:30", "03:00", "03:30"]


@pytest.mark.parametrize(
    ("tz", "base", "change"),
    [
        ("America/New_York", "2026-03-05", "2026-03-08"),
        ("America/New_York", "2026-10-28", "2026-11-01"),
        ("Europe/London", "2026-03-26", "2026-03-29"),
        ("Europe/London", "2026-10-21", "2026-10-25"),
    ],
)
def test_every_edge_around_a_clock_change(tz: str, base: str, change: str) -> None:
    day = date.fromisoformat(change)
    spans = [(day, pair) for pair in combinations(EDGES, 2)]
    spans += [(day - timedelta(days=1), ("23:30", edge)) for edge in EDGES]
    wrong: list[Any] = []
    for on, span in spans:
        calendar = Calendar(
            tz, date.fromisoformat(base), {"wed": [("09:00", "10:00")]}, [], {on: [span]}
        )
        counted = open_minutes(calendar)
        found = np.zeros(len(counted), dtype=bool)
        before = midnight(tz, calendar.base).timestamp()
        opens, closes, _ = calendar.time.segments(calendar.moment(0), calendar.moment(0))
        for begin, end in zip(opens, closes, strict=True):
            found[max(0, int(begin - before) // 60) : max(0, int(end - before) // 60)] = True
        if not (found == counted).all():
            wrong.append((on, span, int(found.sum()), int(counted.sum())))
    assert wrong == []


STARTS = st.integers(2 * 1440, (HORIZON - 2) * 1440)


@settings(max_examples=100)
@given(calendars(), STARTS, st.data())
def test_deadline_as_counted(calendar: Calendar, start: int, data: st.DataObject) -> None:
    opened = np.nonzero(open_minutes(calendar)[start:])[0]
    assume(len(opened))
    wait = data.draw(st.integers(0, len(opened)))
    expected = start + (opened[0] if wait == 0 else opened[wait - 1] + 1)
    due = calendar.time.deadline(calendar.moment(start), wait * MINUTE)
    assert due is not None
    assert calendar.minute(due) == expected


@settings(max_examples=100)
@given(calendars(), STARTS, STARTS)
def test_elapsed_as_counted(calendar: Calendar, start: int, end: int) -> None:
    counted = int(open_minutes(calendar)[start:end].sum())
    found = calendar.time.elapsed(calendar.moment(start), calendar.moment(end))
    assert found == counted * MINUTE


@settings(max_examples=60)
@given(calendars(), STARTS)
def test_next_open_as_counted(calendar: Calendar, start: int) -> None:
    flags = open_minutes(calendar)
    opened = np.nonzero(flags[start:])[0]
    assume(len(opened))
    moment = calendar.moment(start)
    assert calendar.minute(calendar.time.next_open(moment)) == start + opened[0]
    assert calendar.time.is_open(moment) == bool(flags[start])


@settings(max_examples=100)
@given(calendars(), STARTS, st.data())
def test_deadline_back_as_counted(calendar: Calendar, end: int, data: st.DataObject) -> None:
    flags = open_minutes(calendar)
    # Earlier days may hold open time that the reference does not count.
    before = np.nonzero(flags[1440:end])[0] + 1440
    assume(len(before))
    wait = data.draw(st.integers(0, len(before)))
    expected = before[-wait] if wait else end if flags[end] else before[-1] + 1
    found = calendar.time.deadline_back(calendar.moment(end), wait * MINUTE)
    assert calendar.minute(found) == expected


@settings(max_examples=100)
@given(
    calendars(),
    STARTS,
    st.lists(st.tuples(st.integers(0, HORIZON * 1440), st.integers(0, 3000)), max_size=4),
    st.one_of(st.none(), STARTS),
    st.integers(1, 3000),
)
def test_pauses_as_counted(
    calendar: Calendar,
    start: int,
    closed: list[tuple[int, int]],
    still: int | None,
    wait: int,
) -> None:
    assume(any(calendar.week.values()))
    flags = open_minutes(calendar)
    pauses: list[tuple[datetime, datetime | None]] = []
    for begin, length in closed:
        flags[begin : begin + length] = False
        pauses.append((calendar.moment(begin), calendar.moment(begin + length)))
    if still is not None:
        flags[still:] = False
        pauses.append((calendar.moment(still), None))
    end = min(start + wait, len(flags))
    time, first = calendar.time, calendar.moment(start)
    assert time.elapsed(first, calendar.moment(end), pauses) == flags[start:end].sum() * MINUTE
    opened = np.nonzero(flags[start:])[0]
    due = time.deadline(first, wait * MINUTE, pauses)
    if len(opened) >= wait:
        assert due is not None
        assert calendar.minute(due) == start + opened[wait - 1] + 1
    elif still is not None:
        assert due is None
    else:
        assert due is not None
        assert calendar.minute(due) >= len(flags)


@settings(max_examples=100)
@given(calendars(), MOMENTS, st.integers(1, 400_000))
def test_deadline_and_elapsed_are_inverse(calendar: Calendar, start: datetime, wait: int) -> None:
    assume(any(calendar.week.values()))
    time = calendar.time
    aware = start.replace(tzinfo=UTC)
    due = time.deadline(aware, wait)
    assert due is not None
    assert time.elapsed(aware, due) == wait
    back = time.deadline_back(due, wait)
    assert time.elapsed(back, due) == wait
    assert time.next_open(aware) <= back


@settings(max_examples=10)
@given(MOMENTS, st.integers(0, 40_000))
def test_elapsed_over_years_does_not_depend_on_what_was_asked_before(
    start: datetime, days: int
) -> None:
    daily = {day: [("09:00", "12:00")] for day in DAYS}
    end = start + timedelta(days=days)
    assume(end.year < 2190)
    assert BusinessTime(daily).elapsed(start, end) == days * 3 * 3600
    asked = BusinessTime(daily)
    asked.next_open(end)
    assert asked.elapsed(start, end) == days * 3 * 3600


@given(MOMENTS, st.integers(0, 3_000_000))
def test_always_open_is_plain_addition(start: datetime, wait: int) -> None:
    time = BusinessTime(None)
    due = start + timedelta(seconds=wait)
    assert time.deadline(start, wait) == due
    assert time.elapsed(start, due) == wait
    assert time.deadline_back(due, wait) == start
    assert time.next_open(start) == start


# Single points.


def test_seconds_are_kept() -> None:
    time = BusinessTime(NINE_TO_FIVE)
    assert time.deadline(datetime(2024, 1, 19, 16, 0, 7), 3600 + 5) == datetime(
        2024, 1, 22, 9, 0, 12
    )
    assert time.elapsed(datetime(2024, 1, 19, 16, 0, 7), datetime(2024, 1, 22, 9, 0, 12)) == 3605
    assert time.day_deadline(datetime(2024, 1, 19, 16, 0, 7), 1) == datetime(2024, 1, 22, 16, 0, 7)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2024-01-19T16:00", 1, "2024-01-19T17:00"),  # ends at closing
        ("2024-01-19T17:00", 1, "2024-01-22T10:00"),  # closing time is closed
        ("2024-01-18T09:00", 16, "2024-01-19T17:00"),
        ("2024-01-19T17:00", 0, "2024-01-22T09:00"),  # no time allowed: the next opening
        ("2024-01-19T09:00", 0, "2024-01-19T09:00"),
    ],
)
def test_ends_at_closing(start: str, hours: float, due: str) -> None:
    time = BusinessTime(NINE_TO_FIVE)
    found = time.deadline(datetime.fromisoformat(start), hours * 3600)
    assert found == datetime.fromisoformat(due)


@pytest.mark.parametrize(
    ("begins", "due"),
    [
        ("2024-01-19T09:00", None),  # waiting from before the start
        ("2024-01-19T10:59", None),
        ("2024-01-19T11:00", "2024-01-19T11:00"),  # the time is already used up
        ("2024-01-19T12:00", "2024-01-19T11:00"),
    ],
)
def test_a_pause_that_goes_on(begins: str, due: str | None) -> None:
    time = BusinessTime(NINE_TO_FIVE)
    found = time.deadline(datetime(2024, 1, 19, 10), 3600, [(begins, None)])
    assert found == (None if due is None else datetime.fromisoformat(due))


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("10:00", "14:00"), ("11:00", "12:00")], "15:00"),  # one within the other
        ([("11:00", "12:00"), ("10:00", "11:30")], "13:00"),  # overlapping, not in order
        ([("10:00", "11:00"), ("11:00", "12:00")], "13:00"),  # one after the other
        ([("10:30", "11:00"), ("11:45", "12:00")], "11:30"),  # the second comes too late
        ([("08:00", "09:30"), ("07:00", "08:00")], "11:00"),  # before the start
        ([("10:00", "11:00"), (None, "12:00")], "12:00"),  # a pause without a start is none
        ([("10:00", "11:00"), ("10:30", None)], None),
        ([("10:00", None), ("10:30", "11:00")], None),
    ],
)
def test_pauses_together(pauses: list[tuple[str | None, str | None]], due: str | None) -> None:
    day = "2024-01-19T"
    found = BusinessTime(NINE_TO_FIVE).deadline(
        datetime(2024, 1, 19, 10),
        3600,
        [tuple(None if at is None else day + at for at in pause) for pause in pauses],
    )
    assert found == (None if due is None else datetime.fromisoformat(day + due))


def test_pauses_by_name() -> None:
    time = BusinessTime(NINE_TO_FIVE)
    start = datetime(2024, 1, 19, 16)
    pause = {"start": "2024-01-19T16:30:00", "end": "2024-01-22T01:30:00Z"}  # 09:30 in Shanghai
    assert time.deadline(start, 7200, [pause]) == datetime(2024, 1, 22, 11)
    assert time.deadline(start, 7200, [{"start": datetime(2024, 1, 19, 16, 30)}]) is None
    assert time.elapsed(start, datetime(2024, 1, 22, 10), [pause]) == 3600


def test_a_night_that_covers_the_next_morning() -> None:
    time = BusinessTime({"mon": [("20:00", "10:00")], "tue": [("09:00", "09:30")]})
    assert time.deadline(datetime(2024, 1, 22, 20), 14 * 3600) == datetime(2024, 1, 23, 10)
    assert time.elapsed(datetime(2024, 1, 22, 12), datetime(2024, 1, 24)) == 14 * 3600


@pytest.mark.parametrize(
    "make",
    [
        lambda: BusinessTime({}),
        lambda: BusinessTime({"mon": []}),
        lambda: BusinessTime({"mon": []}, ["2024-01-01"], {"2024-01-02": []}),
        lambda: BusinessTime({"someday": [("09:00", "17:00")]}),
        lambda: BusinessTime({"mon": [("09:00", "09:00")]}),
        lambda: BusinessTime({"mon": [("09:00", "25:00")]}),
        lambda: BusinessTime({"mon": [("09:60", "17:00")]}),
        lambda: BusinessTime({"mon": [("nine", "17:00")]}),
        lambda: BusinessTime({"mon": [("24:00", "17:00")]}),
        lambda: BusinessTime({"mon": [("09:00", "13:00"), ("12:00", "17:00")]}),
        lambda: BusinessTime(NINE_TO_FIVE).deadline(datetime(2024, 1, 1), -1),
        lambda: BusinessTime(NINE_TO_FIVE).deadline_back(datetime(2024, 1, 1), -1),
    ],
)
def test_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(CalendarFault) as caught:
        make()
    assert caught.value.message.text("zh") != caught.value.message.text("en")


@pytest.mark.parametrize(
    ("start", "days", "same_time", "day_end"),
    [
        ("2018-11-19 10:00", 7, "2018-11-28 10:00", "2018-11-28 17:00"),
        ("2018-11-19 10:00", -7, "2018-11-08 10:00", "2018-11-08 17:00"),
        ("2018-11-18 10:00", -1, "2018-11-16 10:00", "2018-11-16 17:00"),  # from a Sunday
        ("2018-11-18 10:00", 1, "2018-11-19 10:00", "2018-11-19 17:00"),
        ("2018-11-18 10:00", 0, "2018-11-19 10:00", "2018-11-19 17:00"),
    ],
)
def test_working_days_later_and_earlier(
    start: str, days: int, same_time: str, day_end: str
) -> None:
    time = BusinessTime(NINE_TO_FIVE)
    begin = datetime.fromisoformat(start)
    assert time.day_deadline(begin, days) == datetime.fromisoformat(same_time)
    assert time.day_deadline(begin, days, end_of_working_day=True) == datetime.fromisoformat(
        day_end
    )


def test_a_calendar_of_single_days_ends() -> None:
    time = BusinessTime({}, special_days={"2031-05-01": [("09:00", "10:00")]})
    assert time.deadline(datetime(2024, 1, 1), 3600) == datetime(2031, 5, 1, 10)
    assert time.deadline_back(datetime(2040, 1, 1), 3600) == datetime(2031, 5, 1, 9)
    assert time.elapsed(datetime(2024, 1, 1), datetime(2040, 1, 1)) == 3600
    asks: list[Callable[[], Any]] = [
        lambda: time.deadline(datetime(2024, 1, 1), 3601),
        lambda: time.deadline_back(datetime(2040, 1, 1), 3601),
        lambda: time.next_open(datetime(2031, 5, 1, 10)),
        lambda: time.day_deadline(datetime(2024, 1, 1), 2),
        lambda: time.day_deadline(datetime(2040, 1, 1), -2),
        lambda: BusinessTime(NINE_TO_FIVE).day_deadline(datetime(2024, 1, 1), 10**6),
        lambda: BusinessTime(NINE_TO_FIVE).day_deadline(datetime(2024, 1, 1), -(10**6)),
    ]
    for ask in asks:
        with pytest.raises(CalendarEnds):
            ask()


@pytest.mark.parametrize("year", [1, 1899, 2200, 9998, 9999])
def test_a_mistyped_year_is_refused_at_once(year: int) -> None:
    time = BusinessTime(NINE_TO_FIVE)
    far = datetime(year, 6, 1, 12)
    asks: list[Callable[[], Any]] = [
        lambda: time.deadline(far, 60),
        lambda: time.deadline_back(far, 60),
        lambda: time.next_open(far),
        lambda: time.elapsed(min(far, datetime(2026, 1, 1)), max(far, datetime(2026, 1, 1))),
    ]
    for ask in asks:
        with pytest.raises(CalendarEnds):
            ask()
    assert time.deadline(datetime(2026, 3, 2, 12), 60) == datetime(2026, 3, 2, 12, 1)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        # The night of 8 March 2026 has no 02:00–03:00 in New York, that of 1 November two 01:00.
        ("2026-03-07T22:00", "2026-03-08T07:00"),
        ("2026-10-31T22:00", "2026-11-01T05:00"),
        ("2026-11-07T22:00", "2026-11-08T06:00"),
    ],
)
def test_nights_with_a_clock_change_have_their_true_length(start: str, due: str) -> None:
    night = BusinessTime({day: [("22:00", "08:00")] for day in DAYS}, tz="America/New_York")
    assert night.deadline(datetime.fromisoformat(start), 8 * 3600) == datetime.fromisoformat(due)


# Mainland China.


def test_mainland_days_are_those_of_chinesecalendar() -> None:
    known = mainland_days()
    assert (known.first_year, known.last_year) == (2019, 2026)
    day = date(known.first_year, 1, 1)
    wrong: list[date] = []
    while day.year <= known.last_year:
        works = day in known.make_up or (day.weekday() < 5 and day not in known.holidays)
        if works != chinese_calendar.is_workday(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


def test_make_up_days_count_and_holidays_do_not() -> None:
    hours = [[f"hours.{day}", "09:00-18:00" if day in DAYS[:5] else "-"] for day in DAYS]
    time = business_calendar(Rules.build([*hours, ["hours.mainland", "是"]]))
    # National Day 2026: 1 to 7 October off; 20 September (Sunday) and 10 October (Saturday) worked.
    assert time.deadline(datetime(2026, 9, 30, 17), 2 * 3600) == datetime(2026, 10, 8, 10)
    assert time.is_open(datetime(2026, 10, 10, 10))
    assert time.is_open(datetime(2026, 9, 20, 10))
    assert not time.is_open(datetime(2026, 10, 17, 10))


def test_the_last_known_year_is_visible() -> None:
    assert DEFAULT_RULES.calendar_end is None
    shop = [["calendar.response", "business"], ["hours.mainland", "yes"]]
    assert Rules.build(shop).calendar_end == date(2026, 12, 31)
    longer = Rules.build(shop, [["2027-10-01", "holiday", ""]])
    assert longer.calendar_end == date(2027, 12, 31)
    assert Rules.build([*shop[:1], ["hours.mainland", "no"]]).calendar_end is None
