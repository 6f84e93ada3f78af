"""The cell function RULES."""

from __future__ import annotations

from typing import Annotated, Any

from .registry import cell_function
from .rules import parse_rules


@cell_function(names={"zh_CN": "规则"})
def rules(range: Annotated[list[list[Any]], "The rules tab: key, value, unit"]) -> str:
    """One text with the rules that differ from the defaults; the other functions take that cell.

    >>> rules([["规则项", "取值"], ["clock.response", 20, "分钟"]])
    'fanpan-rules 1\\nclock.response=20 min'
    """
    return parse_rules(range).text
