"""The words by which KIND reads a review, compiled for one pass over the text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any, Final, Literal

from .rules import Rules
from .values import KINDS

Sort = Literal["complaint", "topic", "negative", "praise", "negator", "contrast", "stop"]

_DATA: Final[dict[str, Any]] = tomllib.loads(
    (files(__package__ or "") / "data" / "lexicon.toml").read_text("utf-8")
)
_STOPS: Final = "，。！？；、,.!?;\n\r~…：:（）()"
_TOPIC_WEIGHT: Final = 1.0
_BRANCHES: Final = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: what it does, for which kind, how strongly."""

    word: str
    sort: Sort
    kind: str = ""
    weight: float = 0.0


class Lexicon:
    """All words as one regular expression in the shape of a tree, so that one pass finds them."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = {entry.word: entry for entry in entries}
        words = sorted(self._entries)
        firsts = sorted({word[0] for word in words})
        branches: list[str] = []
        # The engine tries branches one after another: a character class in front of every few of
        # them lets it pass over the rest.
        for start in range(0, len(firsts), _BRANCHES):
            group = firsts[start : start + _BRANCHES]
            tree = _tree([word for word in words if group[0] <= word[0] <= group[-1]])
            branches.append(f"(?={_class(group)})(?:{tree})")
        self._words = re.compile(f"(?={_class(firsts)})({'|'.join(branches)})")

    def find(self, text: str) -> Iterator[tuple[int, Entry]]:
        """(characters since the word before, entry) of the words in a text.

        The longest word at each place, not overlapping.
        """
        pieces = self._words.split(text)
        return zip(
            map(len, pieces[::2]), map(self._entries.__getitem__, pieces[1::2]), strict=False
        )


def _class(characters: list[str]) -> str:
    return f"[{''.join(map(re.escape, characters))}]"


def _tree(words: list[str], at: int = 0) -> str:
    """A pattern for sorted words that agree in their first `at` characters; longest first."""
    branches: list[str] = []
    for first, group in groupby((word for word in words if len(word) > at), lambda w: w[at]):
        longer = list(group)
        branches.append(re.escape(first) + _tree(longer, at + 1))
    ends_here = len(words[0]) == at
    if not branches:
        return ""
    joined = "|".join(branches)
    return f"(?:{joined})?" if ends_here else f"(?:{joined})" if at else joined


def lexicon(rules: Rules) -> Lexicon:
    """The shipped words with those of the rules tab; for `rules.derive`."""
    entries: dict[str, Entry] = {}
    for stop in _STOPS:
        entries[stop] = Entry(stop, "stop")
    plain: tuple[tuple[Sort, list[str]], ...] = (
        ("negative", _DATA["negatives"]),
        ("praise", _DATA["praise"]),
        ("negator", _DATA["negators"]),
        ("contrast", _DATA["contrasts"]),
    )
    for sort, words in plain:
        for word in words:
            entries[word] = Entry(word, sort)
    for kind in KINDS.ids:
        for word in _DATA["kinds"][kind]["topics"]:
            entries[word] = Entry(word, "topic", kind, _TOPIC_WEIGHT)
    for kind in KINDS.ids:
        for word, weight in _DATA["kinds"][kind]["complaints"].items():
            standing = entries.get(word)
            # A word that complains about two kinds belongs to the one it speaks for more strongly.
            if standing is None or standing.sort != "complaint" or standing.weight < weight:
                entries[word] = Entry(word, "complaint", kind, float(weight))
    for kind in KINDS.ids:
        for word, weight in rules[f"words.{kind}"]:
            entries[word] = Entry(word.lower(), "complaint", kind, weight)
    return Lexicon(list(entries.values()))
