"""A tracker in a program that talks to us in JSON: its cells in, our edits out.

The host sends raw cells (numbers, texts, flags, serial dates) and writes back what it is told, cell
for cell; what a column declares is known here alone.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ..functions.messages import LANGS, Lang
from ..functions.values import parse_moment, to_serial
from ..templates.tracker import Column, Table, Tracker
from .applying import new_rows
from .edits import Edits, SheetEdit, Summary, TableEdits
from .snapshot import Snapshot, TableSnapshot, Value, key_text, number_keys
from .words import shown
from .workbook.cells import read_column
from .workbook.memory import MEMORY, memory_rows, read_memory
from .workbook.styles import NUMBER_FORMAT

_ZONE: Final = ZoneInfo("Asia/Shanghai")
MOST_ROWS: Final = 200_000

RawCell = Any
"""A number, a text, a flag, null, or `{"error": "#N/A"}`."""
Rows = Annotated[list[int], Field(max_length=MOST_ROWS)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RemoteTable(_Model):
    """One table as the host holds it."""

    rows: Rows = []
    """The host's own row numbers."""
    columns: dict[str, list[RawCell]] = {}
    formulas: dict[str, list[int]] = {}
    """Column → positions in `rows` of cells that must not be written."""
    live: list[str] = []
    missing: list[str] = []


class RemoteSnapshot(_Model):
    """The tables of a tracker as the host holds them."""

    name: str = ""
    tables: dict[str, RemoteTable] = {}


class Misshapen(ValueError):
    """The tables that came do not have the shape of tables."""


def read_remote(
    remote: RemoteSnapshot, memory: list[tuple[str, str]], tracker: Tracker, lang: Lang
) -> Snapshot:
    """The snapshot that a host's tables stand for; tables and columns not declared are ignored."""
    tables = {
        name: _read_table(table, tracker.table(name))
        for name, table in remote.tables.items()
        if name in tracker.by_id
    }
    notes = TableSnapshot(
        MEMORY,
        {"name": [name for name, _ in memory], "value": [value for _, value in memory]},
        [""] * len(memory),
        [(name, number) for number, (name, _) in enumerate(memory)],
    )
    return Snapshot(tables, lang, remote.name[:200], read_memory(notes))


def _read_table(remote: RemoteTable, declared: Table) -> TableSnapshot:
    count = len(remote.rows)
    columns: dict[str, list[Value]] = {}
    bad: dict[str, dict[int, str]] = {}
    for name, cells in remote.columns.items():
        if name not in declared.by_id:
            continue
        if len(cells) != count:
            raise Misshapen(f"{declared.id}.{name}: {len(cells)} cells for {count} rows")
        raw, errors = _without_errors(cells)
        columns[name], wrong = read_column(declared.column(name), raw, _wall_time)
        if wrong or errors:
            bad[name] = wrong | errors
    keys = zip(*(columns.get(name, [None] * count) for name in declared.key), strict=True)
    return TableSnapshot(
        declared.id,
        columns,
        [str(row) for row in remote.rows],
        number_keys(key_text(key) for key in keys),
        {name: frozenset(rows) for name, rows in remote.formulas.items()},
        bad,
        frozenset(remote.live),
        frozenset(remote.missing),
    )


def _without_errors(cells: list[RawCell]) -> tuple[list[RawCell], dict[int, str]]:
    errors: dict[int, str] = {}
    raw: list[RawCell] = []
    for position, cell in enumerate(cells):
        if isinstance(cell, dict):
            errors[position] = str(cell.get("error", "#VALUE!"))[:40]  # pyright: ignore
            cell = None
        elif isinstance(cell, list):
            raise Misshapen("a cell is a list")
        raw.append(cell)
    return raw, errors


def _wall_time(moment: datetime) -> datetime:
    return moment.astimezone(_ZONE).replace(tzinfo=None)


def edits_json(snapshot: Snapshot, edits: Edits, tracker: Tracker) -> dict[str, Any]:
    """Edits as a host applies them: rows by its own numbers, values as its cells hold them.

    `now`, where it is there, is the moment (a serial number) that live formulas reckon with from
    now on; `memory`, where it is there, takes the place of all notes.
    """
    found: dict[str, Any] = {"summary": summary_json(edits.summary, snapshot.lang)}
    tables = {
        name: _table_json(snapshot.tables[name], edit, tracker.table(name), snapshot.lang)
        for name, edit in edits.tables.items()
        if name in snapshot.tables
    }
    found["tables"] = {name: table for name, table in tables.items() if any(table.values())}
    found["sheets"] = [sheet_json(sheet) for sheet in edits.sheets]
    found["files"] = [
        {"name": file.name, "base64": base64.b64encode(file.content).decode()}
        for file in edits.files
    ]
    notes = dict(edits.memory)
    if "now" in notes:
        found["now"] = to_serial(parse_moment(str(notes.pop("now"))))
    if notes:
        rows = memory_rows({**snapshot.memory, **notes})
        found["memory"] = [[row["name"], row["value"]] for row in rows]
    return found


def _table_json(
    table: TableSnapshot, edit: TableEdits, declared: Table, lang: Lang
) -> dict[str, Any]:
    index = table.index()
    cells: dict[str, list[list[Any]]] = {}
    for name, values in edit.cells.items():
        column = declared.column(name)
        locked = table.locked.get(name, frozenset())
        if name in table.missing:
            continue
        found = [
            [int(table.handles[row]), host_value(column, value, lang)]
            for key, value in values.items()
            if (row := index.get(key)) is not None and row not in locked
        ]
        if found:
            cells[name] = found
    append = [
        {
            name: host_value(declared.column(name), value, lang)
            for name, value in row.items()
            if value is not None
        }
        for row in new_rows(table.keys, edit.append, declared)
    ]
    return {"cells": cells, "append": append}


def tables_json(snapshot: Snapshot, tracker: Tracker) -> dict[str, Any]:
    """The tables of a snapshot in the shape in which hosts send them."""
    return {
        name: {
            "rows": [int(handle) for handle in table.handles],
            "columns": {
                column: [
                    host_value(tracker.table(name).column(column), value, snapshot.lang)
                    for value in values
                ]
                for column, values in table.columns.items()
            },
        }
        for name, table in snapshot.tables.items()
    }


def host_value(column: Column, value: Value, lang: Lang) -> Any:
    """A value as a spreadsheet cell holds it: serial dates, words of choices, numbers, texts."""
    return plain(shown(column, value, lang))


def plain(value: Value) -> Any:
    """A value without a column: dates as serial numbers, money as a number."""
    if isinstance(value, (datetime, date)):
        return to_serial(value)
    return float(value) if isinstance(value, Decimal) else value


def sheet_json(sheet: SheetEdit) -> dict[str, Any]:
    """A report sheet as JSON."""
    return {
        "id": sheet.id,
        "title": sheet.title,
        "rows": [
            [
                None
                if cell is None
                else {"value": plain(cell.value), "style": cell.style, "span": cell.span}
                for cell in row
            ]
            for row in sheet.rows
        ],
        "widths": sheet.widths,
        "charts": [asdict(chart) for chart in sheet.charts],
        "freeze_rows": sheet.freeze_rows,
    }


def summary_json(summary: Summary, lang: Lang) -> dict[str, Any]:
    """What a button did, in words."""
    return {
        "text": [line.text(lang) for line in summary.lines],
        "counts": dict(summary.counts),
        "notices": [
            {
                "message": notice.message.text(lang),
                "table": notice.table,
                "row": notice.row,
                "column": notice.column,
                "level": notice.level,
            }
            for notice in summary.notices
        ],
    }


def tracker_json(tracker: Tracker, lang: Lang) -> dict[str, Any]:
    """The tables and columns of the tracker, for hosts that look for them."""

    def choices(column: Column) -> list[Mapping[str, Any]]:
        words = column.choice_set
        if words is None:
            return []
        return [
            {
                "id": key,
                "word": words.word(key, lang),
                "words": [words.word(key, each) for each in LANGS],
            }
            for key in words.ids
        ]

    return {
        "tables": [
            {
                "id": table.id,
                "title": table.title.text(lang),
                "titles": {"zh": table.title.zh, "en": table.title.en},
                "key": table.key,
                "columns": [
                    {
                        "id": column.id,
                        "title": column.title.text(lang),
                        "titles": {"zh": column.title.zh, "en": column.title.en},
                        "type": column.type,
                        "format": NUMBER_FORMAT[column.type],
                        "part": column.part,
                        "choices": choices(column),
                    }
                    for column in table.columns
                ],
            }
            for table in tracker.tables
        ]
    }
