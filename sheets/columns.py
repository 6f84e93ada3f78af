"""Column twins: business time for a million rows at once.

The same segment table as `functions.businesstime`, searched by numpy; a test holds that both agree.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..functions.businesstime import BusinessTime

Moments: TypeAlias = npt.NDArray[np.datetime64]
Seconds: TypeAlias = npt.NDArray[np.int64]


def deadlines(calendar: BusinessTime, starts: Moments, seconds: Seconds | int) -> Moments:
    """The deadline of every start: naive wall time in, naive wall time out, to the second.

    `seconds` is one allowance or one per row; not-a-time stays not-a-time. Where the zone changes
    its offset in the years that are covered, rows are computed one by one. Raises `CalendarFault`
    when the furthest deadline lies past the calendar's end.
    """
    result = np.full(starts.shape, np.datetime64("NaT"), dtype="datetime64[s]")
    there = ~np.isnat(starts)
    moments = starts[there].astype("datetime64[s]")
    allowed = np.broadcast_to(np.asarray(seconds, dtype=np.int64), starts.shape)[there]
    if moments.size:
        result[there] = _deadlines(calendar, moments, allowed)
    return result


def _deadlines(calendar: BusinessTime, moments: Moments, allowed: Seconds) -> Any:
    if calendar.always_open and calendar.tz == "Asia/Shanghai":
        return moments + allowed.astype("timedelta64[s]")
    first, last = moments.min().item(), moments.max().item()
    furthest = calendar.deadline(last, int(allowed.max()))
    opens, closes, before = calendar.segments(first, furthest or last)
    offset = calendar.fixed_offset
    if calendar.always_open or offset is None or (allowed <= 0).any():
        found = [
            calendar.deadline(moment, int(wait))
            for moment, wait in zip(moments.tolist(), allowed.tolist(), strict=True)
        ]
        return np.array(found, dtype="datetime64[s]")
    starts = np.asarray(opens, dtype=np.int64)
    ends = np.asarray(closes, dtype=np.int64)
    used_before = np.asarray(before, dtype=np.int64)
    instants = moments.astype(np.int64) - offset
    at = np.searchsorted(starts, instants, side="right") - 1
    inside = np.minimum(instants, ends[at]) - starts[at]
    target = np.where(at >= 0, used_before[at] + inside, 0) + allowed
    segment = np.searchsorted(used_before, target, side="left")
    due = ends[segment - 1] - (used_before[segment] - target)
    return (due + offset).astype("datetime64[s]")
