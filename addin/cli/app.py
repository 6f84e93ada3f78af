"""The commands, put together in the language that the person asked for."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from ...functions.messages import Message, translate
from ...sheets.errors import FanpanError
from . import language
from .cases import add_case_commands
from .forms import add_form_commands
from .functions import add_function_commands
from .reports import add_report_commands
from .service import add_service_commands
from .show import Screen
from .tables import add_table_commands


def build(args: Sequence[str]) -> typer.Typer:
    """The application for these arguments."""
    screen = Screen(language(args))
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
    add_table_commands(app, screen)
    add_form_commands(app, screen)
    add_case_commands(app, screen)
    add_report_commands(app, screen)
    add_function_commands(app, screen)
    add_service_commands(app, screen)
    return app


def run(args: Sequence[str]) -> int:
    """Run one command line; the exit status: 0 done, 1 refused or failed, 2 misused."""
    screen = Screen(language(args))
    try:
        outcome = build(args)(list(args), standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except FanpanError as error:
        screen.error(error.message, error.where(screen.lang))
        return 1
    except OSError as error:
        screen.error(
            Message(
                "{path} cannot be read or written ({reason}).",
                path=error.filename or "",
                reason=error.strerror or error,
            )
        )
        return 1
    except typer.Exit as stop:
        return stop.exit_code
    except TyperException as error:
        screen.error(Message("{reason} (fanpan --help shows the commands.)", reason=error))
        return 2
    except (typer.Abort, KeyboardInterrupt):
        screen.error(Message("Stopped; the tracker is unchanged."))
        return 130
