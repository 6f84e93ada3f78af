"""What a review complains about: a suggestion with its reasons, which a person confirms.

A weighted lexicon that the team edits, read clause by clause with negation, praise and contrast,
and the facts of the order. Measured on reviews with negative opinions, a trained classifier is
hardly better (micro F1 0.66 against 0.63), and nobody can read or correct it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, NamedTuple

from .lexicon import Entry, Lexicon, lexicon
from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import Kind, Sureness

# Which kind wins where two score the same: the one that does more harm when it is missed.
_ORDER: Final = (
    "malicious", "wrong_item", "damage", "quality", "mismatch", "logistics", "service", "price",
    "other",
)  # fmt: skip
_LATE_WEIGHT: Final = 10.0
_AFTER_CONTRAST: Final = 1.5
_BEFORE_CONTRAST: Final = 0.5
_TOPIC_OF_COMPLAINT: Final = 1.5
_TOPIC_ALONE: Final = 0.25
_NEGATOR_REACH: Final = 3
_MOST_REASONS: Final = 4


class KindRow(NamedTuple):
    """The kind, the words and facts that decided, and how sure that is."""

    kind: Kind | None
    why: str | None
    sure: Sureness | None


@dataclass(slots=True)
class _Clause:
    """The words of one clause, as they add up."""

    complaints: list[Entry]
    topics: list[Entry]
    negative: bool
    praise: bool
    after_contrast: bool


@dataclass(slots=True)
class _Reading:
    scores: dict[str, float]
    reasons: list[tuple[float, str]]
    negative: bool
    praise: bool


def _clauses(text: str, words: Lexicon) -> list[_Clause]:
    """The clauses that say anything. One pass, kept flat: this runs for every review."""
    clauses: list[_Clause] = []
    complaints: list[Entry] = []
    topics: list[Entry] = []
    negative = praise = after = False
    negated_at = -100
    for at, entry in words.find(text):
        sort = entry.sort
        if sort == "stop" or sort == "contrast":
            negated_at = -100
            if complaints or topics or negative or praise:
                clauses.append(_Clause(complaints, topics, negative, praise, after))
                complaints, topics = [], []
                negative = praise = False
            after = after or sort == "contrast"
        elif sort == "negator":
            negated_at = at + len(entry.word)
        elif sort == "topic":
            topics.append(entry)
        else:
            negated = 0 <= at - negated_at < _NEGATOR_REACH
            negated_at = -100
            if sort == "complaint":
                if not negated:
                    complaints.append(entry)
            elif (sort == "negative") != negated:
                negative = True
            elif sort == "praise":
                praise = True
    if complaints or topics or negative or praise:
        clauses.append(_Clause(complaints, topics, negative, praise, after))
    return clauses


def _read(text: str, rules: Rules) -> _Reading:
    scores: dict[str, float] = {}
    reasons: list[tuple[float, str]] = []
    negative = praise = False
    clauses = _clauses(text.lower(), rules.derive(lexicon))
    contrast = bool(clauses) and clauses[-1].after_contrast
    for clause in clauses:
        complaints = clause.complaints
        complains = clause.negative or bool(complaints)
        negative = negative or complains
        praise = praise or clause.praise
        factor = 1.0
        if contrast:
            factor = _AFTER_CONTRAST if clause.after_contrast else _BEFORE_CONTRAST
        for entry in complaints:
            points = entry.weight * factor
            scores[entry.kind] = scores.get(entry.kind, 0.0) + points
            reasons.append((points, entry.word))
        if complains or not clause.praise:
            factor *= _TOPIC_OF_COMPLAINT if complains else _TOPIC_ALONE
            for entry in clause.topics:
                points = entry.weight * factor
                scores[entry.kind] = scores.get(entry.kind, 0.0) + points
                if complains:
                    reasons.append((points, entry.word))
    return _Reading(scores, reasons, negative, praise)


def judge(text: str | None, stars: float | None, late_hours: float | None, rules: Rules) -> KindRow:
    """Kind, reasons and sureness of one review."""
    reading = _read(text or "", rules)
    scores, reasons = reading.scores, reading.reasons
    late = late_hours is not None and late_hours >= rules["kind.late_hours"]
    bad_stars = stars is not None and 0 < stars <= rules["bad.stars"]
    if late and (bad_stars or reading.negative or not reading.praise):
        scores["logistics"] = scores.get("logistics", 0.0) + _LATE_WEIGHT
        reasons.append((_LATE_WEIGHT, f"晚到{late_hours:g}小时"))
    if not scores or max(scores.values()) < 0.5:
        if not text and not bad_stars:
            return KindRow(None, None, None)
        if bad_stars or reading.negative or not reading.praise:
            return KindRow("other", None, "low")
        return KindRow(None, None, None)
    ranked = sorted(scores, key=lambda kind: (-scores[kind], _ORDER.index(kind)))
    best = scores[ranked[0]]
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    if not bad_stars and not reading.negative and not late and reading.praise:
        return KindRow(None, None, None)
    sure = "high" if best >= 3 and best >= 2 * second else "medium" if best >= 2 else "low"
    reasons.sort(key=lambda reason: -reason[0])
    why = "、".join(f"{word}+{points:g}" for points, word in dict.fromkeys(reasons[:_MOST_REASONS]))
    return KindRow(ranked[0], why or None, sure)


@cell_function(names={"zh_CN": "差评类型"})
def kind(
    text: Annotated[str | None, "Text of the review"],
    stars: Annotated[float | None, "Stars of the review, 1 to 5; 0 is blank"] = None,
    late_hours: Annotated[float | None, "Hours by which the parcel was late"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> Kind | None:
    """Why the buyer is unhappy; a suggestion that a person confirms.

    What comes after a contrast counts, and praise of a thing is no complaint about it.
    >>> kind("快递很快但是质量差")
    'quality'
    >>> kind("客服态度很好，但是鞋子开胶了")
    'quality'
    >>> kind("质量没得说，就是贵了点")
    'price'

    A negated complaint is none.
    >>> kind("不是质量问题，是快递太慢")
    'logistics'

    A really late parcel outweighs words.
    >>> kind("东西一般", 2, 72)
    'logistics'

    A bad review without a word that is known is other; one without a complaint is blank.
    >>> kind("……", 1), kind("非常满意", 5)
    ('other', None)
    """
    return judge(text, stars, late_hours, rules).kind


@cell_function(names={"zh_CN": "判定依据"})
def kind_why(
    text: Annotated[str | None, "Text of the review"],
    stars: Annotated[float | None, "Stars of the review, 1 to 5; 0 is blank"] = None,
    late_hours: Annotated[float | None, "Hours by which the parcel was late"] = None,
    rules: Annotated[Rules, "Rules"] = DEFAULT_RULES,
) -> KindRow:
    """The kind with the words and facts that decided, and how sure that is.

    >>> kind_why("快递很快但是质量差")
    KindRow(kind='quality', why='质量差+5.25', sure='high')
    """
    return judge(text, stars, late_hours, rules)
