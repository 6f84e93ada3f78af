"""Which header of an export means which column of which table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..functions.values import CHOICES, normalise

TABLES = ("reviews", "orders")
# A file is about reviews when it has one of these; orders never do.
_SPEAKS_OF_REVIEWS = frozenset({"text", "stars", "sentiment", "followup_text"})


@dataclass(frozen=True, slots=True)
class Match:
    """How a header was understood for one table."""

    table: str
    fields: Mapping[str, int]
    """Column id → position in the header."""
    unmapped: tuple[str, ...]
    """Headers that mean nothing to the table."""
    doubled: Mapping[str, tuple[str, ...]]
    """Column id → the headers that all mean it; not empty: the file is refused."""


@cache
def aliases() -> dict[str, dict[str, tuple[str, ...]]]:
    """Table → column id → headers; and `platform` → platform → headers only it uses."""
    text = (files(__package__ or "") / "headers.toml").read_text("utf-8")
    return {
        table: {field: tuple(map(normalise, names)) for field, names in fields.items()}
        for table, fields in tomllib.loads(text).items()
    }


@cache
def _by_alias(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, names in aliases()[table].items():
        for name in names:
            if found.setdefault(name, field) != field:
                raise ValueError(f"headers.toml: {name} means two fields of {table}")
    return found


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row looks like a header: at least two of its cells are known headers.

    >>> is_header(["订单编号", "订单状态 "]), is_header(["1", "2"])
    (True, False)
    """
    known = _by_alias("reviews").keys() | _by_alias("orders").keys()
    return sum(normalise(cell) in known for cell in cells) >= 2


def match_headers(
    header: Sequence[str], table: str, chosen: Mapping[str, str] | None = None
) -> Match:
    """Match a header for one table; `chosen` (column id → header) beats the aliases.

    >>> match_headers(["评价内容", "评分", "备注"], "reviews").fields
    {'text': 0, 'stars': 1}
    """
    names = [normalise(cell) for cell in header]
    fields: dict[str, int] = {}
    doubled: dict[str, list[str]] = {}
    for field, wanted in (chosen or {}).items():
        if normalise(wanted) in names:
            fields[field] = names.index(normalise(wanted))
    taken = set(fields.values())
    by_choice = set(fields)
    alias = _by_alias(table)
    for position, name in enumerate(names):
        known = alias.get(name)
        if known is None or position in taken or known in by_choice:
            continue
        if known in fields:
            doubled.setdefault(known, [header[fields[known]]]).append(header[position])
        else:
            fields[known] = position
    used = set(fields.values())
    unmapped = tuple(
        cell for position, cell in enumerate(header) if position not in used and cell.strip()
    )
    return Match(table, fields, unmapped, {key: tuple(found) for key, found in doubled.items()})


def guess_table(header: Sequence[str]) -> str:
    """Reviews or orders: what the header speaks of."""
    reviews = match_headers(header, "reviews")
    return "reviews" if _SPEAKS_OF_REVIEWS & set(reviews.fields) else "orders"


def guess_platform(header: Sequence[str], file: str = "") -> str | None:
    """The platform that the file's name speaks of, else whose own headers stand in it, or None.

    >>> guess_platform(["主订单编号", "子订单编号", "选购商品"]), guess_platform([], "京东评价.csv")
    ('douyin', 'jd')
    """
    named = CHOICES["platform"]
    for word, platform in named.exact.items():
        if platform != "other" and len(word) > 1 and word.lower() in file.lower():
            return platform
    names = {normalise(cell) for cell in header}
    counts = {platform: len(names & set(own)) for platform, own in aliases()["platform"].items()}
    best = max(counts, key=lambda platform: counts[platform])
    return best if counts[best] else None
