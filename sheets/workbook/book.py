"""What a workbook file consists of: its sheets, names and the parts behind them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import unescape
from zipfile import BadZipFile, ZipFile

from ...functions.messages import Message
from ..errors import NotReadable
from .guard import check_file, refuse_entities

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_NOT_A_WORKBOOK: Final = Message(
    "The file is damaged or no workbook: take a copy that opens, or the backup."
)


@dataclass(frozen=True, slots=True)
class Relation:
    """An arrow from one part to another."""

    id: str
    type: str
    """Last word of the type, e.g. `worksheet`."""
    target: str
    """The part's name; empty where it lies outside the file."""


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it."""

    name: str
    id: int
    part: str


@dataclass(slots=True)
class Book:
    """A workbook file, read as far as needed to find its sheets."""

    path: Path
    names: list[str]
    part: str
    """The workbook part, `xl/workbook.xml` as a rule."""
    sheets: list[SheetEntry] = field(default_factory=list[SheetEntry])
    styles: str | None = None
    _texts: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def read(cls, path: Path) -> Book:
        """Read the lists of the workbook; NotReadable when it is none that we can extend."""
        check_file(path)
        with ZipFile(path) as file:
            book = cls(path, file.namelist(), "")
        book._find_sheets()
        return book

    def text(self, part: str) -> str:
        """The text of an XML part, read once."""
        if part not in self._texts:
            try:
                with ZipFile(self.path) as file:
                    text = file.read(part).decode()
            except (BadZipFile, EOFError, KeyError, UnicodeDecodeError) as error:
                raise NotReadable(_NOT_A_WORKBOOK) from error
            refuse_entities(part, text)
            self._texts[part] = text
        return self._texts[part]

    def relations(self, part: str) -> list[Relation]:
        """The arrows that start at `part` ("" is the file itself)."""
        rels = rels_part(part)
        if rels not in self.names:
            return []
        found: list[Relation] = []
        for match in re.finditer(r"<(?:\w+:)?Relationship\s[^>]*>", self.text(rels)):
            given = attributes(match[0])
            outside = given.get("TargetMode") == "External"
            target = "" if outside else _resolve(part, unescape(given.get("Target", "")))
            found.append(
                Relation(given.get("Id", ""), given.get("Type", "").rpartition("/")[2], target)
            )
        return found

    def position_of(self, defined_name: str) -> int | None:
        """Position of the sheet that a defined name of the whole workbook points at."""
        positions = {sheet.name.lower(): number for number, sheet in enumerate(self.sheets)}
        pattern = r"(<(?:\w+:)?definedName\b[^>]*>)([^<]*)<"
        for match in re.finditer(pattern, self.text(self.part)):
            given = attributes(match[1])
            if given.get("name") == defined_name and "localSheetId" not in given:
                return positions.get(sheet_in(unescape(match[2])).lower())
        return None

    def only_through(self, part: str) -> set[str]:
        """Parts that nothing but `part` leads to, without itself."""
        beyond = self._reachable(
            relation.target for relation in self.relations(part) if relation.target
        )
        return beyond - self._reachable([""], without=part) - {part}

    def _reachable(self, starts: Iterable[str], without: str | None = None) -> set[str]:
        found: set[str] = set()
        queue = list(starts)
        while queue:
            part = queue.pop()
            if part in found or part == without:
                continue
            found.add(part)
            queue += [relation.target for relation in self.relations(part) if relation.target]
        return found - {""}

    def _find_sheets(self) -> None:
        self.part = next(
            (rel.target for rel in self.relations("") if rel.type == "officeDocument"), ""
        )
        try:
            root = ElementTree.fromstring(self.text(self.part))
        except ElementTree.ParseError as error:
            raise NotReadable(_NOT_A_WORKBOOK) from error
        if root.tag == f"{{{_STRICT}}}workbook":
            raise NotReadable(
                Message(
                    'The file is saved as "Strict Open XML"; save it as an ordinary Excel '
                    "workbook (.xlsx)."
                )
            )
        if root.tag != f"{{{MAIN}}}workbook":
            raise NotReadable(_NOT_A_WORKBOOK)
        counted = root.find(f"{{{MAIN}}}workbookPr")
        if counted is not None and counted.get("date1904") in {"1", "true", "on"}:
            raise NotReadable(
                Message(
                    "The file counts days from 1904, which puts every date four years off: switch "
                    "“1904 date system” off in Excel's options, check the dates and save."
                )
            )
        relations = {relation.id: relation for relation in self.relations(self.part)}
        self.styles = next((rel.target for rel in relations.values() if rel.type == "styles"), None)
        for element in root.iterfind(f"{{{MAIN}}}sheets/{{{MAIN}}}sheet"):
            relation = relations.get(element.get(f"{{{RELATIONSHIPS}}}id", ""))
            number = element.get("sheetId", "0")
            if relation is None or not number.isdecimal():
                raise NotReadable(_NOT_A_WORKBOOK)
            self.sheets.append(SheetEntry(element.get("name", ""), int(number), relation.target))


def attributes(tag: str) -> dict[str, str]:
    """The attributes of a tag, as they are written.

    >>> attributes("<a x='1' y:z=\\"2\\"/>")
    {'x': '1', 'y:z': '2'}
    """
    return {
        name: value[1:-1]
        for name, value in re.findall(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""", tag)
    }


def sheet_in(reference: str) -> str:
    """The sheet that a reference names.

    >>> sheet_in("'it''s'!$A$1"), sheet_in("Data!$A$1:$B$2"), sheet_in("#REF!")
    ("it's", 'Data', '#REF')
    """
    name = reference.rpartition("!")[0]
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def rels_part(part: str) -> str:
    """The part that holds the relationships of `part`.

    >>> rels_part("xl/workbook.xml"), rels_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(part: str, target: str) -> str:
    """The name of the part that `target`, written in the relationships of `part`, means."""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))
