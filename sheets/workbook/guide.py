"""What a new workbook says of itself: the first sheet and the notes on the headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ...functions.messages import Lang, Message
from ...functions.values import join_words
from ...templates.tracker import Column, ColumnType, Part, Table, Tracker
from .styles import BLUE, FONT, GREY, HEADER, INK, LINE, TONES, Tone
from .xlsx import XlsxBook, XlsxSheet

GUIDE_TITLE: Final = Message("Start here")

PARTS: Final[Mapping[Part, tuple[Message, Message]]] = {
    "in": (Message("Blue header"), Message("Imported, or typed by you.")),
    "over": (
        Message("Orange header"),
        Message("Yours to decide: what you enter here beats the computed value."),
    ),
    "out": (
        Message("Grey-green header"),
        Message("Computed at every refresh. What you type here is put back, and kept in the log."),
    ),
}

TONE_MEANINGS: Final[tuple[tuple[Tone, Message], ...]] = (
    ("bad", Message("Act now: overdue, not claimed, reopened")),
    ("warn", Message("Soon: due soon, waiting for an answer or an approval")),
    ("good", Message("Done on time")),
    ("gold", Message("High-value customer")),
    ("over", Message("Decided by a person")),
    ("problem", Message("Something in the data needs your eye")),
    ("muted", Message("Closed, nothing left to do")),
)

STEPS: Final[tuple[tuple[Message, Message, str], ...]] = (
    (
        Message("1  Import"),
        Message("Bring in the review and order files that you exported from the platforms."),
        "fanpan import {file} {export}",
    ),
    (
        Message("2  Refresh"),
        Message("Every case gets its kind, deadlines, compensation and a script to send."),
        "fanpan refresh {file}",
    ),
    (
        Message("3  Look"),
        Message("The dashboard says what burns today, the weekly report says why."),
        "fanpan dashboard {file}    fanpan report {file}",
    ),
)

TABLES: Final[Mapping[str, Message]] = {
    "reviews": Message("One row per bad review, from its arrival to its close"),
    "orders": Message("What was bought, shipped and returned"),
    "customers": Message("What is known of each buyer: spending, tier, preferences"),
    "payouts": Message("What was really given: refunds, coupons, replacements, gifts"),
    "followups": Message("Messages due after a case is closed"),
    "appeals": Message("Appeals to the platforms and their evidence"),
    "actions": Message("What will be changed so that it does not happen again"),
    "agents": Message("Who works here, in which role and shift"),
    "people": Message("Bonus, points and rank per quarter"),
    "rules": Message("Every number the tracker works with: change it here, then refresh"),
    "calendar": Message("Holidays, make-up days and sales days"),
    "replies": Message("Answers to the questions that come every day"),
    "knowledge": Message("Product questions for the quiz"),
    "log": Message("Who changed what, when and why"),
}

_TYPE_HINTS: Final[Mapping[ColumnType, Message]] = {
    "moment": Message("Date and time, like 2026-11-20 09:30."),
    "day": Message("A day, like 2026-11-20."),
    "money": Message("Yuan, two decimals."),
    "percent": Message("A share, like 95%."),
    "choice": Message("Choose from the list."),
    "multi": Message("One or more of the list, with 、 between them."),
    "flag": Message("Yes or no."),
    "id": Message("Kept as text, so that no digit is lost."),
}


def header_note(column: Column, table: Table, lang: Lang) -> str:
    """The note on a header: who fills the column, how, and where a computed value comes from."""
    lines = [PARTS[column.part][1]]
    if column.overrides:
        beaten = table.column(column.overrides).title.text(lang)
        lines.append(Message('It beats "{column}".', column=beaten))
    if column.formula:
        lines.append(Message("Function: {name}", name=column.formula.partition("(")[0]))
    if column.later:
        lines.append(Message("Not computed yet; stays empty for now."))
    if column.part != "out" and column.type in _TYPE_HINTS:
        lines.append(_TYPE_HINTS[column.type])
    if column.private:
        lines.append(Message("Personal data: masked in reports."))
    return "\n".join(line.text(lang) for line in lines)


def write_guide(
    book: XlsxBook,
    sheet: XlsxSheet,
    tracker: Tracker,
    sheet_names: Mapping[str, str],
    file: str,
    lang: Lang,
) -> None:
    """Fill the first sheet. `sheet_names` holds the visible tables: table id → sheet name."""
    base: dict[str, Any] = {"font_name": FONT, "font_color": INK, "valign": "vcenter"}

    def style(**more: object) -> Any:
        return book.add_format({**base, "font_size": 10.5, **more})

    def text(message: Message) -> str:
        return message.text(lang)

    lined = style(bottom=1, bottom_color=LINE, text_wrap=True, indent=1)
    heading = style(font_size=13, bold=True, font_color=BLUE, bottom=2, bottom_color=BLUE)
    sheet.hide_gridlines(2)
    for column, width in enumerate((2, 24, 62, 52)):
        sheet.set_column(column, column, width)
    sheet.set_row(1, 36)
    sheet.write_string(
        1, 1, text(Message("Fanpan · bad-review tracker")), style(font_size=20, bold=True)
    )
    sheet.set_row(2, 22)
    sheet.write_string(
        2,
        1,
        text(Message("Every bad review in one place: who acts, by when, and what to offer.")),
        style(font_color=GREY),
    )

    def section(row: int, title: Message) -> int:
        sheet.set_row(row, 26)
        sheet.write_string(row, 1, text(title), heading)
        for column in (2, 3):
            sheet.write_blank(row, column, None, heading)
        return row + 1

    row = section(4, Message("Three steps"))
    named = f'"{file}"' if " " in file else file
    code = style(font_name="Consolas", font_size=10, font_color=BLUE, bottom=1, bottom_color=LINE)
    strong = style(bold=True, bottom=1, bottom_color=LINE)
    for name, what, command in STEPS:
        sheet.set_row(row, 24)
        sheet.write_string(row, 1, text(name), strong)
        sheet.write_string(row, 2, text(what), lined)
        sheet.write_string(
            row, 3, command.format(file=named, export=text(Message("EXPORT.csv"))), code
        )
        row += 1

    row = section(row + 1, Message("The sheets"))
    link = style(font_color=BLUE, underline=1, bottom=1, bottom_color=LINE)
    for table in tracker.tables:
        if table.id not in sheet_names:
            continue
        sheet.set_row(row, 21)
        # To the defined name, not the sheet: the link lives on when somebody renames the sheet.
        target = f"internal:_fp.{table.id}.{table.columns[0].id}"
        sheet.write_url(row, 1, target, link, sheet_names[table.id])
        meaning = TABLES.get(table.id)
        sheet.write_string(row, 2, text(meaning) if meaning else "", lined)
        roles = join_words((view.title.text(lang) for view in table.views), lang)
        readers = text(Message("Used by: {roles}", roles=roles)) if roles else ""
        sheet.write_string(row, 3, readers, style(font_color=GREY, bottom=1, bottom_color=LINE))
        row += 1

    row = section(row + 1, Message("The colours"))
    for part, (name, meaning) in PARTS.items():
        sheet.set_row(row, 21)
        sheet.write_string(row, 1, text(name), style(bold=True, align="center", **HEADER[part]))
        sheet.write_string(row, 2, text(meaning), lined)
        row += 1
    for tone, meaning in TONE_MEANINGS:
        sheet.set_row(row, 21)
        sheet.write_string(row, 1, text(Message("Sample")), style(align="center", **TONES[tone]))
        sheet.write_string(row, 2, text(meaning), lined)
        row += 1
    sheet.write_string(
        row + 1,
        1,
        text(Message("Columns behind a [+] above the sheet are the tracker's own notes.")),
        style(font_color=GREY, font_size=9.5),
    )
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
