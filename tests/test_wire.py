"""Values as JSON and as text for people."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.messages import LANGS, Lang, Message
from fanpan.functions.values import CHOICES, CellError
from fanpan.functions.wire import call_json, to_json, to_text

NINE = datetime(2026, 3, 2, 9)
BAD = CellError("#N/A", Message("{what} is blank.", what=Message("cell")))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (3.0, 3),
        (0.5, 0.5),
        (1e300, 1e300),
        (Decimal("5.50"), 5.5),
        (Decimal("5.00"), 5),
        (NINE, "2026-03-02T09:00:00"),
        (date(2026, 3, 2), "2026-03-02"),
        ("质量", "质量"),
        ([NINE, [None, Decimal(1)]], ["2026-03-02T09:00:00", [None, 1]]),
        (BAD, {"error": "#N/A", "message": "cell is blank."}),
        ([1.0, BAD], [1, {"error": "#N/A", "message": "cell is blank."}]),
    ],
)
def test_as_json(value: Any, shown: Any) -> None:
    found = to_json(value)
    assert found == shown
    assert type(found) is type(shown)
    assert json.loads(json.dumps(found)) == shown


def test_moments_as_serial_numbers() -> None:
    assert to_json([NINE, date(2026, 3, 2)], serial=True) == [46083.375, 46083.0]


@pytest.mark.parametrize(
    ("lang", "words", "kind"),
    [("zh", True, "产品质量"), ("en", True, "Quality"), ("zh", False, "quality")],
)
def test_choices_as_words_or_ids(lang: Lang, words: bool, kind: str) -> None:
    text, fine = call_json("KIND", '["质量差"]', lang, words=words)
    assert fine
    assert json.loads(text) == (CHOICES["kind"].word("quality", lang) if words else kind)
    row = json.loads(call_json("KIND_WHY", '["质量差", 1]', lang, words=words)[0])
    assert row[0] == json.loads(text)
    part = call_json("KIND_WHY", '["质量差", 1, null, "kind"]', lang, words=words)[0]
    assert json.loads(part) == row[0]


def test_as_many_rows_as_a_row_has_cells() -> None:
    three = json.dumps([["质量差", "太贵", "好"], 1])
    rows = json.loads(call_json("KIND_WHY", three, "zh", words=True)[0])
    assert [row[0] for row in rows] == ["产品质量", "价格", "其他"]


@pytest.mark.parametrize(
    ("name", "args", "result"),
    [
        ("DEADLINE", '["logistics", "2026-03-02T09:00"]', "2026-03-02T11:00:00"),
        ("截止时间", '["物流延误", "2026/3/2 9:00"]', "2026-03-02T11:00:00"),
        ("fanpan.deadline", '["logistics", 46083.375]', "2026-03-02T11:00:00"),
        ("DEADLINE", '["logistics", null]', None),
        ("DEADLINE", '[["logistics", "quality"], "2026-03-02 09:00"]',
         ["2026-03-02T11:00:00", "2026-03-02T13:00:00"]),
        ("MASK", '["13800138000"]', "138****8000"),
        ("REFUNDABLE", "[100, 20, 0.5]", 79.5),
    ],
)  # fmt: skip
def test_calls(name: str, args: str, result: Any) -> None:
    text, fine = call_json(name, args, "en")
    assert (json.loads(text), fine) == (result, True)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("name", "args", "kind", "sentence"),
    [
        ("DEADLIN", "[]", "#NAME?", "did you mean DEADLINE"),
        ("DEADLINE", "quality", "#VALUE!", "no JSON list"),
        ("DEADLINE", "", "#VALUE!", "no JSON list"),
        ("DEADLINE", '{"kind": "quality"}', "#VALUE!", "no JSON list"),
        ("DEADLINE", '"quality"', "#VALUE!", "no JSON list"),
        ("DEADLINE", f"[{'9' * 5000}]", "#VALUE!", "no JSON list"),
        ("DEADLINE", "[" * 100_000, "#VALUE!", "lists within lists"),
        ("DEADLINE", '["weather", "2026-03-02"]', "#VALUE!", "expected one of"),
        ("DEADLINE", '["quality"]', "#VALUE!", "was given 1 arguments"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_calls_without_a_value(name: str, args: str, kind: str, sentence: str, lang: Lang) -> None:
    text, fine = call_json(name, args, lang)
    error = json.loads(text)
    assert not fine
    assert error["error"] == kind
    assert (sentence in error["message"]) == (lang == "en")


@pytest.mark.parametrize("text", ["质量差", "😀", "\ud800", "a\u2028b"])
def test_any_text_comes_back_as_valid_utf_8(text: str) -> None:
    answer, fine = call_json("MASK", json.dumps([text]), "zh")
    assert fine
    assert json.loads(answer.encode()) == text


@given(st.sampled_from(sorted(REGISTRY)), st.lists(JSON, max_size=5), st.sampled_from(LANGS))
def test_a_call_never_breaks(name: str, args: list[Any], lang: Lang) -> None:
    text, fine = call_json(name, json.dumps(args), lang)
    found = json.loads(text)
    assert fine == (not (isinstance(found, dict) and set(found) == {"error", "message"}))
    assert "please report it" not in text
    assert "请反馈" not in text


@pytest.mark.parametrize(
    ("value", "choices", "lang", "shown"),
    [
        (None, None, "zh", "-"),
        (NINE, None, "zh", "2026-03-02 09:00:00"),
        (Decimal("5"), None, "en", "5.00"),
        (3.0, None, "en", "3"),
        (1 / 3, None, "en", "0.3333333333"),
        ("quality", CHOICES["kind"], "zh", "产品质量"),
        ("quality", None, "zh", "quality"),
        (("call", "photo"), None, "en", "call、photo"),
        (True, None, "en", "True"),
    ],
)
def test_as_text(value: Any, choices: Any, lang: Lang, shown: str) -> None:
    assert to_text(value, choices, lang) == shown
