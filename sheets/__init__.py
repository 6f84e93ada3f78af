"""Where a table lives: one adapter per place, found by what a person can copy."""

from __future__ import annotations

from pathlib import Path

from ..functions.messages import Message
from .errors import NotFound
from .protocol import Sheet


def open(link: str) -> Sheet:
    """The tracker that a path or link names."""
    from .workbook.adapter import Workbook

    if "://" in link or link.startswith("excel:"):
        raise NotFound(
            Message("{link}: live shared tables are not supported yet; give a file.", link=link)
        )
    path = Path(link)
    if not path.is_file():
        raise NotFound(
            Message(
                "There is no file {path}: check the name, or make one with fanpan new.", path=path
            )
        )
    return Workbook(path)
