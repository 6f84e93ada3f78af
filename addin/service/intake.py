"""What a request may cost: who sends it, its size packed and unpacked, before anything reads it."""

from __future__ import annotations

import asyncio
import json
import zlib
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ...functions.messages import Lang
from ...functions.messages import Message as Sentence
from .gate import Gate, Refused

MOST_BYTES: Final = 16 << 20
"""Of a body as it comes over the wire."""
MOST_UNPACKED: Final = 128 << 20
BODY_SECONDS: Final = 120.0
"""How long a body may take to arrive."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_PACKINGS: Final = {b"": False, b"identity": False, b"gzip": True, b"x-gzip": True}
_TOO_LARGE: Final = Sentence(
    "The request is larger than {packed} MB ({plain} MB unpacked); use the fanpan command line.",
    packed=MOST_BYTES >> 20,
    plain=MOST_UNPACKED >> 20,
)
_BAD_PACKING: Final = Sentence("The request says it is gzip, but it cannot be unpacked.")
_OTHER_PACKING: Final = Sentence("The request is packed in another way than gzip.")
_TOO_SLOW: Final = Sentence("The request took too long to arrive.")


def reader_language(scope: Scope) -> Lang:
    """The language in which the caller reads: `lang` of the query, else what the client accepts."""
    if b"lang=" in scope["query_string"]:
        return "en" if b"lang=en" in scope["query_string"] else "zh"
    accepted = dict(scope["headers"]).get(b"accept-language", b"zh")
    return "en" if accepted.startswith(b"en") else "zh"


class Intake:
    """Lets known callers in, reads each body whole, unpacks gzip, refuses what costs too much."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with its body unpacked."""
        if scope["type"] != "http" or not self._gate.guards(scope["path"]):
            await self._app(scope, receive, send)
            return
        try:
            claim = self._gate.enter(scope)
            body = b"" if scope["method"] in {"GET", "HEAD"} else await _body(scope, receive)
            if body is None:
                return
            self._gate.check(claim, scope, body)
        except Refused as refused:
            await _refuse(send, refused, reader_language(scope))
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


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body, unpacked; None when the client has gone."""
    headers = dict(scope["headers"])
    packed = _PACKINGS.get(headers.get(b"content-encoding", b"").strip().lower())
    if packed is None:
        raise Refused(415, _OTHER_PACKING)
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise Refused(413, _TOO_LARGE)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _pieces(receive)
    except TimeoutError:
        raise Refused(408, _TOO_SLOW) from None
    return await run_in_threadpool(_unpacked, body) if packed and body is not None else body


async def _pieces(receive: Receive) -> bytes | None:
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
            raise Refused(413, _TOO_LARGE)
        pieces.append(piece)
        more = message.get("more_body", False)
    return b"".join(pieces)


def _unpacked(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    try:
        found = unpacker.decompress(body, MOST_UNPACKED)
    except zlib.error:
        raise Refused(400, _BAD_PACKING) from None
    if unpacker.unconsumed_tail:
        raise Refused(413, _TOO_LARGE)
    if not unpacker.eof:
        raise Refused(400, _BAD_PACKING)
    return found


async def _refuse(send: Send, refused: Refused, lang: Lang) -> None:
    error: dict[str, Any] = {"error": {"message": refused.sentence.text(lang)}}
    content = json.dumps(error).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(content)),
        # The rest of the body is not read.
        "connection": "close",
        **refused.headers,
    }
    start: dict[str, Any] = {
        "type": "http.response.start",
        "status": refused.status,
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await send(start)
    await send({"type": "http.response.body", "body": content})
