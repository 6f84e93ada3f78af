"""Messages to buyers: Sorry, Solve, Smile (S10)."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from string import Formatter
from typing import Annotated, Any, Final

from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import CHOICES, Choices, Kind, Platform, Stage

SCRIPTS: Final[dict[str, dict[str, dict[str, str]]]] = tomllib.loads(
    (files(__package__ or "") / "data" / "scripts.toml").read_text("utf-8")
)
_GAPS: Final = frozenset({"name", "kind", "offer", "within"})
_MASKED: Final = re.compile(r"[*＊#$]")
LANGUAGES: Final = Choices("lang", {"zh": ["Chinese", "中文"], "en": ["English", "英文"]})
ScriptLang = Annotated[str, LANGUAGES]


def _check(scripts: dict[str, Any]) -> None:
    """Every stage has a text in every language, and only gaps that are filled."""
    for lang, parts in scripts.items():
        if set(parts["stage"]) != set(CHOICES["stage"].ids):
            raise ValueError(
                f"scripts.toml: [{lang}.stage] does not have the stages of the choices"
            )
        for group in ("stage", "solution_kind"):
            for name, text in parts[group].items():
                gaps = {gap for _, gap, _, _ in Formatter().parse(text) if gap is not None}
                if not gaps <= _GAPS:
                    raise ValueError(
                        f"scripts.toml: {lang}.{group}.{name} has unknown {gaps - _GAPS}"
                    )


_check(SCRIPTS)


@cell_function(names={"zh_CN": "话术"})
def script(
    stage: Annotated[Stage, "Stage of the case"],
    kind: Annotated[Kind, "Why the buyer is unhappy"],
    name: Annotated[str | None, "Name of the buyer; a masked one is not used"] = None,
    offer: Annotated[str | None, "The solution, as an offer or in one's own words"] = None,
    platform: Annotated[Platform | None, "Platform of the shop"] = None,
    lang: Annotated[ScriptLang, "Chinese or English"] = "zh",
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> str:
    """A message for a stage: apology, the concrete solution, a commitment with a time.

    The promised time is the rules' own.
    >>> script("first_contact", "logistics", "小王", None, "taobao")[:12]
    '小王亲，非常抱歉，物流延'
    >>> "2小时内" in script("first_contact", "logistics")
    True

    Over the agent's authority the message says that we are applying, and names no amount.
    >>> "正在为您申请" in script("applying", "quality", None, "退款88元")
    True
    >>> "88" in script("applying", "quality", None, "退款88元")
    False
    """
    parts = SCRIPTS[lang]
    text = parts["stage"][stage]
    solution = _offer_words(offer, parts["offer"])
    if stage == "solution":
        text = parts["solution_kind"].get(kind, text)
        if solution is None:
            text = parts["stage"]["applying"]
    return text.format(
        name=_address(name, platform, lang),
        kind=parts["kind"][kind],
        offer=solution,
        within=_within(kind, rules, parts["unit"]),
    )


def _address(name: str | None, platform: str | None, lang: str) -> str:
    greetings = SCRIPTS[lang]["address"]
    greeting = greetings.get(platform or "default", greetings["default"])
    if not name or _MASKED.search(name):
        return greeting
    if lang == "en":
        return f"{greeting} {name}"
    return f"{name}{greeting}"


def _offer_words(offer: str | None, words: dict[str, str]) -> str | None:
    if not offer:
        return None
    found = CHOICES["offer"].id(offer)
    # An offer that is not the buyer's to hear, such as a decision still to be taken, has no words.
    return offer if found is None else words.get(found)


def _within(kind: str, rules: Rules, units: dict[str, str]) -> str:
    seconds = rules.allowance("solution", kind)
    hours = seconds >= 3600 and seconds % 3600 == 0
    count = seconds // 3600 if hours else max(1, seconds // 60)
    unit = "h" if hours else "min"
    return units[f"one_{unit}" if count == 1 else unit].format(count=count)
