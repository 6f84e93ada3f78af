"""The page in real Chromium: a tracker or exports dropped, looked at, worked on and downloaded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from fanpan.addin.cli.app import build
from fanpan.sheets import open as open_sheet

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
AT = "2026-11-23 10:00"
DEMO = Path(str(files("fanpan.templates") / "demo"))
REVIEWS = {"reviews": ("review_id", "case_state", "agent", "due_solution", "kind")}


@pytest.fixture(scope="module")
def ours(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo tracker under a name that only its owner can have given it."""
    path = tmp_path_factory.mktemp("ours") / "我们的跟踪表.xlsx"
    path.write_bytes(demo.read_bytes())
    return path


@pytest.fixture
def open_page(browser: Browser, service: str) -> Iterator[Any]:
    pages: list[Page] = []

    def opened(language: str = "zh-CN") -> Page:
        page = browser.new_page(
            viewport={"width": 1100, "height": 850}, locale=language, timezone_id="Asia/Shanghai"
        )
        page.clock.set_fixed_time(NOW)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"{service}/")
        page.wait_for_selector("main p")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


def drop(page: Page, paths: Sequence[Path], where: str = ".drop") -> None:
    """Drop files on the page, as a mouse does."""
    given = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    transfer = page.evaluate_handle(
        """(given) => {
            const transfer = new DataTransfer();
            for (const [name, text] of given) {
                const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
                transfer.items.add(new File([bytes], name));
            }
            return transfer;
        }""",
        given,
    )
    page.dispatch_event(where, "drop", {"dataTransfer": transfer})


def press(page: Page, name: str) -> str:
    """A button, with nothing filled in where it asks; what the page then says."""
    page.click("[data-tab=buttons]")
    page.click(f"main [data-press={name}]")
    page.wait_for_selector(f"form[data-button={name}], [data-done={name}]", timeout=60_000)
    if page.locator("form.ask").count():
        page.click("form.ask [type=submit]")
    return finished(page, name)


def finished(page: Page, name: str) -> str:
    page.wait_for_selector(f"[data-done={name}], div.failure", timeout=60_000)
    said = page.inner_text("main")
    assert page.locator("div.failure").count() == 0, said
    return said


def downloaded(page: Page, folder: Path) -> Path:
    """The tracker as the person gets it."""
    with page.expect_download() as found:
        page.click("#keep")
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_first_look_says_what_to_do_in_the_language_of_the_browser(open_page: Any) -> None:
    page = open_page()
    assert page.inner_text("main p") == "先放入跟踪表；没有的话，导入第一个导出文件时会新建。"
    assert page.locator(".failure").count() == 0  # nothing is wrong yet
    assert not page.is_visible("#keep")
    english = open_page("en-US")
    assert english.inner_text("main p").startswith("Drop a tracker first")
    assert english.evaluate("document.documentElement.lang") == "en"
    assert not re.search("[\u4e00-\u9fff]", english.inner_text("nav"))


def test_a_dropped_tracker_shows_the_cases_red_first(open_page: Any, ours: Path) -> None:
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    tones = [
        next(tone for tone in ("red", "amber", "plain") if tone in str(card).split())
        for card in page.eval_on_selector_all("details.case", "all => all.map(e => e.className)")
    ]
    assert tones == sorted(tones, key=["red", "amber", "plain"].index)
    assert {"red", "plain"} <= set(tones)
    assert "我们的跟踪表.xlsx" in page.inner_text(".drop")


def test_a_file_may_be_dropped_anywhere(open_page: Any, ours: Path) -> None:
    page = open_page()
    page.click("[data-tab=settings]")
    drop(page, [ours], "body")
    page.wait_for_selector("details.case")


@pytest.mark.parametrize("status", [401, 413, 429])
def test_a_tracker_that_the_service_will_not_read_is_no_export(
    open_page: Any, ours: Path, status: int
) -> None:
    page = open_page()
    refusal = json.dumps({"error": {"message": "请改用 fanpan 命令行"}})
    page.route("**/v1/files/*", lambda route: route.fulfill(status=status, body=refusal))
    drop(page, [ours])
    page.wait_for_selector("div.failure:has-text('请改用 fanpan 命令行')")
    assert page.locator("form.ask").count() == 0


def test_a_press_gives_the_file_that_the_command_line_gives(
    open_page: Any, ours: Path, tmp_path: Path
) -> None:
    later = "2026-11-24 09:30"
    page = open_page()
    page.clock.set_fixed_time(datetime.fromisoformat(later).replace(tzinfo=NOW.tzinfo))
    drop(page, [ours])
    page.wait_for_selector("details.case")
    assert "刷新" in press(page, "refresh")
    assert "primary" in page.get_attribute("#keep", "class")
    found = downloaded(page, tmp_path)
    assert "primary" not in page.get_attribute("#keep", "class")
    same = tmp_path / "same.xlsx"
    same.write_bytes(ours.read_bytes())
    run = CliRunner().invoke(build([]), ["refresh", str(same), "--now", later])
    assert run.exit_code == 0, run.output
    assert cells(found) == cells(same)
    assert cells(found) != cells(ours)
    with ZipFile(found) as one, ZipFile(same) as other:
        assert {name: one.read(name) for name in one.namelist()} == {
            name: other.read(name) for name in other.namelist()
        }


def test_a_case_is_claimed_on_the_page(open_page: Any, ours: Path, tmp_path: Path) -> None:
    before = open_sheet(str(ours)).snapshot(REVIEWS)["reviews"]
    case = before.column("review_id")[before.column("case_state").index("unclaimed")]
    page = open_page()
    drop(page, [ours])
    card = page.locator("details.case", has_text=str(case))
    card.locator("summary").click()
    card.locator("button", has_text="认领").click()
    page.fill("form[data-button=claim] [name=by]", "小王")
    page.click("form[data-button=claim] [type=submit]")
    finished(page, "claim")
    after = open_sheet(str(downloaded(page, tmp_path))).snapshot(REVIEWS)["reviews"]
    row = after.column("review_id").index(case)
    assert after.column("agent")[row] == "小王"
    assert after.column("case_state")[row] != "unclaimed"


def test_exports_alone_make_a_new_tracker(open_page: Any, tmp_path: Path) -> None:
    page = open_page()
    drop(page, [DEMO / "京东订单.csv", DEMO / "京东评价.csv"])
    page.wait_for_selector("form[data-button=import]")
    assert page.evaluate("document.querySelector('input[name=file]').files.length") == 2
    page.fill("form [name=shop]", "暖居京东店")
    page.click("form [type=submit]")
    finished(page, "import")
    path = downloaded(page, tmp_path)
    assert path.name == "tracker.xlsx"
    tables = open_sheet(str(path)).snapshot(
        {"reviews": ("review_id", "shop", "order_id"), "orders": ("order_id",)}
    )
    counted = [
        len(DEMO.joinpath(name).read_bytes().splitlines()) - 1
        for name in ("京东评价.csv", "京东订单.csv")
    ]
    assert 0 < len(tables["reviews"]) <= counted[0]
    assert 0 < len(tables["orders"]) <= counted[1]
    assert set(tables["reviews"].column("shop")) == {"暖居京东店"}
    run = CliRunner().invoke(build([]), ["new", str(tmp_path / "same.xlsx")])
    assert run.exit_code == 0
    run = CliRunner().invoke(build([]), [
        "import", str(tmp_path / "same.xlsx"), str(DEMO / "京东订单.csv"),
        str(DEMO / "京东评价.csv"), "--shop", "暖居京东店", "--yes", "--now", AT,
    ])  # fmt: skip
    assert run.exit_code == 0, run.output
    assert cells(path)["中差评跟踪"] == cells(tmp_path / "same.xlsx")["中差评跟踪"]
    page.click("[data-tab=cases]")
    page.wait_for_selector("details.case")


def test_a_workbook_that_is_no_tracker_is_taken_for_an_export(
    open_page: Any, ours: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.xlsx"
    book = load_workbook(ours)
    for name in book.sheetnames[1:]:
        del book[name]
    book.worksheets[0].title = "随便"
    book.defined_names.clear()
    book.save(other)
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    drop(page, [other])
    page.wait_for_selector("form[data-button=import]")
    assert page.evaluate("document.querySelector('input[name=file]').files[0].name") == "other.xlsx"
    assert "我们的跟踪表.xlsx" in page.inner_text(".drop")


def test_another_tracker_does_not_silently_replace_unsaved_work(
    open_page: Any, ours: Path, tmp_path: Path
) -> None:
    page = open_page()
    page.clock.set_fixed_time(datetime(2026, 11, 24, 9, 30, tzinfo=NOW.tzinfo))
    drop(page, [ours])
    page.wait_for_selector("details.case")
    press(page, "refresh")
    asked: list[str] = []

    def refuse(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    other = tmp_path / "other.xlsx"
    other.write_bytes(ours.read_bytes())
    with page.expect_event("dialog"):
        drop(page, [other])
    page.wait_for_function("!document.querySelector('#progress progress')")
    assert "我们的跟踪表.xlsx" in asked[0]
    assert "我们的跟踪表.xlsx" in page.inner_text(".drop")
    page.remove_listener("dialog", refuse)
    page.on("dialog", lambda dialog: dialog.accept())
    with page.expect_event("dialog"):
        drop(page, [other])
    page.wait_for_selector(".drop:has-text('other.xlsx')")


def test_a_refused_file_is_a_sentence_and_nothing_is_lost(
    open_page: Any, ours: Path, tmp_path: Path
) -> None:
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    nonsense = tmp_path / "nonsense.csv"
    nonsense.write_text("a,b\n1,2\n", "utf-8")
    drop(page, [nonsense])
    page.wait_for_selector("form[data-button=import]")
    page.click("form [type=submit]")
    page.wait_for_selector("div.failure")
    assert re.search("[\u4e00-\u9fff]", page.inner_text("div.failure"))
    assert "nonsense.csv" in page.inner_text("div.failure")
    found = downloaded(page, tmp_path)
    assert found.read_bytes() == ours.read_bytes()


def test_the_board_and_the_report_are_shown(open_page: Any, ours: Path) -> None:
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    press(page, "dashboard")
    assert page.locator(".sheet td.kpi_value").count() > 0
    press(page, "report")
    assert "TOP3" in page.inner_text(".sheet >> nth=0")


def rules(path: Path) -> dict[str, tuple[Any, Any]]:
    """Rule → value and problem."""
    table = open_sheet(str(path)).snapshot({"rules": ("key", "value", "problem")})["rules"]
    return {key: (value, problem) for key, value, problem in table.rows("key", "value", "problem")}


def type_rule(page: Page, rule: str, value: str) -> None:
    page.fill(f"[data-rule='{rule}']", value)
    page.press(f"[data-rule='{rule}']", "Enter")


def test_a_rule_is_edited_on_the_page(open_page: Any, ours: Path, tmp_path: Path) -> None:
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    page.click("[data-tab=rules]")
    page.wait_for_selector("[data-rule='clock.response']")
    type_rule(page, "clock.response", "20")
    page.wait_for_selector("main p:has-text('已保存')")
    assert "primary" in page.get_attribute("#keep", "class")
    type_rule(page, "clock.response", "25")  # the second time the page has seen the first
    type_rule(page, "clock.solution.quality", "很多")
    found = downloaded(page, tmp_path)  # comes after what was typed just before
    before, after = rules(ours), rules(found)
    assert after.pop("clock.response")[0] == "25"
    assert after.pop("clock.solution.quality") == ("很多", None)
    assert after.items() <= before.items()

    press(page, "refresh")
    page.click("[data-tab=rules]")
    page.wait_for_selector("label.warn:has([data-rule='clock.solution.quality']) small.failure")
    assert page.input_value("[data-rule='clock.response']") == "25"
    refreshed = rules(downloaded(page, tmp_path))
    assert refreshed["clock.solution.quality"][1]
    assert refreshed["clock.response"] == ("25", None)


def test_a_rule_that_the_service_will_not_write_is_told(open_page: Any, ours: Path) -> None:
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    page.click("[data-tab=rules]")
    page.wait_for_selector("[data-rule='clock.response']")
    refusal = json.dumps({"error": {"message": "文件读不出来"}})
    page.route("**/v1/edits", lambda route: route.fulfill(status=422, body=refusal))
    type_rule(page, "clock.response", "20")
    page.wait_for_selector("div.failure:has-text('文件读不出来')")
    assert "primary" not in (page.get_attribute("#keep", "class") or "")


def test_due_times_are_those_of_the_sheet(open_page: Any, ours: Path) -> None:
    page = open_page()
    drop(page, [ours])
    page.wait_for_selector("details.case")
    table = open_sheet(str(ours)).snapshot({"reviews": ("review_id", "due_solution")})["reviews"]
    due = dict(table.rows("review_id", "due_solution"))
    shown = page.eval_on_selector_all(
        "details.case", "all => all.map(e => [e.dataset.case, e.querySelector('small').innerText])"
    )
    assert any(due[case].second >= 30 for case, _ in shown)
    for case, text in shown:
        assert f"截止 {due[case]:%Y-%m-%d %H:%M} " in text


def test_text_from_a_file_is_text(open_page: Any, tmp_path: Path) -> None:
    export = tmp_path / "评价.csv"
    export.write_text(
        "平台,店铺,评价ID,评价时间,星级,评价内容,商品名称\n"
        "淘宝,<b>店</b>,X1,2026-11-23 09:00,1,质量差,<img src=x onerror=document.title='owned'>\n",
        "utf-8",
    )
    page = open_page()
    drop(page, [export])
    page.wait_for_selector("form[data-button=import]")
    page.click("form [type=submit]")
    finished(page, "import")
    page.click("[data-tab=cases]")
    page.wait_for_selector("details.case")
    assert "<img" in page.inner_text("details.case")
    assert page.locator("main img").count() == 0
    assert page.title() != "owned"
