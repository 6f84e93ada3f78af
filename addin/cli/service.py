"""`fanpan serve`, `fanpan token`, `fanpan build`: the hosts and the service behind them."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import typer

from ...functions.messages import Message
from .options import LANG_HELP, BadOption, Help
from .show import Screen

HOSTS = {
    "libreoffice": "fanpan.oxt",
    "office": "fanpan-excel",
    "google": "fanpan-google",
}
"""Host → where `fanpan build` puts it when no target is named."""


def add_commands(app: typer.Typer, screen: Screen) -> None:
    """Add the commands of this module."""
    h = Help(screen.lang)

    @app.command("serve", help=h("Run the service behind Excel, LibreOffice, Google and the page."))
    def serve_command(
        host: str = typer.Option("127.0.0.1", "--host", help=h("Address to listen on")),
        port: int = typer.Option(8765, "--port", min=0, max=65535, help=h("Port to listen on")),
        https: bool = typer.Option(
            False, "--https", help=h("With a certificate for this computer, as Excel needs it")
        ),
        ask_token: bool = typer.Option(
            False, "--ask-token", help=h("Ask for a token on this computer too, as behind a proxy")
        ),
        workers: int = typer.Option(1, "--workers", min=1, max=64, help=h("Processes")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        from ..service.serve import Address, certificate_of, configure, serve

        address = Address(host, port, https, ask_token)
        configure(address)
        screen.say(Message("Fanpan answers at {url}; Ctrl+C stops it.", url=address.url))
        certificate, _ = certificate_of(address)
        if certificate is not None:
            screen.say(Message("Trust its certificate once: {path}", path=certificate))
        serve(address, workers)

    tokens = typer.Typer(help=h("Tokens that open the service to a team."), no_args_is_help=True)
    app.add_typer(tokens, name="token")

    @tokens.command("add", help=h("Make a token; it is shown this once."))
    def add_command(
        name: str = typer.Argument(..., help=h("Name of the team or program")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        from ..service.tokens import Tokens, default_file

        screen.say(Message("Keep this token safe; it is not shown again:"))
        screen.out.print(Tokens(default_file()).add(name))

    @tokens.command("list", help=h("Names of the tokens and when they were made."))
    def list_command(lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP))) -> None:
        from ..service.tokens import Tokens, default_file

        known = Tokens(default_file()).all()
        for name, entry in known.items():
            screen.out.print(f"{name}  {entry['added']}")
        if not known:
            screen.say(Message("There is no token yet."))

    @tokens.command("revoke", help=h("Let a token open nothing any more."))
    def revoke_command(
        name: str = typer.Argument(..., help=h("Name of the team or program")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        from ..service.tokens import Tokens, default_file

        Tokens(default_file()).revoke(name)
        screen.say(Message("The token {name} opens nothing any more.", name=name))

    @app.command("build", help=h("Make the add-on of one spreadsheet program."))
    def build_command(
        host: str = typer.Argument(..., help=h("libreoffice, office or google")),
        target: Path | None = typer.Argument(None, help=h("File or folder to write")),
        lang: str = typer.Option("zh", "--lang", help=h(LANG_HELP)),
    ) -> None:
        if host not in HOSTS:
            raise BadOption(
                Message(
                    "{host} is no program that Fanpan builds for; expected {hosts}.",
                    host=host,
                    hosts=", ".join(HOSTS),
                )
            )
        build = import_module(f"fanpan.addin.{host}.build").build
        with screen.phase("write"):
            made = build(target or Path(HOSTS[host]), lang=screen.lang)
        screen.say(Message("Wrote {path}.", path=made))
