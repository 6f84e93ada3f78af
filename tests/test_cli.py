"""The command line: what each command says and leaves, its exit status, its one-sentence errors."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fanpan.addin.cli.app import run
from fanpan.functions import REGISTRY

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
    assert ran(capsys, "new", str(path), "--hours", "09:00-23:00")[0] == 0
    rules = {row[0]: row[1] for row in load_workbook(path)["规则"].iter_rows(values_only=True)}
    assert "09:00-23:00" in {rules.get("hours.mon"), rules.get("hours.daily")}, rules
    assert rules["calendar.solution"] in {"business", "营业时间"}


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
        (["new", "t.xlsx", "--live", "lotus"], 1),
        (["convert", "nothing.xlsx", "excel"], 1),
        (["import", "nothing.xlsx", "nothing.csv"], 1),
        (["report", "nothing.xlsx", "--week", "2026-W99"], 1),
        (["case", "claim", "R1", "-t", "nothing.xlsx", "--by", "x"], 1),
        (["build", "lotus"], 1),
        (["nonsense"], 2),
        (["refresh", "--nonsense"], 2),
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
    assert not list(tmp_path.iterdir())


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
