"""A workbook's computed columns as values, or as live formulas of one program.

`convert` changes every formula of ours at once, whole columns at a time, so that no cell is left
whose group (a shared formula, one formula for a whole column) has lost its master. The rules and
the moment that the formulas share stand in two cells of the hidden memory sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from zipfile import ZipFile

from ...functions.messages import Message
from ...templates.areas import ROW, Area
from ...templates.hostformula import LiveHost, stored_name
from ...templates.live import GOOGLE_ROWS, LIVE_HOSTS, LiveFormulas
from ..edits import Notice
from ..errors import FanpanError, NotReadable
from ..snapshot import TableSnapshot
from .book import rels_part
from .identity import PREFIX, Place, defined_names
from .listing import without_parts, without_relation
from .memory import MEMORY
from .rowxml import column_name, error_content, formula_content
from .sheetxml import parse_range, scan
from .write import Writer

Form = Literal["values", "excel", "libreoffice", "google"]
FORMS: Final[tuple[Form, ...]] = ("values", *LIVE_HOSTS)
_BOOKKEEPING: Final = frozenset({"seal", "computed_at", "rules_version", "frozen", "problems"})
_ERRORS: Final = frozenset(
    {"#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"}
)  # what a cell may hold as an error
_RULES: Final = ("key", "value", "unit")
_DAYS: Final = ("date", "kind", "hours")


class TooManyRows(FanpanError):
    """More rows than the program's formulas can keep up with."""


class FormWriter(Writer):
    """Writes all computed columns of a workbook in another form."""

    def prepare_form(self, form: Form, memory: Mapping[str, Any], now: datetime) -> None:
        """Work out every cell of the columns that are or become formulas; `now` is their moment."""
        self._now = now
        areas = {
            name: Area(
                self.book.sheets[place.sheet].name,
                {column: column_name(at) for column, at in place.columns.items()},
                place.header + 1,
                self._last(place),
            )
            for name, place in self.places.items()
        }
        formulas = None
        if form in LIVE_HOSTS:
            rules, moment = self._shared_cells(areas, form)
            formulas = LiveFormulas(self.tracker, areas, form, self.lang, rules=rules, now=moment)
        with ZipFile(self.path) as archive:
            for name, table in self.tables.items():
                if name in self.places and table.handles and self.places[name].table.out:
                    place = self.places[name]
                    xml = archive.read(self.book.sheets[place.sheet].part)
                    wanted: Mapping[str, str] = {}
                    if formulas is not None:
                        wanted = formulas.of(name)
                        for column, reason in formulas.kept(name).items() if wanted else ():
                            self._tell_kept(place, column, reason)
                    self._set_columns(place, table, wanted, scan(xml).ours, form)
        self._prepare_memory({**memory, "form": form})

    def _tell_kept(self, place: Place, column: str, reason: Message) -> None:
        declared = place.table.column(column)
        if declared.rule not in _BOOKKEEPING:
            self.summary.notices.append(
                Notice(
                    Message("Stays a value: {reason}", reason=reason),
                    table=place.table.title.text(self.lang),
                    column=declared.title.text(self.lang),
                    level="info",
                )
            )

    def _last(self, place: Place) -> int:
        """The row down to which lookups see: rows that are added later are found as well."""
        table = self.tables.get(place.table.id)
        rows = 0 if table is None else len(table)
        last = max((int(handle) for handle in table.handles), default=0) if table else 0
        return max(last, place.header) + rows + 1000

    def _set_columns(
        self,
        place: Place,
        table: TableSnapshot,
        wanted: Mapping[str, str],
        ours: Mapping[int, set[int]],
        form: Form,
    ) -> None:
        numbers = [int(handle) for handle in table.handles]
        if form == "google" and wanted and len(numbers) > GOOGLE_ROWS:
            raise TooManyRows(
                Message(
                    "{rows} rows are more than formulas in Google Sheets keep up with ({most}): "
                    "keep the values, and refresh from the menu.",
                    rows=len(numbers),
                    most=GOOGLE_ROWS,
                ),
                table=place.table.title.text(self.lang),
            )
        change = self._change(place)
        writers = self._writers(place)
        touched = False
        for column in place.table.out:
            formula = wanted.get(column.id)
            at = place.columns.get(column.id)
            if at is None or (formula is None and column.id not in table.live):
                continue
            touched = True
            change.replaceable[at] = ours.get(at, set())
            locked = table.locked.get(column.id, frozenset())
            for row, value in enumerate(table.column(column.id)):
                number = numbers[row]
                if row in locked and number not in change.replaceable[at]:
                    self.summary.add("cells_locked")
                    continue
                raw = table.bad.get(column.id, {}).get(row, "")
                content = (
                    error_content(raw)
                    if raw in _ERRORS
                    else self._content(writers[column.id], value, place, number)
                )
                if formula is not None:
                    # What stands below the one formula of a column would stop it.
                    content = (
                        ""
                        if form == "google"
                        else formula_content(formula.replace(ROW, str(number)), content)
                    )
                change.cells.setdefault(number, {})[at] = content
            if formula is not None and form == "google":
                first = place.header + 1
                letters = column_name(at)
                span = f"{letters}{first}:{letters}{self._last(place)}"
                change.cells.setdefault(first, {})[at] = formula_content(formula, "", array=span)
        seal = place.columns.get("seal")
        if touched and seal is not None:
            # The seal knows other columns than refresh will now write: it is made anew.
            for number in numbers:
                change.cells.setdefault(number, {})[seal] = ""

    def _shared_cells(self, areas: Mapping[str, Area], form: LiveHost) -> tuple[str, str]:
        """Write the cell with the rules beside the one with the moment; both as references."""
        found = defined_names(self.book).get(f"{PREFIX}now")
        if found is None or MEMORY not in self.places or "rules" not in areas:
            raise NotReadable(
                Message(
                    "The workbook has no hidden notes or no rules tab, which live formulas need: "
                    "make the tracker with fanpan new."
                )
            )
        sheet, cell = found
        row, column, _, _ = parse_range(cell)
        name = sheet.replace("'", "''")
        change = self._change(self.places[MEMORY])
        days = self._range(areas, "calendar", _DAYS)
        args = self._range(areas, "rules", _RULES) + (f",{days}" if days else "")
        formula = f"{stored_name(form, 'RULES')}({args})"
        change.cells.setdefault(row, {})[column + 2] = formula_content(formula, "")
        change.replaceable[column + 2] = {row}
        return (
            f"'{name}'!${column_name(column + 2)}${row}",
            f"'{name}'!${column_name(column)}${row}",
        )

    def _range(self, areas: Mapping[str, Area], table: str, columns: tuple[str, ...]) -> str:
        """Columns that stand side by side in this order, as one range."""
        if table not in areas:
            return ""
        at = [self.places[table].columns.get(column) for column in columns]
        first = at[0]
        if first is None or at != [first + step for step in range(len(columns))]:
            raise NotReadable(
                Message(
                    "Live formulas read this table as it was made: put the first columns back in "
                    "their order."
                ),
                table=self.places[table].table.title.text(self.lang),
            )
        whole = areas[table].whole(columns[0])
        return whole.rpartition(":")[0] + ":" + areas[table].whole(columns[-1]).rpartition(":")[2]

    def write(self, target: Path) -> None:
        """Write the workbook; the calculation chain, which lists formulas, is left to the host."""
        rels = rels_part(self.book.part)
        chains = [rel for rel in self.book.relations(self.book.part) if rel.type == "calcChain"]
        if chains:
            text = self.book.text(rels)
            for chain in chains:
                text = without_relation(text, chain.id)
            self.dropped = {chain.target for chain in chains}
            types = "[Content_Types].xml"
            self.listing = {
                rels: text.encode(),
                types: without_parts(self.book.text(types), self.dropped).encode(),
            }
        super().write(target)
