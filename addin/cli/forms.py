"""`fanpan convert`: computed columns as values or as live formulas of a program."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import typer

from ...functions.messages import Message
from ...sheets.errors import FanpanError
from ...sheets.workbook.forms import FORMS, Form
from ..tracking import convert
from .options import LANG_HELP, Help, moment
from .show import Screen

_SAID: Final[dict[Form, Message]] = {
    "values": Message("Values now; fanpan refresh brings them up to date."),
    "excel": Message("Formulas for Excel now; they need the Fanpan add-in there."),
    "libreoffice": Message("Formulas for LibreOffice now; they need the Fanpan extension there."),
    "google": Message(
        "Formulas for Google Sheets now: upload the file, open it as a Google Sheets file and add "
        "the Fanpan script."
    ),
}


class UnknownForm(FanpanError):
    """No form that computed columns can have."""


def read_form(word: str) -> Form:
    """The form that a person named."""
    for form in FORMS:
        if form == word.strip().lower():
            return form
    raise UnknownForm(
        Message("{form} is no form; expected one of {forms}.", form=word, forms=", ".join(FORMS))
    )


def show_form(screen: Screen, tracker: Path, form: Form, now: datetime) -> None:
    """Convert a tracker and say what it holds now, and which columns stay values."""
    with screen.phase("write"):
        summary = convert(tracker, form, now=now)
    screen.say(Message("{path}: {form}", path=tracker, form=_SAID[form]))
    screen.notices(summary, len(summary.notices))


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the command of this module."""
    h = Help(screen.lang)

    @app.command(
        "convert", help=h("Turn computed values into live formulas of a program, or back.")
    )
    def convert_command(
        tracker: Path = typer.Argument(..., help=h("Tracker")),
        form: str = typer.Argument(..., help=h("values, excel, libreoffice or google")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        show_form(screen, tracker, read_form(form), moment(now))
