"""Holidays and make-up work days (调休) of mainland China, as dated data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MainlandDays:
    """Days off and make-up work days, and the years that are known."""

    holidays: tuple[date, ...]
    make_up: tuple[date, ...]
    first_year: int
    last_year: int


@cache
def mainland_days() -> MainlandDays:
    """The shipped days; the data file names its source.

    >>> days = mainland_days()
    >>> date(2026, 10, 10) in days.make_up, date(2026, 10, 1) in days.holidays
    (True, True)
    """
    text = (files(__package__ or "") / "data" / "calendar_cn.toml").read_text("utf-8")
    years = {int(year): days for year, days in tomllib.loads(text).items()}

    def collect(name: str) -> tuple[date, ...]:
        return tuple(
            date.fromisoformat(f"{year}-{day}")
            for year in sorted(years)
            for day in years[year][name]
        )

    return MainlandDays(collect("holidays"), collect("make_up"), min(years), max(years))
