"""The command line: what each command says and leaves, its exit status, its one-sentence errors."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer
from openpyxl import load_workbook
from rich.console import Console

from fanpan.addin.cli.app import GROUPS, run
from fanpan.addin.cli.show import Screen
from fanpan.functions import REGISTRY
from fanpan.functions.openhours import DAYS

from .golden import ERRORS, GOLDEN

Out = pytest.CaptureFixture[str]
ROOT = Path(__file__).parents[1]


def ran(capsys: Out, *args: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = run(list(args))
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.mark.parametrize(("title", "name", "args", "expected"), GOLDEN, ids=[g[0] for g in GOLDEN])
def test_call_prints_json(
    capsys: Out, title: str, name: str, args: list[Any], expected: Any
) -> None:
    status, out, _ = ran(capsys, "call", name, json.dumps(args))
    assert status == 0
    assert json.loads(out) == expected, title


@pytest.mark.parametrize(("title", "name", "args", "kind"), ERRORS, ids=[e[0] for e in ERRORS])
def test_call_prints_an_error_as_json_and_fails(
    capsys: Out, title: str, name: str, args: list[Any], kind: str
) -> None:
    status, out, _ = ran(capsys, "call", name, json.dumps(args))
    found = json.loads(out)
    assert status == 1
    assert found["error"] == kind
    assert found["message"]


@pytest.mark.parametrize("args", ["no json", "{}", "[", "1"])
def test_arguments_that_are_no_list(capsys: Out, args: str) -> None:
    status, out, _ = ran(capsys, "call", "KIND", args)
    assert status == 1
    assert json.loads(out)["error"] == "#VALUE!"


def test_an_unknown_function_names_the_nearest(capsys: Out) -> None:
    status, out, _ = ran(capsys, "call", "DEADLIN", "[]", "--lang", "en")
    assert status == 1
    assert "DEADLINE" in json.loads(out)["message"]


def test_functions_as_json_and_as_a_table(capsys: Out) -> None:
    status, out, _ = ran(capsys, "functions", "--json")
    assert status == 0
    found = json.loads(out)
    assert [entry["name"] for entry in found] == list(REGISTRY)
    assert all(re.search("[\u4e00-\u9fff]", entry["description"]) for entry in found)
    status, out, _ = ran(capsys, "functions", "--lang", "en")
    assert status == 0
    assert "DEADLINE(" in out


@pytest.mark.parametrize(("lang", "sheet"), [("zh", "中差评跟踪"), ("en", "Bad reviews")])
def test_new_speaks_the_language(capsys: Out, tmp_path: Path, lang: str, sheet: str) -> None:
    path = tmp_path / "t.xlsx"
    assert ran(capsys, "new", str(path), "--lang", lang)[0] == 0
    assert sheet in load_workbook(path).sheetnames


def test_hours_become_rules(capsys: Out, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert ran(capsys, "new", str(path), "--hours", "08:30-22:00")[0] == 0
    rules = {row[0]: row[1] for row in load_workbook(path)["规则"].iter_rows(values_only=True)}
    assert [rules[f"hours.{day}"] for day in DAYS] == ["08:30-22:00"] * 7
    assert rules["calendar.solution"] == "营业时间"


def test_report_and_dashboard_of_a_week(capsys: Out, tmp_path: Path) -> None:
    path, pdf = tmp_path / "t.xlsx", tmp_path / "r.pdf"
    assert ran(capsys, "new", str(path), "--demo")[0] == 0
    now = ["--now", "2026-11-23 10:00"]
    status, out, _ = ran(capsys, "report", str(path), "--week", "2026-W46", "--pdf", str(pdf), *now)
    assert status == 0, out
    assert any("2026-W46" in name for name in load_workbook(path).sheetnames)
    assert pdf.read_bytes().startswith(b"%PDF")
    assert ran(capsys, "dashboard", str(path), *now)[0] == 0
    assert ran(capsys, "refresh", str(path), *now)[0] == 0


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["refresh", "nothing.xlsx"], 1),
        (["refresh", "https://docs.google.com/spreadsheets/d/x"], 1),
        (["new", "tracker.xls"], 1),
        (["new", "t.xlsx", "--hours", "all day"], 1),
        (["new", "t.xlsx", "--hours", "25:00-26:00"], 1),
        (["new", "nowhere/t.xlsx"], 1),
        (["new", "t.xlsx", "--live", "lotus"], 1),
        (["convert", "nothing.xlsx", "excel"], 1),
        (["import", "nothing.xlsx", "nothing.csv"], 1),
        (["report", "nothing.xlsx", "--week", "2026-W99"], 1),
        (["case", "claim", "R1", "-t", "nothing.xlsx", "--by", "x"], 1),
        (["build", "lotus"], 1),
        (["nonsense"], 2),
        (["refresh", "--nonsense"], 2),
        (["refresh", "a.xlsx", "b.xlsx"], 2),
        (["new", "t.xlsx", "--demo=1"], 2),
        (["case", "claim", "R1"], 2),
        (["case"], 2),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_errors_are_one_sentence(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], status: int,
    lang: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    found, _, err = ran(capsys, *args, "--lang", lang)
    assert found == status, err
    assert "Traceback" not in err
    assert 0 < len(err.strip().splitlines()) <= 4
    if lang == "zh":
        assert re.search("[\u4e00-\u9fff]", err)
        # English words but names: options, commands, examples.
        rest = re.sub(r"[\w./:]*[.=:/-][\w./:-]*|\(.*?\)", "", err)
        assert not re.search(r"\b[A-Za-z]+ [A-Za-z]+ [A-Za-z]+", rest), err
    assert not list(tmp_path.iterdir())


def test_a_language_that_there_is_not_is_refused(capsys: Out) -> None:
    status, _, err = ran(capsys, "doctor", "--lang", "fr")
    assert status == 1
    assert "fr" in err


@pytest.mark.parametrize("args", [["--lang", "en", "doctor"], ["doctor", "--lang=en"]])
def test_the_language_stands_before_or_after_the_command(capsys: Out, args: list[str]) -> None:
    status, out, _ = ran(capsys, *args)
    assert status == 0
    assert "Time zone data is there." in out


@pytest.mark.parametrize(
    "args", [["--pdf", "nowhere/report.pdf"], ["--pdf", "."], ["--png", "t.xlsx"]]
)
def test_a_place_that_cannot_be_written_is_named(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert ran(capsys, "new", "t.xlsx")[0] == 0
    status, _, err = ran(capsys, "dashboard", "t.xlsx", *args)
    assert status == 1
    assert args[1] in err
    assert "无法使用" in err


def test_hours_are_read_as_people_type_them(capsys: Out, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert ran(capsys, "new", str(path), "--hours", "8：30－24：00")[0] == 0
    rules = {row[0]: row[1] for row in load_workbook(path)["规则"].iter_rows(values_only=True)}
    assert [rules[f"hours.{day}"] for day in DAYS] == ["08:30-24:00"] * 7
    assert rules["calendar.solution"] == "营业时间"


def test_the_spinner_stands_still_while_a_person_is_asked() -> None:
    screen, drawn = Screen("zh"), io.StringIO()
    screen.err = Console(file=drawn, force_terminal=True)
    with screen.phase("compute"):
        with screen.asking():
            before = drawn.tell()
            time.sleep(0.4)
            assert drawn.tell() == before
        time.sleep(0.4)
        assert drawn.tell() > before


def test_the_wizard_shows_what_it_knows_and_asks_for_the_rest(
    capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, export = tmp_path / "t.xlsx", tmp_path / "e.csv"
    assert ran(capsys, "new", str(path))[0] == 0
    export.write_text("订单号,买家说了什么\n100,质量太差\n", "utf-8")
    answers = iter(["m", "text=买家说了什么", "y"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("typer.prompt", lambda *_, **__: next(answers))
    status, out, err = ran(capsys, "import", str(path), str(export))
    assert status == 0, err
    assert "未用于 订单 的列：买家说了什么" in out
    assert "评价内容 │ 买家说了什么 │ 质量太差" in out
    assert "新增行数 1" in out


def test_doctor_says_what_is_here(capsys: Out) -> None:
    status, out, _ = ran(capsys, "doctor")
    assert status == 0
    assert "soffice" in out
    assert "Python" in out
    required = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "dependencies"
    ]
    for requirement in required:
        assert requirement.split(">=")[0] in out


def test_doctor_fails_when_a_package_is_missing(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanpan.addin.doctor.requires", lambda _: ["numpy>=1", "absent-package>=2"])
    status, out, _ = ran(capsys, "doctor")
    assert status == 1
    assert "absent-package" in out


def test_help_has_its_titles_in_the_persons_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["refresh", "--help"]) == 0
    told = capsys.readouterr().out
    assert "选项" in told
    assert "Options" not in told
    assert run(["refresh", "--help", "--lang", "en"]) == 0
    assert "Options" in capsys.readouterr().out


@pytest.mark.parametrize("module", GROUPS)
def test_each_module_of_commands_holds_those_that_lead_to_it(module: str) -> None:
    app = typer.Typer()
    import_module(f"fanpan.addin.cli.{module}").add_commands(app, Screen("en"))
    groups = [group.name for group in app.registered_groups]
    assert {*(command.name for command in app.registered_commands), *groups} == {*GROUPS[module]}


def test_a_command_loads_no_other() -> None:
    code = "from fanpan.addin.cli.app import build; build(['refresh']); print(*sys.modules)"
    command = [sys.executable, "-c", f"import sys; {code}"]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "fanpan.addin.cli.refreshing" in loaded
    assert not {"xlsxwriter", "pandas", "numpy", "fastapi", "fanpan.addin.demo"} & {*loaded}


@pytest.mark.parametrize("module", GROUPS)
def test_each_command_alone_speaks_chinese(module: str) -> None:
    code = f"from fanpan.addin.cli.app import run; run(['{GROUPS[module][0]}', '--no-such-option'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "没有选项 --no-such-option" in done.stderr
