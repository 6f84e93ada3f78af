"""Live mode: what is written for each host, and what goes on in a file that holds formulas."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from fanpan.addin.cli.app import build
from fanpan.addin.tracking import convert
from fanpan.sheets import open as open_sheet
from fanpan.sheets.workbook.forms import Form, TooManyRows
from fanpan.sheets.workbook.rowxml import column_name
from fanpan.sheets.workbook.sheetxml import our_formulas, scan
from fanpan.templates.areas import ROW, Area
from fanpan.templates.formula import FormulaError, parse_formula
from fanpan.templates.hostformula import HostFormulas, LiveHost, NotLive
from fanpan.templates.live import GOOGLE_ROWS, LIVE_HOSTS, LiveFormulas
from fanpan.templates.tracker import load_tracker

NOW = datetime(2026, 11, 23, 10)
AT = "2026-11-23 10:00"
TRACKER = load_tracker()
LIVE = {
    "is_bad", "kind", "kind_why", "kind_sure", "alert", "case_state", "due_response",
    "due_solution", "due_close", "state_response", "state_solution", "minutes_left", "told",
}  # fmt: skip


def areas(rows: int = 9) -> dict[str, Area]:
    return {
        table.id: Area(
            f"{table.title.zh}'s",
            {column.id: column_name(at) for at, column in enumerate(table.columns)},
            2,
            rows + 1,
        )
        for table in TRACKER.tables
    }


def written(host: LiveHost, formula: str, table: str = "reviews") -> str:
    found = HostFormulas(TRACKER, areas(), host, "zh", {"rules": "R", "now": "N"})
    return found.write(table, parse_formula(formula))


def at(column: str, table: str = "reviews") -> str:
    return areas()[table].columns[column]


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("ALERT(text, rules)", 'FANPAN.ALERT(IF(${text}#="","",${text}#),R)'),
        ('IF(is_bad == "yes", 1, blank)', 'IF(${is_bad}#="是",1,"")'),
        ("FIRST(closed_at, now)", 'IF(${closed_at}#<>"",${closed_at}#,N)'),
        (
            'JOIN("\\n", text, note)',
            '${text}#&IF((${text}#<>"")*(${note}#<>""),""&CHAR(10)&"","")&${note}#',
        ),
        (
            "IF(followup_at > closed_at, 1, 2)",
            'IF((${followup_at}#<>"")*(${closed_at}#<>"")*(${followup_at}#>${closed_at}#),1,2)',
        ),
        (
            'IF(is_bad == "no" or stars != 5, 1, 2)',
            'IF((${is_bad}#="否")+(${stars}#<>5),1,2)',
        ),
        (
            "EARLIEST(blank, closed_at, solution_at)",
            'IF(MIN(IF((${closed_at}#<>"")*(${closed_at}#>=N("")),${closed_at}#,9999999),'
            'IF((${solution_at}#<>"")*(${solution_at}#>=N("")),${solution_at}#,9999999))=9999999,"",'
            'MIN(IF((${closed_at}#<>"")*(${closed_at}#>=N("")),${closed_at}#,9999999),'
            'IF((${solution_at}#<>"")*(${solution_at}#>=N("")),${solution_at}#,9999999)))',
        ),
        ("OPEN(waiting_since)",
         'IF(${waiting_since}#="","",TEXT(${waiting_since}#,"yyyy-mm-dd hh:mm:ss")&"~")'),
    ],
)  # fmt: skip
def test_every_word_has_a_form_of_the_host(formula: str, expected: str) -> None:
    filled = re.sub(r"\{(\w+)\}", lambda match: at(match[1]), expected).replace("#", ROW)
    assert written("libreoffice", formula) == filled


def test_a_confirmed_kind_beats_the_computed_one() -> None:
    own, over = f"${at('kind')}{ROW}", f"${at('kind_confirmed')}{ROW}"
    assert written("excel", "HANDLER(kind, rules)") == (
        f'_xldudf_FANPAN_HANDLER(IF({over}="",IF({own}="","",{own}),{over}),R)'
    )


def test_a_lookup_checks_every_key_and_then_falls_back() -> None:
    text = written("libreoffice", "MASK(order.sku)")
    sheet = f"'{TRACKER.table('orders').title.zh}''s'!"
    for column in ("platform", "shop", "sub_order_id", "order_id", "sku"):
        letters = at(column, "orders")
        assert f"{sheet}${letters}$2:${letters}$10" in text
    assert text.count("NA()") == 2  # not found by the sub-order: the main order; then blank
    assert text.endswith(',"")))')


def test_ids_are_never_compared_as_numbers() -> None:
    """COUNTIFS and MINIFS take an 18-digit id for a number and find its neighbours."""
    for host in LIVE_HOSTS:
        live = LiveFormulas(TRACKER, areas(), host, "zh", rules="R", now="N")
        for table in ("reviews", "orders"):
            for formula in live.of(table).values():
                assert not re.search(r"(COUNT|SUM|MIN|MAX)IFS?\(", formula)


def test_google_gets_one_formula_for_a_column() -> None:
    live = LiveFormulas(TRACKER, areas(), "google", "zh", rules="R", now="N")
    for formula in live.of("reviews").values():
        assert formula.startswith("ARRAYFORMULA(")
        assert ROW not in formula
    state = live.of("reviews")["state_solution"]
    assert state.count("FANPAN_KIND(") == 1  # named once, used often
    assert "MAP(" in state


@pytest.mark.parametrize("host", LIVE_HOSTS)
def test_what_is_live_and_why_the_rest_is_not(host: LiveHost) -> None:
    live = LiveFormulas(TRACKER, areas(), host, "zh", rules="R", now="N")
    assert set(live.of("reviews")) == LIVE
    assert set(live.of("orders")) == {"delay_hours"}
    kept = {column: reason.text("en") for column, reason in live.kept("reviews").items()}
    assert "frozen" in kept["offer_cost"]
    assert "many rows" in kept["main_case"]
    assert LIVE.isdisjoint(kept)


def test_a_missing_column_keeps_those_that_need_it_values() -> None:
    found = areas()
    del found["reviews"].columns["captured_at"]  # type: ignore[attr-defined]
    live = LiveFormulas(TRACKER, found, "excel", "zh", rules="R", now="N")
    assert "due_solution" not in live.of("reviews")
    assert title("captured_at") in live.kept("reviews")["due_solution"].text("zh")
    assert "kind" in live.of("reviews")


def test_formulas_that_no_host_knows_are_refused() -> None:
    with pytest.raises(FormulaError):
        parse_formula("IF(stars < 3, 1, 2)")
    with pytest.raises(ValueError, match="condition"):
        written("excel", "IF(stars, 1, 2)")
    with pytest.raises(NotLive):
        written("excel", "TIER(case_spend, case_previous, case_orders, case_ordered, rules)")


# In a file.


@pytest.fixture
def tracker(demo: Path, tmp_path: Path) -> Path:
    path = tmp_path / "tracker.xlsx"
    shutil.copyfile(demo, path)
    return path


def fanpan(*args: str) -> str:
    run = CliRunner().invoke(build([]), list(args))
    assert run.exit_code == 0, run.output
    return run.output


def cells(path: Path, sheet: str = "中差评跟踪") -> dict[str, list[object]]:
    rows = list(load_workbook(path)[sheet].iter_rows(values_only=True))
    return {str(title): list(values) for title, *values in zip(*rows, strict=True)}


def title(column: str) -> str:
    return TRACKER.table("reviews").column(column).title.zh


@pytest.mark.parametrize(
    ("form", "start"), [("excel", "=_xldudf_FANPAN_"), ("libreoffice", "=FANPAN.")]
)
def test_there_and_back_loses_nothing(tracker: Path, form: Form, start: str) -> None:
    before = cells(tracker)
    convert(tracker, form, now=NOW)
    during = cells(tracker)
    for column in LIVE:
        filled = [cell for cell in during[title(column)] if cell is not None]
        assert len(filled) == len(before["评价ID"])
        assert all(str(cell).startswith(start) for cell in filled), column
    snapshot = open_sheet(str(tracker)).snapshot({"reviews": tuple(LIVE)})
    assert snapshot["reviews"].live == LIVE
    assert snapshot["reviews"].column("kind").count("quality") > 5  # the last values are kept
    convert(tracker, "values", now=NOW)
    after = cells(tracker)
    seal = title("seal")
    assert {c: v for c, v in after.items() if c != seal} == {
        c: v for c, v in before.items() if c != seal
    }
    assert set(after[seal]) == {None}
    fanpan("refresh", str(tracker), "--now", AT)
    assert cells(tracker) == before


def test_from_one_program_to_another(tracker: Path) -> None:
    convert(tracker, "excel", now=NOW)
    convert(tracker, "libreoffice", now=NOW)
    with ZipFile(tracker) as file:
        sheets = b"".join(file.read(name) for name in file.namelist() if "worksheets/sheet" in name)
    assert b"_xldudf_" not in sheets
    assert b"<f>FANPAN.RULES(" in sheets
    convert(tracker, "google", now=NOW)
    column = cells(tracker)[title("kind")]
    first, *rest = column
    assert "ARRAYFORMULA(" in str(getattr(first, "text", first))
    assert set(rest) == {None}


def test_refresh_leaves_formulas_and_fills_the_values(tracker: Path) -> None:
    convert(tracker, "libreoffice", now=NOW)
    fanpan("refresh", str(tracker), "--now", AT)
    formulas = cells(tracker)
    assert str(formulas[title("kind")][0]).startswith("=FANPAN.KIND(")
    fixed = sha256(tracker.read_bytes()).hexdigest()
    fanpan("refresh", str(tracker), "--now", AT)
    assert sha256(tracker.read_bytes()).hexdigest() == fixed


def test_the_moment_moves_when_only_live_cells_would_show_otherwise(tracker: Path) -> None:
    convert(tracker, "excel", now=NOW)
    later = "2026-11-23 22:00:00"
    fanpan("refresh", str(tracker), "--now", later)  # what is not live is up to date
    convert(tracker, "excel", now=NOW)
    assert moment(tracker) == NOW
    for _ in range(2):
        fanpan("refresh", str(tracker), "--now", later)
        assert moment(tracker) == datetime.fromisoformat(later)
        written = sha256(tracker.read_bytes()).hexdigest()
    fanpan("refresh", str(tracker), "--now", later)
    assert sha256(tracker.read_bytes()).hexdigest() == written


def moment(path: Path) -> object:
    (cell,) = load_workbook(path).defined_names["_fp.now"].destinations
    return load_workbook(path)[cell[0]][cell[1].replace("$", "")].value


def test_values_that_a_program_without_the_add_in_lost_are_computed_again(tracker: Path) -> None:
    """Closed cases keep their values, but an error in their place is none."""
    before = cells(tracker)
    convert(tracker, "excel", now=NOW)
    with ZipFile(tracker) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    lost = 0
    with ZipFile(tracker, "w") as file:
        for name, content in parts.items():
            text, count = re.subn(
                rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)[^>]*>(<f>_xldudf_FANPAN_(?!RULES)[^<]*</f>)'
                rb"(?:<v>[^<]*</v>)?",
                rb'\1 t="e">\2<v>#NAME?</v>',
                content,
            )
            lost += count
            file.writestr(name, text)
    assert lost > 1000
    convert(tracker, "values", now=NOW)
    fanpan("refresh", str(tracker), "--now", AT)
    assert cells(tracker) == before


def test_new_rows_get_the_formulas(tracker: Path, tmp_path: Path) -> None:
    convert(tracker, "excel", now=NOW)
    count = len(cells(tracker)["评价ID"])
    export = tmp_path / "more.csv"
    export.write_text(
        "平台,店铺,评价ID,评价时间,星级,评价内容\n"
        "淘宝,暖居,LIVE0001,2026-11-23 09:00,1,质量太差了\n",
        "utf-8",
    )
    fanpan("import", str(tracker), str(export), "--yes", "--now", AT)
    found = cells(tracker)
    assert found["评价ID"][count] == "LIVE0001"
    formula = str(found[title("kind")][count])
    above = str(found[title("kind")][count - 1])
    assert formula == above.replace(f"{count + 1}", f"{count + 2}").replace(
        f"${count + 2}:", f"${count + 1}:"
    )
    assert re.search(rf"\$[A-Z]+{count + 2}\b", formula)
    assert found[title("handler")][count] == "客服主管"  # computed by refresh, beside the formulas


def test_a_persons_formula_in_a_computed_column_stays(tracker: Path) -> None:
    book = load_workbook(tracker)
    sheet = book["中差评跟踪"]
    column = [cell.value for cell in sheet[1]].index(title("kind")) + 1
    sheet[f"{column_name(column - 1)}4"] = '="手写"'
    book.save(tracker)
    summary = convert(tracker, "excel", now=NOW)
    assert summary.counts["cells_locked"] == 1
    assert cells(tracker)[title("kind")][2] == '="手写"'
    summary = convert(tracker, "values", now=NOW)
    assert cells(tracker)[title("kind")][2] == '="手写"'


def test_a_shared_formula_of_ours_is_ours_in_every_cell() -> None:
    xml = (
        b'<worksheet><sheetData><row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="4">'
        b'_xldudf_FANPAN_KIND($B2)</f><v>1</v></c></row><row r="3"><c r="A3"><f t="shared" si="4"/>'
        b'<v>1</v></c><c r="C3"><f t="shared" ref="C3:C4" si="5">B3</f></c></row><row r="4">'
        b'<c r="C4"><f t="shared" si="5"/></c></row></sheetData></worksheet>'
    )
    found = scan(xml)
    assert found.ours == {0: {2, 3}}
    assert found.formulas == {0: {2, 3}, 2: {3, 4}}
    assert our_formulas(xml) == {0: (2, "_xldudf_FANPAN_KIND($B2)")}


@pytest.mark.parametrize(
    "formula",
    [
        "_xldudf_FANPAN_KIND(A1)", "FANPAN.KIND(A1)", "fanpan_kind(A1)",
        "ARRAYFORMULA(FANPAN_KIND(A2:A9))",
        'ARRAYFORMULA(LET(fp_words,IF(A2:A9="","",A2:A9),FANPAN_KIND(fp_words)))',
        'IFERROR(__xludf.DUMMYFUNCTION("FANPAN_KIND(A1)"),"x")',
    ],
)  # fmt: skip
def test_every_saved_form_is_known(formula: str) -> None:
    xml = f'<c r="A2"><f>{formula.replace("<", "&lt;")}</f></c>'.encode()
    assert scan(b"<worksheet><sheetData>" + xml + b"</sheetData>").ours == {0: {2}}


@pytest.mark.parametrize("formula", ["SUM(A1:A9)", 'IF(A1="FANPAN","",1)', "FANPANX(1)"])
def test_a_persons_formula_is_not_taken_for_ours(formula: str) -> None:
    xml = f'<c r="A2"><f>{formula}</f></c>'.encode()
    assert scan(b"<worksheet><sheetData>" + xml + b"</sheetData>").ours == {}


def test_too_many_rows_for_google_are_told(tracker: Path, tmp_path: Path) -> None:
    export = tmp_path / "more.csv"
    lines = [f"淘宝,暖居,X{n:05},2026-11-01 09:00,5,很好" for n in range(GOOGLE_ROWS)]
    export.write_text("平台,店铺,评价ID,评价时间,星级,评价内容\n" + "\n".join(lines), "utf-8")
    fanpan("import", str(tracker), str(export), "--yes", "--now", AT)
    before = sha256(tracker.read_bytes()).hexdigest()
    with pytest.raises(TooManyRows) as told:
        convert(tracker, "google", now=NOW)
    assert "2000" in str(told.value)
    assert sha256(tracker.read_bytes()).hexdigest() == before


def test_the_command_says_what_it_made_and_refuses_nonsense(tracker: Path) -> None:
    assert "Excel" in fanpan("convert", str(tracker), "excel")
    assert "定格" in fanpan("convert", str(tracker), "libreoffice")
    run = CliRunner().invoke(build([]), ["convert", str(tracker), "numbers"])
    assert run.exit_code != 0
