"""The case buttons: 认领 … 复制话术. A named person's action on one case, logged.

An action sets in cells only, and only if they still hold what that person saw: whoever comes second
is told who was first. Pressing again changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from ...functions.messages import Message, translate
from ...functions.rules import Rules
from ...functions.values import CHOICES
from ...sheets.edits import Edits
from ...sheets.snapshot import Snapshot
from ...templates.tracker import Tracker, load_tracker
from .caseactions import DO
from .casework import CaseOptions, CaseWork, Refused

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "reviews": (
        "review_id", "platform", "shop", "nickname", "sub_order_id", "order_id", "kind",
        "kind_confirmed", "case_state", "due_response", "due_solution", "due_close", "handler",
        "offer", "offer_confirmed", "offer_coupon", "offer_cost", "offer_approver", "script",
        "agent", "claimed_at", "responded_at", "solution_at", "waiting_since", "pauses",
        "closed_at", "outcome", "confirmed", "note",
    ),
    "payouts": (
        "payout_id", "review_id", "sub_order_id", "reason", "kind", "amount", "coupon_code",
        "state", "applicant", "approver", "applied_at", "approved_at", "paid_at",
    ),
    "orders": ("platform", "shop", "order_id", "sub_order_id", "refundable"),
    "followups": ("followup_id", "review_id", "state"),
    "agents": ("agent", "role"),
    "log": ("log_id",),
}  # fmt: skip


def case(
    snapshot: Snapshot, options: CaseOptions, rules: Rules, tracker: Tracker | None = None
) -> Edits:
    """The edits of one press of a case button; raises `Refused` where the case forbids it."""
    if not options.by.strip():
        raise Refused(Message("Who is acting? Name the person (--by)."))
    if options.action == "handover":
        return _handover(snapshot, options)
    work = CaseWork(snapshot, options, tracker or load_tracker(), rules)
    DO[options.action](work)
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
