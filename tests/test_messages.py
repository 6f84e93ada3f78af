"""Every sentence that people read stands in both languages, with the same gaps."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.messages import LANGS, Message, chinese, read_catalogue, translate
from fanpan.templates.tracker import load_tracker

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("functions", "templates", "sheets", "addin")
# Functions whose first argument is a sentence in English, and methods of a report's page.
TRANSLATING = {"Message", "translate", "help_", "heading", "tile"}
PAGES = {"page", "self", "screen"}


def files() -> list[Path]:
    return [
        path
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.name != "make_demo.py"
    ]


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that an expression can be: a literal, either branch of a choice."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from literals(body)
            yield from literals(other)
        case _:
            pass


def titles(node: ast.expr) -> Iterator[str]:
    """The title of a figure, and those of the fields of a table."""
    match node:
        case ast.Tuple(elts=fields):
            for field in fields:
                yield from literals(field)
        case ast.Constant(value=str(text)) if " " in text:
            yield text
        case _:
            pass


def sentences(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        match call.func:
            case ast.Name(id=name) if name in TRANSLATING:
                found = call.args[0]
            case ast.Attribute(attr="heading"):
                found = call.args[0]
            case ast.Attribute(value=ast.Name(id=owner), attr="text") if owner in PAGES:
                found = call.args[0]
            case ast.Name(id="pair"):
                found = call.args[-1]
            case ast.Name(id="Figure") | ast.Attribute(attr="table"):
                for text in (text for given in call.args for text in titles(given)):
                    yield call, text
                continue
            case _:
                continue
        for text in literals(found):
            yield call, text


def all_sentences() -> list[tuple[str, ast.Call, str]]:
    return [
        (str(path.relative_to(ROOT)), call, text)
        for path in files()
        for call, text in sentences(ast.parse(path.read_text("utf-8")))
    ]


def tables(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Texts of a module's dictionaries that are looked up as sentences: `Message(NAME[key])`."""
    looked_up = {
        call.args[0].value.id
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"Message", "translate"}
        and isinstance(call.args[0], ast.Subscript)
        and isinstance(call.args[0].value, ast.Name)
    }
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if not isinstance(target, ast.Name) or target.id not in looked_up:
            continue
        assert isinstance(node.value, ast.Dict)
        for value in node.value.values:
            for text in literals(value):
                yield target.id, text


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_in_the_code_has_a_chinese_text() -> None:
    found = all_sentences()
    assert len({text for _, _, text in found}) > 250
    assert sorted({(path, text) for path, _, text in found if text not in chinese()}) == []


def test_every_sentence_that_is_looked_up_has_a_chinese_text() -> None:
    found = [entry for path in files() for entry in tables(ast.parse(path.read_text("utf-8")))]
    assert len(found) > 20
    assert sorted({entry for entry in found if entry[1] not in chinese()}) == []


def test_every_sentence_is_given_the_gaps_it_has() -> None:
    wrong = [
        (path, text)
        for path, call, text in all_sentences()
        if isinstance(call.func, ast.Name)
        and call.func.id == "Message"
        and all(keyword.arg for keyword in call.keywords)
        and gaps(text) != {keyword.arg for keyword in call.keywords}
    ]
    assert wrong == []


def test_both_languages_have_the_same_gaps() -> None:
    assert len(chinese()) > 400
    assert {
        english: text for english, text in chinese().items() if gaps(english) != gaps(text)
    } == {}


def test_no_chinese_text_is_empty_or_left_in_english() -> None:
    wrong: list[str] = []
    for english, text in chinese().items():
        words = "".join(part for part, _, _, _ in Formatter().parse(english))
        translated = any("\u4e00" <= mark <= "\u9fff" for mark in text)
        if not text or (any(mark.isalpha() for mark in words) and not translated):
            wrong.append(english)
    assert wrong == []


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_function_is_described_in_chinese(name: str) -> None:
    function = REGISTRY[name]
    assert function.describe("zh") != function.summary
    assert function.title("zh") != function.name
    for parameter in function.parameters:
        assert parameter.description in chinese()
        assert f"argument {parameter.name}" in chinese(), parameter.name


def test_every_table_and_column_has_two_titles() -> None:
    tracker = load_tracker()
    for table in tracker.tables:
        for lang in LANGS:
            titles = [column.title.text(lang) for column in table.columns]
            assert all(titles)
            assert len(set(titles)) == len(titles), table.id
        assert table.title.zh
        assert table.title.en.isascii()
        assert all(column.title.en.isascii() for column in table.columns)


def test_a_sentence_is_filled_late_and_in_one_language() -> None:
    inner = Message("{what} is blank.", what=Message("cell"))
    outer = Message("Cell {number}: {problem}", number=3, problem=inner)
    assert outer.text("en") == str(outer) == "Cell 3: cell is blank."
    assert outer.text("zh") == "第 3 格：单元格为空。"
    assert outer == Message("Cell {number}: {problem}", number=3, problem=inner)
    assert len({outer, Message("Cell {number}: {problem}", number=4, problem=inner)}) == 2
    assert translate("no such sentence", "zh") == "no such sentence"
    # A value with braces is only text.
    assert Message("{what} is blank.", what="{x}").text("zh") == "{x}为空。"


def test_a_sentence_translated_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('"cell" = "单元格"\n', "utf-8")
    (tmp_path / "b.toml").write_text('"cell" = "单元格"\n', "utf-8")
    (tmp_path / "readme.txt").write_text("no catalogue", "utf-8")
    assert read_catalogue([tmp_path]) == {"cell": "单元格"}
    (tmp_path / "b.toml").write_text('"cell" = "格子"\n', "utf-8")
    with pytest.raises(ValueError, match="translated twice"):
        read_catalogue([tmp_path])
