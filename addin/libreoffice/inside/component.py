"""The add-in and the command handler as UNO components, made when LibreOffice loads them."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from ....functions import REGISTRY
from ....functions.messages import Lang
from .cells import many_cells, one_cell

ADD_IN: Final = "FANPAN"
HANDLER: Final = "org.fanpan.Handler"
BUILT: Final = "built.json"
"""Written into the extension: the language of words, the address of the service, the methods."""


def built() -> dict[str, Any]:
    """What was settled when the extension was built."""
    found: dict[str, Any] = json.loads((files(__package__ or "") / BUILT).read_text("utf-8"))
    return found


def components() -> Any:
    """The helper through which LibreOffice finds our components."""
    import unohelper
    from com.sun.star.frame import XDispatch, XDispatchProvider
    from com.sun.star.lang import XInitialization, XServiceInfo
    from org.fanpan import XFanpan

    from .handler import Handler

    settled = built()
    helper = unohelper.ImplementationHelper()
    services = ("com.sun.star.sheet.AddIn", ADD_IN)
    add_in = type(
        "Fanpan",
        (unohelper.Base, XFanpan, XServiceInfo),
        {
            "__init__": lambda self, context: None,
            **_calls(settled["methods"], settled["lang"]),
            **_service_info(ADD_IN, services),
        },
    )
    helper.addImplementation(add_in, ADD_IN, services)
    commands = ("com.sun.star.frame.ProtocolHandler",)
    handler = type(
        "FanpanHandler",
        (Handler, unohelper.Base, XDispatchProvider, XDispatch, XInitialization, XServiceInfo),
        _service_info(HANDLER, commands),
    )
    helper.addImplementation(handler, HANDLER, commands)
    return helper


def _calls(methods: dict[str, dict[str, Any]], lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, method in methods.items():
        function = REGISTRY[method["function"]]
        run = many_cells(function, lang) if method["many"] else one_cell(function, lang)
        found[name] = lambda self, *cells, run=run: run(*cells)
    return found


def _service_info(name: str, services: tuple[str, ...]) -> dict[str, Any]:
    return {
        "getImplementationName": lambda self: name,
        "supportsService": lambda self, service: service in services,
        "getSupportedServiceNames": lambda self: services,
    }
