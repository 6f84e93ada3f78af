"""The service under load: a worker killed, half a minute without growing, two copies alike."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from fanpan.functions import REGISTRY

from .service import running

SOAK_SECONDS = float(os.environ.get("FANPAN_SOAK_SECONDS", "30"))
START = datetime(2026, 3, 2, 9)


def question(number: int) -> tuple[dict[str, object], list[object]]:
    """A batch that no other request sends, and its right answer."""
    calls: list[dict[str, object]] = []
    answers: list[object] = []
    for offset in range(20):
        start = (START + timedelta(minutes=number * 20 + offset)).isoformat()
        calls.append({"f": "DEADLINE", "args": ["quality", start]})
        answers.append(REGISTRY["DEADLINE"].call("quality", start).isoformat())
        text = f"质量差{number}"
        calls.append({"f": "KIND", "args": [text, 1]})
        answers.append(REGISTRY["KIND"].call(text, 1))
    return {"calls": calls}, answers


def children(pid: int) -> list[int]:
    """Worker processes of a server."""
    listed = subprocess.run(
        ["ps", "--ppid", str(pid), "-ww", "-o", "pid=,args="], capture_output=True
    )
    return [
        int(line.split()[0]) for line in listed.stdout.decode().splitlines() if "spawn_main" in line
    ]


def workers(pid: int) -> list[int]:
    """The two workers, once both are there."""
    for _ in range(100):
        found = children(pid)
        if len(found) == 2:
            return found
        time.sleep(0.2)
    raise AssertionError(f"no two workers but {found}")


class Load:
    """Clients that ask without pause; a broken connection is asked again, a wrong answer counts."""

    def __init__(self, url: str, clients: int) -> None:
        self.asked = 0
        self.wrong: list[object] = []
        self._url = url
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._run) for _ in range(clients)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                self.asked += 1
                number = self.asked
            body, expected = question(number)
            found = self._ask(body)
            if found != expected:
                self.wrong.append((body, found))

    def _ask(self, body: dict[str, object]) -> object:
        for _ in range(100):
            try:
                response = httpx.post(f"{self._url}/v1/calls", json=body, timeout=30)
            except httpx.TransportError:
                time.sleep(0.1)
                continue
            if response.status_code == 429:
                time.sleep(0.5)
                continue
            return response.json().get("results", response.text)
        return "no answer"


def test_a_killed_worker_spoils_no_answer() -> None:
    with running(("--workers", "2")) as (url, process):
        with Load(url, 4) as load:
            before = workers(process.pid)
            time.sleep(2)
            os.kill(before[0], signal.SIGKILL)
            time.sleep(4)
            asked = load.asked
            time.sleep(2)
        assert load.wrong == []
        assert load.asked > asked
        assert set(workers(process.pid)) != set(before)


def megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def test_memory_stays_flat() -> None:
    with running() as (url, process):
        with Load(url, 3) as load:
            time.sleep(SOAK_SECONDS / 3)
            early = megabytes(process.pid)
            time.sleep(SOAK_SECONDS * 2 / 3)
            late = megabytes(process.pid)
        assert load.asked > SOAK_SECONDS
        assert load.wrong == []
        assert late - early < 16, f"{early:.0f} MB grew to {late:.0f} MB"


def test_two_copies_answer_the_same(service: str) -> None:
    with running() as (other, _):
        for number in range(5):
            body, expected = question(number)
            answers = [
                httpx.post(f"{url}/v1/calls", json=body).json()["results"]
                for url in (service, other)
            ]
            assert answers == [expected, expected]
