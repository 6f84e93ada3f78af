"""The registry of cell functions: one definition, every surface.

`@cell_function` reads a plain typed function (signature, docstring, translation) and registers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from .cellfunction import CellFunction

F = TypeVar("F", bound=Callable[..., Any])

_PREFIXES: Final = ("FANPAN.", "FANPAN_")


class Registry(Mapping[str, CellFunction]):
    """All cell functions by English name; a Chinese name finds them too, in any letter case."""

    def __init__(self) -> None:
        self._functions: dict[str, CellFunction] = {}
        self._names: dict[str, str] = {}

    def add(self, function: CellFunction) -> None:
        """Register; a name that is taken, in either language, is a programming error."""
        for name in {name.upper() for name in function.names.values()}:
            if name in self._names:
                raise ValueError(f"two cell functions are called {name}")
        for name in function.names.values():
            self._names[name.upper()] = function.name
        self._functions[function.name] = function

    def __getitem__(self, name: str) -> CellFunction:
        plain = name.strip().upper()
        for prefix in _PREFIXES:
            plain = plain.removeprefix(prefix)
        return self._functions[self._names[plain]]

    def near(self, name: str) -> str | None:
        """The function name that is most like one that does not exist."""
        found = get_close_matches(name.strip().upper(), self._names, 1)
        return found[0] if found else None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._functions))

    def __len__(self) -> int:
        return len(self._functions)


REGISTRY = Registry()


def cell_function(*, names: Mapping[str, str], registry: Registry = REGISTRY) -> Callable[[F], F]:
    """Register the decorated function; `names` holds its name in other locales (`zh_CN`)."""

    def register(function: F) -> F:
        registry.add(CellFunction(function, names))
        return function

    return register
