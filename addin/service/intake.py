"""What a request may cost: its size, packed and unpacked, before anything reads it."""

from __future__ import annotations

import json
import zlib
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...functions.messages import Lang
from ...functions.messages import Message as Sentence

MOST_BYTES: Final = 16 << 20
"""Of a body as it comes over the wire."""
MOST_UNPACKED: Final = 128 << 20
_GZIP: Final = 16 + zlib.MAX_WBITS
_TOO_LARGE: Final = Sentence("The request is too large; use the fanpan command line.")
_BAD_PACKING: Final = Sentence("The request says it is gzip, but it cannot be unpacked.")


def reader_language(scope: Scope) -> Lang:
    """The language in which the caller reads: `lang` of the query, else what the client accepts."""
    if b"lang=" in scope["query_string"]:
        return "en" if b"lang=en" in scope["query_string"] else "zh"
    accepted = dict(scope["headers"]).get(b"accept-language", b"zh")
    return "en" if accepted.startswith(b"en") else "zh"


class TooLarge(Exception):
    """The body is larger than the service takes."""


class BadPacking(Exception):
    """The body says gzip and is none."""


class Intake:
    """Reads each body whole, unpacks gzip, and refuses what is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body unpacked."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        try:
            body = await self._body(headers, receive)
        except TooLarge:
            await _refuse(send, 413, _TOO_LARGE.text(reader_language(scope)))
            return
        except (BadPacking, zlib.error):
            await _refuse(send, 400, _BAD_PACKING.text(reader_language(scope)))
            return
        if body is None:
            return
        plain = [
            (name, value)
            for name, value in scope["headers"]
            if name not in {b"content-encoding", b"content-length"}
        ]
        scope["headers"] = [*plain, (b"content-length", str(len(body)).encode())]
        sent = False

        async def replay() -> Message:
            nonlocal sent
            if sent:
                return await receive()
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)

    async def _body(self, headers: dict[bytes, bytes], receive: Receive) -> bytes | None:
        """The whole body; None when the client has gone."""
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > MOST_BYTES:
            raise TooLarge
        pieces: list[bytes] = []
        size = 0
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            piece = message.get("body", b"")
            size += len(piece)
            if size > MOST_BYTES:
                raise TooLarge
            pieces.append(piece)
            more = message.get("more_body", False)
        body = b"".join(pieces)
        return _unpacked(body) if headers.get(b"content-encoding") == b"gzip" else body


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    found = unpacker.decompress(body, MOST_UNPACKED)
    if unpacker.unconsumed_tail:
        raise TooLarge
    if not unpacker.eof:
        raise BadPacking
    return found


async def _refuse(send: Send, status: int, sentence: str) -> None:
    error: dict[str, Any] = {"error": {"message": sentence}}
    content = json.dumps(error).encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"application/json"),
                (b"content-length", str(len(content)).encode()),
                (b"connection", b"close"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": content})
