"""Arguments and options that several commands share, and how their text is read."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ...functions.messages import Lang, Message, translate
from ...functions.values import parse_moment
from ...sheets.errors import FanpanError

LANG_HELP = "Language: zh or en"
ZONE = ZoneInfo("Asia/Shanghai")


class BadOption(FanpanError):
    """An option of the command line that cannot be read."""


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


class Help:
    """Help texts in one language: `help_("Path or link of the tracker")`."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def __call__(self, text: str) -> str:
        """The text in the language."""
        return translate(text, self.lang)
