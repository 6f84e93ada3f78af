"""Ribbon and task pane over the demo tracker, in real Chromium with a stand-in for Office.

Offline evidence only: no Excel took part.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, Route
from typer.testing import CliRunner

from fanpan.addin.cli.app import build
from fanpan.sheets import open as open_sheet
from fanpan.templates.tracker import load_tracker

from .excel import excel_page, workbook_model

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
REVIEWS = "中差评跟踪"
TRACKED = {table.title.zh: table.id for table in load_tracker().tables if table.id != "memory"}


@pytest.fixture(scope="module")
def model(demo: Path) -> dict[str, Any]:
    return workbook_model(demo)


@pytest.fixture
def book(model: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(model)


@pytest.fixture
def open_pane(browser: Browser, service: str) -> Iterator[Any]:
    pages: list[Page] = []

    def opened(book: dict[str, Any] | None, **options: Any) -> Page:
        page = excel_page(browser, service, book, now=NOW, **options)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


def sheet(book: dict[str, Any], name: str = REVIEWS) -> dict[str, Any]:
    found: dict[str, Any] = next(s for s in book["sheets"] if s["name"] == name)
    return found


def at(book: dict[str, Any], column: str, table: str = "reviews") -> int:
    """Position of a column by its title."""
    title = load_tracker().table(table).column(column).title.zh
    header = sheet(book, load_tracker().table(table).title.zh)["values"][0]
    found: int = header.index(title)
    return found


def book_of(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate("__book")
    return found


def press(page: Page, name: str) -> str:
    """Press a one-click button of the ribbon; what the pane then says."""
    page.evaluate("(id) => __press(id)", f"fanpan.{name}")
    return page.inner_text("main")


def open_case(book: dict[str, Any], state: str) -> tuple[int, str]:
    """Row (0-based) and id of a case in that state."""
    column = at(book, "case_state")
    for number, row in enumerate(sheet(book)["values"]):
        if row[column] == state:
            return number, row[at(book, "review_id")]
    raise AssertionError(state)


def test_refreshing_what_is_fresh_changes_nothing(open_pane: Any, book: dict[str, Any]) -> None:
    page = open_pane(book)
    before = book_of(page)["sheets"]
    text = press(page, "refresh")
    assert "改动 0 个单元格" in text
    after = book_of(page)["sheets"]
    for one, other in zip(before, after, strict=True):
        if one["name"] != "翻盘记录":
            assert one == other, one["name"]
    assert page.evaluate("__stats.shown") == 1


def test_a_changed_cell_is_computed_as_in_the_file(
    open_pane: Any, book: dict[str, Any], demo: Path, tmp_path: Path
) -> None:
    row, review = open_case(book, "待认领")
    column = at(book, "kind_confirmed")
    sheet(book)["values"][row][column] = "产品质量"
    page = open_pane(book)
    text = press(page, "refresh")
    assert "改动 0 个" not in text

    path = tmp_path / "tracker.xlsx"
    changed = load_workbook(demo)
    changed[REVIEWS].cell(row + 1, column + 1).value = "产品质量"
    changed.save(path)
    run = CliRunner().invoke(build([]), ["refresh", str(path), "--now", "2026-11-23 10:00"])
    assert run.exit_code == 0, run.output
    expected = workbook_model(path)
    found = book_of(page)
    for title in TRACKED:
        assert _cells(sheet(found, title)) == _cells(sheet(expected, title)), title
    assert sheet(found)["values"][row][at(book, "kind")] is not None
    assert review


def _cells(table: dict[str, Any]) -> list[list[Any]]:
    """Cells to compare: times to the second, no blank end of a row."""
    rows = [
        [round(cell, 5) if isinstance(cell, int | float) else cell for cell in row]
        for row in table["values"]
    ]
    for row in rows:
        while row and row[-1] in {"", None}:
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def test_a_case_button_asks_writes_and_logs(open_pane: Any, book: dict[str, Any]) -> None:
    row, review = open_case(book, "待认领")
    book["selection"] = {"sheet": REVIEWS, "row": row, "column": 3}
    book["active"] = REVIEWS
    page = open_pane(book)
    page.evaluate("(id) => __press(id)", "fanpan.claim")
    page.wait_for_selector("form[data-button=claim]")
    assert page.input_value("[name=review_id]") == review  # the selected row
    page.click("form button[type=submit]")
    assert "先填写" in page.inner_text("form [role=alert]")
    page.fill("[name=by]", "=小王")  # a name that looks like a formula stays a text
    page.click("form button[type=submit]")
    page.wait_for_selector("[data-done=claim]")
    found = book_of(page)
    assert sheet(found)["values"][row][at(found, "agent")] == "=小王"
    assert sheet(found)["formulas"] == {}
    log = sheet(found, "操作日志")
    assert len(log["values"]) > 1
    assert log["tables"][0]["area"]["rows"] == len(log["values"])  # the list grew with its rows
    assert "认领" in " ".join(str(cell) for cell in log["values"][-1])


def test_a_script_is_copied_and_the_name_is_asked_once(
    open_pane: Any, book: dict[str, Any]
) -> None:
    _, review = open_case(book, "待认领")
    page = open_pane(book)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(id) => __press(id)", "fanpan.claim")
    page.wait_for_selector("form[data-button=claim]")
    page.fill("[name=review_id]", review)
    page.fill("[name=by]", "小王")
    page.click("form button[type=submit]")
    page.wait_for_selector("[data-done=claim]")
    page.evaluate("(id) => __press(id)", "fanpan.script")
    page.wait_for_selector("form[data-button=script]")
    page.fill("[name=review_id]", review)
    if page.locator("[name=by]").count():
        assert page.input_value("[name=by]") == "小王"
    page.click("form button[type=submit]")
    page.click("[data-done=script] button.copy")
    page.wait_for_selector("button.copy:has-text('已复制')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "\n".join(page.locator(".said").all_inner_texts())
    page.evaluate("(id) => __press(id)", "fanpan.wait")
    page.wait_for_selector("form[data-button=wait]")
    assert page.input_value("[name=by]") == "小王"


def test_the_second_to_claim_is_told(open_pane: Any, book: dict[str, Any]) -> None:
    row, review = open_case(book, "待认领")
    page = open_pane(book)
    for who in ("小王", "小李"):
        page.evaluate("(id) => __press(id)", "fanpan.claim")
        page.wait_for_selector("form[data-button=claim]")
        page.fill("[name=review_id]", review)
        page.fill("[name=by]", who)
        page.click("form button[type=submit]")
        page.wait_for_selector("[data-done=claim], .failure >> nth=0", state="attached")
        page.wait_for_function("!document.querySelector('#progress progress')")
    assert "小王" in page.inner_text("main")
    assert sheet(book_of(page))["values"][row][at(book, "agent")] == "小王"


def test_rows_that_move_while_computing_are_read_again(
    open_pane: Any, book: dict[str, Any]
) -> None:
    row, _ = open_case(book, "待认领")
    sheet(book)["values"][row][at(book, "kind_confirmed")] = "价格"
    page = open_pane(book)
    moves = ["sheet.values.splice(2, 0, sheet.values.splice(1, 1)[0])"]
    seen: list[int] = []

    def answer(route: Route) -> None:
        seen.append(1)
        response = route.fetch()
        if moves:
            page.evaluate(
                f"() => {{ const sheet = __book.sheets.find((s) => s.name === '{REVIEWS}');"
                f" {moves.pop()}; }}"
            )
        route.fulfill(response=response)

    page.route("**/v1/buttons/refresh", answer)
    assert "完成" in press(page, "refresh")
    assert len(seen) == 2
    values = sheet(book_of(page))["values"]
    ids = [line[at(book, "review_id")] for line in values]
    assert ids[1] == sheet(book)["values"][2][at(book, "review_id")]

    def always(route: Route) -> None:
        seen.append(1)
        moves.append("sheet.values.splice(2, 0, sheet.values.splice(1, 1)[0])")
        answer(route)

    page.unroute("**/v1/buttons/refresh")
    page.route("**/v1/buttons/refresh", always)
    page.evaluate(
        f"() => {{ for (const row of __book.sheets.find((s) => s.name === '{REVIEWS}')"
        f".values.slice(1)) row[{at(book, 'due_solution')}] = ''; }}"
    )
    before = book_of(page)
    assert "没有写入任何内容" in press(page, "refresh")
    assert sorted(map(str, sheet(book_of(page))["values"])) == sorted(
        map(str, sheet(before)["values"])
    )


def test_a_cell_that_somebody_changes_meanwhile_is_left_alone(
    open_pane: Any, book: dict[str, Any]
) -> None:
    row, _ = open_case(book, "待认领")
    column = at(book, "due_solution")
    sheet(book)["values"][row][column] = ""
    page = open_pane(book)

    def answer(route: Route) -> None:
        response = route.fetch()
        page.evaluate(
            f"() => {{ __book.sheets.find((s) => s.name === '{REVIEWS}')"
            f".values[{row}][{column}] = 1; }}"
        )
        route.fulfill(response=response)

    page.route("**/v1/buttons/refresh", answer)
    assert "1 个单元格在计算期间被人改动" in press(page, "refresh")
    assert sheet(book_of(page))["values"][row][column] == 1


def test_a_formula_of_a_person_is_never_written(open_pane: Any, book: dict[str, Any]) -> None:
    row, _ = open_case(book, "待认领")
    column = at(book, "due_solution")
    sheet(book)["values"][row][column] = 7
    sheet(book)["formulas"][f"{row},{column}"] = "=1+6"
    page = open_pane(book)
    press(page, "refresh")
    found = sheet(book_of(page))
    assert found["formulas"] == {f"{row},{column}": "=1+6"}
    assert found["values"][row][column] == 7


def test_a_table_without_names_is_found_by_titles_and_named(
    open_pane: Any, book: dict[str, Any]
) -> None:
    gone = {name: ref for name, ref in book["names"].items() if name.startswith("_fp.reviews.")}
    for name in gone:
        del book["names"][name]
    row, _ = open_case(book, "待认领")
    sheet(book)["values"][row][at(book, "due_solution")] = ""
    page = open_pane(book)
    assert "完成" in press(page, "refresh")
    assert book_of(page)["names"].keys() >= gone.keys()
    assert book_of(page)["names"]["_fp.reviews.review_id"] == gone["_fp.reviews.review_id"]


def test_a_computed_column_that_is_not_ours_is_refused(
    open_pane: Any, book: dict[str, Any]
) -> None:
    header = sheet(book)["values"][0]
    header[at(book, "note")] = header[at(book, "kind")]
    del book["names"]["_fp.reviews.kind"]
    page = open_pane(book)
    before = book_of(page)
    assert "请" in press(page, "refresh")
    assert page.locator(".failure").count() > 0
    assert book_of(page)["sheets"] == before["sheets"]


def test_a_workbook_without_a_tracker_is_told_what_to_do(open_pane: Any) -> None:
    page = open_pane({"name": "a", "sheets": [{"name": "a", "values": [["x"]]}], "names": {}})
    page.wait_for_selector("main:has-text('fanpan new')")


def test_too_many_rows_name_the_command_line(open_pane: Any, book: dict[str, Any]) -> None:
    orders = sheet(book, "订单")
    orders["values"] += [[f"x{i}", *orders["values"][1][1:]] for i in range(20_000)]
    page = open_pane(book)
    text = press(page, "refresh")
    assert "fanpan refresh" in text
    assert "21501" in text


def test_the_report_is_put_beside_and_replaced(open_pane: Any, book: dict[str, Any]) -> None:
    page = open_pane(book)
    count = len(book["sheets"])
    assert "完成" in press(page, "dashboard")
    found = book_of(page)
    assert len(found["sheets"]) == count
    board = sheet(found, "看板")
    assert found["active"] == "看板"
    assert board["charts"]
    assert all(chart["series"][0].get("categories") for chart in board["charts"])
    assert any("在办" in str(cell) for row in board["values"] for cell in row)
    press(page, "dashboard")
    assert len(sheet(book_of(page), "看板")["charts"]) == len(board["charts"])
    del book["names"]["_fp.sheet.dashboard"]
    page = open_pane(book)
    press(page, "dashboard")
    assert [s["name"] for s in book_of(page)["sheets"]].count("看板 2") == 1


def test_red_cases_come_first_and_open_their_buttons(open_pane: Any, book: dict[str, Any]) -> None:
    page = open_pane(book)
    page.wait_for_selector("details.case")
    ranks = page.evaluate(
        "[...document.querySelectorAll('details.case')].map((c) => c.classList[1])"
    )
    assert ranks == sorted(ranks, key=["red", "amber", "plain"].index)
    assert "red" in ranks
    page.click("details.case >> nth=0")
    page.click("details.case >> nth=0 >> [data-press=wait]")
    assert page.input_value("[name=review_id]") == page.evaluate(
        "__book && document.querySelector('[name=review_id]').value"
    )
    page.wait_for_selector("form[data-button=wait]")


def test_a_pane_in_english_reads_a_chinese_tracker(open_pane: Any, book: dict[str, Any]) -> None:
    counts: list[int] = []
    for language in ("zh-CN", "en-US"):
        page = open_pane(book, language=language)
        page.wait_for_selector("details.case")
        counts.append(page.locator("details.case").count())
    states = [row[at(book, "case_state")] for row in sheet(book)["values"][1:]]
    assert counts[0] == sum(state not in {"", "已结案", "无需处理"} for state in states)
    assert counts[1] == counts[0]
    chips = page.eval_on_selector_all(".chip", "all => all.map((chip) => chip.innerText)")
    assert all(chip.isascii() for chip in chips)  # choices in the reader's language


def test_a_press_survives_a_service_that_starts_again(open_pane: Any, book: dict[str, Any]) -> None:
    row, _ = open_case(book, "待认领")
    due = sheet(book)["values"][row][at(book, "due_solution")]
    sheet(book)["values"][row][at(book, "due_solution")] = ""
    page = open_pane(book)
    broken = [
        {"status": 502, "body": "<html>"},
        {"status": 200, "content_type": "text/event-stream", "body": "event: phase\n"},
    ]

    def answer(route: Route) -> None:
        if broken:
            route.fulfill(**broken.pop())
        else:
            route.continue_()

    page.route("**/v1/buttons/refresh", answer)
    assert "完成" in press(page, "refresh")
    assert not broken
    assert sheet(book_of(page))["values"][row][at(book, "due_solution")] == pytest.approx(due)


def test_a_service_that_asks_for_a_token_leads_to_where_it_is_entered(
    open_pane: Any, book: dict[str, Any]
) -> None:
    page = open_pane(book)
    refusal = json.dumps({"error": {"message": "令牌无效"}})
    page.route("**/v1/buttons?*", lambda route: route.fulfill(status=401, body=refusal))
    page.click("[data-tab=buttons]")
    page.click("div.failure button")
    page.wait_for_selector("form.ask [name=token]")
    assert "服务已连接" in page.inner_text("form.ask [role=status]")


def test_a_press_that_is_cancelled_writes_nothing(open_pane: Any, book: dict[str, Any]) -> None:
    row, _ = open_case(book, "待认领")
    sheet(book)["values"][row][at(book, "due_solution")] = ""
    page = open_pane(book)
    before = book_of(page)
    page.route("**/v1/buttons/refresh", lambda _route: None)  # the service takes its time
    page.click("[data-tab=buttons]")
    with page.expect_request("**/v1/buttons/refresh"):
        page.click("main [data-press=refresh]")
    page.click("#stop")
    page.wait_for_selector("main:has-text('已取消')")
    assert page.locator("#progress progress").count() == 0
    assert book_of(page)["sheets"] == before["sheets"]


def test_problems_lead_to_their_cell(open_pane: Any, book: dict[str, Any]) -> None:
    sheet(book)["values"][5][at(book, "problems")] = "评价时间看不懂"
    page = open_pane(book)
    page.click("[data-tab=problems]")
    page.wait_for_selector(".notices li")
    assert "第 6 行 · 数据问题" in page.inner_text(".notices li:has-text('评价时间看不懂')")
    page.click(".notices li:has-text('评价时间看不懂') >> button")
    page.wait_for_function("__book.selection.row === 5")
    selection = book_of(page)["selection"]
    assert selection == {"sheet": REVIEWS, "row": 5, "column": at(book, "problems")}


def test_a_rule_is_edited_in_its_own_cell(open_pane: Any, book: dict[str, Any]) -> None:
    page = open_pane(book)
    page.click("[data-tab=rules]")
    page.wait_for_selector("[data-rule='clock.response']")
    page.fill("[data-rule='clock.response']", "20 min")
    page.press("[data-rule='clock.response']", "Enter")
    page.wait_for_function(
        "document.querySelector('.rules [role=status]').innerText.includes('已保存')"
    )
    rules = sheet(book_of(page), "规则")["values"]
    assert [row[1] for row in rules if row[0] == "clock.response"] == ["20 min"]
    press(page, "check")
    snapshot = [row for row in rules if row[0] == "clock.response"]
    assert len(snapshot) == 1


def test_every_function_can_be_tried(open_pane: Any, book: dict[str, Any]) -> None:
    page = open_pane(book)
    page.click("[data-tab=functions]")
    page.fill("input[type=search]", "截止")
    page.click("[data-function=DEADLINE] summary")
    page.select_option("[data-function=DEADLINE] [name=kind]", "logistics")
    page.fill("[data-function=DEADLINE] [name=start]", "2026-03-02 09:00")
    page.wait_for_function(
        "document.querySelector('[data-function=DEADLINE] output').innerText !== ''"
    )
    assert page.inner_text("[data-function=DEADLINE] output") == "2026-03-02 11:00"
    page.click("[data-function=DEADLINE] button:has-text('写入所选单元格')")
    page.wait_for_function("Object.keys(__book.sheets[0].formulas).length > 0")
    formulas = sheet(book_of(page), "说明")["formulas"]
    assert list(formulas.values()) == ['=FANPAN.DEADLINE("logistics","2026-03-02 09:00")']


def test_a_column_tried_in_the_pane_goes_into_the_formula_as_an_array(
    open_pane: Any, book: dict[str, Any]
) -> None:
    page = open_pane(book)
    page.click("[data-tab=functions]")
    page.click("[data-function=TOP] summary")
    page.fill("[data-function=TOP] [name=values]", '说"差"\n好\n好')
    page.fill("[data-function=TOP] [name=n]", "2")
    page.click("[data-function=TOP] button:has-text('写入所选单元格')")
    page.wait_for_function("Object.keys(__book.sheets[0].formulas).length > 0")
    (formula,) = sheet(book_of(page), "说明")["formulas"].values()
    assert formula.startswith('=FANPAN.TOP({"说""差""";"好";"好"},')


def test_a_tab_that_comes_late_does_not_cover_the_one_that_was_chosen(
    open_pane: Any, book: dict[str, Any]
) -> None:
    page = open_pane(book)
    page.click("[data-tab=functions]")
    page.wait_for_selector("[data-function=TOP]")
    page.evaluate("""() => {
        document.querySelector("[data-tab=cases]").click();
        document.querySelector("[data-tab=functions]").click();
    }""")
    page.wait_for_timeout(1500)
    assert page.locator("[data-function=TOP]").count() == 1
    assert page.locator("#progress progress").count() == 0


def test_a_tracker_the_pane_wrote_reads_back(demo: Path) -> None:
    snapshot = open_sheet(str(demo)).snapshot({"reviews": ("review_id",)})
    assert len(snapshot.tables["reviews"].keys) > 100


def test_refresh_moves_the_moment_that_live_formulas_read(
    open_pane: Any, book: dict[str, Any]
) -> None:
    where = book["names"]["_fp.now"]
    memory = sheet(book, where.split("!")[0].strip("='"))
    row, _ = open_case(book, "待认领")
    sheet(book)["values"][row][at(book, "due_solution")] = ""
    memory["values"][0][4] = 1
    page = open_pane(book)
    press(page, "refresh")
    moved = sheet(book_of(page), memory["name"])["values"][0][4]
    assert moved == pytest.approx(46349 + 10 / 24)
