"""A real LibreOffice for tests, driven through UNO by Debian's own Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fanpan.sheets.workbook.render import run_soffice, soffice_folder

from .service import free_port

PYTHON = "/usr/bin/python3"
_CONNECT = """
import json, sys, time, uno
from com.sun.star.beans import PropertyValue

def prop(name, value):
    found = PropertyValue(); found.Name = name; found.Value = value
    return found

def connect(port):
    resolver = uno.getComponentContext().ServiceManager.createInstance(
        "com.sun.star.bridge.UnoUrlResolver")
    for _ in range(300):
        try:
            context = resolver.resolve(
                f"uno:socket,host=127.0.0.1,port={port};urp;StarOffice.ComponentContext")
            break
        except Exception:
            time.sleep(0.1)
    return context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context)

port, path, options = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
desktop = connect(port)
document = desktop.loadComponentFromURL(
    "file://" + path, "_blank", 0, (prop("Hidden", True),))
result = None
"""
_DONE = """
document.close(True)
print(json.dumps(result))
"""


class Office:
    """A running LibreOffice."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._port = port

    def run(self, file: Path, script: str, **options: Any) -> Any:
        """Open a copy of `file`, run `script` on `document`, give back its `result`.

        With `save=True` the document is saved as .xlsx over `file` afterwards.
        """
        copy = self.folder / f"work{time.monotonic_ns()}{file.suffix}"
        shutil.copyfile(file, copy)
        os.chmod(copy, 0o666)
        os.chmod(self.folder, 0o777)
        saving = (
            'document.storeToURL("file://" + path, '
            '(prop("FilterName", "Calc MS Excel 2007 XML"),))\n'
            if options.get("save")
            else ""
        )
        done = subprocess.run(
            [PYTHON, "-c", _CONNECT + script + "\n" + saving + _DONE, str(self._port), str(copy),
             json.dumps(options)],
            capture_output=True, check=False, timeout=240,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        if saving:
            shutil.copyfile(copy, file)
        copy.unlink()
        return json.loads(done.stdout.decode().strip().splitlines()[-1])


@contextmanager
def office() -> Generator[Office]:
    """LibreOffice with a profile of its own, until the block ends."""
    assert Path(PYTHON).exists(), "Debian's python3 with python3-uno is needed"
    assert sys.platform == "linux"
    with soffice_folder() as folder:
        port = free_port()
        accept = f"--accept=socket,host=127.0.0.1,port={port};urp;"
        thread = threading.Thread(
            target=lambda: run_soffice([accept], folder, timeout=900), daemon=True
        )
        thread.start()
        running = Office(folder, port)
        try:
            yield running
        finally:
            subprocess.run(["pkill", "-9", "-f", f"port={port}"], check=False)
            thread.join(30)
