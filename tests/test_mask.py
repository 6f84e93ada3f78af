"""Personal data masked; what is masked already stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanpan.functions import REGISTRY
from fanpan.functions.mask import mask

DIGITS = st.text("0123456789", min_size=8, max_size=8)
PHONES = st.tuples(st.integers(3, 9), DIGITS, st.sampled_from(["", "0"])).map(
    lambda parts: f"1{parts[0]}{parts[1]}{parts[2] or '1'}"
)
AROUND = st.text("我的电话是，。：:微信收件人 王小明\n路号abx-*@.", max_size=8)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话13800138000", "电话138****8000"),
        ("138 0013 8000", "138****8000"),
        ("138-0013-8000打不通", "138****8000打不通"),
        ("+8613800138000", "+****8000"),
        ("座机0571-88886666", "座机0571-****6666"),
        ("身份证11010519491231002X", "身份证110105********002X"),
        ("身份证110105194912310021。", "身份证110105********0021。"),
        ("订单6917926768823643751", "订单****3751"),
        ("订单230101-123456789012345", "订单230101-****2345"),
        ("交易号2026030222001412345678901234", "交易号****1234"),
        ("邮箱zhang.san@example.com.cn", "邮箱z***@example.com.cn"),
        ("微信abc12345", "微信***"),
        ("加我vx：abc_123-x", "加我vx：***"),
        ("QQ号 12345678", "QQ号 ***"),
        ("收件人：王小明", "收件人：王**"),
        ("收货人是李雷，请改", "收货人是李**，请改"),
        ("住在文三路478号3幢201室", "住在文三路***"),
        ("送到5栋2单元301室", "送到***"),
        # What is nobody's data stays.
        ("", ""),
        ("质量差，用了3天就坏", "质量差，用了3天就坏"),
        ("花了1288.50元，2026-03-02买的", "花了1288.50元，2026-03-02买的"),
        ("型号20260302，批次12345678901", "型号20260302，批次12345678901"),
    ],
)
def test_masked(text: str, shown: str) -> None:
    assert mask(text) == shown
    assert mask(shown) == shown


PIECES = st.one_of(
    st.text("0123456789Xx是王小明-*@.ab, ，", max_size=6),
    st.sampled_from(
        ["微信", "vx", "qq号", "收件人", "收货人是", "姓名：", "文三路", "大街", "88号", "3弄",
         "5栋", "单元", "301室", "@a.cn", "0571-", "13800138000", "110105194912310021"]
    ),
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=8))
def test_masking_twice_is_masking_once(pieces: list[str]) -> None:
    once = mask("".join(pieces))
    assert mask(once) == once


@given(AROUND, PHONES, AROUND)
def test_no_phone_number_is_left(before: str, phone: str, after: str) -> None:
    assert phone not in mask(before + phone + after)


@given(st.integers(10**11, 10**30))
def test_no_long_number_is_left(number: int) -> None:
    shown = mask(f"订单号{number}，谢谢")
    assert not re.search(r"\d{12}", shown)
    assert shown.endswith(f"{str(number)[-3:]}，谢谢")


@given(st.from_regex(r"[a-z][a-z0-9.]{3,12}@[a-z]{2,8}\.(com|cn)", fullmatch=True))
def test_no_mail_address_is_left(address: str) -> None:
    name = address.partition("@")[0]
    assert f"{name}@" not in mask(f"写信到 {address} 吧")


def test_a_column_keeps_its_shape() -> None:
    assert REGISTRY["MASK"].call(["13800138000", None, "好"]) == ["138****8000", None, "好"]
