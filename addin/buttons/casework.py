"""One case while a case button works on it: what it holds, what is set, what is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final

from ...functions.messages import Lang, Message
from ...functions.rules import Rules
from ...functions.values import Choices
from ...sheets.edits import Edits
from ...sheets.errors import FanpanError
from ...sheets.snapshot import RowKey, Snapshot, TableSnapshot, Value
from ...sheets.words import log_text
from ...templates.tracker import Tracker

ACTIONS: Final = Choices(
    "case action",
    {
        "claim": ["Claim", "认领"],
        "responded": ["Responded", "已响应"],
        "solution": ["Send solution", "发方案"],
        "approve": ["Approve", "批准"],
        "reject": ["Reject", "驳回"],
        "paid": ["Paid", "已发放"],
        "wait": ["Wait for buyer", "等待买家"],
        "resume": ["Resume", "继续"],
        "close": ["Close", "结案"],
        "reopen": ["Reopen", "重开"],
        "transfer": ["Transfer", "转交"],
        "handover": ["Shift handover", "交接班"],
        "script": ["Copy script", "复制话术"],
    },
)


class Refused(FanpanError):
    """The action does not fit the case as it stands; the sentence says why."""


@dataclass(frozen=True, slots=True)
class CaseOptions:
    """Which action, on which case, by whom, when."""

    action: str
    by: str
    now: datetime
    review_id: str = ""
    to: str = ""
    outcome: str = ""
    confirmed: bool | None = None
    coupon_code: str = ""
    amount: Decimal | None = None
    why: str = ""


class CaseWork:
    """One case while an action works on it."""

    def __init__(
        self, snapshot: Snapshot, options: CaseOptions, tracker: Tracker, rules: Rules
    ) -> None:
        self.snapshot = snapshot
        self.options = options
        self.tracker = tracker
        self.rules = rules
        self.edits = Edits()
        self.lang: Lang = snapshot.lang
        self.reviews = snapshot["reviews"]
        rows = [row for row, key in enumerate(self.reviews.keys) if key == (options.review_id, 0)]
        if not rows:
            raise Refused(
                Message(
                    "There is no case {case} in the tracker: check the review ID.",
                    case=options.review_id,
                )
            )
        self.row = rows[0]
        self.key: RowKey = self.reviews.keys[self.row]

    def __getitem__(self, column: str) -> Value:
        return self.reviews.column(column)[self.row]

    def set(self, column: str, value: Value) -> None:
        """Set a cell of the case, guarded by what it holds now, and log it."""
        self._set("reviews", self.reviews, self.row, column, value)

    def set_in(self, table: str, row: int, column: str, value: Value) -> None:
        """Set a cell of a row of another table."""
        self._set(table, self.snapshot[table], row, column, value)

    def _set(self, name: str, table: TableSnapshot, row: int, column: str, value: Value) -> None:
        old = table.column(column)[row]
        if old == value:
            return
        edit = self.edits.table(name)
        key = table.keys[row]
        edit.set(column, key, value)
        edit.seen.setdefault(column, {})[key] = old
        self.log(name, key[0], column, old, value)
        self.edits.summary.add("cells_changed")

    def log(self, table: str, row: str, column: str, old: Value, new: Value) -> None:
        """One line of the log."""
        declared = self.tracker.table(table)
        options = self.options
        content = f"{options.action}|{table}|{row}|{column}|{old}|{new}|{options.now}"
        digest = sha256(content.encode("utf-8", "replace")).hexdigest()[:8]
        self.edits.table("log").append.append(
            {
                "log_id": f"L{options.now:%Y%m%d%H%M%S}-{digest}",
                "at": options.now,
                "who": options.by,
                "what": ACTIONS.word(options.action, self.lang),
                "table": declared.title.text(self.lang),
                "row": row,
                "column": declared.column(column).title.text(self.lang) if column else None,
                "old": log_text(declared.column(column), old, self.lang) if column else None,
                "new": log_text(declared.column(column), new, self.lang) if column else None,
                "why": options.why or None,
                "rules_version": self.rules.version,
            }
        )

    def rows_of(self, table: str, *states: str) -> list[int]:
        """Row numbers of this case in another table, in one of the states."""
        found = self.snapshot[table]
        return [
            row
            for row, (case, state) in enumerate(found.rows("review_id", "state"))
            if case == self.key[0] and (not states or state in states)
        ]

    def of_order(self, column: str) -> Value:
        """A cell of the order line that was reviewed, else of the order's first line."""
        orders = self.snapshot["orders"]
        for name in ("sub_order_id", "order_id"):
            wanted = (self["platform"], self["shop"], self[name])
            for row, found in enumerate(orders.rows("platform", "shop", name)):
                if self[name] is not None and found == wanted:
                    return orders.column(column)[row]
        return None

    def role(self) -> str:
        """The role of the person who acts; unknown people are agents."""
        agents = self.snapshot["agents"]
        for name, role in agents.rows("agent", "role"):
            if name == self.options.by and role:
                return str(role)
        return "agent"

    def say(self, message: Message) -> None:
        """A line for the person."""
        self.edits.summary.lines.append(message)
