"""What LibreOffice's registry is told: names and help of functions, menu, toolbar, commands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ...functions.messages import LANGS, Lang, Message, translate
from ..buttons.catalogue import Button
from .methods import NAMESPACE, Method, parameter_name

PROTOCOL: Final = "org.fanpan:"
HANDLER: Final = "org.fanpan.Handler"
_LOCALES: Final[Mapping[Lang, str]] = {"zh": "zh-CN", "en": "en-US"}
_CALC: Final = "com.sun.star.sheet.SpreadsheetDocument"
_BRAND: Final = Message("Fanpan")
_BAR: Final = "org.fanpan.bar"
_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
    ' xmlns:xs="http://www.w3.org/2001/XMLSchema"'
)


def calc_add_ins(found: Iterable[Method]) -> str:
    """`CalcAddIns.xcu`. Implementation name, method and English name make one text that works
    typed, through the API and in files: `FANPAN.KIND`."""
    nodes = "".join(_function(method) for method in found)
    return (
        f'{_HEAD} oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo"><node oor:name="{NAMESPACE}" oor:op="replace">'
        f'<node oor:name="AddInFunctions">\n{nodes}</node></node></node>\n</oor:component-data>\n'
    )


def _function(method: Method) -> str:
    titles: dict[Lang, str] = {lang: method.title(lang) for lang in LANGS}
    helps: dict[Lang, str] = {lang: method.help(lang) for lang in LANGS}
    parameters = "".join(
        _node(
            parameter_name(one.name),
            _texts("DisplayName", dict.fromkeys(LANGS, one.name))
            + _texts("Description", {lang: translate(one.description, lang) for lang in LANGS}),
        )
        for one in method.parameters
    )
    return _node(
        method.name,
        _texts("DisplayName", titles)
        + _texts("Description", helps)
        + _value("Category", "Add-In")
        + f'<node oor:name="Parameters">{parameters}</node>',
    )


def _node(name: str, inner: str) -> str:
    return f'<node oor:name={quoteattr(name)} oor:op="replace">{inner}</node>\n'


def _value(name: str, text: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(text)}</value></prop>'


def _texts(name: str, texts: Mapping[Lang, str]) -> str:
    # The default text stands first; a value without a language would hide the others.
    values = "".join(
        f'<value xml:lang="{_LOCALES[lang]}">{escape(text)}</value>'
        for lang, text in sorted(texts.items(), key=lambda item: item[0] != "en")
    )
    return f'<prop oor:name="{name}" oor:type="xs:string">{values}</prop>'


def protocol_handler() -> str:
    """`ProtocolHandler.xcu`: commands that start with `org.fanpan:` are ours."""
    return (
        f'{_HEAD} oor:name="ProtocolHandler" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="HandlerSet"><node oor:name="{HANDLER}" oor:op="replace">'
        '<prop oor:name="Protocols" oor:type="oor:string-list">'
        f"<value>{PROTOCOL}*</value></prop></node></node>\n</oor:component-data>\n"
    )


def add_ons(buttons: Iterable[Button]) -> str:
    """`Addons.xcu`: the menu and the toolbar with every button."""
    entries = list(buttons)
    menu = "".join(_entry(at, button) for at, button in enumerate(entries))
    menu += _command(len(entries), "settings", {lang: SETTINGS.text(lang) for lang in LANGS})
    title = _texts("Title", {lang: _BRAND.text(lang) for lang in LANGS})
    return (
        f'{_HEAD} oor:name="Addons" oor:package="org.openoffice.Office">\n<node oor:name="AddonUI">'
        f'<node oor:name="OfficeMenuBar"><node oor:name="org.fanpan.menu" oor:op="replace">{title}'
        f'{_value("Context", _CALC)}<node oor:name="Submenu">\n{menu}</node></node></node>\n'
        f'<node oor:name="OfficeToolBar"><node oor:name="{_BAR}" oor:op="replace">\n{menu}'
        "</node></node></node>\n</oor:component-data>\n"
    )


def toolbar_state() -> str:
    """`CalcWindowState.xcu`: the toolbar has a name, and a row of its own below the others."""
    bar = _node(
        f"private:resource/toolbar/addon_{_BAR}",
        _texts("UIName", {lang: _BRAND.text(lang) for lang in LANGS})
        + '<prop oor:name="Docked"><value>true</value></prop>'
        '<prop oor:name="DockingArea"><value>0</value></prop>'
        '<prop oor:name="DockPos"><value>0,2</value></prop>'
        '<prop oor:name="Visible"><value>true</value></prop>',
    )
    return (
        f'{_HEAD} oor:name="CalcWindowState" oor:package="org.openoffice.Office.UI">\n'
        f'<node oor:name="UIElements"><node oor:name="States">{bar}</node></node>\n'
        "</oor:component-data>\n"
    )


def settings_schema() -> str:
    """`Settings.xcs`: where LibreOffice keeps the service's address and token, and a name."""
    props = "".join(
        f'<prop oor:name="{name}" oor:type="xs:string"><value></value></prop>'
        for name in ("Url", "Token", "Who")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:component-schema xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="Settings" oor:package="org.fanpan"'
        ' xml:lang="en-US">\n<component><group oor:name="Service">'
        f"{props}</group></component>\n</oor:component-schema>\n"
    )


SETTINGS: Final = Message("Settings …")


def _entry(at: int, button: Button) -> str:
    return _command(at, button.name, {lang: button.title(lang) for lang in LANGS})


def _command(at: int, name: str, titles: Mapping[Lang, str]) -> str:
    return _node(
        f"b{at:03}",
        _value("URL", PROTOCOL + name)
        + _texts("Title", titles)
        + _value("Target", "_self")
        + _value("Context", _CALC),
    )
