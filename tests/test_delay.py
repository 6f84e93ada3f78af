"""How late a parcel is."""

from __future__ import annotations

from datetime import datetime

import pytest

from fanpan.functions import REGISTRY


@pytest.mark.parametrize(
    ("promised", "actual", "now", "hours"),
    [
        ("2026-03-02 18:00", "2026-03-03 06:00", None, 12.0),
        ("2026-03-02 18:00", "2026-03-02 19:15", "2026-03-09", 1.25),
        ("2026-03-02 18:00", "2026-03-02 12:00", None, 0.0),
        ("2026-03-02 18:00", "2026-03-02 18:00", None, 0.0),
        ("2026-03-02 18:00", None, "2026-03-04 18:00", 48.0),
        ("2026-03-02 18:00", None, "2026-03-01 18:00", 0.0),
        ("2026-03-02 18:00", None, None, None),
        (None, "2026-03-02 18:00", "2026-03-02 18:00", None),
        ("2026-03-02 18:00", "2026-03-02 18:20", None, 0.33),
        (46083.75, datetime(2026, 3, 2, 20), None, 2.0),
    ],
)
def test_hours_late(promised: object, actual: object, now: object, hours: float | None) -> None:
    assert REGISTRY["DELAY"].call(promised, actual, now) == hours
