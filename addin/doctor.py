"""What this machine has of what Fanpan uses, and what to do about what is missing."""

from __future__ import annotations

import platform
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..functions.mainland import mainland_days
from ..functions.messages import Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis."""

    message: Message
    needed_and_missing: bool = False


def diagnose() -> Iterator[Finding]:
    """All findings, most basic first."""
    yield Finding(
        Message(
            "Fanpan {version}, Python {python}, {system}",
            version=version("fanpan"),
            python=platform.python_version(),
            system=platform.platform(),
        ),
        sys.version_info < (3, 11),
    )
    for package in _required():
        try:
            yield Finding(Message("{package} {version}", package=package, version=version(package)))
        except PackageNotFoundError:
            yield Finding(Message("{package} is missing: run make setup.", package=package), True)
    yield _zone()
    yield Finding(
        Message(
            "Mainland holidays and make-up days are known until the end of {year}.",
            year=mainland_days().last_year,
        )
    )
    for program, purpose in (
        ("soffice", Message("PDF and PNG of reports")),
        ("pdftoppm", Message("PNG of reports")),
    ):
        path = shutil.which(program)
        if path is None:
            yield Finding(
                Message(
                    "{program} is not installed ({purpose}): install LibreOffice and "
                    "poppler-utils, or do without.",
                    program=program,
                    purpose=purpose,
                )
            )
        else:
            yield Finding(Message("{program}: {path}", program=program, path=path))


def _required() -> Iterator[str]:
    """The packages that the project itself says it cannot run without."""
    for requirement in requires("fanpan") or ():
        if "extra ==" not in requirement:
            yield re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _zone() -> Finding:
    try:
        ZoneInfo("Asia/Shanghai")
    except ZoneInfoNotFoundError:
        return Finding(Message("Time zone data is missing: pip install tzdata."), True)
    return Finding(Message("Time zone data is there."))
