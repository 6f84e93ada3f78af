"""`fanpan case` and `fanpan trace`: one case at a time."""

from __future__ import annotations

import typer

from ...functions.messages import Message
from ..buttons.casework import ACTIONS
from ..buttons.catalogue import BUTTONS, Given
from ..press import press
from .options import LANG_HELP, BadOption, Help, moment
from .show import Screen


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the commands of this module."""
    h = Help(screen.lang)
    words = "、".join(ACTIONS.words("zh")) + " / " + ", ".join(ACTIONS.ids)

    @app.command("case", help=h("A case button: a named person's action on one case, logged."))
    def case_command(
        action: str = typer.Argument(..., help=h("Action:") + " " + words),
        review_id: str = typer.Argument("", help=h("Review ID of the case")),
        tracker: str = typer.Option("tracker.xlsx", "--tracker", "-t", help=h("Tracker")),
        by: str = typer.Option(..., "--by", help=h("Who acts")),
        to: str = typer.Option("", "--to", help=h("Transfer: to whom")),
        outcome: str = typer.Option("", "--outcome", help=h("Close: the outcome")),
        confirmed: bool | None = typer.Option(
            None, "--confirmed/--not-confirmed", help=h("Close: the buyer confirmed it is solved")
        ),
        coupon: str = typer.Option("", "--coupon", help=h("Paid: the coupon code")),
        amount: str = typer.Option("", "--amount", help=h("Send solution: amount to refund")),
        why: str = typer.Option("", "--why", help=h("Reason, for the log")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        found = ACTIONS.id(action)
        if found is None:
            raise BadOption(
                Message(
                    "{action} is no action; expected one of {words}.", action=action, words=words
                )
            )
        given: dict[str, object] = {
            "by": by, "review_id": review_id, "to": to, "outcome": outcome,
            "confirmed": confirmed, "coupon_code": coupon, "amount": amount, "why": why,
        }  # fmt: skip
        asked = {option.name for option in BUTTONS[found].options}
        _press(screen, tracker, found, {k: v for k, v in given.items() if v or k in asked}, now)

    @app.command("trace", help=h("Who wrote a cell, when, and which rules made its value."))
    def trace_command(
        row: str = typer.Argument(..., help=h("Review ID, or the key of a row of --table")),
        column: str = typer.Argument("", help=h("Column, by title or id")),
        tracker: str = typer.Option("tracker.xlsx", "--tracker", "-t", help=h("Tracker")),
        table: str = typer.Option("reviews", "--table", help=h("Table id")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        _press(screen, tracker, "trace", {"row": row, "column": column, "table": table}, now)


def _press(screen: Screen, tracker: str, name: str, options: dict[str, object], now: str) -> None:
    button = BUTTONS[name]
    given = Given(moment(now), button.read(options))
    edits = press(
        tracker,
        lambda snapshot: button.act(snapshot, given),
        button.needs,
        refresh_at=given.now if button.refreshes else None,
        phase=screen.phase,
    )
    screen.summary(edits)
