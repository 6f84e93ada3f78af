"""Refresh: what it computes, what it leaves alone, what it freezes and takes back."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanpan.addin.buttons.check import check
from fanpan.addin.refresh import refresh
from fanpan.sheets.applying import applied
from fanpan.sheets.snapshot import Snapshot
from fanpan.templates.tracker import load_tracker

from .tables import CUSTOMERS, NOW, ORDERS, REVIEWS, ago, cells, sample, snapshot, table

TRACKER = load_tracker()


def refreshed(before: Snapshot, now: datetime = NOW) -> Snapshot:
    return applied(before, refresh(before, now=now), TRACKER)


def value(of: Snapshot, table: str, row: str, column: str) -> Any:
    found = of[table]
    return found.column(column)[found.index()[row, 0]]


def with_rules(before: Snapshot, *rules: tuple[str, str]) -> Snapshot:
    tables = snapshot(rules=[{"key": key, "value": cell} for key, cell in rules]).tables
    return Snapshot({**before.tables, "rules": tables["rules"]}, before.lang)


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("R1", "kind", "quality"),
        ("R1", "due_response", ago(hours=1, minutes=45)),
        ("R1", "due_solution", NOW + timedelta(hours=2)),
        ("R1", "due_close", NOW + timedelta(hours=70)),
        ("R1", "state_response", "overdue"),
        ("R1", "state_solution", "running"),
        ("R1", "minutes_left", 120.0),
        ("R1", "handler", "supervisor"),
        ("R1", "tier", "high_value"),
        ("R1", "offer", "refund"),
        ("R1", "offer_coupon", Decimal("5.00")),
        ("R1", "offer_cost", Decimal("93.00")),
        ("R1", "offer_approver", "supervisor"),
        ("R1", "care", "vip"),
        ("R1", "case_state", "unclaimed"),
        ("R2", "is_bad", "no"),
        ("R2", "due_solution", None),
        ("R2", "kind", None),
        ("R2", "case_state", "not_needed"),
        ("R3", "alert", "差评"),
        ("R3", "kind", "malicious"),
        ("R3", "offer", "confirm_malicious"),
        ("R3", "tier", "unknown"),
        ("R4", "case_state", "closed"),
        ("R4", "state_response", "on_time"),
        ("R4", "frozen", "close"),
        ("R4", "kind", "other"),
    ],
)
def test_values_of_the_sample(row: str, column: str, expected: object) -> None:
    assert value(refreshed(sample()), "reviews", row, column) == expected


def test_customer_figures() -> None:
    after = refreshed(sample())
    assert value(after, "customers", "taobao|c1", "spend_365") == Decimal("1376.00")
    assert value(after, "customers", "taobao|c1", "bad_reviews") == 1
    assert value(after, "customers", "taobao|c1", "tier") == "high_value"


def test_second_refresh_changes_nothing() -> None:
    assert not refresh(refreshed(sample()), now=NOW)


def test_later_refresh_touches_only_what_time_changes() -> None:
    edits = refresh(refreshed(sample()), now=NOW + timedelta(minutes=10))
    assert set(edits.tables) == {"reviews"}
    assert set(edits.tables["reviews"].cells) == {"minutes_left", "computed_at", "seal"}
    assert {key for key, _ in edits.tables["reviews"].cells["minutes_left"]} == {"R1", "R3"}


def test_only_out_cells_are_written() -> None:
    edits = refresh(sample(), now=NOW)
    for name, edit in edits.tables.items():
        for column in edit.cells:
            assert TRACKER.table(name).column(column).part == "out"


def test_override_beats_the_computed_value_everywhere() -> None:
    rows = deepcopy(REVIEWS)
    rows[0]["kind_confirmed"] = "price"
    after = refreshed(snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS))
    assert value(after, "reviews", "R1", "kind") == "quality"
    assert value(after, "reviews", "R1", "due_solution") == NOW + timedelta(hours=6)
    assert value(after, "reviews", "R1", "offer") == "coupon"


def test_a_persons_kind_in_the_computed_cell_moves_to_its_override() -> None:
    before = refreshed(sample())
    before["reviews"].columns["kind"][0] = "price"
    edits = refresh(before, now=NOW)
    changed = cells(edits, "reviews", "R1")
    assert changed["kind_confirmed"] == "price"
    assert changed["kind"] == "quality"
    assert changed["due_solution"] == NOW + timedelta(hours=6)
    assert [line["old"] for line in edits.tables["log"].append] == ["价格"]
    assert not refresh(applied(before, edits, TRACKER), now=NOW)


def test_a_persons_value_elsewhere_is_restored_and_logged() -> None:
    before = refreshed(sample())
    before["reviews"].columns["due_close"][0] = NOW
    edits = refresh(before, now=NOW)
    assert cells(edits, "reviews", "R1")["due_close"] == NOW + timedelta(hours=70)
    (line,) = edits.tables["log"].append
    assert (line["row"], line["column"], line["old"]) == ("R1", "结案截止", str(NOW))


def test_time_passing_is_not_taken_for_a_persons_hand() -> None:
    edits = refresh(refreshed(sample()), now=NOW + timedelta(days=3))
    assert "log" not in edits.tables


def test_a_stale_value_is_never_taken_for_a_persons() -> None:
    before = refreshed(snapshot(reviews=REVIEWS))
    assert value(before, "reviews", "R1", "tier") == "unknown"
    before["reviews"].columns["minutes_left"][0] = 5.0
    before.tables["orders"] = table("orders", ORDERS)
    edits = refresh(before, now=NOW + timedelta(minutes=7))
    changed = cells(edits, "reviews", "R1")
    assert changed["tier"] == "high_value"
    assert not {"tier_confirmed", "offer_confirmed"} & set(changed)
    assert [line["column"] for line in edits.tables["log"].append] == ["剩余分钟"]


def test_a_persons_kind_moves_though_the_computed_one_changed_too() -> None:
    before = refreshed(sample())
    before["reviews"].columns["kind"][0] = "price"
    before["reviews"].columns["text"][0] = "快递太慢了，等了半个月"
    edits = refresh(before, now=NOW + timedelta(minutes=7))
    changed = cells(edits, "reviews", "R1")
    assert (changed["kind_confirmed"], changed["kind"]) == ("price", "logistics")
    assert len(edits.tables["log"].append) == 1


def test_an_override_that_holds_a_persons_formula_is_left_alone() -> None:
    before = refreshed(sample())
    before["reviews"].columns["kind"][0] = "price"
    before["reviews"].locked = {"kind_confirmed": frozenset({0})}
    edits = refresh(before, now=NOW)
    assert "kind_confirmed" not in edits.tables["reviews"].cells
    (line,) = edits.tables["log"].append
    assert (line["old"], line["new"]) == ("价格", "产品质量")
    assert "恢复" in line["why"]


def test_what_a_person_typed_into_a_new_rows_computed_cells_is_kept() -> None:
    before = refreshed(snapshot(reviews=REVIEWS[1:]))
    typed = {**REVIEWS[0], "kind": "price", "due_close": NOW}
    known = [dict(zip(before["reviews"].columns, row, strict=True))
             for row in before["reviews"].rows(*before["reviews"].columns)]  # fmt: skip
    edits = refresh(snapshot(reviews=[*known, typed]), now=NOW)
    assert cells(edits, "reviews", "R1")["kind_confirmed"] == "price"
    logged = [(line["column"], line["old"]) for line in edits.tables["log"].append]
    assert sorted(logged) == sorted([("差评类型", "价格"), ("结案截止", str(NOW))])


@pytest.mark.parametrize("column", ["kind_why", "seal"])
def test_a_column_that_went_missing_is_no_persons_hand(column: str) -> None:
    before = refreshed(sample())
    reviews = before["reviews"]
    del reviews.columns[column]
    reviews.missing = frozenset({column})
    assert "log" not in refresh(before, now=NOW + timedelta(hours=1)).tables


def test_rules_that_changed_reach_open_cases_only() -> None:
    before = refreshed(sample())
    edits = refresh(
        with_rules(before, ("clock.solution.quality", "8"), ("clock.solution.other", "1")), now=NOW
    )
    reviews = edits.tables["reviews"].cells
    assert reviews["due_solution"] == {("R1", 0): NOW + timedelta(hours=6)}
    assert ("R4", 0) not in reviews["rules_version"]
    assert "log" not in edits.tables


def test_a_persons_value_in_a_frozen_cell_gives_way_to_the_frozen_one() -> None:
    before = refreshed(sample())
    assert value(before, "reviews", "R4", "state_solution") == "late"
    row = before["reviews"].index()["R4", 0]
    for column, typed in (("state_solution", "on_time"), ("kind", "price"), ("frozen", None)):
        before["reviews"].columns[column][row] = typed
    changed_rules = with_rules(before, ("clock.solution.other", "99"), ("clock.close", "1"))
    edits = refresh(changed_rules, now=NOW + timedelta(hours=1))
    changed = cells(edits, "reviews", "R4")
    assert changed["state_solution"] == "late"
    assert (changed["kind"], changed["kind_confirmed"]) == ("other", "price")
    assert changed["frozen"] == "close"
    assert not {"due_solution", "due_close", "rules_version", "handler", "offer"} & set(changed)
    logged = {line["column"]: line["old"] for line in edits.tables["log"].append}
    assert logged == {"方案状态": "按时", "差评类型": "价格", "已定格": None}
    assert not refresh(applied(changed_rules, edits, TRACKER), now=NOW + timedelta(hours=1))


def test_tier_and_offer_freeze_at_the_solution() -> None:
    rows = deepcopy(REVIEWS)
    rows[0]["solution_at"] = ago(minutes=5)
    before = refreshed(snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS))
    assert value(before, "reviews", "R1", "frozen") == "solution"
    after = refreshed(with_rules(before, ("tier.high_spend", "5000"), ("offer.coupon.1", "8")))
    assert value(after, "reviews", "R1", "tier") == "high_value"
    assert value(after, "reviews", "R1", "offer_coupon") == Decimal("5.00")


def test_bad_follow_up_review_after_closing_reopens() -> None:
    rows = deepcopy(REVIEWS)
    rows[3] |= {"followup_text": "又坏了，质量太差", "followup_at": ago(hours=1)}
    after = refreshed(snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS))
    assert value(after, "reviews", "R4", "case_state") == "reopened"
    assert value(after, "reviews", "R4", "due_response") == ago(minutes=45)
    assert value(after, "reviews", "R4", "frozen") is None


def test_praise_after_closing_does_not_reopen() -> None:
    rows = deepcopy(REVIEWS)
    rows[3] |= {"followup_text": "处理得很好，满意", "followup_at": ago(hours=1)}
    after = refreshed(snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS))
    assert value(after, "reviews", "R4", "case_state") == "closed"


def buyer_case(case: str, days: float, **more: Any) -> dict[str, Any]:
    return {
        "review_id": case, "platform": "jd", "customer_id": "b", "stars": 1.0, "text": "太贵了",
        "captured_at": ago(days=days), **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("second", "main", "handler"),
    [
        (buyer_case("B", 1), "A", "supervisor"),
        (buyer_case("B", -25), "B", "supervisor"),
        (buyer_case("B", -100), "B", "agent"),
    ],
)
def test_one_buyer_with_several_reviews(second: dict[str, Any], main: str, handler: str) -> None:
    after = refreshed(snapshot(reviews=[second, buyer_case("A", 6)]), NOW + timedelta(days=120))
    assert value(after, "reviews", "B", "main_case") == main
    assert value(after, "reviews", "B", "handler") == handler
    assert value(after, "reviews", "A", "handler") == "agent"


def test_a_closed_case_is_no_main_case_for_a_later_one() -> None:
    first = buyer_case("A", 6, closed_at=ago(days=5))
    after = refreshed(snapshot(reviews=[first, buyer_case("B", 1)]))
    assert value(after, "reviews", "B", "main_case") == "B"


def test_copied_rows_are_both_computed_and_marked() -> None:
    after = refreshed(snapshot(reviews=[REVIEWS[0], REVIEWS[0]], orders=ORDERS))
    assert after["reviews"].column("kind") == ["quality", "quality"]
    assert after["reviews"].column("problems") == ["评价ID重复", "评价ID重复"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"captured_at": None}, "抓取时间"),
        ({"platform": None}, "平台"),
        ({"stars": 7.0}, "7"),
        ({"order_id": "9", "sub_order_id": "9"}, "订单"),
        ({"posted_at": NOW}, "抓取"),
        ({"public_reply": "抱歉"}, "首次响应"),
        ({"raw_id": "1.03E+12"}, "1.03E+12"),
    ],
)
def test_a_problem_is_named_and_the_row_stays(changes: dict[str, Any], words: str) -> None:
    rows = [REVIEWS[0] | changes, REVIEWS[1]]
    after = refreshed(snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS))
    assert words in after["reviews"].column("problems")[0]
    assert after["reviews"].column("problems")[1] is None
    assert after["reviews"].column("alert") == [None, None]


def test_an_unreadable_cell_is_a_problem_and_the_rest_is_computed() -> None:
    before = sample()
    before["reviews"].columns["stars"][0] = None
    before["reviews"].bad["stars"] = {0: "一颗星"}
    after = refreshed(before)
    assert "一颗星" in value(after, "reviews", "R1", "problems")
    assert value(after, "reviews", "R1", "kind") == "quality"


def test_negative_amount_is_a_problem() -> None:
    orders = [ORDERS[0] | {"paid": Decimal("-1.00")}]
    after = refreshed(snapshot(reviews=REVIEWS[:1], orders=orders))
    assert "负" in after["orders"].column("problems")[0]
    assert value(after, "reviews", "R1", "offer") == "decide"


def test_a_rule_with_nonsense_keeps_its_default_and_says_so() -> None:
    after = refreshed(with_rules(sample(), ("clock.response", "soon"), ("clock.respnse", "15")))
    assert value(after, "reviews", "R1", "due_response") == ago(hours=1, minutes=45)
    first, second = after["rules"].column("problem")
    assert "soon" in first
    assert "clock.response" in second


def test_the_summary_names_the_rules_that_are_not_in_force() -> None:
    edits = refresh(with_rules(sample(), ("clock.response", "soon")), now=NOW)
    (notice,) = edits.summary.notices
    assert (notice.table, notice.row) == ("规则", "2")
    assert "soon" in notice.message.text("zh")


def test_missing_column_is_named_and_the_others_are_computed() -> None:
    before = sample()
    reviews = before["reviews"]
    del reviews.columns["alert"]
    reviews.missing = frozenset({"alert"})
    edits = refresh(before, now=NOW)
    assert "alert" not in edits.tables["reviews"].cells
    assert [notice.column for notice in edits.summary.notices] == ["预警词"]


def test_a_missing_typed_column_is_named_too() -> None:
    before = sample()
    before["reviews"].missing = frozenset({"stars"})
    (notice,) = refresh(before, now=NOW).summary.notices
    assert (notice.column, notice.message.text("zh")) == ("星级", "缺少这一列，按空白计算。")


def test_live_and_locked_cells_are_left_alone() -> None:
    before = sample()
    before["reviews"].live = frozenset({"kind_why"})
    before["reviews"].locked = {"alert": frozenset({2})}
    edits = refresh(before, now=NOW)
    assert "kind_why" not in edits.tables["reviews"].cells
    assert ("R3", 0) not in edits.tables["reviews"].cells.get("alert", {})
    after = applied(before, edits, TRACKER)
    assert not refresh(after, now=NOW)


REVIEW = st.fixed_dictionaries(
    {
        "platform": st.sampled_from(["taobao", "douyin", "jd", None]),
        "customer_id": st.sampled_from(["c1", "c2", None]),
        "order_id": st.sampled_from(["1", "2", "9", None]),
        "stars": st.sampled_from([None, 0.0, 1.0, 3.0, 5.0]),
        "text": st.sampled_from([None, "质量差", "给钱就改", "=1+1", "很好", "快递太慢了", "\x00"]),
        "captured_at": st.sampled_from([None, ago(days=40), ago(hours=1), NOW]),
        "responded_at": st.sampled_from([None, ago(minutes=50)]),
        "solution_at": st.sampled_from([None, ago(minutes=30)]),
        "closed_at": st.sampled_from([None, ago(minutes=10)]),
        "kind_confirmed": st.sampled_from([None, "price", "malicious"]),
        "waiting_since": st.sampled_from([None, ago(minutes=40)]),
    }
)
TABLES = st.lists(REVIEW, max_size=6).map(
    lambda rows: [
        {"review_id": f"R{number}", "shop": "A", "sub_order_id": row["order_id"], **row}
        for number, row in enumerate(rows)
    ]
)


@settings(max_examples=60)
@given(TABLES)
def test_refresh_is_idempotent(rows: list[dict[str, Any]]) -> None:
    after = refreshed(snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS))
    assert not refresh(after, now=NOW)


@settings(max_examples=60)
@given(TABLES)
def test_in_and_over_cells_are_untouched(rows: list[dict[str, Any]]) -> None:
    before = snapshot(reviews=rows, orders=ORDERS, customers=CUSTOMERS)
    after = refreshed(before)
    for column in TRACKER.table("reviews").columns:
        if column.part != "out":
            assert after["reviews"].column(column.id) == before["reviews"].column(column.id)


@settings(max_examples=60)
@given(TABLES, st.randoms(use_true_random=False))
def test_row_order_is_irrelevant(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one = refreshed(snapshot(reviews=rows, orders=ORDERS))["reviews"]
    other = refreshed(snapshot(reviews=shuffled, orders=ORDERS))["reviews"]
    index = other.index()
    for column in TRACKER.table("reviews").out:
        if not column.later:
            found = [other.column(column.id)[index[key]] for key in one.keys]
            assert found == one.column(column.id), column.id


@settings(max_examples=40)
@given(TABLES)
def test_frozen_cases_never_change_under_rule_changes(rows: list[dict[str, Any]]) -> None:
    before = refreshed(snapshot(reviews=rows, orders=ORDERS))
    rules = [
        ("tier.high_spend", "1"), ("offer.coupon.1", "9"), ("clock.solution.quality", "1"),
        ("clock.close", "1"), ("bad.stars", "5"), ("role.quality", "法务"),
    ]  # fmt: skip
    after = refreshed(with_rules(before, *rules))
    for row, level in enumerate(before["reviews"].column("frozen")):
        for column in TRACKER.table("reviews").out:
            if level == "close" or (level == "solution" and column.freezes == "solution"):
                was = before["reviews"].column(column.id)[row]
                assert after["reviews"].column(column.id)[row] == was, column.id


def payout(key: str, review: str, amount: int, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "payout_id": key, "review_id": review, "kind": "coupon", "amount": Decimal(amount),
        "state": "paid", "applied_at": at, "approver": "老板", **more,
    }  # fmt: skip


def with_payouts(payouts: list[dict[str, Any]], *rules: tuple[str, str]) -> Snapshot:
    agents = [{"agent": "老板", "role": "shop_lead"}]
    more = snapshot(payouts=payouts, agents=agents).tables
    tables = {"payouts": more["payouts"], "agents": more["agents"]}
    return with_rules(Snapshot({**sample().tables, **tables}, "en"), *rules)


@pytest.mark.parametrize(
    ("amount", "at", "state", "approver"),
    [
        (407, ago(days=2), "paid", "supervisor"),
        (408, ago(days=2), "paid", "shop_lead"),  # 93 more would be over it
        (408, ago(days=2), "pending", "shop_lead"),  # promised is spent
        (408, ago(days=2), "rejected", "supervisor"),
        (408, ago(days=25), "paid", "supervisor"),  # last month
    ],
)
def test_over_the_budget_the_shop_lead_decides(
    amount: int, at: datetime, state: str, approver: str
) -> None:
    before = with_payouts([payout("P1", "R3", amount, at, state=state)], ("budget.month", "500"))
    after = refreshed(before)
    assert value(after, "reviews", "R1", "offer_approver") == "supervisor"  # of another shop
    before = with_payouts([payout("P1", "R2", amount, at, state=state)], ("budget.month", "500"))
    assert value(refreshed(before), "reviews", "R1", "offer_approver") == approver


def test_what_a_case_was_promised_is_not_counted_twice() -> None:
    before = with_payouts([payout("P1", "R1", 93, ago(hours=1))], ("budget.month", "100"))
    assert value(refreshed(before), "reviews", "R1", "offer_approver") == "supervisor"


def test_a_payout_over_budget_or_cap_says_so() -> None:
    payouts = [
        payout("P2", "R1", 30, ago(days=1)),
        payout("P1", "R2", 25, ago(days=2)),
        payout("P0", "R2", 40, ago(days=40)),
        payout("P3", "R1", 60, ago(hours=1), state="revoked"),
    ]
    rules = ("budget.month", "50"), ("cap.buyer", "54")
    after = refreshed(with_payouts(payouts, *rules))
    found = {key: value(after, "payouts", key, "over_limit") for key in ("P0", "P1", "P2", "P3")}
    assert found == {
        "P0": None,
        "P1": None,
        "P2": "With it the shop has spent 55.00 yuan this month; the budget is 50.00: "
        "the shop lead decides. With it the buyer has got 55.00 yuan within 30 days; "
        "the cap is 54.00.",
        "P3": None,
    }


def test_an_offer_over_the_buyers_cap_is_no_agents() -> None:
    cheap = ("authority.amount.agent", "99")  # else 88 is the supervisor's
    given = [payout("P1", "R2", 8, ago(days=2))]
    for cap, approver in (("101", "agent"), ("100", "supervisor"), ("", "agent")):
        before = with_payouts(given, cheap, ("cap.buyer", cap))
        assert value(refreshed(before), "reviews", "R1", "offer_approver") == approver


TYPED = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from(
            [
                ("kind", "price"), ("tier", "silent"), ("offer", "coupon"), ("frozen", "close"),
                ("state_solution", "late"), ("minutes_left", 7.0), ("due_close", NOW),
                ("kind", None), ("script", "手写"), ("seal", None),
            ]
        ),
    ),
    max_size=3,
)  # fmt: skip


@settings(max_examples=80)
@given(TABLES, TYPED, st.booleans())
def test_only_what_a_person_typed_moves_to_an_override(
    rows: list[dict[str, Any]], typed: list[tuple[int, tuple[str, Any]]], changed: bool
) -> None:
    before = refreshed(snapshot(reviews=rows, orders=ORDERS))
    reviews = before["reviews"]
    over = {"kind": "kind_confirmed", "tier": "tier_confirmed", "offer": "offer_confirmed"}
    may: set[tuple[str, int]] = set()
    for row, (column, cell) in typed:
        if row < len(rows):
            reviews.columns[column][row] = cell
            may.add((over.get(column, ""), row))
    if changed:
        before = with_rules(before, ("tier.high_spend", "1"), ("clock.close", "1"))
    later = NOW + timedelta(hours=5)
    after = refreshed(before, later)
    for declared in TRACKER.table("reviews").columns:
        if declared.part == "out":
            continue
        pairs = zip(reviews.column(declared.id), after["reviews"].column(declared.id), strict=True)
        for row, (was, now) in enumerate(pairs):
            assert was == now or (declared.id, row) in may, declared.id
    assert not refresh(after, now=later)


def test_a_table_that_is_gone_is_told_once() -> None:
    before = sample()
    del before.tables["orders"], before.tables["customers"]
    (told,) = refresh(before, now=NOW).summary.notices
    assert told.table == "订单、客户档案"
    assert told in check(before, now=NOW).summary.notices
    assert "备份" in told.message.text("zh")
