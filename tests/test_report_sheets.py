"""Report sheets put into workbooks of other programs: nothing else changes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from fanpan.sheets.edits import Chart, GridCell, SheetEdit
from fanpan.sheets.errors import NotReadable
from fanpan.sheets.workbook.create import create_workbook
from fanpan.sheets.workbook.graft import TOUCHES
from fanpan.sheets.workbook.render import convert
from fanpan.sheets.workbook.report import put_sheets, sheet_name_id, text_width, write_sheets
from fanpan.sheets.workbook.stylemerge import merge_styles

from .sample_tracker import (
    ROWS,
    TRACKER,
    add_foreign_parts,
    edit_zip,
    made_by_openpyxl,
    made_by_xlsxwriter,
)

# openpyxl says so of what it cannot keep; here it only reads.
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")

KINDS = ("column", "bar", "line", "pie", "stacked")


def a_sheet(
    id: str = "dashboard", title: str = "看板", charts: int = 2, first: Any = 7
) -> SheetEdit:
    rows: list[list[GridCell | None]] = [
        [GridCell("标题", "title", 3), None, None],
        [GridCell("类型", "header"), GridCell("本周", "header"), GridCell("上周", "header")],
        [GridCell("质量"), GridCell(first, "number"), GridCell(Decimal("8.5"), "money")],
        [GridCell("物流"), GridCell(4.0, "number"), GridCell(0.25, "percent")],
        [GridCell("=1+1"), GridCell(datetime(2026, 11, 22, 9, 30)), GridCell(date(2026, 11, 22))],
        [],
        [GridCell("很长的说明" * 30, "wrap", 3), None, None],
        [GridCell(None, "kpi_value"), GridCell(True), GridCell(("a", "b"))],
    ]
    drawn = [
        Chart(
            KINDS[number % len(KINDS)],  # type: ignore[arg-type]
            f"图 {number}",
            (2, 0, 2),
            (("本周", 2, 1, 2), ("上周", 2, 2, 2)),
            (9 + 13 * number, 0),
            percent=number == 2,
        )
        for number in range(charts)
    ]
    return SheetEdit(id, title, rows, [20, 12, 12], drawn, freeze_rows=2)


def made_by_libreoffice(path: Path) -> None:
    made_by_xlsxwriter(path)
    convert(path, "xlsx", path)


def made_by_us(path: Path) -> None:
    create_workbook(path, TRACKER, {"reviews": ROWS}, "zh", now=datetime(2026, 11, 22))


def foreign(path: Path) -> None:
    made_by_xlsxwriter(path)
    add_foreign_parts(path)


MAKERS = [made_by_us, made_by_xlsxwriter, foreign, made_by_libreoffice, made_by_openpyxl]


@pytest.fixture(params=MAKERS, ids=lambda make: make.__name__)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make: Callable[[Path], None] = request.param
    path = tmp_path / "source.xlsx"
    make(path)
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert len(file.namelist()) == len(set(file.namelist()))
        return {name: file.read(name) for name in file.namelist()}


def compressed(path: Path) -> dict[str, tuple[int, int]]:
    with zipfile.ZipFile(path) as file:
        return {info.filename: (info.CRC, info.compress_size) for info in file.infolist()}


def check_whole(path: Path) -> None:
    """Every part is well formed, declared and led to; every arrow has its target."""
    all_parts = parts(path)
    types = etree.fromstring(all_parts["[Content_Types].xml"])
    overrides = [node.get("PartName")[1:] for node in types if node.tag.endswith("Override")]
    assert len(overrides) == len(set(overrides))
    assert set(overrides) <= set(all_parts)
    for name, content in all_parts.items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
        if name.endswith(".rels"):
            owner = name.replace("_rels/", "").removesuffix(".rels")
            assert owner in all_parts or owner == ""
            ids: list[str] = []
            for node in etree.fromstring(content):
                ids.append(node.get("Id"))
                if node.get("TargetMode") != "External":
                    base = owner.rpartition("/")[0]
                    target = node.get("Target")
                    full = target[1:] if target.startswith("/") else f"{base}/{target}"
                    full = re.sub(r"[^/]+/\.\./", "", full.lstrip("/"))
                    assert full in all_parts, f"{name}: {target}"
            assert len(ids) == len(set(ids))


def looks(path: Path) -> dict[str, Any]:
    """Value and format of every cell of every sheet."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: (
                str(cell.value), cell.number_format, cell.font.b, cell.font.i,
                str(cell.font.color and cell.font.color.rgb), str(cell.fill.fgColor.rgb),
                cell.border.bottom.style, cell.alignment.wrap_text,
            )
            for row in sheet
            for cell in row
        }
        for sheet in book.worksheets
    }  # fmt: skip


def test_only_declared_parts_change(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.xlsx"
    before, packed, looked = parts(source), compressed(source), looks(source)
    put_sheets(source, target, [a_sheet(), a_sheet("report.2026-W47", "报告")])
    after = parts(target)
    assert before.keys() <= after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= set(TOUCHES)
    for name in before.keys() - changed:
        assert compressed(target)[name] == packed[name]
    assert all(
        re.fullmatch(r"xl/(worksheets|drawings|charts)/(_rels/)?\w+\d+\.xml(\.rels)?", name)
        for name in after.keys() - before.keys()
    )
    check_whole(target)
    looked_after = looks(target)
    assert {title: looked_after[title] for title in looked} == looked
    assert parts(source) == before


def test_unknown_content_of_the_listing_parts_stays(tmp_path: Path) -> None:
    source, target = tmp_path / "s.xlsx", tmp_path / "t.xlsx"
    foreign(source)
    put_sheets(source, target, [a_sheet()])
    after = {name: content.decode() for name, content in parts(target).items() if "xml" in name}
    assert '<zz:keep a="1"/>' in after["xl/workbook.xml"]
    assert '<pivotCache cacheId="7"' in after["xl/workbook.xml"]
    assert "<zz:style/>" in after["xl/styles.xml"]
    assert "application/x-zzz" in after["[Content_Types].xml"]
    # Taking away what was added gives the old text again.
    with zipfile.ZipFile(source) as file:
        before = file.read("xl/workbook.xml").decode()
    plain = re.sub(r'<sheet name="看板"[^>]*/>', "", after["xl/workbook.xml"])
    plain = re.sub(r'<definedName name="_fp.sheet.dashboard">[^<]*</definedName>', "", plain)
    assert plain == before


def test_what_stands_on_the_sheet(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.xlsx"
    put_sheets(source, target, [a_sheet()])
    sheet = openpyxl.load_workbook(target)["看板"]
    assert sheet["A1"].value == "标题"
    assert str(sheet.merged_cells).split() == ["A1:C1", "A7:C7"]
    assert (sheet["B3"].value, sheet["C3"].value) == (7, 8.5)
    assert sheet["C3"].number_format == "¥#,##0.00"
    assert sheet["C4"].number_format == "0.0%"
    assert (sheet["A5"].value, sheet["A5"].data_type) == ("=1+1", "s")
    assert sheet["B5"].value == datetime(2026, 11, 22, 9, 30)
    assert sheet["C5"].value == datetime(2026, 11, 22)
    assert sheet["A8"].value is None
    assert sheet["A8"].font.sz == 20
    assert (sheet["B8"].value, sheet["C8"].value) == (True, "a、b")
    assert sheet["A2"].font.b
    assert sheet["A2"].fill.fgColor.rgb == "FF2F5DA8"
    assert sheet["A2"].font.name == "Microsoft YaHei"
    assert sheet.column_dimensions["A"].width == pytest.approx(20.7, abs=0.1)
    # Merged text does not grow its row by itself: 300 units of text in 44 of width.
    assert sheet.row_dimensions[7].height > 100
    assert sheet.freeze_panes == "A3"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert len(sheet._charts) == 2


def test_new_sheets_are_not_selected_together_with_another(source: Path, tmp_path: Path) -> None:
    def selected(path: Path) -> list[str]:
        book = openpyxl.load_workbook(path)
        return [s.title for s in book.worksheets if s.sheet_view.tabSelected]

    target = tmp_path / "target.xlsx"
    before, active = selected(source), openpyxl.load_workbook(source).active.title
    put_sheets(source, target, [a_sheet(), a_sheet("report.1", "报告")])
    assert selected(target) == before
    assert openpyxl.load_workbook(target).active.title == active


def test_again_is_once(source: Path, tmp_path: Path) -> None:
    one, two, three = (tmp_path / f"{n}.xlsx" for n in "123")
    sheets = [a_sheet(charts=3), a_sheet("report.2026-W47", "报告")]
    put_sheets(source, one, sheets)
    put_sheets(one, two, sheets)
    put_sheets(two, three, sheets)
    first = parts(one)
    # Formulas elsewhere that look at a replaced sheet are computed anew when the file is opened.
    changed = {name for name, content in parts(two).items() if first.get(name) != content}
    assert changed <= {"xl/workbook.xml"}
    assert parts(three) == parts(two)
    assert b'fullCalcOnLoad="1"' in parts(two)["xl/workbook.xml"]


def test_replacing_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.xlsx"
    put_sheets(source, target, [a_sheet(charts=5), a_sheet("report.1", "报告", charts=1)])
    many = parts(target).keys()
    put_sheets(target, target, [a_sheet(charts=1, first=99)])
    fewer = parts(target).keys()
    assert len([name for name in many - fewer if "/chart" in name]) == 4
    assert fewer < many
    put_sheets(target, target, [a_sheet(charts=0)])
    assert len(parts(target)) == len(parts(source)) + 2 + 5 - 1
    check_whole(target)
    book = openpyxl.load_workbook(target)
    assert len(book["报告"]._charts) == 1
    put_sheets(target, target, [a_sheet(charts=5), a_sheet("report.1", "报告", charts=1)])
    assert parts(target).keys() == many
    check_whole(target)


def test_a_retitled_and_moved_sheet_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made_by_us(path)
    put_sheets(path, path, [a_sheet(), a_sheet("report.1", "报告")])
    book = openpyxl.load_workbook(path)
    names = book.sheetnames
    assert names.index("看板") == names.index("说明") + 1
    assert names[-1] == "报告"
    book["看板"].title = "O'Neil & 我的"
    book.move_sheet("O'Neil & 我的", 2)
    mark = book.defined_names[sheet_name_id("dashboard")]
    mark.attr_text = "'O''Neil & 我的'!$A$4"  # rows were inserted above, too
    book.save(path)
    put_sheets(path, path, [a_sheet(first=123), a_sheet("report.2", "报告")])
    book = openpyxl.load_workbook(path)
    assert "看板" not in book.sheetnames
    assert book["O'Neil & 我的"]["B3"].value == 123
    # The other one is another sheet with the same title.
    assert book.sheetnames[-2:] == ["报告", "报告 2"]
    charts = [chart for name, chart in parts(path).items() if "charts/chart" in name]
    assert any("'O''Neil &amp; 我的'!$B$3" in chart.decode() for chart in charts)
    check_whole(path)


def test_a_deleted_sheet_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made_by_us(path)
    put_sheets(path, path, [a_sheet()])
    book = openpyxl.load_workbook(path)
    del book["看板"]
    book.defined_names[sheet_name_id("dashboard")].attr_text = "#REF!"
    book.save(path)
    put_sheets(path, path, [a_sheet()])
    text = parts(path)["xl/workbook.xml"].decode()
    assert text.count("_fp.sheet.dashboard") == 1
    assert "'看板'!$A$1" in text
    check_whole(path)


def test_a_persons_sheet_of_that_title_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made_by_openpyxl(path)
    put_sheets(path, path, [a_sheet(title="data")])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Data", "二", "data 2"]
    assert book["Data"]["A1"].value == 1.5


def test_what_goes_by_position_moves_along(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made_by_us(path)
    edit_zip(
        path,
        {
            "xl/workbook.xml": lambda text: text.replace(
                "<workbookView ", '<workbookView firstSheet="1" activeTab="2" '
            )
        },
        {},
    )
    before = openpyxl.load_workbook(path)
    assert before.active.title == "日志 全部"
    put_sheets(path, path, [a_sheet(), a_sheet("extra", "另外")])
    after = openpyxl.load_workbook(path)
    assert after.sheetnames[:4] == ["说明", "看板", "另外", "中差评跟踪"]
    assert after.active.title == "日志 全部"
    assert after.views[0].firstSheet == 3
    for sheet in before.worksheets:
        assert after[sheet.title].print_title_rows == sheet.print_title_rows
        assert str(after[sheet.title].print_area) == str(sheet.print_area)


def test_formulas_on_a_replaced_sheet_leave_the_calculation_chain(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made_by_xlsxwriter(path)
    put_sheets(path, path, [a_sheet()])
    part = "xl/worksheets/sheet4.xml"
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    relation = (
        '<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/calcChain" Target="calcChain.xml"/></Relationships>'
    )
    override = (
        '<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.calcChain+xml"/></Types>'
    )
    edit_zip(
        path,
        {
            "xl/_rels/workbook.xml.rels": lambda t: t.replace("</Relationships>", relation),
            "[Content_Types].xml": lambda t: t.replace("</Types>", override),
        },
        {"xl/calcChain.xml": chain.encode()},
    )
    put_sheets(path, path, [a_sheet(first=8)])
    assert "xl/calcChain.xml" in parts(path)  # no formula went
    edit_zip(path, {part: lambda t: t.replace("<v>8</v>", "<f>1+1</f><v>2</v>")}, {})
    put_sheets(path, path, [a_sheet(first=9)])
    assert "xl/calcChain.xml" not in parts(path)
    check_whole(path)


def test_what_a_person_added_to_the_sheet_goes_with_it_and_only_that(tmp_path: Path) -> None:
    """An image shared with another sheet stays."""
    path = tmp_path / "t.xlsx"
    made_by_xlsxwriter(path)
    put_sheets(path, path, [a_sheet(charts=1)])
    image = "xl/media/image1.png"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    extra = (
        f'<Relationship Id="rId5" Type="{office}/image" Target="../media/image1.png"/>'
        f'<Relationship Id="rId6" Type="{office}/image" Target="../media/own.png"/>'
        "</Relationships>"
    )
    drawing = next(n for n in parts(path) if re.fullmatch(r"xl/drawings/_rels/drawing3.*", n))
    edit_zip(
        path,
        {drawing: lambda t: t.replace("</Relationships>", extra)},
        {"xl/media/own.png": b"png"},
    )
    put_sheets(path, path, [a_sheet(charts=1)])
    assert image in parts(path)
    assert "xl/media/own.png" not in parts(path)
    check_whole(path)


def prefixed(text: str, root: str) -> str:
    """The same XML with a prefix on every element, as some libraries write it."""
    text = re.sub(r"<(/?)(\w+)(?=[\s/>])", r"<\1x:\2", text)
    return text.replace("<x:" + root + " xmlns=", "<x:" + root + " xmlns:x=", 1)


def test_prefixes_on_every_element(tmp_path: Path) -> None:
    path, target = tmp_path / "t.xlsx", tmp_path / "u.xlsx"
    made_by_openpyxl(path)
    edit_zip(
        path,
        {
            "xl/workbook.xml": lambda t: prefixed(t, "workbook"),
            "xl/styles.xml": lambda t: prefixed(t, "styleSheet"),
            "xl/_rels/workbook.xml.rels": lambda t: prefixed(t, "Relationships"),
            "[Content_Types].xml": lambda t: prefixed(t, "Types"),
        },
        {},
    )
    before = looks(path)
    put_sheets(path, target, [a_sheet()])
    put_sheets(target, target, [a_sheet()])
    check_whole(target)
    after = looks(target)
    assert {title: after[title] for title in before} == before
    assert after["看板"]["A2"][2] is True
    assert after["看板"]["A2"][5] == "FF2F5DA8"


def test_a_workbook_without_styles_and_names(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made_by_openpyxl(path)
    all_parts = parts(path)
    del all_parts["xl/styles.xml"]
    texts = {name: all_parts[name].decode() for name in all_parts if name.endswith(("xml", "rels"))}
    texts["[Content_Types].xml"] = re.sub(
        r'<Override PartName="/xl/styles.xml"[^>]*/>', "", texts["[Content_Types].xml"]
    )
    rels = "xl/_rels/workbook.xml.rels"
    texts[rels] = re.sub(r"<Relationship [^>]*styles[^>]*/>", "", texts[rels])
    texts["xl/worksheets/sheet1.xml"] = re.sub(r' s="\d+"', "", texts["xl/worksheets/sheet1.xml"])
    texts["xl/workbook.xml"] = re.sub(r"<calcPr[^>]*/>", "", texts["xl/workbook.xml"])
    with zipfile.ZipFile(path, "w") as new:
        for name, text in texts.items():
            new.writestr(name, text)
    put_sheets(path, path, [a_sheet()])
    put_sheets(path, path, [a_sheet()])
    check_whole(path)
    sheet = openpyxl.load_workbook(path)["看板"]
    assert sheet["A2"].font.b


def broken(change: dict[str, Callable[[str], str]]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        made_by_openpyxl(path)
        edit_zip(path, change, {})

    return make


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.write_bytes(b"PK nonsense"), "damaged or no workbook"),
        (lambda path: path.write_bytes(b""), "damaged or no workbook"),
        (broken({"xl/workbook.xml": lambda t: t[:-20]}), "damaged or no workbook"),
        (broken({"xl/workbook.xml": lambda t: "<!DOCTYPE x>" + t}), "XML entities"),
        (
            broken({"xl/workbook.xml": lambda t: t.replace("rId1", "rId9")}),
            "damaged or no workbook",
        ),
        (
            broken({"_rels/.rels": lambda t: t.replace("officeDocument", "other")}),
            "damaged or no workbook",
        ),
        (
            broken(
                {
                    "xl/workbook.xml": lambda t: t.replace(
                        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                        "http://purl.oclc.org/ooxml/spreadsheetml/main",
                    )
                }
            ),
            "Strict",
        ),
    ],
)
def test_files_that_cannot_be_extended(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    path = tmp_path / "t.xlsx"
    make(path)
    before = path.read_bytes()
    with pytest.raises(NotReadable, match=said):
        put_sheets(path, path, [a_sheet()])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_texts_and_titles_that_need_care(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    cells = ["<r>x</r>", "a\x00b", "half\ud800", "<&>\"'", " space ", "_x0041_", "😀", "x" * 33_000]
    chart = Chart("bar", "<标题>\x01 & 'x'", (0, 0, 2), (("<s>\x02", 0, 0, 2),), (2, 2))
    edit = SheetEdit("a", "[bad]: & <title>'", [[GridCell(text)] for text in cells], charts=[chart])
    made_by_openpyxl(path)
    put_sheets(path, path, [edit])
    check_whole(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[-1]
    assert sheet.title == "bad & <title>"
    found = [openpyxl.utils.escape.unescape(str(row[0].value)) for row in sheet]
    assert found == ["<r>x</r>", "ab", "half", *cells[3:7], "x" * 32_767]


def test_charts_name_their_sheet_and_carry_their_data(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_sheets(path, [a_sheet(charts=5)])
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    kinds: list[str] = []
    for number in range(1, 6):
        root = etree.fromstring(parts(path)[f"xl/charts/chart{number}.xml"])
        drawn = root.find(".//c:plotArea", space)[1]
        kinds.append(etree.QName(drawn).localname)
        references = [node.text for node in drawn.iterfind(".//c:val//c:f", space)]
        assert references == ["看板!$B$3:$B$4", "看板!$C$3:$C$4"]
        # Viewers that do not calculate show what is cached.
        cached = [node.text for node in drawn.iterfind(".//c:val//c:pt/c:v", space)]
        assert cached == ["7", "4", "8.5", "0.25"]
        assert root.findtext(".//c:title//{*}t", namespaces=space) == f"图 {number - 1}"
        has_legend = root.find(".//c:legend", space) is not None
        assert has_legend
    assert kinds == ["barChart", "barChart", "lineChart", "pieChart", "barChart"]


def test_labels_only_where_they_are_few(tmp_path: Path) -> None:
    def labels(count: int) -> bool:
        rows: list[list[GridCell | None]] = [
            [GridCell(f"k{n}"), GridCell(float(n), "number")] for n in range(count)
        ]
        chart = Chart("column", "t", (0, 0, count), (("s", 0, 1, count),), (0, 3))
        write_sheets(tmp_path / "t.xlsx", [SheetEdit("a", "a", rows, charts=[chart])])
        return b"<c:dLbls>" in parts(tmp_path / "t.xlsx")["xl/charts/chart1.xml"]

    assert labels(16)
    assert not labels(17)


@pytest.mark.parametrize(("rows", "pages"), [(20, 1), (200, 0)])
def test_short_sheets_print_on_one_page(tmp_path: Path, rows: int, pages: int) -> None:
    edit = SheetEdit("a", "a", [[GridCell("x")] for _ in range(rows)], [90])
    write_sheets(tmp_path / "t.xlsx", [edit])
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert (sheet.page_setup.fitToHeight in {None, 1}) == (pages == 1)


def test_write_sheets_alone(tmp_path: Path) -> None:
    path = tmp_path / "采购.xlsx"
    write_sheets(path, [a_sheet(), a_sheet("b", "看板")])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["看板", "看板 2"]
    assert sheet_name_id("b") in book.defined_names
    first = path.read_bytes()
    write_sheets(path, [a_sheet(), a_sheet("b", "看板")])
    assert path.read_bytes() == first


def test_libreoffice_opens_the_result(tmp_path: Path) -> None:
    path, again = tmp_path / "t.xlsx", tmp_path / "u.xlsx"
    foreign(path)
    put_sheets(path, path, [a_sheet(charts=5)])
    convert(path, "xlsx", again)
    book = openpyxl.load_workbook(again)
    assert book.sheetnames == ["数据", "O'Neil & <他>", "藏", "看板"]
    assert len(book["看板"]._charts) == 5
    assert len(book["O'Neil & <他>"]._charts) == 1
    assert book["数据"]["C3"].value == "=A3*2"
    assert book["看板"]["B3"].value == 7
    # What LibreOffice saved is found and replaced again.
    put_sheets(again, again, [a_sheet(charts=1, first=55)])
    book = openpyxl.load_workbook(again)
    assert book.sheetnames == ["数据", "O'Neil & <他>", "藏", "看板"]
    assert book["看板"]["B3"].value == 55
    check_whole(again)


@pytest.mark.parametrize(
    "text",
    [
        # A list of the target is used again, one it lacks is made where it belongs.
        '<styleSheet xmlns="m"><cellXfs count="1"><xf/></cellXfs></styleSheet>',
        '<styleSheet xmlns="m"><fonts count="1"><font/></fonts></styleSheet>',
        '<styleSheet xmlns="m"><fills/><dxfs count="0"/></styleSheet>',
        '<styleSheet xmlns="m"/>',
    ],
)
def test_poor_styles(tmp_path: Path, text: str) -> None:
    write_sheets(tmp_path / "t.xlsx", [a_sheet(charts=0)])
    styles = parts(tmp_path / "t.xlsx")["xl/styles.xml"].decode()
    merged, numbers = merge_styles(text, styles, {1, 2})
    root = etree.fromstring(merged)
    order = [etree.QName(node).localname for node in root]
    known = ["numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles"]
    assert [name for name in order if name != "dxfs"] == [n for n in known if n in order]
    lists = {etree.QName(node).localname: node for node in root}
    assert numbers == {0: 0, 1: 1, 2: 2}
    for number in (1, 2):
        xf = lists["cellXfs"][number]
        assert int(xf.get("fontId")) < len(lists["fonts"])
        assert int(xf.get("fillId")) < len(lists["fills"])
        assert int(xf.get("borderId")) < len(lists["borders"])
    assert all(node.get("count") == str(len(node)) for node in root)


def test_text_width_counts_chinese_twice() -> None:
    assert text_width("ab好") == 4
