"""A running service for tests: real uvicorn, real HTTP."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any

import httpx
from starlette.types import ASGIApp


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def ask(app: ASGIApp, method: str, path: str, **given: Any) -> httpx.Response:
    """One request to a service in this process."""

    async def asked() -> httpx.Response:
        inside = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=inside, base_url="http://localhost") as client:
            return await client.request(method, path, **given)

    return asyncio.run(asked())


@contextmanager
def running(
    extra: Sequence[str] = (), env: Mapping[str, str] | None = None, log: Path | None = None
) -> Generator[tuple[str, subprocess.Popen[bytes]]]:
    """`fanpan serve` in a process of its own: its address and the process."""
    port = free_port()
    command = [
        sys.executable, "-c", "from fanpan.addin.cli import main; main()", "serve",
        "--port", str(port), *extra,
    ]  # fmt: skip
    with ExitStack() as stack:
        output: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())
        if log is not None:
            output = stack.enter_context(log.open("wb+"))
        process = subprocess.Popen(
            command, env={**os.environ, **(env or {})}, stdout=output, stderr=output
        )
        stack.callback(_stop, process)
        scheme = "https" if "--https" in extra else "http"
        url = f"{scheme}://127.0.0.1:{port}"
        _wait(url, process, output)
        yield url, process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], output: IO[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            output.seek(0)
            raise RuntimeError(output.read().decode("utf-8", "replace"))
        try:
            httpx.get(f"{url}/health", timeout=5, verify=False)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the service did not start")
