"""Commands `org.fanpan:NAME`: what the menu, the toolbar and a macro run."""

from __future__ import annotations

from typing import Any


class Handler:
    """Finds and runs a command; LibreOffice makes one per window."""

    def __init__(self, context: Any, *_args: Any) -> None:
        self.context = context
        self.frame: Any = None
