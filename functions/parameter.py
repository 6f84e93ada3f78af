"""One argument of a cell function, as its signature declares it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from .coerce import Coercer
from .valuetypes import ValueType

_REQUIRED: Any = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a cell function."""

    name: str
    description: str
    type: ValueType
    coerce: Coercer
    default: Any = _REQUIRED
    repeating: bool = False
    """Takes all further arguments; only the last one may."""

    @property
    def required(self) -> bool:
        """Whether a call must name it; a blank in it makes the result blank, if not nullable."""
        return self.default is _REQUIRED

    @property
    def shown(self) -> str:
        """The name as a signature shows it: optional ones in brackets, repeating ones with dots."""
        if self.repeating:
            return f"{self.name}…"
        return self.name if self.required else f"[{self.name}]"

    @property
    def fallback(self) -> Any:
        """What the function gets for a blank: its default, or None."""
        return None if self.default is _REQUIRED else self.default
