"""The cells of exports, cleaned: ids, dates, amounts, and what platforms write for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from ...functions.messages import Message
from ...functions.values import CHOICES, from_serial, normalise, parse_moment
from ...sheets.snapshot import Value
from ...sheets.workbook.cells import reader
from ...templates.tracker import Column

BLANKS: Final = frozenset({"", "-", "--", "—", "无", "null", "None", "nan"})
DEFAULT_TEXTS: Final = frozenset(
    {
        "此用户没有填写评论!",
        "此用户没有填写评价。",
        "此用户未填写评价内容",
        "系统默认好评!",
        "默认好评",
        "评价方未及时做出评价,系统默认好评!",
    }
)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
_FORMULA: Final = re.compile(r'="(.*)"$')
_AFTER_RECEIPT: Final = re.compile(r"(?:收货后)?(\d+)天(?:后)?(?:追评|追加)?$|^(\d{1,3})$")
_SERIAL: Final = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
"""The days since 1899-12-30 that lie between 1954 and 2119."""
_SENTIMENT_CODES: Final = {"11": "good", "12": "neutral", "13": "bad", "未知": None}
_SHANGHAI: Final = timedelta(hours=8)


class BadCell(ValueError):
    """A cell that does not fit its column; carries the sentence."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text())
        self.message = message


class DestroyedId(BadCell):
    """An id that a spreadsheet turned into scientific notation."""


def plain(text: str) -> str:
    """A cell without BOM, tabs, leading apostrophe and `="…"`; blank for what means nothing.

    >>> plain('="123"'), plain("\\t6917926768823643751"), plain("'69"), plain("-")
    ('123', '6917926768823643751', '69', '')
    """
    found = text.strip(" \t\r\n\ufeff\u200b\u3000\xa0")
    match = _FORMULA.match(found)
    if match is not None:
        found = match[1].strip()
    if found.startswith("'") and len(found) > 1:
        found = found[1:].strip()
    return "" if found in BLANKS else found


def clean_id(text: str) -> str | None:
    """An id as text; raises `DestroyedId` for scientific notation."""
    found = normalise(plain(text))
    if not found:
        return None
    if _SCIENTIFIC.fullmatch(found):
        raise DestroyedId(
            Message(
                "The id {id} was destroyed by a spreadsheet; export the column again as text.",
                id=found,
            )
        )
    return found.removesuffix(".0") if re.fullmatch(r"\d+\.0", found) else found


def clean_moment(text: str, arrival: Callable[[], datetime | None]) -> datetime | None:
    """Dates padded or not, spreadsheet serials, timestamps in seconds or milliseconds, 收货后N天.

    >>> clean_moment("1774000000000", lambda: None), clean_moment("46083.375", lambda: None)
    (datetime.datetime(2026, 3, 20, 17, 46, 40), datetime.datetime(2026, 3, 2, 9, 0))
    >>> clean_moment("收货后5天", lambda: datetime(2026, 3, 1))
    datetime.datetime(2026, 3, 6, 0, 0)
    """
    found = plain(text)
    if not found:
        return None
    if re.fullmatch(r"1\d{12}|1\d{9}", found):
        seconds = int(found) / (1000 if len(found) == 13 else 1)
        return (datetime.fromtimestamp(int(seconds), UTC) + _SHANGHAI).replace(tzinfo=None)
    if _SERIAL.fullmatch(found):
        return from_serial(float(found))
    found = re.sub(r"^(?:初次评价|追评|追加评价|评价时间)[:：]", "", found)
    match = _AFTER_RECEIPT.match(found)
    if match is not None:
        received = arrival()
        if received is None:
            raise BadCell(
                Message(
                    "“{cell}” needs the arrival of the order: import the orders, which fill it in.",
                    cell=found,
                )
            )
        return received + timedelta(days=int(match[1] or match[2]))
    try:
        moment = parse_moment(found)
    except ValueError:
        raise BadCell(
            Message("“{cell}” is no date and time; expected 2026-03-02 09:00.", cell=f"{found:.40}")
        ) from None
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None) + _SHANGHAI
    return moment


def _unknown() -> None:
    return None


def clean_cell(
    column: Column, text: str, arrival: Callable[[], datetime | None] = _unknown
) -> Value:
    """One cell as its column declares it; raises `BadCell` with a sentence.

    `arrival` tells when the order of the row arrived, for times that count from there.
    """
    if column.type == "id":
        return clean_id(text)
    if column.type in {"moment", "day"}:
        return clean_moment(text, arrival)
    if column.id in {"text", "followup_text"}:
        found = text.strip()
        return None if normalise(found) in DEFAULT_TEXTS or found in BLANKS else found
    found = plain(text)
    if not found:
        return None
    if column.type == "choice":
        return _choice(column, found)
    try:
        return reader(column, _no_zone)(found)
    except (ValueError, OverflowError):
        raise BadCell(Message("“{cell}” does not fit this column.", cell=f"{found:.40}")) from None


def _no_zone(moment: datetime) -> datetime:
    return (moment.astimezone(UTC) + _SHANGHAI).replace(tzinfo=None)


def _choice(column: Column, text: str) -> str | None:
    choices = column.choice_set
    assert choices is not None
    if column.id == "sentiment" and text in _SENTIMENT_CODES:
        return _SENTIMENT_CODES[text]
    found = choices.id(text)
    if found is not None:
        return found
    # Platforms write whole phrases (退款成功, 已发货，待签收): the word that is inside decides.
    for choice in choices.ids:
        for word in (choices.word(choice, "zh"), choices.word(choice, "en")):
            if len(word) > 1 and word in text:
                return choice
    for word, choice in _PHRASES.get(column.id, ()):
        if word in text:
            return choice
    raise BadCell(Message("“{cell}” is none of the words of this column.", cell=f"{text:.40}"))


_PHRASES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "status": (
        ("关闭", "closed"), ("取消", "closed"), ("未付款", "unpaid"), ("待支付", "unpaid"),
        ("成功", "done"), ("完成", "done"), ("签收", "done"), ("收货", "done"), ("发货", "shipped"),
        ("出库", "shipped"), ("delivered", "done"), ("shipped", "shipped"), ("canceled", "closed"),
        ("unavailable", "closed"), ("created", "unpaid"), ("invoiced", "paid"),
        ("processing", "paid"), ("approved", "paid"), ("付款", "paid"),
    ),
    "return_kind": (
        ("无售后", "none"), ("取消", "none"), ("退货", "return_refund"), ("退款", "refund_only"),
        ("换", "exchange"),
    ),
}  # fmt: skip
assert all(choice in CHOICES["order_status"].ids for _, choice in _PHRASES["status"])
