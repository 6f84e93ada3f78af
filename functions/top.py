"""The most frequent values of any dimension in a period, against the period before (S17)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final, NamedTuple

from .messages import Message
from .registry import cell_function
from .values import CellFault

_ZERO: Final = Decimal("0.00")


class TopRow(NamedTuple):
    """Rank, value, cases, share of the period's cases, change on the period before, yuan."""

    rank: float
    value: str
    cases: float
    share: float
    change: float
    yuan: Decimal


@cell_function(names={"zh_CN": "前几名"})
def top(
    values: Annotated[list[str | None], "Dimension: cause, kind, product, SKU, batch, carrier …"],
    dates: Annotated[list[datetime | None], "Date of each case"],
    start: Annotated[datetime, "First moment of the period"],
    end: Annotated[datetime, "End of the period; that moment itself is not in it"],
    n: Annotated[float, "How many rows"] = 3.0,
    amounts: Annotated[list[Decimal | None] | None, "Yuan of each case"] = None,
) -> list[TopRow]:
    """The n most frequent values; ties go to more yuan, then to the earlier word.

    The period is [start, end); the period before has the same length and ends where it starts.
    >>> monday, sunday = datetime(2026, 11, 16), datetime(2026, 11, 23)
    >>> top(["a", "b", "a", "a"], [monday, monday, monday, datetime(2026, 11, 9)], monday, sunday)
    ... # doctest: +NORMALIZE_WHITESPACE
    [TopRow(rank=1.0, value='a', cases=2.0, share=0.6667, change=1.0, yuan=Decimal('0.00')),
     TopRow(rank=2.0, value='b', cases=1.0, share=0.3333, change=1.0, yuan=Decimal('0.00'))]
    """
    if end <= start:
        raise CellFault(Message("The period ends before it starts."))
    if len(values) != len(dates) or (amounts is not None and len(amounts) != len(values)):
        raise CellFault(
            Message("The columns have different lengths; select the same rows in each.")
        )
    before = start - (end - start)
    now_cases: Counter[str] = Counter()
    before_cases: Counter[str] = Counter()
    yuan: dict[str, Decimal] = defaultdict(lambda: _ZERO)
    for row, (value, at) in enumerate(zip(values, dates, strict=True)):
        if value is None or at is None:
            continue
        if start <= at < end:
            now_cases[value] += 1
            yuan[value] += (amounts[row] if amounts is not None else None) or _ZERO
        elif before <= at < start:
            before_cases[value] += 1
    total = sum(now_cases.values())
    ranked = sorted(now_cases, key=lambda value: (-now_cases[value], -yuan[value], value))
    return [
        TopRow(
            float(rank),
            value,
            float(now_cases[value]),
            round(now_cases[value] / total, 4),
            float(now_cases[value] - before_cases[value]),
            yuan[value].quantize(_ZERO),
        )
        for rank, value in enumerate(ranked[: max(0, int(n))], 1)
    ]
