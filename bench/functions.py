"""Microseconds per call through the registry, against fixed limits."""

from __future__ import annotations

import timeit
from datetime import datetime
from typing import Any

from fanpan.functions import REGISTRY
from fanpan.functions.rules import Rules

START = datetime(2026, 3, 2, 9)
NOW = datetime(2026, 3, 2, 10)
RULES = Rules.build([["clock.response", "20"]]).text
HOURS = Rules.build([["calendar.solution", "business"]]).text
REVIEW = (
    "快递很快但是质量差，用了两天就坏了，客服也不理人，退货还要自己出运费，真的很失望，以后不会再买了，大家谨慎购买，"
    "别被骗了。包装倒是挺好的，颜色也和图片差不多，就是味道大，晾了三天还是刺鼻，实在受不了，希望改进。"
)
CASES: tuple[tuple[str, tuple[Any, ...], float], ...] = (
    ("DEADLINE", ("logistics", START, "solution", None, RULES), 5),
    ("DEADLINE", ("logistics", START, "solution", None, HOURS), 5),
    ("OFFER", (88.0, "quality", None, None, None, RULES), 5),
    ("TIER", (500.0, START, 3.0, NOW, RULES), 5),
    ("CLOCK_STATE", ("logistics", START, None, NOW, "solution", None, RULES), 5),
    ("KIND", (REVIEW, 2.0, None, RULES), 40 * len(REVIEW) / 100),
)


def run() -> None:
    """Print a line per function: the fastest of nine rounds of 2,000 calls."""
    print("| function | µs per call | limit | ratio |")
    print("|---|---|---|---|")
    for name, args, limit in CASES:
        call = REGISTRY[name].call
        best = min(timeit.repeat(lambda c=call, a=args: c(*a), number=2000, repeat=9)) / 2000 * 1e6
        note = " (business hours)" if HOURS in args else ""
        print(f"| {name}{note} | {best:.2f} | {limit:.0f} | {best / limit:.2f} |")
