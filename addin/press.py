"""Press a button on a tracker: read what it needs, compute, write once.

A button is a pure function from a snapshot to edits. Whatever it changed, refresh then computes on,
in memory, so that the file is saved once and undo takes back the whole press.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime
from typing import Final, TypeAlias

from ..sheets import open as open_sheet
from ..sheets.applying import applied, merged
from ..sheets.edits import Edits
from ..sheets.errors import FileChanged
from ..sheets.snapshot import Snapshot
from ..templates.tracker import load_tracker
from . import refresh as refreshing

Needs: TypeAlias = Mapping[str, tuple[str, ...]]
Button: TypeAlias = Callable[[Snapshot], Edits]
Phase: TypeAlias = Callable[[str], AbstractContextManager[object]]
"""Tells the person which phase of the press is running: `with phase("read"): …`."""


_ATTEMPTS: Final = 3


def quiet(_name: str) -> AbstractContextManager[object]:
    """A `Phase` that says nothing."""
    return nullcontext()


def press(
    link: str,
    button: Button,
    needs: Needs,
    *,
    refresh_at: datetime | None = None,
    phase: Phase = quiet,
) -> Edits:
    """Press a button on the tracker at `link`; the edits that were applied come back.

    With `refresh_at` the out cells are brought up to date for that moment in the same save. When
    somebody saves the tracker in between, the press begins again with what stands there now.
    """
    wanted = union(needs, refreshing.needs()) if refresh_at else needs
    with _no_search_for_cycles():
        for _ in range(_ATTEMPTS - 1):
            with suppress(FileChanged):
                return _press_once(link, button, wanted, refresh_at, phase)
        return _press_once(link, button, wanted, refresh_at, phase)


@contextmanager
def _no_search_for_cycles() -> Generator[None]:
    """A press makes millions of cells and no cycles: looking for some took a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _press_once(
    link: str, button: Button, wanted: Needs, refresh_at: datetime | None, phase: Phase
) -> Edits:
    with phase("read"):
        sheet = open_sheet(link)
        snapshot = sheet.snapshot(wanted)
    with phase("compute"):
        edits = compute(snapshot, button, refresh_at=refresh_at)
    if edits:
        with phase("write"):
            done = sheet.apply(edits)
        for name, amount in done.counts.items():
            edits.summary.counts.setdefault(name, amount)
        edits.summary.notices.extend(done.notices)
    return edits


def compute(snapshot: Snapshot, button: Button, *, refresh_at: datetime | None = None) -> Edits:
    """What a button does to a snapshot, with the refresh that follows it; nothing is written."""
    edits = button(snapshot)
    if refresh_at is None:
        return edits
    tracker = load_tracker()
    computed = refreshing.refresh(applied(snapshot, edits, tracker), now=refresh_at)
    if "rows_read" in edits.summary.counts:  # of its own: the refresh reads none besides
        computed.summary.counts.pop("rows_read", None)
    return merged(edits, computed, tracker)


def union(first: Needs, second: Needs) -> dict[str, tuple[str, ...]]:
    """Tables and columns that either of two buttons needs."""
    return {
        table: tuple(dict.fromkeys((*first.get(table, ()), *second.get(table, ()))))
        for table in {**first, **second}
    }
