"""`fanpan functions` and `fanpan call`: the cell functions without a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from ...functions import REGISTRY
from ...functions.catalogue import as_dicts, signature
from ...functions.messages import Message, translate
from ...functions.wire import call_json
from ...sheets.files import write_text
from ..reference import reference
from ..support import support
from .options import LANG_HELP, Help
from .show import Screen


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the commands of this module."""
    h = Help(screen.lang)

    @app.command("functions", help=h("List the cell functions."))
    def functions_command(
        json: bool = typer.Option(False, "--json", help=h("As JSON")),
        write_docs: Path | None = typer.Option(
            None, "--write-docs", help=h("Write the generated pages into this folder")
        ),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        if write_docs is not None:
            for name, page in (("functions", reference()), ("support", support())):
                path = write_docs / f"{name}.md"
                write_text(path, page)
                screen.say(Message("Wrote {path}.", path=path))
        elif json:
            import json as library

            typer.echo(library.dumps(as_dicts(REGISTRY, screen.lang), ensure_ascii=False, indent=2))
        else:
            table = Table(show_edge=False)
            table.add_column(translate("function", screen.lang), no_wrap=True)
            table.add_column(translate("gives", screen.lang))
            for function in REGISTRY.values():
                table.add_row(
                    escape(signature(function, screen.lang)),
                    escape(function.describe(screen.lang)),
                )
            screen.out.print(table)

    @app.command("call", help=h("Call a cell function; prints the result as JSON."))
    def call_command(
        name: str = typer.Argument(..., help=h("Name of the function, English or Chinese")),
        args: str = typer.Argument("[]", help=h("Arguments as a JSON list")),
        words: bool = typer.Option(
            False, "--words", help=h("Give choices as words instead of ids")
        ),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        text, done = call_json(name, args, screen.lang, words=words)
        typer.echo(text)
        if not done:
            raise typer.Exit(1)
