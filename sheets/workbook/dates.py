"""Which cell formats show dates, and one that does where none is there."""

from __future__ import annotations

import re
from typing import Final

from .book import Book, attributes
from .listing import REST, append, prefix_of

_BUILT_IN: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_FORMAT: Final = "yyyy-mm-dd hh:mm"
_QUOTED: Final = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]")


class DateStyles:
    """The cell formats of one workbook, as far as dates go."""

    def __init__(self, book: Book) -> None:
        self._text = book.text(book.styles) if book.styles else ""
        self._prefix = prefix_of(self._text, "styleSheet")
        self.changed: str | None = None
        """The styles part with the format that was added, if one was."""
        self._codes = {
            int(given["numFmtId"]): given.get("formatCode", "")
            for match in re.finditer(rf"<{self._prefix}numFmt\b{REST}/?>", self._text)
            if "numFmtId" in (given := attributes(match[0]))
        }
        block = re.search(
            rf"<{self._prefix}cellXfs\b{REST}>(.*?)</{self._prefix}cellXfs>", self._text, re.DOTALL
        )
        self._formats = re.findall(
            rf"<{self._prefix}xf\b{REST}?(?:/>|>.*?</{self._prefix}xf>)",
            block[1] if block else "",
            re.DOTALL,
        )
        self._added: dict[int | None, int] = {}

    def shows_date(self, style: int) -> bool:
        """Whether cells with this format show a date."""
        if not 0 <= style < len(self._formats):
            return False
        number = int(attributes(self._formats[style]).get("numFmtId", "0"))
        if number in _BUILT_IN:
            return True
        code = _QUOTED.sub("", self._codes.get(number, "")).lower()
        return bool(re.search(r"[ymdhs]", code)) and "general" not in code

    def date_style(self, like: int | None) -> int | None:
        """A format like another one that shows date and time, added to the styles part."""
        if not self._formats:
            return like
        if like not in self._added:
            self._added[like] = self._add(like)
        return self._added[like]

    def _add(self, like: int | None) -> int:
        text = self.changed or self._text
        number = next((key for key, code in self._codes.items() if code == _FORMAT), None)
        if number is None:
            number = max([163, *self._codes]) + 1
            self._codes[number] = _FORMAT
            element = f'numFmt numFmtId="{number}" formatCode="{_FORMAT}"/>'
            if re.search(rf"<{self._prefix}numFmts\b", text):
                text = append(text, "numFmts", element)
                text = self._count(text, "numFmts", len(self._codes))
            else:
                prefix = self._prefix
                block = f'<{prefix}numFmts count="1"><{prefix}{element}</{prefix}numFmts>'
                start = re.search(rf"<{self._prefix}styleSheet\b{REST}>", text)
                cut = start.end() if start else 0
                text = text[:cut] + block + text[cut:]
        base = self._formats[like if like is not None and like < len(self._formats) else 0]
        fresh = re.sub(r"\snumFmtId=[\"']\d+[\"']", "", base)
        fresh = re.sub(r"\sapplyNumberFormat=[\"']\w+[\"']", "", fresh)
        tag = f"<{self._prefix}xf"
        fresh = fresh.replace(tag, f'{tag} numFmtId="{number}" applyNumberFormat="1"', 1)
        text = append(text, "cellXfs", fresh.removeprefix(f"<{self._prefix}"))
        self._formats.append(fresh)
        self.changed = self._count(text, "cellXfs", len(self._formats))
        return len(self._formats) - 1

    def _count(self, text: str, root: str, count: int) -> str:
        return re.sub(
            rf"(<{self._prefix}{root}\b[^>]*?\bcount=[\"'])\d+", rf"\g<1>{count}", text, count=1
        )
