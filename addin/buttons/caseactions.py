"""What each case button does to the case: one function per action."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeAlias

from ...functions.messages import Message
from ...functions.offer import approver
from ...functions.values import CHOICES
from .casework import CaseWork, Refused

Action: TypeAlias = Callable[[CaseWork], None]


def _need_open(case: CaseWork) -> None:
    if case["closed_at"] is not None:
        raise Refused(
            Message(
                "Case {case} was closed at {at}: reopen it first.",
                case=case.key[0],
                at=f"{case['closed_at']:%Y-%m-%d %H:%M}",
            )
        )


def _claim(case: CaseWork) -> None:
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


def _responded(case: CaseWork) -> None:
    _need_open(case)
    if case["responded_at"] is None:
        case.set("responded_at", case.options.now)
    if case["claimed_at"] is None:
        case.set("claimed_at", case.options.now)
        case.set("agent", case.options.by)


def _payouts_for(case: CaseWork) -> list[tuple[str, Decimal | None]]:
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


def _within_authority(case: CaseWork, kind: str, amount: Decimal | None) -> bool:
    family = "coupon" if kind == "coupon" else "amount"
    limit = case.rules.get(f"authority.{family}.{case.role()}")
    if case["offer_approver"] == "shop_lead" and case.role() != "shop_lead":
        return False  # over the month's budget
    return limit is None or (amount is not None and amount <= limit)


def _solution(case: CaseWork) -> None:
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
        _within_order(case, wanted)
        within = all(_within_authority(case, kind, amount) for kind, amount in wanted)
        for kind, amount in wanted:
            _add_payout(case, kind, amount, "payable" if within else "pending")
        if wanted and not within:
            case.say(
                Message(
                    "Over your authority: {case} now awaits approval by {role}.",
                    case=case.key[0],
                    role=CHOICES["role"].word(_who_approves(case, wanted), case.lang),
                )
            )
            return
    case.set("solution_at", case.options.now)
    if case["responded_at"] is None:
        case.set("responded_at", case.options.now)


def _within_order(case: CaseWork, wanted: list[tuple[str, Decimal | None]]) -> None:
    left = case.of_order("refundable")
    for kind, amount in wanted:
        if kind == "refund" and amount is not None and left is not None and amount > left:
            raise Refused(
                Message(
                    "{amount} yuan are more than the order of {case} still has to refund: {left}.",
                    case=case.key[0],
                    amount=f"{amount:.2f}",
                    left=f"{left:.2f}",
                )
            )


def _who_approves(case: CaseWork, wanted: list[tuple[str, Decimal | None]]) -> str:
    """The lowest role that may grant all of it; unknown amounts go where the offer says."""
    amounts = dict(wanted)
    if None in amounts.values():
        return case["offer_approver"] or "supervisor"
    coupon = amounts.pop("coupon", None) or Decimal(0)
    return approver(sum((a for a in amounts.values() if a), Decimal(0)), coupon, case.rules)


def _add_payout(case: CaseWork, kind: str, amount: Decimal | None, state: str) -> None:
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


def _decide(case: CaseWork, state: str) -> None:
    pending = case.rows_of("payouts", "pending")
    if not pending:
        raise Refused(Message("Nothing of {case} awaits approval.", case=case.key[0]))
    for row in pending:
        payouts = case.snapshot["payouts"]
        kind, amount, applicant = (
            payouts.column(name)[row] for name in ("kind", "amount", "applicant")
        )
        takes_back = state == "rejected" and applicant == case.options.by
        if not takes_back and not _within_authority(case, kind, amount):
            raise Refused(
                Message(
                    "{who} ({role}) may not decide on {what}: ask the next higher role. "
                    "(Roles stand in the sheet {agents}.)",
                    who=case.options.by,
                    role=CHOICES["role"].word(case.role(), case.lang),
                    what=Message("an unknown amount")
                    if amount is None
                    else Message("{amount} yuan", amount=f"{amount:.2f}"),
                    agents=case.tracker.table("agents").title.text(case.lang),
                )
            )
        case.set_in("payouts", row, "state", state)
        case.set_in("payouts", row, "approver", case.options.by)
        case.set_in("payouts", row, "approved_at", case.options.now)


def _approve(case: CaseWork) -> None:
    _decide(case, "approved")


def _reject(case: CaseWork) -> None:
    _decide(case, "rejected")


def _paid(case: CaseWork) -> None:
    rows = case.rows_of("payouts", "approved", "payable")
    if not rows and not case.rows_of("payouts", "paid", "used"):
        raise Refused(Message("Nothing of {case} is to be paid.", case=case.key[0]))
    for row in rows:
        case.set_in("payouts", row, "state", "paid")
        case.set_in("payouts", row, "paid_at", case.options.now)
        if case.options.coupon_code and case.snapshot["payouts"].column("kind")[row] == "coupon":
            case.set_in("payouts", row, "coupon_code", case.options.coupon_code)


def _wait(case: CaseWork) -> None:
    _need_open(case)
    if case["waiting_since"] is None:
        case.set("waiting_since", case.options.now)


def _resume(case: CaseWork) -> None:
    since = case["waiting_since"]
    if since is None:
        return
    interval = f"{since:%Y-%m-%d %H:%M:%S}~{case.options.now:%Y-%m-%d %H:%M:%S}"
    case.set("pauses", "；".join(part for part in (case["pauses"], interval) if part))
    case.set("waiting_since", None)


def _close(case: CaseWork) -> None:
    if case["closed_at"] is not None:
        return
    given = case.options.outcome
    outcome = CHOICES["outcome"].id(given) if given else case["outcome"]
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


def _reopen(case: CaseWork) -> None:
    if case["closed_at"] is None:
        return
    case.set("closed_at", None)
    case.set("confirmed", None)
    for row in case.rows_of("followups", "pending"):
        case.set_in("followups", row, "state", "cancelled")


def _transfer(case: CaseWork) -> None:
    _need_open(case)
    if not case.options.to:
        raise Refused(Message("Transfer to whom? Name the colleague."))
    case.set("agent", case.options.to)
    if case["claimed_at"] is None:
        case.set("claimed_at", case.options.now)


def _script(case: CaseWork) -> None:
    if case["script"] is None:
        raise Refused(Message("There is no script for {case} at this stage.", case=case.key[0]))
    case.say(Message("{text}", text=case["script"]))
    case.log("reviews", case.key[0], "script", None, None)


DO: Final[Mapping[str, Action]] = {
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
