"""The column twin of business time gives what DEADLINE gives, cell by cell."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.businesstime import BusinessTime
from fanpan.functions.clock import wall_time
from fanpan.functions.openhours import CalendarEnds
from fanpan.functions.rules import DEFAULT_RULES, Rules, business_calendar
from fanpan.functions.values import CHOICES
from fanpan.sheets.columns import deadlines

BUSINESS = [[f"calendar.{clock}", "business"] for clock in CHOICES["clock"].ids]
MAINLAND = Rules.build(
    [*BUSINESS, ["hours.mainland", "yes"], ["hours.sat", "-"], ["hours.sun", "-"]]
)
RULES = {
    "wall time": DEFAULT_RULES,
    "wall time in Berlin": Rules.build([["calendar.tz", "Europe/Berlin"]]),
    "business hours": Rules.build(BUSINESS),
    "lunch and nights": Rules.build(
        [*BUSINESS, ["hours.mon", "09:00-12:00 13:30-18:00"], ["hours.fri", "22:00-06:00"]]
    ),
    "holidays and make-up days": MAINLAND,
    "calendar tab": Rules.build(
        [*BUSINESS, ["hours.sun", "-"]],
        [
            ["2026-03-02", "holiday", ""],
            ["2026-03-08", "make_up", ""],
            ["2026-03-10", "special", "10:00-10:30 16:00-17:00"],
        ],
    ),
    "clocks that change": Rules.build([*BUSINESS, ["calendar.tz", "America/New_York"]]),
}
STARTS = st.lists(
    st.one_of(
        st.none(),
        st.datetimes(datetime(2019, 1, 1), datetime(2027, 12, 31)),
        st.datetimes(datetime(2026, 2, 25), datetime(2026, 3, 15)),
    ),
    max_size=30,
)


def column(moments: list[datetime | None]) -> Any:
    return np.array(moments, dtype="datetime64[s]")


def calendar(rules: Rules, clock: str, kind: str) -> BusinessTime:
    return rules.calendar(clock, kind) or wall_time(rules)


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@settings(max_examples=25)
@given(
    starts=STARTS,
    clock=st.sampled_from(CHOICES["clock"].ids),
    kind=st.sampled_from(CHOICES["kind"].ids),
)
def test_as_deadline(rules: Rules, starts: list[datetime | None], clock: str, kind: str) -> None:
    starts = [moment and moment.replace(microsecond=0) for moment in starts]
    found = deadlines(calendar(rules, clock, kind), column(starts), rules.allowance(clock, kind))
    one_by_one = [REGISTRY["DEADLINE"].call(kind, start, clock, None, rules) for start in starts]
    assert found.tolist() == one_by_one


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@settings(max_examples=15)
@given(starts=STARTS, data=st.data())
def test_an_allowance_per_row(
    rules: Rules, starts: list[datetime | None], data: st.DataObject
) -> None:
    starts = [moment and moment.replace(microsecond=0) for moment in starts]
    lengths = st.lists(st.integers(0, 900_000), min_size=len(starts), max_size=len(starts))
    waits = data.draw(lengths)
    time = calendar(rules, "close", "other")
    found = deadlines(time, column(starts), np.array(waits, dtype=np.int64))
    assert found.tolist() == [
        None if start is None else time.deadline(start, wait)
        for start, wait in zip(starts, waits, strict=True)
    ]


@settings(max_examples=40)
@given(
    st.sets(st.integers(0, 60), min_size=1, max_size=6),
    st.lists(st.integers(-400, 59 * 1440), min_size=1, max_size=12),
    st.integers(1, 400),
)
def test_single_open_days(days: set[int], starts: list[int], wait: int) -> None:
    """A calendar that is open on a few dates only, asked before, within and between them."""
    zero = datetime(2026, 1, 1)
    dates = {(zero + timedelta(days=day)).date(): [("09:00", "17:00")] for day in days}
    moments: list[datetime | None] = [zero + timedelta(minutes=minute) for minute in starts]
    last = max(minute for minute in starts)
    assume(sum(day * 1440 > last for day in days) * 480 >= wait)
    time = BusinessTime({}, special_days=dates)
    found = deadlines(time, column(moments), wait * 60)
    again = BusinessTime({}, special_days=dates)
    assert found.tolist() == [again.deadline(moment, wait * 60) for moment in moments if moment]


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ([], []),
        ([None, None], [None, None]),
        ([datetime(2026, 3, 2, 22, 59, 59)], [datetime(2026, 3, 3, 9, 59, 59)]),
        ([datetime(2026, 3, 2, 22, 0, 0)], [datetime(2026, 3, 2, 23, 0, 0)]),  # ends at closing
        ([None, datetime(2026, 3, 2, 12)], [None, datetime(2026, 3, 2, 13)]),
    ],
)
def test_points(starts: list[datetime | None], due: list[datetime | None]) -> None:
    shop = RULES["business hours"].calendar("solution", "quality")
    assert shop is not None
    assert deadlines(shop, column(starts), 3600).tolist() == due


@pytest.mark.parametrize("year", [1901, 1988, 2150])
def test_years_far_apart(year: int) -> None:
    starts: list[datetime | None] = [datetime(year, 3, 2, 12), datetime(2026, 3, 2, 22, 30)]
    office = RULES["holidays and make-up days"]
    shop, again = business_calendar(office), business_calendar(office)
    assert deadlines(shop, column(starts), 3600).tolist() == [
        again.deadline(start, 3600) for start in starts if start
    ]


def test_past_the_end_of_the_calendar() -> None:
    with pytest.raises(CalendarEnds):
        deadlines(business_calendar(MAINLAND), column([datetime(9999, 12, 31)]), 60)
