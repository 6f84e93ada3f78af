"""Which header of an export means which column of which table."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..functions.values import CHOICES, normalise

TABLES = ("reviews", "orders")
_REMARK = re.compile(r"\s*\([^()]*\)$")
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
    otherwise: frozenset[str] = frozenset()
    """Column ids for which a header of the second choice stands in."""


@cache
def aliases() -> dict[str, dict[str, tuple[str, ...]]]:
    """Table → column id → headers; and `platform` → platform → headers only it uses."""
    text = (files(__package__ or "") / "headers.toml").read_text("utf-8")
    return {
        table: {field: tuple(map(normalise, names)) for field, names in fields.items()}
        for table, fields in tomllib.loads(text).items()
    }


@cache
def _by_alias(table: str) -> tuple[dict[str, str], dict[str, str]]:
    """Header → column id: those of the first choice, those of the second."""
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for number, section in enumerate((table, f"{table}_otherwise")):
        for field, names in aliases()[section].items():
            for name in names:
                if name in found[0] or found[number].setdefault(name, field) != field:
                    raise ValueError(f"headers.toml: {name} means two fields of {table}")
    return found


@cache
def _known() -> frozenset[str]:
    return frozenset(name for table in TABLES for names in _by_alias(table) for name in names)


def header_name(cell: str) -> str:
    """A header as it is compared.

    >>> header_name(" 商品数量（件） "), header_name("金额(元)")
    ('商品数量', '金额(元)')
    """
    name = normalise(cell)
    bare = _REMARK.sub("", name)
    return bare if bare in _known() and name not in _known() else name


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row looks like a header: at least two of its cells are known headers.

    >>> is_header(["订单编号", "订单状态 "]), is_header(["1", "2"])
    (True, False)
    """
    return sum(header_name(cell) in _known() for cell in cells) >= 2


def match_headers(
    header: Sequence[str], table: str, chosen: Mapping[str, str] | None = None
) -> Match:
    """Match a header for one table; `chosen` (column id → header) beats the aliases.

    >>> match_headers(["评价内容", "评分", "备注"], "reviews").fields
    {'text': 0, 'stars': 1}
    """
    whole = [normalise(cell) for cell in header]
    names = [header_name(cell) for cell in header]
    fields: dict[str, int] = {}
    doubled: dict[str, list[str]] = {}
    for field, wanted in (chosen or {}).items():
        if normalise(wanted) in whole:
            fields[field] = whole.index(normalise(wanted))
    otherwise: set[str] = set()
    for alias in _by_alias(table):
        earlier, taken = frozenset(fields), set(fields.values())
        for position, name in enumerate(names):
            known = alias.get(name)
            if known is None or position in taken or known in earlier:
                continue
            if known in fields:
                doubled.setdefault(known, [header[fields[known]]]).append(header[position])
            else:
                fields[known] = position
        otherwise = fields.keys() - earlier
    used = set(fields.values())
    unmapped = tuple(
        cell for position, cell in enumerate(header) if position not in used and cell.strip()
    )
    return Match(
        table,
        fields,
        unmapped,
        {key: tuple(found) for key, found in doubled.items()},
        frozenset(otherwise),
    )


def guess_table(header: Sequence[str], chosen: Mapping[str, str] | None = None) -> str:
    """Reviews or orders: what the header speaks of, or the columns of reviews that are `chosen`.

    >>> guess_table(["订单号", "买家说了什么"]), guess_table(["订单号"], {"text": "买家说了什么"})
    ('orders', 'reviews')
    """
    reviews = match_headers(header, "reviews")
    if chosen and _SPEAKS_OF_REVIEWS & chosen.keys():
        return "reviews"
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
    names = {normalise(cell) for cell in header} | {
        _REMARK.sub("", normalise(cell)) for cell in header
    }
    counts = {platform: len(names & set(own)) for platform, own in aliases()["platform"].items()}
    best = max(counts, key=lambda platform: counts[platform])
    return best if counts[best] else None
