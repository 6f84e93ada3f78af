"""Steps of refresh for the reviews table: what a row is before formulas can speak of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from ...functions import REGISTRY
from ...functions.messages import Message
from ...functions.values import CHOICES
from ...sheets.snapshot import Value
from .computation import Computation, step


@step
def all_words(computation: Computation, table: str, _column: str) -> list[Value]:
    """Review and follow-up review as one text."""
    return [
        "\n".join(part for part in (text, more) if part) or None
        for text, more in computation.table(table).rows("text", "followup_text")
    ]


def _where_bad(computation: Computation, table: str, column: str) -> list[Value]:
    bad = computation.get(table, "is_bad")
    values = computation.get(table, column)
    return [None if is_bad == "no" else value for is_bad, value in zip(bad, values, strict=True)]


@step
def words(computation: Computation, table: str, _column: str) -> list[Value]:
    """The text whose kind is asked for: a review that is not bad has none."""
    return _where_bad(computation, table, "all_words")


@step
def bad_stars(computation: Computation, table: str, _column: str) -> list[Value]:
    """The stars of reviews that are or may be bad."""
    return _where_bad(computation, table, "stars")


@step
def bad_late(computation: Computation, table: str, _column: str) -> list[Value]:
    """The late hours behind reviews that are or may be bad."""
    return _where_bad(computation, table, "late_hours")


@step
def case_kind(computation: Computation, table: str, _column: str) -> list[Value]:
    """The effective kind of the rows that are cases."""
    rows = zip(computation.get(table, "is_bad"), computation.get(table, "kind"), strict=True)
    return [kind if is_bad == "yes" else None for is_bad, kind in rows]


@step
def told_kind(computation: Computation, table: str, _column: str) -> list[Value]:
    """The kind whose clock escalates; while the buyer keeps us waiting nobody is told anew."""
    rows = zip(
        computation.get(table, "kind"),
        computation.table(table).column("waiting_since"),
        strict=True,
    )
    return [None if waiting is not None else kind for kind, waiting in rows]


@step
def reopened_at(computation: Computation, table: str, _column: str) -> list[Value]:
    """When a bad follow-up review after closing opened the case again."""
    kind_of = REGISTRY["KIND"].function
    result: list[Value] = []
    for closed, at, text in computation.table(table).rows(
        "closed_at", "followup_at", "followup_text"
    ):
        late = closed is not None and at is not None and at > closed
        result.append(
            at if late and text and kind_of(text, None, None, computation.rules) else None
        )
    return result


@step
def clock_start(computation: Computation, table: str, _column: str) -> list[Value]:
    """Clocks run from capture, and anew from the follow-up review that reopened the case."""
    rows = zip(
        computation.get(table, "is_bad"),
        computation.table(table).column("captured_at"),
        computation.get(table, "reopened_at"),
        strict=True,
    )
    return [
        (reopened or captured) if is_bad == "yes" else None for is_bad, captured, reopened in rows
    ]


@step
def standstill(computation: Computation, table: str, _column: str) -> list[Value]:
    """Closed waiting intervals, and the one that is still open."""
    return [
        "；".join(part for part in (pauses, f"{since:%Y-%m-%d %H:%M:%S}~" if since else "") if part)
        or None
        for pauses, since in computation.table(table).rows("pauses", "waiting_since")
    ]


def _first(computation: Computation, table: str, *columns: str) -> list[datetime | None]:
    """The earliest of several moments, counting only those since the case was (re)opened."""
    result: list[datetime | None] = []
    reopened = computation.get(table, "reopened_at")
    for since, row in zip(reopened, computation.table(table).rows(*columns), strict=True):
        moments = [moment for moment in row if moment and (since is None or moment >= since)]
        result.append(min(moments) if moments else None)
    return result


@step
def response_done(computation: Computation, table: str, _column: str) -> list[Value]:
    """The first real reply; a solution or a close implies one."""
    return list(_first(computation, table, "responded_at", "solution_at", "closed_at"))


@step
def solution_done(computation: Computation, table: str, _column: str) -> list[Value]:
    """The solution; for a malicious review the appeal that was submitted."""
    plain = _first(computation, table, "solution_at", "closed_at")
    submitted = computation.through(table, "appeals", "submitted_at")
    kinds = computation.get(table, "case_kind")
    return [
        min((moment for moment in appeals if moment is not None), default=done)
        if kind == "malicious"
        else done
        for kind, done, appeals in zip(kinds, plain, submitted, strict=True)
    ]


@step
def approval(computation: Computation, table: str, _column: str) -> list[Value]:
    """What the case waits for besides its clocks, as CASE_STATE reads it."""
    pending = computation.through(table, "payouts", "state")
    submitted = computation.through(table, "appeals", "submitted_at")
    results = computation.through(table, "appeals", "result")
    rows = zip(
        computation.get(table, "is_bad"),
        computation.table(table).column("outcome"),
        pending,
        submitted,
        results,
        strict=True,
    )
    state: list[Value] = []
    for is_bad, outcome, payouts, moments, appeal_results in rows:
        if is_bad != "yes":
            state.append("not_needed")
        elif any(moments) and not any(found in {"upheld", "refused"} for found in appeal_results):
            state.append("appealing")
        elif outcome == "unreachable":
            state.append("unreachable")
        elif "pending" in payouts:
            state.append("approval")
        else:
            state.append(None)
    return state


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
def refundable(computation: Computation, table: str, _column: str) -> list[Value]:
    """What can still be refunded on the reviewed order."""
    return computation.through(table, "order", "refundable")


@step
def offer_kind(computation: Computation, table: str, _column: str) -> list[Value]:
    """The kind that an offer is for."""
    return computation.get(table, "case_kind")


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


@step
def care_tier(computation: Computation, table: str, _column: str) -> list[Value]:
    """The tier, for main cases only: one care gift per buyer."""
    rows = zip(
        computation.get(table, "tier"),
        computation.get(table, "main_case"),
        computation.table(table).column("review_id"),
        strict=True,
    )
    return [tier if main is not None and main == own else None for tier, main, own in rows]


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
