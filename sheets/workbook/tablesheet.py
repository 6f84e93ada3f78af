"""One table's sheet without its data rows: header, Excel table, formats, highlights, lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, get_args

from ...functions.messages import Lang, Message
from ...templates.tracker import Column, Part, Table
from . import styles
from .guide import header_note
from .rowxml import MAX_ROWS, column_name
from .xlsx import XlsxBook, XlsxSheet

_LAST_ROW: Final = MAX_ROWS - 1
_LIST_LIMIT: Final = 255
_TALL: Final = 42.0
_PLAIN: Final = 21.0
_FREEZE_WIDTH: Final = 48
LISTS: Final = "_lists"


def write_table_sheet(
    book: XlsxBook,
    sheet: XlsxSheet,
    table: Table,
    count: int,
    lists: Lists,
    lang: Lang,
) -> None:
    """Fill `sheet` for `table` with `count` data rows to come."""
    columns = styles.ordered_columns(table)
    headers = {part: book.add_format(styles.header_style(part)) for part in get_args(Part)}
    titles = _unique_titles(columns, lang)
    sheet.set_row(0, 34)
    for index, (column, title) in enumerate(zip(columns, titles, strict=True)):
        sheet.write_string(0, index, title, headers[column.part])
        letters = column_name(index)
        book.define_name(f"_fp.{table.id}.{column.id}", f"='{quoted(sheet)}'!${letters}$1")
        sheet.write_comment(
            0,
            index,
            header_note(column, table, lang),
            {"author": "Fanpan", "x_scale": 2, "font_name": styles.FONT, "font_size": 9},
        )
    _set_columns(book, sheet, table, columns)
    _add_table(sheet, table, titles, [headers[column.part] for column in columns], count)
    _add_highlights(book, sheet, table, columns, lang)
    _add_lists(sheet, columns, lists, lang)
    if table.id in styles.TAB_COLOURS:
        sheet.set_tab_color(styles.TAB_COLOURS[table.id])
    last = column_name(len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A2:{last}{MAX_ROWS}"})
    sheet.set_default_row(row_height(table))
    sheet.freeze_panes(1, _frozen_columns(table, columns))
    sheet.set_zoom(90)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")
    if table.views:
        shown = len(dict.fromkeys([*table.key, *table.views[0].columns]))
        sheet.print_area(0, 0, max(count, 1), shown - 1)


def _unique_titles(columns: Sequence[Column], lang: Lang) -> list[str]:
    """Titles of the header cells; a table must not have two that differ only in case."""
    found: list[str] = []
    for column in columns:
        title = column.title.text(lang)
        if title.lower() in {other.lower() for other in found}:
            raise ValueError(f"{column.id}: two columns are titled {title!r}")
        found.append(title)
    return found


def quoted(sheet: XlsxSheet) -> str:
    """The sheet's name as it stands between quotes in a reference."""
    return str(sheet.get_name()).replace("'", "''")


def row_height(table: Table) -> float:
    """Three lines where texts wrap: a row that grows with its text makes a list unreadable."""
    return _TALL if any(column.type == "long" for column in table.columns) else _PLAIN


def _frozen_columns(table: Table, columns: Sequence[Column]) -> int:
    """The leading key columns, as far as they leave room for the rest of the screen."""
    width, count = 0.0, 0
    for column in columns:
        width += column.width
        if column.id not in table.key or (count and width > _FREEZE_WIDTH):
            break
        count += 1
    return count


def _set_columns(book: XlsxBook, sheet: XlsxSheet, table: Table, columns: Sequence[Column]) -> None:
    hidden = styles.folded(table)
    after_group = False
    for index, column in enumerate(columns):
        options: dict[str, Any] = {}
        if column.id in hidden:
            options = {"level": 1, "hidden": True}
        elif after_group:
            options = {"collapsed": True}
        after_group = column.id in hidden
        sheet.set_column(
            index, index, column.width, book.add_format(styles.cell_style(column)), options
        )
    if after_group:
        sheet.set_column(len(columns), len(columns), 9, None, {"collapsed": True})


def _add_table(
    sheet: XlsxSheet, table: Table, titles: Sequence[str], headers: Sequence[Any], count: int
) -> None:
    """The Excel table over the header and `count` rows that are written later.

    XlsxWriter notes every cell of a table's range, 15 million of them for a large tracker: it is
    given two rows, and the range is set afterwards.
    """
    last = len(titles) - 1
    sheet.add_table(
        0,
        0,
        1,
        last,
        {
            "name": f"fp_{table.id}",
            "style": "Table Style Light 1",
            "columns": [
                {"header": title, "header_format": header}
                for title, header in zip(titles, headers, strict=True)
            ],
        },
    )
    ref = f"A1:{column_name(last)}{max(count, 1) + 1}"
    sheet.tables[-1].update(range=ref, a_range=ref, autofilter=ref)


def _add_highlights(
    book: XlsxBook,
    sheet: XlsxSheet,
    table: Table,
    columns: Sequence[Column],
    lang: Lang,
) -> None:
    index = {column.id: number for number, column in enumerate(columns)}
    formats = {tone: book.add_format(dict(style)) for tone, style in styles.TONES.items()}
    for rule in styles.highlights(table, lang):
        column = index[rule.column]
        first, last = (0, len(columns) - 1) if rule.whole_row else (column, column)
        options: dict[str, Any] = {"format": formats[rule.tone]}
        word = rule.equals.replace('"', '""')
        if rule.whole_row:
            options |= {
                "type": "formula",
                "criteria": f'=${column_name(column)}2="{word}"',
                "stop_if_true": True,
            }
        elif rule.when == "filled":
            options |= {"type": "no_blanks"}
        elif rule.when == "negative":
            options |= {"type": "cell", "criteria": "<", "value": 0}
        else:
            options |= {"type": "cell", "criteria": "==", "value": f'"{word}"'}
        sheet.conditional_format(1, first, _LAST_ROW, last, options)


class Lists:
    """Choice lists that a drop-down cannot hold as literal text, on a hidden sheet."""

    def __init__(self, book: XlsxBook) -> None:
        self._book = book
        self._columns: dict[tuple[str, ...], int] = {}

    def source(self, words: Sequence[str]) -> list[str] | str:
        """What a drop-down list names as its source: the words, or where they stand."""
        # A literal list is split at commas, in some programs at the Chinese ones too.
        if len(",".join(words)) <= _LIST_LIMIT and not any(
            comma in word for word in words for comma in ",，"
        ):
            return list(words)
        column = column_name(self._columns.setdefault(tuple(words), len(self._columns)))
        return f"={LISTS}!${column}$1:${column}${len(words)}"

    def write(self) -> None:
        """Write the sheet, if any list needs it."""
        if not self._columns:
            return
        sheet = self._book.add_worksheet(LISTS)
        for words, column in self._columns.items():
            sheet.write_column(0, column, words)
        sheet.very_hidden()


def _add_lists(sheet: XlsxSheet, columns: Sequence[Column], lists: Lists, lang: Lang) -> None:
    """Drop-down lists where people type a choice."""
    for index, column in enumerate(columns):
        if column.part == "out" or column.type not in {"choice", "multi", "flag"}:
            continue
        words = column.choice_set.words(lang) if column.choice_set else styles.FLAG_WORDS[lang]
        sheet.data_validation(
            1,
            index,
            _LAST_ROW,
            index,
            {
                "validate": "list",
                "source": lists.source(words),
                "error_type": "warning",
                "error_title": column.title.text(lang)[:32],
                "error_message": Message("This word is not in the list. Use it all the same?").text(
                    lang
                ),
                # Several choices in one cell are not in the list, and right.
                "show_error": column.type != "multi",
            },
        )
