"""The XML manifest: what every Excel since 2021 loads.

One shared runtime holds the functions, the ribbon actions and the task pane: they all name the same
page, otherwise Excel silently runs them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from ..buttons.catalogue import Button, Group
from .metadata import LOCALES, NAMESPACE, metadata_file
from .names import (
    ABOUT,
    BRAND,
    GROUPS,
    ICON_SIZES,
    ID,
    MAKER,
    OPEN_PANE,
    PANE,
    PANE_HELP,
    VERSION,
    Site,
    action_id,
    four_part,
)

_APP: Final = "http://schemas.microsoft.com/office/appforoffice/1.1"
_BASE: Final = "http://schemas.microsoft.com/office/officeappbasictypes/1.0"
_OVER: Final = "http://schemas.microsoft.com/office/taskpaneappversionoverrides"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_TYPE: Final = "xsi:type"
_SETS: Final = ("CustomFunctionsRuntime", "SharedRuntime")


class _Resources:
    """Images, addresses and texts, each under the id by which the rest of the manifest names it."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._urls: dict[str, tuple[str, str]] = {}
        self._images: dict[str, str] = {}
        self._texts: dict[str, dict[str, tuple[str, str]]] = {"ShortStrings": {}, "LongStrings": {}}

    def url(self, id: str, file: str, other: str | None = None) -> str:
        """An address, and the one for the other language where that has its own."""
        self._urls[id] = (file, other or file)
        return id

    def image(self, size: int) -> str:
        """The icon of a size."""
        self._images[f"Icon.{size}"] = f"icon-{size}.png"
        return f"Icon.{size}"

    def text(self, id: str, default: str, other: str, *, long: bool = False) -> str:
        """A text in both languages."""
        self._texts["LongStrings" if long else "ShortStrings"][id] = (default, other)
        return id

    def write(self, parent: Element) -> None:
        """The element that holds them all."""
        resources = _sub(parent, "Resources")
        url = self._site.url
        images = _sub(resources, "bt:Images")
        for id, file in self._images.items():
            _sub(images, "bt:Image", id=id, DefaultValue=url(file))
        urls = _sub(resources, "bt:Urls")
        for id, (file, other) in self._urls.items():
            self._add(urls, "Url", id, url(file), url(other))
        for kind, texts in self._texts.items():
            strings = _sub(resources, f"bt:{kind}")
            for id, (default, other) in texts.items():
                self._add(strings, "String", id, default, other)

    def _add(self, parent: Element, tag: str, id: str, default: str, other: str) -> None:
        element = _sub(parent, f"bt:{tag}", id=id, DefaultValue=default)
        if other != default:
            _sub(element, "bt:Override", Locale=LOCALES[self._site.other], Value=other)


def manifest_xml(site: Site, buttons: Iterable[Button]) -> bytes:
    """The whole manifest."""
    # Prefixes by hand: Office's own tools look for `VersionOverrides` without one.
    spaces = {"xmlns": _APP, "xmlns:xsi": _XSI, "xmlns:bt": _BASE}
    root = Element("OfficeApp", {**spaces, _TYPE: "TaskPaneApp"})
    _about(root, site)
    overrides = _sub(root, "VersionOverrides", xmlns=_OVER)
    overrides.set(_TYPE, "VersionOverridesV1_0")
    hosts = _sub(overrides, "Hosts")
    host = _sub(hosts, "Host")
    host.set(_TYPE, "Workbook")
    resources = _Resources(site)
    page = resources.url("Taskpane.Url", "taskpane.html")
    _sub(_sub(host, "Runtimes"), "Runtime", resid=page, lifetime="long")
    _functions(_sub(host, "AllFormFactors"), resources, site)
    form = _sub(host, "DesktopFormFactor")
    _started(form, resources)
    _sub(form, "FunctionFile", resid=page)
    _ribbon(form, resources, site, list(buttons))
    resources.write(overrides)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _about(root: Element, site: Site) -> None:
    def named(tag: str, default: str, other: str) -> None:
        element = _sub(root, tag, DefaultValue=default)
        if other != default:
            _sub(element, "Override", Locale=LOCALES[site.other], Value=other)

    _sub(root, "Id").text = ID
    _sub(root, "Version").text = four_part(VERSION)
    _sub(root, "ProviderName").text = MAKER
    _sub(root, "DefaultLocale").text = LOCALES[site.lang]
    named("DisplayName", BRAND.text(site.lang), BRAND.text(site.other))
    named("Description", ABOUT.text(site.lang), ABOUT.text(site.other))
    _sub(root, "IconUrl", DefaultValue=site.url("icon-32.png"))
    _sub(root, "HighResolutionIconUrl", DefaultValue=site.url("icon-80.png"))
    _sub(root, "SupportUrl", DefaultValue=f"{site.service}/")
    _sub(_sub(root, "AppDomains"), "AppDomain").text = site.service
    _sub(_sub(root, "Hosts"), "Host", Name="Workbook")
    sets = _sub(_sub(root, "Requirements"), "Sets", DefaultMinVersion="1.1")
    for name in _SETS:
        _sub(sets, "Set", Name=name, MinVersion="1.1")
    settings = _sub(root, "DefaultSettings")
    _sub(settings, "SourceLocation", DefaultValue=site.url("taskpane.html"))
    _sub(root, "Permissions").text = "ReadWriteDocument"


def _functions(parent: Element, resources: _Resources, site: Site) -> None:
    point = _sub(parent, "ExtensionPoint")
    point.set(_TYPE, "CustomFunctions")
    script = resources.url("Functions.Script.Url", "pane.js")
    _sub(_sub(point, "Script"), "SourceLocation", resid=script)
    _sub(_sub(point, "Page"), "SourceLocation", resid="Taskpane.Url")
    metadata = resources.url(
        "Functions.Metadata.Url", metadata_file(site.lang), metadata_file(site.other)
    )
    _sub(_sub(point, "Metadata"), "SourceLocation", resid=metadata)
    _sub(point, "Namespace", resid="Functions.Namespace")
    resources.text("Functions.Namespace", NAMESPACE, NAMESPACE)


def _started(parent: Element, resources: _Resources) -> None:
    started = _sub(parent, "GetStarted")
    _sub(started, "Title", resid="Brand.Label")
    _sub(started, "Description", resid="Brand.Help")
    _sub(started, "LearnMoreUrl", resid=resources.url("Learn.Url", "taskpane.html"))


def _ribbon(parent: Element, resources: _Resources, site: Site, buttons: list[Button]) -> None:
    both = (site.lang, site.other)
    resources.text("Brand.Label", *(BRAND.text(lang) for lang in both))
    resources.text("Brand.Help", *(ABOUT.text(lang) for lang in both), long=True)
    point = _sub(parent, "ExtensionPoint")
    point.set(_TYPE, "PrimaryCommandSurface")
    tab = _sub(point, "CustomTab", id="fanpan.tab")

    def group(name: Group) -> Element:
        resid = resources.text(f"{name}.Group", *(GROUPS[name].text(lang) for lang in both))
        element = _sub(tab, "Group", id=f"fanpan.group.{name}")
        _sub(element, "Label", resid=resid)
        _icon(element, resources)
        return element

    for name in GROUPS:
        members = [button for button in buttons if button.group == name]
        if name != "table" and not members:
            continue
        element = group(name)
        if name == "table":
            label = resources.text("Pane.Label", *(OPEN_PANE.text(lang) for lang in both))
            tip = resources.text("Pane.Help", *(PANE_HELP.text(lang) for lang in both), long=True)
            action = _control(element, PANE, label, tip, resources)
            action.set(_TYPE, "ShowTaskpane")
            _sub(action, "SourceLocation", resid="Taskpane.Url")
        for button in members:
            label = resources.text(f"{button.name}.Label", *(button.title(lang) for lang in both))
            tip = resources.text(
                f"{button.name}.Help", *(button.description(lang) for lang in both), long=True
            )
            action = _control(element, action_id(button), label, tip, resources)
            action.set(_TYPE, "ExecuteFunction")
            _sub(action, "FunctionName").text = action_id(button)
    _sub(tab, "Label", resid="Brand.Label")


def _control(parent: Element, id: str, label: str, tip: str, resources: _Resources) -> Element:
    """A button of the ribbon; gives its action, to be filled in."""
    control = _sub(parent, "Control", id=id)
    control.set(_TYPE, "Button")
    _sub(control, "Label", resid=label)
    supertip = _sub(control, "Supertip")
    _sub(supertip, "Title", resid=label)
    _sub(supertip, "Description", resid=tip)
    _icon(control, resources)
    return _sub(control, "Action")


def _icon(parent: Element, resources: _Resources) -> None:
    icon = _sub(parent, "Icon")
    for size in ICON_SIZES:
        _sub(icon, "bt:Image", size=str(size), resid=resources.image(size))


def _sub(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, tag, attributes)
