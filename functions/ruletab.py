"""The rules tab and the calendar tab: what stands there, row by row, and what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from .messages import Message
from .rulevalues import RuleValueError, Spec, read_hours, read_value
from .values import CHOICES, from_serial, normalise, parse_moment

_DATA: Final[dict[str, dict[str, Any]]] = tomllib.loads(
    (files(__package__ or "") / "data" / "rules.toml").read_text("utf-8")
)


def _spec(fields: dict[str, Any]) -> Spec:
    return Spec(**fields)


SPECS: Final[Mapping[str, Spec]] = {
    key: _spec({"key": key, "unit": "", **fields}) for key, fields in _DATA.items()
}
DEFAULTS: Final[Mapping[str, Any]] = {
    key: read_value(spec, spec.value) for key, spec in SPECS.items()
}
_HEADERS: Final = frozenset({"key", "rule", "规则项", "规则", "date", "日期"})
# Each tuple must ascend strictly; a rule out of order makes all its changed members fall back.
_ASCENDING: Final = (
    ("offer.band.1", "offer.band.2"),
    ("escalation.1.share", "escalation.2.share", "escalation.3.share"),
    ("authority.coupon.agent", "authority.coupon.supervisor"),
    ("authority.amount.agent", "authority.amount.supervisor"),
    ("risk.watch", "risk.high"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One date of the calendar tab."""

    day: date
    kind: str
    hours: tuple[tuple[str, str], ...] = ()


def read_rows(
    rows: Iterable[Sequence[Any]],
) -> tuple[dict[str, Any], dict[int, Message], dict[str, int]]:
    """(value by rule, problem by row number, row number by rule) of the rules tab."""
    values = dict(DEFAULTS)
    problems: dict[int, Message] = {}
    rows_of: dict[str, int] = {}
    for number, row in enumerate(rows):
        cells = [*row, None, None, None][:3]
        key = normalise(str(cells[0])) if cells[0] is not None else ""
        if not key:
            if cells[1] not in (None, ""):
                problems[number] = Message("The rule has no key; the row is not used.")
            continue
        spec = SPECS.get(key)
        if spec is None:
            if number == 0 and key.lower() in _HEADERS:
                continue
            near = get_close_matches(key, SPECS, 1)
            problems[number] = (
                Message("There is no rule {key}; did you mean {near}?", key=key, near=near[0])
                if near
                else Message("There is no rule {key}; the row is not used.", key=key)
            )
        elif key in rows_of:
            problems[number] = Message("The rule {key} stands twice; the first is used.", key=key)
        else:
            rows_of[key] = number
            try:
                values[key] = read_value(spec, cells[1], cells[2])
            except RuleValueError as error:
                problems[number] = error.message
    return values, problems, rows_of


def undo_contradictions(
    values: dict[str, Any], problems: dict[int, Message], rows_of: Mapping[str, int]
) -> None:
    """Put rules that contradict each other back to their defaults, with a problem on each row."""
    for keys in _ASCENDING:
        found = [values[key] for key in keys]
        if all(low < high for low, high in pairwise(found)):
            continue
        for key in keys:
            if values[key] != DEFAULTS[key] and key in rows_of:
                problems[rows_of[key]] = Message(
                    "{keys} must ascend; the defaults stay in force.", keys=" < ".join(keys)
                )
            values[key] = DEFAULTS[key]


def read_days(rows: Iterable[Sequence[Any]]) -> tuple[list[Day], dict[int, Message]]:
    """(days, problem by row number) of the calendar tab."""
    days: dict[date, Day] = {}
    problems: dict[int, Message] = {}
    for number, row in enumerate(rows):
        cells = [*row, None, None, None][:3]
        if all(cell in (None, "") for cell in cells):
            continue
        if number == 0 and str(cells[0]).lower() in _HEADERS:
            continue
        try:
            day = read_day(cells)
        except ValueError:
            problems[number] = Message(
                "This line is not used; expected a date, one of holiday, make-up work day, "
                "special hours or sales day, and hours where they are special."
            )
            continue
        if day.day in days:
            problems[number] = Message("{day} stands twice; the first is used.", day=day.day)
            continue
        days[day.day] = day
    return list(days.values()), problems


def read_day(cells: Sequence[Any]) -> Day:
    """One line of the calendar tab: date, kind, hours; raises `ValueError`."""
    found, word, hours = cells
    if isinstance(found, datetime):
        found = found.date()
    elif isinstance(found, (int, float)):
        found = from_serial(found).date()
    elif not isinstance(found, date):
        found = parse_moment(str(found)).date()
    kind = CHOICES["day_kind"].id(str(word))
    if kind is None:
        raise ValueError(word)
    spans = read_hours(str(hours)) if hours not in (None, "") else ()
    if kind == "special" and hours in (None, ""):
        raise ValueError(hours)
    return Day(found, kind, spans)
