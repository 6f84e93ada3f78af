"""A tracker that people edited in LibreOffice goes through every button; nothing is lost."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from fanpan.addin.buttons.catalogue import BUTTONS, Given
from fanpan.addin.demo import DEMO_NOW, fill_demo
from fanpan.addin.press import press
from fanpan.addin.tracking import create
from fanpan.sheets import open as open_sheet
from fanpan.sheets.edits import Edits
from fanpan.sheets.exports import read_export
from fanpan.sheets.workbook.book import Book
from fanpan.sheets.workbook.graft import TOUCHES as SHEET_TOUCHES
from fanpan.templates.headers import is_header

from .libreoffice import Office, office

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "dashboard.png"
FOREIGN = {
    "customXml/item1.xml": b"<ours xmlns='urn:someone-else'>kept</ours>",
    "xl/someone/else.bin": bytes(range(256)) * 3,
    "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
}

EDIT = """
sheets = document.Sheets
reviews = sheets.getByName("中差评跟踪")
sheets.insertNewByName("我的分析", sheets.Count)
mine = sheets.getByName("我的分析")
mine.getCellRangeByName("A1").String = "质量问题件数"
mine.getCellRangeByName("B1").Formula = options["count"]
mine.getCellRangeByName("A2").String = "订单实付合计"
mine.getCellRangeByName("B2").Formula = options["sum"]
mine.getCellRangeByName("B3").Formula = "=B1*2"
for row, (name, value) in enumerate((("甲", 3), ("乙", 5), ("甲", 4), ("丙", 1))):
    mine.getCellByPosition(3, row + 1).String = name
    mine.getCellByPosition(4, row + 1).Value = value
mine.getCellByPosition(3, 0).String = "组"
mine.getCellByPosition(4, 0).String = "件数"

from com.sun.star.table import CellRangeAddress, CellAddress
from com.sun.star.awt import Rectangle, Size, Point
area = mine.getCellRangeByName("D1:E5").RangeAddress
mine.Charts.addNewByName("mychart", Rectangle(500, 5000, 9000, 6000), (area,), True, True)

tables = mine.DataPilotTables
descriptor = tables.createDataPilotDescriptor()
descriptor.setSourceRange(area)
fields = descriptor.DataPilotFields
from com.sun.star.sheet.DataPilotFieldOrientation import ROW, DATA
from com.sun.star.sheet.GeneralFunction import SUM
fields.getByIndex(0).Orientation = ROW
fields.getByIndex(1).Orientation = DATA
fields.getByIndex(1).Function = SUM
tables.insertNewByName("mypivot", mine.getCellRangeByName("G1").CellAddress, descriptor)

graphic = document.createInstance("com.sun.star.drawing.GraphicObjectShape")
provider = uno.getComponentContext()
mine.DrawPage.add(graphic)
graphic.setSize(Size(5000, 3000)); graphic.setPosition(Point(12000, 9000))
graphic.GraphicURL = "file://" + options["picture"]

address = reviews.getCellRangeByName("B3").CellAddress
reviews.Annotations.insertNew(address, "主管：这条要跟")
mine.Annotations.insertNew(mine.getCellRangeByName("A1").CellAddress, "别删")
sheets.insertNewByName("藏起来", sheets.Count)
sheets.getByName("藏起来").getCellRangeByName("A1").String = "secret"
sheets.getByName("藏起来").IsVisible = False
"""

LOOK = """
document.calculateAll()
mine = document.Sheets.getByName("我的分析")
reviews = document.Sheets.getByName("中差评跟踪")
kinds = [mine.DrawPage.getByIndex(i).ShapeType for i in range(mine.DrawPage.Count)]
result = {
    "values": [mine.getCellRangeByName(a).Value for a in ("B1", "B2", "B3")],
    "formulas": [mine.getCellRangeByName(a).Formula for a in ("B1", "B2", "B3")],
    "charts": mine.Charts.Count,
    "pictures": sum("GraphicObject" in kind for kind in kinds),
    "pivots": mine.DataPilotTables.Count,
    "pivot": [mine.getCellByPosition(c, r).String for r in range(6) for c in (6, 7)],
    "notes": [mine.Annotations.getByIndex(i).String for i in range(mine.Annotations.Count)]
        + [reviews.Annotations.getByIndex(i).String for i in range(reviews.Annotations.Count)],
    "hidden": [name for name in document.Sheets.ElementNames
        if not document.Sheets.getByName(name).IsVisible],
    "sheets": list(document.Sheets.ElementNames),
    "boardCharts": document.Sheets.getByName("看板").Charts.Count,
}
"""


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    with office() as found:
        yield found


def column_of(path: Path, table: str, column: str) -> str:
    """Letters of a column of the tracker."""
    text = Book.read(path).text("xl/workbook.xml")
    match = re.search(rf'name="_fp\.{table}\.{column}"[^>]*>[^<]*!\$([A-Z]+)\$', text)
    assert match is not None
    return match[1]


@pytest.fixture(scope="module")
def edited(running: Office, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo tracker as people left it: saved by LibreOffice, with things of theirs in it."""
    path = tmp_path_factory.mktemp("lossless") / "tracker.xlsx"
    create(path, lang="zh")
    fill_demo(path, now=DEMO_NOW)
    picture = running.folder / "picture.png"
    shutil.copyfile(PICTURE, picture)
    picture.chmod(0o644)
    kind, paid = column_of(path, "reviews", "kind"), column_of(path, "orders", "paid")
    running.run(
        path,
        EDIT,
        save=True,
        picture=str(picture),
        count=f'=COUNTIF($中差评跟踪.${kind}$2:${kind}$9999;"产品质量")',
        sum=f"=SUM($订单.${paid}$2:${paid}$9999)",
    )
    add_foreign_parts(path)
    return path


def add_foreign_parts(path: Path) -> None:
    """Parts of programs that neither LibreOffice nor we know."""
    fresh = path.with_suffix(".new")
    with ZipFile(path) as old, ZipFile(fresh, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                types = b'<Default Extension="bin" ContentType="application/x-else"/></Types>'
                content = content.replace(b"</Types>", types)
            if name == "xl/_rels/workbook.xml.rels":
                relations = b"".join(
                    b'<Relationship Id="foreign%d" Type="urn:someone-else/part" Target="/%s"/>'
                    % (number, part.encode())
                    for number, part in enumerate(FOREIGN)
                )
                content = content.replace(b"</Relationships>", relations + b"</Relationships>")
            new.writestr(name, content)
        for name, content in FOREIGN.items():
            new.writestr(name, content)
    fresh.replace(path)


def parts(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def tracked_parts(path: Path) -> set[str]:
    """Sheets with a table of the tracker."""
    book = Book.read(path)
    names = set(
        re.findall(r'name="_fp\.(?!now)[^"]*"[^>]*>\'?([^<!\']*)\'?!', book.text(book.part))
    )
    return {sheet.part for sheet in book.sheets if sheet.name in names}


def check_only_declared(before: Path, after: Path, *, sheets: bool) -> set[str]:
    """Parts that changed; fails when one changed that no button may touch."""
    old, new = parts(before), parts(after)
    changed = {name for name in old if new.get(name) != old[name]}
    allowed = tracked_parts(before) | {"xl/workbook.xml", "xl/styles.xml"}
    allowed |= {name for name in old if name.startswith("xl/tables/")}
    for name in sorted(changed - allowed):
        if name.startswith("xl/worksheets/sheet") and name in new:
            # Only cached values of formulas may have gone.
            cached = rb"(<f[^>]*>[^<]*</f>)<v>[^<]*</v>"
            assert re.sub(cached, rb"\1", old[name]) == re.sub(cached, rb"\1", new[name]), name
            continue
        assert sheets, name
        if name in new:
            assert name in SHEET_TOUCHES or is_report_part(name), name
        else:
            assert is_report_part(name) or name == "xl/calcChain.xml", name
    if not sheets:
        assert set(new) == set(old)
    for name, content in FOREIGN.items():
        assert new[name] == content
    for name, content in old.items():
        if name.startswith(("xl/media/", "xl/pivot", "xl/comments")) and name in changed:
            raise AssertionError(name)
        if name.startswith("xl/media/"):
            assert new[name] == content
    return changed


def is_report_part(name: str) -> bool:
    """A part of a sheet that we made ourselves and replace as a whole."""
    return bool(re.match(r"xl/(worksheets|drawings|charts)/", name))


def pressed(path: Path, name: str, now: datetime, **options: Any) -> Edits:
    button = BUTTONS[name]
    given = Given(now, button.read(options))
    return press(
        str(path),
        lambda snapshot: button.act(snapshot, given),
        button.needs,
        refresh_at=now if button.refreshes else None,
    )


def import_more(path: Path, now: datetime) -> Edits:
    export = path.with_name("more.csv")
    lines = [
        f"90{number:04},质量太差，用两天就坏了,1,{now:%Y-%m-%d} 08:{number:02}:00"
        for number in range(40)
    ]
    export.write_text("\ufeff评价ID,评价内容,星级,评价时间\n" + "\n".join(lines) + "\n", "utf-8")
    button = BUTTONS["import"]
    options = button.read({"platform": "jd", "shop": "京东店", "tables": "reviews"})
    given = Given(now, options, (read_export(export, is_header),))
    return press(str(path), lambda seen: button.act(seen, given), button.needs, refresh_at=now)


def follow_up_rows(path: Path, now: datetime) -> Edits:
    """Rows appended to a table that had none."""
    edits = Edits()
    edits.table("followups").append += [
        {"followup_id": f"F{number}", "review_id": "900001", "step": "confirm", "due_at": now}
        for number in range(3)
    ]
    sheet = open_sheet(str(path))
    sheet.snapshot({"followups": ("followup_id", "review_id", "step", "due_at")})
    sheet.apply(edits)
    return edits


STEPS: tuple[tuple[str, bool, Callable[[Path, datetime], Edits]], ...] = (
    ("refresh", False, lambda path, now: pressed(path, "refresh", now)),
    ("import", False, import_more),
    ("claim", False, lambda path, now: pressed(path, "claim", now, review_id="900001", by="小王")),
    ("followups", False, follow_up_rows),
    ("report", True, lambda path, now: pressed(path, "report", now)),
    ("dashboard", True, lambda path, now: pressed(path, "dashboard", now)),
    ("refresh again", False, lambda path, now: pressed(path, "refresh", now)),
)


def test_everything_of_theirs_survives_every_button(
    running: Office, edited: Path, tmp_path: Path
) -> None:
    path = tmp_path / "tracker.xlsx"
    shutil.copyfile(edited, path)
    first = running.run(path, LOOK)
    assert (first["charts"], first["pictures"], first["pivots"]) == (1, 1, 1)
    assert first["hidden"][-1] == "藏起来"
    assert first["values"][0] > 10
    now = DEMO_NOW
    for name, sheets, step in STEPS:
        now += timedelta(hours=1)
        before = tmp_path / "before.xlsx"
        shutil.copyfile(path, before)
        step(path, now)
        changed = check_only_declared(before, path, sheets=sheets)
        assert changed, f"{name} changed nothing"
    snapshot = open_sheet(str(path)).snapshot(
        {
            "reviews": ("kind", "kind_confirmed", "agent"),
            "orders": ("paid",),
            "followups": ("step",),
        }
    )
    reviews = snapshot["reviews"]
    assert len(reviews) == 340
    assert len(snapshot["followups"]) == 3
    last = running.run(path, LOOK)
    quality = reviews.column("kind").count("quality")
    paid = float(sum(value for value in snapshot["orders"].column("paid") if value is not None))
    assert last["values"] == pytest.approx([quality, paid, 2 * quality])
    assert quality == first["values"][0] + 40
    for name in ("formulas", "charts", "pictures", "pivots", "pivot", "notes", "hidden"):
        assert last[name] == first[name], name
    assert set(first["sheets"]) <= set(last["sheets"])
    assert last["boardCharts"] >= 2
