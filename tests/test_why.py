"""The rule rows that decided a value."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.rules import Rules
from fanpan.functions.ruletab import SPECS
from fanpan.functions.values import CellError

NINE = datetime(2026, 3, 2, 9)
OWN = Rules.build([["role.quality", "店长"], ["clock.solution.logistics", 90, "分钟"]])
# One call of each function that rules have a say in; the first key must be among its reasons.
CALLS: dict[str, tuple[tuple[Any, ...], str]] = {
    "ALERT": (("要投诉",), "alert.words"),
    "BUDGET_LEFT": ((None, 10), "budget.month"),
    "CARE": (("高价值",), "care.high_value.limit"),
    "CLOCK_STATE": (("logistics", NINE, None, NINE), "clock.due_soon"),
    "DEADLINE": (("logistics", NINE), "clock.solution.logistics"),
    "ESCALATION": (("quality", NINE, None, NINE.replace(day=9)), "escalation.1.share"),
    "IS_BAD": ((3, None), "bad.stars"),
    "HANDLER": (("quality",), "role.quality"),
    "KIND": (("质量差", 1, 30), "kind.late_hours"),
    "KIND_WHY": (("质量差", 1, 30), "kind.late_hours"),
    "OFFER": ((88, "logistics"), "offer.band.1"),
    "SCRIPT": (("first_contact", "quality"), "clock.solution.quality"),
    "TIER": ((2000, None, 3, NINE), "tier.high_spend"),
    "TIME_LEFT": (("logistics", NINE, None, NINE), "clock.solution.logistics"),
}


def keys(*args: Any) -> list[str]:
    rows = REGISTRY["WHY"].call(*args)
    assert not isinstance(rows, CellError), rows.sentence()
    return [row.key for row in rows]


@pytest.mark.parametrize("name", CALLS)
def test_the_rules_that_decided(name: str) -> None:
    args, key = CALLS[name]
    found = keys(name, *args)
    assert key in found
    assert found == [key for key in SPECS if key in found]  # in the order of the tab
    assert keys(name, *args) == found


@pytest.mark.parametrize("name", CALLS)
def test_a_rule_that_is_not_named_does_not_decide(name: str) -> None:
    """Changing any other rule leaves the value as it is."""
    args, _ = CALLS[name]
    named = set(keys(name, *args))
    function = REGISTRY[name]
    assert function.rules_index is not None
    blanks = (None,) * (function.rules_index - len(args))
    usual = function.call(*args)
    for key, value in OTHERWISE.items():
        if key not in named:
            changed = Rules.build([[key, value]])
            assert changed.problems == []
            assert function.call(*args, *blanks, changed) == usual, key


OTHERWISE = {
    "clock.response": 20, "clock.solution.logistics": 3, "clock.solution.quality": 3,
    "clock.close": 50, "clock.due_soon": "99%", "role.quality": "客服", "role.logistics": "店长",
    "offer.band.1": 50, "offer.coupon.1": 3, "tier.high_spend": 5000, "kind.late_hours": 99,
    "alert.words": "差评", "escalation.1.share": "1%", "care.high_value.limit": 12,
    "budget.month": 500, "bad.stars": 1, "words.quality": "掉色", "calendar.response": "business",
    "authority.coupon.agent": 1,
}  # fmt: skip


def test_every_function_with_rules_is_tried() -> None:
    ruled = {name for name, function in REGISTRY.items() if function.rules_index is not None}
    assert set(CALLS) >= ruled - {"CASE_STATE"}  # which no rule decides yet


def test_the_value_is_that_of_the_given_rules() -> None:
    rows = {row.key: row.value for row in REGISTRY["WHY"].call("HANDLER", "quality", OWN)}
    assert rows["role.quality"] == "店长"
    text = REGISTRY["WHY"].call("DEADLINE", "物流延误", NINE, None, None, OWN.text)
    assert {row.key: row.value for row in text}["clock.solution.logistics"] == "90 分钟"


def test_business_hours_are_named_only_where_they_are_used() -> None:
    shop = Rules.build([["calendar.solution", "business"]])
    assert "hours.mon" not in keys("DEADLINE", "quality", NINE)
    assert "hours.mon" in keys("DEADLINE", "quality", NINE, None, None, shop)
    assert "hours.mon" not in keys("DEADLINE", "quality", NINE, "response", None, shop)


def test_a_calendar_of_its_own_is_the_only_one_named() -> None:
    own = Rules.build([["calendar.solution.quality", "business"]])
    found = keys("DEADLINE", "quality", NINE, None, None, own)
    assert "calendar.solution.quality" in found
    assert "calendar.solution" not in found
    assert "calendar.solution" in keys("DEADLINE", "price", NINE, None, None, own)


def test_a_rule_that_some_platforms_have_is_named_where_it_is() -> None:
    assert keys("IS_BAD", 3, None, "抖音") == ["bad.stars.douyin"]
    assert keys("IS_BAD", 3, None, "淘宝") == ["bad.stars"]


def test_a_function_without_rules_has_no_reasons() -> None:
    assert keys("MASK", "13800138000") == []


@pytest.mark.parametrize(
    ("args", "kind", "sentence"),
    [
        (("DEADLIN",), "#NAME?", "did you mean DEADLINE"),
        (("QQQQ",), "#NAME?", "no function QQQQ"),
        (("HANDLER", "weather"), "#VALUE!", "expected one of"),
        (("HANDLER",), "#VALUE!", "was given 0 arguments"),
    ],
)
def test_a_call_without_a_value(args: tuple[Any, ...], kind: str, sentence: str) -> None:
    error = REGISTRY["WHY"].call(*args)
    assert isinstance(error, CellError)
    assert error.kind == kind
    assert sentence in error.sentence("en")
    assert error.sentence("zh") != error.sentence("en")
