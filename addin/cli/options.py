"""Arguments and options that several commands share, and how their text is read."""

from __future__ import annotations

from ...functions.messages import Lang, translate
from ..buttons.options import ZONE, BadOption, amount, moment

__all__ = ["LANG_HELP", "ZONE", "BadOption", "Help", "amount", "moment"]

LANG_HELP = "Language: zh or en"


class Help:
    """Help texts in one language: `help_("Path or link of the tracker")`."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def __call__(self, text: str) -> str:
        """The text in the language."""
        return translate(text, self.lang)
