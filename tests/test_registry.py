"""One way to call every function: counting, blanks, errors, columns, parts, offsets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions import rules as rules_module
from fanpan.functions.catalogue import signature
from fanpan.functions.cellfunction import CellFunction
from fanpan.functions.messages import Message
from fanpan.functions.registry import Registry, cell_function
from fanpan.functions.rules import DEFAULT_RULES, Rules
from fanpan.functions.values import CHOICES, CellError, CellFault, Count, Kind
from fanpan.functions.valuetypes import ValueType

NINE = datetime(2026, 3, 2, 9)
ELEVEN = datetime(2026, 3, 2, 11)
BUSINESS = Rules.build([["calendar.solution", "business"], ["hours.mainland", "no"]])
BAD = CellError("#N/A", Message("cell"))

# The playbook's table of cell functions; `part` stands where the result is a row.
SIGNATURES = """
ALERT(text, [rules])
BUDGET_LEFT(budget, spent, [rules])
CARE(tier, [part], [rules])
CASE_STATE(claimed, responded, solution, waiting, closed, approval, followup, now, [rules])
CLOCK_STATE(kind, start, done, now, [clock], [pauses], [rules])
CUSTOMER_STATS(customer_ids, paid, refunded, ordered_at, return_kind, now)
DEADLINE(kind, start, [clock], [pauses], [rules])
DELAY(promised, actual, now)
ESCALATION(kind, start, done, now, [clock], [rules])
HANDLER(kind, [rules])
KIND(text, [stars], [late_hours], [rules])
KIND_WHY(text, [stars], [late_hours], [part], [rules])
MASK(text)
OFFER(amount, kind, [tier], [refundable], [part], [rules])
REFUNDABLE(paid, refunded, promised)
RULES(range, [days])
TIER(spend_365, previous_order, orders, reviewed_order, [rules])
TIME_LEFT(kind, start, done, now, [clock], [pauses], [rules])
WHY(function, args…)
"""


def call(name: str, *args: Any) -> Any:
    return REGISTRY[name].call(*args)


def own(function: Any, **names: str) -> CellFunction:
    """A function in a registry of its own."""
    registry = Registry()
    cell_function(names=names, registry=registry)(function)
    return next(iter(registry.values()))


# Definitions


@pytest.mark.parametrize("line", SIGNATURES.split("\n")[1:-1])
def test_signatures_are_those_of_the_playbook(line: str) -> None:
    """RULES takes the calendar tab besides, so that holidays too reach the functions by it."""
    assert signature(REGISTRY[line.split("(")[0]], "en") == line


def test_all_functions_of_the_review_job_are_there() -> None:
    wanted = ["SCRIPT", "TOP", "KPI"] + [line.split("(")[0] for line in SIGNATURES.split()]
    assert {name for name in wanted if name.isupper()} <= set(REGISTRY)


@pytest.mark.parametrize("name", list(REGISTRY))
def test_every_function_has_a_chinese_name(name: str) -> None:
    chinese = REGISTRY[name].title("zh")
    assert chinese != name
    assert REGISTRY[chinese] is REGISTRY[name]


@pytest.mark.parametrize(
    "name", ["deadline", "FANPAN.DEADLINE", "fanpan_deadline", " Deadline ", "截止时间"]
)
def test_a_function_is_found_by_any_of_its_names(name: str) -> None:
    assert name in REGISTRY
    assert REGISTRY[name].name == "DEADLINE"


def test_an_unknown_name_has_a_nearest_one() -> None:
    assert "DEADLNE" not in REGISTRY
    assert REGISTRY.near("deadlne") == "DEADLINE"
    assert REGISTRY.near("qqqqqqqq") is None


class Pair(NamedTuple):
    offer: float
    cost: float


class Unnamed(NamedTuple):
    nonsense: float


def twice(x: Annotated[float, "A number"]) -> float:
    """Twice the number."""
    return 2 * x


def silent(x: Annotated[float, "A number"]) -> float:
    return x


def undescribed(x: float) -> float:
    """A parameter without a description."""
    return x


def ambiguous(x: Annotated[float | str, "Either"]) -> float:
    """A parameter of two types."""
    return float(x)


def foreign(x: Annotated[complex, "A complex number"]) -> float:
    """A parameter of a type that no cell holds."""
    return abs(x)


def unnamed(x: Annotated[float, "A number"]) -> Unnamed:
    """A row with a cell that has no Chinese word."""
    return Unnamed(x)


@pytest.mark.parametrize("function", [silent, undescribed, ambiguous, foreign])
def test_a_definition_with_something_missing_is_refused(function: Any) -> None:
    with pytest.raises(TypeError):
        own(function)


def test_a_part_without_a_word_is_refused() -> None:
    with pytest.raises(KeyError):
        own(unnamed)


@pytest.mark.parametrize("second", ["TWICE", "两倍"])
def test_a_name_in_either_language_is_taken_once(second: str) -> None:
    registry = Registry()
    cell_function(names={"zh_CN": "两倍"}, registry=registry)(twice)
    other = own(foreign_twin, zh_CN=second)
    with pytest.raises(ValueError, match="two cell functions are called"):
        registry.add(other)


def foreign_twin(x: Annotated[float, "A number"]) -> float:
    """Another function."""
    return x


# Counting


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("DEADLINE", ("logistics",), "DEADLINE(kind, start, [clock], [pauses], [rules])"),
        ("DEADLINE", (), "0 arguments"),
        ("HANDLER", ("logistics", None, 1), "3 arguments"),
        ("WHY", (), "WHY(function, args…)"),
    ],
)
def test_a_wrong_count_names_the_arguments(name: str, args: tuple[Any, ...], words: str) -> None:
    result = call(name, *args)
    assert isinstance(result, CellError)
    assert words in result.sentence("en")
    assert "参数" in result.sentence("zh")


# Blanks and errors


@pytest.mark.parametrize("blank", [None, "", "  ", "　"])
@pytest.mark.parametrize("name", list(REGISTRY))
def test_blank_in_blank_out(name: str, blank: Any) -> None:
    function = REGISTRY[name]
    needed = [p for p in function.parameters if p.required and not p.type.nullable]
    for parameter in needed:
        args = [
            blank if p is parameter else _good(p.type) for p in function.parameters if p.required
        ]
        assert function.call(*args) is None


def _good(kind: ValueType) -> Any:
    """Some value of a type."""
    if kind.choices is not None:
        return kind.choices.ids[0]
    if kind.item is not None:
        return [_good(kind.item)]
    return {"moment": NINE, "money": 10, "number": 1, "text": "DEADLINE"}.get(kind.name, [["a"]])


def test_a_blank_optional_argument_is_its_default() -> None:
    assert call("DEADLINE", "logistics", NINE, None, "", None) == ELEVEN
    assert call("DEADLINE", "logistics", NINE, "", None, "") == ELEVEN


def test_zero_is_not_blank() -> None:
    assert call("REFUNDABLE", 0, None, None) == Decimal("0.00")
    assert call("REFUNDABLE", None, 0, 0) is None


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("DEADLINE", (BAD, NINE)),
        ("DEADLINE", ("logistics", BAD)),
        ("DEADLINE", (None, BAD)),
        ("CUSTOMER_STATS", (["a", BAD], [1, 2], None, [NINE, NINE], None, NINE)),
        ("WHY", ("DEADLINE", "logistics", BAD)),
    ],
)
def test_an_error_in_a_cell_passes_through(name: str, args: tuple[Any, ...]) -> None:
    assert call(name, *args) == BAD


def test_a_fault_in_a_function_is_an_error_that_names_it() -> None:
    def broken(x: Annotated[float, "A number"]) -> float:
        """Divides by nothing."""
        return x / 0

    result = own(broken).call(1)
    assert isinstance(result, CellError)
    assert "BROKEN could not compute this (ZeroDivisionError" in result.sentence("en")
    assert own(broken).run([1.0]) == result


def test_a_fault_has_its_own_kind() -> None:
    def refusing(x: Annotated[float, "A number"]) -> float:
        """Refuses."""
        raise CellFault(Message("cell"), "#NUM!")

    assert own(refusing).call(1) == own(refusing).run([1.0]) == CellError("#NUM!", Message("cell"))


# Columns


@pytest.mark.parametrize(
    ("arg", "result"),
    [
        (["logistics", "quality"], [ELEVEN, NINE + timedelta(hours=4)]),
        (("logistics",), [ELEVEN]),
        ([["logistics"], ["quality"]], [[ELEVEN], [NINE + timedelta(hours=4)]]),
        ([["logistics", None]], [[ELEVEN, None]]),
        ([], []),
        ([["logistics"], []], [[ELEVEN], []]),
    ],
)
def test_a_column_gives_its_own_shape(arg: Any, result: Any) -> None:
    assert call("DEADLINE", arg, NINE) == result


def test_columns_of_one_length_run_side_by_side() -> None:
    found = call("DEADLINE", ["logistics", "quality"], [NINE, ELEVEN])
    assert found == [ELEVEN, ELEVEN + timedelta(hours=4)]


def test_a_row_against_a_column_gives_a_table() -> None:
    table = call("DEADLINE", [["logistics", "quality"]], [[NINE], [ELEVEN]])
    four = timedelta(hours=4)
    assert table == [[ELEVEN, NINE + four], [ELEVEN + timedelta(hours=2), ELEVEN + four]]


def test_columns_of_different_lengths_are_refused() -> None:
    result = call("DEADLINE", ["logistics", "quality"], [NINE] * 3)
    assert isinstance(result, CellError)
    assert "2, 3" in result.sentence("en")


def test_a_bad_cell_of_a_column_is_an_error_of_its_own() -> None:
    first, second, third = call("DEADLINE", ["logistics", "weather", BAD], NINE)
    assert first == ELEVEN
    assert "weather" in second.sentence("en")
    assert third == BAD


def test_a_bad_constant_is_an_error_in_every_cell() -> None:
    results = call("DEADLINE", ["logistics", None, "quality"], "never")
    assert [isinstance(result, CellError) for result in results] == [True, True, True]
    assert call("DEADLINE", "weather", [NINE, NINE]) == [call("DEADLINE", "weather", NINE)] * 2


@pytest.mark.parametrize("amounts", [[88, 150], [[88], [150]], [[88, 150]]])
def test_rows_of_a_column_stand_below_each_other(amounts: Any) -> None:
    assert call("OFFER", amounts, "quality") == [
        call("OFFER", 88, "quality"),
        call("OFFER", 150, "quality"),
    ]


def test_one_part_of_the_rows_has_the_columns_shape() -> None:
    found = call("OFFER", [[88], [150]], "quality", None, None, "offer")
    assert found == [["refund"], ["reship"]]


@pytest.mark.parametrize("parts", [["offer", "成本"], [["offer", "cost"]]])
def test_several_parts_of_one_row(parts: Any) -> None:
    flat = ["refund", Decimal("93.00")]
    found = call("OFFER", 88, "quality", None, None, parts)
    assert found == ([flat] if isinstance(parts[0], list) else flat)


def test_a_function_that_gives_a_table_takes_single_cells() -> None:
    columns = (["a"], [5], None, [NINE], None)
    plain = call("CUSTOMER_STATS", *columns, NINE)
    assert len(plain) == 1
    assert call("CUSTOMER_STATS", *columns, [[NINE]]) == plain
    result = call("CUSTOMER_STATS", *columns, [NINE, ELEVEN])
    assert isinstance(result, CellError)
    assert "argument now" in result.sentence("en")


def test_a_rules_range_is_read_once_for_a_column(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[Any] = []

    def build(rows: Any) -> Rules:
        built.append(rows)
        return BUSINESS

    monkeypatch.setattr(rules_module.Rules, "build", build)
    late = datetime(2026, 3, 2, 22)
    found = call("DEADLINE", ["logistics"] * 50, late, None, None, [["calendar.solution", "x"]])
    assert found == [datetime(2026, 3, 3, 10)] * 50
    assert len(built) == 1


# Parts and rules


@pytest.mark.parametrize(
    ("part", "cell"),
    [
        ("offer", "refund"),
        ("Cost", Decimal("93.00")),
        ("审批人", "supervisor"),
        (None, ("refund", Decimal("5.00"), Decimal("93.00"), "supervisor")),
    ],
)
def test_part_gives_one_cell_of_the_row(part: str | None, cell: Any) -> None:
    assert call("OFFER", 88, "quality", None, None, part) == cell


def test_an_unknown_part_names_the_parts() -> None:
    result = call("OFFER", 88, "quality", None, None, "price")
    assert isinstance(result, CellError)
    assert "offer, coupon, cost, approver" in result.sentence("en")


def test_a_blank_row_has_blank_parts() -> None:
    assert call("OFFER", 88, None, None, None, "offer") is None


SOURCE = Rules.build([["offer.preset", "source"]])


@pytest.mark.parametrize(
    "rules",
    [SOURCE, SOURCE.text, [["offer.preset", "source"]], [["offer.preset", "原方案", "", ""]]],
)
def test_rules_may_stand_in_the_place_of_part(rules: Any) -> None:
    assert call("OFFER", 88, "logistics", None, None, rules)[0] == "refund"
    assert call("OFFER", 88, "logistics", None, None, None, rules)[0] == "refund"
    assert call("OFFER", 88, "logistics", None, None, "offer", rules) == "refund"


def test_rules_that_are_none_are_refused_with_a_sentence() -> None:
    result = call("HANDLER", "logistics", "soon")
    assert isinstance(result, CellError)
    assert "RULES(" in result.sentence("en")


# Moments with an offset


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 2, 1, tzinfo=UTC),
        "2026-03-02T01:00:00Z",
        "2026-03-02T09:00:00+08:00",
    ],
)
def test_a_moment_with_an_offset_becomes_wall_time(start: Any) -> None:
    assert call("DEADLINE", "logistics", start) == ELEVEN
    assert call("DEADLINE", ["logistics", None], start) == [ELEVEN, None]
    assert call("DEADLINE", "logistics", [start, NINE]) == [ELEVEN, ELEVEN]
    assert call("TOP", ["a"], [start], NINE, ELEVEN)[0].cases == 1


def test_the_wall_is_that_of_the_rules() -> None:
    berlin = Rules.build([["calendar.tz", "Europe/Berlin"]])
    found = call("DEADLINE", "logistics", "2026-03-02T08:00Z", None, None, berlin.text)
    assert found == ELEVEN
    assert isinstance(call("DEADLINE", "logistics", "2026-03-02T08:00Z", 1, 1, 5), CellError)


# Properties

COLUMN_FUNCTIONS = [
    name
    for name, function in REGISTRY.items()
    if function.gives_one_cell
    and not any(p.repeating for p in function.parameters)
    and all(p.type.is_scalar or p.type.name == "rules" for p in function.parameters)
]
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)
RUBBISH = st.sampled_from([None, "", " ", "rubbish", -1, 0, float("nan"), True, BAD])


def cells(kind: ValueType) -> st.SearchStrategy[Any]:
    """Good and bad cells of a type."""
    if kind.choices is not None:
        words = [*kind.choices.ids, *kind.choices.words("zh"), *kind.choices.words("en")]
        return st.sampled_from(words) | RUBBISH
    good: dict[str, st.SearchStrategy[Any]] = {
        "moment": MOMENTS | MOMENTS.map(str) | st.floats(43466, 47484),
        "money": st.decimals(0, 2000, places=2) | st.floats(0, 2000) | st.integers(0, 2000),
        "number": st.floats(0, 5000) | st.integers(0, 5),
        "text": st.text(max_size=30),
        "rules": st.sampled_from([None, BUSINESS, BUSINESS.text]),
    }
    return good[kind.name] if kind.name == "rules" else good[kind.name] | RUBBISH


@pytest.mark.parametrize("name", COLUMN_FUNCTIONS)
@settings(max_examples=25)
@given(data=st.data())
def test_a_column_is_its_cells_one_by_one(name: str, data: st.DataObject) -> None:
    function = REGISTRY[name]
    length = data.draw(st.integers(1, 4))
    columns: list[list[Any]] = []
    args: list[Any] = []
    for parameter in function.parameters:
        if parameter.type.is_scalar and data.draw(st.booleans()):
            column = data.draw(st.lists(cells(parameter.type), min_size=length, max_size=length))
            columns.append(column)
            args.append(column)
        else:
            cell = data.draw(cells(parameter.type))
            columns.append([cell] * length)
            args.append(cell)
    single = [function.call(*row) for row in zip(*columns, strict=True)]
    found = function.call(*args)
    if any(isinstance(arg, list) for arg in args):
        assert found == single
    else:
        assert [found] * length == single
    for result in single:
        assert not (isinstance(result, CellError) and "could not compute" in result.sentence("en"))


def test_most_functions_take_part_in_the_column_test() -> None:
    assert len(COLUMN_FUNCTIONS) >= 15


def test_limits_hold_for_what_people_type_not_for_computed_values() -> None:
    def root(x: Annotated[Count, "A number"], kind: Annotated[Kind, "A kind"]) -> float:
        """The square root."""
        return x**0.5

    function = own(root)
    assert function.call(4, "quality") == 2.0
    result = function.call(-4, "quality")
    assert isinstance(result, CellError)
    assert "not below 0" in result.sentence("en")
    assert function.parameters[1].type.choices is CHOICES["kind"]
    assert function.run([9.0, "quality"]) == 3.0
    assert DEFAULT_RULES is REGISTRY["HANDLER"].parameters[1].fallback
