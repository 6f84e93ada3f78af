"""The words by which KIND reads a review, compiled for one pass over the text."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

from .rules import Rules
from .values import KINDS

Sort = Literal["complaint", "topic", "negative", "praise", "negator", "contrast", "stop"]

_DATA: Final[dict[str, Any]] = tomllib.loads(
    (files(__package__) / "data" / "lexicon.toml").read_text("utf-8")
)
_STOPS: Final = "，。！？；、,.!?;\n\r~…：:（）()"
_TOPIC_WEIGHT: Final = 1.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: what it does, for which kind, how strongly."""

    word: str
    sort: Sort
    kind: str = ""
    weight: float = 0.0


class Lexicon:
    """Words by their first character, longest first: one dictionary look-up per character."""

    def __init__(self, entries: list[Entry]) -> None:
        first: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            first[entry.word[0]].append(entry)
        self._first: dict[str, tuple[Entry, ...]] = {
            character: tuple(sorted(found, key=lambda entry: -len(entry.word)))
            for character, found in first.items()
        }

    def find(self, text: str) -> Iterator[tuple[int, Entry]]:
        """(position, entry) of the words in a text, the longest at each place, not overlapping."""
        first = self._first
        until = 0
        for at, character in enumerate(text):
            if at < until or character not in first:
                continue
            for entry in first[character]:
                if text.startswith(entry.word, at):
                    yield at, entry
                    until = at + len(entry.word)
                    break


def lexicon(rules: Rules) -> Lexicon:
    """The shipped words with those of the rules tab; for `rules.derive`."""
    entries: dict[str, Entry] = {}
    for stop in _STOPS:
        entries[stop] = Entry(stop, "stop")
    for sort, words in (
        ("negative", _DATA["negatives"]),
        ("praise", _DATA["praise"]),
        ("negator", _DATA["negators"]),
        ("contrast", _DATA["contrasts"]),
    ):
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
