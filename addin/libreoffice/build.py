"""`fanpan build libreoffice`: the extension (.oxt), rendered from the registry.

The functions travel whole, so that cells need no service; so does `tzdata`, because Windows has no
zone files.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ...functions import REGISTRY
from ...functions.messages import LANGS, Lang, Message
from ...functions.registry import Registry
from ...sheets.workbook.styles import CHART_COLOURS, REPORT_STYLES, ROW_HEIGHTS
from ..buttons.catalogue import BUTTONS, Button
from .configuration import add_ons, calc_add_ins, protocol_handler, settings_schema, toolbar_state
from .idl import interface
from .inside.settings import BUILT
from .methods import methods

IDENTIFIER: Final = "org.fanpan.libreoffice"
SERVICE: Final = "http://127.0.0.1:8765"
_TYPES: Final = {
    "XFanpan.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "ProtocolHandler.xcu": "application/vnd.sun.star.configuration-data",
    "Addons.xcu": "application/vnd.sun.star.configuration-data",
    "CalcWindowState.xcu": "application/vnd.sun.star.configuration-data",
    "Settings.xcs": "application/vnd.sun.star.configuration-schema",
    "component.py": "application/vnd.sun.star.uno-component;type=Python",
}
_INSIDE: Final = "pythonpath/fanpan/"
_COMPONENT: Final = """\
import sys

if sys.version_info < (3, 11):
    raise RuntimeError(
        "Fanpan needs a LibreOffice whose Python is 3.11 or newer; this one has "
        + sys.version.split()[0]
        + ". / \\u7ffb\\u76d8\\u9700\\u8981 Python 3.11 \\u4ee5\\u4e0a\\u7684 LibreOffice\\u3002"
    )

from fanpan.addin.libreoffice.inside.component import components

g_ImplementationHelper = components()
"""
_TITLE: Final = Message("Fanpan")


def build(
    target: Path,
    *,
    lang: Lang = "zh",
    functions: Registry = REGISTRY,
    buttons: Mapping[str, Button] = BUTTONS,
    service: str = SERVICE,
) -> Path:
    """Write the extension to `target`; `lang` is the language of the words in cells."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as oxt:
        for name, content in rendered(lang, functions, buttons, service).items():
            oxt.writestr(name, content)
        for name, file in _bundled():
            oxt.writestr(name, file.read_bytes())
    return target


def rendered(
    lang: Lang, functions: Registry, buttons: Mapping[str, Button], service: str
) -> dict[str, str]:
    """The files that name functions and buttons."""
    found = methods(functions.values())
    settled = {
        "lang": lang,
        "brand": _TITLE.text(lang),
        "service": service,
        "looks": {
            "styles": REPORT_STYLES,
            "heights": ROW_HEIGHTS,
            "colours": CHART_COLOURS,
        },
        "methods": {
            method.name: {"function": method.function.name, "many": method.many} for method in found
        },
    }
    return {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "XFanpan.idl": interface(found),
        "CalcAddIns.xcu": calc_add_ins(found),
        "ProtocolHandler.xcu": protocol_handler(),
        "Addons.xcu": add_ons(buttons.values()),
        "CalcWindowState.xcu": toolbar_state(),
        "Settings.xcs": settings_schema(),
        "component.py": _COMPONENT,
        f"{_INSIDE}__init__.py": f'__version__ = "{version("fanpan")}"\n',
        f"{_INSIDE}addin/libreoffice/inside/{BUILT}": json.dumps(settled),
    }


def _bundled() -> Iterator[tuple[str, Traversable]]:
    package = files("fanpan")
    for folder in ("functions", "addin/libreoffice/inside"):
        for name, file in _walk(package.joinpath(folder)):
            yield f"{_INSIDE}{folder}/{name}", file
    for folder in ("addin", "addin/libreoffice"):
        yield f"{_INSIDE}{folder}/__init__.py", package.joinpath(folder, "__init__.py")
    words = package.joinpath("templates/locale/zh/libreoffice.toml")
    yield f"{_INSIDE}functions/data/zh/libreoffice.toml", words
    for name, file in _walk(files("tzdata")):
        yield f"pythonpath/tzdata/{name}", file


def _walk(folder: Traversable, path: str = "") -> Iterator[tuple[str, Traversable]]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.is_dir():
            if file.name != "__pycache__":
                yield from _walk(file, f"{path}{file.name}/")
        elif not file.name.endswith(".pyc") and file.name != BUILT:
            yield path + file.name, file


def _manifest() -> str:
    entries = "".join(
        f' <manifest:file-entry manifest:full-path="{name}" manifest:media-type="{kind}"/>\n'
        for name, kind in _TYPES.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest'
        ' xmlns:manifest="http://openoffice.org/2001/manifest">\n'
        f"{entries}</manifest:manifest>\n"
    )


def _description() -> str:
    names = "".join(f'<name lang="{lang}">{escape(_TITLE.text(lang))}</name>' for lang in LANGS)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f"<identifier value={quoteattr(IDENTIFIER)}/>\n"
        f"<version value={quoteattr(version('fanpan'))}/>\n"
        f"<display-name>{names}</display-name>\n</description>\n"
    )
