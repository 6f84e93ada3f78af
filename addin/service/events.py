"""Work for somebody who waits: told as it goes, and stopped when nobody does any more."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ...functions.messages import Lang, Message
from ...sheets.errors import FanpanError
from ...sheets.remote import Misshapen
from .answers import FastJson, error_json
from .pressing import Phase

BROKEN: Final = Message("The service could not finish; nothing was changed.")
_KEEP_ALIVE_SECONDS: Final = 1.0
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Gone(Exception):
    """Nobody waits for the result any more."""


async def events(work: Callable[[Phase], Any], lang: Lang) -> AsyncGenerator[bytes]:
    """Server-sent events of `work`; silence is filled so that a closed connection is noticed.

    When the client has gone, the work ends at its next phase.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
    gone = threading.Event()

    def tell(event: str, data: Any) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, (event, data))

    @contextmanager
    def phase(step: str) -> Generator[None]:
        if gone.is_set():
            raise Gone
        tell("phase", {"phase": step})
        yield

    def run() -> None:
        try:
            tell("result", work(phase))
        except Gone:
            pass
        except FanpanError as error:
            tell("error", error_json(error, lang))
        except Misshapen as error:
            tell("error", {"message": str(error)})
        except Exception:
            _log.exception("a press failed")
            tell("error", {"message": BROKEN.text(lang)})

    task = asyncio.create_task(run_in_threadpool(run))
    try:
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
    finally:
        gone.set()


async def while_wanted(request: Request, work: Callable[[Callable[[], bool]], _T]) -> _T:
    """The result of `work` off the loop; it is given a question: has the client gone?"""
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watching = asyncio.create_task(watch())
    try:
        return await run_in_threadpool(work, gone.is_set)
    finally:
        watching.cancel()
