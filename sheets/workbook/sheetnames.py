"""Names that a sheet may have."""

from __future__ import annotations

import re

_LIMIT = 31


def safe_sheet_name(title: str, taken: set[str]) -> str:
    """A title as a sheet name: at most 31 characters, none of []:*?/\\, different from `taken`
    (lower-case names), to which it is added.

    >>> safe_sheet_name("a/b: [x]", set()), safe_sheet_name("A", {"a"})
    ('a b x', 'A 2')
    """
    cleaned = re.sub(r"[\[\]:*?/\\\s\x00-\x1f\ud800-\udfff\ufffe\uffff]+", " ", title).strip(" '")
    name = _cut(cleaned, _LIMIT).strip(" '") or "Sheet"
    number, found = 1, name
    while found.lower() in taken:
        number += 1
        ending = f" {number}"
        found = _cut(name, _LIMIT - len(ending)) + ending
    taken.add(found.lower())
    return found


def _cut(text: str, length: int) -> str:
    """At most `length` UTF-16 units, as Excel counts."""
    return text.encode("utf-16-le")[: length * 2].decode("utf-16-le", "ignore")
