"""Every button once: its words, what it needs, what it asks for, what it does.

The hosts, the service and the support table are rendered from this catalogue; a button that is
added here appears on all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

from ...functions.messages import Lang, translate
from ...functions.values import CHOICES
from ...sheets.applying import applied, merged
from ...sheets.edits import Edits
from ...sheets.exports import ExportFile
from ...sheets.snapshot import Snapshot
from ...templates.tracker import load_tracker
from ..importing.plan import IMPORTS, ImportOptions, named_tables
from ..press import Needs, compute, union
from ..refresh import needs as refresh_needs
from ..refresh import refresh, rules_of
from . import case as case_button
from . import check as check_button
from . import dashboard as dashboard_button
from . import import_ as import_button
from . import report as report_button
from . import trace as trace_button
from .casework import ACTIONS, CaseOptions
from .options import Option, read_options

Group = Literal["table", "case", "report", "steering"]


@dataclass(frozen=True, slots=True)
class Given:
    """What a press comes with."""

    now: datetime
    options: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """As `read_options` gives them."""
    exports: tuple[ExportFile, ...] = ()


Act: TypeAlias = Callable[[Snapshot, Given], Edits]


@dataclass(frozen=True, slots=True)
class Button:
    """One button, on every host the same."""

    name: str
    titles: Mapping[Lang, str]
    help: str
    """English sentence; the catalogue translates it."""
    group: Group
    act: Act
    reads: Needs
    options: tuple[Option, ...] = ()
    refreshes: bool = False
    """Whether what it changed is computed on in the same press."""

    def title(self, lang: Lang) -> str:
        """What stands on the button."""
        return self.titles[lang]

    def description(self, lang: Lang) -> str:
        """One sentence that says what it does."""
        return translate(self.help, lang)

    @property
    def needs(self) -> Needs:
        """Tables and columns that a snapshot for it must hold."""
        return union(self.reads, refresh_needs()) if self.refreshes else self.reads

    def press(self, snapshot: Snapshot, given: Given) -> Edits:
        """What the press changes; pure."""
        return compute(
            snapshot,
            lambda seen: self.act(seen, given),
            refresh_at=given.now if self.refreshes else None,
        )

    def read(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Options as a person gave them → as the button takes them."""
        return read_options(self.options, given)


def _import(snapshot: Snapshot, given: Given) -> Edits:
    options = given.options
    settled = ImportOptions(
        now=given.now,
        shop=options.get("shop") or "",
        platform=options.get("platform") or "",
        tables=named_tables(options.get("tables") or ""),
        by=options.get("by") or "",
        captured_when_posted=bool(options.get("past")),
    )
    edits, tracker = Edits(), load_tracker()
    for export in given.exports:
        more = import_button.import_rows(snapshot, export, settled, tracker)
        edits, snapshot = merged(edits, more, tracker), applied(snapshot, more, tracker)
    return edits


def _case(action: str) -> Act:
    def act(snapshot: Snapshot, given: Given) -> Edits:
        said = {name: value for name, value in given.options.items() if value is not None}
        options = CaseOptions(action=action, now=given.now, **said)
        return case_button.case(snapshot, options, rules_of(snapshot))

    return act


_RULES: Final = {table: refresh_needs()[table] for table in ("rules", "calendar")}
_WHO: Final = Option("by", "Who acts", required=True)
_CASE: Final = Option("review_id", "Review ID of the case", required=True)
_WHY: Final = Option("why", "Reason, for the log")
_MORE: Final[Mapping[str, tuple[Option, ...]]] = {
    "transfer": (Option("to", "Transfer: to whom", required=True),),
    "close": (
        Option("outcome", "Close: the outcome"),
        Option("confirmed", "Close: the buyer confirmed it is solved", "flag"),
    ),
    "paid": (Option("coupon_code", "Paid: the coupon code"),),
    "solution": (Option("amount", "Send solution: amount to refund", "money"),),
}
_HELP: Final[Mapping[str, str]] = {
    "claim": "Take the case; who comes second is told who was first.",
    "responded": "Note that the buyer has a real reply.",
    "solution": "Note that the offer went out; above your authority it waits for approval.",
    "approve": "Approve what was asked for.",
    "reject": "Reject what was asked for.",
    "paid": "Note that the compensation was given.",
    "wait": "Stop the clocks while the buyer has to answer.",
    "resume": "Let the clocks run again.",
    "close": "Close the case.",
    "reopen": "Open a closed case again.",
    "transfer": "Give the case to somebody else.",
    "handover": "What the next shift must know of a person's cases.",
    "script": "The message to send, ready to copy.",
}


def _case_options(action: str) -> tuple[Option, ...]:
    if action == "handover":
        return (_WHO,)
    if action == "script":
        return (_CASE, _WHO)
    return (_CASE, _WHO, *_MORE.get(action, ()), _WHY)


def _titles(english: str, chinese: str) -> Mapping[Lang, str]:
    return {"zh": chinese, "en": english}


_ALL: Final = (
    Button(
        "import",
        _titles("Import", "导入"),
        "Import exports of reviews and orders.",
        "table",
        _import,
        import_button.NEEDS,
        (
            Option("file", "Export", "file", required=True),
            Option("platform", "Platform that the export is from", "choice", False,
                   CHOICES["platform"]),
            Option("shop", "Shop that the export is from"),
            Option("tables", "Tables in the file: reviews, orders or both", "choice", False,
                   IMPORTS),
            Option("by", "Who imports, for the log"),
            Option("past", "Past reviews: captured when they were posted", "flag"),
        ),
        refreshes=True,
    ),
    Button(
        "refresh",
        _titles("Refresh", "刷新"),
        "Bring every computed cell up to date; nothing else changes.",
        "table",
        lambda snapshot, given: refresh(snapshot, now=given.now),
        refresh_needs(),
    ),
    Button(
        "check",
        _titles("Check", "体检"),
        "List every problem with row, column and remedy.",
        "table",
        lambda snapshot, given: check_button.check(snapshot, now=given.now),
        check_button.NEEDS,
    ),
    *(
        Button(
            action,
            {lang: ACTIONS.word(action, lang) for lang in ("zh", "en")},
            _HELP[action],
            "case",
            _case(action),
            case_button.NEEDS,
            _case_options(action),
            refreshes=action not in {"handover", "script"},
        )
        for action in ACTIONS.ids
    ),
    Button(
        "report",
        _titles("Top-3 report", "差评TOP3报告"),
        "The weekly Top-3 report, with copies for purchasing and logistics.",
        "report",
        lambda snapshot, given: report_button.report(
            snapshot,
            report_button.ReportOptions(
                now=given.now, week=given.options.get("week"), rules=rules_of(snapshot)
            ),
        ),
        union(report_button.NEEDS, _RULES),
        (Option("week", "ISO week such as 2026-W47; default: last week"),),
    ),
    Button(
        "dashboard",
        _titles("Board", "看板"),
        "The board of open cases, clocks and people.",
        "report",
        lambda snapshot, given: dashboard_button.dashboard(
            snapshot,
            dashboard_button.DashboardOptions(now=given.now, rules=rules_of(snapshot)),
        ),
        union(dashboard_button.NEEDS, _RULES),
    ),
    Button(
        "trace",
        _titles("Trace", "追溯"),
        "Who wrote a cell, when, and which rules made its value.",
        "steering",
        lambda snapshot, given: trace_button.trace(
            snapshot,
            row=given.options["row"],
            column=given.options.get("column") or "",
            table=given.options.get("table") or "reviews",
            now=given.now,
        ),
        trace_button.NEEDS,
        (
            Option("row", "Review ID, or the key of a row of the table", required=True),
            Option("column", "Column, by title or id"),
            Option("table", "Table id"),
        ),
    ),
)  # fmt: skip

BUTTONS: Final[Mapping[str, Button]] = {button.name: button for button in _ALL}
"""Every button by name."""


def as_dicts(lang: Lang) -> list[dict[str, Any]]:
    """The catalogue as plain data."""
    return [
        {
            "name": button.name,
            "title": button.title(lang),
            "description": button.description(lang),
            "group": button.group,
            "needs": {table: list(columns) for table, columns in button.needs.items()},
            "options": [
                {
                    "name": option.name,
                    "title": option.title(lang),
                    "type": option.type,
                    "required": option.required,
                    "choices": []
                    if option.choices is None
                    else [
                        {"id": key, "word": option.choices.word(key, lang)}
                        for key in option.choices.ids
                    ],
                }
                for option in button.options
            ],
        }
        for button in BUTTONS.values()
    ]
