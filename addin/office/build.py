"""`fanpan build office`: the folder that Excel loads, rendered from the registry.

The script and the page are built from `src/` beforehand (`build.mjs`) and shipped; everything that
names a function or a button is rendered here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from ...functions import REGISTRY
from ...functions.messages import LANGS, Lang
from ...functions.registry import Registry
from ...sheets.workbook.styles import CHART_COLOURS, REPORT_STYLES, ROW_HEIGHTS
from ..buttons.catalogue import BUTTONS, Button
from .manifest import manifest_xml
from .metadata import client_functions, functions_json, metadata_file
from .names import SERVICE, VERSION, Site, action_id, asks
from .udfs import udfs
from .unified import manifest_json, strings_file, strings_json

HERE: Final = files(__package__ or "")
_SHIPPED: Final = ("pane.js", "pane.css", "taskpane.html")
_MARK: Final = "__VERSION__"
"""In the page, where the version of the files it loads belongs."""


def build(
    target: Path,
    *,
    lang: Lang = "zh",
    functions: Registry = REGISTRY,
    buttons: Mapping[str, Button] = BUTTONS,
    service: str = SERVICE,
) -> Path:
    """Write the add-in into the folder `target`: `manifest.xml` is what a person installs."""
    target.mkdir(parents=True, exist_ok=True)
    made = rendered(lang=lang, functions=functions, buttons=buttons, service=service)
    for name, content in made.items():
        (target / name).write_bytes(content)
    return target


def rendered(
    *,
    lang: Lang = "zh",
    functions: Registry = REGISTRY,
    buttons: Mapping[str, Button] = BUTTONS,
    service: str = SERVICE,
) -> dict[str, bytes]:
    """Every file of the add-in by name; the service serves them under `/excel/`."""
    found = {name: (HERE / "dist" / name).read_bytes() for name in _SHIPPED}
    found |= {icon.name: icon.read_bytes() for icon in _icons()}
    for each in LANGS:
        found[metadata_file(each)] = _json(functions_json(functions, each))
    found["config.js"] = _config(lang, functions, buttons.values())
    found["fanpan_udfs.py"] = udfs(functions, lang).encode()
    site = Site(service.rstrip("/"), lang, _version(found))
    found["taskpane.html"] = found["taskpane.html"].replace(_MARK.encode(), site.version.encode())
    pressed = list(buttons.values())
    found["manifest.xml"] = manifest_xml(site, pressed)
    found["manifest.json"] = _json(manifest_json(site, pressed))
    found[strings_file(site.other)] = _json(strings_json(site, pressed, site.other))
    return found


@cache
def _icons() -> tuple[Traversable, ...]:
    return tuple(icon for icon in (HERE / "icons").iterdir() if icon.name.endswith(".png"))


def _version(made: Mapping[str, bytes]) -> str:
    """Changes whenever a file does, because Excel keeps files it has for up to a day."""
    digest = sha256(b"".join(made[name] for name in sorted(made)))
    return f"{VERSION}-{digest.hexdigest()[:8]}"


def _config(lang: Lang, functions: Registry, buttons: Iterable[Button]) -> bytes:
    """What the client knows before it has asked the service."""
    config = {
        "lang": lang,
        "looks": {
            "styles": REPORT_STYLES,
            "heights": ROW_HEIGHTS,
            "colours": CHART_COLOURS,
        },
        "functions": client_functions(functions),
        "buttons": [
            {"name": button.name, "action": action_id(button), "asks": asks(button)}
            for button in buttons
        ],
    }
    return b"globalThis.FANPAN_CONFIG = " + _json(config).rstrip() + b";\n"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
