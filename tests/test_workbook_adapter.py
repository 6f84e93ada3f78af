"""A tracker file that people have worked in: read, written and grown by the adapter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.styles import PatternFill
from openpyxl.workbook.workbook import Workbook as Book
from openpyxl.worksheet.filters import FilterColumn, Filters

from fanpan.addin.tracking import create
from fanpan.sheets.edits import Edits, Summary
from fanpan.sheets.errors import FanpanError
from fanpan.sheets.snapshot import Snapshot
from fanpan.sheets.workbook.adapter import Workbook
from fanpan.templates.tracker import load_tracker

from .sample_tracker import edit_zip

REVIEWS = "中差评跟踪"
TABLE = load_tracker().table("reviews")
NEEDS = {"reviews": tuple(column.id for column in TABLE.columns if not column.later)}
AT = datetime(2026, 11, 23, 10, 30, 15)


def title(column: str) -> str:
    return TABLE.column(column).title.zh


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    path = tmp_path / "tracker.xlsx"
    rows: list[dict[str, Any]] = [
        {"review_id": f"10000000000000000{n}", "platform": "taobao", "shop": "暖居", "stars": 1.0,
         "text": f"坏了 {n}", "captured_at": AT}
        for n in range(1, 4)
    ]  # fmt: skip
    create(path, lang="zh", hours=None, rows={"reviews": rows})
    return path


def at(book: Book, column: str) -> int:
    """1-based column."""
    return [cell.value for cell in book[REVIEWS][1]].index(title(column)) + 1


def by_hand(path: Path, change: Callable[[Book], None]) -> None:
    book = load_workbook(path)
    change(book)
    book.save(path)


def read(path: Path, *columns: str) -> Snapshot:
    return Workbook(path).snapshot({"reviews": columns or NEEDS["reviews"]})


def write(path: Path, change: Callable[[Snapshot, Edits], None]) -> Summary:
    """One press."""
    book = Workbook(path)
    snapshot = book.snapshot(NEEDS)
    edits = Edits()
    change(snapshot, edits)
    return book.apply(edits)


def set_cell(column: str, row: int, value: Any) -> Callable[[Snapshot, Edits], None]:
    return lambda snapshot, edits: edits.table("reviews").set(
        column, snapshot["reviews"].keys[row], value
    )


def append(*rows: dict[str, Any]) -> Callable[[Snapshot, Edits], None]:
    return lambda _, edits: edits.table("reviews").append.extend(rows)


def cell(path: Path, column: str, row: int) -> Any:
    """As openpyxl sees it; `row` counts data rows from 0."""
    book = load_workbook(path)
    return book[REVIEWS].cell(row + 2, at(book, column))


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


NEW = {"review_id": "200000000000000001", "platform": "jd", "shop": "暖居", "text": "新的"}

# Writing cells.


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("review_id", "123456789012345678", "123456789012345678"),
        ("raw_id", "000123", "000123"),
        ("text", "=1+1", "=1+1"),
        ("text", "+1", "+1"),
        ("text", "-1", "-1"),
        ("text", "@SUM(A1)", "@SUM(A1)"),
        ("text", "a\nb", "a\nb"),
        ("text", "<b>&amp;</b>", "<b>&amp;</b>"),
        ("text", "_x0041_", None),
        ("note", "😀" * 3, "😀" * 3),
        ("stars", 4.0, 4),
        ("offer_coupon", Decimal("5.50"), 5.5),
        ("due_solution", AT, AT),
        ("kind", "quality", "产品质量"),
        ("evidence", ("chat", "unboxing"), None),
    ],
)
def test_a_value_stands_as_its_column_says(
    tracker: Path, column: str, value: Any, kept: Any
) -> None:
    write(tracker, set_cell(column, 1, value))
    found = cell(tracker, column, 1)
    if kept is not None:
        assert found.value == kept
        assert found.data_type != "f"
    back = read(tracker, column)["reviews"].column(column)
    # What was id becomes the row's key; all else is found where it was.
    assert value in back


def test_a_text_that_is_too_long_is_cut_and_told(tracker: Path) -> None:
    summary = write(tracker, set_cell("text", 0, "好" * 100_000))
    assert len(str(cell(tracker, "text", 0).value)) == 32_767
    (notice,) = summary.notices
    assert (notice.row, notice.column) == ("2", title("text"))


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\x0b", "\ufffe"])
def test_what_xml_cannot_carry_never_breaks_the_file(tracker: Path, text: str) -> None:
    write(tracker, set_cell("text", 0, text))
    assert load_workbook(tracker)[REVIEWS].max_row == 4
    assert read(tracker)["reviews"].column("text")[1] == "坏了 2"


def test_the_same_edits_again_leave_the_file_as_it_is(tracker: Path) -> None:
    write(tracker, append(NEW))
    write(tracker, set_cell("kind", 0, "quality"))
    before = sha256(tracker.read_bytes()).hexdigest()
    write(tracker, append(NEW))  # the key is there
    write(tracker, lambda _s, _e: None)
    assert sha256(tracker.read_bytes()).hexdigest() == before


def test_a_clear_cell_keeps_its_look(tracker: Path) -> None:
    by_hand(tracker, lambda book: _paint(book))
    write(tracker, set_cell("text", 0, None))
    found = cell(tracker, "text", 0)
    assert found.value is None
    assert found.fill.fgColor.rgb == "00FF0000"


def _paint(book: Book) -> None:
    book[REVIEWS].cell(2, at(book, "text")).fill = PatternFill("solid", fgColor="00FF0000")


def test_only_the_parts_of_the_kind_change(tracker: Path) -> None:
    before = parts(tracker)
    write(tracker, set_cell("text", 0, "x"))
    after = parts(tracker)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed <= {"xl/worksheets/sheet2.xml", "xl/workbook.xml"}
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]
    write(tracker, append(NEW))
    grown = parts(tracker)
    changed = {name for name in grown if after.get(name) != grown[name]}
    assert {name.rpartition("/")[0] for name in changed} <= {"xl/worksheets", "xl/tables", "xl"}
    assert len([name for name in changed if name.startswith("xl/worksheets/")]) == 1
    assert grown.keys() == before.keys()


# Formulas and merges.


def _formula(book: Book, column: str, row: int, text: str) -> None:
    book[REVIEWS].cell(row, at(book, column)).value = text


def test_a_formula_is_never_written_and_is_counted(tracker: Path) -> None:
    by_hand(tracker, lambda book: _formula(book, "kind", 2, '="手写"'))
    summary = write(tracker, set_cell("kind", 0, "quality"))
    assert cell(tracker, "kind", 0).value == '="手写"'
    assert summary.counts["cells_locked"] == 1


@pytest.mark.parametrize(
    "formula",
    [
        '<f t="array" ref="{c}2:{c}4">B2:B4</f>',
        '<f t="shared" ref="{c}2:{c}4" si="0">B2</f>',
        '<f t="dataTable" ref="{c}2:{c}4" dt2D="0" dtr="0" r1="A1"/>',
    ],
)
def test_arrays_shared_formulas_and_data_tables_are_never_written(
    tracker: Path, formula: str
) -> None:
    column = cell(tracker, "kind", 0).column_letter

    def put(xml: str) -> str:
        made = f'<c r="{column}2">{formula.format(c=column)}<v>1</v></c>'
        return _insert(xml, column, made)

    edit_zip(tracker, {"xl/worksheets/sheet2.xml": put}, {})
    covered = [0] if "shared" in formula else [0, 1, 2]
    for row in covered:
        summary = write(tracker, set_cell("kind", row, "quality"))
        assert summary.counts["cells_locked"] == 1
    assert formula.format(c=column).encode() in parts(tracker)["xl/worksheets/sheet2.xml"]


def _insert(xml: str, column: str, made: str) -> str:
    """Put a cell into row 2 where its column stands."""

    def row(match: re.Match[str]) -> str:
        cells = re.findall(r"<c r=\"[A-Z]+2\".*?</c>|<c r=\"[A-Z]+2\"[^>]*/>", match[2])
        return match[1] + "".join(sorted([*cells, made], key=_place)) + match[3]

    return re.sub(r'(<row r="2"[^>]*>)(.*?)(</row>)', row, xml, count=1, flags=re.DOTALL)


def _place(element: str) -> tuple[int, str]:
    letters = element[len('<c r="') : element.index("2")]
    return len(letters), letters


def test_cells_under_a_merge_are_never_written(tracker: Path) -> None:
    def merge(book: Book) -> None:
        letters = book[REVIEWS].cell(2, at(book, "kind")).column_letter
        book[REVIEWS].merge_cells(f"{letters}3:{letters}4")

    by_hand(tracker, merge)
    summary = write(tracker, set_cell("kind", 2, "quality"))
    assert summary.counts["cells_locked"] == 1
    assert cell(tracker, "kind", 2).value is None


def test_formulas_of_other_sheets_lose_their_stale_value(tracker: Path) -> None:
    def count(book: Book) -> None:
        book.create_sheet("我的")["A1"] = f"=COUNTA('{REVIEWS}'!A:A)"

    by_hand(tracker, count)
    sheet = next(n for n, xml in parts(tracker).items() if b"COUNTA" in xml)
    edit_zip(tracker, {sheet: lambda xml: re.sub(r"<v\s*/>|<v></v>", "<v>4</v>", xml)}, {})
    assert b"<v>4</v>" in parts(tracker)[sheet]
    write(tracker, append(NEW))
    xml = parts(tracker)[sheet]
    assert b"COUNTA" in xml
    assert b"<v>4</v>" not in xml


# Growing.


def test_appended_rows_grow_everything_that_ended_at_the_last_row(tracker: Path) -> None:
    def decorate(book: Book) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        sheet = book[REVIEWS]
        book.defined_names["alle"] = DefinedName("alle", attr_text=f"'{REVIEWS}'!$A$2:$A$4")
        book.defined_names["zwei"] = DefinedName("zwei", attr_text=f"'{REVIEWS}'!$A$2:$A$3")
        sheet.conditional_formatting.add("C2:C4", _rule())

    by_hand(tracker, decorate)
    write(tracker, append(NEW, {**NEW, "review_id": "200000000000000002"}))
    book = load_workbook(tracker)
    sheet = book[REVIEWS]
    (table,) = sheet.tables.values()
    assert table.ref.endswith("6")
    assert table.autoFilter.ref == table.ref
    assert book.defined_names["alle"].attr_text.endswith("$A$6")
    assert book.defined_names["zwei"].attr_text.endswith("$A$3")
    assert any(str(area.sqref) == "C2:C6" for area in sheet.conditional_formatting)
    assert sheet.dimensions.endswith("6")
    assert sheet.cell(6, at(book, "review_id")).value == "200000000000000002"


def _rule() -> Any:
    from openpyxl.formatting.rule import CellIsRule

    return CellIsRule(operator="lessThan", formula=["3"])


def test_rows_a_person_typed_below_the_table_count_as_rows(tracker: Path) -> None:
    def typed(book: Book) -> None:
        sheet = book[REVIEWS]
        sheet.cell(5, at(book, "review_id")).value = "TYPED"
        sheet.cell(5, at(book, "text")).value = "手打"

    by_hand(tracker, typed)
    assert read(tracker)["reviews"].column("review_id")[-1] == "TYPED"
    write(tracker, append(NEW))
    ids = [str(value) for value in read(tracker)["reviews"].column("review_id")]
    assert ids[-2:] == ["TYPED", NEW["review_id"]]
    (table,) = load_workbook(tracker)[REVIEWS].tables.values()
    assert table.ref.endswith("6")
    assert table.autoFilter.ref == table.ref


def test_new_cells_look_like_the_column(tracker: Path) -> None:
    write(tracker, append({**NEW, "captured_at": AT, "posted_at": AT}))
    for column in ("captured_at", "posted_at"):
        found = cell(tracker, column, 3)
        assert found.is_date, column
        assert found.value == AT


def test_a_new_row_looks_like_the_row_above_it(tracker: Path) -> None:
    by_hand(tracker, lambda book: _paint(book))
    write(tracker, append(NEW))
    assert cell(tracker, "text", 0).fill.fgColor.rgb == "00FF0000"
    assert cell(tracker, "text", 3).fill.fgColor.rgb == "00000000"


def test_names_of_a_retitled_sheet_grow_too(tracker: Path) -> None:
    def retitle(book: Book) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        book[REVIEWS].title = "A&B's"
        for name in book.defined_names.values():
            name.attr_text = str(name.attr_text).replace(f"'{REVIEWS}'", "'A&B''s'")
        book.defined_names["alle"] = DefinedName("alle", attr_text="'A&B''s'!$A$2:$A$4")

    by_hand(tracker, retitle)
    write(tracker, append(NEW))
    assert load_workbook(tracker).defined_names["alle"].attr_text == "'A&B''s'!$A$2:$A$5"


def test_blank_rows_in_between_are_no_rows(tracker: Path) -> None:
    by_hand(tracker, lambda book: book[REVIEWS].insert_rows(3, 2))
    snapshot = read(tracker)["reviews"]
    assert len(snapshot) == 3
    assert snapshot.handles == ["2", "5", "6"]
    write(tracker, set_cell("kind", 1, "quality"))
    assert cell(tracker, "kind", 3).value == "产品质量"


def test_hidden_and_filtered_rows_are_read_and_written(tracker: Path) -> None:
    def hide(book: Book) -> None:
        sheet = book[REVIEWS]
        sheet.row_dimensions[3].hidden = True
        (table,) = sheet.tables.values()
        chosen = Filters(filter=["something"])
        table.autoFilter.filterColumn.append(
            FilterColumn(colId=at(book, "text") - 1, filters=chosen)
        )

    def grow(_seen: Snapshot, edits: Edits) -> None:
        edits.table("reviews").append.append({"review_id": "filtered", "text": "new"})

    by_hand(tracker, hide)
    write(tracker, set_cell("kind", 1, "quality"))
    assert cell(tracker, "kind", 1).value == "产品质量"
    write(tracker, grow)
    sheet = load_workbook(tracker)[REVIEWS]
    assert sheet.row_dimensions[3].hidden
    (table,) = sheet.tables.values()
    (column,) = table.autoFilter.filterColumn
    assert column.filters.filter == ["something"]
    assert table.autoFilter.ref == table.ref  # the new row is inside the filter
    assert sheet.cell(sheet.max_row, 1).value == "filtered"
    assert table.ref.endswith(str(sheet.max_row))


# Columns.


def test_a_retitled_and_moved_column_is_the_same_column(tracker: Path) -> None:
    def move(book: Book) -> None:
        book[REVIEWS].cell(1, at(book, "kind")).value = "我们的类型"

    column = cell(tracker, "kind", 0).column
    by_hand(tracker, move)
    write(tracker, set_cell("kind", 0, "quality"))
    assert load_workbook(tracker)[REVIEWS].cell(2, column).value == "产品质量"


def test_a_moved_column_is_found_where_its_name_went(tracker: Path) -> None:
    def move(book: Book) -> None:
        sheet = book[REVIEWS]
        one, other = at(book, "text"), at(book, "kind_confirmed")
        names = [book.defined_names[f"_fp.reviews.{c}"] for c in ("text", "kind_confirmed")]
        names[0].attr_text, names[1].attr_text = names[1].attr_text, names[0].attr_text
        for row in range(1, 5):
            cells = sheet.cell(row, one), sheet.cell(row, other)
            cells[0].value, cells[1].value = cells[1].value, cells[0].value

    before = read(tracker)["reviews"]
    by_hand(tracker, move)
    assert read(tracker)["reviews"].columns == before.columns
    write(tracker, set_cell("text", 0, "新"))
    assert read(tracker)["reviews"].column("text") == ["新", "坏了 2", "坏了 3"]


@pytest.mark.parametrize("target", ["#REF!", "$$$", "OFFSET(A1,0,3)", "'没有'!$A$1", '"x"'])
def test_a_name_that_leads_nowhere_is_no_name(tracker: Path, target: str) -> None:
    def spoil(xml: str) -> str:
        return re.sub(r'(name="_fp\.reviews\.note">)[^<]*', lambda m: m[1] + target, xml)

    edit_zip(tracker, {"xl/workbook.xml": spoil}, {})
    write(tracker, set_cell("note", 0, "记"))
    assert cell(tracker, "note", 0).value == "记"


def test_without_its_name_the_title_finds_it_and_the_name_comes_back(tracker: Path) -> None:
    def forget(book: Book) -> None:
        del book.defined_names["_fp.reviews.text"]

    by_hand(tracker, forget)
    assert read(tracker)["reviews"].column("text")[0] == "坏了 1"
    write(tracker, set_cell("text", 0, "新"))
    assert "_fp.reviews.text" in load_workbook(tracker).defined_names


def test_a_missing_column_is_named_missing_and_nothing_else_suffers(tracker: Path) -> None:
    def drop(book: Book) -> None:
        del book.defined_names["_fp.reviews.kind_why"]
        book[REVIEWS].cell(1, at(book, "kind_why")).value = "别的"

    by_hand(tracker, drop)
    snapshot = read(tracker)["reviews"]
    assert snapshot.missing == {"kind_why"}
    write(tracker, set_cell("kind_why", 0, "x"))
    write(tracker, set_cell("kind", 0, "quality"))
    assert cell(tracker, "kind", 0).value == "产品质量"


def test_two_columns_of_one_title_are_refused(tracker: Path) -> None:
    def double(book: Book) -> None:
        del book.defined_names["_fp.reviews.note"]
        sheet = book[REVIEWS]
        sheet.cell(1, sheet.max_column + 1).value = title("note")

    by_hand(tracker, double)
    before = tracker.read_bytes()
    with pytest.raises(FanpanError, match=r"(?i)two|title") as told:
        read(tracker)
    assert told.value.table or title("note") in told.value.message.text("zh")
    assert tracker.read_bytes() == before


def test_a_computed_title_on_a_persons_column_is_refused(tracker: Path) -> None:
    def mine(book: Book) -> None:
        del book.defined_names["_fp.reviews.kind"]

    by_hand(tracker, mine)
    with pytest.raises(FanpanError) as told:
        read(tracker)
    assert title("kind") in told.value.message.text("zh") + told.value.where("zh")


def test_peoples_own_columns_are_never_read_or_written(tracker: Path) -> None:
    def own(book: Book) -> None:
        sheet = book[REVIEWS]
        column = sheet.max_column + 1
        for row, value in enumerate(["我的列", "a", "b", "c"], 1):
            sheet.cell(row, column).value = value

    by_hand(tracker, own)
    write(tracker, set_cell("kind", 0, "quality"))
    write(tracker, append(NEW))
    sheet = load_workbook(tracker)[REVIEWS]
    assert [sheet.cell(row, sheet.max_column).value for row in (1, 2, 3, 4, 5)] == [
        "我的列", "a", "b", "c", None,
    ]  # fmt: skip


# Reading.


@pytest.mark.parametrize(
    ("column", "raw", "value"),
    [
        ("captured_at", "2026-11-23 10:30", datetime(2026, 11, 23, 10, 30)),
        ("captured_at", 46349.4376, datetime(2026, 11, 23, 10, 30, 9)),
        ("captured_at", datetime(2026, 11, 23), datetime(2026, 11, 23)),
        ("stars", "4星", 4.0),
        ("review_id", 12345, "12345"),
        ("kind_confirmed", "Quality", "quality"),
        ("kind_confirmed", "产品质量", "quality"),
        ("confirmed", "是", True),
    ],
)
def test_the_column_decides_what_a_cell_is(
    tracker: Path, column: str, raw: Any, value: Any
) -> None:
    by_hand(tracker, lambda book: _formula(book, column, 2, raw))
    assert read(tracker, column)["reviews"].column(column)[0] == value


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        ("captured_at", "gestern"),
        ("stars", "viele"),
        ("review_id", 1.23e20),
        ("kind_confirmed", "?"),
    ],
)
def test_what_does_not_fit_is_kept_and_marked(tracker: Path, column: str, raw: Any) -> None:
    by_hand(tracker, lambda book: _formula(book, column, 2, raw))
    snapshot = read(tracker, column)["reviews"]
    assert snapshot.column(column)[0] is None
    assert 0 in snapshot.bad[column]
    assert len(snapshot) == 3


def test_an_error_cell_is_bad_not_blank(tracker: Path) -> None:
    column = cell(tracker, "stars", 0).column_letter
    edit_zip(
        tracker,
        {
            "xl/worksheets/sheet2.xml": lambda xml: re.sub(
                rf'<c r="{column}2"[^>]*>.*?</c>', f'<c r="{column}2" t="e"><v>#N/A</v></c>', xml,
                count=1,
            )
        },
        {},
    )  # fmt: skip
    snapshot = read(tracker, "stars")["reviews"]
    assert snapshot.column("stars")[0] is None
    assert snapshot.bad["stars"][0] == "#N/A"


def test_the_first_wins_and_the_second_is_told(tracker: Path) -> None:
    book = Workbook(tracker)
    snapshot = book.snapshot(NEEDS)
    key = snapshot["reviews"].keys[0]
    edits = Edits()
    edits.table("reviews").set("agent", key, "小李")
    edits.table("reviews").seen["agent"] = {key: "小王"}
    summary = book.apply(edits)
    assert cell(tracker, "agent", 0).value is None
    assert summary.notices[0].row == "2"


def test_a_table_that_is_not_there_is_told(tracker: Path) -> None:
    def drop(book: Book) -> None:
        del book["补偿流水"]

    by_hand(tracker, drop)

    def change(_: Snapshot, edits: Edits) -> None:
        edits.table("payouts").append.append({"payout_id": "P1"})

    summary = write(tracker, change)
    assert summary.notices[0].table == "补偿流水"


def test_a_total_row_is_no_case_and_nothing_is_added_below_it(tracker: Path) -> None:
    def totals(book: Book) -> None:
        sheet = book[REVIEWS]
        (table,) = sheet.tables.values()
        table.ref = table.ref.replace("4", "5")
        table.totalsRowCount = 1
        sheet.cell(5, at(book, "review_id")).value = "汇总"

    by_hand(tracker, totals)
    assert "汇总" not in read(tracker)["reviews"].column("review_id")
    write(tracker, set_cell("kind", 0, "quality"))
    before = tracker.read_bytes()
    with pytest.raises(FanpanError, match="total row"):
        write(tracker, append(NEW))
    assert tracker.read_bytes() == before


def test_a_table_of_a_persons_beside_ours_may_have_a_total_row(tracker: Path) -> None:
    def beside(book: Book) -> None:
        from openpyxl.worksheet.table import Table

        sheet = book[REVIEWS]
        column = sheet.max_column + 2
        for row, text in enumerate(["我的", "a", "汇总"], 1):
            sheet.cell(row, column).value = text
        letters = sheet.cell(1, column).column_letter
        mine = Table(displayName="mine", ref=f"{letters}1:{letters}3", totalsRowCount=1)
        sheet.add_table(mine)

    by_hand(tracker, beside)
    assert len(read(tracker)["reviews"]) == 3
    write(tracker, append(NEW))
    assert len(read(tracker)["reviews"]) == 4


@pytest.mark.parametrize("insert", ["rows", "columns", "both"])
def test_rows_and_columns_inserted_by_a_program_that_leaves_names_behind(
    tracker: Path, insert: str
) -> None:
    def put(book: Book) -> None:
        sheet = book[REVIEWS]
        if insert != "rows":
            sheet.insert_cols(4, 2)
            sheet.cell(1, 4).value = "我的列"
        if insert != "columns":
            sheet.insert_rows(1, 2)
            sheet.cell(1, 1).value = "双十一"

    before = read(tracker)["reviews"]
    by_hand(tracker, put)
    after = read(tracker)["reviews"]
    assert after.columns == before.columns
    write(tracker, set_cell("kind", 0, "quality"))
    again = read(tracker)["reviews"]
    assert again.column("kind") == ["quality", None, None]
    assert {**again.columns, "kind": None} == {**before.columns, "kind": None}
    row = 1 if insert == "columns" else 3
    header = [found.value for found in load_workbook(tracker)[REVIEWS][row]]
    assert title("kind") in header


def test_a_header_that_was_sorted_into_the_rows_is_refused(tracker: Path) -> None:
    def sort(book: Book) -> None:
        sheet = book[REVIEWS]
        lines = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=4)]
        for number, line in enumerate([*lines[1:], lines[0]], 1):
            for column, value in enumerate(line, 1):
                sheet.cell(number, column).value = value

    by_hand(tracker, sort)
    with pytest.raises(FanpanError, match="titles no longer"):
        read(tracker)


def test_swapped_titles_are_refused(tracker: Path) -> None:
    def swap(book: Book) -> None:
        one, other = at(book, "note"), at(book, "kind")
        book[REVIEWS].cell(1, one).value = title("kind")
        book[REVIEWS].cell(1, other).value = title("note")

    by_hand(tracker, swap)
    before = tracker.read_bytes()
    with pytest.raises(FanpanError, match="titles no longer"):
        read(tracker)
    assert tracker.read_bytes() == before


def test_a_column_deleted_by_a_program_that_leaves_names_behind_is_missing(tracker: Path) -> None:
    before = read(tracker)["reviews"]
    by_hand(tracker, lambda book: book[REVIEWS].delete_cols(at(book, "kind_confirmed")))
    after = read(tracker)["reviews"]
    assert after.missing == {"kind_confirmed"}
    assert after.columns == {n: c for n, c in before.columns.items() if n != "kind_confirmed"}


def test_a_retitled_column_that_was_moved_is_never_guessed(tracker: Path) -> None:
    def retitle(book: Book) -> None:
        book[REVIEWS].cell(1, at(book, "note")).value = "我们的备注"
        book[REVIEWS].insert_cols(2)

    by_hand(tracker, retitle)
    assert read(tracker)["reviews"].missing == {"note"}


@pytest.mark.parametrize("column", ["review_id", "text"])
def test_a_key_that_is_gone_and_a_doubled_title_are_refused(tracker: Path, column: str) -> None:
    def spoil(book: Book) -> None:
        sheet = book[REVIEWS]
        sheet.insert_cols(1)
        if column == "text":
            sheet.cell(1, 1).value = title("text")
        else:
            sheet.cell(1, 2).value = "编号"

    by_hand(tracker, spoil)
    with pytest.raises(FanpanError, match="titles no longer") as told:
        read(tracker)
    assert told.value.column == title(column)
