"""How workbooks look: palette, number formats, highlights. Data only, shared by all writers.

Styles are dictionaries of XlsxWriter format properties; nothing here imports XlsxWriter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from ...functions.messages import Lang
from ...templates.tracker import Column, ColumnType, Part, Table
from ..edits import CellStyle

Style: TypeAlias = Mapping[str, Any]
Tone = Literal["bad", "warn", "good", "info", "gold", "over", "problem", "muted"]

# Every Chinese Windows and every Office for Mac has it; elsewhere the system's CJK font stands in.
FONT: Final = "Microsoft YaHei"
INK: Final = "#1F2937"
GREY: Final = "#6B7280"
LINE: Final = "#E5E7EB"
TILE: Final = "#F3F6FB"
BLUE: Final = "#2F5DA8"

CHART_COLOURS: Final = (
    "#2F5DA8", "#E08A1E", "#5B8F83", "#C2413B", "#7A6FB0", "#C9A227", "#4FA3D1", "#8A8F98",
)  # fmt: skip

HEADER: Final[Mapping[Part, Style]] = {
    "in": {"bg_color": BLUE, "font_color": "#FFFFFF"},
    "over": {"bg_color": "#E08A1E", "font_color": "#FFFFFF"},
    "out": {"bg_color": "#6B8A82", "font_color": "#FFFFFF"},
}
"""Colour of a header cell: blue is typed or imported, orange beats us, grey-green is computed."""

NUMBER_FORMAT: Final[Mapping[ColumnType, str]] = {
    "id": "@",
    # As text, so that a SKU 1-2 that somebody types does not become a day.
    "text": "@",
    "long": "General",
    "number": "General",
    "money": "¥#,##0.00",
    "percent": "0.0%",
    "moment": "yyyy-mm-dd hh:mm",
    "day": "yyyy-mm-dd",
    "flag": "General",
    "choice": "General",
    "multi": "General",
}

FLAG_WORDS: Final[Mapping[Lang, tuple[str, str]]] = {"zh": ("是", "否"), "en": ("Yes", "No")}
"""How a workbook shows true and false."""

TONES: Final[Mapping[Tone, Style]] = {
    "bad": {"bg_color": "#FDE2E1", "font_color": "#B42318", "bold": True},
    "warn": {"bg_color": "#FEF0C7", "font_color": "#A15C07", "bold": True},
    "good": {"bg_color": "#DDF5E6", "font_color": "#067647"},
    "info": {"bg_color": "#E3ECFB", "font_color": "#1D4ED8"},
    "gold": {"bg_color": "#FFF1BF", "font_color": "#7A5B00", "bold": True},
    "over": {"bg_color": "#FFE8CC", "font_color": "#9A4B00", "bold": True},
    "problem": {"font_color": "#C81E1E"},
    "muted": {"font_color": "#9CA3AF"},
}

CHOICE_TONES: Final[Mapping[str, Mapping[str, Tone]]] = {
    "clock_state": {
        "overdue": "bad", "due_soon": "warn", "on_time": "good", "late": "problem", "none": "muted",
    },
    "case_state": {
        "unclaimed": "bad", "unanswered": "warn", "approval": "warn", "reopened": "bad",
        "appealing": "info", "confirming": "info", "unreachable": "warn",
    },
    "is_bad": {"yes": "problem", "undecided": "warn"},
    "tier": {"high_value": "gold", "new": "info"},
    "sureness": {"low": "warn"},
    "risk": {"high": "bad", "watch": "warn"},
    "offer": {"decide": "warn", "confirm_malicious": "bad", "appeal": "info"},
    "payout_state": {"pending": "warn", "payable": "info", "rejected": "problem"},
    "followup_state": {"pending": "info", "cancelled": "muted", "skipped": "muted"},
    "appeal_result": {"upheld": "good", "refused": "problem"},
}  # fmt: skip
"""Choice set → word → tone, wherever a column of that set stands."""

ENDED_STATES: Final = ("closed", "not_needed")
"""Case states whose whole row is muted."""

FOLDED: Final = frozenset({"seal", "rules_version", "computed_at", "raw_id", "frozen", "pauses"})
"""Columns for the tracker itself: always behind the [+] of their outline group."""

TAB_COLOURS: Final[Mapping[str, str]] = {
    "reviews": "#C2413B", "orders": BLUE, "customers": BLUE, "payouts": BLUE, "followups": BLUE,
    "appeals": BLUE, "actions": "#5B8F83", "agents": "#5B8F83", "people": "#5B8F83",
    "rules": "#E08A1E", "calendar": "#E08A1E", "replies": "#E08A1E", "knowledge": "#E08A1E",
    "log": "#8A8F98",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Highlight:
    """One conditional format of a column.

    `equals` is compared with the cell's text; `negative` and `filled` look at the value itself.
    A whole row's highlight ends the search for others.
    """

    column: str
    tone: Tone
    when: Literal["equals", "negative", "filled"]
    equals: str = ""
    whole_row: bool = False


def highlights(table: Table, lang: Lang) -> list[Highlight]:
    """The conditional formats of a table, strongest first.

    What stays true of an ended case (problems, decisions of people, whether it was on time) comes
    before the muting of its row, what called for action comes after.
    """
    lasting: list[Highlight] = []
    muting: list[Highlight] = []
    calling: list[Highlight] = []
    for column in table.columns:
        if column.part == "over":
            lasting.append(Highlight(column.id, "over", "filled"))
        if column.id in {"problems", "problem", "over_limit"}:
            lasting.append(Highlight(column.id, "problem", "filled"))
        if column.id == "minutes_left":
            calling.append(Highlight(column.id, "bad", "negative"))
        if column.type != "choice" or column.part == "over" or column.choice_set is None:
            continue
        tones = CHOICE_TONES.get(column.choices or "", {})
        (lasting if column.choices == "clock_state" else calling).extend(
            Highlight(column.id, tone, "equals", column.choice_set.word(word, lang))
            for word, tone in tones.items()
        )
        if column.choices == "case_state":
            muting += [
                Highlight(column.id, "muted", "equals", column.choice_set.word(word, lang), True)
                for word in ENDED_STATES
            ]
    return [*lasting, *muting, *calling]


def cell_style(column: Column) -> dict[str, Any]:
    """The format of a column's cells."""
    style: dict[str, Any] = {
        "font_name": FONT,
        "font_size": 10,
        "font_color": INK,
        "valign": "vcenter",
        "num_format": "#,##0" if column.id == "minutes_left" else NUMBER_FORMAT[column.type],
    }
    if column.type in {"long", "multi"}:
        style["text_wrap"] = True
    if column.type in {"moment", "day", "flag", "choice"}:
        style["align"] = "center"
    elif column.type in {"text", "long", "multi"}:
        # So that a text does not touch the number before it.
        style["indent"] = 1
    return style


def header_style(part: Part) -> dict[str, Any]:
    """The format of a header cell."""
    return {
        "font_name": FONT, "font_size": 10, "bold": True, "text_wrap": True,
        "align": "center", "valign": "vcenter", "border": 1, "border_color": "#FFFFFF",
        **HEADER[part],
    }  # fmt: skip


def ordered_columns(table: Table) -> list[Column]:
    """The columns as a workbook shows them.

    A workbook has no views per role, so the order does their work: first the first view's columns
    (what an agent reads, at most 12), then those of the other views, then what people type, then
    the computed rest. A table without views keeps its order.
    """
    if not table.views:
        return list(table.columns)
    wanted = [column for view in table.views for column in view.columns]
    rest = sorted((column for column in table.columns), key=lambda column: column.part == "out")
    ids = dict.fromkeys([*table.key, *wanted, *(column.id for column in rest)])
    return [table.column(column) for column in ids]


def folded(table: Table) -> frozenset[str]:
    """Columns that start folded away behind a [+]: the tracker's own notes, and computed columns
    that no role's view names."""
    named = {column for view in table.views for column in view.columns}
    return frozenset(
        column.id
        for column in table.columns
        if column.id not in table.key
        and column.id not in named
        and (column.id in FOLDED or (bool(named) and column.part == "out"))
        and column.id != "problems"
    )


_BASE: Final[Style] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
_CELL: Final[Style] = {**_BASE, "bottom": 1, "bottom_color": LINE}
_TEXT: Final[Style] = {**_CELL, "indent": 1}
_RIGHT: Final[Style] = {**_CELL, "align": "right", "indent": 1}
# White edges make tiles of neighbouring cells.
_TILE: Final[Style] = {
    **_BASE, "bg_color": TILE, "align": "center",
    "left": 5, "left_color": "#FFFFFF", "right": 5, "right_color": "#FFFFFF",
}  # fmt: skip
_KPI: Final[Style] = {**_TILE, "font_size": 20, "bold": True, "font_color": BLUE, "valign": "top"}

REPORT_STYLES: Final[Mapping[CellStyle, Style]] = {
    "title": {**_BASE, "font_size": 18, "bold": True},
    "subtitle": {**_BASE, "font_size": 12, "bold": True, "font_color": BLUE},
    "header": {
        **_BASE, "bold": True, "font_color": "#FFFFFF", "bg_color": BLUE, "align": "center",
        "text_wrap": True, "border": 1, "border_color": "#FFFFFF",
    },
    "text": _TEXT,
    "wrap": {**_TEXT, "text_wrap": True},
    "number": {**_RIGHT, "num_format": "[>=1000]#,##0;General"},
    "percent": {**_RIGHT, "num_format": "0.0%"},
    "money": {**_RIGHT, "num_format": "¥#,##0.00"},
    "moment": {**_CELL, "align": "center", "num_format": "yyyy-mm-dd hh:mm"},
    "day": {**_CELL, "align": "center", "num_format": "yyyy-mm-dd"},
    "good": {**_CELL, "align": "center", **TONES["good"]},
    "bad": {**_CELL, "align": "center", **TONES["bad"]},
    "note": {**_BASE, "font_size": 9, "font_color": GREY, "text_wrap": True},
    "kpi_label": {**_TILE, "font_size": 9, "font_color": GREY, "text_wrap": True},
    "kpi_value": {**_KPI, "num_format": "[>=1000]#,##0;General"},
    "kpi_percent": {**_KPI, "num_format": "0.0%"},
    "kpi_money": {**_KPI, "num_format": "¥#,##0"},
}  # fmt: skip

ROW_HEIGHT: Final = 18.0
"""Points (24 pixels at 96 dpi) of a plain row of a report sheet."""
ROW_HEIGHTS: Final[Mapping[CellStyle, float]] = {
    "title": 32, "subtitle": 24, "header": 24, "kpi_label": 22,
    "kpi_value": 36, "kpi_percent": 36, "kpi_money": 36,
}  # fmt: skip
