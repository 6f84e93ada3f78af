"""What a person sees in each program, as pictures; `make pictures` puts them into the guides."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import Browser, Page

from fanpan.addin.buttons.catalogue import BUTTONS
from fanpan.addin.google.build import build as build_google
from fanpan.addin.libreoffice.build import build as build_libreoffice
from fanpan.addin.libreoffice.methods import methods
from fanpan.addin.tracking import convert
from fanpan.functions import REGISTRY
from fanpan.sheets.workbook.render import to_pdf, to_png

from .excel import excel_page, workbook_model
from .google import open_sidebar, spreadsheet
from .screen import Screen, screen

Keep: TypeAlias = Callable[[str, Image.Image], None]
NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MENU_BAR_ITEM, TOOLBAR_BUTTON = 34, 36  # com.sun.star.accessibility.AccessibleRole


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Keeps a picture, where FANPAN_PICTURES says or with the test; an empty one fails."""
    folder = Path(os.environ.get("FANPAN_PICTURES") or tmp_path)

    def kept(name: str, picture: Image.Image) -> None:
        colours = picture.convert("RGB").getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 100, f"{name} is empty"
        few = picture.convert("RGB").quantize(128)
        few.save(folder / f"{name}.png", optimize=True)

    return kept


def shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot()))


# LibreOffice, with windows.


@pytest.fixture(scope="module")
def libreoffice(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    folder = tmp_path_factory.mktemp("lo")
    live = folder / "跟踪表.xlsx"
    live.write_bytes(demo.read_bytes())
    convert(live, "libreoffice", now=NOW.replace(tzinfo=None))
    with screen(build_libreoffice(folder / "fanpan.oxt"), live) as found:
        found.run("""
dispatch(".uno:SpellOnline")
sheet = document.Sheets.getByName("中差评跟踪")
document.CurrentController.setActiveSheet(sheet)
header = list(sheet.getCellRangeByPosition(0, 0, 120, 0).getDataArray()[0])
at = header.index("方案截止")
due = sheet.getCellRangeByPosition(at, 1, at, 400).getDataArray()
row = max(number for number, (cell,) in enumerate(due, 1) if cell)
document.CurrentController.select(sheet.getCellByPosition(at, row))
""")
        yield found


def test_libreoffice_shows_menu_and_toolbar(libreoffice: Screen, keep: Keep) -> None:
    titles = {button.title("zh") for button in BUTTONS.values()}
    shown = libreoffice.run("result = tree(frame.ContainerWindow, 0, 5)")
    assert "翻盘" in {name for role, name, _ in shown if role == MENU_BAR_ITEM}
    assert titles <= {name for role, name, _ in shown if role == TOOLBAR_BUTTON}
    time.sleep(2)  # the window has no sign that it is painted
    keep("libreoffice-sheet", libreoffice.picture())
    (place,) = libreoffice.run("""
from com.sun.star.accessibility import XAccessibleComponent
def found(node, depth=0):
    context = node.getAccessibleContext()
    if context.getAccessibleName() == "翻盘" and context.getAccessibleRole() == 34:
        point, size = context.getLocationOnScreen(), context.getSize()
        return [[point.X + size.Width // 2, point.Y + size.Height // 2]]
    if depth > 3:
        return []
    return [place for at in range(min(context.getAccessibleChildCount(), 60))
            for place in found(context.getAccessibleChild(at), depth + 1)]
result = found(frame.ContainerWindow)
""")
    before = libreoffice.picture()
    libreoffice.click(*place)
    time.sleep(2)
    opened = libreoffice.picture()
    assert opened.tobytes() != before.tobytes()
    keep("libreoffice-menu", opened)
    libreoffice.keys("Escape")
    time.sleep(1)


def test_the_function_wizard_explains_in_chinese(libreoffice: Screen, keep: Keep) -> None:
    libreoffice.keys("ctrl+F2")
    time.sleep(3)
    shown: list[list[Any]] = libreoffice.run(
        "result = [each for window in windows() for each in tree(window, 0, 12)]"
    )
    keep("libreoffice-wizard", libreoffice.picture())
    libreoffice.keys("Escape")
    words = {text for _, name, description in shown for text in (name, description)}
    (deadline,) = (one for one in methods([REGISTRY["DEADLINE"]]) if not one.many)
    assert any(deadline.title("zh") in str(text) for text in words)
    assert any(deadline.help("zh") in str(text) for text in words), words


# The pane, in Excel's place, in Google's and in the browser's.


def test_the_pane_in_excel(browser: Browser, service: str, demo: Path, keep: Keep) -> None:
    page = excel_page(browser, service, workbook_model(demo), now=NOW, size=(420, 760))
    page.wait_for_selector("details.case")
    page.locator("details.case summary").first.click()
    keep("excel-cases", shot(page))
    page.click("[data-tab=functions]")
    page.wait_for_selector("[data-function=DEADLINE]")
    page.locator("[data-function=DEADLINE] summary").click()
    page.select_option("[data-function=DEADLINE] [name=kind]", label="物流延误")
    page.fill("[data-function=DEADLINE] [name=start]", "2026-03-02 09:00")
    page.wait_for_function(
        "document.querySelector('[data-function=DEADLINE] output').innerText !== ''"
    )
    page.locator("[data-function=DEADLINE]").scroll_into_view_if_needed()
    keep("excel-functions", shot(page))
    page.close()


def test_the_sidebar_in_google_sheets(
    browser: Browser, service: str, demo: Path, tmp_path: Path, keep: Keep
) -> None:
    folder = build_google(tmp_path / "script")
    properties = {"FANPAN_URL": service}
    with spreadsheet(folder, tmp_path, properties, demo, now="2026-11-23 10:00:00") as sheet:
        page = open_sidebar(browser, sheet)
        page.wait_for_selector("details.case")
        keep("google-sidebar", shot(page))
        page.close()


def test_the_page_in_the_browser(browser: Browser, service: str, demo: Path, keep: Keep) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 640}, locale="zh-CN",
                            timezone_id="Asia/Shanghai")  # fmt: skip
    page.clock.set_fixed_time(NOW)
    page.goto(f"{service}/")
    page.wait_for_selector("main p")
    page.set_input_files("#files", demo)
    page.wait_for_selector("details.case")
    keep("web-cases", shot(page))
    page.click("[data-tab=buttons]")
    page.click("main [data-press=dashboard]")
    page.wait_for_selector(".sheet, form.ask")
    if page.locator("form.ask").count():
        page.click("form.ask [type=submit]")
        page.wait_for_selector(".sheet")
    keep("web-board", shot(page))
    page.close()


# On paper.


@pytest.mark.parametrize(
    ("name", "sheet", "page"),
    [("tracker", "中差评跟踪", -1), ("dashboard", "看板", 0),
     ("report", "差评TOP3分析报告 2026-W47", 0)],
)  # fmt: skip
def test_the_tracker_on_paper(
    demo: Path, tmp_path: Path, keep: Keep, name: str, sheet: str, page: int
) -> None:
    pdf = tmp_path / f"{name}.pdf"
    to_pdf(demo, pdf, sheets=[sheet])
    picture = Image.open(to_png(pdf, tmp_path / "pages")[page]).convert("RGB")
    picture = picture.crop((0, 0, picture.width, picture.height * 94 // 100))  # without the footer
    left, top, right, bottom = ImageOps.invert(picture).getbbox() or (0, 0, 0, 0)
    keep(name, picture.crop((max(left - 20, 0), max(top - 20, 0), right + 20, bottom + 20)))
