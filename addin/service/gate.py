"""Who gets in, and how often; decided before a byte of the body is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import Scope

from ...functions.messages import Message
from .tokens import Tokens

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
KNOWN_PAGES: Final = re.compile(
    r"https://([a-z0-9-]+\.)*(officeapps\.live\.com|office\.com|sharepoint\.com|"
    r"googleusercontent\.com)|https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
)
"""Origins of pages that may call the service from a browser."""
_GUARDED: Final = ("/v1/", "/metrics")
_NOT_KNOWN: Final = Message("The token or signature is not known, or too old.")
_NOT_HERE: Final = Message(
    "Without tokens the service answers on this computer alone; behind a proxy start it with "
    "fanpan serve --ask-token."
)
_OTHER_PAGE: Final = Message("A page of another site may not use the service of this computer.")
_TOO_MANY: Final = Message("Too many requests in this minute; wait a little.")


class Refused(Exception):
    """The request is not carried out; `sentence` says why."""

    def __init__(
        self, status: int, sentence: Message, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence.text("en"))
        self.status = status
        self.sentence = sentence
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is right if it fits the body still to be read."""

    key: str
    at: str
    signature: str


class Gate:
    """Lets a request in: a known token or signature, and not too many of them."""

    def __init__(self, tokens: Path | None, requests_per_minute: int) -> None:
        self._tokens = None if tokens is None else Tokens(tokens)
        self._limit = RateLimitItemPerMinute(requests_per_minute)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    @staticmethod
    def guards(path: str) -> bool:
        """Whether a path asks for a token; the others take no body."""
        return path.startswith(_GUARDED)

    def enter(self, scope: Scope) -> Signature | None:
        """`Refused` unless the headers let the request in; what is left to check of its body."""
        headers = Headers(scope=scope)
        address = scope["client"][0] if scope.get("client") else "?"
        if self._tokens is None:
            if _host(headers.get("host", "")) not in LOOPBACK:
                raise Refused(401, _NOT_HERE)
            origin = headers.get("origin")
            if origin is not None and not KNOWN_PAGES.fullmatch(origin):
                raise Refused(403, _OTHER_PAGE)
            self._count(address)
            return None
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            name = self._tokens.named(token.strip())
            if name is not None:
                self._count(name)
                return None
        elif "x-fanpan-key" in headers:
            claim = Signature(
                unquote(headers["x-fanpan-key"]),  # a header holds ASCII alone
                headers.get("x-fanpan-time", ""),
                headers.get("x-fanpan-signature", ""),
            )
            if self._tokens.timely(claim.key, claim.at):
                self._count(claim.key)
                return claim
        self._count(f"refused {address}")
        raise _unknown()

    def check(self, claim: Signature | None, scope: Scope, body: bytes) -> None:
        """`Refused` unless the signature fits the body."""
        if claim is None or self._tokens is None:
            return
        if not self._tokens.signed(
            claim.key, claim.at, claim.signature, scope["method"], scope["path"], body
        ):
            raise _unknown()

    def _count(self, caller: str) -> None:
        if not self._window.hit(self._limit, caller):
            raise Refused(429, _TOO_MANY, {"Retry-After": "10"})


def _unknown() -> Refused:
    return Refused(401, _NOT_KNOWN, {"WWW-Authenticate": "Bearer"})


def _host(header: str) -> str:
    """The host of a Host header.

    >>> _host("localhost:8765"), _host("[::1]:8765"), _host("127.0.0.1")
    ('localhost', '::1', '127.0.0.1')
    """
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]
