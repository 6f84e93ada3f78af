"""The words by which KIND reads a review, compiled for one pass over the text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import groupby
from typing import Any, Final, Literal, TypeAlias

from .rules import Rules
from .values import KINDS

Sort = Literal["complaint", "topic", "negative", "praise", "negator", "contrast", "stop"]

_DATA: Final[dict[str, Any]] = tomllib.loads(
    (files(__package__ or "") / "data" / "lexicon.toml").read_text("utf-8")
)
_STOPS: Final = "，。！？；、,.!?;\n\r~…：:（）()"
_TOPIC_WEIGHT: Final = 1.0
_BRANCHES: Final = 32
_APART: Final = re.compile(r"…+|\.{3,}")  # the rules tab turns … into dots
_REACH: Final = 14
# Between the two neither sentence nor thought ends, and no negator stands in front of the second.
_PARTED: Final = re.compile(
    r"[。！？；!?;\n]|但|不过|可是|可惜|(?:[没不无未别]|没有|不会|不是|不算|不太)$"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One word: what it does, for which kind, how strongly."""

    word: str
    sort: Sort
    kind: str = ""
    weight: float = 0.0


_Follower: TypeAlias = tuple[Callable[..., re.Match[str] | None], dict[str, Entry]]


class _Followers(dict[str, _Follower]):
    """What finds the words that may follow a first word, each made when it is first needed."""

    def __init__(self, words: dict[str, dict[str, Entry]]) -> None:
        super().__init__()
        self._seconds = words

    def __missing__(self, word: str) -> _Follower:
        seconds = self._seconds[word]
        found = self[word] = re.compile(_tree(sorted(seconds))).search, seconds
        return found


class Lexicon:
    """All words as one regular expression in the shape of a tree, so that one pass finds them.

    Complaints made of two words apart are found by a second pass for the first words, each with an
    expression for what may follow it.
    """

    def __init__(self, entries: list[Entry], apart: list[Entry]) -> None:
        self._entries = {entry.word: entry for entry in entries}
        self._words = re.compile(_longest(self._entries))
        followers: dict[str, dict[str, Entry]] = {}
        for entry in apart:
            first, second = (half.split("|") for half in _APART.split(entry.word, maxsplit=1))
            for word in first:
                for other in second:
                    followers.setdefault(word, {}).setdefault(other, entry)
        self._followers = _Followers(followers)
        self._firsts = re.compile(f"(?={_longest(followers)})")  # they may overlap

    def find(self, text: str) -> Iterator[tuple[int, Entry]]:
        """(characters since the word before, entry) of the words in a text.

        The longest word at each place, not overlapping.
        """
        pieces = self._words.split(text)
        return zip(
            map(len, pieces[::2]), map(self._entries.__getitem__, pieces[1::2]), strict=False
        )

    def apart(self, text: str) -> dict[str, tuple[float, str]]:
        """(weight, text) by kind of the first complaints that are made of two words apart."""
        found: dict[str, tuple[float, str]] = {}
        for first in self._firsts.finditer(text):
            begin, end = first.span(1)
            search, entries = self._followers[text[begin:end]]
            second = search(text, end, end + _REACH)
            if second is not None:
                entry = entries[second[0]]
                between = text[end : second.start()]
                if entry.kind not in found and not _PARTED.search(between):
                    found[entry.kind] = entry.weight, text[begin : second.end()]
        return found


def _longest(words: Iterable[str]) -> str:
    """A pattern with a group for the longest of the words at a place."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(word[0], []).append(word)
    return f"(?={_class(found)})({_fork(list(found.values()))})"


def _fork(groups: list[list[str]]) -> str:
    """A pattern for words by their first character.

    The engine tries branches one after another; a character class in front of a quarter of them
    lets it pass over that quarter.
    """
    if len(groups) <= _BRANCHES:
        return "|".join(map(_tree, groups))
    size = -(-len(groups) // 4)
    return "|".join(
        f"(?={_class(words[0][0] for words in part)})(?:{_fork(part)})"
        for part in (groups[start : start + size] for start in range(0, len(groups), size))
    )


def _class(characters: Iterable[str]) -> str:
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
        for weight, words in _DATA["kinds"][kind].get("complaints", {}).items():
            for word in words:
                entries[word] = Entry(word, "complaint", kind, float(weight))
    apart: dict[str, Entry] = {}
    for kind in KINDS.ids:
        own = {word.lower(): weight for word, weight in rules[f"words.{kind}"]}
        for word, weight in (_DATA["kinds"][kind].get("apart", {}) | own).items():
            halves = _APART.split(word, maxsplit=1)
            if len(halves) == 2 and all(halves):
                apart[word] = Entry(word, "complaint", kind, float(weight))
            else:
                entries[word] = Entry(word, "complaint", kind, weight)
    return Lexicon(list(entries.values()), list(apart.values()))
