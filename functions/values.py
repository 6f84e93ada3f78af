"""The kinds of value a cell function takes and gives, and how text becomes one of them.

Scalars are plain Python: text `str`, number `float`, money `Decimal` (two places, half up), moment
naive `datetime` in the rules' time zone, day `date`, flag `bool`, and a choice, which is the stable
English id of a word (`"quality"` for 产品质量). Blank is `None`; 0 is not blank.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Final, Literal, TypeAlias

from .messages import Lang, Message
from .shipped import read_data

ErrorKind: TypeAlias = Literal["#VALUE!", "#N/A", "#NUM!", "#NAME?"]


@dataclass(frozen=True, slots=True)
class CellError:
    """An error as a value: what a cell shows, and one sentence that says why and what to do."""

    kind: ErrorKind
    message: Message

    def sentence(self, lang: Lang = "en") -> str:
        """The sentence in `lang`."""
        return self.message.text(lang)


class CellFault(Exception):
    """Raised inside a cell function; the registry turns it into a `CellError`."""

    def __init__(self, message: Message, kind: ErrorKind = "#VALUE!") -> None:
        super().__init__(message.text())
        self.error = CellError(kind, message)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The smallest number or amount that a parameter takes; a note beside its type."""

    limit: int


class Choices:
    """A fixed set of words: English id, shown words, and other accepted spellings.

    >>> KINDS.id("产品质量"), KINDS.id("Quality"), KINDS.word("quality", "zh")
    ('quality', 'quality', '产品质量')
    """

    def __init__(self, name: str, table: dict[str, list[str]]) -> None:
        self.name = name
        self._table = table
        self.ids = tuple(table)
        self._words = {key: (words[0], words[1]) for key, words in table.items()}
        self._ids: dict[str, str] = {}
        for key, words in table.items():
            for word in (key, *words):
                if self._ids.setdefault(normalise(word).lower(), key) != key:
                    raise ValueError(f"[{name}] {word!r} means two things")
        # Exact spellings first: the common case needs no normalising.
        self.exact = {key: key for key in table} | {
            word: key for key, words in table.items() for word in words
        }

    def id(self, text: str) -> str | None:
        """The id that `text` names in either language, or None."""
        found = self.exact.get(text)
        return found if found is not None else self._ids.get(normalise(text).lower())

    def subset(self, name: str, keys: Iterable[str]) -> Choices:
        """Some of the choices, as a set of their own; raises `KeyError` for one that is missing."""
        return Choices(name, {key: self._table[key] for key in keys})

    def word(self, choice: str, lang: Lang) -> str:
        """The word that people see for the id `choice`; an unknown id is shown as it is."""
        english, chinese = self._words.get(choice, (choice, choice))
        return chinese if lang == "zh" else english

    def words(self, lang: Lang) -> list[str]:
        """All shown words, in the order of the set."""
        return [self.word(key, lang) for key in self.ids]

    def __repr__(self) -> str:
        return f"Choices({self.name})"


def normalise(text: str) -> str:
    """NFKC, without invisible marks at the ends: how headers, words and ids are compared."""
    return unicodedata.normalize("NFKC", text).strip(" \t\r\n\u3000\ufeff\u200b\xa0")


CHOICES: Final[dict[str, Choices]] = {
    name: Choices(name, table) for name, table in read_data("choices.toml").items()
}
KINDS: Final = CHOICES["kind"]
CLOCKS: Final = CHOICES["clock"]

Kind: TypeAlias = Annotated[str, CHOICES["kind"]]
Clock: TypeAlias = Annotated[str, CHOICES["clock"]]
ClockState: TypeAlias = Annotated[str, CHOICES["clock_state"]]
CaseState: TypeAlias = Annotated[str, CHOICES["case_state"]]
Role: TypeAlias = Annotated[str, CHOICES["role"]]
Offer: TypeAlias = Annotated[str, CHOICES["offer"]]
Tier: TypeAlias = Annotated[str, CHOICES["tier"]]
Platform: TypeAlias = Annotated[str, CHOICES["platform"]]
Stage: TypeAlias = Annotated[str, CHOICES["stage"]]
Sureness: TypeAlias = Annotated[str, CHOICES["sureness"]]
Gift: TypeAlias = Annotated[str, CHOICES["gift"]]
IsBad: TypeAlias = Annotated[str, CHOICES["is_bad"]]
Sentiment: TypeAlias = Annotated[str, CHOICES["sentiment"]]
ReturnKind: TypeAlias = Annotated[str, CHOICES["return_kind"]]

Amount: TypeAlias = Annotated[Decimal, AtLeast(0)]
"""Money that cannot be negative."""
Count: TypeAlias = Annotated[float, AtLeast(0)]
"""A number that cannot be negative."""

CENT: Final = Decimal("0.01")
# Day 0 of spreadsheet serials; 1900-02-29 never was, so serials below 61 are refused.
SERIAL_EPOCH: Final = datetime(1899, 12, 30)

_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})"
    r"(?:(?:[T\s]+|日\s*)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?|日)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?$"
)


def to_money(value: Decimal | float | int | str) -> Decimal:
    """Two places, half up; raises `ValueError` when it is no finite amount.

    >>> to_money("1,234.565"), to_money(0.125)
    (Decimal('1234.57'), Decimal('0.13'))
    """
    if isinstance(value, str):
        value = normalise(value).replace(",", "").removeprefix("¥").removesuffix("元").strip()
    try:
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        rounded = amount.quantize(CENT, ROUND_HALF_UP)
    except InvalidOperation:
        raise ValueError(value) from None
    if not rounded.is_finite():
        raise ValueError(value)
    return rounded


def from_serial(serial: float) -> datetime:
    """Spreadsheet serial number (days since 1899-12-30) to a moment, to the second.

    >>> from_serial(46083.375)
    datetime.datetime(2026, 3, 2, 9, 0)
    """
    if not 61 <= serial < 2958466:
        raise ValueError(serial)
    return SERIAL_EPOCH + timedelta(seconds=round(serial * 86400))


def to_serial(moment: datetime | date) -> float:
    """Moment or day to a spreadsheet serial number.

    >>> to_serial(datetime(2026, 3, 2, 9))
    46083.375
    """
    if not isinstance(moment, datetime):
        return float((moment - SERIAL_EPOCH.date()).days)
    delta = moment - SERIAL_EPOCH
    return delta.days + delta.seconds / 86400


def parse_moment(text: str) -> datetime:
    """ISO and Chinese date texts, padded or not; an offset is kept as an aware moment.

    >>> parse_moment("2026/3/2 9:05"), parse_moment("2026年3月2日")
    (datetime.datetime(2026, 3, 2, 9, 5), datetime.datetime(2026, 3, 2, 0, 0))
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _parse_any(text)
    return moment.replace(microsecond=0) if moment.microsecond else moment


def _parse_any(text: str) -> datetime:
    match = _MOMENT.match(normalise(text))
    if match is None:
        raise ValueError(text)
    year, month, day, hour, minute, second, zone = match.groups()
    moment = datetime(
        int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
    )
    if zone is None:
        return moment
    digits = "+00:00" if zone == "Z" else zone
    offset = datetime.strptime(digits.replace(":", ""), "%z").tzinfo
    return moment.replace(tzinfo=offset)


def join_words(words: Iterable[str], lang: Lang) -> str:
    """A list of words as people write it."""
    return ("、" if lang == "zh" else ", ").join(words)
