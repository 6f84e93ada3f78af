"""What a cell may hold for each type, and the sentence where it does not fit."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fanpan.functions.coerce import coercer
from fanpan.functions.messages import Message
from fanpan.functions.ranges import flatten, is_blank
from fanpan.functions.rules import Rules
from fanpan.functions.values import (
    Amount,
    CellError,
    CellFault,
    Count,
    Kind,
    from_serial,
    to_serial,
)
from fanpan.functions.valuetypes import Table, ValueType, value_type
from fanpan.functions.zones import AwareMoment

NINE = datetime(2026, 3, 2, 9)
TYPES: dict[str, Any] = {
    "text": str,
    "number": float,
    "count": Count,
    "money": Decimal,
    "amount": Amount,
    "moment": datetime,
    "day": date,
    "flag": bool,
    "kind": Kind,
    "texts": list[str],
    "amounts": list[Decimal],
    "kinds": list[Kind],
    "table": Table,
    "rules": Rules,
    "any": Any,
}


class Stamp(datetime):
    """A moment of a subclass, as other packages have them."""


def coerce(name: str, value: Any) -> Any:
    return coercer(value_type(TYPES[name]), "x")(value)


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("text", "质量差", "质量差"),
        ("text", " a ", " a "),
        ("text", 12, "12"),
        ("text", 12.0, "12"),
        ("text", 12.5, "12.5"),
        ("text", Decimal("5.50"), "5.50"),
        ("text", True, "TRUE"),
        ("text", NINE, "2026-03-02 09:00:00"),
        ("text", NINE.date(), "2026-03-02"),
        ("number", 3, 3.0),
        ("number", 3.5, 3.5),
        ("number", Decimal("3.5"), 3.5),
        ("number", "1,234.5", 1234.5),
        ("number", "25%", 0.25),
        ("number", "１２", 12.0),
        ("number", -2.0, -2.0),
        ("count", 0, 0.0),
        ("count", 0.0, 0.0),
        ("money", 88, Decimal("88.00")),
        ("money", 0.125, Decimal("0.13")),
        ("money", 1.005, Decimal("1.01")),
        ("money", Decimal("2.345"), Decimal("2.35")),
        ("money", Decimal("2.30"), Decimal("2.30")),
        ("money", "￥1,234.5元", Decimal("1234.50")),
        ("money", -5, Decimal("-5.00")),
        ("money", 1e16, Decimal("1e16").quantize(Decimal("0.01"))),
        ("amount", 0, Decimal("0.00")),
        ("moment", NINE, NINE),
        ("moment", Stamp(2026, 3, 2, 9), NINE),
        ("moment", NINE.date(), datetime(2026, 3, 2)),
        ("moment", 46083.375, NINE),
        ("moment", 46083, datetime(2026, 3, 2)),
        ("moment", "46083.375", NINE),
        ("moment", "2026-03-02T09:00", NINE),
        ("moment", "2026-03-02 09:00:00.9", NINE),
        ("moment", "2026/3/2 9:00", NINE),
        ("moment", "2026.3.2", datetime(2026, 3, 2)),
        ("moment", "2026年3月2日9:00", NINE),
        ("moment", "2026年3月2日", datetime(2026, 3, 2)),
        ("moment", "\ufeff2026-03-02 9:00 ", NINE),
        ("day", "2026-03-02 23:59", NINE.date()),
        ("day", 46083.99, NINE.date()),
        ("flag", "是", True),
        ("flag", "No", False),
        ("flag", 0, False),
        ("flag", True, True),
        ("kind", "产品质量", "quality"),
        ("kind", " QUALITY\u3000", "quality"),
        ("kind", "product quality", "quality"),
        ("texts", ["a", None, 1.0, " "], ["a", None, "1", None]),
        ("texts", [["a"], ["b"]], ["a", "b"]),
        ("texts", "a", ["a"]),
        ("kinds", [["质量", "logistics"]], ["quality", "logistics"]),
        ("table", [["a", 1], ("b", 2)], [["a", 1], ["b", 2]]),
        ("table", ["a", "b"], [["a"], ["b"]]),
        ("table", 5, [[5]]),
        ("any", {"a": 1}, {"a": 1}),
    ],
)
def test_a_cell_becomes_a_value(name: str, value: Any, result: Any) -> None:
    found = coerce(name, value)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("text", "x" * 200_001, "at most 200,000 characters"),
        ("text", {"a": 1}, "expected text"),
        ("number", "many", "argument x is “many”; expected a number"),
        ("number", "nan", "a number"),
        ("number", float("nan"), "a number"),
        ("number", float("-inf"), "a number"),
        ("number", 10**400, "a number"),
        pytest.param("number", 10**5000, "argument x is “int”", id="endless"),
        ("number", True, "a number"),
        ("count", -1, "not below 0"),
        ("count", -0.5, "not below 0"),
        ("money", "free", "an amount of money"),
        ("money", float("nan"), "an amount of money"),
        ("money", Decimal("sNaN"), "an amount of money"),
        ("money", float("inf"), "an amount of money"),
        ("money", "1e30", "an amount of money"),
        ("money", False, "an amount of money"),
        ("amount", -0.01, "not below 0"),
        ("amount", Decimal("-0.01"), "not below 0"),
        ("moment", "yesterday", "a date and time"),
        ("moment", "2026-02-30", "a date and time"),
        ("moment", "2026-03-02 25:00", "a date and time"),
        ("moment", 60, "a date and time"),
        ("moment", 3e6, "a date and time"),
        ("moment", 2958465.999999, "a date and time"),
        ("moment", float("nan"), "a date and time"),
        ("moment", True, "a date and time"),
        ("day", "03/02/2026", "a date, such as"),
        ("flag", "perhaps", "yes or no"),
        ("flag", 2, "yes or no"),
        ("kind", "天气", "one of logistics, quality"),
        ("kind", 5, "one of logistics"),
        ("kind", "x" * 100_000, "“" + "x" * 40 + "”"),
        ("amounts", ["5", "free"], "Cell 2: argument x is “free”"),
        ("rules", "soon", "RULES("),
    ],
)
def test_a_cell_that_does_not_fit_has_a_sentence(name: str, value: Any, words: str) -> None:
    with pytest.raises(CellFault) as raised:
        coerce(name, value)
    assert words in raised.value.error.sentence("en")
    assert "应为" in raised.value.error.sentence("zh")
    assert raised.value.error.kind == "#VALUE!"


def test_an_error_in_a_column_is_the_columns() -> None:
    error = CellError("#N/A", Message("cell"))
    with pytest.raises(CellFault) as raised:
        coerce("texts", ["a", error])
    assert raised.value.error == error


@pytest.mark.parametrize("name", ["moment", "day"])
@pytest.mark.parametrize("value", ["2026-03-02T01:00Z", "2026-03-02 09:00+08:00"])
def test_a_moment_with_an_offset_is_left_to_the_registry(name: str, value: str) -> None:
    with pytest.raises(AwareMoment):
        coerce(name, value)


@pytest.mark.parametrize(
    ("value", "blank"),
    [(None, True), ("", True), (" \u3000\t", True), (0, False), (False, False), ("0", False)],
)
def test_blank(value: Any, blank: bool) -> None:
    assert is_blank(value) is blank


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (Annotated[str | None, "x"], ValueType("text", nullable=True)),
        (Amount | None, ValueType("money", nullable=True, at_least=0)),
        (list[float] | None, ValueType("column", item=ValueType("number"), nullable=True)),
        (list[list[Any]], ValueType("table")),
    ],
)
def test_annotations(annotation: Any, kind: ValueType) -> None:
    assert value_type(annotation) == kind


@pytest.mark.parametrize("annotation", [complex, str | float, list[complex]])
def test_types_that_no_cell_holds_are_refused(annotation: Any) -> None:
    with pytest.raises(TypeError):
        value_type(annotation)


def test_flatten() -> None:
    assert flatten([["a", "b"], "c", []]) == ["a", "b", "c"]


@given(st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31)))
def test_serials_and_iso_text_of_a_moment_agree(moment: datetime) -> None:
    second = moment.replace(microsecond=0)
    assert from_serial(to_serial(second)) == second
    assert coerce("moment", to_serial(second)) == second
    assert coerce("moment", moment.isoformat()) == second
    assert coerce("moment", f"{second:%Y/%m/%d %H:%M:%S}".lstrip("0")) == second
    assert to_serial(second.date()) == (second.date() - date(1899, 12, 30)) / timedelta(days=1)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals(allow_nan=True)
    | st.text()
    | st.text("0123456789-/:年月日T. ", max_size=20)
    | st.datetimes()
    | st.dates()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("name", list(TYPES))
@given(value=ANYTHING)
@example(value=Decimal("sNaN"))
def test_whatever_a_cell_holds_is_a_value_or_a_sentence(name: str, value: Any) -> None:
    if value is None:
        return
    try:
        found = coerce(name, value)
    except CellFault:
        return
    except AwareMoment:
        found = None
        assert name in {"moment", "day"}
    if name in {"number", "count"}:
        assert abs(found) < float("inf")
    if name in {"money", "amount"}:
        assert found == found.quantize(Decimal("0.01"))
    if name == "moment" and found is not None:
        assert type(found) is datetime
        assert found.tzinfo is None
