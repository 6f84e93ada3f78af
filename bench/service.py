"""Cells per second of `/v1/calls`, against a bare FastAPI echo of the same batches.

Each side is one uvicorn worker in a process of its own. The echo reads the same model and answers
the same number of values with the same response class, so the ratio is what the cells cost.
"""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from .functions import REVIEW

BATCHES = (1, 100, 1_000, 10_000)
LIMIT = 0.5
CONCURRENCY = 64
SECONDS = 2.0
START = datetime(2026, 3, 2, 9)


def args(function: str, number: int) -> list[Any]:
    """Arguments of a cell: no two alike, as in a column of a table."""
    match function:
        case "DEADLINE":
            return ["quality", (START + timedelta(minutes=number)).isoformat(), "solution"]
        case "OFFER":
            return [round(1 + number * 0.37 % 400, 2), "quality"]
        case _:
            return [f"{REVIEW[number % 40 :]}{number}", 2]


def batch(function: str, size: int) -> bytes:
    """One request."""
    calls = [{"f": function, "args": args(function, number)} for number in range(size)]
    return json.dumps({"calls": calls}).encode()


@contextmanager
def worker(factory: str) -> Generator[tuple[str, int]]:
    """A running worker: its address and process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port),
        "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    process = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                httpx.get(f"{url}/health", timeout=1)
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield url, process.pid
    finally:
        process.terminate()
        process.wait()


def rates(clients: tuple[httpx.Client, ...], body: bytes, size: int) -> list[float]:
    """Cells per second of each side, asked in turns so that both feel the machine's other work."""
    headers = {"Content-Type": "application/json"}
    taken = [0.0] * len(clients)

    def ask(client: httpx.Client) -> None:
        client.post("/v1/calls", content=body, headers=headers).raise_for_status()

    for client in clients * 3:
        ask(client)
    rounds = 0
    while sum(taken) < 2 * SECONDS:
        rounds += 1
        for at, client in enumerate(clients):
            began = time.perf_counter()
            ask(client)
            taken[at] += time.perf_counter() - began
    return [rounds * size / seconds for seconds in taken]


def latencies(url: str, body: bytes) -> list[float]:
    """Seconds per request of many clients at once."""
    taken: list[float] = []
    stop = time.perf_counter() + 3 * SECONDS

    def run() -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while time.perf_counter() < stop:
                began = time.perf_counter()
                client.post(
                    "/v1/calls", content=body, headers={"Content-Type": "application/json"}
                ).raise_for_status()
                taken.append(time.perf_counter() - began)

    threads = [threading.Thread(target=run) for _ in range(CONCURRENCY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    fields: Mapping[str, str] = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    return int(fields["VmRSS"].split()[0]) / 1024


def run() -> None:
    """Print a line per function and batch size."""
    print("| function | batch | cells/s | echo cells/s | ratio |")
    print("|---|---|---|---|---|")
    with (
        worker("bench.service_apps:service") as (url, pid),
        worker("bench.service_apps:echo") as (peer, _),
        httpx.Client(base_url=url, timeout=60) as client,
        httpx.Client(base_url=peer, timeout=60) as other,
    ):
        for function in ("DEADLINE", "OFFER", "KIND"):
            for size in BATCHES:
                body = batch(function, size)
                ours, theirs = rates((client, other), body, size)
                limit = f" (limit {LIMIT})" if (function, size) == ("DEADLINE", 1_000) else ""
                print(
                    f"| {function} | {size:,} | {ours:,.0f} | {theirs:,.0f} "
                    f"| {ours / theirs:.2f}{limit} |"
                )
        taken = sorted(latencies(url, batch("DEADLINE", 100)))
        print(
            f"concurrency {CONCURRENCY}, batches of 100 DEADLINE: {len(taken):,} requests, "
            f"median {statistics.median(taken) * 1e3:.0f} ms, "
            f"p99 {taken[int(len(taken) * 0.99)] * 1e3:.0f} ms; memory {memory(pid):.0f} MB"
        )
