"""Words that alert the supervisor at any number of stars (S9)."""

from __future__ import annotations

import re
from typing import Annotated

from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import normalise


def _pattern(rules: Rules) -> re.Pattern[str] | None:
    words = sorted(rules["alert.words"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words))) if words else None


@cell_function(names={"zh_CN": "预警词"})
def alert(
    text: Annotated[str, "Text of the review"],
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> str | None:
    """The alert words in a text, in their order; blank when there are none.

    >>> alert("再不处理我就投诉到12315，投诉到底")
    '投诉、12315'
    """
    pattern = rules.derive(_pattern)
    found = dict.fromkeys(pattern.findall(normalise(text))) if pattern is not None else {}
    return "、".join(found) or None
