"""新建跟踪表: what a fresh tracker holds before anything is imported."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...functions.messages import Lang, Message
from ...functions.openhours import DAYS
from ...functions.rules import Rules, rule_rows
from ...functions.values import normalise
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
    rows: list[Mapping[str, Value]] = [
        {"key": row.key, "value": row.value, "unit": row.unit, "note": row.note}
        for row in rule_rows(lang, rules=_opened(hours) if hours else None)
    ]
    return {"rules": rows}


def _opened(hours: str) -> Rules:
    """The rules of a shop that is open daily, for instance 09:00-23:00.

    >>> rules = _opened("8:30－24:00")
    >>> rules["calendar.solution"], rules["hours.sun"]
    ('business', (('08:30', '24:00'),))
    """
    match = _HOURS.match(normalise(hours))
    if match is not None:
        daily = f"{match[1].zfill(5)}-{match[2].zfill(5)}"
        rules = Rules.build(
            [
                ["calendar.response", "business"],
                ["calendar.solution", "business"],
                *([f"hours.{day}", daily] for day in DAYS),
            ]
        )
        if not rules.rule_problems:
            return rules
    raise BadHours(Message("{hours} are no hours; expected for example 09:00-23:00.", hours=hours))
