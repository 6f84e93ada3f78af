"""All eleven states of a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.values import CHOICES, CellError

NINE, TEN, ELEVEN, NOON = (datetime(2026, 3, 2, hour) for hour in (9, 10, 11, 12))
_ = None

# claimed, responded, solution, waiting, closed, approval, followup → state
STATES: list[tuple[tuple[Any, ...], str]] = [
    ((_, _, _, _, _, _, _), "unclaimed"),
    ((NINE, _, _, _, _, _, _), "unanswered"),
    ((NINE, TEN, _, _, _, _, _), "diagnosing"),
    ((_, TEN, _, _, _, _, _), "diagnosing"),
    ((NINE, TEN, ELEVEN, _, _, _, _), "confirming"),
    ((NINE, TEN, _, _, _, "待审批", _), "approval"),
    ((NINE, TEN, ELEVEN, _, _, "approval", _), "approval"),
    ((NINE, TEN, _, _, _, "pending", _), "approval"),
    ((NINE, TEN, _, _, _, "是", _), "approval"),
    ((NINE, TEN, _, _, _, True, _), "approval"),
    ((NINE, TEN, _, _, _, False, _), "diagnosing"),
    ((NINE, TEN, _, _, _, "已批准", _), "diagnosing"),
    ((NINE, TEN, ELEVEN, _, _, "已发放", _), "confirming"),
    ((NINE, TEN, ELEVEN, ELEVEN, _, _, _), "waiting"),
    ((NINE, TEN, _, ELEVEN, _, "待审批", _), "waiting"),
    ((NINE, TEN, _, _, _, "申诉中", _), "appealing"),
    ((NINE, TEN, _, _, _, "联系不上", _), "unreachable"),
    ((NINE, TEN, ELEVEN, _, NOON, _, _), "closed"),
    ((_, _, _, _, NOON, _, _), "closed"),
    ((NINE, TEN, _, ELEVEN, NOON, "待审批", _), "closed"),
    ((_, _, _, _, _, "无需处理", _), "not_needed"),
    ((NINE, TEN, ELEVEN, _, NOON, "not_needed", _), "not_needed"),
    # A bad follow-up review reopens a case that was closed before it.
    ((NINE, TEN, _, _, ELEVEN, _, NOON), "reopened"),
    ((NINE, TEN, _, TEN, ELEVEN, _, NOON), "reopened"),
    ((NOON, TEN, _, _, ELEVEN, _, NOON), "reopened"),
    ((NINE, NOON, _, _, ELEVEN, _, NOON), "diagnosing"),
    ((NINE, NOON, NOON, _, ELEVEN, _, NOON), "confirming"),
    ((NINE, NOON, _, NOON, ELEVEN, _, NOON), "waiting"),
    ((NINE, NOON, _, _, ELEVEN, "待审批", NOON), "approval"),
    ((NINE, TEN, ELEVEN, _, NOON, _, NOON), "closed"),
    ((NINE, TEN, ELEVEN, _, NOON, _, TEN), "closed"),
    ((NINE, TEN, _, _, _, _, NOON), "diagnosing"),
]


@pytest.mark.parametrize(("fields", "state"), STATES)
@pytest.mark.parametrize("now", [NOON, None])
def test_states(fields: tuple[Any, ...], state: str, now: datetime | None) -> None:
    assert REGISTRY["CASE_STATE"].call(*fields, now) == state


def test_every_state_can_be_given() -> None:
    assert {state for _, state in STATES} == set(CHOICES["case_state"].ids)


@pytest.mark.parametrize(
    ("now", "state"),
    [(NINE, "unanswered"), (TEN, "diagnosing"), (ELEVEN, "confirming"), (NOON, "closed")],
)
def test_what_lies_after_now_has_not_happened(now: datetime, state: str) -> None:
    fields = (NINE, TEN, ELEVEN, None, NOON, None, None)
    assert REGISTRY["CASE_STATE"].call(*fields, now) == state


def test_an_unknown_approval_is_an_error() -> None:
    result = REGISTRY["CASE_STATE"].call(NINE, TEN, _, _, _, "maybe", _, NOON)
    assert isinstance(result, CellError)
    assert "maybe" in result.sentence("en")


def test_the_words_of_payout_states_are_understood() -> None:
    words = [word for key in CHOICES["payout_state"].ids for word in (key, *_words(key))]
    assert {CHOICES["approval"].id(word) for word in words} == {"approval", "settled"}
    assert CHOICES["approval"].id("待审批") == "approval"


def _words(key: str) -> list[str]:
    return [CHOICES["payout_state"].word(key, "zh")]
