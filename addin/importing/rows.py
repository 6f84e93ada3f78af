"""From the rows of an export to rows of a table, each with its identity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from ...functions.messages import Lang, Message
from ...sheets.edits import Notice
from ...sheets.exports import ExportFile
from ...sheets.snapshot import Value
from ...templates.headers import Match
from ...templates.tracker import Table
from .clean import DEFAULT_TEXTS, BadCell, DestroyedId, clean_cell, plain

Row = dict[str, Value]


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
    lang: Lang,
) -> Parsed:
    """Clean every cell; a cell that cannot be read is left blank and named, its row stays."""
    parsed = Parsed()
    destroyed = 0
    columns = {name: table.column(name) for name in match.fields}
    # Times that others are relative to are read first.
    order = sorted(columns, key=lambda name: name == "followup_at")
    for number, cells in _split_all(export, match):
        row: Row = {"platform": platform, "shop": shop or None}
        received: datetime | None = None
        value: Value
        for name in order:
            text = cells[match.fields[name]]
            try:
                if name == "status" and name in match.otherwise:
                    value = "paid" if plain(text) else "unpaid"
                else:
                    value = clean_cell(columns[name], text, received)
            except DestroyedId as error:
                destroyed += 1
                row["raw_id"] = plain(text)
                value = None
                parsed.notices.append(
                    _notice(error.message, table, number, match, export, name, lang)
                )
            except BadCell as error:
                value = None
                parsed.notices.append(
                    _notice(error.message, table, number, match, export, name, lang)
                )
            if value is not None or name not in row:
                row[name] = value
            if name == "posted_at" and isinstance(value, datetime):
                received = value
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
    lang: Lang,
) -> Notice:
    return Notice(
        message,
        table=export.name,
        row=str(number),
        column=export.header[match.fields[name]].strip(),
    )


def _split_all(export: ExportFile, match: Match) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows, those with several sub-orders joined by `;` taken apart."""
    at = match.fields.get("sub_order_id")
    for number, cells in export.rows:
        parts = [] if at is None else [part for part in cells[at].split(";") if plain(part)]
        if len(parts) < 2:
            yield number, cells
            continue
        for index in range(len(parts)):
            yield number, tuple(_pick(cell, index, len(parts)) for cell in cells)


def _pick(cell: str, index: int, count: int) -> str:
    parts = cell.split(";")
    return parts[index] if len(parts) == count else cell


def _hash(*parts: object) -> str:
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def identify_reviews(rows: Sequence[tuple[int, Row]]) -> list[Notice]:
    """Give every review its id: the platform's, else a hash that an edited review keeps."""
    notices: list[Notice] = []
    seen: dict[str, Row] = {}
    nameless: Counter[tuple[object, ...]] = Counter()
    for number, row in rows:
        given = row.get("review_id")
        if given is None:
            order = row.get("sub_order_id") or row.get("order_id")
            if order is not None:
                given = "F-" + _hash(row.get("platform"), row.get("shop"), order, "first")
            else:
                content = (
                    row.get("platform"), row.get("shop"), row.get("posted_at"),
                    row.get("nickname"), row.get("text") or row.get("note"),
                )  # fmt: skip
                nameless[content] += 1
                given = "F-" + _hash(*content, nameless[content])
            row["review_id"] = given
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
    """Give every order line its sub-order number, and single lines their amount."""
    lines: dict[object, list[Row]] = defaultdict(list)
    for _, row in rows:
        lines[row.get("order_id")].append(row)
    for order, found in lines.items():
        for count, row in enumerate(found, 1):
            if row.get("sub_order_id") is None and order is not None:
                row["sub_order_id"] = order if count == 1 else f"{order}-{count}"
            if row.get("order_id") is None:
                row["order_id"] = row.get("sub_order_id")
        only = found[0]
        if len(found) == 1 and only.get("paid") is None and only.get("order_paid") is not None:
            only["paid"] = only["order_paid"]
