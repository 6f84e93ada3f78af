"""`fanpan case` and `fanpan trace`: one case at a time."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import typer

from ...functions.messages import Message
from ..buttons.case import NEEDS, case
from ..buttons.casework import ACTIONS, CaseOptions
from ..buttons.trace import NEEDS as TRACE_NEEDS
from ..buttons.trace import trace
from ..press import press
from ..refresh import rules_of
from .options import LANG_HELP, BadOption, Help, moment
from .show import Screen


def add_case_commands(app: typer.Typer, screen: Screen) -> None:
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
        at = moment(now)
        options = CaseOptions(
            action=found,
            by=by,
            now=at,
            review_id=review_id,
            to=to,
            outcome=outcome,
            confirmed=confirmed,
            coupon_code=coupon,
            amount=_amount(amount),
            why=why,
        )
        edits = press(
            tracker,
            lambda snapshot: case(snapshot, options, rules_of(snapshot)),
            NEEDS,
            refresh_at=None if found in {"handover", "script"} else at,
            phase=screen.phase,
        )
        screen.summary(edits)

    @app.command("trace", help=h("Who wrote a cell, when, and which rules made its value."))
    def trace_command(
        row: str = typer.Argument(..., help=h("Review ID, or the key of a row of --table")),
        column: str = typer.Argument("", help=h("Column, by title or id")),
        tracker: str = typer.Option("tracker.xlsx", "--tracker", "-t", help=h("Tracker")),
        table: str = typer.Option("reviews", "--table", help=h("Table id")),
        now: str = typer.Option("", "--now", help=h("Moment, instead of the present")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        edits = press(
            tracker,
            lambda snapshot: trace(snapshot, row=row, column=column, table=table, now=moment(now)),
            TRACE_NEEDS,
            phase=screen.phase,
        )
        screen.summary(edits)


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise BadOption(Message("{text} is no amount; expected for example 88.00.", text=text))
    return amount
