"""新建跟踪表: what a fresh tracker holds before anything is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...functions.messages import Lang, Message
from ...functions.rules import rule_rows
from ...sheets.errors import FanpanError
from ...sheets.snapshot import Value

_HOURS = re.compile(r"(\d{1,2}:\d{2})\s*[-–~至]\s*(\d{1,2}:\d{2})$")
SUGGESTED_HOURS = "09:00-23:00"


class BadHours(FanpanError):
    """Opening hours that cannot be read."""


def starting_rows(lang: Lang, hours: str | None) -> dict[str, list[Mapping[str, Value]]]:
    """Rows of the rules tab of a new tracker, with the shop's daily hours if they are given.

    Without hours the clocks stay wall time, as the source playbook has them.
    """
    changes: dict[str, str] = {}
    if hours:
        match = _HOURS.match(hours.strip())
        if match is None:
            raise BadHours(
                Message("{hours} are no hours; expected for example 09:00-23:00.", hours=hours)
            )
        daily = f"{match[1].zfill(5)}-{match[2].zfill(5)}"
        changes = {
            "calendar.response": "business",
            "calendar.solution": "business",
            "hours.daily": daily,
        }
    rows: list[Mapping[str, Value]] = []
    for row in rule_rows(lang, changes):
        rows.append({"key": row.key, "value": row.value, "unit": row.unit, "note": row.note})
    return {"rules": rows}
