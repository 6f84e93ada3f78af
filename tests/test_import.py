"""Import: exports as platforms and spreadsheets leave them, and the three real files."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from statistics import mean
from typing import Any

import pytest
import xlsxwriter
from openpyxl import load_workbook

from fanpan.addin.cli.app import run
from fanpan.addin.importing.clean import BadCell, DestroyedId, clean_cell, clean_id, clean_moment
from fanpan.addin.tracking import create
from fanpan.sheets import open as open_sheet
from fanpan.sheets.workbook.render import convert
from fanpan.templates.headers import guess_platform, guess_table, is_header, match_headers
from fanpan.templates.tracker import load_tracker

AT = "2026-11-23 10:00"
HEAD = ["平台", "店铺", "评价ID", "评价时间", "星级", "评价内容", "订单号", "子订单号"]
ROW = ["淘宝", "暖居", "9001", "2026-11-22 09:00", "1", "质量太差", "100", "101"]


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    path = tmp_path / "tracker.xlsx"
    create(path, lang="zh", hours=None)
    return path


def export(tmp_path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> Path:
    path = tmp_path / f"export{len(list(tmp_path.glob('export*')))}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def take(
    tracker: Path, *args: str, ok: bool = True, capsys: pytest.CaptureFixture[str] | None = None
) -> str:
    status = run(["import", str(tracker), *args, "--yes", "--now", AT])
    told = "" if capsys is None else "".join(capsys.readouterr())
    assert (status == 0) is ok, told
    return told


def rows_of(tracker: Path, table: str = "reviews") -> list[dict[str, Any]]:
    columns = [c.id for c in load_tracker().table(table).columns if not c.later]
    found = open_sheet(str(tracker)).snapshot({table: tuple(columns)})[table]
    return [
        dict(zip(columns, values, strict=True))
        for values in zip(*(found.column(c) for c in columns), strict=True)
    ]


# Files.


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(
    tracker: Path, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "e.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([HEAD, ROW])
    take(tracker, str(path))
    (row,) = rows_of(tracker)
    assert row["text"] == "质量太差"
    assert row["platform"] == "taobao"
    assert row["captured_at"] == datetime(2026, 11, 23, 10)


def test_workbook_exports(tracker: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["店铺导出 2026"])  # a line above the header
        sheet.write_row(2, 0, HEAD)
        sheet.write_row(3, 0, ROW)
    take(tracker, str(path))
    (row,) = rows_of(tracker)
    assert row["review_id"] == "9001"
    assert row["posted_at"] == datetime(2026, 11, 22, 9)


def _odd(row: list[str], column: str, value: str) -> list[str]:
    return [value if name == column else cell for name, cell in zip(HEAD, row, strict=True)]


@pytest.mark.parametrize(
    ("column", "text", "field", "value"),
    [
        ("评价ID", '="9001"', "review_id", "9001"),
        ("评价ID", "\t9001", "review_id", "9001"),
        ("评价ID", "'9001", "review_id", "9001"),
        ("评价ID", "\ufeff9001", "review_id", "9001"),
        ("评价ID", "123456789012345678", "review_id", "123456789012345678"),
        ("评价ID", "000123", "review_id", "000123"),
        ("评价时间", "2026/1/2 3:04", "posted_at", datetime(2026, 1, 2, 3, 4)),
        ("评价时间", "2026-01-02", "posted_at", datetime(2026, 1, 2)),
        ("评价时间", "1774000000000", "posted_at", datetime(2026, 3, 20, 17, 46, 40)),
        ("评价时间", "-", "posted_at", None),
        ("评价内容", "-", "text", None),
        ("星级", "1星", "stars", 1.0),
        ("星级", "", "stars", None),
        ("评价内容", "=1+1", "text", "=1+1"),
    ],
)
def test_cells_are_cleaned(
    tracker: Path, tmp_path: Path, column: str, text: str, field: str, value: Any
) -> None:
    take(tracker, str(export(tmp_path, [HEAD, _odd(ROW, column, text)])))
    (row,) = rows_of(tracker)
    assert row[field] == value


@pytest.mark.parametrize("text", ["1.03531E+12", "6.9E+18", "1E+10"])
def test_a_destroyed_id_is_no_key(
    tracker: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DestroyedId):
        clean_id(text)
    told = take(tracker, str(export(tmp_path, [HEAD, _odd(ROW, "评价ID", text)])), capsys=capsys)
    assert "评价ID" in told
    (row,) = rows_of(tracker)
    assert row["raw_id"] == text
    assert row["review_id"] != text
    assert row["text"] == "质量太差"  # nothing else is lost


def test_days_after_receipt_and_nonsense() -> None:
    assert clean_moment("收货后5天", lambda: datetime(2026, 3, 1)) == datetime(2026, 3, 6)
    with pytest.raises(BadCell):
        clean_moment("bald", lambda: None)
    stars = load_tracker().table("reviews").column("stars")
    with pytest.raises(BadCell):
        clean_cell(stars, "viele")


def test_sub_orders_on_one_line_become_rows(tracker: Path, tmp_path: Path) -> None:
    head = ["平台", "店铺", "订单编号", "子订单编号", "买家实际支付金额", "订单创建时间"]
    line = ["淘宝", "暖居", "100", "101;102", "20;30", "2026-11-01 09:00"]
    take(tracker, str(export(tmp_path, [head, line])), "--as", "orders")
    rows = rows_of(tracker, "orders")
    assert [(row["sub_order_id"], row["paid"]) for row in rows] == [
        ("101", Decimal("20.00")), ("102", Decimal("30.00")),
    ]  # fmt: skip


def test_a_repeated_header_line_is_passed_and_a_bad_cell_is_listed(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(tmp_path, [HEAD, ROW, HEAD, _odd(_odd(ROW, "评价ID", "9002"), "星级", "很多")])
    told = take(tracker, str(path), capsys=capsys)
    assert len(rows_of(tracker)) == 2
    assert "星级" in told
    assert "4" in told  # the row in the file
    assert rows_of(tracker)[1]["stars"] is None


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[*HEAD, "评价ID"], [*ROW, "x"]], "评价ID"),
        ([["a", "b"], ["1", "2"]], ""),
        ([], ""),
    ],
)
def test_a_refused_file_changes_nothing(
    tracker: Path, tmp_path: Path, rows: list[list[str]], words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    before = sha256(tracker.read_bytes()).hexdigest()
    told = take(tracker, str(export(tmp_path, rows)), ok=False, capsys=capsys)
    assert words in told
    assert sha256(tracker.read_bytes()).hexdigest() == before


def test_the_same_export_twice_is_once(tracker: Path, tmp_path: Path) -> None:
    path = export(tmp_path, [HEAD, ROW])
    take(tracker, str(path))
    before = rows_of(tracker)
    take(tracker, str(path))
    assert rows_of(tracker) == before


def test_a_changed_review_is_updated_and_logged_and_work_is_kept(
    tracker: Path, tmp_path: Path
) -> None:
    take(tracker, str(export(tmp_path, [HEAD, ROW])))
    assert run(["case", "claim", "9001", "-t", str(tracker), "--by", "小王", "--now", AT]) == 0
    take(tracker, str(export(tmp_path, [HEAD, _odd(ROW, "评价内容", "改主意了，还行")])))
    (row,) = rows_of(tracker)
    assert row["text"] == "改主意了，还行"
    assert row["agent"] == "小王"
    log = [str(entry) for entry in rows_of(tracker, "log")]
    assert any("改主意了" in entry or "评价内容" in entry for entry in log)


def test_lines_that_repeat_a_number_are_one_row_at_every_import(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = [*ROW[:5], "又说别的", "100", "101"]
    file = export(tmp_path, [HEAD, ROW, other])
    for _ in range(3):
        told = take(tracker, str(file), "--as", "reviews", capsys=capsys)
        assert "有 1 行编号重复" in told
        (row,) = rows_of(tracker)
        assert row["text"] == "质量太差"
    assert rows_of(tracker, "log") == []


def test_an_unknown_platform_and_a_bad_date_keep_the_row(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = export(tmp_path, [HEAD, ["火星", *ROW[1:3], "昨天", *ROW[4:]]])
    told = take(tracker, str(file), "--as", "reviews", capsys=capsys)
    assert "火星" in told
    assert "昨天" in told
    (row,) = rows_of(tracker)
    assert (row["text"], row["platform"], row["posted_at"]) == ("质量太差", None, None)
    assert "平台" in row["problems"]


def test_a_map_is_remembered_for_the_shop(tracker: Path, tmp_path: Path) -> None:
    head = ["Plattform", "店铺", "Nummer", "评价时间", "星级", "Inhalt"]
    row = ["淘宝", "暖居", "7001", "2026-11-22 09:00", "1", "坏了"]
    maps = ["--map", "reviews.review_id=Nummer", "--map", "reviews.text=Inhalt"]
    options = ["--shop", "暖居", "--platform", "taobao", "--as", "reviews"]
    take(tracker, str(export(tmp_path, [head, row])), *options, *maps)
    row[2] = "7002"
    take(tracker, str(export(tmp_path, [head, row])), *options)
    assert [(r["review_id"], r["text"]) for r in rows_of(tracker)] == [
        ("7001", "坏了"), ("7002", "坏了"),
    ]  # fmt: skip


def test_an_order_line_said_twice_is_one_and_lines_that_differ_are_two(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        ["订单号", "商品名称", "实付金额"],
        ["900", "电热毯", "88.00"],
        ["900", "电热毯", "88.00"],
        ["901", "电热毯", "88.00"],
        ["901", "四件套", "40.00"],
    ]
    options = ("--as", "orders", "--platform", "pdd", "--shop", "A", "--map", "paid=实付金额")
    path = str(export(tmp_path, rows))
    assert "1 行编号重复" in take(tracker, path, *options, capsys=capsys)
    found = [(o["order_id"], o["product"], str(o["paid"])) for o in rows_of(tracker, "orders")]
    assert found == [
        ("900", "电热毯", "88.00"), ("901", "电热毯", "88.00"), ("901", "四件套", "40.00"),
    ]  # fmt: skip
    before = tracker.read_bytes()
    take(tracker, path, *options)
    assert tracker.read_bytes() == before


# The real files.


def lines_of(path: Path, encoding: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding), newline="")))


def test_olist(tracker: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shared / "data" / "olist_joined_reviews.csv"
    take(
        tracker, str(path), "--platform", "other", "--shop", "Olist", "--as", "reviews,orders",
        "--past", "--map", "reviews.customer_id=customer_unique_id",
        "--map", "orders.customer_id=customer_unique_id",
        "--map", "orders.ordered_at=order_purchase_timestamp",
        "--map", "orders.promised_arrival_at=order_estimated_delivery_date",
        "--map", "orders.arrived_at=order_delivered_customer_date",
        "--map", "orders.paid=order_value",
    )  # fmt: skip
    lines = lines_of(path, "utf-8")
    reviews, orders = rows_of(tracker), rows_of(tracker, "orders")
    assert len(reviews) == len(lines) == 2993
    assert sum(r["stars"] for r in reviews) == sum(float(line["review_score"]) for line in lines)
    assert len(orders) == len({o["order_id"] for o in orders})
    by_order = {o["order_id"]: o for o in orders}
    arrived = [line for line in lines if line["order_delivered_customer_date"]]
    late = [line for line in arrived if float(line["delay_days"]) > 0]
    assert (len(late), len(arrived)) == (233, 2903)
    found = [
        line for line in arrived
        if (by_order[line["order_id"]]["delay_hours"] or 0) > 0
    ]  # fmt: skip
    # delay_days counts to midnight of the promised day, as the promise is imported.
    assert len(found) == len(late)
    # The facts that the data's own description states.
    assert len(orders) == 2979
    doubled, times = Counter(line["review_id"] for line in lines).most_common(1)[0]
    assert times == sum(row["review_id"].startswith(doubled) for row in reviews) == 2
    stars: dict[bool, list[float]] = {True: [], False: []}
    for row in reviews:
        order = by_order[row["order_id"]]
        if order["arrived_at"] is not None:
            stars[(order["delay_hours"] or 0) > 0].append(row["stars"])
    assert [(len(found), round(mean(found), 2)) for found in stars.values()] == [
        (233, 2.55), (2670, 4.27),
    ]  # fmt: skip
    few = [sum(star <= 3 for star in found) / len(found) for found in stars.values()]
    assert [round(share, 2) for share in few] == [0.66, 0.18]
    paid = [by_order[row["order_id"]]["paid"] for row in reviews]
    bands = sum(p <= 100 for p in paid), sum(100 < p <= 300 for p in paid)
    assert [round(100 * band / len(paid), 1) for band in bands] == [47.8, 42.3]
    # Three stars and fewer are bad, whatever they say; the report counts those of its week.
    bad = [row for row in reviews if row["is_bad"] == "yes"]
    assert len(bad) == sum(row["stars"] <= 3 for row in reviews)
    weeks = Counter(row["posted_at"].isocalendar()[:2] for row in bad)
    (year, week), cases = weeks.most_common(1)[0]
    assert run(["report", str(tracker), "--week", f"{year}-W{week:02}", "--now", AT]) == 0
    assert f"中差评 {cases} 件" in capsys.readouterr().out


def test_suning(tracker: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shared / "data" / "suning_comments_gb18030.csv"
    take(tracker, str(path), "--platform", "suning", "--shop", "苏宁", capsys=capsys)
    text = path.read_text("gb18030")
    lines = list(csv.reader(text.splitlines()))
    header = lines[0]
    wanted = [line for line in lines[1:] if any(line) and line != header]
    rows = rows_of(tracker)
    assert len(rows) == len(wanted)  # exact copies too: a person decides
    destroyed = [line for line in wanted if "E+" in line[0]]
    assert len(destroyed) == 680
    assert len([row for row in rows if row["raw_id"] and "E+" in row["raw_id"]]) == 680


def test_tmall(tracker: Path, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = shared / "data" / "tmall_order_report.csv"
    told = take(tracker, str(path), "--platform", "tmall", "--shop", "旗舰店", capsys=capsys)
    lines = lines_of(path, "utf-8-sig")
    orders = rows_of(tracker, "orders")
    assert len(orders) == len(lines) == 28_010

    def total(cells: Callable[[dict[str, str]], str]) -> Decimal:
        cents = Decimal("0.01")
        return sum((Decimal(cells(line) or "0").quantize(cents) for line in lines), Decimal(0))

    assert sum(o["paid"] or 0 for o in orders) == total(lambda line: line["买家实际支付金额"])
    assert sum(o["refunded"] or 0 for o in orders) == total(lambda line: line["退款金额"])
    assert rows_of(tracker, "customers") == []
    assert told.count("买家列") == 1
    assert load_workbook(tracker, read_only=True).sheetnames


# Headers of platforms.


def layouts(shared: Path) -> dict[str, list[str]]:
    """The column lists of the platforms' exports, by the platform's name in the facts."""
    facts = json.loads((shared / "facts" / "export_headers.json").read_text("utf-8"))
    found: dict[str, list[str]] = {}
    for name, entry in facts.items():
        lists = {"": entry} if isinstance(entry, list) else entry
        if isinstance(lists, dict) and name != "not_found":
            for key in ("", "headers", "fields", "fields_zh"):
                if key in lists:
                    found[name.split(" ")[0]] = lists[key]
    return found


@pytest.mark.parametrize(
    ("layout", "table", "platform", "needed"),
    [
        ("qianniu_review_page", "reviews", "taobao",
         "review_id text sentiment posted_at followup_text followup_at nickname order_id product"),
        ("taobao_open_api", "reviews", "taobao",
         "order_id sub_order_id nickname sentiment posted_at product text public_reply"),
        ("taobao_order_export", "orders", "taobao",
         "order_id customer_id paid status ordered_at product quantity shop carrier tracking_no"),
        ("tmall_order_report", "orders", "taobao", "order_id paid refunded ordered_at status"),
        ("douyin_order_export", "orders", "douyin",
         "order_id sub_order_id product sku quantity order_paid ordered_at status return_kind"),
        ("douyin_settlement_export", "orders", "douyin", "order_id sub_order_id"),
        ("pdd_order_export", "orders", "pdd",
         "order_id product sku paid quantity status ordered_at shipped_at arrived_at return_kind"),
        ("jd_order_export", "orders", "jd",
         "order_id customer_id product sku quantity order_paid ordered_at status"),
        ("jd/suning_review_scrape", "reviews", "suning", "customer_id nickname text"),
        ("taobao_scraper_columns", "reviews", None,
         "review_id nickname posted_at sku stars text followup_text followup_at public_reply"),
        ("judgeme_csv", "reviews", None, "text stars posted_at nickname product public_reply"),
        ("shopify_product_reviews_csv", "reviews", None, "text stars posted_at nickname product"),
        ("okendo_import_csv", "reviews", None, "text stars posted_at nickname product"),
        ("meta_review_feed_csv", "reviews", None, "review_id text stars posted_at shop"),
        ("olist", "reviews", None, "review_id order_id text stars posted_at"),
    ],
)  # fmt: skip
def test_every_known_layout_is_understood_whole(
    shared: Path, layout: str, table: str, platform: str | None, needed: str
) -> None:
    header = layouts(shared)[layout]
    assert is_header(header)
    assert guess_table(header) == table
    assert guess_platform(header) == platform
    match = match_headers(header, table)
    assert not match.doubled
    assert set(needed.split()) <= set(match.fields)


def test_a_second_choice_counts_only_where_the_first_is_absent() -> None:
    assert match_headers(["商家编码", "商品规格"], "orders").fields == {"sku": 1}
    assert match_headers(["商家编码"], "orders").fields == {"sku": 0}
    assert match_headers(["商品规格", "SKU"], "orders").doubled
    assert match_headers(["时间", "日期"], "reviews").doubled


def test_a_remark_in_brackets_belongs_to_the_header_only_where_the_header_is_unknown() -> None:
    assert match_headers(["评价内容（500字以内）", "评分 (1-5)"], "reviews").fields == {
        "text": 0, "stars": 1,
    }  # fmt: skip
    assert match_headers(["评价(含追评", "(评分)"], "reviews").fields == {}


def test_orders_without_a_state_are_unpaid_where_the_time_of_payment_is_blank(
    tracker: Path, tmp_path: Path
) -> None:
    head = ["订单编号", "买家实际支付金额", "订单创建时间", "订单付款时间 "]
    lines = [["1", "20", "2026-11-01 09:00", "2026-11-01 09:01"], ["2", "0", "2026-11-01", ""]]
    take(tracker, str(export(tmp_path, [head, *lines])), "--platform", "tmall", "--shop", "s")
    assert [row["status"] for row in rows_of(tracker, "orders")] == ["paid", "unpaid"]


# What stays when exports come again.


def test_every_review_of_an_order_is_kept_where_the_export_has_no_ids(
    tracker: Path, tmp_path: Path
) -> None:
    head = ["平台", "店铺", "订单号", "商品", "星级", "评价内容", "评价时间"]
    quilt = ["淘宝", "暖居", "100", "被子", "1", "被子破了", "2026-11-22 09:00"]
    pillow = ["淘宝", "暖居", "100", "枕头", "2", "枕头脏了", "2026-11-22 09:05"]
    again = ["淘宝", "暖居", "100", "枕头", "3", "又买的枕头", "2026-11-22 10:00"]
    take(tracker, str(export(tmp_path, [head, quilt, pillow])))
    assert [row["text"] for row in rows_of(tracker)] == ["被子破了", "枕头脏了"]
    # The newest comes first now, and one of the old ones was edited.
    quilt[5] = "被子换好了"
    take(tracker, str(export(tmp_path, [head, again, pillow, quilt])))
    assert [row["text"] for row in rows_of(tracker)] == ["被子换好了", "枕头脏了", "又买的枕头"]


def order_with(tracker: Path, tmp_path: Path, **cells: str) -> None:
    head = ["平台", "店铺", "订单编号", "子订单编号", "订单状态", "物流单号", "签收时间"]
    row = {
        "平台": "淘宝", "店铺": "暖居", "订单编号": "100", "子订单编号": "101",
        "订单状态": "已发货", "物流单号": "Z1", "签收时间": "", **cells,
    }  # fmt: skip
    take(tracker, str(export(tmp_path, [head, [row[name] for name in head]])), "--as", "orders")


def person_types(tracker: Path, sheet: str, title: str, value: str | int) -> None:
    book = load_workbook(tracker)
    page = book[sheet]
    column = [cell.value for cell in page[1]].index(title) + 1
    page.cell(2, column, value)
    book.save(tracker)


def test_what_a_person_typed_outlasts_what_the_platform_says_later(
    tracker: Path, tmp_path: Path
) -> None:
    order_with(tracker, tmp_path)
    person_types(tracker, "订单", "快递单号", "人工")
    order_with(tracker, tmp_path, 订单状态="交易成功", 签收时间="2026-11-05 12:00")
    (row,) = rows_of(tracker, "orders")
    assert (row["status"], row["tracking_no"]) == ("done", "人工")
    order_with(tracker, tmp_path, 订单状态="交易关闭", 物流单号="Z2", 签收时间="2026-11-06 12:00")
    (row,) = rows_of(tracker, "orders")
    assert (row["status"], row["tracking_no"]) == ("closed", "人工")
    assert row["arrived_at"] == datetime(2026, 11, 6, 12)


def test_days_after_receipt_count_from_the_arrival_of_the_order(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reviews = export(
        tmp_path, [[*HEAD, "追加评价", "追评时间"], [*ROW, "又坏了", "追加评价：收货后5天"]]
    )
    told = take(tracker, str(reviews), capsys=capsys)
    assert "追评时间" in told
    assert "签收时间" in told
    assert cell_of(tracker, "中差评跟踪", "追评时间") == "追加评价：收货后5天"
    order_with(tracker, tmp_path, 签收时间="2026-11-05 12:00")
    assert rows_of(tracker)[0]["followup_at"] == datetime(2026, 11, 10, 12)
    (line,) = (row for row in rows_of(tracker, "log") if row["column"] == "追评时间")
    assert (line["old"], line["new"]) == ("追加评价：收货后5天", "2026-11-10 12:00:00")


def test_orders_name_the_buyers_of_reviews_that_came_before(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = _odd(_odd(_odd(ROW, "评价ID", "9002"), "订单号", "200"), "子订单号", "201")
    take(tracker, str(export(tmp_path, [[*HEAD, "客户ID"], [*ROW, ""], [*other, "B7"]])))
    head = ["平台", "店铺", "订单编号", "子订单编号", "买家会员名", "实付金额"]
    path = export(
        tmp_path,
        [
            head,
            ["淘宝", "暖居", "100", "101", "U1", "88"],
            ["淘宝", "暖居", "200", "201", "U2", "9"],
        ],
    )
    told = take(tracker, str(path), "--as", "orders", capsys=capsys)
    assert "先导入的 1 条评价" in told
    assert [row["customer_id"] for row in rows_of(tracker)] == ["U1", "B7"]
    assert rows_of(tracker)[0]["tier"] is not None
    before = tracker.read_bytes()
    take(tracker, str(path), "--as", "orders")
    assert tracker.read_bytes() == before


def test_numbers_in_a_workbook_are_read_as_times_and_ids(tracker: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ["淘宝", "暖居", 9001, 46083.375, 1, "坏", 100, 101])
    take(tracker, str(path))
    (row,) = rows_of(tracker)
    assert (row["review_id"], row["sub_order_id"]) == ("9001", "101")
    assert row["posted_at"] == datetime(2026, 3, 2, 9)


def cell_of(tracker: Path, sheet: str, title: str) -> Any:
    page = load_workbook(tracker)[sheet]
    return page.cell(2, [cell.value for cell in page[1]].index(title) + 1).value


def test_a_cell_that_cannot_be_read_stays_in_its_place_and_is_named(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = [*HEAD, "情感"]
    row = [*_odd(_odd(ROW, "评价时间", "昨天下午"), "星级", "很差"), "很一般"]
    path = export(tmp_path, [head, row])
    told = take(tracker, str(path), capsys=capsys)
    assert "昨天下午" in told
    typed = {"评价时间": "昨天下午", "星级": "很差", "情感": "很一般"}
    assert {title: cell_of(tracker, "中差评跟踪", title) for title in typed} == typed
    problem = rows_of(tracker)[0]["problems"].replace(" ", "")
    for title, text in typed.items():
        assert f"{title}是“{text}”" in problem
    before = tracker.read_bytes()
    take(tracker, str(path))
    assert tracker.read_bytes() == before
    person_types(tracker, "中差评跟踪", "星级", 1)
    take(tracker, str(path))
    assert rows_of(tracker)[0]["stars"] == 1
    assert cell_of(tracker, "中差评跟踪", "情感") == "很一般"


def test_what_cannot_be_read_never_takes_the_place_of_what_could(
    tracker: Path, tmp_path: Path
) -> None:
    order_with(tracker, tmp_path, 签收时间="2026-11-05 12:00")
    order_with(tracker, tmp_path, 签收时间="前天", 物流单号="Z9")
    assert rows_of(tracker, "orders")[0]["arrived_at"] == datetime(2026, 11, 5, 12)
    order_with(tracker, tmp_path, 签收时间="2026-11-06 12:00")
    assert rows_of(tracker, "orders")[0]["arrived_at"] == datetime(2026, 11, 6, 12)


def test_a_later_export_mends_what_could_not_be_read(tracker: Path, tmp_path: Path) -> None:
    order_with(tracker, tmp_path, 签收时间="前天")
    assert cell_of(tracker, "订单", "签收时间") == "前天"
    order_with(tracker, tmp_path, 签收时间="2026-11-06 12:00")
    assert rows_of(tracker, "orders")[0]["arrived_at"] == datetime(2026, 11, 6, 12)


def test_nothing_is_imported_into_a_table_that_is_gone(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = load_workbook(tracker)
    del book["中差评跟踪"]
    book.save(tracker)
    before = tracker.read_bytes()
    told = take(tracker, str(export(tmp_path, [HEAD, ROW])), ok=False, capsys=capsys)
    assert "中差评跟踪: 找不到这张表" in told
    assert tracker.read_bytes() == before


def test_an_export_that_is_no_workbook_is_named(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "评价导出.xlsx"
    path.write_bytes(b"PK nonsense")
    assert "评价导出.xlsx: 文件已损坏" in take(tracker, str(path), ok=False, capsys=capsys)


def test_a_repeated_line_that_can_be_read_beats_one_that_cannot(
    tracker: Path, tmp_path: Path
) -> None:
    path = export(tmp_path, [HEAD, _odd(ROW, "星级", "很差"), _odd(ROW, "星级", "2"), ROW])
    take(tracker, str(path))
    assert [row["stars"] for row in rows_of(tracker)] == [2]


def test_orders_leave_what_people_typed_into_other_times(tracker: Path, tmp_path: Path) -> None:
    take(tracker, str(export(tmp_path, [HEAD, ROW])))
    person_types(tracker, "中差评跟踪", "认领时间", "3天")
    order_with(tracker, tmp_path, 签收时间="2026-11-05 12:00")
    assert cell_of(tracker, "中差评跟踪", "认领时间") == "3天"


# What a person says about a file.


def test_a_mapped_review_column_makes_it_a_file_of_reviews(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = export(tmp_path, [["订单号", "买家说了什么"], ["100", "质量太差"]])
    told = take(tracker, str(path), "--shop", "A", "--map", "text=买家说了什么", capsys=capsys)
    assert "中差评跟踪" in told
    assert "读取行数 1，" in told
    assert [row["text"] for row in rows_of(tracker)] == ["质量太差"]
    # It is remembered for files that have the header; orders of the shop stay orders.
    orders = export(tmp_path, [["订单号", "订单状态"], ["100", "已发货"]])
    take(tracker, str(orders), "--shop", "A")
    assert [row["status"] for row in rows_of(tracker, "orders")] == ["shipped"]
    before = sha256(tracker.read_bytes()).hexdigest()
    told = take(tracker, str(orders), "--shop", "A", "--map", "text=没有", ok=False, capsys=capsys)
    assert "没有表头" in told
    assert sha256(tracker.read_bytes()).hexdigest() == before


@pytest.mark.parametrize(("word", "ok"), [("评价", True), ("reviews", True), ("评语", False)])
def test_tables_are_named_in_either_language(
    tracker: Path, tmp_path: Path, word: str, ok: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    told = take(tracker, str(export(tmp_path, [HEAD, ROW])), "--as", word, ok=ok, capsys=capsys)
    assert ok or "评价、订单" in told


# Files of many kinds.


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("hidden", [False, True])
def test_the_sheet_with_the_header_is_found(
    tracker: Path, tmp_path: Path, suffix: str, hidden: bool
) -> None:
    made, path = tmp_path / "made.xlsx", tmp_path / f"e.{suffix}"
    with xlsxwriter.Workbook(made) as book:
        notes, sheet = book.add_worksheet("说明"), book.add_worksheet("评价")
        notes.write_row(0, 0, HEAD if hidden else ["导出说明：请勿修改"])
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, ROW)
        if hidden:
            notes.write_row(1, 0, _odd(ROW, "评价ID", "old"))
            sheet.activate()
            sheet.set_first_sheet()
            notes.hide()
    if suffix == "xlsx":
        made.rename(path)
    else:
        convert(made, suffix, path)
    take(tracker, str(path))
    assert [row["review_id"] for row in rows_of(tracker)] == ["9001"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("评价ID,评价内容\n1,好\n".encode() + b"2,\xff\xfe\xfa\n", "UTF-8"),
        ('评价ID,评价内容\n1,好\n2,"断在这里\n3,坏\n'.encode(), "第 3 行"),
        ("评价ID,评价内容\n1,好\n".encode() + b"\x00\x01\x02", "CSV"),
    ],
)
def test_a_damaged_text_file_is_refused_whole(
    tracker: Path, tmp_path: Path, data: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(data)
    assert words in take(tracker, str(path), ok=False, capsys=capsys)


def test_utf_16_with_its_mark_is_read(tracker: Path, tmp_path: Path) -> None:
    take(tracker, str(export(tmp_path, [HEAD, ROW], "utf-16")))
    assert len(rows_of(tracker)) == 1


def test_a_sentence_is_not_taken_apart_with_its_sub_orders(tracker: Path, tmp_path: Path) -> None:
    line = _odd(_odd(_odd(ROW, "子订单号", "101;102"), "评价内容", "掉色;起球"), "评价ID", "")
    take(tracker, str(export(tmp_path, [HEAD, line])))
    assert [(row["sub_order_id"], row["text"]) for row in rows_of(tracker)] == [
        ("101", "掉色;起球"), ("102", "掉色;起球"),
    ]  # fmt: skip


def test_the_buyer_of_a_review_is_the_one_of_its_order(
    tracker: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = ["平台", "店铺", "订单编号", "子订单编号", "买家会员名", "订单状态", "下单时间"]
    line = ["淘宝", "暖居", "100", "101", "u1", "交易成功", "2026-11-01 09:00"]
    take(tracker, str(export(tmp_path, [head, line])))
    stranger = _odd(_odd(_odd(ROW, "评价ID", "9002"), "子订单号", "999"), "订单号", "998")
    told = take(tracker, str(export(tmp_path, [HEAD, ROW, stranger])), capsys=capsys)
    known, unknown = rows_of(tracker)
    assert (known["customer_id"], known["tier"]) == ("u1", "new")
    assert (unknown["customer_id"], unknown["tier"]) == (None, "unknown")
    assert "买家列" not in told
