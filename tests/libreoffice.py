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
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="UILocale">
<value>{lang}</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale"><value>{lang}</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion">
<value>99.9</value></prop></item>
</oor:items>
"""
_CONNECT = """
import json, os, sys, time, uno
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
    "file://" + path, "_blank", 0, (prop("Hidden", not options.get("window")),))
result = None
"""
END = """
print(json.dumps(result), flush=True)
os._exit(0)  # the bridge of 7.4 now and then crashes while the interpreter is taken down
"""
_DONE = "document.close(True)" + END


class Office:
    """A running LibreOffice."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self._port = port

    def run(self, file: Path, script: str, **options: Any) -> Any:
        """Open a copy of `file`, run `script` on `document`, give back its `result`.

        With `save=True` the document is saved as .xlsx over `file` afterwards; with `window=True`
        it has a window, without which LibreOffice (7.4) cannot take back a new sheet.
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
        assert done.returncode == 0, f"{done.returncode}: {done.stderr.decode()}"
        if saving:
            shutil.copyfile(copy, file)
        copy.unlink()
        return json.loads(done.stdout.decode().strip().splitlines()[-1])


def unopkg(folder: Path, *args: str) -> str:
    """Run LibreOffice's extension manager as the user that LibreOffice runs as."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 65534, 65534)
    done = subprocess.run(
        [*(user if os.geteuid() == 0 else []), "env", f"HOME={folder}", "unopkg", *args, profile],
        capture_output=True, text=True, check=False, timeout=120, cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(extension: Path, folder: Path) -> None:
    """Install an extension for the profile in `folder`."""
    copy = folder / extension.name
    shutil.copyfile(extension, copy)
    unopkg(folder, "add", "-f", "--suppress-license", str(copy))
    listed = unopkg(folder, "list")
    assert listed.count("is registered: yes") >= 5, listed
    assert "is registered: no" not in listed, listed


def set_language(folder: Path, lang: str) -> None:
    """Let the LibreOffice of this folder speak a language, and ask nothing when it starts."""
    profile = folder / "profile" / "user" / "registrymodifications.xcu"
    written = _PROFILE.format(lang=lang)
    if profile.exists():  # what the extension manager noted stays
        body = written[written.index("<item") : written.index("</oor:items>")]
        noted = profile.read_text("utf-8")
        written = noted.replace("</oor:items>", f"{body}</oor:items>")
    profile.write_text(written, "utf-8")


@contextmanager
def office(extension: Path | None = None, lang: str = "") -> Generator[Office]:
    """LibreOffice with a profile of its own, and with `extension`, until the block ends."""
    assert Path(PYTHON).exists(), "Debian's python3 with python3-uno is needed"
    assert sys.platform == "linux"
    with soffice_folder() as folder:
        if extension is not None:
            install(extension, folder)
        if lang:
            set_language(folder, lang)
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
