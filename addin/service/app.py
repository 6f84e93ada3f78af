"""The web service: cell calls in batches, buttons, catalogues, the page in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import FastAPI, File, Form, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import Json
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteHTTPException

from ...functions import REGISTRY
from ...functions.catalogue import as_dicts as function_dicts
from ...functions.messages import Lang
from ...sheets.errors import FanpanError
from ...sheets.remote import Misshapen, tracker_json
from ...templates.tracker import load_tracker
from ..buttons.catalogue import as_dicts as button_dicts
from ..office.site import excel_site
from ..press import quiet
from .answers import Answers, FastJson, Refusal, error_json
from .calls import Batch, answer
from .events import BROKEN, events, while_wanted
from .gate import KNOWN_PAGES, Gate, Refused
from .intake import Intake, reader_language
from .metrics import Counting, Metrics
from .pressing import (
    Phase,
    PressRequest,
    button_named,
    press_file,
    press_remote,
    read_json_object,
)
from .safety import Safety
from .typed import Typed, write_typed

_HEADERS: Final = (
    "Authorization", "Content-Type", "Content-Encoding", "X-Fanpan-Key", "X-Fanpan-Time",
    "X-Fanpan-Signature",
)  # fmt: skip
_EDITS: Final[dict[str, Any]] = {
    "model": dict[str, Any],
    "description": "What the press changes, and its summary",
}
_TEXT: Final[dict[str, Any]] = {"content": {"text/plain": {}}}
_EVENTS: Final[dict[str, Any]] = {"content": {"text/event-stream": {}}}
# A proxy must not collect the events, nor a browser keep them.
_UNHELD: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_REFUSALS: Final[dict[int | str, str]] = {
    400: "The body cannot be read",
    401: "No token, or one that is not known",
    403: "The page that asks belongs to another site",
    408: "The body took too long to arrive",
    413: "The request is too large",
    415: "The body is packed in another way than gzip",
    422: "The request does not have the shape, or the button refuses",
    429: "Too many requests in this minute",
    500: "The service could not finish",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """How one copy of the service runs."""

    tokens: Path | None = None
    """File of token hashes; None opens the service to everybody, for loopback only."""
    requests_per_minute: int = 1200
    """Per token, or per address where none is needed."""
    page: Path | None = None
    """Folder of the built page for the browser."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """One copy of the service."""
    settings = settings or Settings()
    metrics = Metrics()
    app = FastAPI(
        title="Fanpan",
        version=version("fanpan"),
        description="Cell functions and buttons of the bad-review tracker.",
        responses={
            status: {"model": Refusal, "description": description}
            for status, description in _REFUSALS.items()
        },
    )
    # The last one added is met first; a refusal, too, is told to a page of a known host.
    app.add_middleware(Intake, gate=Gate(settings.tokens, settings.requests_per_minute))
    app.add_middleware(
        CORSMiddleware,
        allow_origin_regex=KNOWN_PAGES.pattern,
        allow_methods=["GET", "POST"],
        allow_headers=list(_HEADERS),
        max_age=600,
    )
    app.add_middleware(Safety)
    app.add_middleware(Counting, metrics=metrics)
    _add_errors(app)

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Whether this copy answers."""
        return {"status": "ok", "version": app.version}

    @app.get("/metrics", response_class=Response, responses={200: _TEXT})
    async def prometheus() -> PlainTextResponse:
        """Counts and times for Prometheus."""
        return PlainTextResponse(metrics.text())

    @app.get("/v1/functions")
    async def functions(lang: Lang = "zh") -> list[dict[str, Any]]:
        """Every cell function with its parameters, in one language."""
        return function_dicts(REGISTRY, lang)

    @app.get("/v1/buttons")
    async def buttons(lang: Lang = "zh") -> list[dict[str, Any]]:
        """Every button with what it needs and asks for."""
        return button_dicts(lang)

    @app.get("/v1/tracker")
    async def tracker(lang: Lang = "zh") -> dict[str, Any]:
        """The tables and columns of the tracker."""
        return tracker_json(load_tracker(), lang)

    @app.post("/v1/calls", responses={200: {"model": Answers}})
    async def calls(batch: Batch, request: Request) -> FastJson:
        """Cell calls in, results in the same order out; an error is a value."""
        try:
            results = await while_wanted(request, partial(answer, batch))
        except Refused as refused:
            message = refused.sentence.text(batch.lang)
            return FastJson({"error": {"message": message}}, refused.status)
        metrics.cells.inc(len(results))
        return FastJson({"results": results})

    @app.post("/v1/buttons/{name}", responses={200: _EDITS | _EVENTS})
    async def press_button(name: str, press: PressRequest, request: Request) -> Response:
        """Press a button on the tables sent; with `Accept: text/event-stream` with progress."""
        button = button_named(name)
        metrics.presses.labels(button.name).inc()

        def work(phase: Phase) -> dict[str, Any]:
            return press_remote(button, press, phase)

        return await _told(request, work, press.lang)

    @app.post("/v1/files/{name}", responses={200: _EDITS | _EVENTS})
    async def press_on_file(
        name: str,
        request: Request,
        tracker: Annotated[UploadFile | None, File()] = None,
        export: Annotated[list[UploadFile] | None, File()] = None,
        options: Annotated[str, Form()] = "{}",
        read: Annotated[str, Form()] = "{}",
        lang: Annotated[Lang, Form()] = "zh",
        now: Annotated[str, Form()] = "",
    ) -> Response:
        """Press a button on a tracker file, which comes back; progress as for the tables sent."""
        button = button_named(name)
        metrics.presses.labels(button.name).inc()
        content = None if tracker is None else await tracker.read()
        exports = [(file.filename or "", await file.read()) for file in export or ()]

        def work(phase: Phase) -> dict[str, Any]:
            return press_file(
                button,
                content,
                exports,
                read_json_object(options, "options"),
                name="" if tracker is None else tracker.filename or "",
                lang=lang,
                now=now or None,
                read=read_json_object(read, "read"),
                phase=phase,
            )

        return await _told(request, work, lang)

    @app.post("/v1/edits", responses={200: _EDITS | _EVENTS})
    async def write_edits(
        request: Request,
        tracker: Annotated[UploadFile, File()],
        edits: Annotated[Json[Typed], Form()],
        lang: Annotated[Lang, Form()] = "zh",
    ) -> Response:
        """Write what a person typed into a tracker file, which comes back."""
        content = await tracker.read()

        def work(phase: Phase) -> dict[str, Any]:
            return write_typed(content, edits, lang=lang, phase=phase)

        return await _told(request, work, lang)

    app.mount("/excel", excel_site)
    if settings.page is not None:
        app.mount("/", StaticFiles(directory=settings.page, html=True), name="page")
    return app


async def _told(request: Request, work: Callable[[Phase], Any], lang: Lang) -> Response:
    """The result of a press, with its progress where the caller takes events."""
    if "text/event-stream" in request.headers.get("accept", ""):
        told = events(work, lang)
        return StreamingResponse(told, media_type="text/event-stream", headers=_UNHELD)
    return FastJson(await run_in_threadpool(work, quiet))


def _add_errors(app: FastAPI) -> None:
    """Errors as one sentence, in the shape that every host knows."""

    @app.exception_handler(FanpanError)
    async def refused(request: Request, error: FanpanError) -> Response:
        return FastJson({"error": error_json(error, reader_language(request.scope))}, 422)

    @app.exception_handler(Misshapen)
    async def misshapen(_request: Request, error: Misshapen) -> Response:
        return FastJson({"error": {"message": str(error)}}, 422)

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"][:6])
        return JSONResponse({"error": {"message": f"{place}: {first['msg']}"}}, 422)

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> Response:
        return FastJson({"error": {"message": BROKEN.text(reader_language(request.scope))}}, 500)

    @app.exception_handler(StarletteHTTPException)
    async def http(_request: Request, error: StarletteHTTPException) -> Response:
        return JSONResponse(
            {"error": {"message": error.detail}}, error.status_code, headers=error.headers
        )
