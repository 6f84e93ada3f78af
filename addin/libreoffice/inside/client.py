"""The local service, asked with nothing but the standard library."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

_SECONDS: Final = 120
_MOST_ANSWER: Final = 100 << 20
# The service stands on this machine; a proxy would only be in the way.
_OPENER: Final = build_opener(ProxyHandler({}))


class ServiceDown(Exception):
    """Nobody answers at the address."""


class ServiceRefused(Exception):
    """The service said no, with a sentence."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is, and the team's token."""

    url: str
    token: str = ""

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        return self._ask(Request(self.url + quote(path, safe="/?=&")))

    def press(self, button: str, body: dict[str, Any]) -> Any:
        """The edits that a button wants."""
        request = Request(
            f"{self.url}/v1/buttons/{quote(button)}?lang={body['lang']}",
            data=gzip.compress(json.dumps(body).encode(), 5),
            headers={"Content-Type": "application/json", "Content-Encoding": "gzip"},
        )
        return self._ask(request)

    def _ask(self, request: Request) -> Any:
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with _OPENER.open(request, timeout=_SECONDS) as answer:
                return json.loads(answer.read(_MOST_ANSWER))
        except HTTPError as error:
            raise ServiceRefused(_sentence(error)) from None
        except (URLError, OSError, ValueError):
            raise ServiceDown(self.url) from None


def _sentence(error: HTTPError) -> str:
    try:
        said = json.loads(error.read(1 << 16))["error"]
        return " · ".join(part for part in (said["message"], said.get("where")) if part)
    except (ValueError, KeyError, TypeError):
        return f"HTTP {error.code}"
