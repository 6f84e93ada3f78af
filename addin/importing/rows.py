"""From the rows of an export to rows of a table, each with its identity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final, TypeAlias

from ...functions.messages import Message
from ...sheets.edits import Notice
from ...sheets.exports import ExportFile
from ...sheets.snapshot import Unread, Value
from ...templates.headers import Match
from ...templates.tracker import Table
from .clean import DEFAULT_TEXTS, BadCell, DestroyedId, clean_cell, plain

Row = dict[str, Value]
ByOrder: TypeAlias = Mapping[tuple[Value, ...], Any]
"""(platform, shop, number of an order or of its line) → a cell of it."""
ORDER: Final = ("platform", "shop", "sub_order_id", "order_id")


@dataclass(slots=True)
class Parsed:
    """The rows of one table in one export, and what was wrong with them."""

    rows: list[tuple[int, Row]] = field(default_factory=list[tuple[int, Row]])
    """(row number in the file, values)."""
    notices: list[Notice] = field(default_factory=list[Notice])


def parse_rows(
    export: ExportFile,
    match: Match,
    table: Table,
    *,
    platform: str | None,
    shop: str,
    arrivals: ByOrder,
) -> Parsed:
    """Clean every cell; one that cannot be read is named and keeps its raw text in its place.

    `arrivals` tells when the order of a row arrived.
    """
    parsed = Parsed()
    destroyed = 0
    columns = {name: table.column(name) for name in match.fields}
    # 收货后N天 counts from the arrival of the order, so that the order is known by then.
    order = sorted(columns, key=lambda name: name == "followup_at")
    for number, cells in _split_all(export, match, table):
        row: Row = {"platform": platform, "shop": shop or None}
        value: Value
        arrival = partial(_of_row, row, arrivals)
        for name in order:
            text = cells[match.fields[name]]
            try:
                if name == "status" and name in match.otherwise:
                    value = "paid" if plain(text) else "unpaid"
                else:
                    value = clean_cell(columns[name], text, arrival)
            except DestroyedId as error:
                destroyed += 1
                row["raw_id"] = plain(text)
                value = None
                parsed.notices.append(_notice(error.message, table, number, match, export, name))
            except BadCell as error:
                # The platform that the person or the header names stands for an unknown word.
                value = row.get(name) or Unread(plain(text))
                parsed.notices.append(_notice(error.message, table, number, match, export, name))
            if value is not None or name not in row:
                row[name] = value
        if table.id == "reviews" and "text" in match.fields:
            text = cells[match.fields["text"]].strip()
            if text in DEFAULT_TEXTS and row.get("text") is None:
                row["note"] = text
        parsed.rows.append((number, row))
    if destroyed:
        parsed.notices.insert(
            0,
            Notice(
                Message(
                    "{count} ids were destroyed by a spreadsheet and are kept as raw ids only: "
                    "export the file again and open it as text.",
                    count=destroyed,
                ),
                table=export.name,
            ),
        )
    return parsed


def _notice(
    message: Message,
    table: Table,
    number: int,
    match: Match,
    export: ExportFile,
    name: str,
) -> Notice:
    return Notice(
        message,
        table=export.name,
        row=str(number),
        column=export.header[match.fields[name]].strip(),
    )


def of_order(found: ByOrder, platform: Value, shop: Value, *numbers: Value) -> Any:
    """The cell under the first of the numbers that is known; the line's comes before the order's.

    >>> of_order({("taobao", "A", "100"): "u1"}, "taobao", "A", "101", "100")
    'u1'
    """
    cells = (found.get((platform, shop, number)) for number in numbers if number is not None)
    return next((cell for cell in cells if cell is not None), None)


def _of_row(row: Row, found: ByOrder) -> Any:
    return of_order(found, *map(row.get, ORDER))


def _split_all(
    export: ExportFile, match: Match, table: Table
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows, those with several sub-orders joined by `;` taken apart; sentences stay whole."""
    at = match.fields.get("sub_order_id")
    whole = {place for name, place in match.fields.items() if table.column(name).type == "long"}
    for number, cells in export.rows:
        parts = [] if at is None else [part for part in cells[at].split(";") if plain(part)]
        if len(parts) < 2:
            yield number, cells
            continue
        for index in range(len(parts)):
            yield (
                number,
                tuple(
                    cell if place in whole else _pick(cell, index, len(parts))
                    for place, cell in enumerate(cells)
                ),
            )


def _pick(cell: str, index: int, count: int) -> str:
    parts = cell.split(";")
    return parts[index] if len(parts) == count else cell


def _hash(*parts: object) -> str:
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _identity(row: Row) -> tuple[object, ...]:
    """What stays the same of a review without an id, even when its author changes the words."""
    place = (row.get("platform"), row.get("shop"))
    said = (row.get("text"), row.get("stars"), row.get("sentiment"))
    phase = "followup" if said == (None,) * 3 and row.get("followup_text") else "first"
    if row.get("sub_order_id") is not None:
        return (*place, row["sub_order_id"], phase)
    if row.get("order_id") is not None:
        # Each product of an order has a review of its own.
        return (*place, row["order_id"], row.get("product"), row.get("sku"), phase)
    words = row.get("text") or row.get("note")
    return (*place, row.get("posted_at"), row.get("nickname"), words)


def _posted(numbered: tuple[int, Row]) -> datetime:
    posted = numbered[1].get("posted_at")
    return posted if isinstance(posted, datetime) else datetime.min


def identify_reviews(rows: Sequence[tuple[int, Row]]) -> list[Notice]:
    """Give every review its id: the platform's, else a hash that an edited review keeps.

    Counted from the oldest, because the next export may begin with the newest.
    """
    notices: list[Notice] = []
    seen: dict[str, Row] = {}
    nameless: Counter[tuple[object, ...]] = Counter()
    for number, row in sorted(rows, key=_posted):
        given = row.get("review_id")
        if given is None:
            identity = _identity(row)
            nameless[identity] += 1
            given = row["review_id"] = "F-" + _hash(*identity, nameless[identity])
        first = seen.setdefault(str(given), row)
        if first is not row and first.get("order_id") != row.get("order_id"):
            count = 2
            while f"{given}-{count}" in seen:
                count += 1
            row["review_id"] = f"{given}-{count}"
            seen[f"{given}-{count}"] = row
            notices.append(
                Notice(
                    Message(
                        "The review ID {id} stands twice, for two orders; both are kept.", id=given
                    ),
                    row=str(number),
                )
            )
    return notices


def identify_orders(rows: Sequence[tuple[int, Row]]) -> None:
    """Give every order line its sub-order number, and single lines their amount.

    Lines that agree in everything are one line, said again: an order of two reviews, or of two
    exports in one file, is no order of twice the amount.
    """
    lines: dict[object, dict[tuple[tuple[str, Value], ...], list[Row]]] = defaultdict(dict)
    for _, row in rows:
        same = lines[row.get("order_id")].setdefault(tuple(sorted(row.items())), [])
        same.append(row)
    for order, found in lines.items():
        for count, same in enumerate(found.values(), 1):
            for row in same:
                if row.get("sub_order_id") is None and order is not None:
                    row["sub_order_id"] = order if count == 1 else f"{order}-{count}"
                if row.get("order_id") is None:
                    row["order_id"] = row.get("sub_order_id")
                if len(found) == 1 and row.get("paid") is None:
                    row["paid"] = row.get("order_paid")
