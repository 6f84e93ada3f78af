"""Bring cell formats of one styles part into another, by adding to its lists.

Nothing in the target is renumbered, so the formats of all its cells stay; a format that it has
already, letter by letter, is used again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Final

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_ORDER: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")
_FIRST_CUSTOM: Final = 164
"""Number formats below this id are built in and the same everywhere."""
_REST: Final = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_TAG: Final = re.compile(rf"<!--.*?-->|<(/?)[\w:.-]+{_REST}>", re.DOTALL)


class _List:
    """One list of the target (`fonts`, `cellXfs` …): its items and what is added to them."""

    def __init__(self, text: str, name: str, prefix: str) -> None:
        self.name, self.prefix = name, prefix
        match = re.search(
            rf"<{prefix}{name}\b(?P<given>{_REST}?)(?:/>|>(?P<inner>.*?)</{prefix}{name}>)",
            text,
            re.DOTALL,
        )
        self.span = match.span() if match else None
        self.given = match["given"] if match else ""
        self.inner = (match["inner"] or "") if match else ""
        self.items = children(self.inner)
        self._known = {item: number for number, item in reversed(list(enumerate(self.items)))}
        self._added = ""

    def use(self, item: str) -> int:
        """Number of `item`, which is added if the list does not have it."""
        if self.prefix:
            # The item was written without a prefix: say what it means where it stands.
            item = re.sub(r"^<([\w.-]+)", rf'<\1 xmlns="{_MAIN}"', item)
        if item not in self._known:
            self._known[item] = len(self.items)
            self.items.append(item)
            self._added += item
        return self._known[item]

    def written(self) -> str:
        """The list with its additions."""
        if not self._added:
            count = self.given
        elif re.search(r"\bcount=", self.given):
            count = re.sub(r"\bcount=([\"'])\d*\1", f'count="{len(self.items)}"', self.given)
        else:
            count = f'{self.given} count="{len(self.items)}"'
        tag = f"{self.prefix}{self.name}"
        return f"<{tag}{count}>{self.inner}{self._added}</{tag}>"

    def __bool__(self) -> bool:
        return bool(self._added)


def merge_styles(text: str, added: str, used: Iterable[int]) -> tuple[str, dict[int, int]]:
    """Add the formats `used` of the styles part `added`, which XlsxWriter wrote, to the styles
    part `text`. Gives the new part, and old number → new number. Number 0 stays 0, the default.
    """
    match = re.search(r"<(\w+:)?styleSheet\b", text)
    prefix = (match[1] or "") if match else ""
    text = re.sub(rf"(<{prefix}styleSheet\b{_REST})/>", rf"\1></{prefix}styleSheet>", text)
    lists = {name: _List(text, name, prefix) for name in _ORDER}
    source = {name: _List(added, name, "").items for name in _ORDER}
    for name, entries in lists.items():
        # A list that the target lacks starts with the defaults; others count on number 0.
        if name in {"fonts", "borders", "cellStyleXfs", "cellXfs"} and not entries.items:
            entries.use(source[name][0])
        elif name == "fills" and not entries.items:
            for default in source[name][:2]:
                entries.use(default)
    formats = _NumberFormats(lists["numFmts"], source["numFmts"])
    numbers = {0: 0}
    for number in sorted(set(used) - {0}):
        xf = source["cellXfs"][number]
        for kind in ("font", "fill", "border"):
            item = source[f"{kind}s"][_number(xf, f"{kind}Id")]
            xf = _set(xf, f"{kind}Id", lists[f"{kind}s"].use(item))
        xf = _set(xf, "numFmtId", formats.use(_number(xf, "numFmtId")))
        numbers[number] = lists["cellXfs"].use(xf)
    return _written(text, lists, prefix), numbers


def _written(text: str, lists: dict[str, _List], prefix: str) -> str:
    """The styles part with the lists that grew; a list it did not have goes where it belongs."""
    root = re.search(rf"<{prefix}styleSheet\b{_REST}>", text)
    end = root.end() if root else 0
    edits: list[tuple[int, int, int, str]] = []
    for position, name in enumerate(_ORDER):
        entries = lists[name]
        if entries.span:
            end = entries.span[1]
        if entries:
            start, stop = entries.span or (end, end)
            edits.append((start, position, stop, entries.written()))
    for start, _, stop, written in sorted(edits, reverse=True):
        text = text[:start] + written + text[stop:]
    return text


class _NumberFormats:
    """Number formats go by an id of their own, not by their place in the list."""

    def __init__(self, target: _List, source: list[str]) -> None:
        self._target = target
        self._codes = {_number(item, "numFmtId"): _code(item) for item in source}
        self._ids = {_code(item): _number(item, "numFmtId") for item in reversed(target.items)}

    def use(self, id: int) -> int:
        """The target's id for the source's number format `id`."""
        if id < _FIRST_CUSTOM:
            return id
        code = self._codes[id]
        found = self._ids.get(code)
        if found is None:
            found = max([_FIRST_CUSTOM - 1, *self._ids.values()]) + 1
            self._ids[code] = found
            self._target.use(f'<numFmt numFmtId="{found}" formatCode="{code}"/>')
        return found


def children(xml: str) -> list[str]:
    """The elements directly inside, as they are written.

    >>> children('<a><b/></a><c x="1>2"/>')
    ['<a><b/></a>', '<c x="1>2"/>']
    """
    found: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(xml):
        if tag[0].startswith("<!--"):
            continue
        if depth == 0:
            start = tag.start()
        depth += -1 if tag[1] else 0 if tag[0].endswith("/>") else 1
        if depth == 0:
            found.append(xml[start : tag.end()])
    return found


def _number(item: str, attribute: str) -> int:
    match = re.search(rf"\b{attribute}=[\"'](\d+)[\"']", item)
    return int(match[1]) if match else 0


def _code(item: str) -> str:
    match = re.search(r"\bformatCode=(\"[^\"]*\"|'[^']*')", item)
    # Compared and written in one spelling of the entities.
    plain = unescape(match[1][1:-1]) if match else ""
    return (
        plain.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    )


def _set(item: str, attribute: str, number: int) -> str:
    return re.sub(rf"\b{attribute}=\"\d+\"", f'{attribute}="{number}"', item, count=1)
