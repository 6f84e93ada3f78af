"""The types of a rule's value: how people write one and how it is kept."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

from .messages import Lang, Message
from .values import CHOICES, normalise, to_money

UNITS: Final = CHOICES["unit"]
_DECIMALS: Final = 9
"""More than any rule means, and few enough to be written without an exponent."""
SECONDS: Final = {"min": 60, "h": 3600, "d": 86400}
_MOST_DAYS: Final = 36_500
"""A hundred years: beyond, moments leave the calendar."""
_GROUPED: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?%?$")
_WITH_UNIT = re.compile(r"([\d.]+)\s*([^\d.\s]+)$")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})$")
_CLOSED = frozenset({"-", "—", "休息", "closed", "off"})


class RuleValueError(ValueError):
    """A value that its rule does not accept; carries the sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text())
        self.message = message


@dataclass(frozen=True, slots=True)
class Spec:
    """One rule: its type, default as people write it, unit, limits and meaning."""

    key: str
    type: str
    value: str
    unit: str
    zh: str
    en: str
    optional: bool = False
    min: float | None = None
    max: float | None = None
    choices: str = ""

    def note(self, lang: Lang) -> str:
        """What the rule means, in `lang`."""
        return self.zh if lang == "zh" else self.en


def read_value(spec: Spec, value: Any, unit: Any = None) -> Any:
    """A cell of the rules tab as the rule's value; None for an allowed blank.

    Raises `RuleValueError` with a sentence that says what is expected.
    """
    text = _plain(value)
    if not text:
        if spec.optional or spec.type in {"words", "weights"}:
            return () if spec.type in {"words", "weights"} else None
        raise RuleValueError(Message("The value is blank; the default stays in force."))
    try:
        found = _READ[spec.type](spec, text, _plain(unit))
    except RuleValueError:
        raise
    except (ValueError, KeyError, ArithmeticError, OSError):
        raise RuleValueError(
            Message(
                "“{value}” is not {expected}; the default stays in force.",
                value=f"{text:.40}",
                expected=Message(_EXPECTED[spec.type]),
            )
        ) from None
    _check_limits(spec, found, text)
    return found


def _check_limits(spec: Spec, found: Any, text: str) -> None:
    if isinstance(found, (int, float, Decimal)) and not isinstance(found, bool):
        low = spec.min if spec.min is not None else 0
        if found < low or (spec.max is not None and found > spec.max):
            high = "" if spec.max is None else f"{spec.max:g}"
            raise RuleValueError(
                Message(
                    "“{value}” is outside {low} to {high}; the default stays in force.",
                    value=f"{text:.40}",
                    low=f"{low:g}",
                    high=high or "∞",
                )
            )


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return normalise(str(value))


def _ungrouped(text: str) -> str:
    """Without thousands separators; any other comma or mark makes it no number."""
    if "_" in text or ("," in text and not _GROUPED.match(text)):
        raise ValueError(text)
    return text.replace(",", "")


def _number(text: str) -> float:
    number = float(_ungrouped(text))
    if not math.isfinite(number):
        raise ValueError(text)
    return round(number, _DECIMALS)


def _read_duration(spec: Spec, text: str, unit: str) -> int:
    match = _WITH_UNIT.match(text)
    if match is not None:
        text, unit = match[1], match[2]
    name = UNITS.id(unit) if unit else spec.unit
    seconds = _number(text) * SECONDS[name or ""]
    if not 0 < seconds <= _MOST_DAYS * SECONDS["d"]:
        raise ValueError(text)
    return round(seconds)


def _read_number(spec: Spec, text: str, unit: str) -> float:
    if not spec.unit:
        return _number(text)
    match = _WITH_UNIT.match(text)
    if match is not None:
        text, unit = match[1], match[2]
    name = UNITS.id(unit) if unit else spec.unit
    number = _number(text)
    return number if name == spec.unit else number * SECONDS[name or ""] / SECONDS[spec.unit]


def _read_count(spec: Spec, text: str, unit: str) -> int:
    number = _read_number(spec, text, unit)
    if not number.is_integer() or number > _MOST_DAYS:
        raise ValueError(text)
    return int(number)


def _read_share(_spec: Spec, text: str, _unit: str) -> float:
    if not text.endswith("%"):
        return _number(text)
    # Decimal, so that a share is read back from its percent as it was.
    return _number(str(Decimal(_ungrouped(text[:-1])).scaleb(-2)))


def _read_money(_spec: Spec, text: str, _unit: str) -> Decimal:
    amount = to_money(text)
    if not amount.is_finite():
        raise ValueError(text)
    return amount


def _split(text: str) -> list[str]:
    words = (normalise(word) for word in re.split(r"[\s,，、;；|]+", text))
    return [word for word in words if word]


def _read_words(spec: Spec, text: str, _unit: str) -> tuple[str, ...]:
    words = _split(text)
    return tuple(
        dict.fromkeys((_read_choice(spec, word, "") for word in words) if spec.choices else words)
    )


def _read_weights(_spec: Spec, text: str, _unit: str) -> tuple[tuple[str, float], ...]:
    pairs: dict[str, float] = {}
    for item in _split(text):
        word, _, weight = item.rpartition(":")
        pairs[word or item] = _number(weight) if word else 2.0
    return tuple(pairs.items())


def _read_choice(spec: Spec, text: str, _unit: str) -> str:
    found = CHOICES[spec.choices].id(text)
    if found is None:
        words = "、".join(CHOICES[spec.choices].words("zh"))
        raise RuleValueError(
            Message(
                "“{value}” is not one of {ids} ({words}); the default stays in force.",
                value=f"{text:.40}",
                ids=", ".join(CHOICES[spec.choices].ids),
                words=words,
            )
        )
    return found


def _read_flag(_spec: Spec, text: str, _unit: str) -> bool:
    return {"yes": True, "是": True, "true": True, "1": True,
            "no": False, "否": False, "false": False, "0": False}[text.lower()]  # fmt: skip


def read_hours(text: str) -> tuple[tuple[str, str], ...]:
    """Opening hours such as `09:00-12:00 13:30-18:00`; `-` is closed all day.

    >>> read_hours("9:00-12:00 13:30-18:00"), read_hours("休息")
    ((('09:00', '12:00'), ('13:30', '18:00')), ())
    """
    if normalise(text).lower() in _CLOSED:
        return ()
    spans: list[tuple[str, str]] = []
    for part in re.split(r"[\s,，、;；]+", normalise(text)):
        match = _SPAN.match(part)
        if match is None:
            raise ValueError(text)
        opening, closing = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
        if int(match[2]) > 59 or int(match[4]) > 59 or opening >= 1440 or closing > 1440:
            raise ValueError(text)
        if opening == closing:
            raise ValueError(text)
        spans.append((f"{match[1]:0>2}:{match[2]}", f"{match[3]:0>2}:{match[4]}"))
    spans.sort()
    for (begin, end), (following, _) in pairwise(spans):
        if end > following or end < begin:
            raise RuleValueError(
                Message(
                    "The opening hours “{value}” overlap; the default stays in force.",
                    value=f"{text:.40}",
                )
            )
    return tuple(spans)


def _read_hours(_spec: Spec, text: str, _unit: str) -> tuple[tuple[str, str], ...]:
    return read_hours(text)


def _read_time(_spec: Spec, text: str, _unit: str) -> str:
    if text.count(":") == 2:
        text = text.rpartition(":")[0]
    elif ":" not in text and 0 <= (day := _number(text)) < 1:  # a time of day as cells hold it
        hour, minute = divmod(round(day * 1440) % 1440, 60)
        return f"{hour:02}:{minute:02}"
    return f"{datetime.strptime(text, '%H:%M'):%H:%M}"


def _read_zone(_spec: Spec, text: str, _unit: str) -> str:
    return ZoneInfo(text).key


def _read_text(_spec: Spec, text: str, _unit: str) -> str:
    return " ".join(text.split())  # a line break would end the rule in the text of all rules


_READ: Final[dict[str, Callable[[Spec, str, str], Any]]] = {
    "duration": _read_duration,
    "number": _read_number,
    "count": _read_count,
    "share": _read_share,
    "money": _read_money,
    "words": _read_words,
    "weights": _read_weights,
    "choice": _read_choice,
    "flag": _read_flag,
    "hours": _read_hours,
    "time": _read_time,
    "zone": _read_zone,
    "text": _read_text,
}
_EXPECTED: Final = {
    "duration": "a time such as 2, with the unit min, h or d beside it",
    "number": "a number",
    "count": "a whole number",
    "share": "a share such as 25%",
    "money": "an amount such as 10",
    "words": "words with spaces between them",
    "weights": "words with weights, such as 掉色:3",
    "choice": "one of the words of the list",
    "flag": "yes or no",
    "hours": "hours such as 09:00-12:00 13:30-18:00, or - for closed",
    "time": "a time of day such as 21:00",
    "zone": "a time zone such as Asia/Shanghai",
    "text": "text",
}
