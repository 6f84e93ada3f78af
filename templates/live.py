"""Live mode: which computed columns may be formulas of a spreadsheet program, and these formulas.

One line of `tracker.toml` serves both modes: refresh computes it in Python, `hostformula` writes it
down for a host. A column stays a value where a formula would be wrong: when its value is frozen
with the solution (an offer that was made must not change), or when it needs a step of refresh that
looks at many rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..functions.messages import Lang, Message
from .areas import Area
from .formula import parse_formula
from .hostformula import MANY_ROWS, HostFormulas, LiveHost, NotLive
from .tracker import Column, Tracker

LIVE_HOSTS: Final[tuple[LiveHost, ...]] = ("excel", "libreoffice", "google")
GOOGLE_ROWS: Final = 2_000
"""Rows up to which a range formula answers within the 30 seconds that Google gives it."""
_LONGEST: Final[Mapping[LiveHost, int]] = {"excel": 8_000, "libreoffice": 8_000, "google": 40_000}
"""Characters of a formula, below what the program takes."""


class LiveFormulas:
    """The live columns of one workbook for one host."""

    def __init__(
        self,
        tracker: Tracker,
        areas: Mapping[str, Area],
        host: LiveHost,
        lang: Lang,
        *,
        rules: str,
        now: str,
    ) -> None:
        """`rules` and `now` are absolute references to the two cells that all formulas share."""
        self._tracker = tracker
        self._areas = areas
        self._longest = _LONGEST[host]
        self._formulas = HostFormulas(tracker, areas, host, lang, {"rules": rules, "now": now})
        self._live: dict[str, tuple[dict[str, str], dict[str, Message]]] = {}

    def of(self, table: str) -> Mapping[str, str]:
        """Live column → formula without "="; `ROW` stands for the row number, and for Google the
        one formula fills the whole column."""
        return self._written(table)[0]

    def kept(self, table: str) -> Mapping[str, Message]:
        """Computed column that stays a value → why."""
        return self._written(table)[1]

    def _written(self, table: str) -> tuple[dict[str, str], dict[str, Message]]:
        if table not in self._live:
            live: dict[str, str] = {}
            kept: dict[str, Message] = {}
            for column in self._tracker.table(table).out:
                if column.id not in self._areas[table].columns or column.later:
                    continue
                try:
                    live[column.id] = self._formula(table, column)
                except NotLive as why:
                    kept[column.id] = why.reason
            self._live[table] = live, kept
        return self._live[table]

    def _formula(self, table: str, column: Column) -> str:
        if column.formula is None:
            raise NotLive(MANY_ROWS)
        if column.freezes == "solution":
            raise NotLive(Message("Its value is frozen with the solution."))
        text = self._formulas.write(table, parse_formula(column.formula))
        if len(text) > self._longest:
            raise NotLive(Message("The formula would be longer than a cell holds."))
        return text
