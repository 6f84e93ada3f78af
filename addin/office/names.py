"""What both manifests say alike: names, icons, groups of buttons, addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from ...functions.messages import LANGS, Lang, Message
from ..buttons.catalogue import Button, Group

ID: Final = "6b0f0c52-6c1f-4f0e-9a55-27c2a3f7a1d4"
PACKAGE: Final = "org.fanpan.excel"
VERSION: Final = version("fanpan")
ICON_SIZES: Final = (16, 32, 80)
FOLDER: Final = "excel"
"""Under the address of the service."""
SERVICE: Final = "https://localhost:8765"
PANE: Final = "fanpan.pane"
"""Action that opens the task pane; every other action is named after its button."""

BRAND: Final = Message("Fanpan")
ABOUT: Final = Message("A bad-review tracker in the table your team already uses.")
OPEN_PANE: Final = Message("Open pane")
PANE_HELP: Final = Message("Functions, today's cases, problems and rules beside the sheet.")
MAKER: Final = "Fanpan"
GROUPS: Final[Mapping[Group, Message]] = {
    "table": Message("Table"),
    "case": Message("Casework"),
    "report": Message("Reports"),
    "steering": Message("Steering"),
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where the built files are served from, and in which language by default."""

    service: str = SERVICE
    lang: Lang = "zh"
    version: str = VERSION
    """Part of every address, so that a program that keeps files for a day asks for the new ones."""

    def url(self, file: str) -> str:
        """The address of a built file."""
        return f"{self.service}/{FOLDER}/{file}?v={self.version}"

    @property
    def other(self) -> Lang:
        """The language that is not the default."""
        return next(lang for lang in LANGS if lang != self.lang)


def four_part(version: str) -> str:
    """The version as Office wants it.

    >>> four_part("0.1.0")
    '0.1.0.0'
    """
    numbers = [part for part in version.split(".")[:3] if part.isdigit()]
    return ".".join([*numbers, *["0"] * (4 - len(numbers))])


def action_id(button: Button) -> str:
    """The ribbon action of a button."""
    return f"fanpan.{button.name}"


def asks(button: Button) -> bool:
    """Whether a person must fill something in before it can be pressed."""
    return any(option.required for option in button.options)
