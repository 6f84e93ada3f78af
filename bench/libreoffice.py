"""Cells in LibreOffice: the extension against native formulas of the same rules.

The native formulas look the rule up with INDEX/MATCH in a rules sheet and check for blanks, as a
careful team would write them. Each case runs in a fresh program: a program that ran for a while
is slower, so the level is stated with the case. Limit: 4 times the native formula.
"""

from __future__ import annotations

import os
import tempfile
from datetime import datetime
from pathlib import Path

import xlsxwriter

from fanpan.addin.libreoffice.build import build
from fanpan.addin.tracking import convert
from fanpan.functions.rules import rule_rows
from fanpan.functions.values import CHOICES
from fanpan.templates.tracker import load_tracker
from tests.libreoffice import office

from .refresh import make

ROWS = 20_000
LIMIT = 4
_KINDS = ("quality", "logistics", "wrong_item", "damage", "mismatch", "service", "price", "other")


def _rule(key: str) -> str:
    return f"INDEX($rules.$B$1:$B$200;MATCH({key};$rules.$A$1:$A$200;0))"


def _quoted(key: str) -> str:
    return f'"{key}"'


def _word(choice: str, id: str) -> str:
    return f'"{CHOICES[choice].word(id, "zh")}"'


_HOURS = _rule('"clock.solution."&$A#')
_DUE = f"$B#+{_HOURS}/24"
CASES = {
    "DEADLINE": (
        '=FANPAN.DEADLINE($A#;$B#;"solution";"";$rules.$D$1)',
        f'=IF(OR($A#="";$B#="");"";{_DUE})',
    ),
    "CLOCK_STATE": (
        '=FANPAN.CLOCK_STATE($A#;$B#;$C#;$rules.$E$1;"solution";"";$rules.$D$1)',
        '=IF(OR($A#="";$B#="");"";IF($C#<>"";IF($C#<={due};{met};{missed});'
        "IF($rules.$E$1>{due};{overdue};IF($rules.$E$1>={due}-{hours}/24*{share};{soon};{running})"
        ")))".format(
            due=_DUE,
            hours=_HOURS,
            share=_rule(_quoted("clock.due_soon")),
            **{
                name: _word("clock_state", id)
                for name, id in {
                    "met": "met",
                    "missed": "missed",
                    "overdue": "overdue",
                    "soon": "due_soon",
                    "running": "running",
                }.items()
            },
        ),
    ),
    "OFFER": (
        '=FANPAN.OFFER($D#;$A#;"";"";"coupon";$rules.$D$1)',
        '=IF(OR($D#="";$A#="");"";IF($D#<={band1};{coupon1};IF($D#<={band2};{coupon2};0)))'.format(
            band1=_rule(_quoted("offer.band.1")),
            band2=_rule(_quoted("offer.band.2")),
            coupon1=_rule(_quoted("offer.coupon.1")),
            coupon2=_rule(_quoted("offer.coupon.2")),
        ),
    ),
    "TIER": (
        "=FANPAN.TIER($D#;$E#;$F#;$B#;$rules.$D$1)",
        '=IF(OR($F#="";$B#="");{unknown};IF($D#>={high};{high_value};IF($E#="";{new};'
        "IF(AND($F#=1;$B#-$E#<={days});{new};IF($B#-$E#>={quiet};{silent};{regular})))))".format(
            high=_rule(_quoted("tier.high_spend")),
            days=_rule(_quoted("tier.new_days")),
            quiet=_rule(_quoted("tier.silent_days")),
            **{
                id: _word("tier", id)
                for id in ("unknown", "high_value", "new", "silent", "regular")
            },
        ),
    ),
}
_SCRIPT = """
import statistics
sheet = document.Sheets.getByName("data")
rows = options["rows"]
def timed(formula, columns):
    area = sheet.getCellRangeByPosition(8, 1, 7 + columns, rows)
    document.enableAutomaticCalculation(False)
    top = sheet.getCellRangeByPosition(8, 1, 7 + columns, 1)
    top.setFormulaArray(((formula.replace("#", "2"),) * columns,))
    area.fillAuto(uno.Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM"), 1)
    begin = time.perf_counter()
    document.calculateAll()
    first = time.perf_counter() - begin
    found = []
    for _ in range(9):
        begin = time.perf_counter()
        document.calculateAll()
        found.append(time.perf_counter() - begin)
    shown = [area.getCellByPosition(0, row).String for row in (0, 1, rows - 1)]
    errors = area.queryFormulaCells(4).Count
    area.clearContents(1023)
    return [statistics.median(found), first, shown, errors]
result = [timed(formula, options["columns"]) for formula in options["formulas"]]
"""
_LIVE = """
import statistics
sheet = document.Sheets.getByName(options["sheet"])
edge = sheet.createCursor()
edge.gotoEndOfUsedArea(False)
free, last = edge.RangeAddress.EndColumn + 1, options["rows"]
titles = {sheet.getCellByPosition(at, 0).String: at for at in range(free)}
for number, (function, title) in enumerate(options["own"]):
    column = sheet.Columns.getByIndex(titles[title]).Name
    area = sheet.getCellRangeByPosition(free + number, 1, free + number, last)
    top = sheet.getCellByPosition(free + number, 1)
    top.Formula = f"=FANPAN.{function}({column}2)"
    area.fillAuto(uno.Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM"), 1)
found = []
for _ in range(5):
    begin = time.perf_counter()
    document.calculateAll()
    found.append(time.perf_counter() - begin)
cells = sum((a.EndRow - a.StartRow + 1) * (a.EndColumn - a.StartColumn + 1)
            for s in document.Sheets for a in s.queryContentCells(16).RangeAddresses)
result = [statistics.median(found), cells]
"""
LIVE_ROWS = 5_000
OWN = (("HANDLER", "kind"), ("MASK", "text"), ("ALERT", "product"))
"""Formulas that a team adds itself beside the 14 live columns: function, column it reads."""


def run() -> None:
    """Print the ratios, and the time of a live tracker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        oxt = build(folder / "fanpan.oxt")
        data = _data(folder / "data.xlsx")
        print(
            "| function | columns | native µs/cell | add-in µs/cell | ratio (limit 4) |"
            " at first, native and add-in |"
        )
        print("|---|---|---|---|---|---|")
        for function, (ours, native) in CASES.items():
            for columns in (1, 10):
                with office(oxt) as program:
                    (slow, slow_first, shown, wrong), (fast, first, expected, also) = program.run(
                        data, _SCRIPT, formulas=[ours, native], rows=ROWS, columns=columns
                    )
                if shown != expected or wrong or also:
                    raise AssertionError(f"{function}: {shown} is not {expected}")
                cell = 1e6 / ROWS / columns
                print(
                    f"| {function} | {columns} | {fast * cell:.2f} | {slow * cell:.2f} |"
                    f" {slow / fast:.2f} | {first * cell:.2f}, {slow_first * cell:.2f} |"
                )
        _live(folder, oxt)


def _data(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet, rules = book.add_worksheet("data"), book.add_worksheet("rules")
        for row in range(1, ROWS + 1):
            start = 46_000 + row / 1440
            sheet.write_row(row, 0, [_KINDS[row % len(_KINDS)], start])
            if row % 3 == 0:
                sheet.write_number(row, 2, start + (row % 9) / 24)
            sheet.write_row(row, 3, [row % 700 + 0.5, start - row % 300, 1 + row % 4])
        for at, rule in enumerate(rule_rows("zh", {})):
            text = str(rule.value)
            rules.write_string(at, 0, rule.key)
            if text.removesuffix("%").replace(".", "").isdigit():
                share = 0.01 if text.endswith("%") else 1
                rules.write_number(at, 1, float(text.removesuffix("%")) * share)
            else:
                rules.write_string(at, 1, text)
        rules.write_string("D1", "fanpan-rules 1")
        rules.write_number("E1", 46_000 + ROWS / 1440 / 2)
    return path


def _live(folder: Path, oxt: Path) -> None:
    tracker = folder / "live.xlsx"
    make(tracker, LIVE_ROWS)
    convert(tracker, "libreoffice", now=datetime(2026, 3, 2, 10))
    reviews = load_tracker().table("reviews")
    own = [(function, reviews.column(column).title.zh) for function, column in OWN]
    with office(oxt) as program:
        seconds, cells = program.run(
            tracker, _LIVE, sheet=reviews.title.zh, rows=LIVE_ROWS, own=own
        )
    print(
        f"\nLive tracker of {LIVE_ROWS:,} reviews × {cells // LIVE_ROWS} columns: "
        f"{cells:,} formulas recalculated in {seconds:.2f} s."
    )


if __name__ == "__main__":
    os.umask(0o022)
    run()
