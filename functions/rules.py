"""The rules as one value: every number of the playbook, checked, versioned, in one text.

A team edits the rules tab; `Rules.build` reads it. A row that cannot be used leaves its default in
force and becomes a problem. `Rules.text` is what the cell function RULES gives: only the rules that
differ from the defaults, canonical, so that equal rules are equal text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypeVar, cast

from .businesstime import BusinessTime
from .mainland import mainland_days
from .messages import Lang, Message
from .ruleshow import show_value
from .ruletab import DEFAULTS, SPECS, Day, read_day, read_days, read_rows, undo_contradictions
from .rulevalues import read_value
from .values import CHOICES, CellFault

T = TypeVar("T")

_TAG: Final = "fanpan-rules 1"
_MOST_CHARACTERS: Final = 32_767
WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One line of the rules tab as people see it."""

    key: str
    value: str
    unit: str
    note: str


class Rules:
    """An immutable set of rules; equal when their text is equal.

    >>> DEFAULT_RULES["clock.solution.logistics"]
    7200
    >>> changed = Rules.build([["clock.solution.logistics", 90, "分钟", ""]])
    >>> changed.text
    'fanpan-rules 1\\nclock.solution.logistics=90 min'
    >>> parse_rules(changed.text) is parse_rules(changed.text), parse_rules(changed.text) == changed
    (True, True)
    """

    __slots__ = (
        "_derived", "_values", "calendar_problems", "days", "rule_problems", "text", "version",
    )  # fmt: skip

    def __init__(
        self,
        values: Mapping[str, Any],
        days: Sequence[Day] = (),
        rule_problems: Mapping[int, Message] | None = None,
        calendar_problems: Mapping[int, Message] | None = None,
    ) -> None:
        self._values = values
        self.days = tuple(sorted(days, key=lambda day: day.day))
        self.rule_problems = dict(rule_problems or {})
        """Row number in the rules tab → what is wrong there."""
        self.calendar_problems = dict(calendar_problems or {})
        """Row number in the calendar tab → what is wrong there."""
        self.text = _write(values, self.days)
        self.version = sha256(self.text.encode()).hexdigest()[:8]
        """Short fingerprint of the rules in force."""
        self._derived: dict[Callable[[Rules], Any], Any] = {}

    @classmethod
    def build(
        cls,
        rule_rows: Iterable[Sequence[Any]],
        calendar_rows: Iterable[Sequence[Any]] = (),
    ) -> Rules:
        """Rules from the rows of the two tabs: (key, value, unit, …) and (date, kind, hours, …)."""
        values, problems, rows_of = read_rows(rule_rows)
        days, calendar_problems = read_days(calendar_rows)
        undo_contradictions(values, problems, rows_of)
        rules = cls(values, days, problems, calendar_problems)
        try:
            rules.derive(business_calendar)
        except ValueError as error:
            for key in [key for key in values if key.startswith("hours.")]:
                changed = values[key] != DEFAULTS[key]
                values[key] = DEFAULTS[key]
                if changed and key in rows_of:
                    problems[rows_of[key]] = Message(
                        "These hours cannot be used ({reason}); the default stays in force.",
                        reason=getattr(error, "message", str(error)),
                    )
            rules = cls(values, days, problems, calendar_problems)
        return rules

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def get(self, key: str) -> Any:
        """The value of a rule, or None where there is no such rule."""
        return self._values.get(key)

    def derive(self, builder: Callable[[Rules], T]) -> T:
        """`builder(rules)`, built once per set of rules: compiled lexicons, calendars, bands."""
        found = self._derived.get(builder)
        if found is None:
            found = self._derived[builder] = builder(self)
        return found

    def allowance(self, clock: str, kind: str) -> int:
        """Seconds that a clock allows a kind."""
        key = f"clock.{clock}.{kind}" if clock == "solution" else f"clock.{clock}"
        return self[key]  # type: ignore[no-any-return]

    def calendar(self, clock: str, kind: str) -> BusinessTime | None:
        """The business hours in which a clock runs for a kind; None for wall time."""
        return self.derive(_calendars)[clock, kind]

    def handler(self, kind: str) -> str:
        """The role that handles a kind; a role the shop lacks falls back to the supervisor."""
        role = self[f"role.{kind}"]
        return "supervisor" if role in self["role.missing"] else role

    @property
    def problems(self) -> list[Message]:
        """Everything wrong with the two tabs."""
        return [*self.rule_problems.values(), *self.calendar_problems.values()]

    @property
    def calendar_end(self) -> date | None:
        """Last day whose holidays are known, where holidays matter; None where they do not."""
        uses = any(self[f"calendar.{clock}"] == "business" for clock in CHOICES["clock"].ids)
        if not uses or not self["hours.mainland"]:
            return None
        last = date(mainland_days().last_year, 12, 31)
        own = [day.day for day in self.days if day.kind in {"holiday", "make_up"}]
        return max([last, *(date(day.year, 12, 31) for day in own)])

    def explain(self, keys: Iterable[str], lang: Lang = "zh") -> list[tuple[str, str, str]]:
        """(key, value with unit, note) of rules, in the order of the tab."""
        wanted = set(keys)
        rows = rule_rows(lang, rules=self)
        return [
            (row.key, f"{row.value} {row.unit}".strip(), row.note)
            for row in rows
            if row.key in wanted
        ]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rules) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Rules({self.version})"


def business_calendar(rules: Rules) -> BusinessTime:
    """The shop's business hours; raises `ValueError` when they never open."""
    week = {day: [*rules[f"hours.{day}"]] for day in WEEK if rules[f"hours.{day}"]}
    own = rules["hours.make_up"]  # blank is as on Monday, closed is closed
    make_up = [*((rules["hours.mon"] or ()) if own is None else own)]
    holidays: set[date] = set()
    special: dict[date, list[tuple[str, str]]] = {}
    if rules["hours.mainland"]:
        mainland = mainland_days()
        holidays |= set(mainland.holidays)
        special |= dict.fromkeys(mainland.make_up, make_up)
    for day in rules.days:
        holidays.discard(day.day)
        special.pop(day.day, None)
        if day.kind == "holiday":
            holidays.add(day.day)
        elif day.kind == "make_up":
            special[day.day] = [*(day.hours or make_up)]
        elif day.hours or day.kind == "special":
            special[day.day] = [*day.hours]
    return BusinessTime(week, sorted(holidays), special, rules["calendar.tz"])


def _calendars(rules: Rules) -> dict[tuple[str, str], BusinessTime | None]:
    result: dict[tuple[str, str], BusinessTime | None] = {}
    for clock in CHOICES["clock"].ids:
        for kind in CHOICES["kind"].ids:
            name = rules[f"calendar.{clock}"]
            if clock == "solution":
                name = rules[f"calendar.solution.{kind}"] or name
            business = name == "business"
            result[clock, kind] = rules.derive(business_calendar) if business else None
    return result


def _write(values: Mapping[str, Any], days: Sequence[Day]) -> str:
    lines = [_TAG]
    for key in sorted(values):
        if values[key] != DEFAULTS[key]:
            value, unit = show_value(SPECS[key], values[key], "en")
            lines.append(f"{key}={value} {unit}".rstrip() if value else f"{key}=")
    for day in days:
        hours = " ".join(f"{opening}-{closing}" for opening, closing in day.hours)
        if not hours and day.kind == "special":
            hours = "-"  # closed; blank would not be read back
        lines.append(f"day {day.day.isoformat()} {day.kind} {hours}".rstrip())
    text = "\n".join(lines)
    if len(text) > _MOST_CHARACTERS:
        raise CellFault(
            Message(
                "The changed rules are {count} characters long; a cell holds {most}. "
                "Shorten the word lists.",
                count=len(text),
                most=_MOST_CHARACTERS,
            )
        )
    return text


def rule_rows(
    lang: Lang, changes: Mapping[str, str] | None = None, rules: Rules | None = None
) -> list[RuleRow]:
    """The lines of the rules tab, with some values replaced as people would write them."""
    rules = rules or DEFAULT_RULES
    rows: list[RuleRow] = []
    for key, spec in SPECS.items():
        value, unit = show_value(spec, rules[key], lang)
        rows.append(RuleRow(key, (changes or {}).get(key, value), unit, spec.note(lang)))
    return rows


_parsed: dict[str, Rules] = {}
_MOST_PARSED: Final = 256


def parse_rules(value: Any) -> Rules:
    """Rules from what a cell gives: blank, the text of RULES(…), or the range of the rules tab."""
    if value.__class__ is str:
        found = _parsed.get(value)
        if found is None:
            found = _parse_text(value)
            if len(_parsed) >= _MOST_PARSED:
                _parsed.clear()
            _parsed[value] = found
        return found
    if isinstance(value, Rules):
        return value
    if value is None:
        return DEFAULT_RULES
    if isinstance(value, (list, tuple)):
        rows = cast("Sequence[Any]", value)
        cells: list[Any] = [row if isinstance(row, (list, tuple)) else [row] for row in rows]
        return Rules.build(cells)
    raise ValueError(value)


def is_rules(value: Any) -> bool:
    """Whether a cell's value can only be meant as rules: their text, a range, or the rules."""
    return isinstance(value, (Rules, list, tuple)) or (
        isinstance(value, str) and value.startswith(_TAG)
    )


def _parse_text(text: str) -> Rules:
    if not text.strip():
        return DEFAULT_RULES
    head, *lines = text.strip().split("\n")
    if head.strip() != _TAG:
        raise ValueError(text[:20])
    values = dict(DEFAULTS)
    days: list[Day] = []
    for line in lines:
        if line.startswith("day "):
            _, day, kind, *hours = line.split(" ")
            days.append(read_day([day, kind, " ".join(hours)]))
            continue
        key, _, value = line.partition("=")
        spec = SPECS.get(key)
        if spec is None:
            raise ValueError(key)
        if spec.type == "hours" and not value:
            values[key] = None
        else:
            values[key] = read_value(spec, value)
    return Rules(values, days)


DEFAULT_RULES: Final = Rules(dict(DEFAULTS))
