"""Headers that tell a browser what our pages may do: run our scripts, and nothing from a cell."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PAGE: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Excel frames the pane, and its own script loads more of its own; no more is known of them.
_PANE: Final = (
    "script-src 'self' 'unsafe-eval' https://appsforoffice.microsoft.com "
    "https://ajax.aspnetcdn.com https://*.office.net; "
    "object-src 'none'; base-uri 'none'; form-action 'none'"
)
POLICIES: Final = {"/": _PAGE, "/index.html": _PAGE, "/excel/taskpane.html": _PANE}


class Safety:
    """Adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_ALWAYS)
                if policy := POLICIES.get(scope["path"]):
                    headers["Content-Security-Policy"] = policy
            await send(message)

        await self._app(scope, receive, sending)
