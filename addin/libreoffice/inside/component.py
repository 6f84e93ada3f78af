"""The add-in and the command handler as UNO components, made when LibreOffice loads them."""

from __future__ import annotations

from typing import Any, Final

from ....functions import REGISTRY
from ....functions.messages import Lang
from .cells import many_cells, one_cell
from .handler import Handler
from .settings import built
from .unotypes import helper, interface

ADD_IN: Final = "FANPAN"
HANDLER: Final = "org.fanpan.Handler"


def components() -> Any:
    """The helper through which LibreOffice finds our components."""
    unohelper = helper()
    described = interface("com.sun.star.lang.XServiceInfo")
    settled = built()
    found = unohelper.ImplementationHelper()
    services = ("com.sun.star.sheet.AddIn", ADD_IN)
    members = {**_calls(settled["methods"], settled["lang"]), **_service_info(ADD_IN, services)}
    bases = (AddIn, unohelper.Base, interface("org.fanpan.XFanpan"), described)
    found.addImplementation(type("Fanpan", bases, members), ADD_IN, services)
    commands = ("com.sun.star.frame.ProtocolHandler",)
    names = ("frame.XDispatchProvider", "frame.XNotifyingDispatch", "lang.XInitialization")
    bases = (Handler, unohelper.Base, *(interface(f"com.sun.star.{n}") for n in names), described)
    commander = type("FanpanHandler", bases, _service_info(HANDLER, commands))
    found.addImplementation(commander, HANDLER, commands)
    return found


class AddIn:
    """Takes the component context that every component is made with."""

    def __init__(self, context: Any) -> None:
        self.context = context


def _calls(methods: dict[str, dict[str, Any]], lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, method in methods.items():
        function = REGISTRY[method["function"]]
        found[name] = many_cells(function, lang) if method["many"] else one_cell(function, lang)
    return found


def _service_info(name: str, services: tuple[str, ...]) -> dict[str, Any]:
    def implementation(_self: Any) -> str:
        return name

    def supports(_self: Any, service: str) -> bool:
        return service in services

    def supported(_self: Any) -> tuple[str, ...]:
        return services

    return {
        "getImplementationName": implementation,
        "supportsService": supports,
        "getSupportedServiceNames": supported,
    }
