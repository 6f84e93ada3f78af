"""What a person types into the page, written into the tracker file over HTTP."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from fanpan.sheets import open as open_sheet
from fanpan.sheets.remote import tables_json
from fanpan.templates.tracker import load_tracker

COLUMNS = ("key", "value", "unit", "problem")


def seen(path: Path) -> dict[str, Any]:
    """The rules as the page shows them."""
    return tables_json(open_sheet(str(path)).snapshot({"rules": COLUMNS}), load_tracker())


def row_of(shown: dict[str, Any], rule: str) -> int:
    found: int = shown["rules"]["rows"][shown["rules"]["columns"]["key"].index(rule)]
    return found


def send(service: str, path: Path, edits: Any, lang: str = "zh") -> httpx.Response:
    return httpx.post(
        f"{service}/v1/edits",
        files={"tracker": (path.name, path.read_bytes())},
        data={"edits": json.dumps(edits), "lang": lang},
        timeout=60,
    )


def edit(
    service: str, path: Path, shown: dict[str, Any], row: int, value: Any, column: str = "value"
) -> dict[str, Any]:
    """One cell typed, and the file with it in its place."""
    response = send(service, path, {"cells": {"rules": {column: [[row, value]]}}, "seen": shown})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    path.write_bytes(base64.b64decode(found["file"]))
    return found


@pytest.fixture
def ours(demo: Path, tmp_path: Path) -> Path:
    path = tmp_path / "ours.xlsx"
    path.write_bytes(demo.read_bytes())
    return path


def test_a_rule_is_written_and_nothing_else(service: str, ours: Path) -> None:
    shown = seen(ours)
    row = row_of(shown, "clock.response")
    found = edit(service, ours, shown, row, "20")
    assert found["changed"]
    assert found["summary"]["counts"] == {"cells_changed": 1, "cells_kept": 0}
    after = seen(ours)
    shown["rules"]["columns"]["value"][shown["rules"]["rows"].index(row)] = "20"
    assert after == shown
    assert not edit(service, ours, after, row, "20")["sheets"]


def test_a_cell_that_was_changed_since_is_kept_and_told(service: str, ours: Path) -> None:
    old = seen(ours)
    row = row_of(old, "clock.response")
    edit(service, ours, old, row, "20")
    before = ours.read_bytes()
    found = edit(service, ours, old, row, "30")
    assert found["summary"]["counts"] == {"cells_changed": 0, "cells_kept": 1}
    (notice,) = found["summary"]["notices"]
    assert (notice["table"], notice["row"], notice["column"]) == ("规则", str(row), "取值")
    assert "期间有人改了" in notice["message"]
    assert not found["changed"]
    assert ours.read_bytes() == before


def test_a_row_that_moved_is_found_by_its_key(service: str, ours: Path) -> None:
    shown = seen(ours)
    row = row_of(shown, "clock.response")
    book = load_workbook(ours)
    rules = book["规则"]
    moved = [[cell.value for cell in rules[number][:4]] for number in (row + 1, row)]
    for number, values in enumerate(moved, row):
        for column, value in enumerate(values, 1):
            rules.cell(number, column, value)
    book.save(ours)
    edit(service, ours, shown, row, "20")
    after = seen(ours)
    assert row_of(after, "clock.response") == row + 1
    assert after["rules"]["columns"]["value"][after["rules"]["rows"].index(row + 1)] == "20"


@pytest.mark.parametrize("shown", [{}, {"rules": {"rows": [5], "columns": {"value": ["15"]}}}])
def test_what_nobody_saw_is_not_written(service: str, ours: Path, shown: dict[str, Any]) -> None:
    assert edit(service, ours, shown, 5, "20")["summary"]["counts"]["cells_kept"] == 1


def test_a_formula_is_not_written_and_text_is_text(service: str, ours: Path) -> None:
    book = load_workbook(ours)
    row = row_of(seen(ours), "clock.response")
    book["规则"].cell(row, 2, "=10+5")
    book.save(ours)
    shown = seen(ours)
    assert edit(service, ours, shown, row, "20")["summary"]["counts"]["cells_kept"] == 1
    assert edit(service, ours, shown, row + 1, "=1+1")["summary"]["counts"]["cells_changed"] == 1
    rules = load_workbook(ours)["规则"]
    assert rules.cell(row, 2).value == "=10+5"
    assert (rules.cell(row + 1, 2).value, rules.cell(row + 1, 2).data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    "edits",
    [
        3,
        {"cells": 3},
        {"cells": {"nothing": {"value": [[5, "20"]]}}},
        {"cells": {"rules": {"nothing": [[5, "20"]]}}},
        {"cells": {"rules": {"problem": [[5, ""]]}}},
        {"cells": {"rules": {"value": [["five", "20"]]}}},
        {"cells": {"rules": {"value": [[5, ["20"]]]}}},
        {"cells": {"rules": {"value": [[5, {"error": "#N/A"}]]}}},
        {"cells": {"calendar": {"date": [[5, "no day"]]}}},
        {"cells": {}, "seen": {"rules": {"rows": [1], "columns": {"key": []}}}},
        {"cells": {}, "more": 1},
    ],
    ids=range(11),
)
def test_edits_that_are_none(service: str, ours: Path, edits: Any) -> None:
    response = send(service, ours, edits)
    assert response.status_code == 422, response.text
    assert response.json()["error"]["message"]


def test_a_file_that_is_no_tracker(service: str, tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    path.write_bytes(b"no workbook")
    response = send(service, path, {"cells": {"rules": {"value": [[5, "20"]]}}})
    assert response.status_code == 422
    assert response.json()["error"]["message"]
