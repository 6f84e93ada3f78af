"""The command line: `fanpan`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ...functions.messages import Lang


def language(args: Sequence[str]) -> Lang:
    """The language that the command line asks for: Chinese whatever the locale, or `--lang en`.

    It is needed before the options are parsed, because the help itself is in that language.

    >>> language(["refresh", "--lang", "en"]), language(["refresh"])
    ('en', 'zh')
    """
    for here, after in zip(args, [*args[1:], ""], strict=False):
        if here == "--lang=en" or (here == "--lang" and after == "en"):
            return "en"
    return "zh"


def main() -> None:
    """Entry point of `fanpan`."""
    from .app import run

    sys.exit(run(sys.argv[1:]))
