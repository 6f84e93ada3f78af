"""What counts as a bad review."""

from __future__ import annotations

from typing import Annotated

from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import IsBad, Platform, Sentiment


@cell_function(names={"zh_CN": "是否中差评"})
def is_bad(
    stars: Annotated[float | None, "Stars of the review, 1 to 5; 0 is blank"],
    sentiment: Annotated[Sentiment | None, "Good, neutral or bad, where the platform has no stars"],
    platform: Annotated[Platform | None, "Platform of the shop"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> IsBad:
    """Whether a review is neutral or bad (中差评).

    Up to three stars are bad; Douyin counts one and two stars.
    >>> is_bad(3, None), is_bad(3, None, "douyin"), is_bad(4, None)
    ('yes', 'no', 'no')

    Without stars the platform's sentiment decides, and without either a person does.
    >>> is_bad(None, "neutral"), is_bad(0, None)
    ('yes', 'undecided')
    """
    if stars:
        limit = rules.get(f"bad.stars.{platform}")
        return "yes" if stars <= (rules["bad.stars"] if limit is None else limit) else "no"
    if sentiment is None:
        return "undecided"
    return "no" if sentiment == "good" else "yes"
