"""`fanpan report` and `fanpan dashboard`: sheets for people to look at."""

from __future__ import annotations

from pathlib import Path

import typer

from ...functions.messages import Message
from ...sheets.edits import Edits
from ..buttons.catalogue import BUTTONS, Given
from ..press import press
from .options import LANG_HELP, Help, moment
from .show import Screen


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the commands of this module."""
    h = Help(screen.lang)

    @app.command(
        "report", help=h("The weekly Top-3 report, with copies for purchasing and logistics.")
    )
    def report_command(
        tracker: str = typer.Argument("tracker.xlsx", help=h("Tracker")),
        week: str = typer.Option(
            "", "--week", help=h("ISO week such as 2026-W47; default: last week")
        ),
        pdf: Path | None = typer.Option(
            None, "--pdf", help=h("Also print the report to this file")
        ),
        png: Path | None = typer.Option(
            None, "--png", help=h("Also draw its pages in this folder")
        ),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        at = moment(now)
        given = Given(at, BUTTONS["report"].read({"week": week}))
        edits = _press(screen, tracker, "report", given)
        screen.summary(edits)
        draw(screen, tracker, edits, pdf, png)

    @app.command("dashboard", help=h("The board of open cases, clocks and people."))
    def dashboard_command(
        tracker: str = typer.Argument("tracker.xlsx", help=h("Tracker")),
        pdf: Path | None = typer.Option(None, "--pdf", help=h("Also print the board to this file")),
        png: Path | None = typer.Option(
            None, "--png", help=h("Also draw its pages in this folder")
        ),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        at = moment(now)
        edits = _press(screen, tracker, "dashboard", Given(at))
        screen.summary(edits)
        draw(screen, tracker, edits, pdf, png)


def _press(screen: Screen, tracker: str, name: str, given: Given) -> Edits:
    button = BUTTONS[name]
    return press(
        tracker, lambda snapshot: button.press(snapshot, given), button.needs, phase=screen.phase
    )


def draw(screen: Screen, tracker: str, edits: Edits, pdf: Path | None, png: Path | None) -> None:
    """Print the sheets that were made, through LibreOffice."""
    if pdf is None and png is None:
        return
    from tempfile import TemporaryDirectory

    from ...sheets.workbook.render import to_pdf, to_png

    titles = [sheet.title for sheet in edits.sheets]
    with screen.phase("draw"), TemporaryDirectory() as folder:
        target = pdf if pdf is not None else Path(folder) / f"{edits.sheets[0].id}.pdf"
        to_pdf(Path(tracker), target, sheets=titles)
        pages = [] if png is None else to_png(target, png)
    if pdf is not None:
        screen.say(Message("Wrote {path}.", path=pdf))
    for page in pages:
        screen.say(Message("Wrote {path}.", path=page))
