"""The add-in's interface, as text: LibreOffice compiles it itself when it is installed."""

from __future__ import annotations

from collections.abc import Iterable

from .methods import Method, parameter_name


def interface(found: Iterable[Method]) -> str:
    """The interface `org.fanpan.XFanpan` with one method per function."""
    lines = [_method(method) for method in found]
    return (
        "module com { module sun { module star { module uno {\n"
        "  interface XInterface;\n}; }; }; };\n"
        "module org { module fanpan {\n"
        "  interface XFanpan : com::sun::star::uno::XInterface\n  {\n"
        + "".join(f"    {line}\n" for line in lines)
        + "  };\n}; };\n"
    )


def _method(method: Method) -> str:
    args = ", ".join(
        f"[in] {'sequence<any>' if one.repeating else 'any'} {parameter_name(one.name)}"
        for one in method.parameters
    )
    return f"{method.result} {method.name}({args});"
