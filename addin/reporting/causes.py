"""Which kinds and causes there are most of, where they pile up, and what buyers say of them."""

from __future__ import annotations

from typing import Final

from ...functions.mask import mask
from ...functions.messages import Message
from ...functions.top import TopRow
from ...functions.values import CHOICES
from ...sheets.edits import CellStyle
from ...sheets.snapshot import Value
from .facts import DIMENSIONS, Facts, Period, dimension_title
from .page import Page

_QUOTES: Final = 2
_QUOTE_LENGTH: Final = 60


def ranked_kinds(page: Page, facts: Facts, ranking: list[TopRow], period: Period) -> None:
    """The top kinds with their share, change, yuan and the place where they pile up."""
    rows: list[list[tuple[Value, CellStyle]]] = []
    for row in ranking:
        found = facts.concentration(row.value, period)
        place = (
            ""
            if found is None
            else f"{dimension_title(found.dimension, page.lang)} {found.value} {found.share:.0%}"
        )
        rows.append(
            [
                (row.rank, "number"),
                (CHOICES["kind"].word(row.value, page.lang), "text"),
                (row.cases, "number"),
                (row.share, "percent"),
                (row.change, "bad" if row.change > 0 else "good"),
                (row.yuan, "money"),
                (place, "wrap"),
            ]
        )
    titles = ("Rank", "Kind", "Cases", "Share", "Change", "Yuan", "Piles up at")
    page.table(titles, rows, (1, 2, 1, 1, 1, 2, 4))


def entered_causes(page: Page, facts: Facts, values: list[Value], period: Period) -> None:
    """The top causes as people entered them."""
    causes = [
        cause if value is not None else None
        for cause, value in zip(facts.column("cause"), values, strict=True)
    ]
    ranking = facts.top(causes, period)
    if not ranking:
        return
    page.heading("Top 3 causes as people entered them")
    page.table(
        ("Rank", "Cause", "Cases", "Share", "Change", "Yuan"),
        [
            [
                (row.rank, "number"), (row.value, "text"), (row.cases, "number"),
                (row.share, "percent"), (row.change, "bad" if row.change > 0 else "good"),
                (row.yuan, "money"),
            ]
            for row in ranking
        ],
        (1, 4, 2, 1, 2, 2),
    )  # fmt: skip


def concentrated(page: Page, facts: Facts, row: TopRow, period: Period) -> None:
    """One kind by product, SKU, batch, supplier and carrier, with buyers' words."""
    found = facts.concentration(row.value, period)
    lines: list[list[tuple[Value, CellStyle]]] = []
    for name in DIMENSIONS:
        values = [
            value if kind == row.value else None
            for value, kind in zip(facts.dimension(name), facts.kinds, strict=True)
        ]
        for best in facts.top(values, period, 2):
            hot = found is not None and (found.dimension, found.value) == (name, best.value)
            lines.append(
                [
                    (dimension_title(name, page.lang), "text"),
                    (best.value, "bad" if hot else "wrap"),
                    (best.cases, "number"),
                    (best.share, "percent"),
                    (best.change, "number"),
                    (best.yuan, "money"),
                ]
            )
    quotes = _quotes(facts, row.value, period)
    if not lines and not quotes:
        return
    word = CHOICES["kind"].word(row.value, page.lang)
    page.gap()
    if lines:
        page.line(Message("{kind}: where it piles up", kind=word), "subtitle")
        page.table(
            ("Dimension", "Value", "Cases", "Share", "Change", "Yuan"), lines, (2, 5, 1, 1, 1, 2)
        )
    else:
        page.line(Message("{kind}: what buyers say", kind=word), "subtitle")
    for quote in quotes:
        page.line(f"“{quote}”", "note")


def quoted(text: str, length: int) -> str:
    """Words of a buyer on one line, personal data masked, cut where they are too long.

    >>> quoted("太差了，\\n再也不买", 6)
    '太差了， …'
    """
    masked = mask(" ".join(text.split()))
    return masked if len(masked) <= length else masked[: length - 1] + "…"


def _quotes(facts: Facts, kind: str, period: Period) -> list[str]:
    """The longest words of buyers, masked and cut: they say most."""
    texts = facts.column("text")
    found = [texts[row] for row in facts.rows(period) if facts.kinds[row] == kind and texts[row]]
    found = sorted(dict.fromkeys(found), key=lambda text: -min(len(text), _QUOTE_LENGTH))
    return [quoted(text, _QUOTE_LENGTH) for text in found[:_QUOTES]]
