"""A tracker file from first to last: make it, take back the last press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ..functions.messages import Lang, Message
from ..sheets.edits import Summary
from ..sheets.errors import FanpanError, NotFound
from ..sheets.snapshot import Value
from ..sheets.workbook.adapter import Workbook
from ..sheets.workbook.create import create_workbook
from ..sheets.workbook.forms import Form
from ..sheets.workbook.saving import restore_backup
from ..templates.tracker import load_tracker
from .buttons.new import starting_rows


class Exists(FanpanError):
    """A new tracker is never written over a file that is there."""


class WrongEnding(FanpanError):
    """A tracker file ends in .xlsx."""


def create(
    path: Path,
    *,
    lang: Lang,
    hours: str | None = None,
    rows: Mapping[str, Sequence[Mapping[str, Value]]] | None = None,
) -> None:
    """Make a tracker workbook with the default rules, and `rows` in its tables if given."""
    if path.exists():
        raise Exists(
            Message("{path} is there already: choose another name, or delete it first.", path=path)
        )
    if path.suffix.lower() != ".xlsx":
        raise WrongEnding(Message("{path}: the name of a tracker ends in .xlsx.", path=path))
    if not path.parent.is_dir():
        raise NotFound(
            Message("There is no folder {folder}: make it first.", folder=path.resolve().parent)
        )
    create_workbook(path, load_tracker(), {**starting_rows(lang, hours), **(rows or {})}, lang)


def convert(path: Path, form: Form, *, now: datetime) -> Summary:
    """Write a tracker's computed columns as values or as formulas of one program, in one save."""
    return Workbook(path).convert(form, now)


def undo(path: Path) -> None:
    """Put back the version before the last press, unless the file has changed since."""
    restore_backup(Workbook(path).path)
