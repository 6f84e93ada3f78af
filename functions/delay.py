"""How late a parcel is (S4, S5)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from .registry import cell_function


@cell_function(names={"zh_CN": "延误小时"})
def delay(
    promised: Annotated[datetime, "When it was promised"],
    actual: Annotated[datetime | None, "When it happened; blank if it has not"],
    now: Annotated[datetime | None, "The present moment"],
) -> float | None:
    """Hours late; 0 when on time, blank when neither actual nor now is known.

    >>> delay(datetime(2026, 3, 2, 18), datetime(2026, 3, 3, 6), None)
    12.0
    >>> delay(datetime(2026, 3, 2, 18), datetime(2026, 3, 2, 12), None)
    0.0

    What has not happened yet is as late as now.
    >>> delay(datetime(2026, 3, 2, 18), None, datetime(2026, 3, 2, 19, 15))
    1.25
    """
    end = actual if actual is not None else now
    if end is None:
        return None
    return max(0.0, round((end - promised).total_seconds() / 3600, 2))
