"""Creating the tracker file: read back with openpyxl, calamine and LibreOffice."""

from __future__ import annotations

import json
import re
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from fanpan.functions.values import CHOICES
from fanpan.sheets.errors import FanpanError
from fanpan.sheets.workbook import styles
from fanpan.sheets.workbook.create import create_workbook
from fanpan.sheets.workbook.memory import memory_rows
from fanpan.sheets.workbook.render import convert
from fanpan.sheets.workbook.rowxml import MAX_TEXT, column_name, escape
from fanpan.sheets.workbook.sheetnames import safe_sheet_name
from fanpan.templates.tracker import load_tracker

from .sample_tracker import ROWS, TRACKER

NOW = datetime(2026, 11, 22, 18, 30, 5)
NOTES = {"headers": {"店铺": ["a", "b"]}, "imported": ["x" * 70_000, "_x0041_"], "n": 5}
LONG_AGO = 1_048_576


@pytest.fixture(scope="module")
def file() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "跟踪 表.xlsx"
        create_workbook(path, TRACKER, {"reviews": ROWS}, "zh", now=NOW, memory=NOTES)
        yield path


@pytest.fixture(scope="module")
def book(file: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(file)


@pytest.fixture(scope="module")
def sheet(book: openpyxl.Workbook) -> Worksheet:
    return book["中差评跟踪"]


def by_id(sheet: Worksheet, book: openpyxl.Workbook, column: str, row: int = 2) -> Any:
    """The cell of a column, found as an adapter finds it: by the defined name on its header."""
    name, reference = next(iter(book.defined_names[f"_fp.reviews.{column}"].destinations))
    assert name == sheet.title
    return sheet[reference.replace("$", "")].offset(row - 1)


def test_sheets_and_titles(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["说明", "中差评跟踪", "日志 全部", "翻盘记录", "_lists"]
    states = [sheet.sheet_state for sheet in book.worksheets]
    assert states == ["visible"] * 3 + ["veryHidden"] * 2
    assert book.active is book["说明"]


def test_every_column_has_its_name_title_and_colour(
    book: openpyxl.Workbook, sheet: Worksheet
) -> None:
    for column in TRACKER.table("reviews").columns:
        header = by_id(sheet, book, column.id, 1)
        assert header.value == column.title.zh
        assert header.font.b
        assert header.fill.fgColor.rgb == "FF" + styles.HEADER[column.part]["bg_color"][1:]
        assert header.comment is not None
    assert "优先于“差评类型”" in by_id(sheet, book, "kind_confirmed", 1).comment.text
    assert "KIND" in by_id(sheet, book, "kind", 1).comment.text
    assert "个人信息" in by_id(sheet, book, "nickname", 1).comment.text


def test_columns_stand_as_people_need_them(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    titles = [cell.value for cell in sheet[1]]
    assert titles[:8] == [
        "评价ID", "评价内容", "差评类型", "个案状态", "人工类型", "客户分层", "方案状态",
        "数据问题",
    ]  # fmt: skip
    folded = {cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].hidden}
    assert folded == {"剩余分钟", "是否中差评", "嫌疑分", "校验码"}
    after = column_name(len(titles))
    assert sheet.column_dimensions[after].collapsed
    assert sheet.freeze_panes == "B2"


VALUES = {
    "review_id": ("123456789012345678", "@"),
    "platform": ("淘宝", "General"),
    "text": ("质量太差", "General"),
    "nickname": ("小**鱼", "@"),
    "posted_at": (datetime(2026, 11, 20, 9, 30, 15), "yyyy-mm-dd hh:mm"),
    "day": (datetime(2026, 11, 20), "yyyy-mm-dd"),
    "paid": (88.10, "¥#,##0.00"),
    "share": (0.125, "0.0%"),
    "stars": (1, "General"),
    "confirmed": ("是", "General"),
    "evidence": ("聊天记录、通话录音", "General"),
    "kind": ("产品质量", "General"),
    "minutes_left": (-30, "#,##0"),
    "suspicion": (None, "General"),
}


@pytest.mark.parametrize(("column", "expected"), VALUES.items())
def test_values_and_formats(
    book: openpyxl.Workbook, sheet: Worksheet, column: str, expected: tuple[Any, str]
) -> None:
    cell = by_id(sheet, book, column)
    if expected[0] is not None:
        assert (cell.value, cell.number_format) == expected
    else:
        assert cell.value is None
    # Rows that are appended later find the format on their column.
    assert sheet.column_dimensions[cell.column_letter].number_format == expected[1]


def test_blank_is_no_cell_and_zero_is_one(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    assert by_id(sheet, book, "stars", 3).value == 0
    assert by_id(sheet, book, "confirmed", 3).value == "否"
    assert by_id(sheet, book, "review_id", 3).value == "0007"
    assert by_id(sheet, book, "paid", 3).value is None
    assert by_id(sheet, book, "text", 3).value is None


def test_calamine_reads_the_same(file: Path, book: openpyxl.Workbook, sheet: Worksheet) -> None:
    rows = CalamineWorkbook.from_path(file).get_sheet_by_name("中差评跟踪").to_python()
    expected = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == expected[0]
    read = dict(zip(rows[0], rows[1], strict=True))
    assert read["评价ID"] == "123456789012345678"
    assert read["评价时间"] == datetime(2026, 11, 20, 9, 30, 15)
    assert read["实付"] == 88.10


TEXTS = [
    "=1+1", "+86", "-5", "@x", "http://a.b", "<r>x</r>", "<b>&amp;\"'", "_x0041_", " lead ",
    "two\nlines\tand", "nul\x00bell\x07cr\r", "half\ud800pair",
    "no\ufffe\uffffchar", "😀", "'quoted", "x" * MAX_TEXT,
]  # fmt: skip


def test_every_text_is_kept_as_text(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = [{"review_id": str(n), "text": text} for n, text in enumerate(TEXTS)]
    create_workbook(path, TRACKER, {"reviews": rows}, "en")
    sheet = openpyxl.load_workbook(path)["Bad reviews"]
    for number, text in enumerate(TEXTS, 2):
        cell = sheet.cell(number, 2)
        assert cell.data_type == "s"
        shown = openpyxl.utils.escape.unescape(cell.value)
        assert shown == text.replace("\ud800", "\ufffd")
    with zipfile.ZipFile(path) as parts:
        xml = parts.read("xl/worksheets/sheet2.xml").decode()
    # Excel strips the blanks around a text that does not ask to keep them.
    assert '<t xml:space="preserve"> lead </t>' in xml


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ({"text": "x" * (MAX_TEXT + 1)}, "Review", "longer than a cell holds"),
        ({"text": "😀" * 20_000}, "Review", "longer than a cell holds"),
        ({"stars": "five"}, "Stars", "cannot stand in a column"),
        ({"stars": float("nan")}, "Stars", "cannot stand in a column"),
        ({"posted_at": "2026-01-01"}, "Posted at", "cannot stand in a column"),
        ({"text": 5}, "Review", "cannot stand in a column"),
    ],
)
def test_what_a_cell_cannot_hold_is_refused(
    tmp_path: Path, row: dict[str, Any], column: str, said: str
) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"what stood here")
    with pytest.raises(FanpanError, match=said) as caught:
        create_workbook(path, TRACKER, {"reviews": [{"review_id": "1"}, row]}, "en")
    assert (caught.value.row, caught.value.column) == ("3", column)
    assert path.read_bytes() == b"what stood here"
    assert list(tmp_path.iterdir()) == [path]


def test_unknown_table_and_too_many_rows(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such table: nowhere"):
        create_workbook(tmp_path / "t.xlsx", TRACKER, {"nowhere": []}, "en")
    with pytest.raises(FanpanError, match="more than a sheet holds"):
        create_workbook(tmp_path / "t.xlsx", TRACKER, {"log": [{}] * LONG_AGO}, "en")


def test_excel_tables_cover_their_rows(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    last = column_name(len(TRACKER.table("reviews").columns) - 1)
    table = sheet.tables["fp_reviews"]
    assert table.ref == table.autoFilter.ref == f"A1:{last}3"
    assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
    # A table has at least one row below its header.
    assert book["日志 全部"].tables["fp_log"].ref == "A1:B2"


def test_a_large_table_costs_rows_not_cells(tmp_path: Path) -> None:
    rows = [{"log_id": str(n), "what": "x"} for n in range(30_000)]
    create_workbook(tmp_path / "t.xlsx", TRACKER, {"log": rows}, "en")
    sheet = CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_name("Log all")
    assert (sheet.height, sheet.width) == (30_001, 2)
    assert sheet.to_python()[-1] == ["29999", "x"]


def test_lists_where_people_choose(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    found: dict[str, Any] = {}
    for rule in sheet.data_validations.dataValidation:
        span = str(rule.sqref)
        first, last = span.split(":")
        assert last.endswith(str(LONG_AGO))
        found[sheet[first].offset(-1).value] = rule
    assert set(found) == {"平台", "已确认", "已有证据", "人工类型", "选定方案"}
    assert found["平台"].formula1 == '"' + ",".join(CHOICES["platform"].words("zh")) + '"'
    assert found["已确认"].formula1 == '"是,否"'
    assert found["人工类型"].errorStyle == "warning"
    assert not found["已有证据"].showErrorMessage
    # A word with a comma would fall into two as literal text.
    words = CHOICES["offer"].words("zh")
    assert found["选定方案"].formula1 == f"_lists!$A$1:$A${len(words)}"
    assert [cell.value for cell in book["_lists"]["A"]] == words


def test_highlights_reach_every_row_to_come(book: openpyxl.Workbook, sheet: Worksheet) -> None:
    rules: list[tuple[int, str, str, str]] = []
    for span in sheet.conditional_formatting:
        assert str(span.sqref).endswith(str(LONG_AGO))
        title = sheet[str(span.sqref).split(":")[0]].offset(-1).value
        for rule in span.rules:
            rules.append((rule.priority, title, rule.type, "".join(rule.formula)))
            # Nothing that calls for action shows in a muted row.
            assert bool(rule.stopIfTrue) == (title == "评价ID")
    rules.sort()
    by_title = {(title, formula) for _, title, _, formula in rules}
    assert ("方案状态", '"已超时"') in by_title
    assert ("方案状态", '"即将超时"') in by_title
    assert ("方案状态", '"按时"') in by_title
    assert ("个案状态", '"待认领"') in by_title
    assert ("客户分层", '"高价值"') in by_title
    assert ("剩余分钟", "0") in by_title
    assert ("是否中差评", '"是"') in by_title
    state = by_id(sheet, book, "case_state", 1).column_letter
    order = [(title, formula) for _, title, _, formula in rules]
    muted = order.index(("评价ID", f'${state}2="已结案"'))
    # What lasts is stronger than the muting of a closed row, what calls for action is weaker.
    assert {title for title, _ in order[:muted]} == {"人工类型", "数据问题", "方案状态"}
    assert order.index(("剩余分钟", "0")) > muted


def test_print_setup(sheet: Worksheet) -> None:
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.print_area == "'中差评跟踪'!$A$1:$D$3"


def test_memory_is_put_together_again(book: openpyxl.Workbook) -> None:
    sheet = book["翻盘记录"]
    texts: dict[str, str] = {}
    for name, value in sheet.iter_rows(min_row=2, max_col=2, values_only=True):
        assert len(str(value)) <= 30_000
        texts[str(name)] = texts.get(str(name), "") + openpyxl.utils.escape.unescape(str(value))
    assert {name: json.loads(text) for name, text in texts.items()} == NOTES
    title, reference = next(iter(book.defined_names["_fp.now"].destinations))
    assert book[title][reference.replace("$", "")].value == NOW


def test_memory_rows_keep_their_order() -> None:
    pieces = memory_rows({"a": "x" * 65_000})
    assert [len(piece["value"]) for piece in pieces] == [30_000, 30_000, 5_002]


def test_the_guide_leads_to_the_sheets(book: openpyxl.Workbook) -> None:
    guide = book["说明"]
    links = {cell.value: cell.hyperlink.location for row in guide for cell in row if cell.hyperlink}
    assert links == {"中差评跟踪": "_fp.reviews.platform", "日志 全部": "_fp.log.log_id"}
    texts = [str(cell.value) for row in guide for cell in row if cell.value]
    assert 'fanpan refresh "跟踪 表.xlsx"' in texts
    assert "橙色表头" in texts


def test_english(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    create_workbook(path, TRACKER, {"reviews": ROWS}, "en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[:2] == ["Start here", "Bad reviews"]
    assert by_id(book["Bad reviews"], book, "kind").value == "Product quality"
    assert by_id(book["Bad reviews"], book, "confirmed").value == "Yes"
    everything = "".join(
        str(cell.value) for row in book["Start here"] for cell in row if cell.value
    )
    assert not re.search("[一-鿿]", everything)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_shipped_tracker(tmp_path: Path, lang: Any) -> None:
    tracker = load_tracker()
    path = tmp_path / "t.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        create_workbook(path, tracker, {}, lang, now=NOW)
        book = openpyxl.load_workbook(path)
    names = set(book.defined_names)
    for table in tracker.tables:
        assert {f"_fp.{table.id}.{column.id}" for column in table.columns} <= names
    assert len(book.sheetnames) >= len(tracker.tables) + 1


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        create_workbook(tmp_path / name / "t.xlsx", TRACKER, {"reviews": ROWS}, "zh", now=NOW)
    assert (tmp_path / "a/t.xlsx").read_bytes() == (tmp_path / "b/t.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "a/t.xlsx").properties.created == NOW


def test_libreoffice_opens_it_with_everything(file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    convert(file, "xlsx", again)
    book = openpyxl.load_workbook(again)
    sheet = book["中差评跟踪"]
    assert by_id(sheet, book, "text").value == "质量太差"
    assert by_id(sheet, book, "posted_at").value == datetime(2026, 11, 20, 9, 30, 15)
    assert sheet.auto_filter.ref or sheet.tables
    assert len(sheet.data_validations.dataValidation) == 5
    assert any(
        '"已超时"' in formula
        for span in sheet.conditional_formatting
        for rule in span.rules
        for formula in rule.formula
    )
    assert book["翻盘记录"].sheet_state != "visible"


def test_parts_are_well_formed(file: Path) -> None:
    from lxml import etree

    with zipfile.ZipFile(file) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                etree.fromstring(parts.read(name))


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("差评TOP3分析报告 2026-W47", set(), "差评TOP3分析报告 2026-W47"),
        ("'a'", set(), "a"),
        ("[]:*?/\\", set(), "Sheet"),
        ("x" * 40, set(), "x" * 31),
        ("x" * 40, {"x" * 31}, "x" * 29 + " 2"),
        ("看板", {"看板", "看板 2"}, "看板 3"),
        ("😀" * 20, set(), "😀" * 15),
        ("a\x00b  c", set(), "a b c"),
    ],
)
def test_safe_sheet_names(title: str, taken: set[str], name: str) -> None:
    assert safe_sheet_name(title, taken) == name
    assert name.lower() in taken


def test_escape_leaves_plain_text_alone() -> None:
    text = "质量太差 100% \"ok\" 'x'\n\t"
    assert escape(text) is text


def test_every_wide_table_has_views_of_at_most_twelve_columns() -> None:
    for table in load_tracker().tables:
        assert len(table.columns) <= 12 or table.views, table.id
        for view in table.views:
            assert len(view.columns) <= 12
            assert set(view.columns) <= table.by_id.keys()
            assert set(table.key) & set(view.columns) or table.id == "orders"


@pytest.mark.parametrize("name", ["reviews", "orders", "customers"])
def test_every_role_has_a_view(name: str) -> None:
    assert {view.id for view in load_tracker().table(name).views} == {*CHOICES["role"].ids}


@pytest.mark.parametrize("name", ["orders", "customers"])
def test_every_column_that_is_filled_stands_in_a_view(name: str) -> None:
    table = load_tracker().table(name)
    seen = {column for view in table.views for column in view.columns}
    filled = {column.id for column in table.columns if not column.later}
    assert filled - seen - set(table.key) <= {"raw_id", "seal"}


def test_parts_unpack_as_files_that_their_owner_may_read(file: Path) -> None:
    with zipfile.ZipFile(file) as parts:
        assert parts.testzip() is None
        assert [info.filename for info in parts.infolist() if not info.external_attr >> 16] == []
