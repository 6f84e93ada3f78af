"""Move whole sheets of a workbook made by XlsxWriter into another, touching nothing else.

The text of the parts that list things (workbook, relationships, content types, styles) is edited in
place rather than parsed and written again: what we do not know stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import ZipFile

from .book import Book, rels_part
from .listing import (
    append,
    define,
    insert_sheet,
    recalculated,
    without_parts,
    without_relation,
)
from .stylemerge import merge_styles
from .zipcopy import copy_zip

TOUCHES: Final = (
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/calcChain.xml",
)
"""The listing parts that putting sheets into a workbook may change, beside the parts of the sheets
themselves and what only they refer to. calcChain only goes, and only when a replaced sheet held
formulas; the program rebuilds it."""

_DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = {
    "sheet": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
    "drawing": "application/vnd.openxmlformats-officedocument.drawing+xml",
    "chart": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
    "styles": "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one sheet of the scratch workbook goes."""

    mark: str
    """Defined name that points at the sheet's A1."""
    name: str
    """The sheet's name, in the scratch workbook too."""
    scratch: str
    """Its part in the scratch workbook."""
    replaces: int | None
    """Position of the sheet it takes the place of."""
    before: int | None
    """For a new sheet: position of the sheet it stands before; None is the end."""


def graft(book: Book, scratch: Path, placements: Sequence[Placement], target: Path) -> None:
    """Write `target`: the workbook `book` with the sheets of `scratch`, see `TOUCHES`."""
    with ZipFile(scratch) as parts:
        made = {name: parts.read(name).decode() for name in parts.namelist()}
    edit = _Edit(book, made)
    for placement in placements:
        edit.remove(placement)
    edit.style_sheets([placement.scratch for placement in placements])
    for placement in placements:
        edit.add(placement)
    edit.place(placements)
    # The names of dropped parts were free for new ones.
    edit.dropped -= edit.changed.keys()
    edit.undeclare(edit.dropped)
    changed = {name: text.encode() for name, text in edit.changed.items()}
    copy_zip(book.path, target, changed, edit.dropped)


class _Edit:
    """The texts that change and the parts that go, while one graft is prepared."""

    def __init__(self, book: Book, made: dict[str, str]) -> None:
        self.book = book
        self.made = made
        self.changed: dict[str, str] = {}
        self.dropped: set[str] = set()
        self._styles: dict[int, int] = {}
        self._strings = re.findall(
            r"<si>(.*?)</si>", made.get("xl/sharedStrings.xml", ""), re.DOTALL
        )
        self._parts: dict[str, str] = {}
        """Scratch part of each sheet → its part in the target."""

    def text(self, part: str) -> str:
        """The text of a listing part as it stands now."""
        return self.changed[part] if part in self.changed else self.book.text(part)

    def remove(self, placement: Placement) -> None:
        """Drop what only the replaced sheet refers to, and the sheet's own relationships."""
        if placement.replaces is None:
            return
        sheet = self.book.sheets[placement.replaces].part
        lost = self.book.only_through(sheet)
        gone = {*lost, *(rels_part(part) for part in (*lost, sheet))} & set(self.book.names)
        if re.search(r"<(?:\w+:)?f[\s>/]", self.book.text(sheet)):
            gone |= self._drop_calc_chain()
        self.dropped |= gone

    def _drop_calc_chain(self) -> set[str]:
        rels = rels_part(self.book.part)
        found = [rel for rel in self.book.relations(self.book.part) if rel.type == "calcChain"]
        for rel in found:
            self.changed[rels] = without_relation(self.text(rels), rel.id)
        return {rel.target for rel in found}

    def undeclare(self, parts: Iterable[str]) -> None:
        """Take parts out of the content types."""
        types = "[Content_Types].xml"
        before = self.text(types)
        after = without_parts(before, parts)
        if after != before:
            self.changed[types] = after

    def _declare(self, part: str, kind: str) -> None:
        types = "[Content_Types].xml"
        text = self.text(types)
        if f'"/{part}"'.lower() in text.lower():
            return
        element = f'Override PartName="/{part}" ContentType="{_TYPES[kind]}"/>'
        self.changed[types] = append(text, "Types", element)

    def _relate(self, part: str, kind: str) -> str:
        """Add a relationship from the workbook to `part`; gives its id."""
        rels = rels_part(self.book.part)
        text = self.text(rels)
        used = set(re.findall(r"\bId=[\"']([^\"']*)[\"']", text))
        id = next(f"rId{n}" for n in range(1, len(used) + 2) if f"rId{n}" not in used)
        element = f'Relationship Id="{id}" Type="{_DOCUMENT}/{kind}" Target="/{part}"/>'
        self.changed[rels] = append(text, "Relationships", element)
        return id

    def style_sheets(self, sheets: Iterable[str]) -> None:
        """Bring the formats that the new sheets use into the target's styles."""
        used = {
            int(style)
            for sheet in sheets
            for style in re.findall(r'<(?:c|row|col)\b[^>]*? (?:s|style)="(\d+)"', self.made[sheet])
        }
        part = self.book.styles
        if part is None:
            self.changed["xl/styles.xml"] = self.made["xl/styles.xml"]
            self._declare("xl/styles.xml", "styles")
            self._relate("xl/styles.xml", "styles")
            self._styles = {style: style for style in used}
            return
        text, self._styles = merge_styles(self.text(part), self.made["xl/styles.xml"], used)
        if text != self.text(part):
            self.changed[part] = text

    def add(self, placement: Placement) -> None:
        """Add the parts of one sheet."""
        replaced = None if placement.replaces is None else self.book.sheets[placement.replaces]
        part = replaced.part if replaced else self._free("xl/worksheets/sheet{}.xml")
        self._parts[placement.scratch] = part
        was_open = replaced is not None and bool(
            re.search(r"\btabSelected=[\"'](?:1|true)[\"']", self.book.text(replaced.part))
        )
        self.changed[part] = self._sheet_xml(self.made[placement.scratch], was_open)
        self._declare(part, "sheet")
        rels = self.made.get(rels_part(placement.scratch))
        if rels is not None:
            self.changed[rels_part(part)] = self._copy_targets(rels, "drawing")

    def _sheet_xml(self, xml: str, was_open: bool) -> str:
        def restyled(match: re.Match[str]) -> str:
            return f'{match[1]}"{self._styles[int(match[2])]}"'

        def inline(match: re.Match[str]) -> str:
            return f'{match[1]}t="inlineStr"><is>{self._strings[int(match[2])]}</is></c>'

        xml = re.sub(r'(<(?:c|row|col)\b[^>]*? (?:s|style)=)"(\d+)"', restyled, xml)
        # The shared strings of the target stay as they are.
        xml = re.sub(r'(<c\b[^>]*? )t="s"><v>(\d+)</v></c>', inline, xml)
        # Two selected sheets are a group, and typing into one would fill both.
        xml = xml.replace(' tabSelected="1"', "")
        return xml.replace("<sheetView ", '<sheetView tabSelected="1" ', 1) if was_open else xml

    def _copy_targets(self, rels: str, kind: str) -> str:
        """Copy the drawings or charts that `rels` of the scratch workbook names, under free
        names; gives `rels` with those names."""

        def copied(match: re.Match[str]) -> str:
            folder, name = match[1], match[2]
            old = f"xl/{folder}/{name}"
            new = self._free(f"xl/{folder}/{kind}{{}}.xml")
            self.changed[new] = self.made[old]
            self._declare(new, kind)
            inner = self.made.get(rels_part(old))
            if inner is not None:
                self.changed[rels_part(new)] = self._copy_targets(inner, "chart")
            return f'Target="../{folder}/{new.rpartition("/")[2]}"'

        return re.sub(r'Target="\.\./(\w+)/([\w.]+)"', copied, rels)

    def _free(self, pattern: str) -> str:
        taken = {name.lower() for name in self.book.names if name not in self.dropped}
        taken |= {name.lower() for name in self.changed}
        number = 1
        while pattern.format(number).lower() in taken:
            number += 1
        return pattern.format(number)

    def place(self, placements: Sequence[Placement]) -> None:
        """List the new sheets in the workbook part and point their marks at them."""
        book = self.book
        before = text = book.text(book.part)
        added: list[int] = []
        next_id = max((sheet.id for sheet in book.sheets), default=0) + 1
        for placement in placements:
            if placement.replaces is None:
                id = self._relate(self._parts[placement.scratch], "worksheet")
                at = len(book.sheets) + len(added)
                if placement.before is not None:
                    at = placement.before + sum(position <= placement.before for position in added)
                    added.append(placement.before)
                else:
                    added.append(len(book.sheets))
                text = insert_sheet(text, placement.name, next_id, id, at)
                next_id += 1
            text = define(text, placement.mark, placement.name)
        if any(placement.replaces is not None for placement in placements):
            text = recalculated(text)
        if text != before:
            self.changed[book.part] = text
