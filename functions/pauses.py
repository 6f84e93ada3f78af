"""Waiting intervals: as text, `2026-03-02 10:00~2026-03-02 11:00；…`, and put together.

An open end still waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeAlias

from .messages import Message
from .values import CellFault, normalise, parse_moment

Pause: TypeAlias = Sequence["datetime | str | None"] | Mapping[str, "datetime | str | None"]
"""Start and end during which a clock stands still, in this order or by these names; an end of None
is still going on."""
Pauses: TypeAlias = tuple[tuple[datetime, datetime | None], ...]

_SEPARATOR: Final = re.compile(r"[;；\n]+")
_MARK: Final = re.compile(r"[~〜至]")  # the full-width ～ becomes ~ before


@lru_cache(maxsize=4096)
def read_pauses(text: str) -> Pauses:
    """Parse the text of the pauses column; several clocks of a row ask for the same text.

    >>> read_pauses("2026-03-02 10:00~2026-03-02 11:00；2026-03-02 15:00~")[1]
    (datetime.datetime(2026, 3, 2, 15, 0), None)
    """
    parts = (normalise(part) for part in _SEPARATOR.split(text))
    return tuple(_read(part) for part in parts if part)


def _read(part: str) -> tuple[datetime, datetime | None]:
    try:
        begin, end = _MARK.split(part)
        pause = parse_moment(begin), parse_moment(end) if end.strip() else None
        if pause[1] is not None and pause[1] < pause[0]:
            raise ValueError(part)
    except (ValueError, TypeError):  # TypeError: one end with an offset, the other without
        raise CellFault(
            Message(
                "The pause “{pause}” cannot be read; expected 2026-03-02 10:00~2026-03-02 11:00.",
                pause=f"{part:.40}",
            )
        ) from None
    return pause


def write_pauses(pauses: Iterable[tuple[datetime, datetime | None]]) -> str:
    """Intervals as the text that `read_pauses` reads.

    >>> write_pauses([(datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11, 0, 30))])
    '2026-03-02 10:00:00~2026-03-02 11:00:30'
    """
    return "；".join(
        f"{begin:%Y-%m-%d %H:%M:%S}~" + ("" if end is None else f"{end:%Y-%m-%d %H:%M:%S}")
        for begin, end in pauses
    )


def merged(
    pauses: Iterable[Pause], instant: Callable[[datetime], float]
) -> Iterator[tuple[float, float | None]]:
    """Pauses as instants, sorted and merged; the one still going on last."""
    found = sorted(
        (
            (instant(_moment(begin)), None if end is None else instant(_moment(end)))
            for begin, end in map(_ends, pauses)
            if begin is not None
        ),
        key=lambda pause: (pause[0], pause[1] is None, pause[1] or 0),
    )
    current: tuple[float, float | None] | None = None
    for begin, end in found:
        if current is None:
            current = begin, end
        elif current[1] is None:
            break
        elif begin <= current[1]:
            current = current[0], None if end is None else max(current[1], end)
        else:
            yield current
            current = begin, end
    if current is not None:
        yield current


def _ends(pause: Pause) -> Sequence[datetime | str | None]:
    return (pause["start"], pause.get("end")) if isinstance(pause, Mapping) else pause


def _moment(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
