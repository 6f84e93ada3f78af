"""`fanpan import`: read one export, show what will happen, ask, import and refresh in one save."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer
from rich.markup import escape
from rich.table import Table

from ...functions.messages import Message, translate
from ...functions.values import CHOICES, join_words
from ...sheets.edits import Edits
from ...sheets.exports import ExportFile, read_export
from ...sheets.snapshot import Snapshot
from ...templates.headers import Match, is_header
from ...templates.tracker import load_tracker
from ..buttons.import_ import NEEDS, import_rows
from ..importing.plan import ImportOptions, ImportRefused, plan
from ..press import press
from .options import BadOption
from .show import Screen

_PREVIEW_ROWS = 3


def read_maps(maps: Sequence[str]) -> dict[str, dict[str, str]]:
    """`column=header` and `table.column=header` → table → column id → header."""
    found: dict[str, dict[str, str]] = {"reviews": {}, "orders": {}}
    for item in maps:
        field, mark, header = item.partition("=")
        table, dot, column = field.strip().partition(".")
        targets = [table] if dot else list(found)
        if not dot:
            column = table
        known = [
            target
            for target in targets
            if target in found and column in load_tracker().table(target).by_id
        ]
        if not mark or not known:
            raise BadOption(
                Message("--map {item}: expected column=header, with the column's id.", item=item)
            )
        for target in known:
            found[target][column] = header.strip()
    return {table: chosen for table, chosen in found.items() if chosen}


def import_file(
    screen: Screen, tracker: str, file: Path, options: ImportOptions, *, ask: bool
) -> None:
    """Import one file; with `ask`, show the plan first and let the person correct it."""
    with screen.phase("read"):
        export = read_export(file, is_header)

    confirmed: list[ImportOptions] = [] if ask else [options]

    def button(snapshot: Snapshot) -> Edits:
        if not confirmed:  # asked once, even when the press has to begin again
            with screen.asking():
                confirmed.append(_confirm(screen, snapshot, export, options))
        return import_rows(snapshot, export, confirmed[0])

    edits = press(tracker, button, NEEDS, refresh_at=options.now, phase=screen.phase)
    screen.summary(edits)


def _confirm(
    screen: Screen, snapshot: Snapshot, export: ExportFile, options: ImportOptions
) -> ImportOptions:
    """The preview, and the person's word on it."""
    while True:
        try:
            platform, matches = plan(snapshot, export, options)
        except ImportRefused as refused:
            screen.error(refused.message)
            options = _ask_map(screen, export, options)
            continue
        for match in matches:
            _preview(screen, export, platform, match)
        answer = typer.prompt(
            translate("Import? y = yes, m = map a column, n = no", screen.lang), default="y"
        )
        if answer.lower() in {"y", "yes", "是"}:
            return options
        if answer.lower() != "m":
            raise typer.Abort
        options = _ask_map(screen, export, options)


def _ask_map(screen: Screen, export: ExportFile, options: ImportOptions) -> ImportOptions:
    screen.out.print(escape(" | ".join(cell.strip() for cell in export.header)))
    line = typer.prompt(translate("column=header (blank stops)", screen.lang), default="")
    if not line:
        raise typer.Abort
    maps: Mapping[str, Mapping[str, str]] = read_maps([line])
    merged = {
        table: {**options.maps.get(table, {}), **maps.get(table, {})}
        for table in {*options.maps, *maps}
    }
    return replace(options, maps=merged)


def _preview(screen: Screen, export: ExportFile, platform: str | None, match: Match) -> None:
    declared = load_tracker().table(match.table)
    word = CHOICES["platform"].word(platform, screen.lang) if platform else "?"
    screen.say(
        Message(
            "{file}: {count} rows, {encoding}, platform {platform} → {table}",
            file=export.name,
            count=len(export.rows),
            encoding=export.encoding or "xlsx/ods",
            platform=word,
            table=declared.title.text(screen.lang),
        )
    )
    table = Table(show_edge=False)
    for title in ("column", "header", "first rows"):
        table.add_column(translate(title, screen.lang), overflow="fold")
    for field, position in match.fields.items():
        examples = " | ".join(cells[position].strip() for _, cells in export.rows[:_PREVIEW_ROWS])
        table.add_row(
            declared.column(field).title.text(screen.lang),
            escape(export.header[position].strip()),
            escape(f"{examples:.70}"),
        )
    screen.out.print(table)
    if match.unmapped:
        screen.say(
            Message(
                "Not used for {table}: {headers}",
                table=declared.title.text(screen.lang),
                headers=join_words((name.strip() for name in match.unmapped), screen.lang),
            )
        )
