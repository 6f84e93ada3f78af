"""The Top-3 report and the board: figures by hand, and weeks in which little happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from fanpan.addin.buttons.dashboard import DashboardOptions, dashboard
from fanpan.addin.buttons.report import ReportOptions, report
from fanpan.addin.cli.app import run
from fanpan.addin.refresh import refresh
from fanpan.addin.reporting.page import Figure, Page
from fanpan.addin.tracking import create
from fanpan.functions.rules import Rules
from fanpan.functions.values import CHOICES, KINDS
from fanpan.sheets.edits import CellStyle, SheetEdit
from fanpan.sheets.snapshot import Value
from fanpan.sheets.workbook.report import text_width

from .tables import NOW, snapshot

MONDAY = datetime(2026, 11, 16)


def bad(number: int, kind: str, day: int, **more: Any) -> dict[str, Any]:
    """A bad review, `day` days after the Monday of the week."""
    return {
        "review_id": f"R{number}", "platform": "taobao", "shop": "A", "is_bad": "yes",
        "kind": kind, "captured_at": MONDAY + timedelta(days=day, hours=10), "stars": 1.0, **more,
    }  # fmt: skip


QUALITY = [
    bad(n, "quality", n % 3, batch="B7", sku="红", order_id=str(n), sub_order_id=str(n),
        text="打我电话13800138000，质量太差", offer_cost=Decimal("10.00"))
    for n in range(4)
]  # fmt: skip
OTHERS = [bad(10, "service", 1), bad(11, "service", 2), bad(12, "price", -4)]
ACTION = {
    "action_id": "A-2026-W46-price-product", "cause": "价格", "department": "product",
    "action": "改价", "owner": "小周", "done": True,
}  # fmt: skip


def sheets(reviews: list[dict[str, Any]], week: str = "2026-W47", **tables: Any) -> list[SheetEdit]:
    given = snapshot(reviews=reviews, **tables)
    return report(given, ReportOptions(now=NOW, week=week)).sheets


def words(sheet: SheetEdit) -> list[str]:
    return [str(cell.value) for row in sheet.rows for cell in row if cell is not None]


def row_of(sheet: SheetEdit, first: str) -> list[Any]:
    """The values of the first row that begins with a word."""
    for row in sheet.rows:
        values = [cell.value for cell in row if cell is not None]
        if values and values[0] == first:
            return values
    raise AssertionError(first)


def test_top_3_of_a_week_against_the_week_before() -> None:
    main, purchasing, logistics = sheets([*QUALITY, *OTHERS])
    assert row_of(main, "产品质量")[:3] == ["产品质量", 4.0, 0.0]
    assert row_of(main, "价格")[:3] == ["价格", 0.0, 1.0]  # gone, and that is seen
    top = next(row for row in main.rows if row and row[0] is not None and row[0].value == 1)
    assert [cell.value for cell in top if cell is not None][:6] == [
        1, "产品质量", 4.0, 0.6667, 4.0, Decimal("40.00"),
    ]  # fmt: skip
    assert not any("13800138000" in word for word in words(main))
    assert "产品质量" in words(purchasing)
    assert "服务态度" not in words(purchasing)
    assert "产品质量" not in words(logistics)


@pytest.mark.parametrize("reviews", [[], OTHERS, [*QUALITY, *OTHERS]])
@pytest.mark.parametrize("week", ["2026-W40", "2026-W47", "2026-W48"])
def test_no_chart_and_no_table_is_empty(reviews: list[dict[str, Any]], week: str) -> None:
    board = dashboard(snapshot(reviews=reviews), DashboardOptions(now=NOW)).sheets
    for sheet in [*sheets(reviews, week), *board]:
        for chart in sheet.charts:
            assert chart.categories[2] > 0
            figures = [
                sheet.rows[first + line][column]
                for _, first, column, count in chart.series
                for line in range(count)
            ]
            assert any(cell is not None and cell.value for cell in figures), sheet.title
        charts = {chart.at[0] for chart in sheet.charts}
        for number, row in enumerate(sheet.rows):
            if row and row[0] is not None and row[0].style in {"header", "subtitle"}:
                below = [*sheet.rows, []][number + 1] or number + 1 in charts
                assert below, f"{sheet.title}: {row[0].value}"


def test_a_week_without_bad_reviews_shows_whether_last_weeks_action_worked() -> None:
    main, purchasing, _ = sheets([bad(12, "price", -4)], actions=[ACTION])
    assert "本周没有中差评。" in words(main)
    assert "改价" in words(main)
    assert "1 → 0" in words(main)
    assert "上周 1" in words(main)
    assert "本周没有属于这个部门的中差评。" in words(purchasing)


def test_a_long_review_on_the_board_is_cut_with_a_mark() -> None:
    long = bad(1, "quality", 1, text="等了一个多星期才到" * 9, case_state="unclaimed")
    (board,) = dashboard(snapshot(reviews=[long]), DashboardOptions(now=NOW)).sheets
    (shown,) = (word for word in words(board) if word.startswith("等了"))
    assert shown.endswith("…")
    assert len(shown) < 24


def test_pictures_of_report_and_board_have_names_of_their_own(tmp_path: Path) -> None:
    path, folder = tmp_path / "t.xlsx", tmp_path / "pictures"
    create(path, lang="zh", hours=None)
    now = ["--now", "2026-11-23 10:00"]
    assert run(["report", str(path), "--png", str(folder), *now]) == 0
    assert run(["dashboard", str(path), "--png", str(folder), *now]) == 0
    names = sorted(page.name for page in folder.iterdir())
    assert len(names) == 4
    assert {name.rsplit("-", 1)[0] for name in names} == {"dashboard", "report.2026-W47"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_word_of_ours_is_wider_than_its_cell(lang: Any) -> None:
    """Kinds, states, roles and departments stand whole: in a wide cell, or on several lines."""
    reviews = [
        bad(n, kind, n % 5, case_state="confirming", handler="shop_lead", state_solution="running")
        for n, kind in enumerate(KINDS.ids)
    ]
    actions = [
        {"action_id": f"A-2026-W46-{n}", "cause": KINDS.word(kind, lang), "department": who}
        for n, (kind, who) in enumerate(product(KINDS.ids, CHOICES["department"].ids))
    ]
    given = snapshot(reviews=reviews, actions=actions)
    given.lang = lang
    edits = report(given, ReportOptions(now=NOW, week="2026-W47"))
    board = dashboard(given, DashboardOptions(now=NOW))
    ours = {word for name in ("kind", "case_state", "role", "department")
            for word in CHOICES[name].words(lang)}  # fmt: skip
    for sheet in [*edits.sheets, *board.sheets]:
        for row in sheet.rows:
            for at, cell in enumerate(row):
                if cell is not None and cell.style != "wrap" and cell.value in ours:
                    room = sum(sheet.widths[at : at + cell.span])
                    assert text_width(str(cell.value)) <= room, cell.value


def test_the_tightest_shop_is_shown_with_a_note_where_the_budget_runs_out() -> None:
    reviews = [bad(1, "price", 1), bad(2, "price", 1, shop="B"), bad(3, "price", 1, shop="C")]
    payouts = [
        {"payout_id": f"P{n}", "review_id": f"R{n}", "amount": Decimal(amount), "state": "paid",
         "paid_at": NOW}
        for n, amount in ((1, 79), (2, 80), (3, 100))
    ]  # fmt: skip
    given = snapshot(reviews=reviews, payouts=payouts)
    rules = Rules.build([["budget.month", 100]])
    (board,) = dashboard(given, DashboardOptions(now=NOW, rules=rules)).sheets
    cells = [[cell and cell.value for cell in row] for row in board.rows]
    label = next(row for row in cells if "预算余额" in row)
    at, below = label.index("预算余额"), cells.index(label)
    assert [cells[below + down][at] for down in (1, 2)] == [0, "淘宝 C"]
    notes = [word for word in words(board) if "预算 100.00 元" in word]
    assert [note[:4] for note in notes] == ["淘宝 C", "淘宝 B"]
    assert ["店长" in note for note in notes] == [True, False]
    told = refresh(
        snapshot(reviews=reviews, payouts=payouts, rules=[{"key": "budget.month", "value": "100"}]),
        now=NOW,
    ).summary.notices
    assert [notice.message.text("zh") for notice in told if notice.level == "info"] == notes


@pytest.mark.parametrize("lost", ["orders", "payouts", "reviews", "actions"])
def test_reports_do_without_a_table_that_is_gone(lost: str) -> None:
    given = snapshot(reviews=QUALITY)
    del given.tables[lost]
    assert report(given, ReportOptions(now=NOW, week="2026-W47")).sheets
    assert dashboard(given, DashboardOptions(now=NOW)).sheets


def test_dimensions_are_called_as_their_columns() -> None:
    given = snapshot(reviews=QUALITY)
    given.lang = "en"
    edits = report(given, ReportOptions(now=NOW, week="2026-W47"))
    assert row_of(edits.sheets[0], "Batch")[1] == "B7"
    assert row_of(edits.sheets[0], "SKU")[1] == "红"
    hints = [line["action"] for line in edits.tables["actions"].append]
    assert any(hint and hint.startswith("Check SKU 红") for hint in hints)


def test_a_figure_draws_the_table_below_it() -> None:
    page = Page("en")
    page.line("Title")
    cells: list[list[tuple[Value, CellStyle]]] = [
        [(word, "text"), (number, "number")] for word, number in (("a", 1.0), ("b", 2.0))
    ]
    page.figures(
        [
            Figure("column", "Cases by kind", ("Kind", "Cases"), cells, (1,)),
            Figure("line", "Cases per week", ("Week of", "Cases"), cells[:1], (1,)),
        ]
    )
    for chart, expected in zip(page.charts, ([("a", 1.0), ("b", 2.0)], [("a", 1.0)]), strict=True):
        row, column, count = chart.categories
        [(name, first, at, length)] = chart.series
        assert (name, first, length) == ("Cases", row, count)
        drawn = [(page.rows[row + n][column], page.rows[row + n][at]) for n in range(count)]
        assert [(one and one.value, two and two.value) for one, two in drawn] == expected
        assert chart.at[0] < row  # people look before they read
    left, right = page.charts
    assert left.at[1] == left.categories[1] == 0
    assert right.at[1] == right.categories[1] == 6
