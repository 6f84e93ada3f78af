"""The web service: cell calls in batches, buttons, catalogues, the page in the browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends, FastAPI, File, Form, HTTPException, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteHTTPException

from ...functions import REGISTRY
from ...functions.catalogue import as_dicts as function_dicts
from ...functions.messages import Lang, Message
from ...sheets.errors import FanpanError
from ...sheets.remote import Misshapen, tracker_json
from ...templates.tracker import load_tracker
from ..buttons.catalogue import as_dicts as button_dicts
from ..office.site import excel_site
from .calls import Batch, answer
from .intake import Intake, reader_language
from .metrics import Counting, Metrics
from .pressing import PressRequest, button_named, press_file, press_remote, read_json_object
from .tokens import Tokens

CORS_HOSTS: Final = (
    r"https://([a-z0-9-]+\.)*(officeapps\.live\.com|office\.com|sharepoint\.com|"
    r"googleusercontent\.com)|https?://(localhost|127\.0\.0\.1)(:\d+)?"
)
_HEADERS: Final = (
    "Authorization", "Content-Type", "Content-Encoding", "X-Fanpan-Key", "X-Fanpan-Time",
    "X-Fanpan-Signature",
)  # fmt: skip
_KEEP_ALIVE_SECONDS: Final = 1.0
_EDITS: Final[dict[str, Any]] = {
    "model": dict[str, Any],
    "description": "What the press changes, and its summary",
}
_EVENTS: Final[dict[str, Any]] = {"content": {"text/event-stream": {}}}
_REFUSALS: Final[dict[int | str, str]] = {
    400: "The body cannot be read",
    401: "No token, or one that is not known",
    413: "The request is too large",
    422: "The request does not have the shape, or the button refuses",
    429: "Too many requests in this minute",
}
_NOT_KNOWN: Final = Message("The token or signature is not known, or too old.")
_TOO_MANY: Final = Message("Too many requests in this minute; wait a little.")


@dataclass(frozen=True, slots=True)
class Settings:
    """How one copy of the service runs."""

    tokens: Path | None = None
    """File of token hashes; None opens the service to everybody, for loopback only."""
    requests_per_minute: int = 1200
    """Per token, or per address where none is needed."""
    page: Path | None = None
    """Folder of the built page for the browser."""


class Problem(BaseModel):
    """One sentence for the person, and where in the table it points."""

    message: str
    where: str | None = None


class Answers(BaseModel):
    """Results of a batch of calls, in order."""

    results: list[Any]


class Refusal(BaseModel):
    """The answer to a request that was not carried out."""

    error: Problem


class FastJson(Response):
    """JSON by orjson; a lone surrogate, which UTF-8 cannot hold, goes out escaped."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """The body."""
        try:
            return orjson.dumps(content)
        except TypeError:
            return json.dumps(content, default=datetime.isoformat).encode()


class Gate:
    """Lets a request in: a known token or signature, and not too many of them."""

    def __init__(self, settings: Settings) -> None:
        self._tokens = None if settings.tokens is None else Tokens(settings.tokens)
        self._limit = RateLimitItemPerMinute(settings.requests_per_minute)
        self._window = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, request: Request) -> str:
        """The caller's name; 401 or 429 otherwise."""
        lang = reader_language(request.scope)
        caller = request.client.host if request.client else "?"
        if self._tokens is not None:
            caller = await self._caller(request, self._tokens) or ""
            if not caller:
                raise HTTPException(401, _NOT_KNOWN.text(lang), {"WWW-Authenticate": "Bearer"})
        if not self._window.hit(self._limit, caller):
            raise HTTPException(429, _TOO_MANY.text(lang), {"Retry-After": "10"})
        return caller

    async def _caller(self, request: Request, tokens: Tokens) -> str | None:
        headers = request.headers
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return tokens.named(token.strip())
        if "x-fanpan-key" not in headers:
            return None
        return tokens.signed(
            headers["x-fanpan-key"],
            headers.get("x-fanpan-time", ""),
            headers.get("x-fanpan-signature", ""),
            request.method,
            request.url.path,
            await request.body(),
        )


def create_app(settings: Settings | None = None) -> FastAPI:
    """One copy of the service."""
    settings = settings or Settings()
    metrics = Metrics()
    gate = Gate(settings)
    app = FastAPI(
        title="Fanpan",
        version=version("fanpan"),
        description="Cell functions and buttons of the bad-review tracker.",
        responses={
            status: {"model": Refusal, "description": description}
            for status, description in _REFUSALS.items()
        },
    )
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=CORS_HOSTS,
        allow_methods=["GET", "POST"],
        allow_headers=list(_HEADERS),
        max_age=600,
    )
    app.add_middleware(Intake)
    app.add_middleware(Counting, metrics=metrics)
    _add_errors(app)
    guarded = [Depends(gate)]

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether this copy answers."""
        return {"status": "ok", "version": app.version}

    @app.get("/metrics", dependencies=guarded, response_class=PlainTextResponse)
    async def prometheus() -> PlainTextResponse:
        """Counts and times for Prometheus."""
        return PlainTextResponse(metrics.text())

    @app.get("/v1/functions", dependencies=guarded)
    async def functions(lang: Lang = "zh") -> list[dict[str, Any]]:
        """Every cell function with its parameters, in one language."""
        return function_dicts(REGISTRY, lang)

    @app.get("/v1/buttons", dependencies=guarded)
    async def buttons(lang: Lang = "zh") -> list[dict[str, Any]]:
        """Every button with what it needs and asks for."""
        return button_dicts(lang)

    @app.get("/v1/tracker", dependencies=guarded)
    async def tracker(lang: Lang = "zh") -> dict[str, Any]:
        """The tables and columns of the tracker."""
        return tracker_json(load_tracker(), lang)

    @app.post("/v1/calls", dependencies=guarded, responses={200: {"model": Answers}})
    def calls(batch: Batch) -> FastJson:
        """Cell calls in, results in the same order out; an error is a value."""
        results = answer(batch)
        metrics.cells.inc(len(results))
        return FastJson({"results": results})

    @app.post("/v1/buttons/{name}", dependencies=guarded, responses={200: _EDITS | _EVENTS})
    async def press_button(name: str, press: PressRequest, request: Request) -> Response:
        """Press a button on the tables sent; with `Accept: text/event-stream` with progress."""
        button = button_named(name)
        metrics.presses.labels(button.name).inc()
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(button.name, press), media_type="text/event-stream")
        return FastJson(await run_in_threadpool(press_remote, button, press))

    @app.post("/v1/files/{name}", dependencies=guarded, responses={200: _EDITS})
    async def press_on_file(
        name: str,
        tracker: Annotated[UploadFile | None, File()] = None,
        export: Annotated[list[UploadFile] | None, File()] = None,
        options: Annotated[str, Form()] = "{}",
        read: Annotated[str, Form()] = "{}",
        lang: Annotated[Lang, Form()] = "zh",
        now: Annotated[str, Form()] = "",
    ) -> Response:
        """Press a button on a tracker file; the file comes back with what was done."""
        button = button_named(name)
        metrics.presses.labels(button.name).inc()
        content = None if tracker is None else await tracker.read()
        exports = [(file.filename or "", await file.read()) for file in export or ()]

        def work() -> dict[str, Any]:
            return press_file(
                button,
                content,
                exports,
                read_json_object(options, "options"),
                lang=lang,
                now=now or None,
                read=read_json_object(read, "read"),
            )

        return FastJson(await run_in_threadpool(work))

    app.mount("/excel", excel_site)
    if settings.page is not None:
        app.mount("/", StaticFiles(directory=settings.page, html=True), name="page")
    return app


async def _events(name: str, press: PressRequest) -> AsyncIterator[bytes]:
    """Progress, then the result; silence is filled so that a closed connection is noticed."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()

    def tell(event: str, data: Any) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, (event, data))

    @contextmanager
    def phase(step: str) -> Generator[None]:
        tell("phase", {"phase": step})
        yield

    def work() -> None:
        try:
            tell("result", press_remote(button_named(name), press, phase))
        except FanpanError as error:
            tell("error", _error(error, press.lang))
        except Misshapen as error:
            tell("error", {"message": str(error)})

    task = asyncio.create_task(run_in_threadpool(work))
    while True:
        try:
            event, data = await asyncio.wait_for(queue.get(), _KEEP_ALIVE_SECONDS)
        except TimeoutError:
            yield b": working\n\n"
            continue
        yield b"event: " + event.encode() + b"\ndata: " + FastJson(data).body + b"\n\n"
        if event != "phase":
            await task
            return


def _add_errors(app: FastAPI) -> None:
    """Errors as one sentence, in the shape that every host knows."""

    @app.exception_handler(FanpanError)
    async def refused(request: Request, error: FanpanError) -> Response:
        return FastJson({"error": _error(error, reader_language(request.scope))}, 422)

    @app.exception_handler(Misshapen)
    async def misshapen(_request: Request, error: Misshapen) -> Response:
        return FastJson({"error": {"message": str(error)}}, 422)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][:6])
        return JSONResponse({"error": {"message": f"{place}: {first['msg']}"}}, 422)

    @app.exception_handler(StarletteHTTPException)
    async def http(_request: Request, error: StarletteHTTPException) -> Response:
        return JSONResponse(
            {"error": {"message": error.detail}}, error.status_code, headers=error.headers
        )


def _error(error: FanpanError, lang: Lang) -> dict[str, str]:
    where = error.where(lang)
    return {"message": error.message.text(lang), **({"where": where} if where else {})}
