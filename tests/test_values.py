"""The kinds of value: choices, money, moments, serial numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanpan.functions.messages import LANGS
from fanpan.functions.values import (
    CHOICES,
    KINDS,
    Choices,
    from_serial,
    join_words,
    normalise,
    parse_moment,
    to_money,
    to_serial,
)

MOMENTS = st.datetimes(datetime(1900, 3, 1), datetime(9999, 12, 31, 23, 59, 58))


@pytest.mark.parametrize("name", sorted(CHOICES))
def test_every_word_of_a_choice_names_it(name: str) -> None:
    choices = CHOICES[name]
    assert len(set(choices.ids)) == len(choices.ids) > 0
    for lang in LANGS:
        assert len(set(choices.words(lang))) == len(choices.ids)
        for key in choices.ids:
            word = choices.word(key, lang)
            for spelling in (key, word, word.upper(), f" {word}\u200b", key.upper()):
                assert choices.id(spelling) == key
            assert word.isascii() or lang == "zh" or any(ord(mark) < 256 for mark in word)
    assert choices.id("no such word") is None
    assert choices.word("no such id", "zh") == "no such id"


def test_one_word_for_two_choices_is_refused() -> None:
    with pytest.raises(ValueError, match="means two things"):
        Choices("bad", {"a": ["One", "一"], "b": ["Two", "一"]})
    with pytest.raises(ValueError, match="means two things"):
        Choices("bad", {"a": ["One", "一"], "b": ["ONE", "二"]})
    with pytest.raises(KeyError):
        KINDS.subset("part", ["weather"])
    assert KINDS.subset("few", ["price", "other"]).ids == ("price", "other")


@pytest.mark.parametrize(
    ("value", "amount"),
    [
        ("1,234.565", "1234.57"),
        ("¥88", "88.00"),
        ("88元", "88.00"),
        ("￥1,288.00", "1288.00"),
        (" 12.5 ", "12.50"),
        ("１２", "12.00"),
        (0.125, "0.13"),  # half up
        (2.675, "2.68"),  # as it is written, not as binary has it
        (-0.005, "-0.01"),
        (10**20, "100000000000000000000.00"),
        (Decimal("1.005"), "1.01"),
    ],
)
def test_money(value: Any, amount: str) -> None:
    assert to_money(value) == Decimal(amount)
    assert str(to_money(value)) == amount


@pytest.mark.parametrize("value", ["", "abc", "1.2.3", "NaN", "Infinity", float("nan"), 1e300])
def test_what_is_no_money(value: Any) -> None:
    with pytest.raises(ValueError, match=r".*"):
        to_money(value)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6))
def test_money_is_the_nearest_cent(amount: Decimal) -> None:
    found = to_money(amount)
    assert abs(found - amount) <= Decimal("0.005")
    assert to_money(found) == found
    assert to_money(-amount) == -found
    assert to_money(str(amount)) == found


@given(MOMENTS)
def test_serial_numbers_keep_the_second(moment: datetime) -> None:
    second = moment.replace(microsecond=0)
    assert from_serial(to_serial(second)) == second
    assert to_serial(second.date()) == float((second.date() - date(1899, 12, 30)).days)


@pytest.mark.parametrize("serial", [60.9, 0, -1, 2958466, float("nan"), float("inf")])
def test_what_is_no_serial_number(serial: float) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_serial(serial)


SHAPES = [
    "{0:%Y-%m-%d %H:%M:%S}", "{0:%Y/%m/%d %H:%M:%S}", "{0:%Y-%m-%dT%H:%M:%S}",
    "{0:%Y}年{0.month}月{0.day}日 {0:%H:%M:%S}", "{0:%Y}/{0.month}/{0.day} {0.hour}:{0:%M:%S}",
    "{0:%Y.%m.%d} {0:%H:%M:%S}", "\ufeff{0:%Y-%m-%d}  {0:%H:%M:%S}\t",
]  # fmt: skip


@given(MOMENTS, st.sampled_from(SHAPES))
def test_every_shape_of_a_moment(moment: datetime, shape: str) -> None:
    second = moment.replace(microsecond=0)
    assert parse_moment(shape.format(second)) == second


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02", datetime(2026, 3, 2)),
        ("2026年3月2日", datetime(2026, 3, 2)),
        ("2026年3月2日9:05", datetime(2026, 3, 2, 9, 5)),
        ("２０２６－０３－０２ ０９：０５", datetime(2026, 3, 2, 9, 5)),
        ("2026/3/2 9:05:07.123", datetime(2026, 3, 2, 9, 5, 7)),
        ("2026-03-02T09:05:07.999999", datetime(2026, 3, 2, 9, 5, 7)),
        ("2026-03-02T09:00:00Z", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2026/3/2 9:00 +08:00", datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=8)))),
    ],
)
def test_moments(text: str, moment: datetime) -> None:
    found = parse_moment(text)
    assert found == moment
    assert found.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-02-30", "2026/13/1", "2026-3-2 25:00", "3月2日", "收货后3天"]
)
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_moment(text)


@given(st.text(max_size=12))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


def test_words_are_joined_as_people_write_them() -> None:
    assert join_words(["a", "b"], "zh") == "a、b"
    assert join_words(["a", "b"], "en") == "a, b"
