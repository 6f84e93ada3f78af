"""How an export will be imported: from which platform, into which tables, which header is what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ...functions.messages import Lang, Message
from ...functions.values import CHOICES, Choices, join_words, normalise
from ...sheets.errors import MISSING_TABLE, FanpanError
from ...sheets.exports import ExportFile
from ...sheets.snapshot import Snapshot
from ...templates.headers import TABLES, Match, guess_platform, guess_table, match_headers
from ...templates.tracker import load_tracker

IMPORTS: Final = Choices(
    "tables",
    {"reviews": ["reviews", "评价"], "orders": ["orders", "订单"], "both": ["both", "两者"]},
)


class ImportRefused(FanpanError):
    """The export cannot be imported as it is; nothing was changed."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the file itself does not say."""

    now: datetime
    shop: str = ""
    platform: str = ""
    tables: tuple[str, ...] = ()
    """`reviews`, `orders` or both; guessed from the header when empty."""
    maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Table → column id → header, beating the aliases."""
    by: str = ""
    captured_when_posted: bool = False
    """Past reviews: take the time of posting for the time of capture."""


def named_tables(text: str) -> tuple[str, ...]:
    """The tables that a person names; none: the header decides.

    >>> named_tables("orders, 评价"), named_tables("both"), named_tables("")
    (('orders', 'reviews'), ('reviews', 'orders'), ())
    """
    found: list[str] = []
    for word in filter(None, (part.strip() for part in re.split("[,，、]", text))):
        name = IMPORTS.id(word)
        if name is None:
            raise ImportRefused(
                Message(
                    "There is no table {table} to import; expected one of {words}.",
                    table=word,
                    words=join_words((*IMPORTS.words("zh"), *IMPORTS.ids), "zh"),
                )
            )
        found += TABLES if name == "both" else (name,)
    return tuple(dict.fromkeys(found))


def remembered_map(snapshot: Snapshot, shop: str, table: str) -> dict[str, str]:
    """The headers that were chosen for this shop before."""
    notes: Mapping[str, Mapping[str, Mapping[str, str]]] = snapshot.memory.get("headers", {})
    return dict(notes.get(shop, {}).get(table, {}))


def _known_map(
    snapshot: Snapshot, export: ExportFile, options: ImportOptions, table: str
) -> dict[str, str]:
    """The headers chosen now, and those chosen before that this file has."""
    here = {normalise(cell) for cell in export.header}
    before = remembered_map(snapshot, options.shop, table)
    return {
        **{column: header for column, header in before.items() if normalise(header) in here},
        **options.maps.get(table, {}),
    }


def plan(
    snapshot: Snapshot, export: ExportFile, options: ImportOptions
) -> tuple[str | None, list[Match]]:
    """The platform, and how the header is understood for each table; raises `ImportRefused`."""
    known = {table: _known_map(snapshot, export, options, table) for table in TABLES}
    tables = options.tables or (guess_table(export.header, known["reviews"]),)
    platform: str | None = None
    if options.platform:
        platform = CHOICES["platform"].id(options.platform)
        if platform is None:
            raise ImportRefused(
                Message(
                    "There is no platform {name}; expected one of {words}.",
                    name=options.platform,
                    words=join_words(CHOICES["platform"].words("zh"), "zh"),
                )
            )
    else:
        platform = guess_platform(export.header, export.name)
    matches: list[Match] = []
    for table in tables:
        if table not in snapshot.tables:
            raise ImportRefused(
                MISSING_TABLE, table=load_tracker().table(table).title.text(snapshot.lang)
            )
        match = match_headers(export.header, table, known[table])
        _check(match, export, options, table, snapshot.lang)
        matches.append(match)
    return platform, matches


def _check(
    match: Match, export: ExportFile, options: ImportOptions, table: str, lang: Lang
) -> None:
    lost = [
        header
        for header in options.maps.get(table, {}).values()
        if header.strip() not in {cell.strip() for cell in export.header}
    ]
    if lost:
        raise ImportRefused(
            Message("{file} has no header {header}.", file=export.name, header=lost[0])
        )
    if match.doubled:
        field, headers = next(iter(match.doubled.items()))
        raise ImportRefused(
            Message(
                "{file}: the headers {headers} all mean {field}; choose one with --map {field}=…",
                file=export.name,
                headers=join_words((header.strip() for header in headers), "zh"),
                field=field,
            )
        )
    needed = {"reviews": {"text", "stars", "sentiment"}, "orders": {"order_id", "sub_order_id"}}
    if not needed[table] & set(match.fields):
        raise ImportRefused(
            Message(
                "{file} has no column for {fields}; name one with --map column=header.",
                file=export.name,
                fields=join_words(
                    (
                        f"{column.title.text(lang)} {column.id}"
                        for column in load_tracker().table(table).columns
                        if column.id in needed[table]
                    ),
                    lang,
                ),
            )
        )
