"""What a cell can say: one pure function per rule, on the standard library alone.

Importing the package fills `REGISTRY`.
"""

from . import (
    alert,
    case,
    clock,
    customer,
    delay,
    kind,
    kpi,
    mask,
    offer,
    people,
    review,
    rulescell,
    script,
    tier,
    top,
    why,
)
from .registry import REGISTRY

__all__ = [
    "REGISTRY",
    "alert",
    "case",
    "clock",
    "customer",
    "delay",
    "kind",
    "kpi",
    "mask",
    "offer",
    "people",
    "review",
    "rulescell",
    "script",
    "tier",
    "top",
    "why",
]
