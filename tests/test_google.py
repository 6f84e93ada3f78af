"""The Apps Script under Node, with stand-ins for Google's services and the real service behind.

Offline evidence only: no Google took part.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.addin.cli.app import build as app
from fanpan.addin.google.build import SCOPES, build, rendered
from fanpan.addin.service.tokens import Tokens
from fanpan.functions import REGISTRY
from fanpan.functions.cellfunction import CellFunction
from fanpan.functions.registry import Registry
from fanpan.functions.values import to_serial

from .excel import flat, zh_cell
from .golden import ERRORS, GOLDEN, examples
from .google import ScriptError, Spreadsheet, open_sidebar, spreadsheet
from .service import running

REVIEWS = "中差评跟踪"
NOW = "2026-11-23 10:00:00"
"""The moment at which the demo tracker was refreshed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("google") / "script")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Properties of a script that a service with tokens knows."""
    file = tmp_path_factory.mktemp("tokens") / "tokens.json"
    token = Tokens(file).add("我们的表格")
    with running(["--host", "0.0.0.0"], {"FANPAN_TOKENS": str(file), "TZ": "UTC"}) as (url, _):
        address = url.replace("0.0.0.0", "127.0.0.1")
        yield {"FANPAN_URL": address, "FANPAN_KEY": "我们的表格", "FANPAN_TOKEN": token}


@pytest.fixture(scope="module")
def cells(
    folder: Path, guarded: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Spreadsheet]:
    with spreadsheet(folder, tmp_path_factory.mktemp("cells"), guarded) as found:
        yield found


@pytest.fixture
def sheet(
    folder: Path, guarded: dict[str, str], demo: Path, tmp_path: Path
) -> Iterator[Spreadsheet]:
    with spreadsheet(folder, tmp_path, guarded, demo, now=NOW) as found:
        yield found


def given(value: Any) -> Any:
    """An argument as Sheets hands it over: blank is '', a column is rows of one cell."""
    match value:
        case None:
            return ""
        case {"error": kind}:
            return kind
        case list():
            rows: list[Any] = value
            return [
                [given(c) for c in row] if isinstance(row, list) else [given(row)] for row in rows
            ]
        case _:
            return value


def shown(value: Any) -> Any:
    """A cell as the golden cases write it: dates as serial numbers."""
    if isinstance(value, dict):
        return to_serial(datetime.fromisoformat(str(value["$date"])))
    return value


def same(found: Any, expected: Any) -> bool:
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return isinstance(found, int | float) and abs(found - expected) < 1e-6
    return bool(found == expected)


@pytest.mark.parametrize(("title", "name", "args", "expected"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_golden_cases(
    cells: Spreadsheet, title: str, name: str, args: list[Any], expected: Any
) -> None:
    found = cells.call(f"FANPAN_{name}", *map(given, args))
    if isinstance(expected, list):
        assert isinstance(found[0], list)  # always a rectangle
        across = REGISTRY[name].result.name in {"row", "rows"}
        assert len(found) == (1 if across and not isinstance(expected[0], list) else len(expected))
    wanted = [zh_cell(cell) for cell in flat(expected)]
    assert all(map(same, [shown(cell) for cell in flat(found)], wanted)), (title, found, wanted)
    assert len(flat(found)) == len(wanted)


def test_what_the_docstrings_say_is_so_in_a_sheet(cells: Spreadsheet) -> None:
    for name, args, expected in examples():
        if isinstance(expected, dict):
            with pytest.raises(ScriptError, match=re.escape(expected["message"])):
                cells.call(f"FANPAN_{name}", *map(given, args))
            continue
        found = cells.call(f"FANPAN_{name}", *map(given, args))
        wanted = ["" if cell is None else cell for cell in flat(expected)] or [""]
        cells_found = [shown(cell) for cell in flat(found)]
        assert len(cells_found) == len(wanted), (name, args, found)
        assert all(map(same, cells_found, wanted)), (name, args, found)


@pytest.mark.parametrize(("title", "name", "args", "kind"), ERRORS, ids=[e[0] for e in ERRORS])
def test_errors_throw_a_sentence(
    cells: Spreadsheet, title: str, name: str, args: list[Any], kind: str
) -> None:
    with pytest.raises(ScriptError) as told:
        cells.call(f"FANPAN_{name}", *map(given, args))
    assert re.search(r"[\u4e00-\u9fff#]", str(told.value))


def test_every_function_reaches_the_service(cells: Spreadsheet) -> None:
    for function in REGISTRY.values():
        args = ["" for parameter in function.parameters if parameter.required]
        before = cells.state["fetches"]
        with contextlib.suppress(ScriptError):
            cells.call(f"FANPAN_{function.name}", *args)
        known = len(cells.state["cache"])
        assert cells.state["fetches"] == before + 1 or known, function.name


def test_dates_of_a_shanghai_sheet_on_a_utc_service(cells: Spreadsheet) -> None:
    start = {"$date": "2026-03-02T09:00:00"}
    assert cells.call("FANPAN_DEADLINE", "logistics", start) == {"$date": "2026-03-02 11:00:00"}
    # A date alone is midnight of the sheet's day, not of the service's.
    day = {"$date": "2026-01-08T00:00:00"}
    assert cells.call("FANPAN_DEADLINE", "logistics", day) == {"$date": "2026-01-08 02:00:00"}


def test_a_text_that_looks_like_a_date_stays_a_text(cells: Spreadsheet) -> None:
    assert cells.call("FANPAN_MASK", "2026-03-02") == "2026-03-02"
    batches, days = [["2026-03-01"]] * 2, [["2026-03-02"]] * 2
    found = cells.call("FANPAN_TOP", batches, days, "2026-03-01", "2026-03-08")
    assert found[0][1] == "2026-03-01"


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/London"])
def test_a_sheet_in_another_zone_keeps_its_own_times(
    folder: Path, guarded: dict[str, str], tmp_path: Path, zone: str
) -> None:
    with spreadsheet(folder, tmp_path, guarded, zone=zone) as found:
        start = {"$date": "2026-03-02T23:30:00"}
        assert found.call("FANPAN_DEADLINE", "logistics", start) == {"$date": "2026-03-03 01:30:00"}


def test_a_range_is_one_request_and_is_remembered(
    folder: Path, guarded: dict[str, str], tmp_path: Path
) -> None:
    with spreadsheet(folder, tmp_path, guarded) as found:
        kinds = [["quality"], ["logistics"], [""]] * 300
        starts = [["2026-03-02 09:00"]] * 900
        first = found.call("FANPAN_DEADLINE", kinds, starts)
        assert len(first) == 900
        assert first[1] == [{"$date": "2026-03-02 11:00:00"}]
        assert first[2] == [""]
        assert found.state["fetches"] == 1
        assert found.call("FANPAN_DEADLINE", kinds, starts) == first
        assert found.state["fetches"] == 1
        assert all(len(key) < 250 for key in found.state["cache"])


def test_what_the_cache_cannot_hold_is_asked_again(
    folder: Path, guarded: dict[str, str], tmp_path: Path
) -> None:
    with spreadsheet(folder, tmp_path, guarded) as found:

        def asked(name: str, *args: Any) -> int:
            before = found.state["fetches"]
            assert found.call(name, *args) == found.call(name, *args)
            return int(found.state["fetches"] - before)

        starts = [[f"2026-03-{1 + n % 28:02} 09:00"] for n in range(2000)]
        assert asked("FANPAN_DEADLINE", "quality", starts) == 1  # 44 KB of dates
        assert asked("FANPAN_MASK", [["好" * 30]] * 2000) == 2  # 190 KB of Chinese


def test_one_bad_cell_of_a_range_does_not_lose_the_others(cells: Spreadsheet) -> None:
    found = cells.call("FANPAN_DEADLINE", [["nonsense"], ["logistics"]], "2026-03-02 09:00")
    assert found == [["#VALUE!"], [{"$date": "2026-03-02 11:00:00"}]]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"FANPAN_TOKEN": "wrong"}, "令牌"),
        ({"FANPAN_KEY": "nobody"}, "令牌"),
        ({"FANPAN_URL": ""}, "设置"),
        ({"FANPAN_URL": "http://127.0.0.1:9"}, "没有应答"),
    ],
)
def test_what_is_wrong_with_the_settings_is_told(
    folder: Path, guarded: dict[str, str], tmp_path: Path, change: dict[str, str], word: str
) -> None:
    with (
        spreadsheet(folder, tmp_path, {**guarded, **change}) as found,
        pytest.raises(ScriptError, match=word),
    ):
        found.call("FANPAN_KIND", "质量差")


def test_refusals_are_in_the_language_of_the_script(
    guarded: dict[str, str], tmp_path: Path
) -> None:
    english = build(tmp_path / "script", lang="en")
    tracker = tmp_path / "tracker.xlsx"
    args = ["new", str(tracker), "--lang", "en"]
    run = CliRunner().invoke(app(args), args)
    assert run.exit_code == 0, run.output
    with spreadsheet(english, tmp_path, guarded, tracker) as found:
        with pytest.raises(ScriptError, match="none") as told:
            found.call("fanpanPress", "claim", {"review_id": "none", "by": "Ann"}, {})
        assert not re.search("[\u4e00-\u9fff]", str(told.value))
    with spreadsheet(english, tmp_path, {**guarded, "FANPAN_TOKEN": "wrong"}) as found:
        with pytest.raises(ScriptError) as told:
            found.call("FANPAN_MASK", "13812345678")
        assert not re.search("[\u4e00-\u9fff]", str(told.value))


# Buttons.


def column(table: list[list[Any]], title: str) -> list[Any]:
    at = table[0].index(title)
    return [row[at] if at < len(row) else "" for row in table[1:]]


def test_the_menu_has_every_button(sheet: Spreadsheet) -> None:
    sheet.call("onOpen")
    (menu,) = sheet.state["menus"]
    items = json.dumps(menu, ensure_ascii=False)
    for name, button in BUTTONS.items():
        assert f"fanpanMenu_{name}" in items
        assert button.title("zh") in items


def test_refresh_on_a_fresh_sheet_changes_nothing(sheet: Spreadsheet) -> None:
    before = sheet.sheets[REVIEWS]["values"]
    pressed = sheet.call("fanpanPress", "refresh", {}, {})
    assert pressed["applied"]["cells"] == 0
    assert sheet.sheets[REVIEWS]["values"] == before


def test_a_menu_item_runs_or_asks(sheet: Spreadsheet) -> None:
    sheet.call("fanpanMenu_refresh")
    assert sheet.state["toasts"]
    assert sheet.state["alerts"] == []
    sheet.call("fanpanMenu_claim")
    assert '"claim"' in sheet.state["sidebar"]
    sheet.call("$set", {"down": True})
    sheet.call("fanpanMenu_refresh")
    (alert,) = sheet.state["alerts"]
    assert "没有应答" in alert[1]


def test_every_menu_item_is_answered(sheet: Spreadsheet) -> None:
    for name in BUTTONS:
        sheet.call(f"fanpanMenu_{name}")
    assert sheet.state["alerts"] == []


def test_a_case_button_writes_texts_as_texts_and_logs(sheet: Spreadsheet) -> None:
    table = sheet.sheets[REVIEWS]["values"]
    case = next(
        row[0]
        for row, state in zip(table[1:], column(table, "个案状态"), strict=True)
        if state == "待认领"
    )
    pressed = sheet.call("fanpanPress", "claim", {"review_id": case, "by": "=小王"}, {})
    assert pressed["applied"]["cells"] > 0
    after = sheet.sheets
    ids = column(after[REVIEWS]["values"], "评价ID")
    row = ids.index(case)
    assert column(after[REVIEWS]["values"], "负责客服")[row] == "=小王"
    claimed = column(after[REVIEWS]["values"], "认领时间")[row]
    assert 46000 < claimed < 60000
    assert not [text for text in after[REVIEWS]["formulas"].values() if "小王" in text]
    assert any("认领" in str(line) for line in after["操作日志"]["values"][1:])
    with pytest.raises(ScriptError, match="认领"):
        sheet.call("fanpanPress", "claim", {"review_id": case, "by": "小李"}, {})


def test_columns_are_remembered_when_they_are_retitled_or_moved(sheet: Spreadsheet) -> None:
    sheet.call("fanpanPress", "refresh", {}, {})
    book = sheet.sheets
    assert {m["value"].split(".")[1] for m in book[REVIEWS]["meta"]} >= {"review_id", "kind"}
    values = book[REVIEWS]["values"]
    at = values[0].index("差评类型")
    values[0][at] = "我们叫它类型"
    changed = [
        {**one, "values": values} if one["name"] == REVIEWS else one for one in book.values()
    ]
    sheet.call("$change", {"sheets": changed})
    tables = json.loads(sheet.call("fanpanReadTables", {"reviews": ["kind"]}))
    assert "产品质量" in tables["reviews"]["columns"]["kind"]


def test_rows_that_moved_meanwhile_are_read_again(
    sheet: Spreadsheet, folder: Path, guarded: dict[str, str]
) -> None:
    sheet.call("$set", {"locked": True})
    with pytest.raises(ScriptError, match="正在写入"):
        sheet.call("fanpanPress", "refresh", {}, {})
    sheet.call("$set", {"locked": False})
    sheet.call("fanpanPress", "refresh", {}, {})
    assert sheet.state["locked"] is False
    assert sheet.state["flushes"] >= 1


def test_an_import_appends_and_reports_are_drawn_once(sheet: Spreadsheet) -> None:

    text = (
        "平台,店铺,评价ID,评价时间,星级,评价内容\n淘宝,暖居,000123,2026-11-23 09:00,1,质量太差了\n"
    )
    file = {"name": "more.csv", "base64": base64.b64encode(text.encode()).decode()}
    count = len(sheet.sheets[REVIEWS]["values"])
    pressed = sheet.call("fanpanPress", "import", {}, {"file": file})
    assert pressed["applied"]["rows"] >= 1
    rows = sheet.sheets[REVIEWS]["values"]
    assert rows[count][rows[0].index("评价ID")] == "000123"  # an id stays a text
    before = len(sheet.sheets)
    sheet.call("fanpanPress", "dashboard", {}, {})
    made = sheet.sheets
    assert len(made) == before + 1  # no metadata yet on the uploaded board: a new sheet
    sheet.call("fanpanPress", "dashboard", {}, {})
    assert sheet.sheets.keys() == made.keys()
    (board,) = (one for one in sheet.sheets.values() if "sheet.dashboard" in str(one["meta"]))
    assert board["charts"]


def changed(sheet: Spreadsheet, name: str, **parts: Any) -> dict[str, Any]:
    """The book with one sheet changed."""
    return {
        "sheets": [
            {**one, **(parts if one["name"] == name else {})} for one in sheet.sheets.values()
        ]
    }


def blanked(values: list[list[Any]], *titles: str) -> list[list[Any]]:
    """Rows without what stands in these columns."""
    gone = {values[0].index(title) for title in titles}
    return [
        values[0],
        *([("" if at in gone else cell) for at, cell in enumerate(row)] for row in values[1:]),
    ]


def test_rows_sorted_while_the_service_thinks_are_read_again(sheet: Spreadsheet) -> None:
    values = blanked(sheet.sheets[REVIEWS]["values"], "差评类型")
    start = {"sheets": changed(sheet, REVIEWS, values=values)["sheets"]}
    sheet.call("$change", start)
    sheet.call("fanpanPress", "refresh", {}, {})
    undisturbed = sheet.sheets[REVIEWS]["values"]
    assert "产品质量" in column(undisturbed, "差评类型")
    turned = [values[0], *reversed(values[1:])]
    sheet.call("$change", start)
    sheet.call("$set", {"between": changed(sheet, REVIEWS, values=turned)})
    sheet.call("fanpanPress", "refresh", {}, {})
    assert sheet.state["between"] is None
    after = sheet.sheets[REVIEWS]["values"]
    for title in ("评价ID", "差评类型"):
        assert column(after, title) == [*reversed(column(undisturbed, title))]


def test_a_row_inserted_above_the_titles_moves_the_table(sheet: Spreadsheet) -> None:
    sheet.call("fanpanPress", "refresh", {}, {})
    values = sheet.sheets[REVIEWS]["values"]
    lowered = [["小组说明"] + [""] * (len(values[0]) - 1), *values]
    formats = {
        f"{int(at.split(',')[0]) + 1},{at.split(',')[1]}": text
        for at, text in sheet.sheets[REVIEWS]["formats"].items()
    }
    sheet.call("$change", changed(sheet, REVIEWS, values=lowered, formats=formats))
    sheet.call("fanpanPress", "refresh", {}, {})
    after = sheet.sheets[REVIEWS]["values"]
    assert after[0][0] == "小组说明"
    assert after[1] == values[0]
    assert column(after[1:], "差评类型") == column(values, "差评类型")


def test_a_copied_sheet_is_left_alone(sheet: Spreadsheet) -> None:
    sheet.call("fanpanPress", "refresh", {}, {})
    columns = sheet.sheets[REVIEWS]
    copy = {**columns, "name": "副本", "id": 999}
    columns["values"] = blanked(columns["values"], "差评类型")
    sheets = [
        both
        for one in sheet.sheets.values()
        for both in ([columns, copy] if one["name"] == REVIEWS else [one])
    ]
    sheet.call("$change", {"sheets": sheets})
    sheet.call("fanpanPress", "refresh", {}, {})
    assert "产品质量" in column(sheet.sheets[REVIEWS]["values"], "差评类型")
    assert sheet.sheets["副本"]["values"] == copy["values"]


def test_a_passing_failure_is_tried_again(cells: Spreadsheet) -> None:
    cells.call("$set", {"failures": 1})
    assert cells.call("FANPAN_MASK", "电话13812345678") == "电话138****5678"
    assert cells.state["failures"] == 0


def test_a_large_snapshot_travels_packed(
    folder: Path, guarded: dict[str, str], demo: Path, tmp_path: Path
) -> None:
    with spreadsheet(folder, tmp_path, guarded, demo) as found:
        values = found.sheets[REVIEWS]["values"]
        at = values[0].index("评价内容")
        for row in values[1:]:
            row[at] = str(row[at]) + "。质量差" * 2000
        found.call("$change", changed(found, REVIEWS, values=values))
        found.call("fanpanPress", "refresh", {}, {})
        assert found.state["packed"] >= 1


def test_the_address_of_the_service_must_be_https(folder: Path, tmp_path: Path) -> None:
    with spreadsheet(folder, tmp_path, {}) as found:
        found.call("$set", {"prompts": ["http://fanpan.example/", "shop", "secret"]})
        found.call("fanpanSettings")
        assert found.state["properties"] == {}
        ((_, told),) = found.state["alerts"]
        assert "https://" in told


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("live") / "live.xlsx"
    run = CliRunner().invoke(app([]), ["new", str(path), "--demo", "--live", "google"])
    assert run.exit_code == 0, run.output
    return path


def test_live_formulas_are_left_standing_and_new_rows_go_below(
    folder: Path, guarded: dict[str, str], live: Path, tmp_path: Path
) -> None:
    with spreadsheet(folder, tmp_path, guarded, live) as found:
        before = found.sheets[REVIEWS]
        spills = {at: text for at, text in before["formulas"].items() if "ARRAYFORMULA" in text}
        assert len(spills) >= 10
        last = len([value for value in column(before["values"], "评价ID") if value != ""]) + 1
        text = "平台,店铺,评价ID,评价时间,星级,评价内容\n淘宝,暖居,N1,2026-11-23 09:00,1,太差了\n"
        file = {"name": "more.csv", "base64": base64.b64encode(text.encode()).decode()}
        found.call("fanpanPress", "import", {}, {"file": file})
        found.call("fanpanPress", "refresh", {}, {})
        after = found.sheets[REVIEWS]
        assert {at: after["formulas"].get(at) for at in spills} == spills
        assert "#REF!" not in json.dumps(after["values"])
        assert column(after["values"], "评价ID")[last - 1] == "N1"


def test_refresh_moves_the_moment_that_live_formulas_read(
    folder: Path, guarded: dict[str, str], live: Path, tmp_path: Path
) -> None:
    later = "2026-11-24 09:30:00"
    with spreadsheet(folder, tmp_path, guarded, live, now=later) as found:

        def moment() -> float:
            for one in found.sheets.values():
                for row in one["values"][:5]:
                    if "上次刷新" in row:
                        return float(row[row.index("上次刷新") + 1])
            raise AssertionError("no moment")

        assert moment() == pytest.approx(to_serial(datetime.fromisoformat(NOW)))
        found.call("fanpanPress", "refresh", {}, {})
        assert moment() == pytest.approx(to_serial(datetime.fromisoformat(later)))


def test_settings_are_kept_with_the_script(folder: Path, tmp_path: Path) -> None:
    with spreadsheet(folder, tmp_path, {}) as found:
        found.call("$set", {"prompts": ["https://fanpan.example/", "shop", "secret"]})
        found.call("fanpanSettings")
        assert found.state["properties"] == {
            "FANPAN_URL": "https://fanpan.example/", "FANPAN_KEY": "shop", "FANPAN_TOKEN": "secret",
        }  # fmt: skip
        assert "secret" not in json.dumps(list(found.sheets.values()))


def test_private_functions_cannot_be_typed(cells: Spreadsheet) -> None:
    names = re.findall(r"^function (\w+)\(", rendered()["Fanpan.js"], re.MULTILINE)
    public = {name for name in names if not name.endswith("_")}
    assert public == {
        "onInstall", "onOpen", "fanpanAsk", "fanpanReadTables", "fanpanApply", "fanpanPress",
        "fanpanJump", "fanpanSelected", "fanpanInsert", "fanpanSidebar", "fanpanSettings",
    }  # fmt: skip
    with pytest.raises(ScriptError):
        cells.call("fanpanAsk", "GET", "/../etc/passwd", "")


def test_a_toy_function_appears_with_no_other_change() -> None:
    def toy(text: Annotated[str, "Any text */ alert()"]) -> str:
        """Twice the text."""
        return text * 2

    functions = Registry()
    functions.add(CellFunction(toy, {"zh_CN": "玩具"}))
    script = rendered(functions=functions)["Functions.js"]
    assert "function FANPAN_TOY(text)" in script
    assert 'fanpanCall_("TOY", false, [false], arguments)' in script
    assert script.count("*/") == 1  # a text cannot end the comment it stands in


def test_the_script_asks_for_the_least(folder: Path) -> None:
    manifest = json.loads((folder / "appsscript.json").read_text("utf-8"))
    assert manifest["oauthScopes"] == list(SCOPES)
    assert len(SCOPES) == 3
    assert manifest["timeZone"] == "Asia/Shanghai"


def test_clasp_finds_the_folder_and_the_id_that_was_filled_in(tmp_path: Path) -> None:
    project = build(tmp_path) / ".clasp.json"
    assert json.loads(project.read_text("utf-8")) == {"scriptId": "", "rootDir": "."}
    project.write_text('{"scriptId": "abc", "rootDir": "."}')
    build(tmp_path)
    assert "abc" in project.read_text("utf-8")


# The sidebar.


def test_the_sidebar_shows_cases_and_presses_buttons(browser: Browser, sheet: Spreadsheet) -> None:
    page = open_sidebar(browser, sheet)
    page.wait_for_selector("details.case")
    first = page.locator("details.case").first
    assert "red" in (first.get_attribute("class") or "")
    case = first.get_attribute("data-case")
    page.click("[data-tab=functions]")
    page.wait_for_selector("text=截止时间")
    page.close()
    page = open_sidebar(browser, sheet, "note" if "note" in BUTTONS else "claim")
    page.wait_for_selector("form.ask")
    page.fill("[name=review_id]", str(case))
    page.fill("[name=by]", "<b>小王</b>")
    page.close()
