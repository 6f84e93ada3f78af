"""Buttons over HTTP: on the tables a host sends, or on a tracker file."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from ...functions.messages import Lang, Message
from ...sheets import open as open_sheet
from ...sheets.edits import Edits
from ...sheets.exports import ExportFile, read_export
from ...sheets.remote import (
    RemoteSnapshot,
    edits_json,
    read_remote,
    sheet_json,
    summary_json,
    tables_json,
)
from ...sheets.snapshot import Snapshot
from ...sheets.workbook.guard import of_file
from ...templates.headers import is_header
from ...templates.tracker import load_tracker
from ..buttons.catalogue import BUTTONS, Button, Given
from ..buttons.options import BadOption, moment
from ..press import Needs, press, quiet
from ..tracking import create

Phase = Callable[[str], AbstractContextManager[object]]
_ENDINGS: Final = frozenset({".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"})
_MOST_NAME: Final = 200


class SentFile(BaseModel):
    """A file inside a JSON request."""

    model_config = ConfigDict(extra="forbid")

    name: str
    base64: str


class PressRequest(BaseModel):
    """A press of a button on the tables that a host holds."""

    model_config = ConfigDict(extra="forbid")

    lang: Lang = "zh"
    now: str | None = None
    options: dict[str, Any] = {}
    memory: Annotated[list[tuple[str, str]], Field(max_length=20_000)] = []
    snapshot: RemoteSnapshot
    files: dict[str, SentFile] = {}


def press_remote(button: Button, request: PressRequest, phase: Phase = quiet) -> dict[str, Any]:
    """The edits that the host is to apply."""
    tracker = load_tracker()
    exports = [
        (file.name, _decoded(file.base64)) for name, file in request.files.items() if name == "file"
    ]
    with phase("read"):
        snapshot = read_remote(request.snapshot, request.memory, tracker, request.lang)
        given = _given(button, request.options, request.now, exports)
    with phase("compute"):
        return edits_json(snapshot, button.press(snapshot, given), tracker)


def press_file(
    button: Button,
    tracker: bytes | None,
    exports: Sequence[tuple[str, bytes]],
    options: Mapping[str, Any],
    *,
    name: str = "",
    lang: Lang = "zh",
    now: str | None = None,
    read: Mapping[str, tuple[str, ...]] | None = None,
    phase: Phase = quiet,
) -> dict[str, Any]:
    """Press a button on a tracker file (a new one where none is sent); the file comes back.

    `name` is what its owner calls it; `read` names tables and columns to hand back as they stand
    afterwards.
    """
    given = _given(button, options, now, exports)
    with of_file(_shown(name) or "tracker.xlsx"):
        return pressed(
            tracker,
            lambda snapshot: button.act(snapshot, given),
            button.needs,
            lang,
            phase,
            refresh_at=given.now if button.refreshes else None,
            read=read,
        )


def pressed(
    tracker: bytes | None,
    act: Callable[[Snapshot], Edits],
    needs: Needs,
    lang: Lang,
    phase: Phase,
    *,
    refresh_at: datetime | None = None,
    read: Mapping[str, tuple[str, ...]] | None = None,
) -> dict[str, Any]:
    """What a press does to a tracker file: its summary, and the file as it is afterwards."""
    with TemporaryDirectory(prefix="fanpan-") as folder:
        path = Path(folder) / "tracker.xlsx"
        if tracker is None:
            create(path, lang=lang)
        else:
            path.write_bytes(tracker)
        edits = press(str(path), act, needs, refresh_at=refresh_at, phase=phase)
        content = path.read_bytes()
        found: dict[str, Any] = {
            "summary": summary_json(edits.summary, lang),
            "sheets": [sheet_json(sheet) for sheet in edits.sheets],
            "changed": content != tracker,
            "file": base64.b64encode(content).decode(),
        }
        if read:
            with phase("read"):
                known = _known(read)
                snapshot = open_sheet(str(path)).snapshot(known)
                found["tables"] = tables_json(snapshot, load_tracker())
        return found


def button_named(name: str) -> Button:
    """The button; `BadOption` with the sentence when there is none."""
    found = BUTTONS.get(name)
    if found is None:
        raise BadOption(Message("There is no button {name}.", name=name[:60]))
    return found


def read_json_object(text: str, what: str) -> dict[str, Any]:
    """A JSON object in a form field."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadOption(Message("{option} cannot be read.", option=what))
    return found  # pyright: ignore[reportUnknownVariableType]


def _known(read: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    tracker = load_tracker()
    return {
        table: tuple(name for name in tracker.table(table).by_id if name in columns)
        for table, columns in read.items()
        if table in tracker.by_id and isinstance(columns, list | tuple)
    }


def _given(
    button: Button,
    options: Mapping[str, Any],
    now: str | None,
    exports: Sequence[tuple[str, bytes]],
) -> Given:
    wants = [option for option in button.options if option.type == "file"]
    if wants and not exports:
        raise BadOption(Message("{option} is missing.", option=Message(wants[0].label)))
    files = tuple(_export(name, content) for name, content in exports) if wants else ()
    return Given(moment(now), button.read(options), files)


def _shown(name: str) -> str:
    return re.sub(r"[\\/\x00-\x1f]", "_", name)[-_MOST_NAME:]


def _export(name: str, content: bytes) -> ExportFile:
    """An export that was sent; its name is only ever shown, never used as a path."""
    shown = _shown(name) or "export.csv"
    ending = Path(shown).suffix.lower()
    with TemporaryDirectory(prefix="fanpan-") as folder:
        path = Path(folder) / f"export{ending if ending in _ENDINGS else '.csv'}"
        path.write_bytes(content)
        return read_export(path, is_header, shown)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadOption(Message("{option} cannot be read.", option=Message("Export"))) from None
