"""A tracker in a workbook file: read what a button needs, write its edits once.

Three kinds of change, each with the parts it may touch (`TOUCHES`); everything else in the file
stays byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from ...functions.messages import Lang, Message
from ...templates.tracker import Tracker, load_tracker
from ..edits import Edits, Notice, Summary
from ..errors import NotReadable
from ..files import write_bytes
from ..snapshot import Snapshot, TableSnapshot
from .book import Book
from .guard import check_file, of_file, readable
from .identity import Place
from .memory import MEMORY, read_memory
from .read import SheetValues, TableReader, find_places, read_moment
from .saving import Stamp, refuse_when_open, savable, save
from .write import Writer

if TYPE_CHECKING:
    from .forms import Form

TOUCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "cells": (
        "xl/worksheets/<tracked table>", "xl/worksheets/<sheet with formulas>: cached values only",
        "xl/workbook.xml: fullCalcOnLoad, names of columns found by title",
        "xl/styles.xml: one date style, only if none is there",
    ),
    "rows": ("as cells", "xl/tables/<table of a tracked sheet>: ref"),
    "sheets": ("as graft.TOUCHES",),
}  # fmt: skip
_ZONE: Final = ZoneInfo("Asia/Shanghai")


class Workbook:
    """A tracker file. One object serves one press: snapshot, then apply."""

    def __init__(self, path: Path, tracker: Tracker | None = None) -> None:
        # A link stays a link: the file it leads to is the one that is replaced.
        self.path = Path(path).resolve() if Path(path).is_symlink() else Path(path)
        self.tracker = tracker or load_tracker()
        self._stamp: Stamp | None = None
        self._places: dict[str, Place] = {}
        self._tables: dict[str, TableSnapshot] = {}
        self._memory: dict[str, Any] = {}
        self._lang: Lang = "zh"

    def snapshot(self, needs: Mapping[str, tuple[str, ...]]) -> Snapshot:
        """Read the named columns of the named tables."""
        with of_file(self.path.name):
            return self._snapshot(needs)

    def _snapshot(self, needs: Mapping[str, tuple[str, ...]]) -> Snapshot:
        check_file(self.path)
        self._stamp = Stamp.of(self.path)
        book = Book.read(self.path)
        values = SheetValues(book)
        self._places = find_places(book, self.tracker, values)
        if not self._places:
            raise NotReadable(
                Message(
                    "The file has no table of a tracker: make one with fanpan new, or give its "
                    "sheets and columns the titles of one."
                )
            )
        first = next(iter(self._places.values()))
        self._lang = first.lang
        moment = read_moment(book, values)
        self._tables = {}
        for name in (*needs, *((MEMORY,) if MEMORY not in needs else ())):
            columns = needs.get(name, ("name", "value"))
            place = self._places.get(name)
            if place is None:
                empty = TableSnapshot(name, {}, [], [], missing=frozenset(columns))
                self._tables[name] = empty
            else:
                self._tables[name] = TableReader(book, place, values).read(columns, _wall_time)
        self._memory = read_memory(self._tables[MEMORY])
        tables = {name: self._tables[name] for name in needs if name in self._places}
        reckoned = {} if moment is None else {"now": moment.isoformat(" ")}
        return Snapshot(tables, self._lang, self.path.stem, {**self._memory, **reckoned})

    def apply(self, edits: Edits) -> Summary:
        """Write the edits: nothing when there are none, else all in one save with one backup."""
        with of_file(self.path.name), savable(self.path):
            return self._apply(edits)

    def _apply(self, edits: Edits) -> Summary:
        summary = Summary()
        for file in edits.files:
            write_bytes(self.path.parent / Path(file.name).name, file.content)
        if not (edits.tables or edits.sheets or edits.memory):
            return summary
        if self._stamp is None:
            raise RuntimeError("apply comes after snapshot")
        for name in sorted(set(edits.tables) - set(self._places)):
            summary.notices.append(
                Notice(
                    Message("This table is missing from the workbook, so it was not written."),
                    table=self.tracker.table(name).title.text(self._lang),
                )
            )
        refuse_when_open(self.path)
        writer = Writer(self.path, self.tracker, self._places, self._tables, self._lang, summary)
        with TemporaryDirectory(dir=self.path.parent, prefix=".fanpan-") as folder:
            middle = Path(folder) / "patched.xlsx"
            changed = writer.prepare(edits, {**self._memory, **edits.memory})
            if not changed and not edits.sheets:
                return summary

            def write(target: Path) -> None:
                if not edits.sheets:
                    writer.write(target)
                    return
                source = self.path
                if changed:
                    writer.write(middle)
                    source = middle
                from .report import put_sheets  # not every press makes a sheet

                put_sheets(source, target, edits.sheets)

            with readable():
                save(self.path, self._stamp, write)
        return summary

    def convert(self, form: Form, now: datetime) -> Summary:
        """Write every computed column as values, or as formulas of one program for `now`."""
        from .forms import FormWriter

        tables = {table.id: tuple(column.id for column in table.columns if not column.later)
                  for table in self.tracker.tables if table.id != MEMORY}  # fmt: skip
        self.snapshot(tables)
        refuse_when_open(self.path)
        summary = Summary()
        writer = FormWriter(
            self.path, self.tracker, self._places, self._tables, self._lang, summary
        )
        writer.prepare_form(form, self._memory, now)
        assert self._stamp is not None
        with of_file(self.path.name), readable():
            save(self.path, self._stamp, writer.write)
        return summary


def _wall_time(moment: datetime) -> datetime:
    return moment.astimezone(_ZONE).replace(tzinfo=None)
