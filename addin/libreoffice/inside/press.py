"""A button on the open document: read, ask the service, write in one step that undo takes back."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from ....functions.messages import Lang, Message
from .client import Service
from .places import MEMORY, Place, Refused, find_places
from .reading import read_memory, read_table
from .sheets import put_sheets
from .writing import set_now, write_memory, write_tables


def tracker_places(document: Any, service: Service) -> dict[str, Place]:
    """Where the tables stand; raises `Refused` for a document that is no tracker."""
    places = find_places(document, service.get("/v1/tracker?lang=zh"))
    if not places.keys() - {MEMORY}:
        raise Refused(
            Message(
                "This document has no table of a tracker: make one with fanpan new, or open one."
            )
        )
    return places


def press(
    document: Any,
    places: Mapping[str, Place],
    service: Service,
    button: Mapping[str, Any],
    options: Mapping[str, Any],
    settled: Mapping[str, Any],
) -> list[str]:
    """Press a button; what there is to tell, line by line. Raises what `places` and `client` do."""
    lang = next(place.lang for place in places.values() if place.id != MEMORY)
    edits = service.press(button["name"], _body(document, places, button, options, lang))
    counts: dict[str, int] = {}
    undo = document.UndoManager
    undo.enterUndoContext(f"{settled['brand']}：{button['title']}")
    document.addActionLock()
    try:
        write_tables(document, places, edits["tables"], counts)
        if edits.get("memory") is not None and MEMORY in places:
            write_memory(document, places, edits["memory"])
        if edits.get("now") is not None:
            set_now(document, edits["now"])
        sheets = put_sheets(document, edits.get("sheets") or [], settled["looks"])
    finally:
        document.removeActionLock()
        undo.leaveUndoContext()
    if sheets and document.CurrentController is not None:
        document.CurrentController.setActiveSheet(sheets[0])
    files: list[Mapping[str, Any]] = edits.get("files") or []
    kept = [_keep(document, file) for file in files]
    return [*_told(edits["summary"], counts, lang), *kept]


def _body(
    document: Any,
    places: Mapping[str, Place],
    button: Mapping[str, Any],
    options: Mapping[str, Any],
    lang: str,
) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if name not in {"now", "file"}}
    files: dict[str, Any] = {}
    if options.get("file"):
        path = _path(str(options["file"]))
        try:
            content = path.read_bytes()
        except OSError:
            raise Refused(
                Message("{file} cannot be opened: choose another file.", file=path)
            ) from None
        files["file"] = {"name": path.name, "base64": base64.b64encode(content).decode()}
    return {
        "lang": lang,
        "now": options.get("now") or datetime.now().replace(microsecond=0).isoformat(),
        "options": given,
        "memory": read_memory(places),
        "snapshot": {
            "name": document.Title,
            "tables": {
                table: read_table(places[table], columns)
                for table, columns in button["needs"].items()
                if table in places
            },
        },
        "files": files,
    }


def _path(text: str) -> Path:
    """The path of a file: address, as file dialogs give it, or of a plain path."""
    return Path(unquote(urlparse(text).path)) if text.startswith("file:") else Path(text)


def _told(summary: Mapping[str, Any], counts: Mapping[str, int], lang: str) -> list[str]:
    language: Lang = "en" if lang == "en" else "zh"
    lines = [
        *summary["text"],
        Message(
            "{cells} cells changed, {rows} rows added.",
            cells=counts.get("cells", 0),
            rows=counts.get("rows", 0),
        ).text(language),
    ]
    if counts.get("kept"):
        lines.append(
            Message("{count} cells hold a formula and were left alone.", count=counts["kept"]).text(
                language
            )
        )
    for notice in summary["notices"]:
        where = " · ".join(notice[key] for key in ("table", "row", "column") if notice[key])
        lines.append(f"{where}：{notice['message']}" if where else notice["message"])
    return lines


def _keep(document: Any, file: Mapping[str, Any]) -> str:
    """Put a file beside the document, or at home while it has no place of its own."""
    home = Path.home()
    if document.URL.startswith("file://"):
        home = _path(str(document.URL)).parent
    path = home / Path(file["name"]).name
    path.write_bytes(base64.b64decode(file["base64"]))
    return str(path)
