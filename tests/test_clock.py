"""Deadlines, states and minutes of the three clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.rules import DEFAULT_RULES, Rules
from fanpan.functions.values import CHOICES, CellError

NINE = datetime(2026, 3, 2, 9)  # a Monday
SHOP = Rules.build([[f"calendar.{clock}", "business"] for clock in CHOICES["clock"].ids])
BERLIN = Rules.build([["calendar.tz", "Europe/Berlin"]])
LONG = Rules.build([["clock.close", 36500, "天"]])


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}")


def call(name: str, *args: Any) -> Any:
    return REGISTRY[name].call(*args)


@pytest.mark.parametrize(
    ("kind", "hours"),
    [
        ("logistics", 2),
        ("quality", 4),
        ("malicious", 1),
        ("wrong_item", 4),
        ("damage", 4),
        ("mismatch", 4),
        ("service", 4),
        ("price", 8),
        ("other", 8),
        ("物流延误", 2),
    ],
)
def test_allowances(kind: str, hours: int) -> None:
    assert call("DEADLINE", kind, NINE) == NINE + timedelta(hours=hours)
    assert call("DEADLINE", kind, NINE, "response") == NINE + timedelta(minutes=15)
    assert call("DEADLINE", kind, NINE, "结案") == NINE + timedelta(hours=72)


@pytest.mark.parametrize(
    ("start", "clock", "pauses", "rules", "due"),
    [
        # Wall time: nights and seconds count.
        ("03-02 23:30:07", "solution", None, DEFAULT_RULES, "03-03 01:30:07"),
        # Opening hours 09:00-23:00: a start outside counts from the opening.
        ("03-02 22:30", "solution", None, SHOP, "03-03 10:30"),
        ("03-02 03:00", "response", None, SHOP, "03-02 09:15"),
        ("03-02 21:00", "solution", None, SHOP, "03-02 23:00"),
        ("03-02 09:00", "close", None, SHOP, "03-07 11:00"),
        # Pauses stop solution and close, never response.
        ("03-02 09:00", "solution", "2026-03-02 10:00~2026-03-02 11:30", None, "03-02 12:30"),
        ("03-02 09:00", "close", "2026-03-02 10:00~2026-03-03 10:00", None, "03-06 09:00"),
        ("03-02 09:00", "response", "2026-03-02 09:05~2026-03-02 11:00", None, "03-02 09:15"),
        ("03-02 09:00", "response", "2026-03-02 09:05~", None, "03-02 09:15"),
        ("03-02 09:00", "solution", "2026-03-02 10:00~", None, None),
        # A pause after the deadline, before the start, or outside the hours changes nothing.
        ("03-02 09:00", "solution", "2026-03-02 11:00~", None, "03-02 11:00"),
        ("03-02 09:00", "solution", "2026-03-01 10:00~2026-03-02 09:00", None, "03-02 11:00"),
        ("03-02 22:00", "solution", "2026-03-02 23:00~2026-03-03 09:00", SHOP, "03-03 10:00"),
        # Overlapping pauses count once.
        (
            "03-02 09:00",
            "solution",
            "2026-03-02 10:00~2026-03-02 11:00；2026-03-02 10:30~2026-03-02 11:30",
            None,
            "03-02 12:30",
        ),
        # Clocks change in Berlin on 29 March at 02:00; two hours are two hours.
        ("03-29 01:30", "solution", None, BERLIN, "03-29 04:30"),
        ("10-25 01:30", "solution", None, BERLIN, "10-25 02:30"),
    ],
)
def test_deadlines(start: str, clock: str, pauses: Any, rules: Any, due: str | None) -> None:
    found = call("DEADLINE", "logistics", at(start), clock, pauses, rules)
    assert found == (None if due is None else at(due))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("logistics", NINE, "solution", "at noon"), "at noon"),
        (("logistics", NINE, "tomorrow"), "one of response, solution, close"),
        (("logistics", datetime(9999, 12, 31, 23)), "year 9999"),
        (("logistics", datetime(9950, 1, 1), "close", None, LONG), "year 9999"),
        (("logistics", datetime(9999, 12, 31, 23), "close"), "year 9999"),
    ],
)
def test_what_cannot_be_computed_says_why(args: tuple[Any, ...], words: str) -> None:
    result = call("DEADLINE", *args)
    assert isinstance(result, CellError)
    assert words in result.sentence("en")


OPEN = "2026-03-02 09:30~"


@pytest.mark.parametrize(
    ("done", "now", "clock", "pauses", "state", "minutes"),
    [
        (None, "03-02 09:00", "solution", None, "running", 120),
        (None, "03-02 10:29:59", "solution", None, "running", 30),
        (None, "03-02 10:30", "solution", None, "due_soon", 30),
        (None, "03-02 11:00", "solution", None, "due_soon", 0),
        (None, "03-02 11:00:01", "solution", None, "overdue", -1),
        (None, "03-02 12:30", "solution", None, "overdue", -90),
        (None, "03-02 09:11:14", "response", None, "running", 3),
        (None, "03-02 09:11:15", "response", None, "due_soon", 3),
        (None, "03-02 08:00", "solution", None, "running", 120),
        ("03-02 11:00", "03-09 09:00", "solution", None, "on_time", None),
        ("03-02 11:00:01", "03-09 09:00", "solution", None, "late", None),
        ("03-02 08:00", "03-09 09:00", "solution", None, "on_time", None),
        ("03-02 10:59", None, "solution", None, "on_time", None),
        (None, None, "solution", None, None, None),
        # While the buyer keeps us waiting the clock stands.
        (None, "03-05 09:00", "solution", OPEN, "running", 90),
        ("03-05 09:00", "03-05 09:00", "solution", OPEN, "on_time", None),
        (None, "03-02 09:20", "response", OPEN, "overdue", -5),
        (None, "03-02 11:45", "solution", "2026-03-02 10:00~2026-03-02 11:00", "due_soon", 15),
    ],
)
def test_states_and_minutes(
    done: str | None,
    now: str | None,
    clock: str,
    pauses: str | None,
    state: str | None,
    minutes: float | None,
) -> None:
    args = ("logistics", NINE, done and at(done), now and at(now), clock, pauses)
    assert call("CLOCK_STATE", *args) == state
    assert call("TIME_LEFT", *args) == minutes


@pytest.mark.parametrize(
    ("now", "state", "minutes"),
    [
        ("03-02 22:30", "running", 90),
        ("03-03 02:00", "running", 60),
        ("03-03 09:29", "running", 31),
        ("03-03 09:30", "due_soon", 30),
        ("03-03 10:00:30", "overdue", -1),
        ("03-04 09:00", "overdue", -13 * 60),
    ],
)
def test_states_and_minutes_count_open_time(now: str, state: str, minutes: float) -> None:
    args = ("logistics", at("03-02 22:00"), None, at(now), "solution", None, SHOP)
    assert call("CLOCK_STATE", *args) == state
    assert call("TIME_LEFT", *args) == minutes


def test_the_share_that_is_due_soon_is_a_rule() -> None:
    rules = Rules.build([["clock.due_soon", "50%"]])
    args = ("logistics", NINE, None, at("03-02 10:00"), "solution", None)
    assert call("CLOCK_STATE", *args) == "running"
    assert call("CLOCK_STATE", *args, rules) == "due_soon"


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(
    lambda moment: moment.replace(microsecond=0)
)
CLOCKS = st.sampled_from(CHOICES["clock"].ids)
KINDS = st.sampled_from(CHOICES["kind"].ids)


@given(KINDS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), CLOCKS, st.booleans())
def test_state_minutes_and_deadline_agree(
    kind: str, start: datetime, after: timedelta, clock: str, business: bool
) -> None:
    now = (start + after).replace(microsecond=0)
    rules = SHOP if business else DEFAULT_RULES
    due = call("DEADLINE", kind, start, clock, None, rules)
    state = call("CLOCK_STATE", kind, start, None, now, clock, None, rules)
    minutes = call("TIME_LEFT", kind, start, None, now, clock, None, rules)
    assert (state == "overdue") == (now > due)
    assert minutes >= 0 if now <= due else minutes <= 0
    if state == "due_soon":
        assert minutes * 60 <= rules.allowance(clock, kind) * 0.25
    if state == "running":
        assert (minutes + 1) * 60 > rules.allowance(clock, kind) * 0.25
    assert call("CLOCK_STATE", kind, start, due, None, clock, None, rules) == "on_time"


@given(KINDS, MOMENTS, CLOCKS)
def test_wall_time_is_a_sum_also_through_the_calendar(
    kind: str, start: datetime, clock: str
) -> None:
    """The quick way for steady zones gives what a calendar that is always open gives."""
    empty = "2020-01-01 00:00~2020-01-01 00:00"
    assert call("DEADLINE", kind, start, clock) == call("DEADLINE", kind, start, clock, empty)
