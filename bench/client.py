"""10,000 cells of one recalculation through the Excel client, against one request per cell.

Both run in the same page of a real Chromium and ask the same worker. Requests and bytes are
counted at the worker, headers included, bodies as they travel (compressed where they are).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Browser, CDPSession, Page

from fanpan.addin.office.metadata import functions_json
from fanpan.functions import REGISTRY
from tests.excel import chromium, excel_page

from .service import worker

CELLS = 10_000
FUNCTIONS = ("DEADLINE", "OFFER", "KIND")
ROUNDS = 3
_BATCHED = """([id, rows, parameters]) =>
    Promise.all(rows.map((args) => __calculate(id, args, parameters)))"""
_SINGLE = """async ([id, rows]) => {
    const answers = new Array(rows.length);
    let next = 0;
    const line = async () => {
        for (let at = next++; at < rows.length; at = next++) {
            const body = JSON.stringify({ lang: "zh", calls: [{ f: id, args: rows[at] }] });
            const headers = { "Content-Type": "application/json" };
            const found = await fetch("/v1/calls", { method: "POST", headers, body });
            answers[at] = (await found.json()).results[0];
        }
    };
    await Promise.all(Array.from({ length: 64 }, line));
    return answers;
}"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a recalculation took: requests, kilobytes both ways, megabytes of heap, seconds."""

    requests: int
    sent: float
    received: float
    heap: float
    kept: float
    seconds: float


def cells(function: str, first: int) -> list[list[Any]]:
    """Arguments of 10,000 cells, no two alike, none like those of another round."""
    numbers = range(first, first + CELLS)
    match function:
        case "DEADLINE":
            return [["quality", 46083.375 + number / 1440] for number in numbers]
        case "OFFER":
            return [[round(1 + number * 0.01, 2), "quality"] for number in numbers]
        case _:
            return [[f"快递很快但是质量太差了，用了{number}次就坏了", 2] for number in numbers]


def heap(session: CDPSession, *, collect: bool) -> float:
    """Megabytes of JavaScript in use."""
    if collect:
        session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def measured(page: Page, url: str, script: str, function: str, first: int) -> Cost:
    """One recalculation."""
    parameters = {f["id"]: f["parameters"] for f in functions_json(REGISTRY, "zh")["functions"]}
    session = page.context.new_cdp_session(page)
    page.evaluate("(given) => { globalThis.__given = given; }",
                  [function, cells(function, first), parameters[function]])  # fmt: skip
    before, counted = heap(session, collect=True), httpx.get(f"{url}/counted").json()
    began = time.perf_counter()
    answered = page.evaluate(f"""async () => {{
        globalThis.__answers = await ({script})(globalThis.__given);
        return globalThis.__answers.filter((answer) => answer !== undefined).length;
    }}""")
    seconds = time.perf_counter() - began
    if answered != CELLS:
        raise RuntimeError(f"{answered} answers to {CELLS} cells")
    after, now = heap(session, collect=False), httpx.get(f"{url}/counted").json()
    kept = heap(session, collect=True)
    session.detach()
    return Cost(
        now["requests"] - counted["requests"],
        (now["received"] - counted["received"]) / 1024,
        (now["sent"] - counted["sent"]) / 1024,
        after - before,
        kept - before,
        seconds,
    )


def best(browser: Browser, url: str, script: str, function: str, first: int) -> Cost:
    """The fastest of a few rounds, each in a page of its own, so that nothing is remembered."""
    costs: list[Cost] = []
    for turn in range(ROUNDS):
        page = excel_page(browser, url)
        page.wait_for_function("globalThis.__calculate && __functions().length > 0")
        costs.append(measured(page, url, script, function, first + turn * CELLS))
        page.close()
    return min(costs, key=lambda cost: cost.seconds)


def run() -> None:
    """Print a line per function and way."""
    print("| function | way | requests | KB sent | KB received | heap MB | kept MB | s | cells/s |")
    print("|---|---|---|---|---|---|---|---|---|")
    with chromium() as browser, worker("bench.service_apps:counted") as (url, _):
        for function in FUNCTIONS:
            ours = best(browser, url, _BATCHED, function, 0)
            single = best(browser, url, _SINGLE, function, ROUNDS * CELLS)
            for way, cost in (("client", ours), ("one request per cell", single)):
                print(
                    f"| {function} | {way} | {cost.requests:,} | {cost.sent:,.0f} "
                    f"| {cost.received:,.0f} | {cost.heap:.1f} | {cost.kept:.1f} "
                    f"| {cost.seconds:.2f} | {CELLS / cost.seconds:,.0f} |"
                )
            print(
                f"{function}: {single.requests / ours.requests:,.0f}× fewer requests, "
                f"{(single.sent + single.received) / (ours.sent + ours.received):.1f}× fewer "
                f"bytes, {single.seconds / ours.seconds:.1f}× faster"
            )
