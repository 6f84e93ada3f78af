"""`fanpan new`, `import`, `undo`, `doctor`: the tracker as a whole."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from ...functions.messages import Message
from ...templates.tracker import load_tracker
from ..buttons.new import SUGGESTED_HOURS
from ..demo import DEMO_NOW, fill_demo
from ..doctor import diagnose
from ..importing.plan import ImportOptions, named_tables
from ..tracking import create, undo
from .forms import read_form, show_form
from .importing import import_file, read_maps
from .options import LANG_HELP, Help, moment
from .show import Screen


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the commands of this module."""
    h = Help(screen.lang)

    @app.command("new", help=h("Make a new tracker."))
    def new_command(
        path: Path = typer.Argument(..., help=h("Where to, for example tracker.xlsx")),
        demo: bool = typer.Option(False, "--demo", help=h("Fill it with the demo exports")),
        hours: str = typer.Option("", "--hours", help=h("Daily hours of the clocks, 09:00-23:00")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        live: str = typer.Option(
            "", "--live", help=h("Formulas instead of values, for excel, libreoffice or google")
        ),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        form = read_form(live) if live else "values"
        if not hours and not demo and screen.out.is_terminal and screen.err.is_terminal:
            hours = typer.prompt(
                Message("Daily hours of the shop (blank: around the clock)").text(screen.lang),
                default=SUGGESTED_HOURS,
            )
        at = DEMO_NOW if demo and not now else moment(now)
        with screen.phase("write"):
            create(path, lang=screen.lang, hours=hours or None)
        screen.say(Message("Made {path}.", path=path))
        if demo:
            edits = fill_demo(path, now=at, phase=screen.phase)
            screen.summary(edits)
            screen.say(
                Message(
                    "Open {path}: first the sheet “{board}”, then “{report}”; the cases stand in "
                    "“{reviews}”. The demo's present is {now}.",
                    path=path,
                    board=Message("Board"),
                    report=edits.sheets[0].title,
                    reviews=load_tracker().table("reviews").title.text(screen.lang),
                    now=f"{at:%Y-%m-%d %H:%M}",
                )
            )
        else:
            screen.say(Message("Next: fanpan import {path} YOUR-EXPORT.csv", path=path))
        if form != "values":
            show_form(screen, path, form, at)

    @app.command("import", help=h("Import exports of reviews and orders."))
    def import_command(
        tracker: str = typer.Argument(..., help=h("Tracker")),
        files: list[Path] = typer.Argument(..., help=h("Exports: csv, xlsx, xls, ods")),
        shop: str = typer.Option("", "--shop", help=h("Shop that the export is from")),
        platform: str = typer.Option("", "--platform", help=h("Platform that the export is from")),
        as_: str = typer.Option("", "--as", help=h("Tables in the file: reviews, orders or both")),
        maps: list[str] = typer.Option([], "--map", help=h("column=header, as often as needed")),
        by: str = typer.Option("", "--by", help=h("Who imports, for the log")),
        past: bool = typer.Option(
            False, "--past", help=h("Past reviews: captured when they were posted")
        ),
        yes: bool = typer.Option(False, "--yes", "-y", help=h("Do not ask, import")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        options = ImportOptions(
            now=moment(now),
            shop=shop,
            platform=platform,
            tables=named_tables(as_),
            maps=read_maps(maps),
            by=by,
            captured_when_posted=past,
        )
        for file in files:
            import_file(screen, tracker, file, options, ask=not yes and sys.stdin.isatty())

    @app.command("undo", help=h("Take back the last press of a button."))
    def undo_command(
        tracker: Path = typer.Argument(Path("tracker.xlsx"), help=h("Tracker")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        undo(tracker)
        screen.say(
            Message("Took back the last press; the version before stands in {path}.", path=tracker)
        )

    @app.command("doctor", help=h("Say what this machine has and what is missing."))
    def doctor_command(
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        fine = True
        for finding in diagnose():
            fine = fine and not finding.needed_and_missing
            screen.say(finding.message, "red" if finding.needed_and_missing else "")
        if not fine:
            raise typer.Exit(1)
