"""The guides, walked as written: every command runs, every file, picture and page is there."""

from __future__ import annotations

import os
import re
import shlex
import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.sheets.workbook.render import soffice_folder

from .libreoffice import install
from .service import free_port

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GUIDES = ["libreoffice", "excel", "google", "web", "live", "service"]
FANPAN = [sys.executable, "-c", "from fanpan.addin.cli import main; main()"]
MADE = {
    "libreoffice": ["fanpan.oxt", "跟踪表.xlsx"],
    "excel": ["fanpan-excel/manifest.xml", "fanpan-excel/fanpan_udfs.py"],
    "google": [
        f"fanpan-google/{name}"
        for name in ("appsscript.json", "Fanpan.js", "Config.js", "Functions.js", "Sidebar.html")
    ],
    "web": [],
    "live": ["跟踪表.xlsx"],
    "service": [],
}


def commands(page: Path) -> list[list[str]]:
    """The commands of a guide's Chinese part, in order."""
    text = page.read_text("utf-8").split("\n## English")[0].split("\n## The service")[0]
    blocks = re.findall(r"^ *```(?:sh)?\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of a new user, where nothing stands yet."""
    (tmp_path / "work").mkdir()
    return tmp_path


def walk(command: list[str], home: Path) -> None:
    """One command as the guide has it."""
    env = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"),
           "FANPAN_TOKENS": str(home / "tokens.json")}  # fmt: skip
    work = home / "work"
    program, *rest = command
    if program == "unopkg":
        assert rest == ["add", "fanpan.oxt"]
        with soffice_folder() as folder:
            install(work / "fanpan.oxt", folder)
        return
    assert program == ".venv/bin/fanpan", command
    if rest[0] != "serve":
        done = subprocess.run([*FANPAN, *rest], cwd=work, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return
    port = free_port()
    process = subprocess.Popen(
        [*FANPAN, *rest, "--port", str(port)], cwd=work, env=env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        scheme = "https" if "--https" in rest else "http"
        _wait_for(f"{scheme}://localhost:{port}/health", process, home)
    finally:
        os.killpg(process.pid, 15)
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], home: Path) -> None:
    """The service answers, over https without a warning once its certificate is trusted."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert process.poll() is None
        made = list(home.rglob("localhost.crt"))
        trusted = ssl.create_default_context(cafile=str(made[0]) if made else None)
        try:
            assert httpx.get(url, verify=trusted).json()["status"] == "ok"
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_command_of_a_guide_runs_in_order(guide: str, home: Path) -> None:
    found = commands(ROOT / "docs" / f"{guide}.md")
    assert found, guide
    for command in found:
        walk(command, home)
    for name in MADE[guide]:
        assert (home / "work" / name).stat().st_size > 100, name
    if guide == "live":  # last of all back to values
        sheet = load_workbook(home / "work" / "跟踪表.xlsx")["中差评跟踪"]
        assert not [c for row in sheet.iter_rows(min_row=2) for c in row if c.data_type == "f"]


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_says_how_to_begin(guide: str) -> None:
    text = (ROOT / "docs" / f"{guide}.md").read_text("utf-8")
    chinese, english = re.split(r"\n## (?:English|The service)\n", text, maxsplit=1)
    assert "`make setup`" in chinese.split("```")[0]
    assert "`make setup`" in english
    assert re.search(r"^setup:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    headings = {
        re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }
    assert links or page.name == "support.md"
    for link in links:
        target, _, part = link.partition("#")
        if target.startswith("http"):
            continue
        if target:
            assert (page.parent / target).exists(), link
        else:
            assert part in headings, link


@pytest.mark.parametrize("guide", ["libreoffice", "excel", "google", "web"])
def test_guides_stand_in_both_languages_with_a_picture_and_in_the_readme(guide: str) -> None:
    text = (ROOT / "docs" / f"{guide}.md").read_text("utf-8")
    assert "\n## English\n" in text
    assert "](pictures/" in text
    assert f"docs/{guide}.md" in (ROOT / "README.md").read_text("utf-8")


def test_the_guides_name_buttons_as_they_are_called() -> None:
    titles = {button.title("zh") for button in BUTTONS.values()}
    for word in ("刷新", "认领", "发方案", "结案", "看板"):
        assert word in titles
