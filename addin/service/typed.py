"""Cells that a person typed into the pane, written into a tracker file."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ...functions.messages import Lang, Message
from ...sheets.edits import Edits, Notice
from ...sheets.remote import (
    MOST_ROWS,
    Misshapen,
    RawCell,
    RemoteSnapshot,
    RemoteTable,
    read_remote,
)
from ...sheets.snapshot import RowKey, Snapshot, TableSnapshot
from ...templates.tracker import Column, Table, Tracker, load_tracker
from ..buttons.options import BadOption
from ..press import quiet
from .pressing import Phase, pressed

Cells = Annotated[list[tuple[int, RawCell]], Field(max_length=MOST_ROWS)]
"""Row numbers, as in what was seen, and new contents."""


class Typed(BaseModel):
    """What was typed, by table and column, and what the person saw: the keys, those columns."""

    model_config = ConfigDict(extra="forbid")

    cells: dict[str, dict[str, Cells]] = {}
    seen: dict[str, RemoteTable] = {}


def write_typed(
    content: bytes, typed: Typed, *, lang: Lang = "zh", phase: Phase = quiet
) -> dict[str, Any]:
    """The tracker file with what was typed in it."""
    tracker = load_tracker()
    needs = {
        name: tuple(_column(tracker, name, column).id for column in columns)
        + tuple(tracker.table(name).key)
        for name, columns in typed.cells.items()
    }
    return pressed(content, partial(typed_edits, typed=typed, tracker=tracker), needs, lang, phase)


def typed_edits(snapshot: Snapshot, typed: Typed, tracker: Tracker) -> Edits:
    """Edits of what was typed; a cell that holds something else than was seen is told instead."""
    edits = Edits()
    edits.summary.counts = {"cells_changed": 0, "cells_kept": 0}
    lang = snapshot.lang
    seen = _read(typed.seen, tracker, lang).tables
    for name, columns in typed.cells.items():
        for column, cells in columns.items():
            declared = _column(tracker, name, column)
            given = RemoteTable(
                rows=[row for row, _ in cells], columns={column: [cell for _, cell in cells]}
            )
            read = _read({name: given}, tracker, lang)[name]
            if read.bad:
                title = declared.title.text(lang)
                raise BadOption(Message("{option} cannot be read.", option=title))
            free = _free(seen.get(name), snapshot.tables.get(name), column)
            for row, value in zip(read.handles, read.column(column), strict=True):
                if row in free:
                    edits.table(name).set(column, free[row], value)
                    edits.summary.add("cells_changed")
                else:
                    edits.summary.add("cells_kept")
                    edits.summary.notices.append(_kept(tracker.table(name), declared, row, lang))
    return edits


def _read(tables: dict[str, RemoteTable], tracker: Tracker, lang: Lang) -> Snapshot:
    return read_remote(RemoteSnapshot(tables=tables), [], tracker, lang)


def _column(tracker: Tracker, table: str, column: str) -> Column:
    """A column that is there for people to fill."""
    declared = tracker.table(table).by_id.get(column) if table in tracker.by_id else None
    if declared is None or declared.part == "out":
        raise Misshapen(f"{table[:60]}.{column[:60]} is no column to type into")
    return declared


def _free(seen: TableSnapshot | None, now: TableSnapshot | None, column: str) -> dict[str, RowKey]:
    """Rows, by the number that the person saw, whose cell still holds what the person saw."""
    if seen is None or now is None:
        return {}
    index = now.index()
    shut = now.locked.get(column, frozenset()) | now.bad.get(column, {}).keys()
    return {
        handle: key
        for handle, key, value in zip(seen.handles, seen.keys, seen.column(column), strict=True)
        if (at := index.get(key)) is not None and at not in shut and now.column(column)[at] == value
    }


def _kept(table: Table, column: Column, row: str, lang: Lang) -> Notice:
    return Notice(
        Message("Somebody changed this cell meanwhile, so it was left as it is."),
        table=table.title.text(lang),
        row=row,
        column=column.title.text(lang),
    )
