"""Moments with an offset from UTC, brought to the wall time of the rules' zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from .ranges import is_range
from .values import parse_moment
from .valuetypes import ValueType


class AwareMoment(Exception):
    """A moment with an offset from UTC: the registry knows the zone to bring it to."""


def in_zone(kind: ValueType, value: Any, zone: ZoneInfo) -> Any:
    """An argument of this type with its aware moments as wall time of `zone`.

    >>> from .valuetypes import value_type
    >>> in_zone(value_type(datetime), "2026-03-02T01:00Z", ZoneInfo("Asia/Shanghai"))
    datetime.datetime(2026, 3, 2, 9, 0)
    """
    item = kind.item or kind
    if item.name not in {"moment", "day"}:
        return value
    if is_range(value):
        return [in_zone(item, cell, zone) for cell in value]
    moment = value
    if isinstance(value, str):
        try:
            moment = parse_moment(value)
        except ValueError:
            return value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return value
    try:
        return moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)
