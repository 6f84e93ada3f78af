"""Words that alert the supervisor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions.alert import alert
from fanpan.functions.rules import DEFAULT_RULES, Rules
from fanpan.functions.values import normalise

WORDS = DEFAULT_RULES["alert.words"]
OWN = Rules.build([["alert.words", "假 假货 a.c (x 12315"]])
NONE = Rules.build([["alert.words", ""]])


@pytest.mark.parametrize(
    ("text", "rules", "found"),
    [
        ("再不处理我就投诉到12315，投诉到底", DEFAULT_RULES, "投诉、12315"),
        ("非常满意", DEFAULT_RULES, None),
        ("", DEFAULT_RULES, None),
        ("孩子用了过敏，要找律师", DEFAULT_RULES, "过敏、律师"),
        ("假货！真的假", OWN, "假货、假"),  # the longest word at each place
        ("abc", OWN, None),  # a dot is a dot
        ("a.c (x", OWN, "a.c、(x"),
        ("投诉", OWN, None),
        ("投诉12315", NONE, None),
        ("１２３１５见", DEFAULT_RULES, "12315"),  # full-width digits
    ],
)
def test_found(text: str, rules: Rules, found: str | None) -> None:
    assert alert(text, rules) == found


def test_the_words_of_the_playbook_are_all_there() -> None:
    wanted = {"差评", "投诉", "12315", "假货", "过敏", "受伤", "曝光", "律师"}
    assert wanted <= set(WORDS)
    assert [word for word in WORDS if alert(f"因为{word}了") != word] == []


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=4)), max_size=8))
def test_blank_exactly_when_no_word_stands_in_the_text(parts: list[str]) -> None:
    text = normalise("".join(parts))
    found = alert(text)
    assert (found is None) == (not any(word in text for word in WORDS))
    words = found.split("、") if found else []
    assert len(set(words)) == len(words)
    assert all(word in WORDS and word in text for word in words)
    assert sorted(words, key=text.index) == words
