"""Native charts of report sheets: one look, no clutter."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from ..edits import Chart, SheetEdit
from .rowxml import clean
from .styles import CHART_COLOURS, FONT, GREY, INK, LINE
from .xlsx import XlsxBook, XlsxChart, XlsxSheet

_KINDS: Final[dict[str, dict[str, str]]] = {
    "column": {"type": "column"},
    "bar": {"type": "bar"},
    "line": {"type": "line"},
    "pie": {"type": "pie"},
    "stacked": {"type": "column", "subtype": "stacked"},
}
_FEW: Final = 16
"""With at most so many points every point says its value, and the value axis goes."""
_SMALL: Final = {"name": FONT, "size": 9, "color": GREY}
# A zero is a bar without height; its label would only stand in the way.
_NUMBER: Final = '[=0]"";[>=1000]#,##0;General'
_PERCENT: Final = "0%"


def add_chart(book: XlsxBook, sheet: XlsxSheet, edit: SheetEdit, chart: Chart) -> None:
    """Draw `chart` on `sheet`, which holds the grid of `edit`."""
    drawn = book.add_chart(_KINDS[chart.kind])
    points = sum(count for _, _, _, count in chart.series)
    labelled = 0 < points <= _FEW
    name = sheet.get_name()
    first, column, count = chart.categories
    for number, (title, row, data_column, length) in enumerate(chart.series):
        options: dict[str, Any] = {
            "name": clean(title),
            "categories": [name, first, column, first + max(count, 1) - 1, column],
            "values": [name, row, data_column, row + max(length, 1) - 1, data_column],
        }
        options |= _series_look(chart, number, labelled, length)
        drawn.add_series(options)
    drawn.set_title(
        {
            "name": clean(chart.title),
            "name_font": {"name": FONT, "size": 11, "bold": True, "color": INK},
            "overlay": False,
        }
    )
    drawn.set_chartarea({"border": {"color": LINE}, "fill": {"color": "#FFFFFF"}})
    drawn.set_plotarea({"fill": {"none": True}})
    drawn.show_blanks_as("gap")
    if chart.kind == "pie":
        drawn.set_legend({"position": "right", "font": _SMALL})
    elif len(chart.series) > 1:
        drawn.set_legend({"position": "bottom", "font": _SMALL})
    else:
        drawn.set_legend({"none": True})
    if chart.kind != "pie":
        _set_axes(drawn, edit, chart, labelled)
    width, height = chart.size
    drawn.set_size({"width": width, "height": height})
    row, at_column = chart.at
    # Moves with its rows but keeps its shape.
    sheet.insert_chart(row, at_column, drawn, {"object_position": 2})


def _series_look(chart: Chart, number: int, labelled: bool, length: int) -> dict[str, Any]:
    colour = CHART_COLOURS[number % len(CHART_COLOURS)]
    number_format = _PERCENT if chart.percent else _NUMBER
    if chart.kind == "pie":
        return {
            "points": [
                {"fill": {"color": CHART_COLOURS[i % len(CHART_COLOURS)]}, "border": _WHITE}
                for i in range(max(length, 1))
            ],
            "data_labels": {
                "percentage": True,
                "num_format": "0%",
                "position": "outside_end",
                "font": _SMALL,
            },
        }
    look: dict[str, Any] = {}
    if labelled:
        look["data_labels"] = {"value": True, "num_format": number_format, "font": _SMALL}
    if chart.kind == "line":
        look["line"] = {"color": colour, "width": 2.25}
        look["marker"] = {
            "type": "circle",
            "size": 6,
            "fill": {"color": "#FFFFFF"},
            "border": {"color": colour, "width": 1.5},
        }
        if labelled:
            look["data_labels"]["position"] = "above"
    else:
        look["fill"] = {"color": colour}
        look["border"] = {"none": True}
        look["gap"] = 60
        if chart.kind == "stacked":
            look["overlap"] = 100
            if labelled:
                look["data_labels"]["font"] = {**_SMALL, "color": "#FFFFFF"}
        else:
            look["overlap"] = -5 if len(chart.series) > 1 else 0
    return look


_WHITE: Final = {"color": "#FFFFFF", "width": 1}


def _set_axes(drawn: XlsxChart, edit: SheetEdit, chart: Chart, labelled: bool) -> None:
    values: dict[str, Any] = {
        "num_font": _SMALL,
        "line": {"none": True},
        "min": 0,
        "num_format": _PERCENT if chart.percent else "[>=1000]#,##0;General",
        "major_gridlines": {"visible": not labelled, "line": {"color": LINE, "width": 0.75}},
        "visible": not labelled,
    }
    heights = _values(edit, chart)
    if min(heights, default=0) < 0:
        del values["min"]
    if not chart.percent and max(heights, default=0) <= 5:
        values["major_unit"] = 1  # counts have no halves
    categories: dict[str, Any] = {
        "num_font": _SMALL,
        "line": {"color": "#CBD0D8"},
        "major_tick_mark": "none",
    }
    if chart.kind == "line":
        # A line shows change, which a scale from zero flattens; bars need their zero.
        values.pop("min", None)
        if chart.percent:
            values["max"] = 1
    if chart.kind == "bar":
        categories["reverse"] = True  # the first row of the table is the first bar from the top
        categories, values = values, categories
    drawn.set_x_axis(categories)
    drawn.set_y_axis(values)


def _values(edit: SheetEdit, chart: Chart) -> list[float]:
    """The numbers that the chart shows."""
    found: list[float] = []
    for _, first, column, count in chart.series:
        for row in edit.rows[first : first + count]:
            cell = row[column] if column < len(row) else None
            if cell is not None and isinstance(cell.value, int | float | Decimal):
                found.append(float(cell.value))
    return found
