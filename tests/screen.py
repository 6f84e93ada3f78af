"""LibreOffice with its windows, on a screen of its own, as a person sees it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image, ImageGrab

from fanpan.sheets.workbook.render import soffice_folder

from .libreoffice import END, PYTHON, install, set_language
from .service import free_port

SIZE = (1440, 860)
_CONNECT = """
import json, os, sys, time, uno
port, options = int(sys.argv[1]), json.loads(sys.argv[2])
resolver = uno.getComponentContext().ServiceManager.createInstance(
    "com.sun.star.bridge.UnoUrlResolver")
for attempt in range(600):
    try:
        context = resolver.resolve(
            f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
        desktop = context.ServiceManager.createInstanceWithContext(
            "com.sun.star.frame.Desktop", context)
        document = desktop.getCurrentComponent()
        if document is not None and document.CurrentController is not None:
            break
    except Exception:
        pass
    time.sleep(0.1)
toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
frame = document.CurrentController.Frame
def dispatch(url, target=""):
    helper = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.DispatchHelper", context)
    helper.executeDispatch(frame, url, target, 0, ())
def windows():
    return [toolkit.getTopWindow(at) for at in range(toolkit.getTopWindowCount())]
def tree(node, depth=0, most=16):
    "Every accessible thing below `node`, as [role, name, description]."
    try:
        found = node.getAccessibleContext()
        count = found.getAccessibleChildCount()
    except Exception:
        return []
    here = [[found.getAccessibleRole(), found.getAccessibleName(),
             found.getAccessibleDescription()]]
    if depth < most and count < 500:
        for at in range(count):
            try:
                here += tree(found.getAccessibleChild(at), depth + 1, most)
            except Exception:
                pass
    return here
result = None
"""


class Screen:
    """A screen with one LibreOffice on it."""

    def __init__(self, display: str, port: int) -> None:
        self._display = display
        self._port = port

    def run(self, script: str, **options: Any) -> Any:
        """Run a script of UNO on the open document; it leaves its answer in `result`."""
        done = subprocess.run(
            [PYTHON, "-c", f"{_CONNECT}\n{script}\n{END}",
             str(self._port), json.dumps(options)],
            capture_output=True, check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout.decode().strip().splitlines()[-1])

    def keys(self, *names: str) -> None:
        """Press keys, as xdotool names them."""
        self._tool("key", "--delay", "120", *names)

    def click(self, x: int, y: int) -> None:
        """Click a point of the screen."""
        self._tool("mousemove", str(x), str(y), "click", "1")

    def picture(self) -> Image.Image:
        """What the screen shows."""
        return ImageGrab.grab(xdisplay=self._display)

    def _tool(self, *args: str) -> None:
        env = {**os.environ, "DISPLAY": self._display}
        subprocess.run(["xdotool", *args], env=env, check=True, timeout=30)


@contextmanager
def screen(extension: Path, document: Path, lang: str = "zh-CN") -> Generator[Screen]:
    """LibreOffice with `extension` and a copy of `document` open, until the block ends."""
    with soffice_folder() as folder, _display() as display:
        install(extension, folder)
        set_language(folder, lang)
        copy = folder / document.name
        shutil.copyfile(document, copy)
        port = free_port()
        user: list[str] = []
        if os.geteuid() == 0:
            user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
            for path in (folder, *folder.rglob("*")):
                os.chown(path, 65534, 65534)
        process = subprocess.Popen(
            [*user, "env", f"HOME={folder}", f"DISPLAY={display}", "SAL_USE_VCLPLUGIN=gen",
             "soffice", "--norestore", "--nologo", "--nofirststartwizard",
             f"-env:UserInstallation={(folder / 'profile').as_uri()}",
             f"--accept=socket,host=127.0.0.1,port={port};urp;", str(copy)],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        found = Screen(display, port)
        try:
            found.run(f"frame.ContainerWindow.setPosSize(0, 0, {SIZE[0]}, {SIZE[1]}, 15)")
            yield found
        finally:
            os.killpg(process.pid, 9)
            process.wait()


@contextmanager
def _display() -> Generator[str]:
    read, write = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24",
         "-nolisten", "tcp"],
        pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            yield f":{pipe.readline().strip()}"
    finally:
        process.terminate()
        process.wait()
