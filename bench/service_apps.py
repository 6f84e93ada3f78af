"""The workers that `bench service` and `bench client` ask."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fanpan.addin.service.answers import FastJson
from fanpan.addin.service.app import Settings, create_app
from fanpan.addin.service.calls import Batch


def service() -> FastAPI:
    """Ours, without the limit on requests."""
    return create_app(Settings(requests_per_minute=10**9))


def echo() -> FastAPI:
    """A bare FastAPI that reads the same batch and sends its arguments back."""
    app = FastAPI()

    @app.post("/v1/calls", response_class=FastJson)
    def calls(batch: Batch) -> FastJson:
        return FastJson({"results": [call["args"][1:2] for call in batch.calls]})

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def counted() -> ASGIApp:
    """Ours, without the limit on requests, counting what travels to and from `/v1/calls`."""
    app = service()
    counts = {"requests": 0, "received": 0, "sent": 0}

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/counted":
            await JSONResponse(counts)(scope, receive, send)
            return
        if scope["type"] != "http" or scope["path"] != "/v1/calls":
            await app(scope, receive, send)
            return
        counts["requests"] += 1
        counts["received"] += _size(scope["headers"])

        async def arriving() -> Message:
            message = await receive()
            counts["received"] += len(message.get("body", b""))
            return message

        async def leaving(message: Message) -> None:
            counts["sent"] += _size(message.get("headers", ())) + len(message.get("body", b""))
            await send(message)

        await app(scope, arriving, leaving)

    return counting


def _size(headers: Iterable[tuple[bytes, bytes]]) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)
