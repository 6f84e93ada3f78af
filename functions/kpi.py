"""The figures by which a team is steered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from math import isfinite, nan
from statistics import median
from typing import Annotated, Any, Final

from .messages import Message
from .registry import cell_function
from .values import CHOICES, CellFault

Metric = Annotated[str, CHOICES["metric"]]


@cell_function(names={"zh_CN": "指标"})
def kpi(
    metric: Annotated[Metric, "Which figure"],
    values: Annotated[list[Any], "What is counted; see the metrics"],
    dates: Annotated[list[datetime | None], "Date of each row"],
    start: Annotated[datetime, "First moment of the period"],
    end: Annotated[datetime, "End of the period; that moment itself is not in it"],
) -> float | None:
    """One figure over the rows dated in [start, end); blank where it cannot be computed.

    bad_rate: share of 是 (or yes) among all reviews; with bad reviews alone it cannot be computed.
    >>> day = datetime(2026, 11, 16)
    >>> week = [day] * 4, day, datetime(2026, 11, 23)
    >>> kpi("bad_rate", ["yes", "no", "no", "no"], *week)
    0.25
    >>> kpi("bad_rate", ["yes", "yes", "yes", "yes"], *week)

    response_median and response_p90: of minutes to the first response.
    >>> kpi("response_median", [5, 10, 20, 45], *week), kpi("response_p90", [5, 10, 20, 45], *week)
    (15.0, 45.0)

    on_time: share of 按时 among the clocks that are done or overdue.
    >>> kpi("on_time", ["按时", "late", "overdue", "running"], *week)
    0.3333

    closed, converted, repurchased: share of yes; cost: sum; repeat: share of buyers seen again.
    >>> kpi("closed", [True, False, True, True], *week), kpi("cost", [5, 10, None, 5], *week)
    (0.75, 20.0)
    >>> kpi("closed", [1.0, 0.0, "是", "否"], *week)
    0.5
    >>> kpi("repeat", ["a", "b", "a", "c"], *week)
    0.3333
    """
    if len(values) != len(dates):
        raise CellFault(
            Message("The columns have different lengths; select the same rows in each.")
        )
    if end <= start:
        raise CellFault(Message("The period ends before it starts."))
    chosen = [
        value
        for value, at in zip(values, dates, strict=True)
        if at is not None and start <= at < end and value not in (None, "")
    ]
    return _METRICS[metric](chosen) if chosen else None


def _bad_rate(values: Sequence[Any]) -> float | None:
    words = [CHOICES["is_bad"].id(str(value)) for value in values]
    bad, fine = words.count("yes"), words.count("no")
    return round(bad / (bad + fine), 4) if fine else None


def _yes_share(values: Sequence[Any]) -> float:
    # A ticked cell is 1.0 in LibreOffice.
    words = {"是", "yes", "true", "1"}
    yes = sum(1 for value in values if value == 1 or str(value).lower() in words)
    return round(yes / len(values), 4)


def _on_time(values: Sequence[Any]) -> float | None:
    states = [CHOICES["clock_state"].id(str(value)) for value in values]
    met = states.count("on_time")
    decided = met + states.count("late") + states.count("overdue")
    return round(met / decided, 4) if decided else None


def _numbers(values: Sequence[Any]) -> list[float]:
    try:
        numbers = [float(value) for value in values]
    except (TypeError, ValueError, OverflowError):
        numbers = [nan]
    if not all(map(isfinite, numbers)):
        raise CellFault(Message("This metric needs numbers."))
    return numbers


def _p90(values: Sequence[Any]) -> float:
    numbers = sorted(_numbers(values))
    # The nearest rank: a value that really occurred, as service desks report it.
    return numbers[min(len(numbers) - 1, -(-len(numbers) * 9 // 10) - 1)]


def _cost(values: Sequence[Any]) -> float:
    return float(sum((Decimal(str(number)) for number in _numbers(values)), Decimal(0)))


def _repeat(values: Sequence[Any]) -> float:
    buyers = [str(value) for value in values]
    again = sum(count > 1 for count in Counter(buyers).values())
    return round(again / len(set(buyers)), 4)


_METRICS: Final[dict[str, Callable[[Sequence[Any]], float | None]]] = {
    "bad_rate": _bad_rate,
    "response_median": lambda values: float(median(_numbers(values))),
    "response_p90": _p90,
    "on_time": _on_time,
    "closed": _yes_share,
    "converted": _yes_share,
    "repurchased": _yes_share,
    "cost": _cost,
    "repeat": _repeat,
}
assert set(_METRICS) == set(CHOICES["metric"].ids)
