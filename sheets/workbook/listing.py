"""The texts of a workbook's listing parts, edited where they stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr, unescape

from .book import RELATIONSHIPS, attributes, sheet_in

REST: Final = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
"""The rest of a tag; a quoted value may hold ">"."""


def prefix_of(text: str, root: str) -> str:
    """The namespace prefix, with its colon, that the part gives its elements."""
    match = re.search(rf"<(\w+:)?{root}\b", text)
    return (match[1] or "") if match else ""


def append(text: str, root: str, element: str) -> str:
    """Add an element, given without its "<", as the last one of `root`."""
    prefix = prefix_of(text, root)
    end = f"</{prefix}{root}>"
    if end not in text:  # the root is empty: <Relationships …/>
        text = re.sub(rf"(<{prefix}{root}\b{REST})/>", rf"\1>{end}", text)
    head, _, tail = text.rpartition(end)
    return f"{head}<{prefix}{element}{end}{tail}"


def insert_sheet(text: str, name: str, sheet_id: int, rel_id: str, at: int) -> str:
    """List a sheet at the position `at`, moving what names later sheets by position."""
    prefix = prefix_of(text, "workbook")
    root = re.search(rf"<{prefix}workbook\b{REST}>", text)
    declared = re.search(
        rf"xmlns:([\w.-]+)=[\"']{re.escape(RELATIONSHIPS)}", root[0] if root else ""
    )
    link = (
        f'{declared[1]}:id="{rel_id}"' if declared else f'xmlns:r="{RELATIONSHIPS}" r:id="{rel_id}"'
    )
    element = f'<{prefix}sheet name={quoteattr(name)} sheetId="{sheet_id}" {link}/>'
    sheets = list(
        re.finditer(rf"<{prefix}sheet\b{REST}(?:/>|>\s*</{prefix}sheet>)", text, re.DOTALL)
    )
    if at >= len(sheets):
        cut = sheets[-1].end()
        return text[:cut] + element + text[cut:]
    cut = sheets[at].start()
    text = text[:cut] + element + text[cut:]
    text = _shift(text, f"{prefix}definedName", "localSheetId", at)
    text = _shift(text, f"{prefix}workbookView", "activeTab", at)
    return _shift(text, f"{prefix}workbookView", "firstSheet", at)


def _shift(text: str, tag: str, attribute: str, at: int) -> str:
    def moved(match: re.Match[str]) -> str:
        number = int(match[3])
        return f"{match[1]}{match[2]}{number + 1 if number >= at else number}{match[2]}"

    return re.sub(rf"(<{tag}\b{REST}?\b{attribute}=)([\"'])(\d+)\2", moved, text)


def define(text: str, mark: str, sheet: str) -> str:
    """Make the defined name `mark` point at A1 of `sheet`, unless it points at the sheet."""
    prefix = prefix_of(text, "workbook")
    quoted = "'" + sheet.replace("'", "''") + "'"
    names = rf"(<{prefix}definedName\b{REST}>)([^<]*)(</{prefix}definedName>)"
    for match in re.finditer(names, text):
        found = attributes(match[1])
        if unescape(found.get("name", "")) != mark or "localSheetId" in found:
            continue
        if unescape(match[2]).rpartition("!")[0] in {quoted, sheet}:
            return text
        return text[: match.start(2)] + escape(f"{quoted}!$A$1") + text[match.end(2) :]
    element = f'definedName name="{mark}">{escape(quoted)}!$A$1</{prefix}definedName>'
    if re.search(rf"<{prefix}definedNames\b", text):
        return append(text, "definedNames", element)
    for tag in ("externalReferences", "functionGroups", "sheets"):
        end = re.search(rf"</{prefix}{tag}>|<{prefix}{tag}\b{REST}/>", text)
        if end:
            block = f"<{prefix}definedNames><{prefix}{element}</{prefix}definedNames>"
            return text[: end.end()] + block + text[end.end() :]
    return text


def recalculated(text: str) -> str:
    """Have formulas elsewhere that look at a replaced sheet computed when the file is opened."""
    prefix = prefix_of(text, "workbook")
    found = re.search(rf"<{prefix}calcPr\b{REST}>", text)
    if found is None:
        end = f"</{prefix}definedNames>"
        return text.replace(end, f'{end}<{prefix}calcPr fullCalcOnLoad="1"/>', 1)
    if re.search(r"\bfullCalcOnLoad=[\"'](?:1|true)[\"']", found[0]):
        return text
    tag = re.sub(r"\s+fullCalcOnLoad=[\"']\w*[\"']", "", found[0])
    tag = tag.replace("calcPr", 'calcPr fullCalcOnLoad="1"', 1)
    return text[: found.start()] + tag + text[found.end() :]


def with_ranges(text: str, sheet: str, change: Callable[[str], str]) -> str:
    """The workbook part with every defined name that is a range of `sheet` changed."""

    def changed(match: re.Match[str]) -> str:
        if sheet_in(unescape(match[2])).lower() != sheet.lower():
            return match[0]
        return f"{match[1]}{match[2]}{change(match[3])}<"

    return re.sub(
        r"(<(?:\w+:)?definedName\b[^>]*>)((?:'[^<]*?'|[^<!']*)!)(\$[A-Z]+\$\d+:\$[A-Z]+\$\d+)<",
        changed,
        text,
    )


def without_parts(text: str, parts: Iterable[str]) -> str:
    """The content types without these parts."""
    gone = {f"/{part}".lower() for part in parts}

    def keep(match: re.Match[str]) -> str:
        return "" if attributes(match[0]).get("PartName", "").lower() in gone else match[0]

    return re.sub(rf"<(?:\w+:)?Override\b{REST}/>", keep, text)


def without_relation(text: str, relation: str) -> str:
    """A relationships part without the arrow of this id."""
    return re.sub(
        rf"<(?:\w+:)?Relationship\b{REST}\bId=[\"']{re.escape(relation)}[\"']{REST}>", "", text
    )
