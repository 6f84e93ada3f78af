"""The demo tracker: shipped exports imported, past cases worked on, refreshed and reported.

What exports do not carry (who claimed what, batches, payouts) follows from each case's own id, so
that the same exports always give the same tracker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from ..functions.rules import DEFAULT_RULES
from ..functions.values import CHOICES
from ..sheets.applying import applied, merged
from ..sheets.edits import Edits
from ..sheets.exports import ExportFile, read_export
from ..sheets.snapshot import Snapshot, Value
from ..templates.headers import is_header
from ..templates.tracker import load_tracker
from .buttons.dashboard import NEEDS as DASHBOARD_NEEDS
from .buttons.dashboard import DashboardOptions, dashboard
from .buttons.import_ import NEEDS as IMPORT_NEEDS
from .buttons.import_ import import_rows
from .buttons.report import NEEDS as REPORT_NEEDS
from .buttons.report import ReportOptions, report
from .importing.plan import ImportOptions
from .press import Needs, Phase, press, quiet, union
from .refresh import needs, refresh, rules_of

DEMO_NOW: Final = datetime(2026, 11, 23, 10)
SHOP: Final = "暖居家纺旗舰店"
_AGENTS: Final = (
    ("小陈", "agent"),
    ("小林", "agent"),
    ("小周", "agent"),
    ("王主管", "supervisor"),
    ("李店长", "shop_lead"),
)
_SUPPLIERS: Final = {
    "电热毯": "绍兴暖源电器",
    "四件套": "南通锦织家纺",
    "冬被": "南通锦织家纺",
    "加湿器": "宁波润雾电器",
    "毛毯": "义乌绒语",
    "枕": "佛山眠舒",
    "暖脚": "绍兴暖源电器",
    "窗帘": "绍兴帘韵",
}
_BAD_BATCH: Final = "N2611"
_CAUSES: Final = {
    "quality": "单边不热", "logistics": "中转积压", "wrong_item": "拣货错误", "damage": "外箱太薄",
    "mismatch": "图片色差", "service": "回复太慢", "price": "活动价差", "malicious": "疑似同行",
    "other": "未说明",
}  # fmt: skip
_PARTIES: Final = {
    "quality": "supplier", "logistics": "carrier", "wrong_item": "warehouse", "damage": "carrier",
    "mismatch": "product", "service": "service", "price": "product", "malicious": "buyer",
    "other": "service",
}  # fmt: skip
_NEEDS: Final[Needs] = union(
    union(IMPORT_NEEDS, needs()), union(REPORT_NEEDS, {**DASHBOARD_NEEDS, "payouts": tuple(
        column.id for column in load_tracker().table("payouts").columns
    ), "agents": ("agent", "role", "shift", "on_duty")})
)  # fmt: skip


def fill_demo(path: Path, *, now: datetime = DEMO_NOW, phase: Phase = quiet) -> Edits:
    """Fill a new tracker with the demo, in one save."""
    return press(str(path), lambda snapshot: demo(snapshot, now), _NEEDS, phase=phase)


def demo(snapshot: Snapshot, now: datetime) -> Edits:
    """All edits of the demo: exports, past work, refresh, the week's report and the board."""
    tracker = load_tracker()
    edits = Edits()

    def then(more: Edits) -> Snapshot:
        nonlocal edits, snapshot
        edits = merged(edits, more, tracker)
        snapshot = applied(snapshot, more, tracker)
        return snapshot

    for export in exports():
        then(import_rows(snapshot, export, ImportOptions(now=now, shop=SHOP, by="小陈")))
    edits.summary.notices.clear()
    edits.summary.lines.clear()
    then(refresh(snapshot, now=now))
    then(past_work(snapshot, now))
    then(refresh(snapshot, now=now))
    rules = rules_of(snapshot)
    then(report(snapshot, ReportOptions(now=now - timedelta(days=7), rules=rules)))
    edits.sheets.clear()
    edits.summary.lines.clear()
    then(report(snapshot, ReportOptions(now=now, rules=rules)))
    then(dashboard(snapshot, DashboardOptions(now=now, rules=rules)))
    return edits


def exports() -> Iterator[ExportFile]:
    """The shipped exports, orders before reviews."""
    folder = files("fanpan.templates") / "demo"
    names = sorted(
        (item.name for item in folder.iterdir() if item.name.endswith(".csv")),
        key=lambda name: ("评价" in name, name),
    )
    for name in names:
        with as_file(folder / name) as path:
            yield read_export(path, is_header)


def _dice(case: str, what: str) -> float:
    """A number in [0, 1) that belongs to a case."""
    return int(sha256(f"{case}|{what}".encode()).hexdigest()[:8], 16) / 2**32


def past_work(snapshot: Snapshot, now: datetime) -> Edits:
    """What the team has done so far, by the clock of each case."""
    edits = Edits()
    agents = edits.table("agents")
    for name, role in _AGENTS:
        agents.append.append({"agent": name, "role": role, "shift": "09:00-23:00", "on_duty": True})
    reviews = snapshot["reviews"]
    columns = (
        "posted_at", "is_bad", "kind", "product", "sku", "offer", "offer_coupon", "offer_cost",
        "sub_order_id",
    )  # fmt: skip
    for key, row in zip(reviews.keys, reviews.rows(*columns), strict=True):
        _work_on(key[0], dict(zip(columns, row, strict=True)), now, edits)
    return edits


def _work_on(case: str, row: Mapping[str, Value], now: datetime, edits: Edits) -> None:
    def put(column: str, value: Value) -> None:
        edits.table("reviews").set(column, (case, 0), value)

    product, sku, posted = row["product"] or "", row["sku"] or "", row["posted_at"]
    supplier = next((name for word, name in _SUPPLIERS.items() if word in product), None)
    put("supplier", supplier)
    hot = "暖风款" in sku and posted is not None and posted >= datetime(2026, 11, 14)
    put("batch", _BAD_BATCH if hot else f"N26{7 + int(_dice(case, 'batch') * 4):02}")
    if posted is None:
        return
    captured = posted + timedelta(minutes=2 + int(_dice(case, "seen") * 40))
    put("captured_at", min(captured, now))
    if row["is_bad"] != "yes":
        return
    kind = row["kind"] or "other"
    age = now - captured
    clock = timedelta(seconds=DEFAULT_RULES.allowance("solution", kind))
    if age < timedelta(hours=1 + 20 * _dice(case, "idle")):
        return
    agent = _AGENTS[int(_dice(case, "agent") * 3)][0]
    put("agent", agent)
    put("claimed_at", captured + timedelta(minutes=1 + int(_dice(case, "claim") * 8)))
    responded = captured + timedelta(minutes=4 + int(_dice(case, "respond") ** 2 * 28))
    put("responded_at", responded)
    if _dice(case, "confirm") < 0.7:
        put("kind_confirmed", kind)
    put("cause", _CAUSES[kind])
    put("party", _PARTIES[kind])
    if age < timedelta(days=1 + 2 * _dice(case, "slow")):
        return
    solved = captured + clock * (0.25 + 0.95 * _dice(case, "solve"))
    put("solution_at", max(solved, responded))
    _pay(case, row, agent, solved, edits)
    if age < timedelta(days=3.5) or _dice(case, "open") < 0.06:
        return
    closed = captured + timedelta(hours=20 + 60 * _dice(case, "close"))
    put("closed_at", max(closed, solved + timedelta(hours=1)))
    put(
        "outcome",
        "appealed" if kind == "malicious" else "compensated" if row["offer"] else "solved",
    )
    put("confirmed", _dice(case, "happy") < 0.8)


def _pay(case: str, row: Mapping[str, Value], agent: str, at: datetime, edits: Edits) -> None:
    coupon = row["offer_coupon"]
    cost: Decimal | None = row["offer_cost"]
    if row["offer"] not in CHOICES["offer"].ids[:3] or not coupon:
        return
    lines = [("coupon", coupon)]
    if row["offer"] == "refund" and cost is not None:
        lines.append(("refund", cost - coupon))
    for number, (kind, amount) in enumerate(lines, 1):
        edits.table("payouts").append.append(
            {
                "payout_id": f"P-{case}-{number}", "review_id": case,
                "sub_order_id": row["sub_order_id"], "reason": "review", "kind": kind,
                "amount": amount, "state": "paid", "applicant": agent,
                "approver": "李店长" if amount > 300 else "王主管" if amount > 20 else agent,
                "applied_at": at, "approved_at": at, "paid_at": at + timedelta(hours=2),
            }
        )  # fmt: skip
