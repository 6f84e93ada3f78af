"""`fanpan build google`: a folder for clasp, or to paste into the script editor by hand.

The pieces of the script that name no function stand in `src/`; functions, menu items and words are
rendered from the registry and the catalogue of buttons. The sidebar is the pane of the Excel
add-in with another host behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ...functions import REGISTRY
from ...functions.messages import LANGS, Lang, Message
from ...functions.registry import Registry
from ...sheets.workbook.styles import CHART_COLOURS, REPORT_STYLES
from ..buttons.catalogue import BUTTONS, Button
from ..office.names import GROUPS, asks
from .functions import functions_js

HERE: Final = files(__package__ or "")
_PANE: Final = files("fanpan.addin.office") / "dist"
_PARTS: Final = ("transport", "cells", "places", "reading", "writing", "sheets", "press", "menu")
SCOPES: Final = (
    "https://www.googleapis.com/auth/spreadsheets.currentonly",
    "https://www.googleapis.com/auth/script.container.ui",
    "https://www.googleapis.com/auth/script.external_request",
)
"""This spreadsheet alone, its menu and sidebar, and requests to the service: nothing else."""
PROJECT: Final = ".clasp.json"
"""Where clasp finds the script: a person fills in its id, which later builds leave alone."""
REFRESHED: Final = Message("Last refresh")
"""Title of the cell with the moment that live formulas reckon with."""
WORDS: Final[Mapping[str, Message]] = {
    "brand": Message("Fanpan"),
    "open": Message("Open pane"),
    "settings": Message("Settings …"),
    "url": Message("Address of the service, https://…"),
    "key": Message("Name of the token"),
    "token": Message("Token (blank keeps the one that is set)"),
    "done": Message("Done"),
    "notSet": Message("The address of the service is not set: menu Fanpan, Settings."),
    "notHttps": Message("The address must begin with https://, so that nobody reads along."),
    "unreachable": Message("The Fanpan service does not answer; try again in a minute."),
    "noTracker": Message(
        "This spreadsheet has no table of a tracker: upload one that fanpan new made, or give its "
        "tables and columns the titles of one."
    ),
    "moved": Message("The table kept changing, so nothing was written; press again."),
    "busy": Message("Somebody else's press is being written; press again in a moment."),
}


def build(
    target: Path,
    *,
    lang: Lang = "zh",
    functions: Registry = REGISTRY,
    buttons: Mapping[str, Button] = BUTTONS,
) -> Path:
    """Write the script's folder to `target`; `lang` is the language of names and words."""
    target.mkdir(parents=True, exist_ok=True)
    for name, content in rendered(lang=lang, functions=functions, buttons=buttons).items():
        if name != PROJECT or not (target / name).exists():
            (target / name).write_text(content, "utf-8")
    return target


def rendered(
    *,
    lang: Lang = "zh",
    functions: Registry = REGISTRY,
    buttons: Mapping[str, Button] = BUTTONS,
) -> dict[str, str]:
    """Every file of the script by name."""
    parts = [(HERE / "src" / f"{name}.js").read_text("utf-8") for name in _PARTS]
    return {
        PROJECT: json.dumps({"scriptId": "", "rootDir": "."}, indent=2) + "\n",
        "appsscript.json": json.dumps(_manifest(), indent=2) + "\n",
        "Config.js": _config(lang, buttons),
        "Functions.js": functions_js(functions, lang),
        "Fanpan.js": "\n".join(parts),
        "Sidebar.html": _sidebar(lang),
    }


def _manifest() -> dict[str, Any]:
    return {
        "timeZone": "Asia/Shanghai",
        "dependencies": {},
        "exceptionLogging": "STACKDRIVER",
        "runtimeVersion": "V8",
        "oauthScopes": list(SCOPES),
    }


def _config(lang: Lang, buttons: Mapping[str, Button]) -> str:
    config = {
        "lang": lang,
        "words": {name: word.text(lang) for name, word in WORDS.items()}
        | {
            "twoColumns": Message("Two columns are titled {what}: retitle one of them.",
                                  what="{title}").text(lang),
            "notOurs": Message(
                "The column {what} was not made by Fanpan, but has the title of a computed one: "
                "retitle it.", what="{title}").text(lang),
            "tooMany": Message(
                "{table} has {rows} rows, more than a button here can send; use the command "
                "fanpan on a downloaded copy.", table="{table}", rows="{rows}").text(lang),
        },
        "groups": {group: title.text(lang) for group, title in GROUPS.items()},
        "refreshed": [REFRESHED.text(each) for each in LANGS],
        "looks": {"styles": REPORT_STYLES, "colours": CHART_COLOURS},
        "buttons": {
            name: {
                "title": button.title(lang),
                "group": button.group,
                "asks": asks(button),
                "needs": {table: list(columns) for table, columns in button.needs.items()},
            }
            for name, button in buttons.items()
        },
    }  # fmt: skip
    items = "".join(
        f'function fanpanMenu_{name}() {{ fanpanFromMenu_("{name}"); }}\n' for name in buttons
    )
    return f"var FANPAN_CONFIG = {json.dumps(config, ensure_ascii=False, indent=1)};\n\n{items}"


def _sidebar(lang: Lang) -> str:
    """The pane as one page; the button's name comes in as JSON, escaped by the template."""
    page = (HERE / "src" / "sidebar.html").read_text("utf-8")
    script = (_PANE / "google" / "sidebar.js").read_text("utf-8").replace("</", "<\\/")
    style = (_PANE / "pane.css").read_text("utf-8")
    # Templates of Apps Script read <?…?>, which a script may hold as text.
    script = script.replace("<?", "<\\?")
    return page.replace("__LANG__", lang).replace("__STYLE__", style).replace("__SCRIPT__", script)
