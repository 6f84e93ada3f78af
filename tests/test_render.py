"""PDF through LibreOffice and pictures through pdftoppm."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fanpan.sheets.edits import Chart, GridCell, SheetEdit
from fanpan.sheets.errors import FanpanError
from fanpan.sheets.workbook import render
from fanpan.sheets.workbook.create import create_workbook
from fanpan.sheets.workbook.render import (
    convert,
    run_soffice,
    soffice_folder,
    to_pdf,
    to_png,
)
from fanpan.sheets.workbook.report import put_sheets, write_sheets

from .sample_tracker import ROWS, TRACKER


def report(title: str, text: str) -> SheetEdit:
    rows: list[list[GridCell | None]] = [
        [GridCell(text, "title")],
        [GridCell("甲"), GridCell(3, "number")],
    ]
    return SheetEdit(title, title, rows, charts=[
        Chart("column", "图的标题", (1, 0, 1), (("件", 1, 1, 1),), (3, 0))
    ])  # fmt: skip


@pytest.fixture(scope="module")
def tracker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("render") / "t.xlsx"
    create_workbook(path, TRACKER, {"reviews": ROWS}, "zh")
    put_sheets(path, path, [report("看板", "Dashboard words"), report("周.报", "Report words")])
    return path


def words(pdf: Path) -> str:
    return subprocess.run(
        ["pdftotext", str(pdf), "-"], capture_output=True, check=True
    ).stdout.decode()


def test_the_whole_workbook(tracker: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "all.pdf"
    to_pdf(tracker, pdf)
    found = words(pdf)
    for text in ("Dashboard words", "Report words", "质量太差", "三步开始", "图的标题"):
        assert text in found
    assert "_lists" not in found


def test_only_the_named_sheets(tracker: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "one.pdf"
    before = tracker.read_bytes()
    to_pdf(tracker, pdf, sheets=["周.报"])
    found = words(pdf)
    assert "Report words" in found
    # The chart is there, too.
    assert "图的标题" in found
    # The reviews have a print area, which LibreOffice prints of hidden sheets as well.
    for text in ("Dashboard words", "质量太差", "三步开始"):
        assert text not in found
    assert tracker.read_bytes() == before


def test_a_hidden_sheet_can_be_named(tracker: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "hidden.pdf"
    to_pdf(tracker, pdf, sheets=["翻盘记录"])
    assert "上次刷新" in words(pdf)


def test_a_sheet_that_is_not_there(tracker: Path, tmp_path: Path) -> None:
    with pytest.raises(FanpanError, match='There is no sheet "nowhere"'):
        to_pdf(tracker, tmp_path / "x.pdf", sheets=["看板", "nowhere"])
    assert not (tmp_path / "x.pdf").exists()


def test_pictures_page_by_page(tmp_path: Path) -> None:
    path, pdf = tmp_path / "r.xlsx", tmp_path / "r.pdf"
    write_sheets(path, [report(f"s{n}", f"page {n}") for n in range(11)])
    to_pdf(path, pdf)
    pages = to_png(pdf, tmp_path / "new" / "pictures", 40)
    assert [page.name for page in pages] == [f"r-{n:02}.png" for n in range(1, 12)]
    assert sorted((tmp_path / "new" / "pictures").iterdir()) == pages
    width, height = struct.unpack(">II", pages[0].read_bytes()[16:24])
    # A4 landscape at 40 dpi.
    assert (width, height) == (pytest.approx(468, abs=2), pytest.approx(331, abs=2))


def test_chinese_is_drawn_with_a_chinese_font(tmp_path: Path) -> None:
    path, pdf = tmp_path / "r.xlsx", tmp_path / "r.pdf"
    write_sheets(path, [report("看板", "中文标题")])
    to_pdf(path, pdf)
    fonts = subprocess.run(["pdffonts", str(pdf)], capture_output=True, check=True).stdout
    assert b"CJK" in fonts


@pytest.mark.parametrize("function", [to_pdf, to_png])
def test_absent_programs_are_said_plainly(
    tracker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: Callable[..., object]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(render, "_PLACES", (str(tmp_path / "nowhere"),))
    with pytest.raises(FanpanError) as caught:
        function(tracker, tmp_path / "x")
    chinese = caught.value.message.text("zh")
    assert "没有安装" in chinese
    assert "apt-get install" in chinese


def test_installed_where_no_path_leads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "soffice"
    place.touch()
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(render, "_PLACES", ("/nowhere", str(place)))
    assert render._soffice() == str(place)


def test_too_slow_is_stopped_with_all_its_processes(tracker: Path, tmp_path: Path) -> None:
    with soffice_folder() as folder:
        with pytest.raises(FanpanError, match=r"not done after 0\.4 seconds"):
            run_soffice(["--convert-to", "pdf", "nothing.xlsx"], folder, timeout=0.4)
        time.sleep(0.2)
        running = [
            process
            for process in Path("/proc").iterdir()
            if process.name.isdigit() and folder.name in _command(process)
        ]
        assert running == []
    assert not folder.exists()


def _command(process: Path) -> str:
    try:
        return (process / "cmdline").read_text()
    except OSError:
        return ""


def test_what_libreoffice_cannot_read(tmp_path: Path) -> None:
    path = tmp_path / "bad.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(FanpanError, match=r"could not read or convert bad\.xlsx"):
        to_pdf(path, tmp_path / "x.pdf")
    (tmp_path / "bad.pdf").write_bytes(b"nothing")
    with pytest.raises(FanpanError, match=r"bad\.pdf could not be turned into pictures"):
        to_png(tmp_path / "bad.pdf", tmp_path / "png")
    assert list((tmp_path / "png").iterdir()) == []


def test_two_at_once(tracker: Path, tmp_path: Path) -> None:
    targets = [tmp_path / f"{n}.ods" for n in range(2)]
    threads = [threading.Thread(target=convert, args=(tracker, "ods", t)) for t in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(target.stat().st_size > 5_000 for target in targets)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends LibreOffice another user")
def test_root_runs_it_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with soffice_folder() as folder:
        done = run_soffice(["--version"], folder)
        assert b"LibreOffice" in done.stdout
        assert done.args[0].endswith("setpriv")
        assert folder.stat().st_uid == 65534
    real = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "setpriv" else real(name))
    assert render._as_nobody()[-2:] == ["nobody", "--"]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert render._as_nobody() == []
