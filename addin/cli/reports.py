"""`fanpan report` and `fanpan dashboard`: sheets for people to look at."""

from __future__ import annotations

from pathlib import Path

import typer

from ...functions.messages import Message
from ...sheets.edits import Edits
from ..buttons.dashboard import NEEDS as DASHBOARD_NEEDS
from ..buttons.dashboard import DashboardOptions, dashboard
from ..buttons.report import NEEDS as REPORT_NEEDS
from ..buttons.report import ReportOptions, report
from ..press import press
from ..refresh import rules_of
from .options import LANG_HELP, Help, moment
from .show import Screen


def add_report_commands(app: typer.Typer, screen: Screen) -> None:
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
        edits = press(
            tracker,
            lambda snapshot: report(
                snapshot, ReportOptions(week=week or None, now=at, rules=rules_of(snapshot))
            ),
            REPORT_NEEDS,
            phase=screen.phase,
        )
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
        edits = press(
            tracker,
            lambda snapshot: dashboard(
                snapshot, DashboardOptions(now=at, rules=rules_of(snapshot))
            ),
            DASHBOARD_NEEDS,
            phase=screen.phase,
        )
        screen.summary(edits)
        draw(screen, tracker, edits, pdf, png)


def draw(screen: Screen, tracker: str, edits: Edits, pdf: Path | None, png: Path | None) -> None:
    """Print the sheets that were made, through LibreOffice."""
    if pdf is None and png is None:
        return
    from tempfile import TemporaryDirectory

    from ...sheets.workbook.render import to_pdf, to_png

    titles = [sheet.title for sheet in edits.sheets]
    with screen.phase("draw"), TemporaryDirectory() as folder:
        target = pdf if pdf is not None else Path(folder) / "report.pdf"
        to_pdf(Path(tracker), target, sheets=titles)
        pages = [] if png is None else to_png(target, png)
    if pdf is not None:
        screen.say(Message("Wrote {path}.", path=pdf))
    for page in pages:
        screen.say(Message("Wrote {path}.", path=page))
