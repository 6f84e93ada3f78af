"""The command line: `fanpan`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ...functions.messages import Lang


def asked_language(args: Sequence[str]) -> str:
    """What stands after `--lang`; Chinese where nothing does.

    >>> asked_language(["refresh", "--lang", "fr"]), asked_language(["--lang=en"])
    ('fr', 'en')
    """
    for here, after in zip(args, [*args[1:], "zh"], strict=False):
        if here == "--lang":
            return after
        if here.startswith("--lang="):
            return here.removeprefix("--lang=")
    return "zh"


def language(args: Sequence[str]) -> Lang:
    """The language that the command line asks for: Chinese whatever the locale, or `--lang en`.

    It is needed before the options are parsed, because the help itself is in that language.

    >>> language(["refresh", "--lang", "en"]), language(["refresh"])
    ('en', 'zh')
    """
    return "en" if asked_language(args) == "en" else "zh"


def main() -> None:
    """Entry point of `fanpan`."""
    from .app import run

    sys.exit(run(sys.argv[1:]))
