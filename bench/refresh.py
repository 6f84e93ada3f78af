"""Refresh of a whole tracker file against openpyxl merely loading and saving it.

Every out cell is blank before, so each one that gets a value is written. Both run as processes of
their own, ours as `fanpan refresh`; time is wall time, memory the peak resident set that the system
reports. The phases come from a further run on a copy. A second `fanpan refresh` must leave the file
as it is, byte for byte.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from compileall import compile_dir
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fanpan.sheets.workbook.create import create_workbook
from fanpan.templates.tracker import load_tracker

SIZES = (5_000, 50_000, 200_000)
LIMIT = 0.4
NOW = datetime(2026, 11, 23, 10)
TEXTS = (
    "用了两天就坏了，开关没反应，很失望",
    "快递太慢了，等了一个多星期才到",
    "颜色和图片差太多，色差大",
    "客服态度差，爱理不理",
    "包装破损，里面压坏了",
    "发错颜色了，联系也没人理",
    "刚买完就降价，不给保价",
    "质量不错，很喜欢",
    "做工粗糙，线头特别多，第二天就开线了",
    "……",
)
ROOT = Path(__file__).parents[1]
_ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
FANPAN = Path(sys.executable).with_name("fanpan")
OPENPYXL = (
    "import sys, openpyxl; book = openpyxl.load_workbook(sys.argv[1]); book.save(sys.argv[2])"
)


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds and peak memory in MB."""

    seconds: float
    megabytes: float
    output: str


def make(path: Path, count: int) -> None:
    """A tracker with `count` reviews and as many orders; people's cells filled, ours blank."""
    rng = random.Random(count)
    reviews: list[dict[str, Any]] = []
    orders: list[dict[str, Any]] = []
    for number in range(count):
        ordered = NOW - timedelta(minutes=rng.randrange(60 * 24 * 365))
        captured = ordered + timedelta(days=rng.uniform(4, 9))
        order = str(3_310_000_000_000_000_000 + number * 7)
        buyer = f"b{rng.randrange(count)}"
        orders.append(
            {
                "platform": "taobao", "shop": "旗舰店", "order_id": order, "sub_order_id": order,
                "customer_id": buyer, "product": "云感电热毯", "sku": f"SKU-{number % 60}",
                "quantity": 1.0, "paid": Decimal(rng.randrange(900, 40_000)) / 100,
                "status": "done", "ordered_at": ordered,
                "shipped_at": ordered + timedelta(hours=20),
                "promised_arrival_at": ordered + timedelta(days=5),
                "arrived_at": ordered + timedelta(days=rng.uniform(2, 7)), "carrier": "韵达快递",
            }
        )  # fmt: skip
        row: dict[str, Any] = {
            "review_id": f"R{number}", "platform": "taobao", "shop": "旗舰店", "order_id": order,
            "sub_order_id": order, "customer_id": buyer, "nickname": "w**",
            "product": "云感电热毯", "sku": f"SKU-{number % 60}", "batch": f"N26{number % 12:02}",
            "supplier": "绍兴暖源电器", "stars": float(rng.choice((1, 1, 2, 3, 5))),
            "text": f"{TEXTS[number % len(TEXTS)]} {number}",
            "posted_at": captured - timedelta(minutes=9), "captured_at": captured,
            "review_now": "normal",
        }  # fmt: skip
        if number % 5:
            row |= {
                "agent": "小陈", "claimed_at": captured + timedelta(minutes=5),
                "responded_at": captured + timedelta(minutes=rng.randrange(3, 30)),
                "solution_at": captured + timedelta(hours=rng.uniform(0.5, 6)),
                "cause": "单边不热", "party": "supplier",
            }  # fmt: skip
        reviews.append(row)
    create_workbook(path, load_tracker(), {"reviews": reviews, "orders": orders}, "zh")


def measure(command: Sequence[str]) -> Run:
    """Run a process to its end."""
    with tempfile.TemporaryFile("w+") as output:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=_ENV)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        text = output.read()
    if status:
        raise RuntimeError(f"{command[0]} failed: {text}")
    return Run(seconds, usage.ru_maxrss / 1024, text)


def run(sizes: Sequence[int] = SIZES) -> None:
    """Print a line per size, and the phases."""
    for folder in ("functions", "templates", "sheets", "addin"):
        compile_dir(ROOT / folder, quiet=1)  # as pip does with the peer
    print(
        "| reviews | refresh s | openpyxl s | ratio (limit 0.4) "
        "| refresh MB | openpyxl MB | µs/row |"
    )
    print("|---|---|---|---|---|---|---|")
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path, copy = Path(folder) / "tracker.xlsx", Path(folder) / "copy.xlsx"
            make(path, count)
            peer = measure([sys.executable, "-c", OPENPYXL, str(path), str(copy)])
            shutil.copyfile(path, copy)
            refresh = [str(FANPAN), "refresh", str(path), "--now", NOW.isoformat(" ")]
            ours = measure(refresh)
            after = path.read_bytes()
            again = measure(refresh)
            if path.read_bytes() != after:
                raise RuntimeError("a second refresh changed the file")
            phases = measure([sys.executable, "-m", "bench.phases", str(copy), NOW.isoformat(" ")])
            print(
                f"| {count:,} | {ours.seconds:.1f} | {peer.seconds:.1f} | "
                f"{ours.seconds / peer.seconds:.2f} | {ours.megabytes:,.0f} | "
                f"{peer.megabytes:,.0f} | {ours.seconds / count * 1e6:.0f} |"
            )
            print(f"  {phases.output.strip()}; again, nothing to do: {again.seconds:.1f} s")
