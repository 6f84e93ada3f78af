"""A rule's value as people see it in the rules tab; `rulevalues` reads it back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .messages import Lang
from .rulevalues import SECONDS, UNITS, Spec
from .values import CHOICES


def _show_number(number: float) -> str:
    return f"{Decimal(repr(number)).normalize():f}"


def show_value(spec: Spec, value: Any, lang: Lang) -> tuple[str, str]:
    """(value, unit) as people see them in the rules tab."""
    unit = UNITS.word(spec.unit, lang) if spec.unit else ""
    if value is None or value == ():
        return ("-" if spec.type == "hours" and value == () else "", unit)
    match spec.type:
        case "duration":
            name = spec.unit if value % SECONDS[spec.unit] == 0 else "min"
            if value % SECONDS[name]:
                return f"{value / 60!r}", UNITS.word("min", lang)
            return str(value // SECONDS[name]), UNITS.word(name, lang)
        case "share":
            percent = Decimal(repr(value)) * 100
            return f"{percent.normalize():f}%", unit
        case "money":
            return f"{value.normalize():f}", unit
        case "number" | "count":
            return _show_number(value), unit
        case "words":
            # English words of choices have spaces in them, their ids have not.
            named = spec.choices and lang == "zh"
            words = [CHOICES[spec.choices].word(word, lang) for word in value] if named else value
            return " ".join(words), unit
        case "weights":
            return " ".join(f"{word}:{_show_number(weight)}" for word, weight in value), unit
        case "choice":
            return CHOICES[spec.choices].word(value, lang), unit
        case "flag":
            yes, no = ("是", "否") if lang == "zh" else ("yes", "no")
            return (yes if value else no), unit
        case "hours":
            return " ".join(f"{opening}-{closing}" for opening, closing in value), unit
        case _:
            return str(value), unit
