"""What the support table claims, against what every host's builder renders."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from fanpan.addin.buttons.casework import ACTIONS
from fanpan.addin.buttons.catalogue import BUTTONS, Button
from fanpan.addin.cli.app import build as app
from fanpan.addin.google.build import rendered as google
from fanpan.addin.libreoffice.build import SERVICE
from fanpan.addin.libreoffice.build import rendered as libreoffice
from fanpan.addin.office.build import rendered as excel
from fanpan.addin.office.metadata import functions_json
from fanpan.addin.support import ABILITIES, HOSTS, support
from fanpan.functions import REGISTRY
from fanpan.functions.cellfunction import CellFunction
from fanpan.functions.registry import Registry
from fanpan.sheets.workbook.styles import NUMBER_FORMAT

from .service import free_port

ROOT = Path(__file__).resolve().parents[1]


def toy(text: Annotated[str, "Any text"]) -> str:
    """A text said twice.

    >>> toy("a")
    'aa'
    """
    return text * 2


def with_toy() -> Registry:
    functions = Registry()
    for function in REGISTRY.values():
        functions.add(function)
    functions.add(CellFunction(toy, {"zh_CN": "两遍文本"}))
    return functions


TOY_BUTTON = replace(BUTTONS["refresh"], name="toy", titles={"zh": "玩具按钮", "en": "Toy"})


# What is there, read from the rendered files.


def in_libreoffice(functions: Registry, buttons: Mapping[str, Button]) -> tuple[set[str], set[str]]:
    made = libreoffice("zh", functions, buttons, SERVICE)
    typed = set(re.findall(r'xml:lang="zh-CN">(FANPAN\.[^<]+)<', made["CalcAddIns.xcu"]))
    commands = re.findall(r"<value>org\.fanpan:(\w+)</value>", made["Addons.xcu"])
    assert all(commands.count(name) == 2 for name in buttons)  # menu and toolbar
    return typed, set(commands) - {"settings"}


def in_excel(functions: Registry, buttons: Mapping[str, Button]) -> tuple[set[str], set[str]]:
    made = excel(functions=functions, buttons=buttons)
    names = json.loads(made["functions.zh-CN.json"])["functions"]
    manifests = [made[file].decode() for file in ("manifest.xml", "manifest.json")]
    pressed = {
        name for name in buttons if all(re.search(rf"fanpan\.{name}\b", m) for m in manifests)
    }
    return {f"FANPAN.{entry['name']}" for entry in names}, pressed


def in_xlwings(functions: Registry, buttons: Mapping[str, Button]) -> tuple[set[str], set[str]]:
    made = excel(functions=functions, buttons=buttons)["fanpan_udfs.py"].decode()
    return set(re.findall(r"^def (FANPAN_\w+)\(", made, re.MULTILINE)), set()


def in_google(functions: Registry, buttons: Mapping[str, Button]) -> tuple[set[str], set[str]]:
    made = "\n".join(google(functions=functions, buttons=buttons).values())
    pressed = set(re.findall(r"^function fanpanMenu_(\w+)\(", made, re.MULTILINE))
    return set(re.findall(r"^function (FANPAN_\w+)\(", made, re.MULTILINE)), pressed


RENDERED: Mapping[str, Callable[[Registry, Mapping[str, Button]], tuple[set[str], set[str]]]] = {
    "libreoffice": in_libreoffice,
    "excel": in_excel,
    "udfs": in_xlwings,
    "google": in_google,
}


@pytest.mark.parametrize(
    "host", [host for host in HOSTS if host.id in RENDERED], ids=lambda h: h.id
)
@pytest.mark.parametrize("toys", [False, True], ids=["ours", "with toys"])
def test_everything_is_on_every_host_or_has_a_reason(host: Any, toys: bool) -> None:
    functions = with_toy() if toys else REGISTRY
    buttons = {**BUTTONS, "toy": TOY_BUTTON} if toys else BUTTONS
    typed, pressed = RENDERED[host.id](functions, buttons)
    for function in functions.values():
        there = host.typed(function, "zh") in typed
        assert there == (host.reason("functions", function.name) is None), function.name
    for name in buttons:
        assert (name in pressed) == (host.reason("buttons", name) is None), name


def test_the_command_line_has_every_function_and_button() -> None:
    listed = CliRunner().invoke(app([]), ["functions", "--json"])
    assert {entry["name"] for entry in json.loads(listed.output)} == set(REGISTRY)
    commands = {command.name for command in app([]).registered_commands}
    assert set(BUTTONS) <= commands | set(ACTIONS.ids)


@pytest.fixture
def page(browser: Browser, service: str) -> Iterator[Any]:
    found = browser.new_page(locale="zh-CN")
    found.goto(f"{service}/")
    found.wait_for_selector("main p")
    yield found
    found.close()


def test_the_page_tries_every_function_and_has_every_button(page: Any) -> None:
    page.click("[data-tab=functions]")
    page.wait_for_selector("[data-function]")
    shown = page.eval_on_selector_all("[data-function]", "all => all.map(e => e.dataset.function)")
    assert set(shown) == set(REGISTRY)
    page.click("[data-tab=buttons]")
    page.wait_for_selector("[data-press]")
    shown = page.eval_on_selector_all("[data-press]", "all => all.map(e => e.dataset.press)")
    assert set(shown) == set(BUTTONS)


def test_the_service_has_every_function_and_button(service: str) -> None:
    functions = httpx.get(f"{service}/v1/functions?lang=zh").json()
    assert [entry["name"] for entry in functions] == list(REGISTRY)
    buttons = httpx.get(f"{service}/v1/buttons?lang=zh").json()
    assert [entry["name"] for entry in buttons] == list(BUTTONS)


def test_a_toy_function_appears_in_the_service_on_the_page_and_on_the_command_line(
    tmp_path: Path, browser: Browser
) -> None:
    """Registered before the program starts, as a module of `functions/` would do it."""
    start = (
        "from typing import Annotated\n"
        "from fanpan.functions.registry import cell_function\n"
        "@cell_function(names={'zh_CN': '两遍文本'})\n"
        "def toy(text: Annotated[str, 'Any text']) -> str:\n"
        "    'A text said twice.'\n"
        "    return text * 2\n"
        "from fanpan.addin.cli import main\n"
        "main()\n"
    )
    called = subprocess.run(
        [sys.executable, "-c", start, "call", "TOY", '["啊"]'],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(called.stdout) == "啊啊"
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-c", start, "serve", "--port", str(port)],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=60) as client:
            answer = client.post(f"{url}/v1/calls", json={"calls": [{"f": "TOY", "args": ["啊"]}]})
        assert answer.json()["results"] == ["啊啊"]
        found = browser.new_page(locale="zh-CN")
        found.goto(url)
        found.click("[data-tab=functions]")
        found.wait_for_selector("[data-function=TOY]")
        assert "两遍文本" in found.inner_text("[data-function=TOY]")
        found.close()
    finally:
        process.terminate()
        process.wait()


def test_the_page_of_support_is_up_to_date_and_complete() -> None:
    written = (ROOT / "docs" / "support.md").read_text("utf-8")
    assert written == support(), "run make docs"
    assert "两遍文本" in support(with_toy(), {**BUTTONS, "toy": TOY_BUTTON})
    assert "玩具按钮" in support(with_toy(), {**BUTTONS, "toy": TOY_BUTTON})
    ids = {host.id for host in HOSTS}
    assert all(set(by_host) == ids for by_host in ABILITIES.values())
    for host in HOSTS:
        for reason in host.lacks.values():
            assert re.search("[\u4e00-\u9fff]", reason.text("zh"))


def test_no_host_file_repeats_what_the_registry_knows() -> None:
    """Names of functions, titles of functions and buttons, formats of columns."""
    known = {name for f in REGISTRY.values() for name in (f.name, f.title("zh"))}
    known |= {button.title("zh") for button in BUTTONS.values()}
    known |= set(NUMBER_FORMAT.values()) - {"General", "@"}
    folders = ("addin/google/src", "addin/libreoffice/inside", "addin/office/src")
    # Words of the pane, and what a cell function's own result looks like in Excel.
    others = {"words.ts", "cells.ts"}
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.*")]
    assert len(files) > 30
    for file in files:
        if file.suffix in {".py", ".js", ".ts", ".html"} and file.name not in others:
            texts = set(re.findall(r"""["'`]([^"'`\n]+)["'`]""", file.read_text("utf-8")))
            assert not texts & known, file


def test_names_of_functions_differ_on_a_host() -> None:
    for host in HOSTS:
        for lang in ("zh", "en"):
            typed = [host.typed(function, lang) for function in REGISTRY.values()]
            assert len(set(typed)) == len(typed), host.id
    assert functions_json(REGISTRY, "zh")["functions"]
