"""XlsxWriter, which ships no type information, at one door."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

XlsxBook: TypeAlias = Any
XlsxSheet: TypeAlias = Any
XlsxChart: TypeAlias = Any


def new_book(path: Path) -> XlsxBook:
    """A workbook in which text is text, whatever it starts with; on disk after its `close`."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    return xlsxwriter.Workbook(str(path), options)
