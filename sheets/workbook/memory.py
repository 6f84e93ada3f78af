"""What the tracker remembers between presses: notes as JSON text on a hidden sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ..snapshot import TableSnapshot, Value

MEMORY: Final = "memory"
CHUNK: Final = 30_000
"""Characters of JSON text per row of the memory sheet."""


def memory_rows(memory: Mapping[str, Any]) -> list[dict[str, Value]]:
    """Notes as rows of the memory sheet: the JSON text of a note, cut into pieces in order."""
    found: list[dict[str, Value]] = []
    for name, value in memory.items():
        text = json.dumps(value, separators=(",", ":"))
        found += [
            {"name": name, "value": text[start : start + CHUNK]}
            for start in range(0, len(text), CHUNK)
        ]
    return found


def read_memory(table: TableSnapshot) -> dict[str, Any]:
    """The notes of the memory sheet; a note that a person damaged is forgotten."""
    texts: dict[str, str] = {}
    for name, value in table.rows("name", "value"):
        if name:
            texts[name] = texts.get(name, "") + (value or "")
    notes: dict[str, Any] = {}
    for name, text in texts.items():
        try:
            notes[name] = json.loads(text)
        except json.JSONDecodeError:
            continue
    return notes
