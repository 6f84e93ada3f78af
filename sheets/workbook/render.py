"""Workbook → PDF through LibreOffice, PDF → PNG through poppler."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from xml.sax.saxutils import unescape

from ...functions.messages import Message
from ..errors import FanpanError
from .book import Book, attributes
from .zipcopy import copy_zip

_NOBODY: Final = 65534
"""The unprivileged user of Linux; root lends it LibreOffice, which refuses some work to root."""
_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)


def to_pdf(
    xlsx: Path, pdf: Path, *, sheets: Sequence[str] | None = None, timeout: float = 300
) -> None:
    """Write `pdf` with the visible sheets of a workbook, or with those named in `sheets`.

    The whole workbook is loaded: for a report out of a large tracker, `report.write_sheets` a
    workbook of its own first. Raises FanpanError when LibreOffice is absent, fails or takes longer
    than `timeout` seconds, or when a sheet is not there.
    """
    if sheets is None:
        convert(xlsx, "pdf", pdf, timeout=timeout)
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / xlsx.name
        book = Book.read(xlsx)
        copy_zip(xlsx, copy, {book.part: _show_only(book, sheets).encode()})
        convert(copy, "pdf", pdf, timeout=timeout)


def to_png(pdf: Path, folder: Path, dpi: int = 110) -> list[Path]:
    """One picture per page of `pdf` in `folder`, named after it; gives them in order.

    Raises FanpanError when pdftoppm is absent or cannot read the file.
    """
    program = shutil.which("pdftoppm")
    if program is None:
        raise FanpanError(
            Message(
                "pdftoppm is not installed, so there are no pictures; install poppler "
                "(Debian: apt-get install poppler-utils)."
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        done = subprocess.run(
            [program, "-r", str(dpi), "-png", str(pdf), str(Path(made) / pdf.stem)],
            capture_output=True,
            check=False,
        )
        pages = sorted(Path(made).glob("*.png"))
        if done.returncode or not pages:
            raise FanpanError(Message("{file} could not be turned into pictures.", file=pdf.name))
        return [page.replace(folder / page.name) for page in pages]


def convert(source: Path, to: str, target: Path, *, timeout: float = 300) -> None:
    """Have LibreOffice load `source` and save it as `target` in the format `to` (`pdf`, `xlsx`,
    `ods`, or with a filter as in `csv:…`). Raises FanpanError as `to_pdf`."""
    with soffice_folder() as folder:
        inside = folder / f"source{source.suffix}"
        shutil.copyfile(source, inside)
        out = folder / "out"
        out.mkdir()
        run_soffice(
            ["--convert-to", to, "--outdir", str(out), str(inside)], folder, timeout=timeout
        )
        made = list(out.iterdir())
        if not made:
            raise FanpanError(
                Message("LibreOffice could not read or convert {file}.", file=source.name)
            )
        shutil.copyfile(made[0], target)


@contextmanager
def soffice_folder() -> Generator[Path]:
    """A temporary folder that the user running LibreOffice may enter."""
    with tempfile.TemporaryDirectory(prefix="fanpan-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def run_soffice(
    args: Sequence[str], cwd: Path, *, timeout: float = 300
) -> subprocess.CompletedProcess[bytes]:
    """Run LibreOffice without a window, with a profile of its own in `cwd`.

    `cwd` is a temporary folder (see `soffice_folder`): where we are root, it and all in it are
    given to an unprivileged user, under whom LibreOffice then runs. Its exit status says little:
    judge by the files it made. Raises FanpanError when LibreOffice is absent or takes longer than
    `timeout` seconds.
    """
    command = [
        _soffice(),
        "--headless",
        "--norestore",
        "--nologo",
        "--nodefault",
        f"-env:UserInstallation={(cwd / 'profile').as_uri()}",
        *args,
    ]
    if sys.platform != "win32" and os.geteuid() == 0:
        command = [*_as_nobody(), "env", f"HOME={cwd}", *command]
        for path in (cwd, *cwd.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY)
    with subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            out, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise FanpanError(
                Message(
                    "LibreOffice was not done after {seconds} seconds and was stopped; try again, "
                    "or with a smaller file.",
                    seconds=f"{timeout:g}",
                )
            ) from None
        finally:
            # The program is a chain of processes; ending the first alone leaves the others.
            _end(process)
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


def _end(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _soffice() -> str:
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            return found
    for place in _PLACES:
        if Path(place).exists():
            return place
    raise FanpanError(
        Message(
            "LibreOffice is not installed, so there is no PDF; install it (www.libreoffice.org, "
            "Debian: apt-get install libreoffice-calc) and try again. The workbook itself is done."
        )
    )


def _as_nobody() -> list[str]:
    if program := shutil.which("setpriv"):
        return [program, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    if program := shutil.which("runuser"):
        return [program, "-u", "nobody", "--"]
    return []


def _show_only(book: Book, sheets: Sequence[str]) -> str:
    """The workbook part with all other sheets hidden."""
    known = {sheet.name for sheet in book.sheets}
    for name in sheets:
        if name not in known:
            raise FanpanError(
                Message('There is no sheet "{sheet}" in {file}.', sheet=name, file=book.path.name)
            )
    text = book.text(book.part)

    def shown(match: re.Match[str]) -> str:
        tag = re.sub(r"\s+state=[\"']\w+[\"']", "", match[0])
        if unescape(attributes(tag).get("name", ""), {"&quot;": '"', "&apos;": "'"}) in sheets:
            return tag
        return re.sub(r"^(<[\w:]+)", r'\1 state="hidden"', tag)

    text = re.sub(r"""<(?:\w+:)?sheet\s(?:[^>"']|"[^"]*"|'[^']*')*>""", shown, text)

    # LibreOffice prints the print area of a hidden sheet, too.
    hidden = {str(n) for n, sheet in enumerate(book.sheets) if sheet.name not in sheets}

    def kept(match: re.Match[str]) -> str:
        given = attributes(match[1])
        area = given.get("name") == "_xlnm.Print_Area" and given.get("localSheetId") in hidden
        return "" if area else match[0]

    text = re.sub(r"(<(?:\w+:)?definedName\b[^>]*>)[^<]*</(?:\w+:)?definedName>", kept, text)
    first = next(number for number, sheet in enumerate(book.sheets) if sheet.name in sheets)
    # The active sheet must be a visible one.
    view = r"""(<(?:\w+:)?workbookView\b)((?:[^>"']|"[^"]*"|'[^']*')*>)"""

    def opened(match: re.Match[str]) -> str:
        rest = re.sub(r"""\s+(?:firstSheet|activeTab)=["']\d+["']""", "", match[2])
        return f'{match[1]} activeTab="{first}"{rest}'

    return re.sub(view, opened, text)
