"""Errors that reach a person: one sentence, where it is, what to do."""

from __future__ import annotations

from typing import Final

from ..functions.messages import Lang, Message

MISSING_TABLE: Final = Message(
    "There is no such table: take its sheet from the backup, or give sheet and columns their "
    "titles again. Until then it counts as empty."
)


class FanpanError(Exception):
    """What went wrong, with the file, table, row and column where it did."""

    def __init__(
        self, message: Message, *, table: str = "", row: str = "", column: str = ""
    ) -> None:
        super().__init__(message.text())
        self.message = message
        self.file = ""
        self.table = table
        self.row = row
        self.column = column

    def where(self, lang: Lang) -> str:
        """The place in words, blank where the sentence needs none."""
        row = Message("row {row}", row=self.row).text(lang) if self.row else ""
        return " · ".join(part for part in (self.file, self.table, row, self.column) if part)


class NotFound(FanpanError):
    """There is no tracker at this path or link."""


class NotReadable(FanpanError):
    """The file is damaged, protected, of another kind, or too large."""


class FileChanged(FanpanError):
    """The file changed after it was read; nothing was written."""


class FileBusy(FanpanError):
    """Another program holds the file open, or is writing it."""


class CannotSave(FanpanError):
    """The file could not be written: disk full, no permission."""


class Ambiguous(FanpanError):
    """Two columns or sheets could be meant, or one is not ours; nothing is touched."""


class TotalRow(FanpanError):
    """New rows cannot stand below a table's row of totals; nothing was written."""
