"""Arguments and options that several commands share, and how their text is read."""

from __future__ import annotations

from typing import Final

from ...functions.messages import Lang, translate
from ..buttons.options import ZONE, BadOption, amount, moment

__all__ = ["LANG_HELP", "ZONE", "BadOption", "Help", "amount", "moment", "title_help"]

LANG_HELP = "Language: zh or en"
_TITLES: Final = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "OPTIONS_PANEL_TITLE": "Options",
    "COMMANDS_PANEL_TITLE": "Commands",
    "DEFAULT_STRING": "[default: {}]",
}


class Help:
    """Help texts in one language: `help_("Path or link of the tracker")`."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang

    def __call__(self, text: str) -> str:
        """The text in the language."""
        return translate(text, self.lang)


def title_help(lang: Lang) -> None:
    """Give the panels of every help page their titles in a language; Typer knows no other way."""
    from typer import rich_utils

    for name, title in _TITLES.items():
        setattr(rich_utils, name, translate(title, lang))
