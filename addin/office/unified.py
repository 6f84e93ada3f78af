"""The JSON manifest: the same add-in in the form that newer Microsoft 365 programs load.

It can be checked without a network, which the XML one cannot; perpetual Office does not load it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ...functions.messages import Lang
from ..buttons.catalogue import Button
from .metadata import LOCALES, NAMESPACE, metadata_file
from .names import (
    ABOUT,
    BRAND,
    GROUPS,
    ICON_SIZES,
    ID,
    MAKER,
    OPEN_PANE,
    PACKAGE,
    PANE,
    PANE_HELP,
    VERSION,
    Site,
    action_id,
)

_SCHEMA: Final = "1.30"
_RUNTIME: Final = "fanpan.runtime"


def manifest_json(site: Site, buttons: Iterable[Button]) -> dict[str, Any]:
    """The whole manifest, with its texts in the site's own language."""
    lang = site.lang
    pressed = list(buttons)
    return {
        "$schema": "https://developer.microsoft.com/json-schemas/teams/"
        f"v{_SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": _SCHEMA,
        "version": VERSION,
        "id": ID,
        "developer": {
            "name": MAKER,
            "websiteUrl": f"{site.service}/",
            "privacyUrl": f"{site.service}/",
            "termsOfUseUrl": f"{site.service}/",
        },
        "name": {"short": BRAND.text(lang), "full": f"{BRAND.text(lang)} ({PACKAGE})"},
        "description": {"short": ABOUT.text(lang), "full": ABOUT.text(lang)},
        "icons": {"outline": "icon-32.png", "color": "icon-192.png"},
        "accentColor": "#2F5DA8",
        "localizationInfo": {
            "defaultLanguageTag": LOCALES[site.lang].lower(),
            "additionalLanguages": [
                {"languageTag": LOCALES[site.other].lower(), "file": strings_file(site.other)}
            ],
        },
        "authorization": {
            "permissions": {
                "resourceSpecific": [{"name": "Document.ReadWrite.User", "type": "Delegated"}]
            }
        },
        "validDomains": [site.service.split("://", 1)[1].split("/")[0]],
        "extensions": [
            {
                "requirements": {
                    "scopes": ["workbook"],
                    "capabilities": [
                        {"name": "CustomFunctionsRuntime", "minVersion": "1.1"},
                        {"name": "SharedRuntime", "minVersion": "1.1"},
                    ],
                },
                "runtimes": [
                    {
                        "id": _RUNTIME,
                        "type": "general",
                        "code": {
                            "page": site.url("taskpane.html"),
                            "script": site.url("pane.js"),
                        },
                        "lifetime": "long",
                        "actions": [
                            {"id": PANE, "type": "openPage", "view": "fanpan.view"},
                            *(
                                {"id": action_id(button), "type": "executeFunction"}
                                for button in pressed
                            ),
                        ],
                        "customFunctions": {
                            "namespace": {"id": NAMESPACE, "name": NAMESPACE},
                            # Errors as arguments can only be allowed in the file it points at.
                            "metadataUrl": site.url(metadata_file(lang)),
                        },
                    }
                ],
                "ribbons": [
                    {"contexts": ["default"], "tabs": [_tab(site, pressed, lang)]},
                ],
            }
        ],
    }


def _tab(site: Site, buttons: list[Button], lang: Lang) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    for name, title in GROUPS.items():
        controls = [
            _control(site, action_id(button), button.title(lang), button.description(lang))
            for button in buttons
            if button.group == name
        ]
        if name == "table":
            pane = _control(site, PANE, OPEN_PANE.text(lang), PANE_HELP.text(lang))
            controls.insert(0, pane)
        if controls:
            groups.append(
                {
                    "id": f"fanpan.group.{name}",
                    "label": title.text(lang),
                    "icons": _icons(site),
                    "controls": controls,
                }
            )
    return {"id": "fanpan.tab", "label": BRAND.text(lang), "groups": groups}


def _control(site: Site, action: str, title: str, help: str) -> dict[str, Any]:
    return {
        "id": f"{action}.button",
        "type": "button",
        "label": title,
        "icons": _icons(site),
        "supertip": {"title": title, "description": help},
        "actionId": action,
    }


def _icons(site: Site) -> list[dict[str, Any]]:
    return [{"size": size, "url": site.url(f"icon-{size}.png")} for size in ICON_SIZES]


def strings_file(lang: Lang) -> str:
    """Name of the file with the JSON manifest's texts in a language."""
    return f"manifest.{LOCALES[lang].lower()}.json"


def strings_json(site: Site, buttons: Iterable[Button], lang: Lang) -> dict[str, str]:
    """The texts of the JSON manifest in another language, each under its place in it."""
    pressed = list(buttons)
    tab = _tab(site, pressed, lang)
    found: dict[str, str] = {
        "$schema": "https://developer.microsoft.com/json-schemas/teams/"
        f"v{_SCHEMA}/MicrosoftTeams.Localization.schema.json",
        "name.short": BRAND.text(lang),
        "name.full": f"{BRAND.text(lang)} ({PACKAGE})",
        "description.short": ABOUT.text(lang),
        "description.full": ABOUT.text(lang),
    }
    runtime = "extensions[0].runtimes[0]"
    found[f"{runtime}.customFunctions.metadataUrl"] = site.url(metadata_file(lang))
    at = "extensions[0].ribbons[0].tabs[0]"
    found[f"{at}.label"] = tab["label"]
    for i, group in enumerate(tab["groups"]):
        found[f"{at}.groups[{i}].label"] = group["label"]
        for j, control in enumerate(group["controls"]):
            place = f"{at}.groups[{i}].controls[{j}]"
            tip: Mapping[str, str] = control["supertip"]
            found[f"{place}.label"] = control["label"]
            found[f"{place}.supertip.title"] = tip["title"]
            found[f"{place}.supertip.description"] = tip["description"]
    return found
