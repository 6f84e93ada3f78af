"""The case buttons: 认领 … 复制话术. A named person's action on one case, logged.

An action sets in cells only, and only if they still hold what that person saw: whoever comes second
is told who was first. Pressing again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final, TypeAlias

from ...functions.messages import Lang, Message, translate
from ...functions.rules import Rules
from ...functions.values import CHOICES, Choices
from ...sheets.edits import Edits
from ...sheets.errors import FanpanError
from ...sheets.snapshot import RowKey, Snapshot, TableSnapshot, Value
from ...templates.tracker import Tracker, load_tracker

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "reviews": (
        "review_id", "platform", "nickname", "sub_order_id", "order_id", "kind", "kind_confirmed",
        "case_state", "due_response", "due_solution", "due_close", "handler", "offer",
        "offer_confirmed", "offer_coupon", "offer_cost", "offer_approver", "script", "agent",
        "claimed_at", "responded_at", "solution_at", "waiting_since", "pauses", "closed_at",
        "outcome", "confirmed", "note",
    ),
    "payouts": (
        "payout_id", "review_id", "sub_order_id", "reason", "kind", "amount", "coupon_code",
        "state", "applicant", "approver", "applied_at", "approved_at", "paid_at",
    ),
    "followups": ("followup_id", "review_id", "state"),
    "agents": ("agent", "role"),
    "log": ("log_id",),
}  # fmt: skip

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


class _Case:
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
        rows = [
            row for row, key in enumerate(self.reviews.keys) if key == (options.review_id, 0)
        ]
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

    def _set(
        self, name: str, table: TableSnapshot, row: int, column: str, value: Value
    ) -> None:
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
                "old": None if old is None else str(old),
                "new": None if new is None else str(new),
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

    def role(self) -> str:
        """The role of the person who acts; unknown people are agents."""
        agents = self.snapshot["agents"]
        return dict(agents.rows("agent", "role")).get(self.options.by) or "agent"

    def say(self, message: Message) -> None:
        """A line for the person."""
        self.edits.summary.lines.append(message)


_Action: TypeAlias = Callable[[_Case], None]


def _need_open(case: _Case) -> None:
    if case["closed_at"] is not None:
        raise Refused(
            Message(
                "Case {case} was closed at {at}: reopen it first.",
                case=case.key[0],
                at=f"{case['closed_at']:%Y-%m-%d %H:%M}",
            )
        )


def _claim(case: _Case) -> None:
    _need_open(case)
    holder = case["agent"]
    if case["claimed_at"] is not None:
        if holder == case.options.by:
            return
        raise Refused(
            Message(
                "Case {case} was claimed by {who} at {at}.",
                case=case.key[0],
                who=holder or "?",
                at=f"{case['claimed_at']:%Y-%m-%d %H:%M}",
            )
        )
    case.set("claimed_at", case.options.now)
    case.set("agent", case.options.by)


def _responded(case: _Case) -> None:
    _need_open(case)
    if case["responded_at"] is None:
        case.set("responded_at", case.options.now)
    if case["claimed_at"] is None:
        case.set("claimed_at", case.options.now)
        case.set("agent", case.options.by)


def _payouts_for(case: _Case) -> list[tuple[str, Decimal | None]]:
    """What the offer gives: (kind, amount) pairs."""
    offer, coupon, cost = case["offer"], case["offer_coupon"], case["offer_cost"]
    if case.options.amount is not None:
        return [("refund", case.options.amount)]
    found: list[tuple[str, Decimal | None]] = []
    if offer in {"refund", "reship"}:
        goods = None if cost is None else cost - (coupon or 0)
        found.append((offer, goods))
    if offer in {"refund", "reship", "coupon"} and coupon:
        found.append(("coupon", coupon))
    return found


def _within_authority(case: _Case, kind: str, amount: Decimal | None) -> bool:
    family = "coupon" if kind == "coupon" else "amount"
    limit = case.rules.get(f"authority.{family}.{case.role()}")
    return limit is None or (amount is not None and amount <= limit)


def _solution(case: _Case) -> None:
    _need_open(case)
    if case["solution_at"] is not None:
        return
    if case.rows_of("payouts", "pending"):
        raise Refused(
            Message("The compensation of {case} still awaits approval.", case=case.key[0])
        )
    approved = case.rows_of("payouts", "approved")
    if approved:
        for row in approved:
            case.set_in("payouts", row, "state", "payable")
    elif not case.rows_of("payouts", "payable", "paid", "used"):
        wanted = _payouts_for(case)
        if not wanted and case["offer"] == "decide" and not case["offer_confirmed"]:
            raise Refused(
                Message(
                    "The supervisor decides on {case}: give the amount, or fill in the plan first.",
                    case=case.key[0],
                )
            )
        within = all(_within_authority(case, kind, amount) for kind, amount in wanted)
        for kind, amount in wanted:
            _add_payout(case, kind, amount, "payable" if within else "pending")
        if wanted and not within:
            case.say(
                Message(
                    "Over your authority: {case} now awaits approval by {role}.",
                    case=case.key[0],
                    role=CHOICES["role"].word(case["offer_approver"] or "supervisor", case.lang),
                )
            )
            return
    case.set("solution_at", case.options.now)
    if case["responded_at"] is None:
        case.set("responded_at", case.options.now)


def _add_payout(case: _Case, kind: str, amount: Decimal | None, state: str) -> None:
    count = len(case.rows_of("payouts"))
    new = case.edits.table("payouts").append
    payout = f"P-{case.key[0]}-{count + len(new) + 1}"
    new.append(
        {
            "payout_id": payout,
            "review_id": case.key[0],
            "sub_order_id": case["sub_order_id"] or case["order_id"],
            "reason": "review",
            "kind": kind,
            "amount": amount,
            "state": state,
            "applicant": case.options.by,
            "applied_at": case.options.now,
        }
    )
    case.edits.summary.add("rows_added")
    case.log("payouts", payout, "amount", None, amount)


def _decide(case: _Case, state: str) -> None:
    pending = case.rows_of("payouts", "pending")
    if not pending:
        raise Refused(Message("Nothing of {case} awaits approval.", case=case.key[0]))
    for row in pending:
        kind, amount = (case.snapshot["payouts"].column(name)[row] for name in ("kind", "amount"))
        if state == "approved" and not _within_authority(case, kind, amount):
            raise Refused(
                Message(
                    "{who} ({role}) may not grant {amount} yuan: ask the next higher role.",
                    who=case.options.by,
                    role=CHOICES["role"].word(case.role(), case.lang),
                    amount="?" if amount is None else f"{amount:.2f}",
                )
            )
        case.set_in("payouts", row, "state", state)
        case.set_in("payouts", row, "approver", case.options.by)
        case.set_in("payouts", row, "approved_at", case.options.now)


def _approve(case: _Case) -> None:
    _decide(case, "approved")


def _reject(case: _Case) -> None:
    _decide(case, "rejected")


def _paid(case: _Case) -> None:
    rows = case.rows_of("payouts", "approved", "payable")
    if not rows and not case.rows_of("payouts", "paid", "used"):
        raise Refused(Message("Nothing of {case} is to be paid.", case=case.key[0]))
    for row in rows:
        case.set_in("payouts", row, "state", "paid")
        case.set_in("payouts", row, "paid_at", case.options.now)
        if case.options.coupon_code and case.snapshot["payouts"].column("kind")[row] == "coupon":
            case.set_in("payouts", row, "coupon_code", case.options.coupon_code)


def _wait(case: _Case) -> None:
    _need_open(case)
    if case["waiting_since"] is None:
        case.set("waiting_since", case.options.now)


def _resume(case: _Case) -> None:
    since = case["waiting_since"]
    if since is None:
        return
    interval = f"{since:%Y-%m-%d %H:%M:%S}~{case.options.now:%Y-%m-%d %H:%M:%S}"
    case.set("pauses", "；".join(part for part in (case["pauses"], interval) if part))
    case.set("waiting_since", None)


def _close(case: _Case) -> None:
    if case["closed_at"] is not None:
        return
    outcome = CHOICES["outcome"].id(case.options.outcome) if case.options.outcome else None
    outcome = outcome or case["outcome"]
    if outcome is None:
        raise Refused(
            Message(
                "Closing needs an outcome: one of {words}.",
                words="、".join(CHOICES["outcome"].words(case.lang)),
            )
        )
    if case.rows_of("payouts", "pending"):
        raise Refused(
            Message("The compensation of {case} still awaits approval.", case=case.key[0])
        )
    _resume(case)
    case.set("outcome", outcome)
    if case.options.confirmed is not None:
        case.set("confirmed", case.options.confirmed)
    case.set("closed_at", case.options.now)


def _reopen(case: _Case) -> None:
    if case["closed_at"] is None:
        return
    case.set("closed_at", None)
    case.set("confirmed", None)
    for row in case.rows_of("followups", "pending"):
        case.set_in("followups", row, "state", "cancelled")


def _transfer(case: _Case) -> None:
    _need_open(case)
    if not case.options.to:
        raise Refused(Message("Transfer to whom? Name the colleague."))
    case.set("agent", case.options.to)
    if case["claimed_at"] is None:
        case.set("claimed_at", case.options.now)


def _script(case: _Case) -> None:
    if case["script"] is None:
        raise Refused(Message("There is no script for {case} at this stage.", case=case.key[0]))
    case.say(Message("{text}", text=case["script"]))
    case.log("reviews", case.key[0], "script", None, None)


_DO: Final[Mapping[str, _Action]] = {
    "claim": _claim,
    "responded": _responded,
    "solution": _solution,
    "approve": _approve,
    "reject": _reject,
    "paid": _paid,
    "wait": _wait,
    "resume": _resume,
    "close": _close,
    "reopen": _reopen,
    "transfer": _transfer,
    "script": _script,
}


def case(
    snapshot: Snapshot, options: CaseOptions, rules: Rules, tracker: Tracker | None = None
) -> Edits:
    """The edits of one press of a case button; raises `Refused` where the case does not allow it."""
    if not options.by.strip():
        raise Refused(Message("Who is acting? Name the person (--by)."))
    if options.action == "handover":
        return _handover(snapshot, options)
    work = _Case(snapshot, options, tracker or load_tracker(), rules)
    _DO[options.action](work)
    if not work.edits and not work.edits.summary.lines:
        work.say(Message("Nothing to do: {case} is already so.", case=work.key[0]))
    return work.edits


def _handover(snapshot: Snapshot, options: CaseOptions) -> Edits:
    """What the next shift must know of a person's cases: open, due, promised, unpaid."""
    edits = Edits()
    reviews, payouts, lang = snapshot["reviews"], snapshot["payouts"], snapshot.lang
    owed: dict[str, list[str]] = {}
    for case_id, state, amount in payouts.rows("review_id", "state", "amount"):
        if state in {"pending", "approved", "payable"} and case_id is not None:
            word = CHOICES["payout_state"].word(state, lang)
            owed.setdefault(case_id, []).append(word + ("" if amount is None else f" {amount:.2f}"))
    lines: list[tuple[datetime, Message]] = []
    for (case_id, _), row in zip(
        reviews.keys,
        reviews.rows("agent", "case_state", "due_solution", "due_close", "closed_at"),
        strict=True,
    ):
        agent, state, due_solution, due_close, closed = row
        if agent != options.by or (closed is not None and case_id not in owed):
            continue
        due = due_solution or due_close or datetime.max
        lines.append(
            (
                due,
                Message(
                    "{case}: {state}; due {due}; owed {owed}",
                    case=case_id,
                    state=CHOICES["case_state"].word(state or "", lang),
                    due="-" if due == datetime.max else f"{due:%m-%d %H:%M}",
                    owed="、".join(owed.get(case_id, [])) or translate("nothing", lang),
                ),
            )
        )
    lines.sort(key=lambda line: line[0])
    edits.summary.lines.append(
        Message("{who} hands over {count} cases.", who=options.by, count=len(lines))
    )
    edits.summary.lines.extend(message for _, message in lines)
    return edits
