"""`fanpan refresh` and `fanpan check`: what the computed cells say now."""

from __future__ import annotations

import typer

from ...functions.messages import Message
from ..buttons.check import NEEDS as CHECK_NEEDS
from ..buttons.check import check
from ..press import press
from ..refresh import needs, refresh
from .options import LANG_HELP, Help, moment
from .show import Screen


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the commands of this module."""
    h = Help(screen.lang)

    @app.command("refresh", help=h("Bring every computed cell up to date; nothing else changes."))
    def refresh_command(
        tracker: str = typer.Argument("tracker.xlsx", help=h("Tracker")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        at = moment(now)
        edits = press(
            tracker, lambda snapshot: refresh(snapshot, now=at), needs(), phase=screen.phase
        )
        screen.summary(edits)

    @app.command("check", help=h("List every problem with row, column and remedy."))
    def check_command(
        tracker: str = typer.Argument("tracker.xlsx", help=h("Tracker")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        edits = press(
            tracker,
            lambda snapshot: check(snapshot, now=moment(now)),
            CHECK_NEEDS,
            phase=screen.phase,
        )
        screen.summary(edits, all_notices=True)
        if any(notice.level != "info" for notice in edits.summary.notices):
            raise typer.Exit(1)
        screen.say(Message("No problems."))
