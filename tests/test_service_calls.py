"""Cell calls over HTTP: the golden cases, what travels once, what is malformed."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Message

from fanpan.addin.service.calls import Batch, answer
from fanpan.addin.service.events import while_wanted
from fanpan.functions import REGISTRY
from fanpan.functions.values import to_serial

from .golden import ERRORS, GOLDEN, examples


def results(service: str, calls: list[dict[str, Any]], **batch: Any) -> list[Any]:
    response = httpx.post(f"{service}/v1/calls", json={"calls": calls, **batch}, timeout=60)
    assert response.status_code == 200, response.text
    found: list[Any] = response.json()["results"]
    return found


def test_golden_cases(service: str) -> None:
    calls = [{"f": function, "args": args} for _, function, args, _ in GOLDEN]
    assert results(service, calls) == [expected for *_, expected in GOLDEN]


def test_what_the_docstrings_say_is_so_over_http(service: str) -> None:
    cases = list(examples())
    calls = [{"f": function, "args": args} for function, args, _ in cases]
    found = results(service, calls, words=True, moments="serial")
    assert found == [expected for *_, expected in cases]


def test_errors_are_values_with_a_sentence(service: str) -> None:
    calls = [{"f": function, "args": args} for _, function, args, _ in ERRORS]
    found = results(service, calls)
    assert [result["error"] for result in found] == [kind for *_, kind in ERRORS]
    assert all(result["message"] for result in found)
    english = results(service, calls, lang="en")
    assert "expected" in english[0]["message"]
    assert "应为" in found[0]["message"]


def test_every_function_answers(service: str) -> None:
    calls = [{"f": name, "args": []} for name in REGISTRY]
    calls += [{"f": f"FANPAN.{name}", "args": [None] * 40} for name in REGISTRY]
    calls += [{"f": function.title("zh"), "args": [{"x": 1}]} for function in REGISTRY.values()]
    found = results(service, calls)
    assert len(found) == 3 * len(REGISTRY)
    assert all(isinstance(result, dict) and result["message"] for result in found[-len(REGISTRY) :])


def test_serial_moments_and_words(service: str) -> None:
    call = {"f": "DEADLINE", "args": ["logistics", 46083.375]}
    assert results(service, [call], moments="serial") == [46083.375 + 2 / 24]
    state = {"f": "CLOCK_STATE", "args": ["quality", 46083.375, None, 46083.6]}
    assert results(service, [state, state | {"f": "KIND", "args": ["质量差"]}], words=True) == [
        "已超时",
        "产品质量",
    ]
    assert results(service, [state], words=True, lang="en") == ["Overdue"]


def test_ranges_and_rules_travel_once(service: str) -> None:
    text = REGISTRY["RULES"].call([["clock.response", "20"]])
    calls = [
        {"f": "DEADLINE", "args": [{"range": 0}, {"range": 1}, "response"], "rules": 0},
        {"f": "DEADLINE", "args": [{"range": 0}, {"range": 1}, "response"], "rules": 1},
        {"f": "DEADLINE", "args": [{"range": 0}, {"range": 1}, "response"]},
    ]
    ranges = [[["quality"], ["logistics"]], [["2026-03-02 09:00"], ["2026-03-02 10:00"]]]
    changed, raw, plain = results(
        service, calls, ranges=ranges, rules=[text, [["clock.response", "30"]]]
    )
    assert changed == [["2026-03-02T09:20:00"], ["2026-03-02T10:20:00"]]
    assert raw == [["2026-03-02T09:30:00"], ["2026-03-02T10:30:00"]]
    assert plain == [["2026-03-02T09:15:00"], ["2026-03-02T10:15:00"]]


@pytest.mark.parametrize(
    "call",
    [
        {"f": "DEADLINE", "args": [{"range": 3}, 1]},
        {"f": "DEADLINE", "args": [{"range": -1}, 1]},
        {"f": "DEADLINE", "args": [{"range": True}, 1]},
        {"f": "DEADLINE", "args": [{"range": "0"}, 1]},
        {"f": "DEADLINE", "args": [{}, 1]},
        {"f": "DEADLINE", "args": ["quality", 1], "rules": 7},
        {"f": "DEADLINE", "args": ["quality", 1], "rules": -1},
        {"f": "NO_SUCH", "args": []},
        {"f": "", "args": []},
    ],
)
def test_a_bad_call_spoils_only_itself(service: str, call: dict[str, Any]) -> None:
    good = {"f": "HANDLER", "args": ["quality"]}
    before, bad, after = results(service, [good, call, good])
    assert before == after == "supervisor"
    assert bad["error"] in {"#VALUE!", "#NAME?"}
    assert bad["message"]


def test_an_error_cell_inside_a_range(service: str) -> None:
    column = [[{"error": "#N/A"}], ["quality"], [{"error": "#REF!"}]]
    starts = [["2026-03-02 09:00"]] * 3
    (found,) = results(service, [{"f": "DEADLINE", "args": [column, starts]}])
    assert [cell if isinstance(cell, str) else cell["error"] for (cell,) in found] == [
        "#N/A",
        "2026-03-02T13:00:00",
        "#VALUE!",
    ]


def test_text_that_utf8_cannot_hold(service: str) -> None:
    body = '{"calls": [{"f": "MASK", "args": ["a\\ud800b"]}, {"f": "MASK", "args": ["好"]}]}'
    response = httpx.post(
        f"{service}/v1/calls", content=body, headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 200
    assert response.json()["results"][1] == "好"


COLUMN = [["quality"]] * 20_000
LONG = [["质量差" * 30_000]]


@pytest.mark.parametrize(
    ("calls", "batch"),
    [
        ([{"f": "HANDLER", "args": [{"range": 0}]}] * 50, {"ranges": [COLUMN]}),
        ([{"f": "KIND", "args": [{"range": 0}]}] * 2000, {"ranges": [LONG]}),
        ([{"f": "TOP", "args": [{"range": 0}] * 2}] * 200, {"ranges": [COLUMN]}),
        ([{"f": "HANDLER", "args": ["quality"], "rules": 0}] * 200, {"rules": [COLUMN]}),
        ([{"f": "HANDLER", "args": [COLUMN * 11]}], {}),
    ],
    ids=["columns", "long texts", "columns read as a whole", "rules", "sent with the call"],
)
def test_more_cells_than_one_request_computes(
    service: str, calls: list[dict[str, Any]], batch: dict[str, Any]
) -> None:
    began = time.perf_counter()
    response = httpx.post(f"{service}/v1/calls", json={"calls": calls, **batch, "lang": "en"})
    assert response.status_code == 413
    message = response.json()["error"]["message"]
    assert "200,000 cells" in message
    assert "command line" in message
    assert time.perf_counter() - began < 5  # nothing of it was computed


def test_a_batch_of_many_cells_that_is_not_too_much(service: str) -> None:
    calls = [{"f": "HANDLER", "args": [{"range": 0}]}] * 10
    found = results(service, calls, ranges=[COLUMN])
    assert found == [[["supervisor"]] * len(COLUMN)] * 10


def test_a_batch_ends_when_nobody_waits_for_it() -> None:
    batch = Batch(calls=[{"f": "HANDLER", "args": ["quality"]}] * 5)
    answers = iter([False, False, True])
    assert answer(batch, lambda: next(answers)) == ["supervisor"] * 2


def test_the_service_notices_that_the_caller_has_gone() -> None:
    async def asked() -> bool:
        left = asyncio.Event()

        async def receive() -> Message:
            await left.wait()
            return {"type": "http.disconnect"}

        def work(gone: Callable[[], bool]) -> bool:
            loop.call_soon_threadsafe(left.set)
            end = time.monotonic() + 10
            while not gone() and time.monotonic() < end:
                time.sleep(0.01)
            return gone()

        loop = asyncio.get_running_loop()
        return await while_wanted(Request({"type": "http"}, receive), work)

    assert asyncio.run(asked())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"calls": 3}',
        b'{"calls": [3]}',
        b'{"calls": [{"f": "KIND"}]}',
        b'{"calls": [{"f": "KIND", "args": {}}]}',
        b'{"calls": [], "lang": "fr"}',
        b'{"calls": [], "more": 1}',
        b'{"calls": [{"f": "KIND", "args": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]}",
        b"\xff\xfe\x00",
    ],
    ids=range(11),
)
def test_malformed_requests_get_one_sentence(service: str, body: bytes) -> None:
    response = httpx.post(
        f"{service}/v1/calls", content=body, headers={"Content-Type": "application/json"}
    )
    assert 400 <= response.status_code < 500, response.text
    assert response.json()["error"]["message"]


def test_gzip_bodies(service: str) -> None:
    body = gzip.compress(json.dumps({"calls": [{"f": "HANDLER", "args": ["quality"]}]}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = httpx.post(f"{service}/v1/calls", content=body, headers=headers)
    assert response.json() == {"results": ["supervisor"]}
    broken = httpx.post(f"{service}/v1/calls", content=body[:-9], headers=headers)
    assert broken.status_code == 400
    assert broken.json()["error"]["message"]


def test_serial_of_a_golden_moment(service: str) -> None:
    from datetime import datetime

    for _, function, args, expected in GOLDEN:
        if isinstance(expected, str) and "T" in expected and expected[:2] == "20":
            (found,) = results(service, [{"f": function, "args": args}], moments="serial")
            assert found == to_serial(datetime.fromisoformat(expected))
