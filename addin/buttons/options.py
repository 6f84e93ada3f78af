"""What a button asks the person for, the same on the command line, in a pane and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from ...functions.messages import Lang, Message, translate
from ...functions.values import Choices, parse_moment
from ...sheets.errors import FanpanError

OptionType = Literal["text", "choice", "file", "moment", "flag", "money"]
ZONE: Final = ZoneInfo("Asia/Shanghai")
_MOST_CHARACTERS: Final = 2000


class BadOption(FanpanError):
    """An option that cannot be read, or is missing."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing a button asks for."""

    name: str
    label: str
    """English; the catalogue translates it."""
    type: OptionType = "text"
    required: bool = False
    choices: Choices | None = None

    def title(self, lang: Lang) -> str:
        """The label in `lang`."""
        return translate(self.label, lang)

    def read(self, given: Any) -> Any:
        """The value a person gave, as the button takes it; raises `BadOption`."""
        if given is None or given == "":
            if self.required:
                raise BadOption(Message("{option} is missing.", option=Message(self.label)))
            return None
        if not isinstance(given, (str, int, float, bool)) or len(str(given)) > _MOST_CHARACTERS:
            raise BadOption(Message("{option} cannot be read.", option=Message(self.label)))
        if self.type == "choice":
            return self._choice(str(given))
        return _READ[self.type](given)

    def _choice(self, given: str) -> str:
        assert self.choices is not None
        found = self.choices.id(given)
        if found is None:
            raise BadOption(
                Message(
                    "{option} is {given}; expected one of {words}.",
                    option=Message(self.label),
                    given=given,
                    words="、".join(self.choices.words("zh")) + " / " + ", ".join(self.choices.ids),
                )
            )
        return found


def read_options(options: tuple[Option, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """All options of a button; an option that it does not have is refused."""
    unknown = sorted(set(given) - {option.name for option in options})
    if unknown:
        raise BadOption(Message("There is no option {name}.", name=unknown[0][:60]))
    return {
        option.name: option.read(given.get(option.name))
        for option in options
        if option.type != "file"
    }


def moment(text: str | None) -> datetime:
    """The moment an option names, or the present minute in Shanghai."""
    if not text:
        return datetime.now(ZONE).replace(tzinfo=None, second=0, microsecond=0)
    try:
        found = parse_moment(text)
    except ValueError:
        raise BadOption(
            Message("{text} is no date and time; expected 2026-11-23 09:00.", text=text)
        ) from None
    return found if found.tzinfo is None else found.astimezone(ZONE).replace(tzinfo=None)


def amount(text: str) -> Decimal:
    """The amount of money an option names; raises `BadOption`."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or found < 0:
        raise BadOption(Message("{text} is no amount; expected for example 88.00.", text=text))
    return found


def _flag(given: Any) -> bool:
    word = str(given).strip().lower()
    if word in {"true", "1", "yes", "是"}:
        return True
    if word in {"false", "0", "no", "否"}:
        return False
    raise BadOption(Message("{text} is neither yes nor no.", text=given))


_READ: Final[Mapping[OptionType, Callable[[Any], Any]]] = {
    "text": lambda given: str(given).strip(),
    "moment": lambda given: moment(str(given)),
    "flag": _flag,
    "money": lambda given: amount(str(given)),
}
