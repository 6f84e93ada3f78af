"""One row per customer from columns of orders."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.values import CHOICES, CellError

NOW = datetime(2026, 3, 2, 12)


def stats(*columns: Any) -> Any:
    return REGISTRY["CUSTOMER_STATS"].call(*columns, NOW)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_a_row_per_customer_in_order_of_appearance() -> None:
    rows = stats(
        ["b", "a", "b", "", "a", "c"],
        [10, 20.5, "30", 99, None, 5],
        [None, 0, "10", 0, None, 9],
        [ago(1), ago(364.9), ago(365), ago(2), ago(3), ago(4)],
        [None, "退货退款", "none", None, "仅退款", "无"],
    )
    assert [tuple(row) for row in rows] == [
        ("b", Decimal("10.00"), 2.0, ago(365), ago(1), 0.0),
        ("a", Decimal("20.50"), 2.0, ago(364.9), ago(3), 1.0),
        ("c", Decimal("0.00"), 1.0, ago(4), ago(4), 0.0),
    ]


@pytest.mark.parametrize(
    ("customer", "at"), [(None, ago(1)), (" ", ago(1)), ("a", None), ("a", ago(-1))]
)
def test_orders_that_count_for_nobody(customer: Any, at: Any) -> None:
    assert stats([customer], [5], [None], [at], [None]) == []


def test_ids_stay_text_and_ranges_are_columns() -> None:
    rows = stats([[1001.0], ["1001"]], [[5], [6]], None, [[ago(1)], [ago(2)]], None)
    assert [(row.customer_id, row.orders_n) for row in rows] == [("1001", 2.0)]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ((["a"], [1, 2], None, [NOW], None), "different lengths"),
        ((["a", "b"], [1, 2], [1], [NOW, NOW], None), "different lengths"),
        ((["a"], ["free"], None, [NOW], None), "Cell 1: argument paid"),
        ((["a"], [1], None, [NOW], ["lost"]), "Cell 1: argument return_kind"),
    ],
)
def test_bad_columns(columns: tuple[Any, ...], words: str) -> None:
    result = stats(*columns)
    assert isinstance(result, CellError)
    assert words in result.sentence("en")


ORDERS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.decimals(0, 100, places=2),
        st.decimals(0, 100, places=2),
        st.floats(-30, 800).map(ago),
        st.sampled_from([*CHOICES["return_kind"].ids, None]),
    ),
    max_size=12,
)


@given(ORDERS)
def test_agrees_with_counting_each_customer_alone(orders: list[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*orders, strict=True)] or [[], [], [], [], []]
    rows = {row.customer_id: row for row in stats(*columns)}
    for customer in ("a", "b", "c"):
        own = [order for order in orders if order[0] == customer and order[3] <= NOW]
        if not own:
            assert customer not in rows
            continue
        row = rows[customer]
        assert row.orders_n == len(own)
        assert (row.first_order, row.last_order) == (
            min(order[3] for order in own),
            max(order[3] for order in own),
        )
        assert row.spend_365 == sum(
            (max(Decimal(0), o[1] - o[2]) for o in own if o[3] > ago(365)), Decimal(0)
        )
        returned = sum(order[4] in {"return_refund", "refund_only", "exchange"} for order in own)
        assert row.return_rate == pytest.approx(returned / len(own), abs=1e-4)


def test_time_grows_with_the_orders_not_faster() -> None:
    """Ten times the orders of as many customers: about ten times as long, never a hundred."""

    def seconds(count: int) -> float:
        ids = [f"c{number}" for number in range(count)]
        columns = ids, [Decimal(1)] * count, None, [NOW] * count, None
        best = 9.0
        for _ in range(3):
            start = process_time()
            assert len(REGISTRY["CUSTOMER_STATS"].function(*columns, NOW)) == count
            best = min(best, process_time() - start)
        return best

    assert seconds(20_000) < 40 * seconds(2_000)
