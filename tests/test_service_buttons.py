"""Buttons over HTTP: the same edits as on a file, files in and out, progress."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.addin.refresh import needs
from fanpan.addin.service import app
from fanpan.addin.service.app import create_app
from fanpan.addin.service.events import events
from fanpan.addin.service.pressing import Phase
from fanpan.addin.tracking import create
from fanpan.functions.values import to_serial
from fanpan.sheets import open as open_sheet
from fanpan.sheets.remote import tables_json
from fanpan.templates.tracker import load_tracker

from .service import ask

NOW = "2026-11-23 10:00"


def raw_tables(path: Path, wanted: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return tables_json(open_sheet(str(path)).snapshot(wanted), load_tracker())


def press(service: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
    response = httpx.post(f"{service}/v1/buttons/{name}", json=body, timeout=120)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def open_case(path: Path) -> tuple[str, int]:
    """The key and sheet row of an unclaimed case."""
    reviews = open_sheet(str(path)).snapshot({"reviews": ("review_id", "case_state")})["reviews"]
    row = reviews.column("case_state").index("unclaimed")
    return reviews.column("review_id")[row], int(reviews.handles[row])


def test_a_fresh_tracker_needs_no_refresh(service: str, demo: Path) -> None:
    tables = raw_tables(demo, needs())
    found = press(service, "refresh", {"snapshot": {"tables": tables}, "now": NOW})
    assert found["tables"] == {}
    assert found["summary"]["counts"]["rows_read"] > 1800


def test_refresh_fills_what_was_emptied(service: str, demo: Path) -> None:
    tables = raw_tables(demo, needs())
    reviews = tables["reviews"]["columns"]
    was = {name: list(reviews[name]) for name in ("kind", "due_solution", "offer", "seal")}
    for name in was:
        reviews[name] = [None] * len(reviews[name])
    found = press(service, "refresh", {"snapshot": {"tables": tables}, "now": NOW})
    cells = found["tables"]["reviews"]["cells"]
    rows = tables["reviews"]["rows"]
    for name in ("kind", "due_solution"):
        written = dict(map(tuple, cells[name]))
        for row, before, closed in zip(rows, was[name], reviews["closed_at"], strict=True):
            assert closed is not None or written.get(row) == before


def test_a_case_button_sets_the_cells_of_its_row(service: str, demo: Path) -> None:
    review_id, row = open_case(demo)
    tables = raw_tables(demo, BUTTONS["claim"].needs)
    options = {"review_id": review_id, "by": "小王"}
    body = {"snapshot": {"tables": tables}, "now": NOW, "options": options}
    found = press(service, "claim", body)
    cells = found["tables"]["reviews"]["cells"]
    assert cells["agent"] == [[row, "小王"]]
    assert cells["claimed_at"] == [[row, 46349.416666666664]]
    assert {line["who"] for line in found["tables"]["log"]["append"]} == {"小王"}


def test_locked_and_missing_cells_are_left_alone(service: str, demo: Path) -> None:
    review_id, row = open_case(demo)
    tables = raw_tables(demo, BUTTONS["claim"].needs)
    position = tables["reviews"]["rows"].index(row)
    tables["reviews"]["formulas"] = {"agent": [position]}
    options = {"review_id": review_id, "by": "小王"}
    found = press(
        service, "claim", {"snapshot": {"tables": tables}, "now": NOW, "options": options}
    )
    assert "agent" not in found["tables"]["reviews"]["cells"]


@pytest.mark.parametrize("name", ["report", "dashboard"])
def test_report_sheets_come_with_charts(service: str, demo: Path, name: str) -> None:
    tables = raw_tables(demo, BUTTONS[name].needs)
    found = press(service, name, {"snapshot": {"tables": tables}, "now": NOW})
    assert found["sheets"][0]["charts"]
    cells = [cell for row in found["sheets"][0]["rows"] for cell in row if cell]
    assert {"value", "style", "span"} == set(cells[0])
    assert all(isinstance(cell["value"], str | int | float | None) for cell in cells)


def test_import_of_a_sent_export(service: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    create(path, lang="zh")
    export = "评价ID,评价内容,星级,评价时间\n1001,质量差,1,2026-11-20 09:00\n".encode("gb18030")
    body = {
        "snapshot": {"tables": raw_tables(path, BUTTONS["import"].needs)},
        "now": NOW,
        "options": {"platform": "淘宝", "shop": "旗舰店", "tables": "reviews"},
        "files": {"file": {"name": "../../评价.csv", "base64": base64.b64encode(export).decode()}},
    }
    found = press(service, "import", body)
    (row,) = found["tables"]["reviews"]["append"]
    assert row["review_id"] == "1001"
    assert row["kind"] == "产品质量"
    assert found["now"] == pytest.approx(to_serial(datetime.fromisoformat(NOW)))
    notes = dict(found["memory"])
    assert "now" not in notes
    assert json.loads(notes["imported"])["reviews"]


def test_a_cell_that_cannot_be_read_goes_to_the_host_as_it_is(service: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    create(path, lang="zh")
    export = "评价ID,评价内容,星级,评价时间\n1001,质量差,1,昨天下午\n".encode()
    body = {
        "snapshot": {"tables": raw_tables(path, BUTTONS["import"].needs)},
        "now": NOW,
        "options": {"platform": "淘宝", "shop": "旗舰店", "tables": "reviews"},
        "files": {"file": {"name": "评价.csv", "base64": base64.b64encode(export).decode()}},
    }
    (row,) = press(service, "import", body)["tables"]["reviews"]["append"]
    assert row["posted_at"] == "昨天下午"
    assert "昨天下午" in row["problems"]


def send(
    service: str,
    name: str,
    tracker: Path | None,
    export: tuple[str, bytes] | None = None,
    **data: str,
) -> httpx.Response:
    files: dict[str, tuple[str, bytes]] = {}
    if tracker is not None:
        files["tracker"] = (tracker.name, tracker.read_bytes())
    if export is not None:
        files["export"] = export
    return httpx.post(
        f"{service}/v1/files/{name}", files=files or None, data={"now": NOW, **data}, timeout=120
    )


def test_a_tracker_file_goes_in_and_comes_back(service: str, demo: Path, tmp_path: Path) -> None:
    read = json.dumps({"reviews": ["review_id", "case_state", "no_such"], "no_such": ["x"]})
    response = send(service, "dashboard", demo, read=read)
    assert response.status_code == 200, response.text
    found = response.json()
    back = tmp_path / "back.xlsx"
    back.write_bytes(base64.b64decode(found["file"]))
    assert open_sheet(str(back)).snapshot({"reviews": ("review_id",)})["reviews"].keys
    assert set(found["tables"]["reviews"]["columns"]) == {"review_id", "case_state"}
    assert found["changed"]


def test_an_export_alone_makes_a_new_tracker(service: str) -> None:
    export = "评价ID,评价内容,星级\n1001,质量差,1\n".encode()
    options = json.dumps({"platform": "taobao", "tables": "reviews"})
    response = send(service, "import", None, ("e.csv", export), options=options)
    assert response.status_code == 200, response.text
    assert response.json()["summary"]["counts"]["rows_added"] >= 1


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("no_such", {}, 422),
        ("import", {}, 422),
        ("claim", {"options": "{}"}, 422),
        ("claim", {"options": "[]"}, 422),
        ("claim", {"options": '{"review_id": "R1", "by": "x", "more": "y"}'}, 422),
        ("report", {"options": '{"week": "nonsense"}'}, 422),
        ("refresh", {"now": "tomorrow"}, 422),
        ("refresh", {"lang": "fr"}, 422),
    ],
)
def test_refusals_are_one_sentence(
    service: str, demo: Path, name: str, data: dict[str, str], status: int
) -> None:
    response = send(service, name, demo, **data)
    assert response.status_code == status, response.text
    assert response.json()["error"]["message"]


def test_a_file_that_is_no_tracker(service: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 nonsense")
    response = send(service, "refresh", bad)
    assert response.status_code == 422
    assert response.json()["error"]["where"] == "bad.xlsx"
    assert str(tmp_path) not in response.text
    assert "/tmp" not in response.text


@pytest.mark.parametrize(
    "snapshot",
    [
        {"tables": {"reviews": {"rows": [2], "columns": {"review_id": []}}}},
        {"tables": {"reviews": {"rows": [2], "columns": {"review_id": [["a"]]}}}},
        {"tables": {"reviews": {"rows": ["a"], "columns": {}}}},
        {"tables": {"reviews": []}},
        {"tables": 3},
    ],
)
def test_tables_that_are_none(service: str, snapshot: dict[str, Any]) -> None:
    response = httpx.post(f"{service}/v1/buttons/refresh", json={"snapshot": snapshot})
    assert response.status_code == 422
    assert response.json()["error"]["message"]


def test_tables_nobody_declared_are_ignored(service: str) -> None:
    tables = {"mine": {"rows": [1], "columns": {"x": [1]}}, "reviews": {"rows": [2], "columns": {
        "review_id": ["R1"], "stars": [1], "text": ["质量差"], "captured_at": [46083.375],
        "platform": ["taobao"], "mine": ["x"],
    }}}  # fmt: skip
    found = press(service, "refresh", {"snapshot": {"tables": tables}, "now": NOW})
    assert set(found["tables"]) == {"reviews"}
    assert found["tables"]["reviews"]["cells"]["kind"] == [[2, "产品质量"]]


def test_progress_by_events(service: str, demo: Path) -> None:
    tables = raw_tables(demo, needs())
    events: list[str] = []
    with httpx.stream(
        "POST",
        f"{service}/v1/buttons/refresh",
        json={"snapshot": {"tables": tables}, "now": NOW},
        headers={"Accept": "text/event-stream"},
        timeout=120,
    ) as response:
        for line in response.iter_lines():
            if line.startswith("event: "):
                events.append(line.removeprefix("event: "))
            elif line.startswith("data: ") and events[-1] == "result":
                assert json.loads(line.removeprefix("data: "))["summary"]
    assert events == ["phase", "phase", "result"]


def test_a_press_on_a_file_tells_its_progress(service: str, demo: Path) -> None:
    response = httpx.post(
        f"{service}/v1/files/dashboard",
        files={"tracker": (demo.name, demo.read_bytes())},
        data={"now": NOW},
        headers={"Accept": "text/event-stream"},
        timeout=120,
    )
    lines = response.text.splitlines()
    assert [line for line in lines if line.startswith("event: ")] == [
        *["event: phase"] * 3, "event: result"
    ]  # fmt: skip
    told = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert [each["phase"] for each in told[:3]] == ["read", "compute", "write"]
    assert told[3]["changed"]
    assert base64.b64decode(told[3]["file"]).startswith(b"PK")


def test_a_refusal_among_events(service: str) -> None:
    response = httpx.post(
        f"{service}/v1/buttons/claim",
        json={"snapshot": {}, "options": {}},
        headers={"Accept": "text/event-stream"},
    )
    assert "event: error" in response.text


def test_a_fault_among_events_ends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> dict[str, object]:
        raise RuntimeError("secret of a cell")

    monkeypatch.setattr(app, "press_remote", fail)
    accept = {"Accept": "text/event-stream"}
    response = ask(
        create_app(), "POST", "/v1/buttons/refresh", json={"snapshot": {}}, headers=accept
    )
    assert "event: error" in response.text
    assert "secret" not in response.text


def test_a_press_that_nobody_waits_for_ends_at_its_next_phase() -> None:
    reached: list[str] = []
    closed = threading.Event()

    def work(phase: Phase) -> None:
        with phase("read"):
            reached.append("read")
        closed.wait(10)
        with phase("compute"):
            reached.append("compute")

    async def press() -> None:
        stream = events(work, "zh")
        assert b"read" in await anext(stream)
        await stream.aclose()
        closed.set()
        await asyncio.sleep(0.2)

    asyncio.run(press())
    assert reached == ["read"]


def test_catalogues(service: str) -> None:
    buttons = httpx.get(f"{service}/v1/buttons?lang=en").json()
    assert [button["name"] for button in buttons] == list(BUTTONS)
    assert all(button["title"].isascii() and button["description"] for button in buttons)
    chinese = httpx.get(f"{service}/v1/buttons").json()
    assert not any(button["title"].isascii() for button in chinese)
    tables = httpx.get(f"{service}/v1/tracker").json()["tables"]
    assert [table["id"] for table in tables] == [table.id for table in load_tracker().tables]
    assert len(httpx.get(f"{service}/v1/functions").json()) >= 22
