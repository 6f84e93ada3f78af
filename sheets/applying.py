"""Edits applied to a snapshot in memory, and two edits made one.

This is what lets one press do several things and save once: an import is applied in memory, refresh
computes on the result, and the merged edits go to the host.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..templates.tracker import Table, Tracker
from .edits import Edits, TableEdits
from .snapshot import RowKey, Snapshot, TableSnapshot, Unread, Value, key_text


def applied(snapshot: Snapshot, edits: Edits, tracker: Tracker) -> Snapshot:
    """The snapshot as it would read after `edits`; the given one stays as it is."""
    tables = dict(snapshot.tables)
    for name, edit in edits.tables.items():
        if name in tables:
            tables[name] = _applied_table(tables[name], edit, tracker.table(name))
    memory = {**snapshot.memory, **edits.memory}
    return Snapshot(tables, snapshot.lang, snapshot.name, memory)


def _applied_table(table: TableSnapshot, edit: TableEdits, declared: Table) -> TableSnapshot:
    columns = {name: list(values) for name, values in table.columns.items()}
    bad = {name: dict(cells) for name, cells in table.bad.items()}
    index = table.index()
    for column, cells in edit.cells.items():
        values = columns.setdefault(column, [None] * len(table))
        for key, value in cells.items():
            row = index.get(key)
            if row is not None and _may_set(table, edit, column, key, row):
                bad.get(column, {}).pop(row, None)
                values[row] = _read(value, column, row, bad)
    keys = list(table.keys)
    rows = new_rows(table.keys, edit.append, declared)
    for name in declared.by_id:
        if name in columns or any(name in added for added in rows):
            standing = columns.setdefault(name, [None] * len(table))
            standing.extend(
                _read(added.get(name), name, row, bad) for row, added in enumerate(rows, len(table))
            )
    keys.extend((row_key(declared, added), 0) for added in rows)
    return TableSnapshot(
        table.id,
        columns,
        [*table.handles, *[""] * (len(keys) - len(table))],
        keys,
        table.locked,
        bad,
        table.live,
        table.missing,
    )


def _read(value: Value, column: str, row: int, bad: dict[str, dict[int, str]]) -> Value:
    if isinstance(value, Unread):
        bad.setdefault(column, {})[row] = str(value)
        return None
    return value


def _may_set(table: TableSnapshot, edit: TableEdits, column: str, key: RowKey, row: int) -> bool:
    if row in table.locked.get(column, ()):
        return False
    seen = edit.seen.get(column, {})
    return key not in seen or table.column(column)[row] == seen[key]


def row_key(table: Table, row: dict[str, Value]) -> str:
    """The key text of a row that is not in the table yet."""
    return key_text(row.get(column) for column in table.key)


def new_rows(
    keys: Sequence[RowKey], rows: list[dict[str, Value]], table: Table
) -> list[dict[str, Value]]:
    """The rows whose key the table does not have yet, each key once; a row without key stays."""
    known = {text for text, _ in keys}
    result: list[dict[str, Value]] = []
    for row in rows:
        key = row_key(table, row)
        if key and key in known:
            continue
        known.add(key)
        result.append(row)
    return result


def merged(first: Edits, second: Edits, tracker: Tracker) -> Edits:
    """One edit that does `first` and then `second`."""
    result = Edits(
        {name: _copy(edit) for name, edit in first.tables.items()},
        [*first.sheets, *second.sheets],
        [*first.alerts, *second.alerts],
        [*first.files, *second.files],
        {**first.memory, **second.memory},
        first.summary,
    )
    for name, edit in second.tables.items():
        target = result.table(name)
        appended = {row_key(tracker.table(name), row): row for row in target.append}
        for column, cells in edit.cells.items():
            for key, value in cells.items():
                if key[1] == 0 and key[0] in appended:
                    appended[key[0]][column] = value
                else:
                    target.set(column, key, value)
        for column, seen in edit.seen.items():
            target.seen.setdefault(column, {}).update(seen)
        target.append.extend(edit.append)
    for count, amount in second.summary.counts.items():
        result.summary.add(count, amount)
    result.summary.notices.extend(second.summary.notices)
    result.summary.lines.extend(second.summary.lines)
    return result


def _copy(edit: TableEdits) -> TableEdits:
    return TableEdits(
        {column: dict(cells) for column, cells in edit.cells.items()},
        {column: dict(cells) for column, cells in edit.seen.items()},
        [dict(row) for row in edit.append],
    )
