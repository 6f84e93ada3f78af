"""The commands, put together in the language that the person asked for."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Final

import typer
from typer.exceptions import TyperException

from ...functions.messages import LANGS, Message, translate
from ...sheets.errors import FanpanError
from . import asked_language, language
from .misuse import misuse, refused_by_system
from .options import LANG_HELP, BadOption, Help, title_help
from .show import Screen

GROUPS: Final = {
    "tables": ("new", "import", "undo", "doctor"),
    "refreshing": ("refresh", "check"),
    "forms": ("convert",),
    "cases": ("case", "trace"),
    "reports": ("report", "dashboard"),
    "functions": ("functions", "call"),
    "service": ("serve", "build", "token"),
}
"""Module → its commands: loading those that nobody asked for would double the time to start."""


def build(args: Sequence[str]) -> typer.Typer:
    """The application for these arguments."""
    screen = Screen(language(args))
    wanted = [module for module, commands in GROUPS.items() if {*commands} & {*args}]
    if not wanted or {"-h", "--help"} & {*args}:
        title_help(screen.lang)
        wanted = list(GROUPS)
    app = typer.Typer(
        name="fanpan",
        help=translate(
            "Fanpan turns the table of bad reviews your team already shares into a tracker.",
            screen.lang,
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    # --lang may also stand before the command.
    @app.callback()
    def any_command(
        lang: str = typer.Option("zh", "--lang", help=Help(screen.lang)(LANG_HELP)),
    ) -> None:
        del lang  # `language` has read it

    for module in wanted:
        import_module(f".{module}", __package__).add_commands(app, screen)
    return app


def refuse_unknown_language(args: Sequence[str]) -> None:
    """Raises `BadOption` for a language that there is not."""
    asked = asked_language(args)
    if asked not in LANGS:
        raise BadOption(Message("{lang} is no language; expected zh or en.", lang=asked))


def run(args: Sequence[str]) -> int:
    """Run one command line; the exit status: 0 done, 1 refused or failed, 2 misused."""
    screen = Screen(language(args))
    try:
        refuse_unknown_language(args)
        outcome = build(args)(list(args), standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except FanpanError as error:
        screen.error(error.message, error.where(screen.lang))
        return 1
    except typer.Exit as stop:
        return stop.exit_code
    except TyperException as error:
        screen.error(misuse(error))
        return 2
    except OSError as error:
        screen.error(refused_by_system(error))
        return 1
    except (typer.Abort, KeyboardInterrupt):
        screen.error(Message("Stopped; the tracker is unchanged."))
        return 130
