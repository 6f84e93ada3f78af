"""Waiting intervals as text: `2026-03-02 10:00~2026-03-02 11:00；…`; an open end is still waiting."""

from __future__ import annotations

import re
from datetime import datetime

from .messages import Message
from .values import CellFault, normalise, parse_moment

_SEPARATOR = re.compile(r"[;；\n]+")


def read_pauses(text: str | None) -> list[tuple[datetime, datetime | None]]:
    """Parse the text of the pauses column.

    >>> read_pauses("2026-03-02 10:00~2026-03-02 11:00；2026-03-02 15:00~")[1]
    (datetime.datetime(2026, 3, 2, 15, 0), None)
    """
    pauses: list[tuple[datetime, datetime | None]] = []
    for part in _SEPARATOR.split(text or ""):
        part = normalise(part)
        if not part:
            continue
        begin, mark, end = part.partition("~")
        try:
            if not mark:
                raise ValueError(part)
            pauses.append((parse_moment(begin), parse_moment(end) if end.strip() else None))
        except ValueError:
            raise CellFault(
                Message(
                    "The pause “{pause}” cannot be read; expected 2026-03-02 10:00~2026-03-02 11:00.",
                    pause=f"{part:.40}",
                )
            ) from None
    return pauses
