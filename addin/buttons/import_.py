"""导入: exports of reviews and orders into the tracker. A refused file changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from ...functions.messages import Message
from ...functions.values import CHOICES, join_words
from ...sheets.edits import Edits, Notice
from ...sheets.exports import ExportFile
from ...sheets.snapshot import Snapshot, Unread, Value
from ...sheets.words import log_text
from ...templates.headers import Match
from ...templates.tracker import Table, Tracker, load_tracker
from ..importing.merge import Change, is_older, merge, new_customers, no_buyer_notice
from ..importing.owners import ARRIVAL, BUYER, by_order, complete_reviews, name_buyers
from ..importing.plan import ImportOptions, plan
from ..importing.rows import Parsed, Row, identify_orders, identify_reviews, parse_rows

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    table.id: tuple(column.id for column in table.columns if column.part != "out")
    for table in load_tracker().tables
    if table.id in {"reviews", "orders", "customers"}
} | {"log": ("log_id",)}


def import_rows(
    snapshot: Snapshot,
    export: ExportFile,
    options: ImportOptions,
    tracker: Tracker | None = None,
) -> Edits:
    """The edits that import one export."""
    tracker = tracker or load_tracker()
    platform, matches = plan(snapshot, export, options)
    edits = Edits()
    summary = edits.summary
    summary.counts["rows_read"] = len(export.rows)
    imported: dict[str, Any] = {
        name: dict(keys) for name, keys in dict(snapshot.memory.get("imported", {})).items()
    }
    times: dict[str, Any] = dict(snapshot.memory.get("exports", {}))
    buyers: list[Row] = []
    orders = snapshot["orders"]
    arrivals, owners = dict(by_order(orders.rows(*ARRIVAL))), dict(by_order(orders.rows(*BUYER)))
    # Orders first: reviews count days from their arrival, and their buyers are the orders'.
    for match in sorted(matches, key=lambda match: match.table):
        table = tracker.table(match.table)
        parsed = parse_rows(
            export, match, table, platform=platform, shop=options.shop, arrivals=arrivals
        )
        _identify(parsed, table, options, export)
        if table.id == "orders":
            for known, names in ((arrivals, ARRIVAL), (owners, BUYER)):
                known |= by_order([row.get(name) for name in names] for _, row in parsed.rows)
        else:
            name_buyers(parsed, owners)
        name = f"{table.id}|{platform}|{options.shop}"
        changes = merge(
            snapshot,
            table,
            parsed,
            imported.setdefault(table.id, {}),
            edits,
            older=is_older(times, name, export.exported_at),
        )
        if table.id == "orders":
            reviews = tracker.table("reviews")
            waited = complete_reviews(snapshot, owners, arrivals, edits)
            edits.table("log").append += [
                _log(snapshot, reviews, options, change) for change in waited
            ]
        edits.table("log").append += [_log(snapshot, table, options, change) for change in changes]
        if export.exported_at is not None:
            times[name] = max(str(times.get(name, "")), export.exported_at.isoformat())
        summary.notices.extend(parsed.notices)
        buyers += [row for _, row in parsed.rows]
    if not any(row.get("customer_id") for row in buyers):
        summary.notices.append(no_buyer_notice(export.name))
    elif "customers" in snapshot.tables:
        new_customers(snapshot, buyers, edits)
    _say(export, platform, matches, edits, snapshot)
    summary.counts["problems"] = sum(1 for found in summary.notices if found.level != "info")
    if summary.counts.get("rows_added") or summary.counts.get("rows_updated"):
        edits.memory = {
            "imported": imported,
            "exports": times,
            "headers": _remember(snapshot, export, options, matches),
        }
    return edits


def _identify(parsed: Parsed, table: Table, options: ImportOptions, export: ExportFile) -> None:
    if table.id == "orders":
        identify_orders(parsed.rows)
        return
    for notice in identify_reviews(parsed.rows):
        parsed.notices.append(Notice(notice.message, table=export.name, row=notice.row))
    for _, row in parsed.rows:
        if row.get("captured_at") is None:
            posted = row.get("posted_at") if options.captured_when_posted else None
            row["captured_at"] = options.now if isinstance(posted, Unread | None) else posted
        if row.get("review_now") is None:
            row["review_now"] = "normal"


def _log(
    snapshot: Snapshot, table: Table, options: ImportOptions, change: Change
) -> dict[str, Value]:
    lang = snapshot.lang
    row, column, old, new = change
    content = f"import|{table.id}|{row}|{column}|{old}|{new}|{options.now}"
    digest = sha256(content.encode("utf-8", "replace")).hexdigest()[:8]
    return {
        "log_id": f"L{options.now:%Y%m%d%H%M%S}-{digest}",
        "at": options.now,
        "who": options.by or "fanpan",
        "what": Message("import").text(lang),
        "table": table.title.text(lang),
        "row": row,
        "column": table.column(column).title.text(lang),
        "old": log_text(table.column(column), old, lang),
        "new": log_text(table.column(column), new, lang),
    }


def _remember(
    snapshot: Snapshot, export: ExportFile, options: ImportOptions, matches: list[Match]
) -> dict[str, Any]:
    notes = dict(snapshot.memory.get("headers", {}))
    shop = dict(notes.get(options.shop, {}))
    for match in matches:
        chosen = options.maps.get(match.table)
        if chosen:
            shop[match.table] = {**shop.get(match.table, {}), **chosen}
    if shop:
        notes[options.shop] = shop
    return notes


def _title(match: Match, snapshot: Snapshot) -> str:
    return load_tracker().table(match.table).title.text(snapshot.lang)


def _say(
    export: ExportFile,
    platform: str | None,
    matches: list[Match],
    edits: Edits,
    snapshot: Snapshot,
) -> None:
    lines = edits.summary.lines
    lines.append(
        Message(
            "{file}: {encoding}, platform {platform}, imported as {tables}.",
            file=export.name,
            encoding=export.encoding or "xlsx/ods",
            platform=CHOICES["platform"].word(platform, snapshot.lang) if platform else "?",
            tables=join_words((_title(match, snapshot) for match in matches), snapshot.lang),
        )
    )
    for match in matches:
        if match.unmapped:
            lines.append(
                Message(
                    "Not used for {table}: {headers}",
                    table=_title(match, snapshot),
                    headers=join_words((name.strip() for name in match.unmapped), snapshot.lang),
                )
            )
    for count, message in (
        (export.repeated_headers, "{count} header lines inside the file were passed over."),
        (export.blank_rows, "{count} blank lines were passed over."),
        (
            edits.summary.counts.get("rows_repeated", 0),
            "{count} lines repeat a number of the file: the first counts, the others fill blanks.",
        ),
        (
            edits.summary.counts.get("reviews_completed", 0),
            "{count} reviews that came before got their buyer or their times from the orders.",
        ),
        (
            edits.summary.counts.get("rows_deleted_by_people", 0),
            "{count} rows that people deleted were not brought back.",
        ),
    ):
        if count:
            lines.append(Message(message, count=count))
