"""The case buttons, trace, check and undo, through a file as a person uses them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.addin.cli.app import run
from fanpan.addin.tracking import create
from fanpan.functions.values import CHOICES
from fanpan.sheets import open as open_sheet
from fanpan.templates.tracker import load_tracker

CASE = "R1"
OFFERED = ("offer", "offer_coupon", "offer_cost", "offer_approver")
START = datetime(2026, 11, 23, 9)


ROWS: dict[str, list[dict[str, Any]]] = {
    "reviews": [
        {"review_id": CASE, "platform": "taobao", "shop": "A", "order_id": "1",
         "sub_order_id": "1", "customer_id": "c1", "stars": 1.0, "text": "质量太差，用两天就坏",
         "captured_at": START},
        {"review_id": "R2", "platform": "taobao", "shop": "A", "stars": 5.0, "text": "很好",
         "captured_at": START},
    ],
    "orders": [
        {"platform": "taobao", "shop": "A", "order_id": "1", "sub_order_id": "1",
         "customer_id": "c1", "paid": 88, "status": "done",
         "ordered_at": datetime(2026, 11, 1)},
    ],
    "agents": [{"agent": "小王", "role": "agent"}, {"agent": "王主管", "role": "supervisor"}],
    "customers": [{"platform": "taobao", "customer_id": "c1"}],
}  # fmt: skip


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    path = tmp_path / "tracker.xlsx"
    create(path, lang="zh", hours=None, rows=ROWS)
    assert run(["refresh", str(path), "--now", "2026-11-23 09:00"]) == 0
    return path


def case(tracker: Path, now: str, *args: str, by: str = "小王") -> int:
    return run(["case", *args, "-t", str(tracker), "--by", by, "--now", now])


def row(tracker: Path, review: str = CASE) -> dict[str, Any]:
    columns = tuple(c.id for c in load_tracker().table("reviews").columns if not c.later)
    table = open_sheet(str(tracker)).snapshot({"reviews": columns})["reviews"]
    at = table.column("review_id").index(review)
    return {column: table.column(column)[at] for column in columns}


def log(tracker: Path) -> list[str]:
    columns = tuple(c.id for c in load_tracker().table("log").columns if not c.later)
    table = open_sheet(str(tracker)).snapshot({"log": columns})["log"]
    return [" ".join(map(str, line)) for line in table.rows(*columns)]


def test_over_the_budget_only_the_shop_lead_grants(tmp_path: Path) -> None:
    path = tmp_path / "poor.xlsx"
    agents = [*ROWS["agents"], {"agent": "老板", "role": "shop_lead"}]
    rules = [{"key": "budget.month", "value": "50"}]
    create(path, lang="zh", rows={**ROWS, "agents": agents, "rules": rules})
    assert run(["refresh", str(path), "--now", "2026-11-23 09:00"]) == 0
    assert row(path)["offer_approver"] == "shop_lead"
    assert case(path, "2026-11-23 09:20", "solution", CASE, by="王主管") == 0
    assert row(path)["case_state"] == "approval"
    assert case(path, "2026-11-23 09:21", "approve", CASE, by="王主管") == 1
    assert case(path, "2026-11-23 09:22", "approve", CASE, by="老板") == 0


def walk(tracker: Path) -> None:
    """From the first hand to the solution: 93 yuan are over the agent's authority."""
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    assert case(tracker, "2026-11-23 09:10", "responded", CASE) == 0
    offered = {name: row(tracker)[name] for name in OFFERED}
    assert case(tracker, "2026-11-23 09:20", "solution", CASE) == 0
    assert row(tracker)["case_state"] == "approval"
    assert {name: row(tracker)[name] for name in OFFERED} == offered  # it awaits what was offered
    assert case(tracker, "2026-11-23 09:21", "approve", CASE) == 1  # not the agent's to grant
    assert case(tracker, "2026-11-23 09:22", "approve", CASE, by="王主管") == 0
    assert case(tracker, "2026-11-23 09:25", "solution", CASE) == 0
    assert {name: row(tracker)[name] for name in OFFERED} == offered


def test_only_who_may_grant_or_who_applied_rejects(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case(tracker, "2026-11-23 09:20", "solution", CASE) == 0
    assert case(tracker, "2026-11-23 09:21", "reject", CASE, by="小李") == 1
    assert "小李（普通客服）无权审批" in capsys.readouterr().err
    assert row(tracker)["case_state"] == "approval"
    assert case(tracker, "2026-11-23 09:22", "reject", CASE, by="小王") == 0  # takes it back
    assert row(tracker)["case_state"] != "approval"
    assert case(tracker, "2026-11-23 09:23", "solution", CASE) == 0
    assert case(tracker, "2026-11-23 09:24", "reject", CASE, by="王主管") == 0
    assert row(tracker)["case_state"] != "approval"


def test_a_case_from_first_hand_to_its_end(tracker: Path) -> None:
    assert row(tracker)["case_state"] == "unclaimed"
    walk(tracker)
    found = row(tracker)
    assert found["agent"] == "小王"
    assert found["claimed_at"] == datetime(2026, 11, 23, 9, 5)
    assert found["responded_at"] == datetime(2026, 11, 23, 9, 10)
    assert found["solution_at"] == datetime(2026, 11, 23, 9, 25)
    assert found["state_response"] == "on_time"
    assert found["state_solution"] == "on_time"
    assert (
        case(tracker, "2026-11-23 10:00", "close", CASE, "--outcome", "solved", "--confirmed") == 0
    )
    found = row(tracker)
    assert (found["case_state"], found["outcome"], found["confirmed"]) == ("closed", "solved", True)
    lines = log(tracker)
    assert len(lines) >= 4
    assert any("王主管" in line for line in lines)
    assert case(tracker, "2026-11-23 11:00", "reopen", CASE, "--why", "又坏了") == 0
    assert row(tracker)["closed_at"] is None
    assert any("又坏了" in line for line in log(tracker))


def test_waiting_stops_the_clocks(tracker: Path) -> None:
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    due = row(tracker)["due_solution"]
    assert case(tracker, "2026-11-23 09:10", "wait", CASE) == 0
    assert row(tracker)["case_state"] == "waiting"
    assert case(tracker, "2026-11-23 10:10", "resume", CASE) == 0
    assert (row(tracker)["due_solution"] - due).total_seconds() == 3600
    assert "09:10" in row(tracker)["pauses"]


def test_transfer_and_handover(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    assert case(tracker, "2026-11-23 09:06", "transfer", CASE, "--to", "小李") == 0
    assert row(tracker)["agent"] == "小李"
    capsys.readouterr()
    assert case(tracker, "2026-11-23 20:00", "handover", by="小李") == 0
    assert CASE in capsys.readouterr().out  # what the next shift must know


def test_the_script_is_shown_for_copying(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    capsys.readouterr()
    assert case(tracker, "2026-11-23 09:06", "script", CASE) == 0
    said = capsys.readouterr().out
    script = row(tracker)["script"]
    assert script
    assert script[:20] in said.replace("\n", "")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["claim", "R9"], "R9"),
        (["paid", CASE], CASE),
        (["approve", CASE], CASE),
        (["dance", CASE], "dance"),
        (["reject", CASE], CASE),
        (["close", CASE, "--outcome", "vielleicht"], "已解决"),
        (["transfer", CASE], ""),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    tracker: Path, args: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sha256(tracker.read_bytes()).hexdigest()
    assert case(tracker, "2026-11-23 09:30", *args) in {1, 2}
    told = capsys.readouterr().err
    assert words in told
    assert "Traceback" not in told
    assert sha256(tracker.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("action", ["resume", "reopen"])
def test_what_is_so_already_changes_nothing(tracker: Path, action: str) -> None:
    before = row(tracker)
    assert case(tracker, "2026-11-23 09:00", action, CASE) == 0
    assert {**row(tracker), "seal": None} == {**before, "seal": None}


def test_the_second_to_claim_is_told_who_was_first(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    assert case(tracker, "2026-11-23 09:06", "claim", CASE, by="小李") == 1
    assert "小王" in capsys.readouterr().err
    assert row(tracker)["agent"] == "小王"


def test_every_action_has_chinese_and_english_words() -> None:
    names = {name for name, button in BUTTONS.items() if button.group == "case"}
    assert len(names) == 13
    for name in names:
        assert BUTTONS[name].title("zh") != BUTTONS[name].title("en")
        assert BUTTONS[name].description("zh") != BUTTONS[name].description("en")


def test_chinese_actions_work(tracker: Path) -> None:
    assert case(tracker, "2026-11-23 09:05", "认领", CASE) == 0
    assert row(tracker)["agent"] == "小王"


# Undo.


def test_undo_takes_back_the_whole_press_and_again_forth(tracker: Path) -> None:
    before = tracker.read_bytes()
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    after = tracker.read_bytes()
    assert after != before
    assert run(["undo", str(tracker)]) == 0
    assert tracker.read_bytes() == before
    assert run(["undo", str(tracker)]) == 0
    assert tracker.read_bytes() == after


def test_undo_never_takes_back_a_persons_work(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case(tracker, "2026-11-23 09:05", "claim", CASE) == 0
    book = load_workbook(tracker)
    book.save(tracker)
    mine = tracker.read_bytes()
    assert run(["undo", str(tracker)]) == 1
    assert capsys.readouterr().err
    assert tracker.read_bytes() == mine


# Trace and check.


def test_trace_explains_a_cell(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert (
        run(["trace", CASE, "due_solution", "-t", str(tracker), "--now", "2026-11-23 09:30"]) == 0
    )
    said = capsys.readouterr().out
    assert "DEADLINE" in said
    assert "clock.solution.quality" in said
    assert "2026-11-23 13:00" in said


def test_trace_of_nothing_is_refused(tracker: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for args in ([CASE, "nothing"], ["R9", "due_solution"]):
        assert run(["trace", *args, "-t", str(tracker)]) == 1
        assert capsys.readouterr().err


def test_check_is_quiet_when_all_is_well_and_names_what_is_not(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = ["--now", "2026-11-23 09:00"]
    assert run(["check", str(tracker), *now]) == 0
    book = load_workbook(tracker)
    sheet = book["中差评跟踪"]
    header = [cell.value for cell in sheet[1]]
    title = load_tracker().table("reviews").column("captured_at").title.zh
    sheet.cell(2, header.index(title) + 1).value = "gestern"
    book.save(tracker)
    capsys.readouterr()
    assert run(["check", str(tracker), *now]) == 1
    said = capsys.readouterr().out
    assert "中差评跟踪" in said
    assert "gestern" in said


def test_states_of_the_walk_are_words_of_the_catalogue(tracker: Path) -> None:
    walk(tracker)
    assert row(tracker)["case_state"] in CHOICES["case_state"].ids


def test_an_unknown_outcome_is_refused_and_the_words_are_named(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case(tracker, "2026-11-23 09:10", "close", CASE, "--outcome", "已解决") == 0
    assert case(tracker, "2026-11-23 09:20", "reopen", CASE) == 0  # the outcome stays in the cell
    capsys.readouterr()
    assert case(tracker, "2026-11-23 09:30", "close", CASE, "--outcome", "胡说") == 1
    assert "已解决" in capsys.readouterr().err
    assert row(tracker)["closed_at"] is None


def test_trace_takes_tables_by_title_and_names_them_where_there_is_none(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["trace", "1", "可退余额", "-t", str(tracker), "--table", "订单"]) == 0
    capsys.readouterr()
    assert run(["trace", "1", "-t", str(tracker), "--table", "没有"]) == 1
    assert "订单" in capsys.readouterr().err


def test_the_log_and_trace_speak_the_language_of_the_tracker(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        case(tracker, "2026-11-23 09:10", "close", CASE, "--outcome", "solved", "--confirmed") == 0
    )
    capsys.readouterr()
    assert run(["trace", CASE, "-t", str(tracker)]) == 0
    told = capsys.readouterr().out
    assert "处理结果 - → 已解决" in told
    assert "客户确认已解决 - → 是" in told


def test_an_amount_never_exceeds_what_the_order_can_refund(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case(tracker, "2026-11-23 09:10", "solution", CASE, "--amount", "88.01") == 1
    assert "88.00" in capsys.readouterr().err
    assert case(tracker, "2026-11-23 09:10", "solution", CASE, "--amount", "88") == 0
    assert "客服主管" in capsys.readouterr().out  # above an agent's 20, within a supervisor's 300


def test_who_may_not_approve_is_told_where_roles_stand(
    tracker: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert case(tracker, "2026-11-23 09:10", "solution", CASE, "--amount", "50") == 0
    capsys.readouterr()
    assert case(tracker, "2026-11-23 09:11", "approve", CASE, by="新人") == 1
    told = capsys.readouterr().err
    assert "50.00 元" in told
    assert "人员" in told
