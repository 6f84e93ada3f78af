"""The figures by which a team is steered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.kpi import kpi
from fanpan.functions.values import CHOICES, CellError, CellFault

MONDAY = datetime(2026, 11, 16)
SUNDAY = MONDAY + timedelta(days=7)
NUMBERS = st.lists(st.integers(0, 10_000), min_size=1, max_size=50)


def figure(metric: str, values: list[Any]) -> float | None:
    return kpi(metric, values, [MONDAY] * len(values), MONDAY, SUNDAY)


@pytest.mark.parametrize(
    ("metric", "values", "expected"),
    [
        ("bad_rate", ["是", "否", "否", "否"], 0.25),
        ("bad_rate", ["yes", "no", None, ""], 0.5),
        ("bad_rate", ["是", "否", "待判断"], 0.5),  # what is undecided does not count
        ("bad_rate", ["否", "否"], 0.0),
        ("bad_rate", ["是", "是"], None),  # bad reviews alone have no denominator
        ("response_median", [5, 10, 20, 45], 15.0),
        ("response_median", [7], 7.0),
        ("response_median", ["5", "10", "x10".removeprefix("x")], 10.0),
        ("response_p90", [*range(1, 11)], 9.0),  # a value that occurred, by nearest rank
        ("response_p90", [*range(1, 12)], 10.0),
        ("response_p90", [3], 3.0),
        ("on_time", ["按时", "超时完成", "已超时", "进行中", "即将超时", "无需"], 0.3333),
        ("on_time", ["进行中"], None),
        ("closed", [True, False, "是", "否"], 0.5),
        ("converted", ["yes", "no", 1, 0], 0.5),
        ("repurchased", [True], 1.0),
        ("cost", [0.1, 0.2], 0.3),  # summed as money
        ("cost", ["5", 10, None], 15.0),
        ("repeat", ["a", "b", "a", "c"], 0.3333),
        ("repeat", [1, 1, 1], 1.0),
        ("repeat", ["a"], 0.0),
    ],
)
def test_figures(metric: str, values: list[Any], expected: float | None) -> None:
    assert figure(metric, values) == expected


@pytest.mark.parametrize("metric", CHOICES["metric"].ids)
def test_no_rows_no_figure(metric: str) -> None:
    assert figure(metric, []) is None
    assert figure(metric, [None, ""]) is None
    outside = [MONDAY - timedelta(seconds=1), SUNDAY, None]
    assert kpi(metric, [1, 1, 1], outside, MONDAY, SUNDAY) is None


@pytest.mark.parametrize("metric", ["response_median", "response_p90", "cost"])
def test_words_are_no_numbers(metric: str) -> None:
    with pytest.raises(CellFault, match="needs numbers"):
        figure(metric, [5, "soon"])
    for endless in (float("inf"), float("nan"), 10**400):
        with pytest.raises(CellFault, match="needs numbers"):
            figure(metric, [5, endless])


@given(NUMBERS)
def test_p90_is_the_least_value_that_nine_of_ten_do_not_exceed(numbers: list[int]) -> None:
    found = figure("response_p90", numbers)
    assert found in numbers
    assert sum(number <= found for number in numbers) * 10 >= 9 * len(numbers)
    below = [number for number in numbers if number < found]
    assert len(below) * 10 < 9 * len(numbers)


@given(NUMBERS, st.randoms())
def test_no_figure_depends_on_the_order(numbers: list[int], shuffle: Any) -> None:
    mixed = numbers.copy()
    shuffle.shuffle(mixed)
    for metric in ("response_median", "response_p90", "cost", "repeat"):
        assert figure(metric, numbers) == figure(metric, mixed)


def test_bad_input() -> None:
    with pytest.raises(CellFault, match="different lengths"):
        kpi("cost", [1], [], MONDAY, SUNDAY)
    with pytest.raises(CellFault, match="ends before"):
        kpi("cost", [1], [MONDAY], SUNDAY, MONDAY)


def test_as_called_from_a_cell() -> None:
    call = REGISTRY["KPI"].call
    dates = [["2026-11-16"], ["2026-11-17"]]
    assert call("中差评率", [["是"], ["否"]], dates, "2026-11-16", "2026-11-23") == 0.5
    wrong = call("weather", [["是"], ["否"]], dates, "2026-11-16", "2026-11-23")
    assert isinstance(wrong, CellError)
    assert "expected one of" in wrong.sentence()
