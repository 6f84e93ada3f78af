"""The ranges of Excel's own tables, which grow with the rows that are appended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from zipfile import ZipFile

from .book import Book
from .identity import Place, is_over
from .patch import SheetChange, grown_range
from .sheetxml import parse_range

_REF: Final = re.compile(rb"(<(?:\w+:)?(?:table|autoFilter)\b[^>]*?\bref=\")([^\"]*)(\")")


def grown_tables(
    book: Book, archive: ZipFile, part: str, change: SheetChange, place: Place | None
) -> Iterator[tuple[str, bytes]]:
    """The table parts of a sheet whose range changes: (name of the part, its new content).

    The table over a tracked table also takes in rows that people typed below it.
    """

    def grown(match: re.Match[bytes]) -> bytes:
        span = match[2].decode()
        top, left, last, right = parse_range(span)
        if place is None or not is_over(place, top, left, right):
            last = change.last_row
        return match[1] + grown_range(span, last, change.new_last_row).encode() + match[3]

    for relation in book.relations(part):
        if relation.type == "table":
            xml = archive.read(relation.target)
            fresh = _REF.sub(grown, xml)
            if fresh != xml:
                yield relation.target, fresh
