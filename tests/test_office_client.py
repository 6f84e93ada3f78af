"""The client in real Chromium with a stand-in for Office. Offline evidence only: no Excel."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.addin.office.metadata import functions_json
from fanpan.functions import REGISTRY
from fanpan.functions.values import to_serial

from .excel import excel_page, flat, zh_cell
from .golden import ERRORS, GOLDEN, examples

PARAMETERS = {f["id"]: f["parameters"] for f in functions_json(REGISTRY, "zh")["functions"]}
CALLS = "**/v1/calls"
MARCH = 46083.375


@pytest.fixture(scope="module")
def excel(browser: Browser, service: str) -> Iterator[Page]:
    page = excel_page(browser, service)
    yield page
    page.close()


@pytest.fixture
def fresh(browser: Browser, service: str) -> Iterator[Page]:
    """A runtime of its own, for tests that stand between client and service."""
    page = excel_page(browser, service)
    yield page
    page.close()


def calculate(page: Page, name: str, *args: Any, invocation: dict[str, Any] | None = None) -> Any:
    return page.evaluate(
        "([id, args, parameters, invocation]) => __calculate(id, args, parameters, invocation)",
        [name, list(args), PARAMETERS[name], invocation or {}],
    )


def calculate_all(page: Page, calls: list[tuple[str, list[Any]]]) -> list[Any]:
    """Cells of one recalculation."""
    found = page.evaluate(
        """(calls) => Promise.all(calls.map(([id, args, parameters]) =>
             __calculate(id, args, parameters)))""",
        [[name, args, PARAMETERS[name]] for name, args in calls],
    )
    assert isinstance(found, list)
    return found


@pytest.fixture
def sent(fresh: Page) -> list[dict[str, Any]]:
    """Bodies of the requests that the client made."""
    bodies: list[dict[str, Any]] = []

    def watch(route: Route) -> None:
        body = route.request.post_data_buffer or b""
        if route.request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        bodies.append(json.loads(body))
        route.continue_()

    fresh.route(CALLS, watch)
    return bodies


def test_functions_and_ribbon_live_in_one_runtime(excel: Page) -> None:
    assert excel.evaluate("__functions()") == list(REGISTRY)
    assert set(excel.evaluate("__actions()")) == {f"fanpan.{name}" for name in BUTTONS}


@pytest.mark.parametrize(("case", "name", "args", "expected"), GOLDEN, ids=[c[0] for c in GOLDEN])
def test_golden_cases(excel: Page, case: str, name: str, args: list[Any], expected: Any) -> None:
    answer = calculate(excel, name, *args)
    assert flat(answer) == [zh_cell(value) for value in flat(expected)], case
    rows = expected if isinstance(expected, list) else [expected]
    width = len(rows[0]) if isinstance(rows[0], list) else len(rows) if name == "OFFER" else 1
    assert {len(row) for row in answer} == {width}


def test_what_the_docstrings_say_is_so_in_a_sheet(excel: Page) -> None:
    for name, args, expected in examples():
        answer = calculate(excel, name, *args)
        if isinstance(expected, dict):
            assert answer == expected
            continue
        wanted = ["" if cell is None else cell for cell in flat(expected)] or [""]
        assert flat(answer) == wanted, (name, args)


@pytest.mark.parametrize(("case", "name", "args", "kind"), ERRORS, ids=[c[0] for c in ERRORS])
def test_errors_have_a_sentence_to_hover(
    excel: Page, case: str, name: str, args: list[Any], kind: str
) -> None:
    answer = calculate(excel, name, *args)
    if case == "too few arguments":
        # Excel never leaves out a required argument: a blank one makes the result blank.
        assert answer == [[""]]
        return
    assert answer["error"] == kind
    assert any("\u4e00" <= mark <= "\u9fff" for mark in answer["message"])


def test_an_error_inside_an_array_stays_in_its_cell(excel: Page) -> None:
    answer = calculate(excel, "DEADLINE", ["quality", "nonsense"], [MARCH, MARCH])
    assert answer[0][0] == pytest.approx(to_serial_of("2026-03-02T13:00:00"))
    assert answer[1][0]["error"] == "#VALUE!"
    assert "nonsense" in answer[1][0]["message"]


def to_serial_of(text: str) -> float:
    return to_serial(datetime.fromisoformat(text))


def test_a_range_with_an_error_cell_computes_the_others(excel: Page) -> None:
    answer = calculate(excel, "DEADLINE", ["quality", {"error": "#N/A"}], [MARCH, MARCH])
    assert isinstance(answer[0][0], float)
    assert answer[1][0]["error"] == "#N/A"


def test_an_empty_cell_that_arrives_as_zero_is_blank(excel: Page) -> None:
    assert calculate(excel, "DEADLINE", "quality", 0) == [[""]]
    assert calculate(excel, "OFFER", 0, "quality")[0][1] == 0  # an amount of zero is one


def test_shape_is_kept(excel: Page) -> None:
    assert [len(row) for row in calculate(excel, "DEADLINE", [["quality", "price"]], MARCH)] == [2]
    rows = calculate(excel, "OFFER", [[88], [250], [None]], "quality")
    assert [row[:2] for row in rows] == [["退款+券", 5], ["补发+券", 10], ["主管定夺", 0]]


def test_rules_may_stand_in_the_place_of_part(excel: Page) -> None:
    rules = calculate(excel, "RULES", [["clock.response", "20 min"]])[0][0]
    assert rules.startswith("fanpan-rules")
    short = calculate(excel, "OFFER", 88, "quality", None, None, rules)
    full = calculate(excel, "OFFER", 88, "quality", None, None, None, rules)
    assert short == full
    assert len(short[0]) == 4


def test_a_moment_shows_as_a_date_where_excel_can(browser: Browser, service: str) -> None:
    page = excel_page(browser, service, requirement_set=1.4)
    (cell,) = calculate(page, "DEADLINE", "quality", MARCH)[0]
    page.close()
    assert cell["format"] == "yyyy-mm-dd hh:mm"
    assert cell["value"] == pytest.approx(to_serial_of("2026-03-02T13:00:00"))


def test_a_tick_is_one_request(fresh: Page, sent: list[dict[str, Any]]) -> None:
    calls = [("DEADLINE", ["quality", MARCH + i / 1440]) for i in range(1500)]
    answers = calculate_all(fresh, calls)
    assert len(sent) == 1
    assert len(sent[0]["calls"]) == 1500
    assert answers[7][0][0] == pytest.approx(to_serial_of("2026-03-02T13:07:00"))


def test_equal_calls_ranges_and_rules_travel_once(fresh: Page, sent: list[dict[str, Any]]) -> None:
    rules = "fanpan-rules 1\nclock.response=20 min"
    days = [[MARCH + day] for day in range(30)]
    values = [["质量"]] * 30
    calls: list[tuple[str, list[Any]]] = [
        ("DEADLINE", ["quality", MARCH, "response", None, rules])
    ] * 50
    calls += [("DEADLINE", ["price", MARCH, "response", None, rules])]
    calls += [("TOP", [values, days, MARCH, MARCH + 40, n]) for n in (1, 2, 3)]
    answers = calculate_all(fresh, calls)
    assert len(sent) == 1
    assert len(sent[0]["calls"]) == 5
    assert sent[0]["rules"] == [rules]
    assert len(sent[0]["ranges"]) == 2
    assert answers[0] == answers[49]
    assert answers[51] == answers[52]


def test_answers_are_remembered_when_excel_asks_again(
    fresh: Page, sent: list[dict[str, Any]]
) -> None:
    first = calculate(fresh, "DEADLINE", "quality", MARCH)
    assert calculate(fresh, "DEADLINE", "quality", MARCH) == first
    assert len(sent) == 1


def test_the_size_cap_splits_a_tick(fresh: Page, sent: list[dict[str, Any]]) -> None:
    answers = calculate_all(fresh, [("MASK", [f"1381234{i:04}"]) for i in range(7000)])
    assert sorted(len(body["calls"]) for body in sent) == [2000, 5000]
    assert answers[6999] == [["138****6999"]]


def test_a_preview_asks_no_service(fresh: Page, sent: list[dict[str, Any]]) -> None:
    preview = {"isInValuePreview": True}
    assert calculate(fresh, "MASK", "13812345678", invocation=preview)["error"] == "#N/A"
    assert sent == []
    calculate(fresh, "MASK", "13812345678")
    assert calculate(fresh, "MASK", "13812345678", invocation=preview) == [["138****5678"]]


def failing(page: Page, answer: Callable[[Route, int], None]) -> list[int]:
    """Let `answer` stand for the service; counts the requests."""
    seen: list[int] = []

    def handle(route: Route) -> None:
        seen.append(len(seen) + 1)
        answer(route, len(seen))

    page.route(CALLS, handle)
    return seen


def told(status: int, message: str) -> dict[str, Any]:
    return {"status": status, "json": {"error": {"message": message}}}


def test_no_cell_stays_busy_when_the_service_is_down(fresh: Page) -> None:
    seen = failing(fresh, lambda route, _: route.abort())
    answers = calculate_all(fresh, [("MASK", [f"1381234{i:04}"]) for i in range(6000)])
    assert {answer["error"] for answer in answers} == {"#N/A"}
    assert "翻盘服务没有应答" in answers[0]["message"]
    assert len(seen) == 2 * 3  # two requests, each tried three times


def test_a_passing_failure_is_tried_again(fresh: Page) -> None:
    def answer(route: Route, number: int) -> None:
        if number < 3:
            route.fulfill(**told(503 if number == 1 else 429, "busy"))
        else:
            route.continue_()

    seen = failing(fresh, answer)
    assert calculate(fresh, "MASK", "13812345678") == [["138****5678"]]
    assert len(seen) == 3


@pytest.mark.parametrize("status", [401, 422, 400])
def test_a_refusal_is_told_and_not_repeated(fresh: Page, status: int) -> None:
    seen = failing(fresh, lambda route, _: route.fulfill(**told(status, "口令不对")))
    answer = calculate(fresh, "MASK", "13812345678")
    assert answer == {"error": "#N/A", "message": "口令不对"}
    assert len(seen) == 1


def test_a_batch_that_is_too_large_is_halved(fresh: Page) -> None:
    def answer(route: Route, _number: int) -> None:
        if len(json.loads(route.request.post_data or "")["calls"]) > 2:
            route.fulfill(**told(413, "too large"))
        else:
            route.continue_()

    seen = failing(fresh, answer)
    answers = calculate_all(fresh, [("MASK", [f"1381234567{i}"]) for i in range(5)])
    assert answers == [[[f"138****567{i}"]] for i in range(5)]
    assert len(seen) == 5  # 5 → 2 and 3 → 1 and 2


def test_a_half_sends_only_the_ranges_that_it_uses(fresh: Page) -> None:
    def answer(route: Route, _number: int) -> None:
        if len(route.request.post_data or "") > 2000:
            route.fulfill(**told(413, "too large"))
        else:
            route.continue_()

    seen = failing(fresh, answer)
    columns = [[[f"13{i}12345678"] for _ in range(100)] for i in range(1, 5)]
    answers = calculate_all(fresh, [("MASK", [column]) for column in columns])
    assert answers == [[[f"13{i}****5678"]] * 100 for i in range(1, 5)]
    assert len(seen) == 7  # 4 → 2 and 2 → 1 and 1, 1 and 1


@pytest.mark.parametrize("body", ["[]", '{"results": [1, 2, 3]}', "<html>", "null"])
def test_a_strange_answer_leaves_no_cell_busy(fresh: Page, body: str) -> None:
    failing(fresh, lambda route, _: route.fulfill(status=200, body=body))
    assert calculate(fresh, "MASK", "13812345678")["error"] == "#N/A"


def test_cells_speak_the_language_that_was_chosen(browser: Browser, service: str) -> None:
    page = excel_page(browser, service, language="en-US")
    assert page.inner_text("nav button >> nth=0") == "Today's cases"
    assert calculate(page, "OFFER", 88, "quality", None, None, "offer") == [["退款+券"]]
    page.click("[data-tab=settings]")
    page.select_option("form.ask select >> nth=1", "en")
    page.click("form.ask button[type=submit]")
    page.wait_for_function("document.querySelector('main').childElementCount === 1")
    assert calculate(page, "OFFER", 88, "quality", None, None, "offer") != [["退款+券"]]
    page.close()
