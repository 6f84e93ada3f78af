"""The service under load: a worker killed, half a minute without growing, two copies alike."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from fanpan.addin.service.tokens import Tokens, sign
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


def test_workers_count_together() -> None:
    with running(("--workers", "2")) as (url, process):
        workers(process.pid)
        body, expected = question(1)
        for _ in range(30):  # each over a connection of its own, so that both workers answer
            assert httpx.post(f"{url}/v1/calls", json=body).json()["results"] == expected
        for _ in range(10):
            text = httpx.get(f"{url}/metrics").text
            (counted,) = re.findall(r"^fanpan_cells_total (\S+)$", text, re.MULTILINE)
            assert float(counted) == 30 * len(expected)


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


@contextmanager
def proxy(copies: Sequence[str]) -> Iterator[str]:
    """A reverse proxy that asks the copies in turn, as nginx does."""
    turn = itertools.cycle(copies)

    class Passing(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {**self.headers, "X-Forwarded-Proto": "https"}
            answer = httpx.post(f"{next(turn)}{self.path}", content=body, headers=headers)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Passing) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def test_two_copies_behind_a_proxy_answer_the_same(tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.json"
    token = Tokens(tokens).add("shop")
    guarded, given = ("--ask-token",), {"FANPAN_TOKENS": str(tokens)}
    with ExitStack() as stack:
        copies = [stack.enter_context(running(guarded, given))[0] for _ in range(2)]
        front = stack.enter_context(proxy(copies))
        for number in range(6):
            body, expected = question(number)
            content = json.dumps(body).encode()
            at = str(int(time.time()))
            key = sha256(token.encode()).hexdigest()
            signed = {
                "X-Fanpan-Key": "shop",
                "X-Fanpan-Time": at,
                "X-Fanpan-Signature": sign(key, "POST", "/v1/calls", at, content),
            }
            for headers in ({"Authorization": f"Bearer {token}"}, signed):
                headers |= {"Host": "fanpan.example.com", "Content-Type": "application/json"}
                answer = httpx.post(f"{front}/v1/calls", content=content, headers=headers)
                assert answer.json()["results"] == expected
            assert httpx.post(f"{front}/v1/calls", content=content).status_code == 401
