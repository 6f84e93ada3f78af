"""A browser with the Excel add-in in it and a stand-in for Office. Offline evidence only."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import to_excel
from playwright.sync_api import Browser, Page, Route, sync_playwright

from fanpan.functions.values import CHOICES, to_serial

CHROMIUM: Final = "/usr/bin/chromium"
STAND_IN: Final = Path(__file__).with_name("office_standin.js")
OFFICE_SCRIPT: Final = "https://appsforoffice.microsoft.com/**"
_FLAGS: Final = ("--no-sandbox", "--disable-background-networking", "--disable-component-update",
                 "--disable-sync", "--disable-quic", "--no-first-run")  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser from Debian."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def excel_page(
    browser: Browser,
    service: str,
    book: dict[str, Any] | None = None,
    *,
    language: str = "zh-CN",
    requirement_set: float = 1.1,
    size: tuple[int, int] = (420, 900),
    now: datetime | None = None,
) -> Page:
    """The task pane as Excel opens it, over a workbook."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, locale=language,
                            timezone_id="Asia/Shanghai")  # fmt: skip
    if now is not None:
        page.clock.set_fixed_time(now)

    def office(route: Route) -> None:
        route.fulfill(path=STAND_IN, content_type="text/javascript")

    page.route(OFFICE_SCRIPT, office)
    page.add_init_script(f"globalThis.__language = {language!r};"
                         f"globalThis.__set = {requirement_set};")  # fmt: skip
    if book is not None:
        page.add_init_script(f"globalThis.__book = {json.dumps(book)};")
    page.goto(f"{service}/excel/taskpane.html")
    return page


def workbook_model(path: Path) -> dict[str, Any]:
    """A workbook as the stand-in holds it."""
    return deepcopy(_model(path, path.stat().st_mtime_ns))


@cache
def _model(path: Path, _changed: int) -> dict[str, Any]:
    values = load_workbook(path, data_only=True)
    formulas = load_workbook(path)
    sheets: list[dict[str, Any]] = []
    for sheet in formulas.worksheets:
        shown = values[sheet.title]
        found: dict[str, str] = {}
        formats: dict[str, str] = {}
        for row in sheet.iter_rows():
            for cell in row:
                at = f"{cell.row - 1},{cell.column - 1}"
                if cell.data_type == "f":
                    found[at] = str(getattr(cell.value, "text", cell.value))
                if cell.number_format != "General" and cell.value is not None:
                    formats[at] = cell.number_format
        tables = []
        for name in sheet.tables:
            left, top, right, bottom = range_boundaries(sheet.tables[name].ref)
            area = {"row": top - 1, "column": left - 1, "rows": bottom - top + 1,
                    "columns": right - left + 1}  # fmt: skip
            tables.append({"name": name, "area": area})
        sheets.append(
            {
                "name": sheet.title,
                "values": [
                    [_cell(value) for value in row] for row in shown.iter_rows(values_only=True)
                ],
                "formulas": found,
                "formats": formats,
                "tables": tables,
            }
        )
    names = {name: f"={defined.attr_text}" for name, defined in formulas.defined_names.items()}
    return {"name": path.name, "sheets": sheets, "names": names}


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return to_excel(value) if isinstance(value, datetime) else value


def zh_cell(value: Any) -> Any:
    """A golden value as a cell of a Chinese workbook shows it."""
    if value is None:
        return ""
    if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value):
        return to_serial(datetime.fromisoformat(value))
    return next((c.word(value, "zh") for c in CHOICES.values() if value in c.ids), value)


def flat(value: Any) -> list[Any]:
    """The cells of a value, row by row."""
    return [cell for item in value for cell in flat(item)] if isinstance(value, list) else [value]
