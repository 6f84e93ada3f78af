"""Messages to buyers: complete, within the platforms' rules, never promising too much."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fanpan.functions import REGISTRY
from fanpan.functions.rules import DEFAULT_RULES, Rules
from fanpan.functions.script import LANGUAGES, SCRIPTS, script
from fanpan.functions.values import CHOICES, CellError

STAGES, KINDS = CHOICES["stage"].ids, CHOICES["kind"].ids
PLATFORMS = (None, *CHOICES["platform"].ids)
NAMES = (None, "小王", "t**3")
OFFERS = (None, *CHOICES["offer"].ids, "退款88元并补发")
EVERY = list(itertools.product(STAGES, KINDS, NAMES, OFFERS, PLATFORMS, LANGUAGES.ids))
Lint = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def lint(shared: Path) -> Lint:
    """The published lint rules, read as their note says: the ids of those that hit."""
    facts = json.loads((shared / "facts" / "lint_rules.json").read_text("utf-8"))
    exempt = re.compile(facts["exempt"])
    rules = [
        (rule["id"], re.compile(pattern)) for rule in facts["rules"] for pattern in rule["patterns"]
    ]
    with_exemption = {"R01", "R02", "R03", "R04", "R09"}

    def hits(message: str) -> list[str]:
        text = re.sub(r"[\s\u3000*·•]", "", message)
        return [
            name
            for name, pattern in rules
            for match in pattern.finditer(text)
            if not (
                name in with_exemption
                and exempt.search(text[max(0, match.start() - 8) : match.end() + 8])
            )
        ]

    assert [text for text in examples(facts, "examples_block") if not hits(text)] == []
    return hits


def examples(facts: dict[str, object], name: str) -> list[str]:
    found = facts[name]
    assert isinstance(found, list)
    assert found
    return [item if isinstance(item, str) else item["text"] for item in found]


def test_no_message_breaks_a_rule_of_the_platforms(lint: Lint) -> None:
    messages = {script(*choice) for choice in EVERY}
    assert {text: found for text in messages if (found := lint(text))} == {}


def test_every_message_is_complete() -> None:
    wrong = [
        choice
        for choice in EVERY
        if re.search(r"[{}]|None|  |，，|。。", text := script(*choice)) or len(text) < 20
    ]
    assert wrong == []


def test_every_stage_has_its_own_words_in_both_languages() -> None:
    assert set(LANGUAGES.ids) == set(SCRIPTS)
    for lang in LANGUAGES.ids:
        texts = {script(stage, "quality", None, "refund", None, lang) for stage in STAGES}
        assert len(texts) == len(STAGES)
        kinds = {script("first_contact", kind, None, None, None, lang) for kind in KINDS}
        assert len(kinds) >= len(KINDS) - 1  # malice may read as other: the buyer is not accused


def test_no_buyer_is_accused_or_told_of_our_suspicion() -> None:
    wrong = re.compile("恶意|敲诈|勒索|威胁|malicious|extort|blackmail|threat", re.IGNORECASE)
    assert [choice for choice in EVERY if wrong.search(script(*choice))] == []


def test_chinese_in_chinese_and_english_in_english() -> None:
    for stage, kind, name, offer, platform, lang in EVERY:
        if name == "小王" or offer == "退款88元并补发":
            continue
        text = script(stage, kind, name, offer, platform, lang)
        assert bool(re.search(r"[\u4e00-\u9fff]", text)) == (lang == "zh"), text


@pytest.mark.parametrize(
    ("name", "platform", "lang", "begins"),
    [
        (None, None, "zh", "您好，"),
        (None, "taobao", "zh", "亲，"),
        ("小王", "tmall", "zh", "小王亲，"),
        ("小王", "jd", "zh", "小王您好，"),
        ("小**王", "taobao", "zh", "亲，"),  # a masked name is no name
        ("t＊＊1", "taobao", "zh", "亲，"),
        (None, "taobao", "en", "Hello,"),
        ("Ann", None, "en", "Hello Ann,"),
    ],
)
def test_how_the_buyer_is_addressed(
    name: str | None, platform: str | None, lang: str, begins: str
) -> None:
    assert script("first_contact", "quality", name, None, platform, lang).startswith(begins)


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (120, "，2小时内", "within 2 hours."),
        (90, "，90分钟内", "within 90 minutes."),
        (60, "，1小时内", "within 1 hour."),
        (45, "，45分钟内", "within 45 minutes."),
        (1, "，1分钟内", "within 1 minute."),
        (1440, "，24小时内", "within 24 hours."),
    ],
)
def test_the_promised_time_is_the_rules(minutes: int, zh: str, en: str) -> None:
    rules = Rules.build([["clock.solution.quality", minutes, "min"]])
    assert zh in script("first_contact", "quality", rules=rules)
    assert en in script("first_contact", "quality", lang="en", rules=rules)
    assert "4小时内" in script("first_contact", "quality")


@pytest.mark.parametrize("lang", LANGUAGES.ids)
@pytest.mark.parametrize("kind", KINDS)
def test_an_amount_is_named_only_with_the_solution(kind: str, lang: str) -> None:
    for stage in STAGES:
        text = script(stage, kind, None, "退款88元", None, lang, DEFAULT_RULES)
        assert ("88" in text) == (stage == "solution")
    # Without a solution the message says that we are applying for one.
    assert script("solution", kind, lang=lang) == script("applying", kind, lang=lang)


@pytest.mark.parametrize("lang", LANGUAGES.ids)
def test_an_offer_that_is_not_the_buyers_to_hear_is_not_named(lang: str) -> None:
    said = {
        offer
        for offer in CHOICES["offer"].ids
        if script("solution", "quality", None, offer, None, lang)
        != script("applying", "quality", None, None, None, lang)
    }
    assert said == {"refund", "reship", "coupon"} == set(SCRIPTS[lang]["offer"])


def test_words_of_the_cell_are_understood() -> None:
    call = REGISTRY["SCRIPT"].call
    assert call("首次联系", "物流延误", "小王", None, "淘宝", "中文") == script(
        "first_contact", "logistics", "小王", None, "taobao"
    )
    assert isinstance(call("首次联系", "天气"), CellError)
    assert call("首次联系", None) is None


def test_braces_in_a_name_or_an_offer_are_only_text() -> None:
    text = script("solution", "quality", "{offer}", "{name}{0}")
    assert text.startswith("{offer}您好，")
    assert "{name}{0}" in text
