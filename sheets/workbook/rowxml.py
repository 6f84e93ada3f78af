"""Rows of values as sheet XML: the fast path for creating large tables.

XlsxWriter takes about 12 µs a cell and remembers every cell of a table's range; 200,000 reviews
need both an order of magnitude lower. It still writes everything but the data rows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...functions.messages import Lang, Message
from ...functions.values import join_words, to_serial
from ...templates.tracker import Column
from ..errors import FanpanError
from ..snapshot import Value
from .styles import FLAG_WORDS

MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
"""UTF-16 units a cell holds."""

_UNSAFE = re.compile("[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def _escape_one(match: re.Match[str]) -> str:
    found = match[0]
    if found in _ENTITIES:
        return _ENTITIES[found]
    if len(found) > 1:
        # Readers take _xHHHH_ for an escaped character, so a literal one hides its underscore.
        return f"_x005F{found}"
    # What XML cannot carry is escaped as the format says; half a surrogate pair is no character.
    return "\ufffd" if "\ud800" <= found <= "\udfff" else f"_x{ord(found):04X}_"


def escape(text: str) -> str:
    """Text as the content of an XML text element of a workbook.

    >>> escape("a<b"), escape("tab\\x0b"), escape("_x0041_")
    ('a&lt;b', 'tab_x000B_', '_x005F_x0041_')
    """
    return _UNSAFE.sub(_escape_one, text) if _UNSAFE.search(text) else text


def clean(text: str) -> str:
    """Text without the characters that XML cannot carry, for titles and texts of our own.

    >>> clean("a" + chr(0) + "b")
    'ab'
    """
    return _NO_XML.sub("", text)


def utf16_length(text: str) -> int:
    """Length as Excel counts it.

    >>> utf16_length("好😀")
    3
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def column_name(index: int) -> str:
    """0-based column number → letters.

    >>> column_name(0), column_name(25), column_name(26), column_name(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        name = chr(65 + digit) + name
    return name


def text_content(value: str) -> str:
    """A text that stands in a cell, whatever it begins with."""
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def _number(value: float) -> str:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    # Whole numbers without ".0", the rest with all the digits a float has.
    whole = number.is_integer() and abs(number) < 1e15
    return f"><v>{number:.0f}</v></c>" if whole else f"><v>{number!r}</v></c>"


def formula_content(formula: str, content: str, *, array: str = "") -> str:
    """A formula (without "=") over the content that its last value would have as a plain cell.

    `array` is the range that one formula fills.

    >>> formula_content('A1&"<"', text_content("x"))
    ' t="str"><f>A1&amp;"&lt;"</f><v>x</v></c>'
    >>> formula_content("A1", _number(2)), formula_content("A1", "")
    ('><f>A1</f><v>2</v></c>', '><f>A1</f></c>')
    """
    of = f' t="array" ref="{array}"' if array else ""
    written = f"<f{of}>{escape(formula)}</f>"
    if not content:
        return f">{written}</c>"
    text = _INLINE.fullmatch(content)
    if text is not None:
        return f' t="str">{written}<v>{text[1]}</v></c>'
    return content.replace(">", f">{written}", 1)


def error_content(error: str) -> str:
    """An error that stands in a cell.

    >>> error_content("#NAME?")
    ' t="e"><v>#NAME?</v></c>'
    """
    return f' t="e"><v>{escape(error)}</v></c>'


_INLINE = re.compile(r" t=\"inlineStr\"><is><t[^>]*>(.*)</t></is></c>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cell:
    """How the cells of one column are written."""

    column: str
    title: str
    start: str
    """`<c r="AB`"""
    middle: str
    """`" s="7"`"""
    content: Callable[[Value], str]


def cell_writer(column: Column, index: int, style: int, lang: Lang) -> Cell:
    """The writer of the column that stands at `index`, with the cell format `style`."""
    return Cell(
        column.id,
        column.title.text(lang),
        f'<c r="{column_name(index)}',
        f'" s="{style}"',
        _content(column, lang),
    )


def _content(column: Column, lang: Lang) -> Callable[[Value], str]:
    """A value of the column → the end of its cell element."""
    words = column.choice_set
    if column.type == "flag":
        yes, no = map(text_content, FLAG_WORDS[lang])
        return lambda value: yes if value else no
    if column.type == "choice" and words:
        shown = {word: text_content(words.word(word, lang)) for word in words.ids}
        return lambda value: shown.get(value) or text_content(value)
    if column.type == "multi" and words:
        return lambda value: text_content(
            join_words((words.word(word, lang) for word in value), lang)
        )
    if column.type in {"moment", "day"}:
        return lambda value: _number(to_serial(value))
    return _number if column.type in {"number", "money", "percent"} else text_content


def rows_xml(
    rows: Iterable[Mapping[str, Value]],
    cells: Sequence[Cell],
    first: int,
    height: float | None,
    table: str,
) -> Iterator[str]:
    """`<row>` elements for `rows`, the first one being sheet row `first` (1-based).

    Blank cells are left out: they show the format of their column. Raises FanpanError for a value
    that a cell cannot hold.
    """
    custom = f' ht="{height:g}" customHeight="1"' if height else ""
    for number, row in enumerate(rows, first):
        parts = [f'<row r="{number}"{custom}>']
        for cell in cells:
            value = row.get(cell.column)
            if value is None or value == "":
                continue
            try:
                content = cell.content(value)
            except (ValueError, TypeError, AttributeError, ArithmeticError):
                raise FanpanError(
                    Message("This value cannot stand in a column of this type; correct it."),
                    table=table,
                    row=str(number),
                    column=cell.title,
                ) from None
            if (
                len(content) > MAX_TEXT // 2  # cheap, and true of all that are too long
                and isinstance(value, str)
                and utf16_length(value) > MAX_TEXT
            ):
                raise FanpanError(
                    Message(
                        "The text is longer than a cell holds ({limit} characters); shorten it.",
                        limit=MAX_TEXT,
                    ),
                    table=table,
                    row=str(number),
                    column=cell.title,
                )
            parts.append(f"{cell.start}{number}{cell.middle}{content}")
        parts.append("</row>")
        yield "".join(parts)
