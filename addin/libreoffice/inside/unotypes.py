"""UNO's own types by name; there is no UNO outside LibreOffice, so it is imported when asked."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def _uno() -> Any:
    return import_module("uno")


def struct(name: str, *values: Any) -> Any:
    """A struct such as `com.sun.star.table.CellAddress`."""
    return _uno().createUnoStruct(name, *values)


def enum(kind: str, value: str) -> Any:
    """A value of an enumeration."""
    return _uno().Enum(kind, value)


def interface(name: str) -> Any:
    """An interface as a class to inherit from."""
    return _uno().getClass(name)


def helper() -> Any:
    """The module with what a component is made of."""
    return import_module("unohelper")
