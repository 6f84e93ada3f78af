"""Files that are damaged, protected, hostile, busy or changing: one sentence, nothing lost."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fanpan.addin.cli.app import run
from fanpan.addin.demo import DEMO_NOW
from fanpan.addin.press import press
from fanpan.addin.refresh import needs, refresh
from fanpan.addin.tracking import create, undo
from fanpan.sheets import open as open_sheet
from fanpan.sheets.edits import Edits
from fanpan.sheets.errors import CannotSave, FanpanError, FileBusy, FileChanged, NotReadable
from fanpan.sheets.workbook import adapter, saving
from fanpan.sheets.workbook.create import create_workbook
from fanpan.templates.tracker import load_tracker

LATER = DEMO_NOW + timedelta(hours=3)


def rows(count: int) -> list[dict[str, object]]:
    return [
        {
            "review_id": f"R{number}",
            "platform": "jd",
            "shop": "店",
            "stars": 1.0,
            "text": "质量差",
            "captured_at": DEMO_NOW - timedelta(hours=number % 50),
        }
        for number in range(count)
    ]


def tracker_file(path: Path, count: int = 20) -> Path:
    create_workbook(path, load_tracker(), {"reviews": rows(count)}, "zh")
    return path


def rebuilt(path: Path, change: Callable[[str, bytes], bytes], **extra: bytes) -> None:
    """The workbook with parts changed and added."""
    fresh = path.with_suffix(".tmp")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in extra.items():
            new.writestr(name.replace("__", "/"), content)
    fresh.replace(path)


def same(_name: str, content: bytes) -> bytes:
    return content


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4000])


def flipped(path: Path) -> None:
    """Bytes in the middle of the largest part are wrong."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        largest = max(file.infolist(), key=lambda info: info.compress_size)
    middle = largest.header_offset + 200 + largest.compress_size // 2
    content[middle : middle + 64] = os.urandom(64)
    path.write_bytes(content)


def protected(path: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    path.write_bytes(head + "EncryptedPackage".encode("utf-16-le") + bytes(2000))


def old_xls(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000))


def bomb(path: Path) -> None:
    rebuilt(path, same, xl__bomb=bytes(120 << 20))


def traversal(path: Path) -> None:
    rebuilt(path, same, **{"..__..__evil.xml": b"<a/>"})


def entities(path: Path) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    rebuilt(
        path,
        lambda name, content: (
            content.replace(b"?>", b"?>" + doctype, 1) if name == "xl/workbook.xml" else content
        ),
    )


def late_entities(path: Path) -> None:
    """Entities behind more blanks than anybody looks at."""
    doctype = b" " * 5000 + b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    rebuilt(
        path,
        lambda name, content: (
            content.replace(b"?>", b"?>" + doctype, 1) if name == "xl/workbook.xml" else content
        ),
    )


def days_from_1904(path: Path) -> None:
    rebuilt(path, lambda _, content: content.replace(b"<workbookPr", b'<workbookPr date1904="1"'))


def no_zip(path: Path) -> None:
    path.write_text("评价ID,评价内容\n1,差\n", "utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def foreign(path: Path) -> None:
    import xlsxwriter

    path.unlink()
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Sheet1").write(0, 0, "hello")
    book.close()


def another_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "no workbook")


SPOILS: tuple[tuple[Callable[[Path], None], str], ...] = (
    (truncated, "damaged"),
    (flipped, "damaged"),
    (protected, "password"),
    (old_xls, "old .xls"),
    (bomb, "too large"),
    (traversal, "unsafe name"),
    (entities, "entities"),
    (late_entities, "entities"),
    (days_from_1904, "1904"),
    (no_zip, "damaged"),
    (empty, "damaged"),
    (foreign, "no table of a tracker"),
    (another_zip, "damaged"),
)


@pytest.mark.parametrize(("spoil", "word"), SPOILS, ids=[spoil.__name__ for spoil, _ in SPOILS])
@pytest.mark.parametrize("command", ["refresh", "check", "report", "dashboard"])
def test_a_bad_file_is_told_in_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    spoil: Callable[[Path], None],
    word: str,
) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    spoil(path)
    before = path.read_bytes()
    assert run([command, str(path), "--lang", "en"]) == 1
    told = capsys.readouterr().err
    assert told.strip().startswith("t.xlsx: ")
    assert word in told
    assert "Traceback" not in told
    assert path.read_bytes() == before
    assert leftovers(tmp_path) == []


def leftovers(folder: Path) -> list[str]:
    """Files beside the tracker that should not be there."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in {"t.xlsx", "t.bak.xlsx", ".t.xlsx.lock", ".t.xlsx.undo"}
    )


def test_a_folder_and_a_missing_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (tmp_path, tmp_path / "none.xlsx"):
        assert run(["refresh", str(path), "--lang", "en"]) == 1
        assert "There is no file" in capsys.readouterr().err


def test_a_huge_dimension_is_only_a_number(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    rebuilt(
        path,
        lambda name, content: (
            content.replace(b'<dimension ref="A1:', b'<dimension ref="A1:XFD1048576" x="', 1)
            if name == "xl/worksheets/sheet2.xml"
            else content
        ),
    )
    refreshed(path)
    assert len(open_sheet(str(path)).snapshot({"reviews": ("kind",)})["reviews"]) == 20


def refreshed(path: Path, now: object = LATER) -> Edits:
    return press(str(path), lambda seen: refresh(seen, now=now), needs())  # type: ignore[arg-type]


@pytest.mark.parametrize("lock", ["~$t.xlsx", ".~lock.t.xlsx#"])
def test_a_file_that_is_open_elsewhere(tmp_path: Path, lock: str) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    before = path.read_bytes()
    (tmp_path / lock).touch()
    with pytest.raises(FileBusy, match="open in"):
        refreshed(path)
    assert path.read_bytes() == before
    (tmp_path / lock).unlink()
    refreshed(path)
    assert path.read_bytes() != before


def test_a_change_in_between_is_never_overwritten(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    sheet = open_sheet(str(path))
    snapshot = sheet.snapshot(needs())
    edits = refresh(snapshot, now=LATER)
    other = tracker_file(tmp_path / "other.xlsx", 21)
    content = other.read_bytes()
    path.write_bytes(content)
    with pytest.raises(FileChanged, match="changed meanwhile"):
        sheet.apply(edits)
    assert path.read_bytes() == content


def test_a_press_begins_again_after_a_change(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    other = tracker_file(tmp_path / "other.xlsx", 21).read_bytes()
    seen: list[int] = []

    def button(snapshot):  # type: ignore[no-untyped-def]
        seen.append(len(snapshot["reviews"]))
        if len(seen) == 1:
            path.write_bytes(other)
        return refresh(snapshot, now=LATER)

    press(str(path), button, needs())
    assert seen == [20, 21]
    kinds = open_sheet(str(path)).snapshot({"reviews": ("kind",)})["reviews"].column("kind")
    assert kinds == ["quality"] * 21


def fanpan(*args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", "from fanpan.addin.cli import main; main()", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_several_presses_at_once(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    claims = [
        fanpan("case", "claim", f"R{number}", "--by", f"客服{number}", "-t", str(path))
        for number in range(4)
    ]
    outcomes = [(process.communicate(timeout=120), process.returncode) for process in claims]
    agents = open_sheet(str(path)).snapshot({"reviews": ("agent",)})["reviews"].column("agent")
    for number, ((_, errors), code) in enumerate(outcomes):
        claimed = agents[number] == f"客服{number}"
        assert claimed == (code == 0), errors.decode()
        assert code == 0 or "Traceback" not in errors.decode()
    assert sum(agent is not None for agent in agents) >= 3
    assert leftovers(tmp_path) == []


def test_two_refreshes_at_once(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx", 300)
    presses = [fanpan("refresh", str(path), "--now", f"2026-11-23 1{n}:00") for n in range(3)]
    for process in presses:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors.decode()
    reviews = open_sheet(str(path)).snapshot({"reviews": ("kind", "text")})["reviews"]
    assert reviews.column("kind") == ["quality"] * 300
    assert reviews.column("text") == ["质量差"] * 300
    assert leftovers(tmp_path) == []


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tracker_file(tmp_path / "t.xlsx", 400)
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    try:
        with pytest.raises(CannotSave, match="disk is full"):
            refreshed(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    assert path.read_bytes() == before
    assert leftovers(tmp_path) == []

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(saving.os, "replace", refuse)
    with pytest.raises(CannotSave, match="disk is full"):
        refreshed(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    refreshed(path)
    assert path.read_bytes() != before


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from fanpan.sheets.workbook import adapter, saving
from fanpan.addin.press import press
from fanpan.addin.refresh import needs, refresh
at, path = sys.argv[1], sys.argv[2]
def die(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)
if at == "write":
    import fanpan.sheets.workbook.patch as patch
    old = patch._new_row
    import fanpan.sheets.workbook.zipcopy as zipcopy
    zipcopy._copy_raw = die
elif at == "backup":
    saving._keep_backup = die
elif at == "replace":
    saving.os.replace = die
elif at == "after":
    saving._digest = die
press(path, lambda seen: refresh(seen, now=datetime(2026, 11, 23, 13)), needs())
"""


@pytest.mark.parametrize("at", ["write", "backup", "replace", "after"])
def test_killed_in_the_middle_leaves_a_whole_file(tmp_path: Path, at: str) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    before = path.read_bytes()
    done = subprocess.run([sys.executable, "-c", KILLED, at, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    whole = open_sheet(str(path)).snapshot({"reviews": ("kind", "text")})["reviews"]
    assert whole.column("text") == ["质量差"] * 20
    assert (path.read_bytes() == before) == (at != "after")
    refreshed(path)
    again = open_sheet(str(path)).snapshot({"reviews": ("kind",)})["reviews"]
    assert again.column("kind") == ["quality"] * 20


def test_undo_after_each_press_and_never_over_a_change(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    with pytest.raises(FileChanged, match="no press"):
        undo(path)
    before = path.read_bytes()
    refreshed(path)
    after = path.read_bytes()
    undo(path)
    assert path.read_bytes() == before
    undo(path)
    assert path.read_bytes() == after
    undo(path)
    refreshed(path)
    path.write_bytes(tracker_file(tmp_path / "other.xlsx", 3).read_bytes())
    with pytest.raises(FileChanged, match="changed after the last press"):
        undo(path)


def test_a_link_to_the_tracker_stays_a_link(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    folder = tmp_path / "desktop"
    folder.mkdir()
    link = folder / "mine.xlsx"
    link.symlink_to(path)
    before = path.read_bytes()
    refreshed(link)
    assert link.is_symlink()
    assert open_sheet(str(path)).snapshot({"reviews": ("kind",)})["reviews"].column("kind")[0]
    (tmp_path / "~$t.xlsx").touch()
    with pytest.raises(FileBusy, match="open in"):
        refreshed(link, LATER + timedelta(hours=1))
    (tmp_path / "~$t.xlsx").unlink()
    undo(link)
    assert path.read_bytes() == before
    assert [each.name for each in folder.iterdir()] == ["mine.xlsx"]


def test_a_new_tracker_where_none_can_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["new", str(tmp_path / "none" / "t.xlsx"), "--lang", "en"]) == 1
    assert "There is no folder" in capsys.readouterr().err

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "t.xlsx"))

    monkeypatch.setattr("fanpan.addin.tracking.create_workbook", refuse)
    assert run(["new", str(tmp_path / "t.xlsx"), "--lang", "en"]) == 1
    assert "cannot be used: there is no permission" in capsys.readouterr().err


def test_a_new_tracker_is_never_written_over_a_file(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    before = path.read_bytes()
    with pytest.raises(FanpanError, match="is there already"):
        create(path, lang="zh")
    with pytest.raises(FanpanError, match=r"\.xlsx"):
        create(tmp_path / "t.ods", lang="zh")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("module", "name"),
    [(adapter, "TemporaryDirectory"), (saving, "FileLock"), (saving.shutil, "copymode")],
)
def test_a_folder_nobody_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    before = path.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(module, name, refuse)
    with pytest.raises(CannotSave, match="read-only"):
        refreshed(path)
    assert path.read_bytes() == before
    assert leftovers(tmp_path) == []


def test_a_file_that_is_marked_read_only_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    before = path.read_bytes()
    monkeypatch.setattr(saving.os, "access", lambda *_: False)
    with pytest.raises(CannotSave, match="read-only"):
        refreshed(path)
    assert path.read_bytes() == before


def test_not_readable_is_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(b"nonsense")
    began = time.perf_counter()
    with pytest.raises(NotReadable):
        open_sheet(str(path)).snapshot(needs())
    assert time.perf_counter() - began < 5


def test_what_a_person_typed_into_computed_cells_stands_in_the_log(tmp_path: Path) -> None:
    path = tracker_file(tmp_path / "t.xlsx")
    refreshed(path)
    book = load_workbook(path)
    sheet = book["中差评跟踪"]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(2, titles.index("差评类型") + 1).value = "价格"
    sheet.cell(3, titles.index("结案截止") + 1).value = "随便"
    book.save(path)
    refreshed(path)
    tables = open_sheet(str(path)).snapshot(
        {"reviews": ("kind_confirmed",), "log": ("row", "column", "old")}
    )
    assert tables["reviews"].column("kind_confirmed")[:2] == ["price", None]
    assert set(tables["log"].rows("row", "column", "old")) == {
        ("R0", "差评类型", "价格"),
        ("R1", "结案截止", "随便"),
    }
