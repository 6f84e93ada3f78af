"""A small tracker definition with a column of every type, and workbooks made by other programs."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from fanpan.templates.tracker import Tracker


def column(id: str, zh: str, en: str, type: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": {"zh": zh, "en": en}, "type": type, **more}


def computed(id: str, zh: str, en: str, type: str, **more: Any) -> dict[str, Any]:
    return column(id, zh, en, type, part="out", rule="x", **more)


TRACKER = Tracker.model_validate(
    {
        "tables": [
            {
                "id": "reviews",
                "title": {"zh": "中差评跟踪", "en": "Bad reviews"},
                "key": ["review_id"],
                "columns": [
                    column("platform", "平台", "Platform", "choice", choices="platform"),
                    column("review_id", "评价ID", "Review ID", "id", width=20),
                    column("nickname", "买家昵称", "Nickname", "text", private=True),
                    column("text", "评价内容", "Review", "long", width=40),
                    column("posted_at", "评价时间", "Posted at", "moment", width=17),
                    column("day", "日期", "Day", "day"),
                    column("paid", "实付", "Paid", "money"),
                    column("share", "占比", "Share", "percent"),
                    column("stars", "星级", "Stars", "number"),
                    column("confirmed", "已确认", "Confirmed", "flag"),
                    column("evidence", "已有证据", "Evidence", "multi", choices="evidence"),
                    column(
                        "kind", "差评类型", "Kind", "choice", choices="kind", part="out",
                        formula="KIND(text, stars, rules)",
                    ),
                    column(
                        "kind_confirmed", "人工类型", "Kind (confirmed)", "choice", choices="kind",
                        part="over", overrides="kind",
                    ),
                    column(
                        "offer_chosen", "选定方案", "Chosen offer", "choice", choices="offer",
                    ),
                    computed("case_state", "个案状态", "State", "choice", choices="case_state"),
                    computed("state_solution", "方案状态", "Done", "choice", choices="clock_state"),
                    computed("minutes_left", "剩余分钟", "Minutes left", "number"),
                    computed("tier", "客户分层", "Tier", "choice", choices="tier"),
                    computed("is_bad", "是否中差评", "Is bad", "choice", choices="is_bad"),
                    column("suspicion", "嫌疑分", "Suspicion", "number", part="out", later="soon"),
                    computed("problems", "数据问题", "Data problems", "long"),
                    computed("seal", "校验码", "Seal", "id"),
                ],
                "views": [
                    {
                        "id": "agent",
                        "title": {"zh": "客服", "en": "Agents"},
                        "columns": ["review_id", "text", "kind", "case_state"],
                    },
                    {
                        "id": "lead",
                        "title": {"zh": "主管", "en": "Leads"},
                        "columns": [
                            "review_id", "kind_confirmed", "tier", "state_solution", "problems",
                        ],
                    },
                ],
            },
            {
                "id": "log",
                "title": {"zh": "日志: [全部]", "en": "Log: [all]"},
                "key": ["log_id"],
                "columns": [
                    column("log_id", "编号", "Log ID", "id"),
                    column("what", "内容", "What", "text"),
                ],
            },
            {
                "id": "memory",
                "title": {"zh": "翻盘记录", "en": "Fanpan memory"},
                "key": ["name"],
                "columns": [
                    column("name", "名称", "Name", "id"),
                    column("value", "内容", "Value", "long"),
                ],
            },
        ]
    }
)  # fmt: skip

ROWS: list[dict[str, Any]] = [
    {
        "review_id": "123456789012345678",
        "platform": "taobao",
        "nickname": "小**鱼",
        "text": "质量太差",
        "posted_at": datetime(2026, 11, 20, 9, 30, 15),
        "day": date(2026, 11, 20),
        "paid": Decimal("88.10"),
        "share": 0.125,
        "stars": 1.0,
        "confirmed": True,
        "evidence": ("chat", "call"),
        "kind": "quality",
        "kind_confirmed": "damage",
        "case_state": "closed",
        "state_solution": "overdue",
        "minutes_left": -30.0,
        "tier": "high_value",
        "is_bad": "yes",
        "problems": "缺少抓取时间",
    },
    {
        "review_id": "0007",
        "platform": "other",
        "stars": 0.0,
        "confirmed": False,
        "text": "",
        "paid": None,
    },
]  # fmt: skip


def png() -> bytes:
    """A red dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0\xff\0\0")
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def edit_zip(path: Path, change: dict[str, Callable[[str], str]], add: dict[str, bytes]) -> None:
    """Change the texts of some parts and add others, as a foreign program might."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, function in change.items():
        before = parts[name].decode()
        after = function(before)
        assert after != before, f"{name}: nothing changed"
        parts[name] = after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **add}.items():
            new.writestr(name, content)


def made_by_xlsxwriter(path: Path) -> None:
    """A person's workbook with one of everything, as XlsxWriter writes it."""
    image = path.with_suffix(".png")
    image.write_bytes(png())
    book = xlsxwriter.Workbook(str(path))
    data, extra, hidden = (book.add_worksheet(name) for name in ("数据", "O'Neil & <他>", "藏"))
    bold = book.add_format({"bold": True, "bg_color": "#FFEE00", "num_format": '0.000"件"'})
    for row in range(10):
        data.write(row, 0, row, bold)
        data.write(row, 1, f"文字{row % 3}")
        data.write_formula(row, 2, f"=A{row + 1}*2", bold, row * 2)
    data.add_table(0, 4, 5, 5, {"columns": [{"header": "a"}, {"header": "b"}]})
    data.conditional_format("A1:A10", {"type": "data_bar", "data_bar_2010": True})
    data.conditional_format("A1:A10", {"type": "cell", "criteria": ">", "value": 3, "format": bold})
    data.add_sparkline("H1", {"range": "A1:A5"})
    data.write_comment("A1", "备注")
    data.insert_image("J2", str(image))
    chart = book.add_chart({"type": "pie"})
    chart.add_series({"values": "=数据!$A$1:$A$5"})
    extra.insert_chart("B2", chart)
    data.print_area("A1:C10")
    extra.repeat_rows(0)
    hidden.hide()
    extra.activate()
    book.define_name("_fp.reviews.x", "=数据!$A$1")
    book.close()
    image.unlink()


def made_by_openpyxl(path: Path) -> None:
    """A workbook as openpyxl writes it: absolute targets, no `r` in places, other style order."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data"
    for row in range(1, 6):
        cell = sheet.cell(row, 1, row * 1.5)
        cell.number_format = "0.00%"
        cell.font = openpyxl.styles.Font(italic=True, color="FF00AA00")
    sheet.cell(6, 1, "=SUM(A1:A5)")
    chart = openpyxl.chart.BarChart()
    chart.add_data(openpyxl.chart.Reference(sheet, min_col=1, min_row=1, max_row=5))
    sheet.add_chart(chart, "C2")
    book.create_sheet("二").cell(1, 1, "x")
    book.save(path)


def add_foreign_parts(path: Path) -> None:
    """A pivot table, custom XML, unknown parts and unknown elements."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    def types(text: str) -> str:
        return text.replace(
            "</Types>",
            '<Default Extension="zzz" ContentType="application/x-zzz"/>'
            f'<Override PartName="/xl/pivotCache/pivotCacheDefinition1.xml" '
            f'ContentType="{kind}.pivotCacheDefinition+xml"/>'
            f'<Override PartName="/xl/pivotTables/pivotTable1.xml" '
            f'ContentType="{kind}.pivotTable+xml"/></Types>',
        )

    def workbook(text: str) -> str:
        return text.replace(
            "</workbook>",
            '<pivotCaches><pivotCache cacheId="7" r:id="rId99"/></pivotCaches>'
            '<extLst><ext uri="{AAAA}" xmlns:zz="urn:zz"><zz:keep a="1"/></ext></extLst>'
            "</workbook>",
        )

    def sheet_relations(text: str) -> str:
        return text.replace(
            "</Relationships>",
            f'<Relationship Id="rId98" Type="{office}/pivotTable" '
            'Target="../pivotTables/pivotTable1.xml"/></Relationships>',
        )

    def relations(text: str) -> str:
        return text.replace(
            "</Relationships>",
            f'<Relationship Id="rId99" Type="{office}/pivotCacheDefinition" '
            'Target="pivotCache/pivotCacheDefinition1.xml"/></Relationships>',
        )

    def styles(text: str) -> str:
        return text.replace(
            "</styleSheet>",
            '<extLst><ext uri="{BBBB}" xmlns:zz="urn:zz"><zz:style/></ext></extLst></styleSheet>',
        )

    cache = (
        f'<pivotCacheDefinition xmlns="{main}" refreshOnLoad="1" recordCount="0">'
        '<cacheSource type="worksheet"><worksheetSource ref="E1:F6" sheet="数据"/></cacheSource>'
        '<cacheFields count="2"><cacheField name="a" numFmtId="0"><sharedItems/></cacheField>'
        '<cacheField name="b" numFmtId="0"><sharedItems/></cacheField></cacheFields>'
        "</pivotCacheDefinition>"
    )
    table = (
        f'<pivotTableDefinition xmlns="{main}" name="P" cacheId="7" dataCaption="Values">'
        '<location ref="L20:M22" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
        '<pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items count="1">'
        '<item t="default"/></items></pivotField><pivotField dataField="1" showAll="0"/>'
        '</pivotFields><rowFields count="1"><field x="0"/></rowFields><dataFields count="1">'
        '<dataField name="Sum of b" fld="1"/></dataFields></pivotTableDefinition>'
    )
    pivot_rels = (
        f'<Relationships xmlns="{package}"><Relationship Id="rId1" '
        f'Type="{office}/pivotCacheDefinition" '
        'Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>'
    )
    edit_zip(
        path,
        {
            "[Content_Types].xml": types,
            "xl/workbook.xml": workbook,
            "xl/_rels/workbook.xml.rels": relations,
            "xl/styles.xml": styles,
            "xl/worksheets/_rels/sheet1.xml.rels": sheet_relations,
        },
        {
            "xl/pivotCache/pivotCacheDefinition1.xml": cache.encode(),
            "xl/pivotTables/pivotTable1.xml": table.encode(),
            "xl/pivotTables/_rels/pivotTable1.xml.rels": pivot_rels.encode(),
            "customXml/item1.xml": "<a>任意</a>".encode(),
            "foreign/thing.zzz": bytes(range(256)),
        },
    )
