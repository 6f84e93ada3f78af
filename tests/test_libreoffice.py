"""The extension in a real LibreOffice, installed as a person installs it."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import to_excel
from typer.testing import CliRunner

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.addin.cli.app import build as app
from fanpan.addin.libreoffice.build import build
from fanpan.addin.libreoffice.methods import COLUMN, methods
from fanpan.functions import REGISTRY
from fanpan.functions.cellfunction import CellFunction
from fanpan.functions.registry import Registry
from fanpan.functions.values import to_serial
from fanpan.sheets.remote import tracker_json
from fanpan.templates.tracker import load_tracker

from .excel import flat, zh_cell
from .golden import ERRORS, GOLDEN, examples
from .libreoffice import Office, office

AT = "2026-11-23T10:00:00"
REVIEWS = "中差评跟踪"
_CONTEXT = """
import uno
resolver = uno.getComponentContext().ServiceManager.createInstance(
    "com.sun.star.bridge.UnoUrlResolver")
context = resolver.resolve(f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
def dispatch(url):
    helper = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.DispatchHelper", context)
    outcome = helper.executeDispatch(document.CurrentController.Frame, url, "", 0, ())
    return [outcome.State, outcome.Result]
def cells(name):
    sheet = document.Sheets.getByName(name)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    return [list(row) for row in
            sheet.getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow).getDataArray()]
"""


@pytest.fixture(scope="module")
def lo(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    oxt = build(tmp_path_factory.mktemp("oxt") / "fanpan.oxt", service=service)
    with office(oxt) as running:
        yield running


def literal(value: Any) -> str:
    """An argument as a formula writes it."""
    match value:
        case None:
            return '""'
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return '"' + value.replace('"', '""').replace("\n", '"&CHAR(10)&"') + '"'
        case list():
            rows: list[Any] = value
            lines = [row if isinstance(row, list) else [row] for row in rows]
            width = max(map(len, lines))
            lines = [[*line, *[None] * (width - len(line))] for line in lines]
            return "{" + "|".join(";".join(map(literal, line)) for line in lines) + "}"
        case {"error": "#N/A"}:
            return "NA()"
        case _:
            return str(value)


def formula(name: str, args: list[Any], column: bool = False) -> str:
    return f"=FANPAN.{name}{COLUMN if column else ''}({';'.join(map(literal, args))})"


def evaluated(lo: Office, file: Path, formulas: list[str], arrays: bool = False) -> list[Any]:
    """[text, number, error code] per formula, or the 6 × 6 cells that an array formula fills."""
    found: list[Any] = lo.run(
        file,
        """
document.Sheets.insertNewByName("T", 0)
sheet = document.Sheets.getByName("T")
result = []
for at, formula in enumerate(options["formulas"]):
    if options["arrays"]:
        area = sheet.getCellRangeByPosition(0, at * 7, 5, at * 7 + 5)
        area.setArrayFormula(formula)
        result.append([list(row) for row in area.getDataArray()])
    else:
        cell = sheet.getCellByPosition(0, at)
        cell.Formula = formula
        result.append([cell.String, cell.Value, cell.getError()])
""",
        formulas=formulas,
        arrays=arrays,
    )
    return found


def close(found: Any, expected: Any) -> bool:
    if isinstance(expected, float | int) and not isinstance(expected, bool):
        return isinstance(found, float | int) and abs(found - expected) < 1e-6
    return bool(found == expected)


def test_golden_cases_of_one_cell(lo: Office, demo: Path) -> None:
    cases = [case for case in GOLDEN if not isinstance(case[3], list)]
    assert len(cases) >= 10
    found = evaluated(lo, demo, [formula(name, args) for _, name, args, _ in cases])
    for (title, _, _, expected), (text, number, error) in zip(cases, found, strict=True):
        shown = zh_cell(expected)
        assert error == 0, title
        assert close(number if isinstance(shown, float | int) else text, shown), (title, text)


def test_golden_cases_of_rows_columns_and_tables(lo: Office, demo: Path) -> None:
    cases = [case for case in GOLDEN if isinstance(case[3], list)]
    assert len(cases) >= 3
    formulas = [
        formula(name, args, column=REGISTRY[name].result.name != "rows")
        for _, name, args, _ in cases
    ]
    for (title, name, _, expected), area in zip(
        cases, evaluated(lo, demo, formulas, arrays=True), strict=True
    ):
        wanted = [zh_cell(cell) for cell in flat(expected)]
        rows = expected if isinstance(expected[0], list) else None
        height = (
            len(rows) if rows else (1 if REGISTRY[name].result.name == "row" else len(expected))
        )
        width = len(wanted) // height
        cells = [cell for row in area[:height] for cell in row[:width]]
        assert all(map(close, cells, wanted)), (title, cells, wanted)


def test_errors_show_and_can_be_caught(lo: Office, demo: Path) -> None:
    formulas = [formula(name, args) for _, name, args, _ in ERRORS]
    caught = [f'=IFERROR({text[1:]};"caught")' for text in formulas]
    found = evaluated(lo, demo, formulas + caught)
    for (title, _, _, kind), (_, _, error) in zip(ERRORS, found, strict=False):
        assert error == {"#N/A": 32767, "#VALUE!": 519}[kind], title
    assert [text for text, _, _ in found[len(ERRORS) :]] == ["caught"] * len(ERRORS)


def test_what_the_docstrings_say_is_so_in_a_sheet(lo: Office, demo: Path) -> None:
    """Every function computed, with a text, number, date, blank, choice, column or rules text."""
    cases = list(examples())
    assert {name for name, _, _ in cases} == set(REGISTRY)
    single = [case for case in cases if REGISTRY[case[0]].result.name != "rows"]
    found = evaluated(lo, demo, [formula(name, args) for name, args, _ in single])
    for (name, args, expected), (text, number, error) in zip(single, found, strict=True):
        shown = expected[0] if REGISTRY[name].result.name == "row" and expected else expected
        assert error == (519 if isinstance(shown, dict) else 0), (name, args, text)
        if error == 0:
            shown = "" if shown is None else shown
            assert close(number if isinstance(shown, float | int) else text, shown), (name, args)
    tables = [case for case in cases if REGISTRY[case[0]].result.name == "rows"]
    areas = evaluated(lo, demo, [formula(name, args) for name, args, _ in tables], arrays=True)
    for (name, args, expected), area in zip(tables, areas, strict=True):
        if isinstance(expected, dict):
            continue  # every cell shows the error, which a data array cannot tell
        for row, wanted in zip(area, expected or [[""]], strict=False):
            cells = ["" if cell is None else cell for cell in wanted[:6]]
            assert all(map(close, row, cells)), (name, args, row)


def test_every_function_is_there_by_its_name(lo: Office, demo: Path) -> None:
    """With no arguments a known function complains or is blank; an unknown one shows #NAME?."""
    names = [method.name for method in methods(REGISTRY.values())]
    found = evaluated(lo, demo, [f"=FANPAN.{name}()" for name in names] + ["=FANPAN.NOTHING()"])
    assert len(found) == len(names) + 1 > len(REGISTRY)
    for name, (_, _, error) in zip(names, found, strict=False):
        assert error != 525, name
    assert found[-1][2] == 525


def test_chinese_names_can_be_typed_and_are_stored_in_english(demo: Path, tmp_path: Path) -> None:
    names = {method.name: method.title("zh") for method in methods(REGISTRY.values())}
    with office(build(tmp_path / "fanpan.oxt"), "zh-CN") as chinese:
        stored, shown = chinese.run(
            demo,
            """
sheet = document.Sheets.getByIndex(0)
stored = {}
for at, (name, title) in enumerate(options["names"].items()):
    cell = sheet.getCellByPosition(40, at)
    cell.FormulaLocal = f"={title}()"
    stored[name] = [cell.Formula, cell.FormulaLocal, cell.getError()]
cell = sheet.getCellByPosition(41, 0)
cell.FormulaLocal = '=FANPAN.差评类型("质量太差了")'
result = [stored, cell.String]
""",
            names=names,
        )
    assert shown == "产品质量"
    for name, title in names.items():
        formula, local, error = stored[name]
        assert formula.upper() == f"=FANPAN.{name}()"
        assert local == f"={title}()"
        assert error != 525, name


def test_functions_are_described_in_both_languages(lo: Office, demo: Path) -> None:
    found = lo.run(
        demo,
        _CONTEXT
        + """
descriptions = context.ServiceManager.createInstanceWithContext(
    "com.sun.star.sheet.FunctionDescriptions", context)
result = {}
for at in range(descriptions.Count):
    given = {p.Name: p.Value for p in descriptions.getByIndex(at)}
    if given["Name"].startswith("FANPAN."):
        result[given["Name"]] = [given["Description"], [a.Description for a in given["Arguments"]]]
""",
    )
    for method in methods(REGISTRY.values()):
        sentence, arguments = found[method.title("en")]
        assert sentence == method.help("en")
        assert len(arguments) == len(method.parameters), method.name


def test_a_text_compares_and_survives_saving(lo: Office, demo: Path, tmp_path: Path) -> None:
    script = (
        _CONTEXT
        + """
import os
sheet = document.Sheets.getByIndex(0)
base = "A200"
sheet.getCellRangeByName("A200").Formula = '=FANPAN.KIND("质量太差了")'
sheet.getCellRangeByName("A201").Formula = '=IF(A200="产品质量";"same";"different")'
sheet.getCellRangeByName("A202").Formula = '=COUNTIF(A200:A200;"产品质量")'
sheet.getCellRangeByName("A203").Formula = '=FANPAN.DEADLINE("quality";46083.375)'
sheet.getCellRangeByName("B200:B201").setArrayFormula('=FANPAN.KIND_COLUMN({"质量差"|"快递慢"})')
sheet.getCellRangeByName("B202").Formula = '=MATCH("物流延误";B200:B201;0)'
def shown(of):
    s = of.Sheets.getByIndex(0)
    return [s.getCellRangeByName(n).String for n in
            ("A200", "A201", "A202", "A203", "B200", "B201", "B202")]
result = [shown(document)]
for ending, filter in ((".ods", "calc8"), (".xlsx", "Calc MS Excel 2007 XML")):
    url = "file://" + path + ending
    document.storeToURL(url, (prop("FilterName", filter),))
    again = desktop.loadComponentFromURL(url, "_blank", 0, (prop("Hidden", True),))
    again.calculateAll()
    result.append(shown(again))
    again.close(True)
    os.remove(path + ending)
"""
    )
    first, ods, xlsx = lo.run(demo, script)
    assert first[:3] == ["产品质量", "same", "1"]
    assert first[4:] == ["产品质量", "物流延误", "2"]
    assert float(first[3]) == pytest.approx(46083.5416667)
    assert ods == first
    assert xlsx == first


def test_an_empty_cell_is_blank_and_a_zero_amount_is_none(lo: Office, demo: Path) -> None:
    found = evaluated(
        lo, demo,
        ["=FANPAN.DEADLINE(Z9;46083.375)", '=FANPAN.CLOCK_STATE("quality";46083;Z9;46083.01)',
         '=FANPAN.OFFER(0;"quality")', '=FANPAN.KIND("好";Z9)'],
    )  # fmt: skip
    assert [text for text, _, _ in found] == ["", "进行中", "主管定夺", ""]


def test_a_live_tracker_agrees_with_refresh(lo: Office, demo: Path, tmp_path: Path) -> None:
    live = tmp_path / "live.xlsx"
    shutil.copyfile(demo, live)
    run = CliRunner().invoke(app([]), ["convert", str(live), "libreoffice", "--now", AT])
    assert run.exit_code == 0, run.output
    found = lo.run(
        live,
        _CONTEXT
        + f"""
document.calculateAll()
sheet = document.Sheets.getByName("{REVIEWS}")
formulas = sum(len(list(range(a.StartRow, a.EndRow + 1))) * (a.EndColumn - a.StartColumn + 1)
               for a in sheet.queryContentCells(16).RangeAddresses)
result = [formulas, cells("{REVIEWS}")]
""",
    )
    formulas, shown = found
    expected = table(demo, REVIEWS)
    seal = expected[0].index("校验码")
    assert formulas == 13 * (len(expected) - 1)
    assert compared(shown, expected, {seal}) == []


def table(path: Path, sheet: str) -> list[list[Any]]:
    rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [[_raw(cell) for cell in row] for row in rows]


def _raw(cell: Any) -> Any:
    if cell is None:
        return ""
    raw: Any = to_excel(cell) if isinstance(cell, datetime) else cell
    return raw


def compared(found: list[Any], expected: list[Any], ignored: set[int]) -> list[Any]:
    """Cells that differ: (row, column title, found, expected)."""
    assert len(found) == len(expected)
    return [
        (number, expected[0][at], one, other)
        for number, (row, wanted) in enumerate(zip(found, expected, strict=True), 1)
        for at, (one, other) in enumerate(zip(row, wanted, strict=False))
        if at not in ignored
        and not (close(one, other) or (isinstance(other, float) and abs(one - other) < 2e-5))
    ]


# Buttons.


def press(lo: Office, file: Path, commands: list[str], **options: Any) -> dict[str, Any]:
    """Run commands on a copy of `file`; outcomes, tables before, after, and after undo."""
    found: dict[str, Any] = lo.run(
        file,
        _CONTEXT
        + """
names = [n for n in document.Sheets.ElementNames]
before = {n: cells(n) for n in names}
marks = sorted(document.NamedRanges.ElementNames)
undo = document.UndoManager
undo.clear()
outcomes = [dispatch(command) for command in options["commands"]]
after = {n: cells(n) for n in document.Sheets.ElementNames}
marks = {"before": marks, "after": sorted(document.NamedRanges.ElementNames)}
steps = list(undo.getAllUndoActionTitles())
while undo.isUndoPossible():
    undo.undo()
undone = {n: cells(n) for n in document.Sheets.ElementNames}
marks["undone"] = sorted(document.NamedRanges.ElementNames)
result = {"before": before, "outcomes": outcomes, "after": after, "undone": undone,
          "steps": steps, "names": marks}
""",
        commands=commands,
        **options,
    )
    return found


def case_in(path: Path, state: str) -> str:
    rows = table(path, REVIEWS)
    at = rows[0].index("个案状态")
    return next(str(row[0]) for row in rows if row[at] == state)


def test_refresh_writes_in_one_step_that_undo_takes_back(
    lo: Office, demo: Path, tmp_path: Path
) -> None:
    later = "2026-11-24T10:00:00"
    found = press(lo, demo, [f"org.fanpan:refresh?now={later}"])
    assert found["outcomes"][0][0] == 1, found["outcomes"]
    assert len(found["steps"]) == 1
    assert "刷新" in found["steps"][0]
    assert found["after"][REVIEWS] != found["before"][REVIEWS]
    assert found["undone"] == found["before"]
    same = tmp_path / "same.xlsx"
    shutil.copyfile(demo, same)
    run = CliRunner().invoke(app([]), ["refresh", str(same), "--now", later])
    assert run.exit_code == 0, run.output
    for sheet in (REVIEWS, "订单", "客户档案", "补偿流水"):
        assert compared(found["after"][sheet], table(same, sheet), set()) == [], sheet


def test_a_case_button_writes_from_empty_cells_and_logs(
    lo: Office, demo: Path, tmp_path: Path
) -> None:
    case = case_in(demo, "待认领")
    found = press(lo, demo, [f"org.fanpan:claim?review_id={case}&by==小王&now={AT}"])
    assert found["outcomes"][0][0] == 1, found["outcomes"]
    header = found["after"][REVIEWS][0]
    row = next(row for row in found["after"][REVIEWS] if row[0] == case)
    assert row[header.index("负责客服")] == "=小王"  # a text, whatever it starts with
    assert row[header.index("认领时间")] == pytest.approx(to_serial(datetime.fromisoformat(AT)))
    log = found["after"]["操作日志"]
    assert len([line for line in log[1:] if any(line)]) > len(
        [line for line in found["before"]["操作日志"][1:] if any(line)]
    )
    assert found["undone"] == found["before"]


def test_an_import_appends_rows_and_undo_removes_them(
    lo: Office, demo: Path, tmp_path: Path
) -> None:
    export = lo.folder / "more.csv"
    export.write_text(
        "平台,店铺,评价ID,评价时间,星级,评价内容\n淘宝,暖居,LO0001,2026-11-23 09:00,1,质量太差了\n",
        "utf-8",
    )
    export.chmod(0o644)
    found = press(lo, demo, [f"org.fanpan:import?file={export}&now={AT}"])
    assert found["outcomes"][0][0] == 1, found["outcomes"]
    rows = found["after"][REVIEWS]
    assert len(rows) == len(found["before"][REVIEWS]) + 1
    header, last = rows[0], rows[-1]
    assert last[header.index("评价ID")] == "LO0001"
    assert last[header.index("差评类型")] == "产品质量"
    assert found["undone"] == found["before"]


def test_reports_are_drawn_and_replaced(lo: Office, demo: Path) -> None:
    found = press(
        lo, demo, [f"org.fanpan:report?now={AT}", f"org.fanpan:dashboard?now={AT}",
                   f"org.fanpan:dashboard?now={AT}"],
    )  # fmt: skip
    assert [state for state, _ in found["outcomes"]] == [1, 1, 1], found["outcomes"]
    assert found["after"].keys() == found["before"].keys()  # replaced, not added
    for sheet in ("看板", "差评TOP3分析报告 2026-W47"):
        texts = [cell for row in found["after"][sheet] for cell in row if cell != ""]
        wanted = [cell for row in found["before"][sheet] for cell in row if cell != ""]
        assert len(texts) == len(wanted)
        assert [t for t in texts if isinstance(t, str)] == [t for t in wanted if isinstance(t, str)]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tracker of a new user, which holds nothing yet."""
    path = tmp_path_factory.mktemp("fresh") / "tracker.xlsx"
    run = CliRunner().invoke(app([]), ["new", str(path)])
    assert run.exit_code == 0, run.output
    return path


def test_a_first_report_and_board_are_added_and_undo_removes_them(
    lo: Office, fresh: Path, demo: Path
) -> None:
    for file, commands in (
        (fresh, [f"org.fanpan:dashboard?now={AT}"]),
        (demo, [f"org.fanpan:report?week=2026-W45&now={AT}"] * 2),
    ):
        found = press(lo, file, commands, window=True)
        assert [state for state, _ in found["outcomes"]] == [1] * len(commands), found["outcomes"]
        added = found["after"].keys() - found["before"].keys()
        assert len(added) == (1 if file is fresh else 3)
        assert found["undone"] == found["before"]
        assert found["names"]["undone"] == found["names"]["before"]
        assert len(set(found["names"]["after"]) - set(found["names"]["before"])) == len(added)


def workbook(path: Path, rows: list[list[str]]) -> Path:
    """A file that a person made, with nothing of ours but titles."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_columns_found_by_their_titles_are_remembered(lo: Office, tmp_path: Path) -> None:
    titles = ["评价ID", "平台", "店铺", "评价内容", "负责客服", "认领时间"]
    plain = workbook(tmp_path / "titles.xlsx", [titles, ["R1", "淘宝", "暖居", "太差了"]])
    found = press(lo, plain, [f"org.fanpan:claim?review_id=R1&by=小王&now={AT}"])
    assert found["outcomes"][0][0] == 1, found["outcomes"]
    ((_, rows),) = found["after"].items()
    assert rows[1][4] == "小王"
    assert {"_fp.reviews.review_id", "_fp.reviews.agent"} <= set(found["names"]["after"])


def test_the_selected_row_fills_in_which_case(lo: Office, demo: Path) -> None:
    """The dialog itself waits for a person; what it starts with is asked of the code inside."""
    found = lo.run(
        demo,
        """
import glob
sys.path[:0] = glob.glob(os.path.dirname(path) + "/profile/**/pythonpath", recursive=True)
from fanpan.addin.libreoffice.inside.places import find_places, selected_keys
places = find_places(document, options["tracker"])
def at(name, row, column=3):
    sheet = document.Sheets.getByName(name)
    document.CurrentController.setActiveSheet(sheet)
    document.CurrentController.select(sheet.getCellByPosition(column, row))
    return selected_keys(document, places)
review = document.Sheets.getByName("中差评跟踪").getCellByPosition(0, 4).String
payout = document.Sheets.getByName("补偿流水")
result = [at("中差评跟踪", 4), review, at("中差评跟踪", 0), at("补偿流水", 1),
          [payout.getCellByPosition(c, 1).String for c in range(4)], at("看板", 4)]
""",
        tracker=tracker_json(load_tracker(), "zh"),
        window=True,
    )
    first, review, header, payout, cells, board = found
    assert first["review_id"] == review != ""
    assert header == board == {}
    assert payout["review_id"] in cells
    assert payout["payout_id"] in cells


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("import?file=/nowhere/more.csv", "more.csv"),
        ("refresh?now=yesterday", "yesterday"),
        ("nothing", "nothing"),
        ("claim?by=小王", "评价ID"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    lo: Office, demo: Path, command: str, said: str
) -> None:
    (state, told), same = lo.run(
        demo,
        _CONTEXT + "before = cells('中差评跟踪')\n"
        "result = [dispatch(options['command']), cells('中差评跟踪') == before]",
        command=f"org.fanpan:{command}",
    )
    assert state == 0
    assert said in told
    assert re.search("[\u4e00-\u9fff]", told)
    assert same is True


def test_a_refusal_is_in_the_language_of_the_tracker(lo: Office, tmp_path: Path) -> None:
    path = tmp_path / "english.xlsx"
    args = ["new", str(path), "--lang", "en"]
    run = CliRunner().invoke(app(args), args)
    assert run.exit_code == 0, run.output
    (outcome,) = lo.run(
        path, _CONTEXT + 'result = [dispatch("org.fanpan:claim?review_id=none&by=Ann")]'
    )
    assert outcome[0] == 0
    assert not re.search("[\u4e00-\u9fff]", outcome[1]), outcome[1]


def test_too_many_rows_are_told_with_table_and_number(lo: Office, tmp_path: Path) -> None:
    rows = [["评价ID", "评价内容"], *([f"R{n}", "差"] for n in range(20_001))]
    long = workbook(tmp_path / "long.xlsx", rows)
    (outcome,) = lo.run(long, _CONTEXT + 'result = [dispatch("org.fanpan:refresh")]')
    assert outcome == [
        0, "“中差评跟踪”有 20001 行，超过这里的按钮能发送的数量；请关闭文件，用命令 fanpan 处理。"
    ]  # fmt: skip


def test_every_button_answers_to_its_command(lo: Office, demo: Path) -> None:
    """What each of them does is tested elsewhere; here: it is found, asks for what it needs."""
    case = case_in(demo, "待认领")
    found = press(
        lo, demo, [f"org.fanpan:{name}?review_id={case}&by=小王&now={AT}" for name in BUTTONS]
    )
    assert len(found["outcomes"]) == len(BUTTONS) >= 19
    for name, (_, said) in zip(BUTTONS, found["outcomes"], strict=True):
        assert said, name
        assert said != name  # the service knows it
    assert found["outcomes"][list(BUTTONS).index("claim")][0] == 1


def test_nothing_is_written_without_a_service_or_a_tracker(
    demo: Path, lo: Office, tmp_path: Path
) -> None:
    found = lo.run(
        demo,
        _CONTEXT
        + """
provider = context.ServiceManager.createInstanceWithContext(
    "com.sun.star.configuration.ConfigurationProvider", context)
def url(text):
    node = provider.createInstanceWithArguments(
        "com.sun.star.configuration.ConfigurationUpdateAccess",
        (prop("nodepath", "/org.fanpan.Settings/Service"),))
    node.replaceByName("Url", text)
    node.commitChanges()
url("http://127.0.0.1:9")
before = cells("中差评跟踪")
result = [dispatch("org.fanpan:refresh")]
url("")
result.append(before == cells("中差评跟踪"))
""",
    )
    (state, said), same = found
    assert state == 0
    assert "fanpan serve" in said
    assert same is True
    plain = tmp_path / "plain.csv"
    plain.write_text("a,b\n1,2\n")
    (outcome,) = lo.run(plain, _CONTEXT + 'result = [dispatch("org.fanpan:refresh")]')
    assert outcome[0] == 0
    assert "fanpan new" in outcome[1]


# The extension as a file.


def test_a_toy_function_appears_with_no_other_change(tmp_path: Path) -> None:
    def toy(text: Annotated[str, "Any text"]) -> str:
        """Twice the text."""
        return text * 2

    functions = Registry()
    functions.add(CellFunction(toy, {"zh_CN": "玩具"}))
    oxt = build(tmp_path / "toy.oxt", functions=functions)
    with zipfile.ZipFile(oxt) as file:
        assert b"any TOY([in] any aText);" in file.read("XFanpan.idl")
        names = file.read("CalcAddIns.xcu").decode()
    assert "FANPAN.TOY" in names
    assert "FANPAN.玩具" in names


def test_the_extension_brings_all_it_needs_and_nothing_else(tmp_path: Path) -> None:
    oxt = build(tmp_path / "fanpan.oxt")
    with zipfile.ZipFile(oxt) as file:
        names = file.namelist()
        for name in names:
            if name.startswith("pythonpath/fanpan/") and name.endswith(".py"):
                text = file.read(name).decode()
                for other in ("pydantic", "fastapi", "pandas", "openpyxl"):
                    assert f"import {other}" not in text, name
    assert "pythonpath/tzdata/zoneinfo/Asia/Shanghai" in names
    assert not [name for name in names if ".pyc" in name or "/templates/" in name]
    assert oxt.stat().st_size < 2_000_000
