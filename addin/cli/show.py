"""What the command line prints: progress, summaries, problems, one-sentence errors."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ...functions.messages import Lang, Message, translate
from ...sheets.edits import Edits, Notice, Summary

# The catalogue of what the commands say comes with this package, whichever command is loaded.
import_module("...templates", __package__)

COUNTS = {
    "rows_read": "rows read",
    "rows_added": "rows added",
    "rows_updated": "rows updated",
    "rows_skipped": "rows skipped",
    "cells_changed": "cells changed",
    "cells_locked": "cells left alone (formulas, merges)",
    "cells_taken_back": "people's values taken out of computed cells",
    "customers_added": "customers added",
    "problems": "problems",
    "problem_rows": "rows with problems",
}
_PHASES = {"read": "Reading", "compute": "Computing", "write": "Writing", "draw": "Drawing"}
_MOST_NOTICES = 30
_LEVELS = {"info": "dim", "warning": "yellow", "error": "red"}


class Screen:
    """Where one command prints: results on standard output, errors and progress on the other."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.out = Console(highlight=False, soft_wrap=True)
        self.err = Console(stderr=True, highlight=False, soft_wrap=True)
        self._progress: Progress | None = None

    def say(self, message: Message, style: str = "") -> None:
        """One sentence."""
        self.out.print(escape(message.text(self.lang)), style=style or None)

    def error(self, message: Message, where: str = "") -> None:
        """One sentence that says what is wrong, where, and what to do."""
        text = message.text(self.lang)
        self.err.print(escape(f"{where}: {text}" if where else text), style="red")

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        """A spinner with the time taken, while one phase of a command runs."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
        )
        shown = self.err.is_terminal
        with Progress(*columns, console=self.err, disable=not shown) as progress:
            progress.add_task(translate(_PHASES.get(name, name), self.lang), total=None)
            self._progress = progress
            try:
                yield
            finally:
                self._progress = None

    @contextmanager
    def asking(self) -> Generator[None]:
        """The spinner stands still while a person is asked; it would draw over the question."""
        progress = self._progress
        if progress is not None:
            progress.stop()
        try:
            yield
        finally:
            if progress is not None:
                progress.start()

    def summary(self, edits: Edits, *, all_notices: bool = False) -> None:
        """What a button did."""
        summary = edits.summary
        for line in summary.lines:
            self.say(line)
        counts = [
            f"{translate(label, self.lang)} {summary.counts[name]:,}"
            for name, label in COUNTS.items()
            if summary.counts.get(name)
        ]
        if counts:
            self.out.print(escape(("，" if self.lang == "zh" else ", ").join(counts)))
        elif not summary.lines:
            self.say(Message("Nothing to do: everything is up to date."))
        self.notices(summary, len(summary.notices) if all_notices else _MOST_NOTICES)

    def notices(self, summary: Summary, most: int) -> None:
        """The problems as a table."""
        if not summary.notices:
            return
        table = Table(show_edge=False, pad_edge=False)
        for title in ("table", "row", "column", "problem and remedy"):
            table.add_column(translate(title, self.lang), overflow="fold")
        for notice in summary.notices[:most]:
            table.add_row(*self._cells(notice), style=_LEVELS[notice.level])
        self.out.print(table)
        left = len(summary.notices) - most
        if left > 0:
            self.say(Message("… and {count} more: fanpan check shows all.", count=left))

    def _cells(self, notice: Notice) -> tuple[str, str, str, str]:
        return (
            escape(notice.table),
            escape(notice.row),
            escape(notice.column),
            escape(notice.message.text(self.lang)),
        )
