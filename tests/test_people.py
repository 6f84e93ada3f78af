"""Who handles a kind and who is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.rules import Rules

NINE = datetime(2026, 3, 2, 9)


def call(name: str, *args: Any) -> Any:
    return REGISTRY[name].call(*args)


@pytest.mark.parametrize(
    ("kind", "role", "without_legal"),
    [
        ("logistics", "agent", "agent"),
        ("quality", "supervisor", "supervisor"),
        ("malicious", "legal", "supervisor"),
        ("wrong_item", "agent", "agent"),
        ("damage", "agent", "agent"),
        ("mismatch", "agent", "agent"),
        ("service", "supervisor", "supervisor"),
        ("price", "agent", "agent"),
        ("other", "agent", "agent"),
    ],
)
def test_handlers(kind: str, role: str, without_legal: str) -> None:
    assert call("HANDLER", kind) == role
    assert call("HANDLER", kind, [["role.missing", "法务"]]) == without_legal


@pytest.mark.parametrize(
    ("kind", "minutes", "told"),
    [
        ("logistics", 59, None),
        ("logistics", 60, "agent"),
        ("logistics", 119, "agent"),
        ("logistics", 120, "supervisor"),
        ("logistics", 239, "supervisor"),
        ("logistics", 240, "shop_lead"),
        ("quality", 120, "supervisor"),
        ("quality", 240, "shop_lead"),
        ("malicious", 30, "legal"),
        ("malicious", 60, "supervisor"),
    ],
)
def test_escalation_levels(kind: str, minutes: int, told: str | None) -> None:
    now = NINE + timedelta(minutes=minutes)
    assert call("ESCALATION", kind, NINE, None, now) == told
    assert call("ESCALATION", kind, NINE, now, now) is None


@pytest.mark.parametrize(
    ("rows", "minutes", "told"),
    [
        ([["escalation.1.share", "25%"]], 30, "agent"),
        ([["escalation.2.to", "店长"]], 120, "shop_lead"),
        ([["role.missing", "店长"]], 240, "supervisor"),
        ([["calendar.solution", "营业时间"]], 60, "agent"),
    ],
)
def test_levels_and_roles_are_rules(rows: list[list[str]], minutes: int, told: str) -> None:
    rules = Rules.build(rows)
    now = NINE + timedelta(minutes=minutes)
    assert call("ESCALATION", "logistics", NINE, None, now, None, rules) == told


def test_nobody_is_told_without_a_present_moment() -> None:
    assert call("ESCALATION", "logistics", NINE, None, None) is None


def test_each_clock_escalates_on_its_own() -> None:
    now = NINE + timedelta(minutes=15)
    assert call("ESCALATION", "logistics", NINE, None, now, "response") == "supervisor"
    assert call("ESCALATION", "logistics", NINE, None, now, "close") is None
