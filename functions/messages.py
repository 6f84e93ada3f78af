"""Sentences for people, in Chinese and English, from one catalogue.

The English sentence is the message id (the habit of gettext); the Chinese one is looked up in
TOML catalogues, because the standard library reads TOML but not gettext's source format, and the
functions travel inside LibreOffice where nothing can be compiled or installed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import Literal, get_args

from .shipped import DATA

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)

_catalogues: list[Traversable] = [DATA / "zh"]


def add_catalogue(folder: Traversable) -> None:
    """Let sentences of another package be translated; `folder` holds `*.toml` files."""
    if folder not in _catalogues:
        _catalogues.append(folder)
        chinese.cache_clear()


def read_catalogue(folders: Iterable[Traversable]) -> dict[str, str]:
    """English sentence → Chinese sentence; a sentence translated twice is an error."""
    found: dict[str, str] = {}
    for folder in folders:
        for file in sorted(folder.iterdir(), key=lambda item: item.name):
            if not file.name.endswith(".toml"):
                continue
            for english, translated in tomllib.loads(file.read_text("utf-8")).items():
                if found.get(english, translated) != translated:
                    raise ValueError(f"{file.name}: {english!r} is translated twice, differently")
                found[english] = translated
    return found


@cache
def chinese() -> Mapping[str, str]:
    """The whole Chinese catalogue of the packages that were loaded."""
    return read_catalogue(_catalogues)


def translate(sentence: str, lang: Lang) -> str:
    """One fixed sentence or word in `lang`; English stays when no translation exists.

    >>> translate("cell", "zh")
    '单元格'
    """
    return sentence if lang == "en" else chinese().get(sentence, sentence)


class Message:
    """A sentence with named gaps, rendered late in the reader's language.

    A parameter may be a `Message` itself, or a word that the catalogue knows.

    >>> Message("{what} is blank.", what=Message("cell")).text("zh")
    '单元格为空。'
    >>> str(Message("{what} is blank.", what="cell A3"))
    'cell A3 is blank.'
    """

    __slots__ = ("params", "template")

    def __init__(self, template: str, **params: object) -> None:
        self.template = template
        self.params = params

    def text(self, lang: Lang = "en") -> str:
        """The sentence in `lang`."""
        if not self.params:
            return translate(self.template, lang)
        filled = {
            name: value.text(lang) if isinstance(value, Message) else value
            for name, value in self.params.items()
        }
        return translate(self.template, lang).format(**filled)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"Message({self.text()!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.template, self.params) == (
            other.template,
            other.params,
        )

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.params))))
