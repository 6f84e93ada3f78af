"""The most frequent values of a period, against the period before."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.top import top
from fanpan.functions.values import CellError, CellFault

MONDAY = datetime(2026, 11, 16)
SUNDAY = MONDAY + timedelta(days=7)
SECOND = timedelta(seconds=1)


def shown(rows: list[Any]) -> list[tuple[str, float, float]]:
    return [(row.value, row.cases, row.change) for row in rows]


def test_ties_go_to_more_yuan_then_to_the_earlier_word() -> None:
    values: list[str | None] = ["c", "b", "a", "d", "d"]
    amounts: list[Decimal | None] = [Decimal(9), None, Decimal(0), None, None]
    rows = top(values, [MONDAY] * 5, MONDAY, SUNDAY, 9, amounts)
    assert [row.value for row in rows] == ["d", "c", "a", "b"]
    assert [row.rank for row in rows] == [1, 2, 3, 4]
    assert [row.yuan for row in rows] == [Decimal(0), Decimal(9), Decimal(0), Decimal(0)]
    assert [row.share for row in rows] == [0.4, 0.2, 0.2, 0.2]


@pytest.mark.parametrize(
    ("at", "cases", "change"),
    [
        (MONDAY, 1, 1),
        (SUNDAY - SECOND, 1, 1),
        (SUNDAY, 0, 0),  # the end is not in the period
        (MONDAY - SECOND, 0, 0),
    ],
)
def test_the_edges_of_the_period(at: datetime, cases: float, change: float) -> None:
    rows = top(["x", "y"], [at, MONDAY], MONDAY, SUNDAY)
    found = {value: (count, difference) for value, count, difference in shown(rows)}
    assert found.get("x", (0, 0)) == (cases, change)
    assert found["y"] == (1, 1)


@pytest.mark.parametrize(
    ("before", "change"),
    [
        (MONDAY - SECOND, 0),
        (MONDAY - timedelta(days=7), 0),
        (MONDAY - timedelta(days=7) - SECOND, 1),  # before the period before
    ],
)
def test_the_edges_of_the_period_before(before: datetime, change: float) -> None:
    assert shown(top(["x", "x"], [before, MONDAY], MONDAY, SUNDAY)) == [("x", 1, change)]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from("abcd")),
            st.one_of(st.none(), st.datetimes(MONDAY - timedelta(days=20), SUNDAY + timedelta(1))),
            st.one_of(st.none(), st.decimals(0, 500, places=2)),
        ),
        max_size=40,
    ),
    st.integers(0, 6),
)
def test_as_counted_one_by_one(
    cases: list[tuple[str | None, datetime | None, Decimal | None]], n: int
) -> None:
    rows = top(*zip_columns(cases), MONDAY, SUNDAY, n, [amount for _, _, amount in cases])
    inside = [(v, a) for v, at, a in cases if v and at and MONDAY <= at < SUNDAY]
    week_before = MONDAY - timedelta(days=7)
    earlier = [v for v, at, _ in cases if v and at and week_before <= at < MONDAY]
    assert len(rows) == min(n, len({value for value, _ in inside}))
    for row in rows:
        amounts = [amount or Decimal(0) for value, amount in inside if value == row.value]
        assert row.cases == len(amounts)
        assert row.change == len(amounts) - earlier.count(row.value)
        assert row.yuan == sum(amounts, Decimal(0))
        assert row.share == pytest.approx(len(amounts) / len(inside), abs=5e-5)
    order = [(-row.cases, -row.yuan, row.value) for row in rows]
    assert order == sorted(order)
    left_out = {value for value, _ in inside} - {row.value for row in rows}
    least = rows[-1].cases if rows else 0
    assert all(sum(v == value for v, _ in inside) <= least for value in left_out) or n == 0


def zip_columns(cases: list[Any]) -> tuple[list[Any], list[Any]]:
    return [value for value, _, _ in cases], [at for _, at, _ in cases]


def test_bad_input() -> None:
    with pytest.raises(CellFault, match="different lengths"):
        top(["a"], [MONDAY, MONDAY], MONDAY, SUNDAY)
    with pytest.raises(CellFault, match="different lengths"):
        top(["a"], [MONDAY], MONDAY, SUNDAY, 3, [])
    with pytest.raises(CellFault, match="ends before"):
        top(["a"], [MONDAY], MONDAY, MONDAY)


def test_as_called_from_a_cell() -> None:
    column = [["色差"], ["色差"], [""], ["破损"]]
    dates = [["2026-11-16"], ["2026/11/17 9:00"], ["2026-11-17"], [46344]]
    rows = REGISTRY["TOP"].call(column, dates, "2026-11-16", "2026-11-23", 1)
    assert shown(rows) == [("色差", 2, 2)]
    wrong = REGISTRY["TOP"].call(column, [["x"]] * 4, "2026-11-16", "2026-11-23")
    assert isinstance(wrong, CellError)
    assert "Cell 1" in wrong.sentence("en")
