"""What a review complains about: a suggestion with its reasons, which a person confirms.

A weighted lexicon that the team edits, read clause by clause with negation, praise and contrast,
and the facts of the order. Measured on reviews with negative opinions, a trained classifier was
hardly better than the first lexicon (micro F1 0.66 against 0.63), and nobody can read or correct
it.
"""

from __future__ import annotations

from typing import Annotated, Final, NamedTuple, TypeAlias

from .lexicon import Entry, Lexicon, lexicon
from .registry import cell_function
from .rules import DEFAULT_RULES, Rules
from .values import Kind, Sureness

# Which kind wins where two score the same: the one that does more harm when it is missed.
_ORDER: Final[tuple[Kind, ...]] = (
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
_LEAST: Final = 0.5
_CONVINCING: Final = 3.0


class KindRow(NamedTuple):
    """The kind, the words and facts that decided, and how sure that is."""

    kind: Kind | None
    why: str | None
    sure: Sureness | None


# One clause as its words add up: complaints, topics, negative, praise, after a contrast. Plain, for
# every review makes several.
_Clause: TypeAlias = tuple[list[Entry], list[Entry], bool, bool, bool]


class _Reading(NamedTuple):
    scores: dict[str, float]
    reasons: list[tuple[float, str]]
    negative: bool
    praise: bool


class _Verdict(NamedTuple):
    kind: Kind | None
    sure: Sureness | None
    reasons: list[tuple[float, str]]

    @property
    def why(self) -> str | None:
        """The words and facts that weighed most, with their points."""
        most = sorted(self.reasons, key=lambda reason: -reason[0])[:_MOST_REASONS]
        return "、".join(f"{word}+{points:g}" for points, word in dict.fromkeys(most)) or None


_NO_KIND: Final = _Verdict(None, None, [])


def _clauses(text: str, words: Lexicon) -> list[_Clause]:
    """The clauses that say anything. One pass, kept flat: this runs for every review."""
    clauses: list[_Clause] = []
    complaints: list[Entry] = []
    topics: list[Entry] = []
    negative = praise = after = False
    since_negator = _NEGATOR_REACH
    for gap, entry in words.find(text):
        sort = entry.sort
        if sort == "stop" or sort == "contrast":
            since_negator = _NEGATOR_REACH
            if complaints or topics or negative or praise:
                clauses.append((complaints, topics, negative, praise, after))
                complaints, topics = [], []
                negative = praise = False
            after = after or sort == "contrast"
        elif sort == "negator":
            since_negator = 0
        else:
            since_negator += gap
            if sort == "topic":
                topics.append(entry)
                since_negator += len(entry.word)
                continue
            negated = since_negator < _NEGATOR_REACH
            since_negator = _NEGATOR_REACH
            if sort == "complaint" and not negated:
                complaints.append(entry)
            elif (sort == "praise") == negated:
                negative = True
            else:  # what is not bad is good
                praise = True
    if complaints or topics or negative or praise:
        clauses.append((complaints, topics, negative, praise, after))
    return clauses


def _read(text: str, rules: Rules, bad_stars: bool) -> _Reading:
    scores: dict[str, float] = {}
    reasons: list[tuple[float, str]] = []
    negative = praise = False
    text, words = text.lower(), rules.derive(lexicon)
    clauses = _clauses(text, words)
    contrast = bool(clauses) and clauses[-1][-1]
    for complaints, topics, bad, good, after in clauses:
        complains = bad or bool(complaints)
        negative = negative or complains
        praise = praise or good
        factor = 1.0
        if contrast:
            factor = _AFTER_CONTRAST if after else _BEFORE_CONTRAST
        for entry in complaints:
            points = entry.weight * factor
            scores[entry.kind] = scores.get(entry.kind, 0.0) + points
            reasons.append((points, entry.word))
        if complains or not good:
            factor *= _TOPIC_OF_COMPLAINT if complains else _TOPIC_ALONE
            for entry in topics:
                points = entry.weight * factor
                scores[entry.kind] = scores.get(entry.kind, 0.0) + points
                reasons.append((points, entry.word))
    doubtful = _winner(scores)[1] < _CONVINCING
    if doubtful and (negative or bad_stars or not praise):
        for kind, reason in words.apart(text).items():
            negative = True
            scores[kind] = scores.get(kind, 0.0) + reason[0]
            reasons.append(reason)
    return _Reading(scores, reasons, negative, praise)


def _winner(scores: dict[str, float]) -> tuple[Kind, float, float]:
    """The kind that scores most, its points and those of the next."""
    kind: Kind = "other"
    best = second = 0.0
    for candidate in _ORDER:
        score = scores.get(candidate, 0.0)
        if score > best:
            kind, best, second = candidate, score, best
        elif score > second:
            second = score
    return kind, best, second


def _sureness(best: float, second: float) -> Sureness:
    if best >= _CONVINCING and best >= 2 * second:
        return "high"
    return "medium" if best >= 2 else "low"


def _judge(
    text: str | None, stars: float | None, late_hours: float | None, rules: Rules
) -> _Verdict:
    bad_stars = stars is not None and 0 < stars <= rules["bad.stars"]
    scores, reasons, negative, praise = _read(text or "", rules, bad_stars)
    praise = praise or (stars is not None and stars > rules["bad.stars"])
    late = (
        late_hours is not None
        and late_hours >= rules["kind.late_hours"]
        and (bad_stars or negative or not praise)
    )
    if late:
        scores["logistics"] = scores.get("logistics", 0.0) + _LATE_WEIGHT
        reasons.append((_LATE_WEIGHT, f"晚到{late_hours:g}小时"))
    if not bad_stars and not negative and not late and (praise or not text):
        return _NO_KIND
    kind, best, second = _winner(scores)
    if best < (_TOPIC_ALONE if bad_stars else _LEAST):  # with bad stars what it is about will do
        return _Verdict("other", "low", [])
    return _Verdict(kind, _sureness(best, second), reasons)


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
    >>> kind("……", 1), kind("非常满意", 5), kind("非常满意", 5, 72)
    ('other', None, None)
    """
    return _judge(text, stars, late_hours, rules).kind


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
    verdict = _judge(text, stars, late_hours, rules)
    return KindRow(verdict.kind, verdict.why, verdict.sure)
