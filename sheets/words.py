"""A cell's value in the words that people read."""

from __future__ import annotations

from typing import Any

from ..functions.messages import Lang
from ..functions.values import join_words
from ..functions.wire import to_text
from ..templates.tracker import Column
from .snapshot import Unread, Value
from .workbook.styles import FLAG_WORDS


def shown(column: Column, value: Value, lang: Lang) -> Any:
    """Words for a choice or a flag; any other value, and what does not fit, as it is.

    >>> from ..templates.tracker import load_tracker
    >>> column = load_tracker().table("reviews").column
    >>> shown(column("kind"), "price", "zh"), shown(column("confirmed"), True, "en")
    ('价格', 'Yes')
    >>> shown(column("evidence"), ("chat", "unboxing"), "zh"), shown(column("stars"), 4.0, "zh")
    ('聊天记录、开箱视频', 4.0)
    """
    words = column.choice_set
    if value is None or isinstance(value, Unread):
        return value
    if column.type == "flag":
        return FLAG_WORDS[lang][0 if value else 1]
    if column.type == "choice" and words is not None:
        return words.word(value, lang)
    if column.type == "multi" and words is not None:
        return join_words((words.word(word, lang) for word in value), lang)
    return value


def log_text(column: Column, value: Value, lang: Lang) -> str | None:
    """A value as a line of the log keeps it.

    >>> from ..templates.tracker import load_tracker
    >>> column = load_tracker().table("reviews").column
    >>> log_text(column("kind"), "price", "zh"), log_text(column("stars"), 4.0, "zh")
    ('价格', '4')
    """
    return None if value is None else to_text(shown(column, value, lang), None, lang)
