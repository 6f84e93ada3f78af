"""Business-time deadlines of a whole column against pandas CustomBusinessHour."""

from __future__ import annotations

import time
from datetime import time as clock

import numpy as np
import pandas as pd

from fanpan.functions.businesstime import BusinessTime
from fanpan.functions.openhours import DAYS
from fanpan.sheets.columns import deadlines

ROWS = 1_000_000
PEER_ROWS = 20_000
LIMIT = 0.01


def run() -> None:
    """Print seconds per million rows of both, and the ratio."""
    rng = np.random.default_rng(1)
    first = np.datetime64("2025-01-01T00:00:00", "s")
    starts = first + rng.integers(0, 2 * 365 * 86400, ROWS).astype("timedelta64[s]")
    calendar = BusinessTime({day: [("09:00", "18:00")] for day in DAYS[:5]})
    deadlines(calendar, starts[:10], 4 * 3600)  # builds the table
    begun = time.perf_counter()
    found = deadlines(calendar, starts, 4 * 3600)
    ours = time.perf_counter() - begun
    offset = pd.offsets.CustomBusinessHour(n=4, start=clock(9), end=clock(18))
    sample = [pd.Timestamp(moment) for moment in starts[:PEER_ROWS]]
    begun = time.perf_counter()
    peer_found = [moment + offset for moment in sample]
    peer = (time.perf_counter() - begun) * ROWS / PEER_ROWS
    agree = sum(pd.Timestamp(a) == b for a, b in zip(found[:PEER_ROWS], peer_found, strict=True))
    print(f"ours {ours:.2f} s per million rows; pandas CustomBusinessHour {peer:.0f} s")
    print(f"ratio {ours / peer:.4f} (limit {LIMIT}); {agree / PEER_ROWS:.1%} of deadlines equal")
