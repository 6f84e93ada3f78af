"""Address and token of the service, in LibreOffice's own configuration, never in a sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from ....functions.messages import Lang, Message
from .dialogs import Field, form
from .unotypes import struct

NODE: Final = "/org.fanpan.Settings/Service"
BUILT: Final = "built.json"
"""Written into the extension: the language of words, the address of the service, the methods."""


def built() -> dict[str, Any]:
    """What was settled when the extension was built."""
    found: dict[str, Any] = json.loads((files(__package__ or "") / BUILT).read_text("utf-8"))
    return found


class Settings:
    """What a person may change, over what was settled when the extension was built."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.settled = built()
        node = self._node(update=False)
        self.url = (node.getByName("Url") or self.settled["service"]).rstrip("/")
        self.token = node.getByName("Token") or ""
        self.who = node.getByName("Who") or ""
        self.lang: Lang = self.settled["lang"]
        self.brand = str(self.settled["brand"])

    def edit(self, window: Any) -> list[str]:
        """Ask for them and keep them."""
        if window is None:
            return [self.url]
        fields = [
            Field("Url", Message("Address of the service").text(self.lang), self.url),
            Field("Token", Message("Token").text(self.lang), self.token, secret=True),
        ]
        given = form(self.context, window, self.brand, fields, self.lang)
        if given is not None:
            self.keep(given)
        return []

    def keep(self, given: Mapping[str, str]) -> None:
        """Keep settings for the next time LibreOffice is opened."""
        node = self._node(update=True)
        for name, value in given.items():
            node.replaceByName(name, value.strip())
        node.commitChanges()

    def _node(self, *, update: bool) -> Any:
        path = struct("com.sun.star.beans.PropertyValue")
        path.Name, path.Value = "nodepath", NODE
        provider = self.context.ServiceManager.createInstanceWithContext(
            "com.sun.star.configuration.ConfigurationProvider", self.context
        )
        kind = "ConfigurationUpdateAccess" if update else "ConfigurationAccess"
        return provider.createInstanceWithArguments(f"com.sun.star.configuration.{kind}", (path,))
