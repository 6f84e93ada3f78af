"""Steps of refresh for the reviews table: what a row is before formulas can speak of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from ...functions.messages import Message
from ...functions.values import CHOICES
from ...sheets.snapshot import Value
from .computation import Computation, step


def _by_buyer(computation: Computation, table: str) -> dict[tuple[Value, Value], list[int]]:
    """Rows of the cases of each buyer, in the order of capture."""

    def build() -> dict[tuple[Value, Value], list[int]]:
        snapshot = computation.table(table)
        captured = snapshot.column("captured_at")
        bad = computation.get(table, "is_bad")
        buyers: dict[tuple[Value, Value], list[int]] = defaultdict(list)
        for row, buyer in enumerate(snapshot.rows("platform", "customer_id")):
            if None not in buyer and captured[row] is not None and bad[row] == "yes":
                buyers[buyer].append(row)
        for rows in buyers.values():
            rows.sort(key=lambda row: (captured[row], snapshot.keys[row]))
        return buyers

    return computation.once(("by buyer", table), build)


@step
def main_case(computation: Computation, table: str, _column: str) -> list[Value]:
    """The first open case of a buyer's cases within 30 days; every other case is its own."""
    snapshot = computation.table(table)
    ids = snapshot.column("review_id")
    captured, closed = snapshot.column("captured_at"), snapshot.column("closed_at")
    window = timedelta(days=computation.rules["case.main_days"])
    bad = computation.get(table, "is_bad")
    result = [case if is_bad == "yes" else None for case, is_bad in zip(ids, bad, strict=True)]
    for rows in _by_buyer(computation, table).values():
        main = rows[0]
        for row in rows[1:]:
            still_open = closed[main] is None or closed[main] > captured[row]
            if still_open and captured[row] - captured[main] <= window:
                result[row] = ids[main]
            else:
                main = row
    return result


@step
def handler(computation: Computation, table: str, _column: str) -> list[Value]:
    """The role of the kind; a buyer's second case within 90 days goes to the supervisor."""
    captured = computation.table(table).column("captured_at")
    result = list(computation.get(table, "computed_handler"))
    window = timedelta(days=computation.rules["case.repeat_days"])
    for rows in _by_buyer(computation, table).values():
        for before, row in pairwise(rows):
            if captured[row] - captured[before] <= window and result[row] == "agent":
                result[row] = "supervisor"
    return result


@step
def offer(computation: Computation, table: str, _column: str) -> list[Value]:
    """The offer of the rules; while malice is only suspected, a person confirms it first."""
    rows = zip(
        computation.get(table, "computed_offer"),
        computation.get(table, "case_kind"),
        computation.table(table).column("kind_confirmed"),
        strict=True,
    )
    return [
        "confirm_malicious" if kind == "malicious" and confirmed is None else found
        for found, kind, confirmed in rows
    ]


_STAGES = {
    "unclaimed": "first_contact",
    "unanswered": "first_contact",
    "reopened": "first_contact",
    "diagnosing": "solution",
    "approval": "applying",
    "confirming": "confirm_solved",
    "waiting": "evidence_request",
    "appealing": "public_reply",
}


@step
def script_stage(computation: Computation, table: str, _column: str) -> list[Value]:
    """Which message comes next; over the agent's authority it only says that we are applying."""
    rows = zip(
        computation.get(table, "case_state"),
        computation.get(table, "offer_approver"),
        computation.get(table, "offer"),
        computation.table(table).column("kind_confirmed"),
        computation.through(table, "payouts", "state"),
        strict=True,
    )
    result: list[Value] = []
    for state, approver, found, confirmed, payouts in rows:
        stage = _STAGES.get(state)
        if stage == "solution":
            granted = approver in {None, "agent"} or "approved" in payouts
            if confirmed == "malicious":
                stage = "refusal"
            elif not granted or found in {"decide", "confirm_malicious"}:
                stage = "applying"
        result.append(stage)
    return result


@step
def offer_words(computation: Computation, table: str, _column: str) -> list[Value]:
    """The offer as the buyer reads it: the person's own words, else the rule's with its coupon."""
    lang = computation.snapshot.lang
    rows = zip(
        computation.table(table).column("offer_confirmed"),
        computation.get(table, "offer"),
        computation.get(table, "offer_coupon"),
        strict=True,
    )
    result: list[Value] = []
    for confirmed, found, coupon in rows:
        if confirmed is not None or found not in {"refund", "reship", "coupon"}:
            result.append(confirmed)
            continue
        word = CHOICES["offer"].word(found, lang)
        if coupon:
            word = Message("{offer} ({amount} yuan)", offer=word, amount=f"{coupon:g}").text(lang)
        result.append(word)
    return result


@step
def script_lang(computation: Computation, table: str, _column: str) -> list[Value]:
    """Scripts speak the tracker's language."""
    return [computation.snapshot.lang] * len(computation.table(table))
