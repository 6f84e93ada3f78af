"""Running the service: addresses, workers, https."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.resources import files
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import typer

from ...functions.messages import Message
from ...sheets.errors import FanpanError
from .certificate import local_certificate
from .gate import LOOPBACK
from .metrics import SHARED
from .tokens import Tokens, default_file

if TYPE_CHECKING:
    from fastapi import FastAPI

PORT: Final = 8765
_OPEN = "FANPAN_OPEN"


class NoTokens(FanpanError):
    """The service would be open to the network without a single token."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service listens."""

    host: str = "127.0.0.1"
    port: int = PORT
    https: bool = False
    ask_token: bool = False
    """Also where only this computer can reach it, as a proxy on it does."""

    @property
    def url(self) -> str:
        """As a person types it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http{'s' if self.https else ''}://{host}:{self.port}"


def configure(address: Address) -> Mapping[str, str]:
    """What the workers must know: on this computer alone no token is asked for."""
    if address.host in LOOPBACK and not address.ask_token:
        return {_OPEN: "1"}
    if not Tokens(default_file()).all():
        raise NoTokens(
            Message(
                "Others could reach the service, and there is no token yet: "
                "fanpan token add TEAM makes one."
            )
        )
    return {_OPEN: "0"}


def app() -> FastAPI:
    """The service as a worker process starts it."""
    from .app import Settings, create_app

    page = Path(str(files("fanpan.addin") / "office" / "dist" / "web"))
    tokens = None if environ.get(_OPEN) == "1" else default_file()
    return create_app(Settings(tokens=tokens, page=page if page.is_dir() else None))


def certificate_of(address: Address) -> tuple[Path, Path] | tuple[None, None]:
    """(certificate, private key) where the address is https, made on first use."""
    return local_certificate(Path(typer.get_app_dir("fanpan"))) if address.https else (None, None)


def serve(address: Address, workers: int = 1) -> None:
    """Run until stopped."""
    import uvicorn

    environ.update(configure(address))
    certificate, key = certificate_of(address)
    with ExitStack() as stack:
        if workers > 1:
            folder = TemporaryDirectory(prefix="fanpan-metrics-")
            environ[SHARED] = stack.enter_context(folder)
        uvicorn.run(
            "fanpan.addin.service.serve:app",
            factory=True,
            host=address.host,
            port=address.port,
            workers=workers,
            ssl_certfile=certificate,
            ssl_keyfile=key,
            server_header=False,
            # No address of a request, and so no query, reaches the log.
            access_log=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
        )
