"""The cell function RULES."""

from __future__ import annotations

from typing import Annotated, Any

from .registry import cell_function
from .rules import Rules


@cell_function(names={"zh_CN": "规则"})
def rules(
    range: Annotated[list[list[Any]], "The rules tab: key, value, unit"],
    days: Annotated[list[list[Any]] | None, "The calendar tab: date, kind, hours"] = None,
) -> str:
    """One text with the rules that differ from the defaults; the other functions take that cell.

    >>> rules([["规则项", "取值"], ["clock.response", 20, "分钟"]])
    'fanpan-rules 1\\nclock.response=20 min'

    The days of the calendar tab go with them.
    >>> rules([["clock.response", 20]], [["2026-11-11", "特殊营业", "08:00-24:00"]])
    'fanpan-rules 1\\nclock.response=20 min\\nday 2026-11-11 special 08:00-24:00'
    """
    return Rules.build(range, days or ()).text
